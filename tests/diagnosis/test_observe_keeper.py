"""A stranger at the gateway's address, and a box whose line is dead: from payloads to the verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.diagnosis import diagnose, observe
from selfcare.model.finding import Band, Diagnosis, VerdictState
from selfcare.model.payloads.addressing import LinkRouter, NatPayload, PeersPayload
from selfcare.model.payloads.dns import DnsPayload, DnsStatus
from selfcare.model.payloads.gateway import GatewayPayload, IcmpMethod, TcpAnswer, TcpTry
from selfcare.model.payloads.path import Hop, HopAnswer, HopKind, PathPayload
from selfcare.model.payloads.reach import Departure, Fate, FirewallPayload
from selfcare.model.segment import Segment
from selfcare.model.tri import Tri
from tests.app.fakes import dns
from tests.diagnosis.test_observe_ways import BOX, DEAD_WEB, SILENT, facts, home, table

YES, NO = Tri.YES, Tri.NO
BOX_MAC, STRANGER = "7c:16:89:00:00:01", "52:54:00:66:00:66"
AT_BOX = LinkRouter("fe80::7e16:89ff:fe00:1", BOX_MAC, False)
MUTE_PATH = PathPayload("1.1.1.1", "udp_ttl", (Hop(1, None, HopKind.SILENT, HopAnswer.SILENT),) * 2, False, None)
EXPIRED = Hop(1, BOX, HopKind.GATEWAY, HopAnswer.TIME_EXCEEDED, 1.0)
LEFT = FirewallPayload(tuple(Departure(4, p, n, Fate.LEFT) for p, n in (("tcp", 443), ("tcp", 80), ("udp", 53))), 0)


def reach(*tcp: TcpTry, mac: str = STRANGER) -> GatewayPayload:
    return GatewayPayload(BOX, "eth0", True, mac, IcmpMethod.DATAGRAM, 1, (0.4,), tcp, None, None, True)


def table_of(*routers: LinkRouter, macs: tuple[str, ...] = (STRANGER,)) -> PeersPayload:
    return PeersPayload("eth0", BOX, macs, (), True, routers, 0.45, ())


def stranger(**changes: Any) -> dict[str, Any]:
    """Somebody answers at the box's address, does nothing that a box does, and nothing beyond answers."""
    return home(**{
        **SILENT, "gateway.reach": reach(TcpTry(53, TcpAnswer.REFUSED), TcpTry(80, TcpAnswer.OPEN)),
        "dns.box": dns(DnsStatus.REFUSED_PORT, (BOX,)), "dns.os": dns(DnsStatus.TIMEOUT, ("os",)),
        "dns.configured": dns(DnsStatus.TIMEOUT, (BOX,)), "web.name": DEAD_WEB, "path.hops": MUTE_PATH,
        "nat.path": NatPayload(BOX, None, None), "link.peers": table_of(), "pc.firewall": LEFT, **changes,
    })  # fmt: skip


def verdict(payloads: dict[str, Any]) -> Diagnosis:
    return diagnose(observe(payloads))


def test_a_stranger_at_the_address_of_a_box_without_ipv6_is_not_told_from_the_line() -> None:
    found = verdict(stranger())
    assert found.verdict.state is VerdictState.NOT_PROVEN
    assert found.verdict.segments == (Segment.LAN, Segment.ACCESS, Segment.ISP)


def test_a_box_heard_under_another_hardware_address_convicts_the_stranger() -> None:
    # It answers no names there: whether its line is alive is not known.
    found = verdict(stranger(**{"link.peers": table_of(AT_BOX)}))
    assert (found.verdict.code, found.verdict.band) == ("LAN-ARP-SPOOF", Band.LIKELY)


SERVFAIL = dns(DnsStatus.SERVFAIL, (BOX,))


@pytest.mark.parametrize(
    "work",
    [
        {"dns.box": SERVFAIL},
        {"gateway.reach": reach(TcpTry(53, TcpAnswer.OPEN))},
        {"path.hops": replace(MUTE_PATH, hops=(EXPIRED, *MUTE_PATH.hops))},
        {"nat.path": NatPayload(BOX, None, 3)},
        {"link.peers": table_of(LinkRouter("fe80::1", STRANGER, True))},
    ],
    ids=["names", "names by TCP", "last hop", "outer address", "IPv6"],
)
def test_a_machine_that_does_a_boxs_work_keeps_the_line_likely(work: dict[str, Any]) -> None:
    assert facts(stranger(**work))["gateway_routes"] is YES
    found = verdict(stranger(**work))
    assert (found.verdict.code, found.verdict.band) == ("WAN-DOWN", Band.LIKELY)


def test_a_boxs_work_alone_clears_no_stranger() -> None:
    """A wrong router at the box's address does it too: without more, the line is never certain."""
    assert "gateway_in_doubt" not in facts(stranger(**{"dns.box": SERVFAIL}))


@pytest.mark.parametrize(
    ("changes", "pending"),
    [
        ({}, frozenset({"nat.path"})),
        ({}, frozenset({"pc.firewall"})),
        ({"dns.box": DnsPayload((), (BOX,))}, frozenset()),
        ({"route.table": table(owner="tun0", tunnels=("tun0",))}, frozenset()),
        ({"pc.firewall": replace(LEFT, tries=(Departure(4, "udp", 53, Fate.STOPPED), *LEFT.tries[:2]))}, frozenset()),
    ],
    ids=["still asked", "firewall unknown", "names not asked", "tunnel", "stopped here"],
)
def test_silence_that_may_have_another_reason_raises_no_doubt(changes: dict[str, Any], pending: frozenset[str]) -> None:
    assert facts(stranger())["gateway_in_doubt"] is YES
    assert facts(stranger(**changes), pending).get("gateway_in_doubt") is not YES


def test_a_hardware_address_that_two_measurements_saw_differently_has_changed() -> None:
    found = facts(stranger(**{"gateway.reach": reach(mac=BOX_MAC)}))
    assert (found["gateway_mac_changed"], found["gateway_genuine"]) == (YES, NO)
    assert verdict(stranger(**{"gateway.reach": reach(mac=BOX_MAC)})).verdict.code == "LAN-ARP-SPOOF"
