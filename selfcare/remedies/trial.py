"""The resolver trial: says where names fail, stands in for a while, and ends when the old resolver works again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from selfcare.model.finding import Finding, Role
from selfcare.model.middle import median
from selfcare.model.payloads.dns import DnsPayload, NameKind
from selfcare.model.repair import Risk
from selfcare.model.tri import Tri
from selfcare.remedies.naming import ALTERNATE, alternate
from selfcare.remedies.remedy import Remedy
from selfcare.remedies.situation import Situation


class Place(StrEnum):
    """Where names fail, as a subscriber would say it. ``BLOCKED``: by order of a court, said by the server itself.

    ``CONTROL``: only the box answers otherwise, as its parental control does.
    """

    CACHE = "cache"
    PC = "pc"
    HOSTS = "hosts"
    HOME = "home"
    BOX = "box"
    ISP = "isp"
    UNTRUE = "untrue"
    CONTROL = "control"
    BLOCKED = "blocked"
    DIVERTED = "diverted"
    NOWHERE = "nowhere"
    ELSEWHERE = "elsewhere"
    UNDECIDED = "undecided"


_BY_CODE = {
    "PC-DNS-CACHE": Place.CACHE,
    "PC-DNS-STATIC": Place.PC,
    "PC-DNS-LOCAL": Place.PC,
    "PC-DNS-SLOW": Place.PC,
    "PC-HOSTS": Place.HOSTS,
    "LAN-DNS-DOWN": Place.HOME,
    "BOX-DNS": Place.BOX,
    "BOX-DNS-SLOW": Place.BOX,
    "BOX-DNS-LIES": Place.CONTROL,
    "ISP-DNS-DOWN": Place.ISP,
    "ISP-DNS-SLOW": Place.ISP,
    "ISP-DNS-LIES": Place.UNTRUE,
}
_WHOSE = ("isp_names_fast", "isp_names_true")
SOON_MS = 250.0
"""As the check has it: a fresh name that takes longer seems slow."""


def place(findings: Iterable[Finding], tri: Callable[[str], Tri]) -> Place:
    """One word for where it is; an order of a court goes first, since nothing is to be mended then."""
    culprits = [f.code for f in findings if f.role is Role.CULPRIT]
    named = [_BY_CODE[c] for c in culprits if c in _BY_CODE]
    if named:
        return named[0]
    if tri("isp_blocks_by_order") is Tri.YES:
        return Place.BLOCKED
    if culprits:
        return Place.ELSEWHERE
    if tri("dns_intercepted") is Tri.YES:
        return Place.DIVERTED
    if tri("names_resolve") is Tri.YES:
        return Place.NOWHERE
    return Place.UNDECIDED


CURABLE = frozenset({Place.BOX, Place.ISP, Place.HOME, Place.UNTRUE})
OWN_REMEDY = frozenset({Place.CACHE, Place.HOSTS, Place.PC})
"""Where another resolver can stand in: never round an order of a court, nor the box's own filter. What is wrong on
this PC itself (``OWN_REMEDY``) is mended there instead."""


class StandsFor(StrEnum):
    """Whose resolver another one stands in for. ``OTHER``: one that somebody set here; it is never waited for."""

    BOX = "box"
    ISP = "isp"
    OTHER = "other"


_ASKED = {
    StandsFor.BOX: ("dns.box", "box_resolver_answers"),
    StandsFor.ISP: ("dns.isp", "isp_resolver_answers"),
}


def stands_for(situation: Situation) -> StandsFor:
    """Before the change: who answers names for this PC now, as far as it can be asked later."""
    # The system's own forwarder on this PC asks the box; one that has ended can be waited for by nobody.
    gone = situation.tri("resolver_local") is Tri.YES and situation.tri("local_resolver_listens") is Tri.NO
    if situation.tri("resolver_manual") is Tri.YES or gone:
        return StandsFor.OTHER
    if situation.tri("configured_is_box") is Tri.YES:
        return StandsFor.BOX
    return StandsFor.ISP if situation.tri("configured_is_isp") is Tri.YES else StandsFor.OTHER


def works_again(situation: Situation, whose: StandsFor, code: str | None = None) -> Tri:
    """Whether the old resolver answers again, asked itself although another one stands in for it now.

    It must answer soon, and truly where untruth (``code``) was the trouble. UNKNOWN leaves the stand-in where it is.
    """
    if whose not in _ASKED:
        return Tri.UNKNOWN
    probe, fact = _ASKED[whose]
    answers = situation.tri(fact)
    if answers is not Tri.YES:
        return answers
    if not _soon(situation, probe) or any(situation.tri(f) is Tri.NO for f in _WHOSE):
        return Tri.NO
    return situation.tri("isp_names_true") if code is not None and code.endswith("-LIES") else Tri.YES


def _soon(situation: Situation, probe: str) -> bool:
    payload = situation.get(probe, DnsPayload)
    fresh = (a for a in payload.answers if a.kind is NameKind.RANDOM) if payload is not None else ()
    times = [a.rtt_ms for a in fresh if a.rtt_ms is not None]
    return bool(times) and median(times) <= SOON_MS


TRIAL = Remedy(
    id="dns.trial",
    answers=(),
    risk=Risk.SETTING,
    plan=alternate,
    needs=ALTERNATE.needs,
    unless=ALTERNATE.unless,
    verify=ALTERNATE.verify,
    hand_proof=ALTERNATE.hand_proof,
    duration_s=8.0,
    everyday=True,
    temporary=True,
)
