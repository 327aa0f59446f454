"""Remedies for names: the PC's memory of them, its resolvers, its hosts file."""

from __future__ import annotations

import ipaddress

from selfcare.model.payloads.routes import HostsCheck
from selfcare.model.remedy import NotPossible
from selfcare.model.repair import Action, Change, Risk, Verb
from selfcare.model.rule import Gate
from selfcare.model.tri import Tri
from selfcare.remedies.ranking import ranked
from selfcare.remedies.remedy import BASIC, Answer, Remedy
from selfcare.remedies.situation import Situation

YES, NO = Tri.YES, Tri.NO
SERVERS = 2
"""One to ask, one to fall back on."""
MAX_NAMES = 32
NAMES_ASK = ("chosen_resolver_filters", "tunnel_misleads")


def interface_of(situation: Situation) -> str:
    """The adapter to change."""
    adapter = situation.adapter
    if adapter is None:
        raise NotPossible("no_adapter")
    return adapter.name


def flush(situation: Situation) -> tuple[Action, ...]:
    """Whatever was remembered is asked for anew."""
    return (Change(Verb.DNS_FLUSH),)


def alternate(situation: Situation) -> tuple[Action, ...]:
    """The best measured resolvers on this adapter; what was remembered of the old ones is forgotten."""
    interface = interface_of(situation)
    chosen = tuple(r.address for r in ranked(situation)[:SERVERS])
    if not chosen:
        raise NotPossible("no_resolver")
    return (Change(Verb.DNS_SET, {"interface": interface, "servers": chosen}), Change(Verb.DNS_FLUSH))


def automatic(situation: Situation) -> tuple[Action, ...]:
    """The network's own resolvers again."""
    return (Change(Verb.DNS_AUTO, {"interface": interface_of(situation)}), Change(Verb.DNS_FLUSH))


def hosts(situation: Situation) -> tuple[Action, ...]:
    """The very names that were found to lead to a dead address, no other line of the file."""
    payload = situation.hosts
    checks = payload.checks if payload is not None else ()
    names = tuple(dict.fromkeys(c.name for c in checks if _harmful(c, situation.lost_pages)))[:MAX_NAMES]
    if not names:
        raise NotPossible("nothing_to_do")
    return (Change(Verb.HOSTS_DISABLE, {"names": names}), Change(Verb.DNS_FLUSH))


def _harmful(check: HostsCheck, lost: frozenset[str]) -> bool:
    """Elsewhere than the Internet says, dead there, alive at the real place; a wish to block a name is left alone."""
    if not check.important or not check.differs or check.reachable is not False or not check.real_reachable:
        return False
    target = ipaddress.ip_address(check.address.split("%")[0])
    return check.name in lost or not (target.is_loopback or target.is_unspecified)


FLUSH = Remedy(
    id="dns.flush",
    answers=(Answer("PC-DNS-CACHE"),),
    risk=Risk.NONE,
    plan=flush,
    verify=(*BASIC, "dns.truth"),
    duration_s=2.0,
    settle_s=3.0,
    reversible=False,
    everyday=True,
)
AUTOMATIC = Remedy(
    id="dns.automatic",
    answers=(Answer("PC-DNS-STATIC"), Answer("PC-DNS-SLOW"), Answer("PC-DNS-SPARE"), Answer("PC-DNS-LOCAL")),
    risk=Risk.SETTING,
    plan=automatic,
    needs=(Gate("resolver_manual", YES),),
    asks=NAMES_ASK,
    verify=(*BASIC, "dns.configured"),
)
ALTERNATE = Remedy(
    id="dns.alternate",
    answers=(
        Answer("ISP-DNS-DOWN"),
        Answer("BOX-DNS"),
        Answer("LAN-DNS-DOWN"),
        Answer("PC-DNS-LOCAL"),
        Answer("PC-DNS-STATIC"),
        Answer("ISP-DNS-SLOW"),
        Answer("BOX-DNS-SLOW"),
        Answer("ISP-DNS-LIES"),
    ),
    risk=Risk.SETTING,
    plan=alternate,
    needs=(Gate("outside_answers", YES),),
    # A court's order is nothing to get round; and where all questions are diverted it would change nothing.
    unless=(Gate("isp_blocks_by_order", YES), Gate("dns_intercepted", YES)),
    verify=(*BASIC, "dns.configured"),
    hand_proof=(Gate("names_resolve", YES),),
    asks=NAMES_ASK,
    temporary=True,
)
HOSTS = Remedy(
    id="hosts.disable",
    answers=(Answer("PC-HOSTS"),),
    risk=Risk.SETTING,
    plan=hosts,
    verify=(*BASIC, "hosts.file"),
    duration_s=4.0,
)

REMEDIES = (FLUSH, AUTOMATIC, ALTERNATE, HOSTS)
