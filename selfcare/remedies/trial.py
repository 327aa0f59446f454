"""The resolver trial: says where names fail, stands in for a while, and ends when the old resolver works again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from selfcare.model.finding import Finding, Role
from selfcare.model.payloads.address import IpConfig
from selfcare.model.repair import Risk
from selfcare.model.tri import Tri
from selfcare.remedies.naming import ALTERNATE, alternate
from selfcare.remedies.remedy import Remedy
from selfcare.remedies.situation import Situation


class Place(StrEnum):
    """Where names fail, as a subscriber would say it. ``BLOCKED``: by order of a court, said by the server itself."""

    CACHE = "cache"
    PC = "pc"
    HOSTS = "hosts"
    HOME = "home"
    BOX = "box"
    ISP = "isp"
    UNTRUE = "untrue"
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
    "BOX-DNS-LIES": Place.UNTRUE,
    "ISP-DNS-DOWN": Place.ISP,
    "ISP-DNS-SLOW": Place.ISP,
    "ISP-DNS-LIES": Place.UNTRUE,
}
_WHOSE = ("isp_names_fast", "isp_names_true")


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
"""Where another resolver can stand in: never round an order of a court. What is wrong on this PC itself
(``OWN_REMEDY``) is mended there instead."""


def works_again(situation: Situation) -> Tri:
    """Whether the resolver that the network offers answers again, although another one stands in for it now.

    Asked of the very server: the box's forwarder, or the operator's. UNKNOWN leaves the stand-in where it is.
    """
    config = situation.config
    offered = config.lease.resolvers if config is not None and config.lease is not None else ()
    if not offered or config is None:
        return Tri.UNKNOWN
    gateways = _gateways(config)
    through_box = any(a.split("%")[0] in gateways for a in offered)
    answers = situation.tri("box_resolver_answers" if through_box else "isp_resolver_answers")
    if answers is Tri.YES and any(situation.tri(fact) is Tri.NO for fact in _WHOSE):
        return Tri.NO  # it answers, but late or untruly: what it was replaced for may last
    return answers


def _gateways(config: IpConfig) -> frozenset[str]:
    lease = config.lease.routers if config.lease is not None else ()
    return frozenset(a.split("%")[0] for a in (config.gateway4, config.gateway6, *lease) if a)


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
