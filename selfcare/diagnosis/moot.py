"""Which probes need not go on because a certain culprit already accounts for all they could say."""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.diagnosis.facts import SOURCES
from selfcare.diagnosis.rules import RULES
from selfcare.model.finding import Band, Diagnosis, Role


def moot_facts(diagnosis: Diagnosis) -> frozenset[str]:
    """Facts that can no longer change the verdict.

    The symptom that a culprit was found by is not among them: whoever establishes it is heard out.
    """
    certain = {f.code: f for f in diagnosis.findings if f.role is Role.CULPRIT and f.band is Band.CERTAIN}
    moot: set[str] = set()
    for rule in RULES:
        finding = certain.get(rule.code)
        if finding is not None:
            moot |= {*rule.explains, *rule.moot} - set(finding.explains[:1])
    return frozenset(moot)


def is_moot(answers: Iterable[str], facts: frozenset[str]) -> bool:
    """Whether everything a probe answers is moot. A probe that answers nothing known is left alone."""
    known = [a for a in answers if a in SOURCES]
    return bool(known) and all(a in facts for a in known)
