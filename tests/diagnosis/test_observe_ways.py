"""From payloads to facts: ways that mislead, whose silence counts, and what is lost by chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from probes.path_hops import in_networks
from selfcare.diagnosis import observe
from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Lease, Method
from selfcare.model.payloads.addressing import LargePayload, LargeTry, LinkRouter, MtuPayload, NatPayload, PeersPayload
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.gateway import GatewayPayload, IcmpMethod
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.path import Hop, HopAnswer, HopKind, PathPayload
from selfcare.model.payloads.reach import Departure, Fate, FirewallPayload, PortsPayload, PortState, PortTry
from selfcare.model.payloads.routes import BoundPayload, BoundTry, Route, RoutePayload
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.tri import Tri
from tests.app.fakes import dns

YES, NO = Tri.YES, Tri.NO
BOX, OTHER, TUNNEL_DNS = "192.168.1.1", "192.168.1.77", "10.66.0.99"
DEFAULT = Route(4, "0.0.0.0/0", BOX, "eth0", 100)
DEAD_WEB = WebPayload(tuple(WebTry(a, a, WebStatus.TIMEOUT, connected=False) for a in ("192.0.2.1", "192.0.2.2")))
WEB = WebPayload((WebTry("a", "192.0.2.1", WebStatus.EXPECTED, connected=True),))
SILENT = {"dns.public": dns(DnsStatus.TIMEOUT, ("9.9.9.9", "1.1.1.1")), "web.address": DEAD_WEB}
LINK = LinkPayload((Interface("eth0", 2, InterfaceKind.ETHERNET, True, True, mtu=1500),), "eth0")


def facts(payloads: dict[str, Any], pending: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {o.fact: o.value for o in observe(payloads, pending)}


def addresses(*resolvers: str, method: Method = Method.DHCP) -> AddressPayload:
    cable = IpConfig(
        "eth0", (IpAddress("192.168.1.20", 24, 4),), Method.DHCP, Activation.ACTIVE, resolvers or (BOX,), method, BOX,
        lease=Lease(BOX, (BOX,), (BOX,), None, 3600, None),
    )  # fmt: skip
    inside = (IpAddress("10.66.0.2", 24, 4),)
    tunnel = IpConfig("tun0", inside, Method.MANUAL, Activation.ACTIVE, (), Method.UNKNOWN)
    return AddressPayload((cable, tunnel), "eth0", "networkmanager")


def table(*routes: Route, owner: str | None = "eth0", **more: Any) -> RoutePayload:
    return RoutePayload(routes or (DEFAULT,), owner, None, **more)


def home(**changes: Any) -> dict[str, Any]:
    return {"link.interfaces": LINK, "addr.lease": addresses(), "route.table": table(), **changes}


def mute_gateway() -> GatewayPayload:
    return GatewayPayload(OTHER, "eth0", False, None, IcmpMethod.NONE, 0, (), (), None, None, True)


def test_a_default_route_past_the_lease_misleads_when_nobody_is_there() -> None:
    astray = {"route.table": table(replace(DEFAULT, gateway=OTHER)), "gateway.reach": mute_gateway(), **SILENT}
    found = facts(home(**astray))
    assert (found["gateway_off_lease"], found["route_misdirected"]) == (YES, YES)
    # A router of somebody's own that works is nobody's fault.
    assert facts(home(**{**astray, "web.address": WEB}))["route_misdirected"] is NO


def test_a_default_route_past_the_lease_misleads_when_the_box_gets_out() -> None:
    alive = replace(mute_gateway(), neighbour=True)
    astray = {"route.table": table(replace(DEFAULT, gateway=OTHER)), "gateway.reach": alive, **SILENT}
    assert facts(home(**astray))["route_misdirected"] is not YES
    router = LinkRouter("fe80::1", "7c:16:89:00:00:01", False, True)
    peers = PeersPayload("eth0", OTHER, ("52:54:00:66:00:66",), (), True, (router,), 0.4)
    assert facts(home(**astray, **{"link.peers": peers}))["route_misdirected"] is YES


def test_the_better_of_two_default_routes_counts() -> None:
    worse = table(DEFAULT, replace(DEFAULT, gateway=OTHER, metric=700))
    assert facts(home(**{"route.table": worse}))["gateway_off_lease"] is NO
    better = table(DEFAULT, replace(DEFAULT, gateway=OTHER, metric=10))
    assert facts(home(**{"route.table": better}))["gateway_off_lease"] is YES


def test_a_default_route_that_the_system_refuses_to_use_misleads() -> None:
    refused = {"dns.public": dns(DnsStatus.ERROR, ("9.9.9.9", "1.1.1.1")), "web.address": DEAD_WEB}
    assert facts(home(**refused, **{"route.table": table(owner=None)}))["route_misdirected"] is YES
    # Silence is the line's as well.
    assert facts(home(**SILENT, **{"route.table": table(owner=None)}))["route_misdirected"] is NO


def vpn(resolvers: AddressPayload, brought: tuple[str, ...] = ()) -> dict[str, Any]:
    tries = (BoundTry("eth0", True, True, 4, 9.0), BoundTry("tun0", True, True, 4, 9.0))
    return home(**{
        "addr.lease": resolvers, "web.address": WEB, "route.bound": BoundPayload("tun0", tries),
        "route.table": table(owner="tun0", tunnels=("tun0",), tunnel_resolvers=brought),
        "dns.os": dns(DnsStatus.TIMEOUT, ("os",)), "web.name": DEAD_WEB,
        "dns.configured": dns(DnsStatus.NXDOMAIN, (BOX,)), "dns.public": dns(DnsStatus.NXDOMAIN, ("9.9.9.9",)),
    })  # fmt: skip


def test_a_tunnel_that_carries_but_whose_resolver_is_dead_misleads() -> None:
    assert facts(vpn(addresses(), (TUNNEL_DNS,)))["tunnel_misleads"] is YES
    assert facts(vpn(addresses(TUNNEL_DNS, method=Method.MANUAL)))["tunnel_misleads"] is YES


def test_a_tunnel_is_not_to_blame_for_names_it_has_no_part_in() -> None:
    assert facts(vpn(addresses()))["tunnel_misleads"] is NO
    resolving = {**vpn(addresses(), (TUNNEL_DNS,)), "dns.os": dns(DnsStatus.NXDOMAIN, ("os",))}
    assert facts(resolving)["tunnel_misleads"] is NO
    cable_dead = {**vpn(addresses(), (TUNNEL_DNS,)), "dns.configured": dns(DnsStatus.TIMEOUT, (BOX,))}
    assert facts(cable_dead)["tunnel_misleads"] is NO


def guard(inside: Fate, owner: str = "tun0") -> dict[str, Any]:
    sent = [Departure(4, "tcp", 443, Fate.LEFT), Departure(4, "tcp", 80, Fate.LEFT), Departure(4, "udp", 53, Fate.LEFT)]
    sent += [Departure(4, "tcp", 80, inside, inside=True), Departure(4, "udp", 53, inside, inside=True)]
    gateway = replace(mute_gateway(), gateway=BOX, neighbour=None, mac="7c:16:89:00:00:01")
    return home(**SILENT, **{
        "pc.firewall": FirewallPayload(tuple(sent), 0), "gateway.reach": gateway,
        "route.table": table(owner=owner, tunnels=("tun0",)),
    })  # fmt: skip


def test_a_guard_that_keeps_everything_from_the_box_is_this_computers() -> None:
    assert facts(guard(Fate.STOPPED))["pc_lets_through"] is NO
    assert facts(guard(Fate.LEFT))["pc_lets_through"] is YES
    # Without a tunnel, only the home network is kept out: that says nothing about the Internet.
    assert facts(guard(Fate.STOPPED, owner="eth0"))["pc_lets_through"] is YES


def hops(*addresses: str) -> tuple[Hop, ...]:
    return tuple(Hop(n, a, HopKind.PUBLIC, HopAnswer.TIME_EXCEEDED, 5.0) for n, a in enumerate(addresses, 2))


def test_silent_operator_resolvers_count_only_on_the_operators_own_line() -> None:
    silent = {"dns.isp": dns(DnsStatus.TIMEOUT, ("80.10.246.2",))}
    way = PathPayload("1.1.1.1", "udp_ttl", hops("90.63.20.1"), False, "90.63.20.1", True)
    assert facts({**silent, "path.hops": way})["operator_resolvers_silent"] is YES
    assert "operator_resolvers_silent" not in facts({**silent, "path.hops": replace(way, operator_network=None)})
    outer = NatPayload(BOX, "90.63.21.45", 0, True)
    assert facts({**silent, "nat.path": outer})["operator_resolvers_silent"] is YES
    tunnelled = home(**silent, **{"path.hops": way, "route.table": table(owner="tun0", tunnels=("tun0",))})
    assert "operator_resolvers_silent" not in facts(tunnelled)
    handed = home(**silent, **{"addr.lease": addresses("80.10.246.2")})
    assert facts(handed)["operator_resolvers_silent"] is YES


def test_the_nearest_public_router_shows_whose_line_it_is() -> None:
    orange = ("90.0.0.0/9",)
    assert in_networks(hops("90.63.20.1", "193.253.82.102"), orange) is True
    # The list of networks is never complete, so elsewhere says nothing.
    assert in_networks(hops("193.253.82.102", "90.63.20.1"), orange) is None
    assert in_networks((), orange) is None and in_networks(hops("90.63.20.1"), ()) is None


def port(host: str, number: int, state: PortState) -> PortTry:
    return PortTry(host, "tcp", number, state, True)


def test_ports_that_fail_by_chance_are_no_filter() -> None:
    opened = [port("q", n, PortState.OPEN) for n in (80, 443, 25)]
    closed = port("q", 8080, PortState.SILENT)
    base = {"web.address": WEB}
    assert facts({**base, "ports.reach": PortsPayload((*opened, closed))})["ports_pass"] is NO
    chance = (port("q", 22, PortState.SILENT), port("g", 22, PortState.OPEN))
    assert facts({**base, "ports.reach": PortsPayload((*opened, closed, *chance))})["ports_pass"] is YES
    agreed = (port("g", 8080, PortState.SILENT), port("g", 443, PortState.OPEN))
    assert facts({**base, "ports.reach": PortsPayload((*opened, closed, *chance, *agreed))})["ports_pass"] is NO


def test_full_packets_that_came_back_clear_the_packet_size() -> None:
    stalled = {"link.interfaces": LINK, "mtu.large": LargePayload((LargeTry("a", "192.0.2.1", 3000, False, True),))}
    assert facts(stalled)["large_packets_pass"] is NO
    full = MtuPayload("eth0", 1500, BOX, 1500, "1.1.1.1", 1500, 1500)
    assert "large_packets_pass" not in facts({**stalled, "mtu.path": full})
    assert facts({**stalled, "mtu.path": replace(full, outside_largest=1420)})["large_packets_pass"] is NO


def test_a_very_late_answer_is_suspicion_of_slowness() -> None:
    late = DnsAnswer(BOX, "x.a.example", NameKind.RANDOM, "A", DnsStatus.NXDOMAIN, (), 2500.0)
    quick = replace(late, server="9.9.9.9", rtt_ms=20.0)
    heard = {
        "dns.configured": dns(DnsStatus.TIMEOUT, (BOX,)), "dns.public": DnsPayload((quick,), ("9.9.9.9",)),
        "dns.patient": DnsPayload((late,), (BOX,)),
    }  # fmt: skip
    assert facts(heard)["names_seem_slow"] is YES
    assert "names_seem_slow" not in facts({**heard, "dns.patient": dns(DnsStatus.TIMEOUT, (BOX,))})


def test_an_operator_cut_off_may_still_answer_names() -> None:
    own = {"dns.isp": dns(DnsStatus.NXDOMAIN, ("80.10.246.2",)), "dns.box": dns(DnsStatus.NXDOMAIN, (BOX,))}
    found = facts({**own, **SILENT})
    assert (found["outside_answers"], found["internet_answers"], found["box_alone_gets_out"]) == (YES, NO, NO)
    assert facts({**own, "web.address": WEB})["internet_answers"] is YES
    alone = {**own, **SILENT, "dns.isp": dns(DnsStatus.TIMEOUT, ("80.10.246.2",))}
    assert facts(alone)["box_alone_gets_out"] is YES
    assert "box_alone_gets_out" not in facts({**own, **SILENT, "dns.isp": None}, frozenset({"dns.isp"}))
