"""All a report is made of, as it is known on this PC: nothing in here has been taken out yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from selfcare.model.box import GuestNetwork, HomeHost, WifiSettings
from selfcare.model.box.line_sample import LineSample
from selfcare.model.case import Case
from selfcare.model.profile import Profile
from selfcare.model.ticket import Parcel
from selfcare.redaction.known import Known
from selfcare.redaction.tokens import Public
from selfcare.redaction.vault import Kept


@dataclass(frozen=True, slots=True)
class ReportSource:
    """``id``: of this report (UUID), minted by the caller; ``made``: ISO 8601 with offset.

    ``shipped``: profiles that come with the program; what they name is nobody's.
    ``samples``: of the box's line, oldest first. ``log``: the end of the program's log (bytes, any length). ``kept``:
    key and map of the case's earlier reports. ``wifi``, ``guest``, ``hosts``: as the box told them, where it did.
    ``access``: what the line is made of (an ``AccessMedium`` value), where the box does not say.
    """

    case: Case
    id: str
    made: str
    kept: Kept
    profile: Profile | None = None
    samples: tuple[LineSample, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    known: Known = field(default_factory=Known)
    wifi: WifiSettings | None = None
    guest: GuestNetwork | None = None
    hosts: tuple[HomeHost, ...] | None = None
    log: bytes = b""
    access: str = ""
    version: str = ""
    os: str = ""
    shipped: tuple[Profile, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further collectors' outcomes: id, and why it did not run ("" where it did)."""


def newest_check(case: Case) -> tuple[Mapping[str, Any] | None, str]:
    """The document and when it began ("" where that is not told)."""
    if not case.checks:
        return None, ""
    told = dict(case.checks[0])
    started = str(told.pop("started", "") or "")
    document = told.get("document")
    found = document if isinstance(document, Mapping) else told
    if not started:
        every: Any = found.get("measurements", ())
        begun = [str(one.get("started") or "") for one in every if isinstance(one, Mapping)]
        started = begun[0] if begun else ""
    return found, started


def payload(document: Mapping[str, Any] | None, probe: str) -> Mapping[str, Any]:
    """Of a completed measurement; empty where there is none."""
    every: Any = document.get("measurements", ()) if document is not None else ()
    for one in every:
        if isinstance(one, Mapping) and one.get("id") == probe and one.get("outcome") == "completed":
            found = one.get("payload")
            return found if isinstance(found, Mapping) else {}
    return {}


def public_of(profile: Profile | None, others: Iterable[Profile] = ()) -> Public:
    """All that a profile says is known to everybody: also another operator's, whose resolvers somebody may have set."""
    every = [one for one in (profile, *others) if one is not None]
    words = frozenset(text.lower() for one in every for text in _texts(one) if text and " " not in text)
    if profile is None:
        return Public(words)
    return Public(words, profile.id if profile.operator else "", profile.networks)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for name in dataclasses.fields(value):
            yield from _texts(getattr(value, name.name))
