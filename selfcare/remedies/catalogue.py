"""All remedies, the smallest first, and the one place that joins codes to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from selfcare.model.finding import Diagnosis, Finding, Role
from selfcare.model.repair import Risk
from selfcare.model.tri import Tri
from selfcare.remedies import addressing, naming, online, person, trial, wifi
from selfcare.remedies.remedy import Remedy

_RISKS = tuple(Risk)
# Within one risk: as listed, so what is nearest the fault goes before what only helps meanwhile.
_LISTED = (
    wifi.RADIO, *addressing.REMEDIES, *wifi.REMEDIES, *naming.REMEDIES, *online.REMEDIES, *wifi.BY_HAND,
    *person.REMEDIES,
)  # fmt: skip

REMEDIES: tuple[Remedy, ...] = (*sorted(_LISTED, key=lambda r: (r.person, _RISKS.index(r.risk))), trial.TRIAL)
"""In the order in which they are tried; the trial of a resolver is asked for by hand only."""

_BY_ID = {r.id: r for r in REMEDIES}


def remedy(remedy_id: str) -> Remedy | None:
    """The remedy of that name."""
    return _BY_ID.get(remedy_id)


def remedies_for(code: str, tri: Callable[[str], Tri]) -> tuple[Remedy, ...]:
    """What answers this finding here, the smallest first; a person's part after what the program can do."""
    return tuple(r for r in REMEDIES if r.answers_finding(code, tri))


def offered(diagnosis: Diagnosis, tri: Callable[[str], Tri]) -> Diagnosis:
    """The same diagnosis with the remedies of each finding named. What follows from a culprit needs none."""
    return replace(diagnosis, findings=tuple(_offered(f, tri) for f in diagnosis.findings))


def _offered(finding: Finding, tri: Callable[[str], Tri]) -> Finding:
    if finding.role is Role.ALSO:
        return finding
    return replace(finding, remedies=tuple(r.id for r in remedies_for(finding.code, tri)))
