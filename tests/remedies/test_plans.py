"""What each remedy would do, and when it does nothing. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.model.payloads.address import Activation, IpAddress, IpConfig, Method
from selfcare.model.payloads.addressing import MtuPayload
from selfcare.model.payloads.naming import Path, ServerSeries, TimingPayload
from selfcare.model.payloads.routes import HostsCheck, HostsPayload, ProxyPayload, Route, RoutePayload
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.remedy import NotPossible
from selfcare.model.repair import Action, Change, Instruction, Verb
from selfcare.model.tri import Tri
from selfcare.remedies import Situation, remedy
from tests.remedies.situations import CONFIG, DEFAULT, ETH, answers, situation, two_ways, with_resolvers


def plan(remedy_id: str, given: Situation) -> tuple[Action, ...]:
    chosen = remedy(remedy_id)
    assert chosen is not None
    return chosen.plan(given)


def first(remedy_id: str, given: Situation) -> tuple[Verb, dict[str, Any]]:
    action = plan(remedy_id, given)[0]
    assert isinstance(action, Change)
    return action.verb, dict(action.arguments)


def impossible(remedy_id: str, given: Situation) -> str:
    with pytest.raises(NotPossible) as caught:
        plan(remedy_id, given)
    return caught.value.reason


@pytest.mark.parametrize(("remedy_id", "verb"), [
    ("lease.renew", Verb.DHCP_RENEW), ("dns.automatic", Verb.DNS_AUTO), ("ip.automatic", Verb.IP_AUTO),
    ("adapter.restart", Verb.ADAPTER_RESTART),
])  # fmt: skip
def test_plain_changes_name_the_adapter(remedy_id: str, verb: Verb) -> None:
    assert first(remedy_id, situation()) == (verb, {"interface": "eth0"})
    assert impossible(remedy_id, Situation()) == "no_adapter"


def test_a_renewal_announces_the_pause_only_where_there_is_one() -> None:
    pauses = {}
    for manager in ("networkmanager", "networkd"):
        (change,) = plan("lease.renew", situation(manager=manager))
        assert isinstance(change, Change)
        pauses[manager] = change.pause_s
    assert pauses["networkmanager"] > 0
    assert pauses["networkd"] == 0


def test_resolvers_are_ranked_by_what_was_measured() -> None:
    public = answers({"9.9.9.9": 30.0, "1.1.1.1": 12.0, "80.67.169.12": None})
    given = situation(payloads={"dns.public": public})
    assert first("dns.alternate", given) == (Verb.DNS_SET, {"interface": "eth0", "servers": ("1.1.1.1", "9.9.9.9")})
    series = TimingPayload((
        ServerSeries("9.9.9.9", Path.PUBLIC, 4, (9.0, 9.0, 9.0, 9.0)),
        ServerSeries("1.1.1.1", Path.PUBLIC, 4, (5.0,)),
        ServerSeries("192.168.1.1", Path.CONFIGURED, 4, (1.0, 1.0, 1.0, 1.0)),
    ))  # fmt: skip
    given = situation(payloads={"dns.public": public, "dns.timing": series})
    assert first("dns.alternate", given)[1]["servers"] == ("9.9.9.9", "1.1.1.1")  # one in four is not reliable


def test_the_operators_own_resolvers_go_first_unless_they_are_the_trouble() -> None:
    payloads = {"dns.public": answers({"9.9.9.9": 9.0}), "dns.isp": answers({"80.10.246.2": 20.0})}
    assert first("dns.alternate", situation(payloads=payloads))[1]["servers"] == ("80.10.246.2", "9.9.9.9")
    slow = situation(payloads=payloads, facts={"isp_names_fast": Tri.NO})
    assert first("dns.alternate", slow)[1]["servers"] == ("9.9.9.9",)
    payloads["dns.isp"] = answers({"80.10.246.2": None})
    assert first("dns.alternate", situation(payloads=payloads))[1]["servers"] == ("9.9.9.9",)


def test_a_resolver_in_use_or_silent_is_no_alternative() -> None:
    given = situation(config=with_resolvers("9.9.9.9"), payloads={"dns.public": answers({"9.9.9.9": 9.0})})
    assert impossible("dns.alternate", given) == "no_resolver"
    assert impossible("dns.trial", situation(payloads={"dns.public": answers({"9.9.9.9": None})})) == "no_resolver"


def _entry(name: str, address: str = "192.168.1.77", **changes: Any) -> HostsCheck:
    base: dict[str, Any] = {
        "name": name, "address": address, "important": True, "dns_addresses": ("1.2.3.4",), "differs": True,
        "reachable": False, "real_reachable": True,
    }  # fmt: skip
    return HostsCheck(**{**base, **changes})


def test_only_harmful_lines_of_the_hosts_file_are_set_aside() -> None:
    checks = (
        _entry("a.example"), _entry("alive.example", reachable=True), _entry("dead.example", real_reachable=False),
        _entry("same.example", differs=False), _entry("mine.example", important=False),
        _entry("blocked.example", "0.0.0.0"), _entry("page.example", "127.0.0.1"), _entry("a.example"),
    )  # fmt: skip
    pages = WebPayload((WebTry("page.example", None, WebStatus.REFUSED, False),))
    given = situation(payloads={"hosts.file": HostsPayload(checks, 9), "web.name": pages})
    assert first("hosts.disable", given) == (Verb.HOSTS_DISABLE, {"names": ("a.example", "page.example")})
    assert impossible("hosts.disable", situation()) == "nothing_to_do"


def test_the_dead_default_route_goes_only_when_another_way_was_seen() -> None:
    words = {"destination": "0.0.0.0/0", "gateway": "192.168.77.1", "interface": "eth1", "metric": 50}
    assert plan("route.remove", situation(payloads=two_ways())) == (Change(Verb.ROUTE_REMOVE, words),)
    assert impossible("route.remove", situation(payloads=two_ways(other_answers=False))) == "no_other_way"
    assert impossible("route.remove", situation()) == "no_other_way"


def test_a_route_past_the_leases_router_goes() -> None:
    past = Route(4, "0.0.0.0/0", "192.168.1.77", "eth0", 10)
    off = {"gateway_off_lease": Tri.YES}
    words = {"destination": "0.0.0.0/0", "gateway": "192.168.1.77", "interface": "eth0", "metric": 10}
    beside = {"route.table": RoutePayload((past, DEFAULT), "eth0", None)}
    assert plan("route.remove", situation(payloads=beside, facts=off)) == (Change(Verb.ROUTE_REMOVE, words),)
    # In place of the right one: NetworkManager has it, from others it is asked for anew.
    instead = {"route.table": RoutePayload((past,), "eth0", None)}
    for manager, anew in (("networkmanager", []), ("dhcpcd", [Verb.DHCP_RENEW])):
        actions = plan("route.remove", situation(payloads=instead, facts=off, manager=manager))
        assert [a.verb for a in actions if isinstance(a, Change)] == [Verb.ROUTE_REMOVE, *anew]
    assert impossible("route.remove", situation(facts=off)) == "nothing_to_do"


def test_only_a_tunnel_that_owns_the_way_out_is_stopped() -> None:
    table = RoutePayload((), "tun0", None, ("tun0",))
    assert first("vpn.stop", situation(payloads={"route.table": table})) == (Verb.TUNNEL_STOP, {"interface": "tun0"})
    assert impossible("vpn.stop", situation()) == "nothing_to_do"


def test_resolvers_that_live_in_the_tunnel_go_with_it() -> None:
    """A VPN's program wrote its own over resolv.conf: without the tunnel nobody would be asked."""
    inner = IpConfig("tun0", (IpAddress("10.66.0.2", 24, 4),), Method.UNKNOWN, Activation.ACTIVE, (), Method.UNKNOWN)
    table = {"route.table": RoutePayload((), "tun0", None, ("tun0",))}

    def verbs(*servers: str, **changes: Any) -> list[Verb]:
        config = replace(with_resolvers(*servers, method=Method.MANUAL), **changes)
        given = situation(config=config, others=(inner,), payloads=table)
        return [a.verb for a in plan("vpn.stop", given) if isinstance(a, Change)]

    whole = [Verb.TUNNEL_STOP, Verb.DNS_SET, Verb.DNS_FLUSH]
    assert verbs("10.66.0.99") == whole
    assert verbs("10.66.0.99", "192.168.1.1") == verbs("192.168.1.1") == verbs() == [Verb.TUNNEL_STOP]
    assert verbs("10.66.0.99", lease=None) == [Verb.TUNNEL_STOP]  # nobody else is known
    given = situation(config=with_resolvers("10.66.0.99"), others=(inner,), payloads=table)
    change = plan("vpn.stop", given)[1]
    assert isinstance(change, Change)
    assert change.arguments == {"interface": "eth0", "servers": ("192.168.1.1",)}


def test_an_adapter_that_is_off_is_switched_on_and_a_radio_by_hand() -> None:
    off = replace(ETH, admin_up=False, carrier=None)
    assert first("adapter.enable", situation(adapters=(off,))) == (Verb.ADAPTER_ENABLE, {"interface": "eth0"})
    (step,) = plan("adapter.enable", situation(adapters=(replace(ETH, radio_blocked=True),)))
    assert step == Instruction("radio", ("adapter_enabled",))
    assert impossible("adapter.enable", situation()) == "nothing_to_do"


def test_reconnecting_is_for_a_connection_that_is_down() -> None:
    down = situation(config=replace(CONFIG, activation=Activation.DOWN))
    assert first("connection.reconnect", down) == (Verb.ADAPTER_ENABLE, {"interface": "eth0"})
    assert impossible("connection.reconnect", situation()) == "nothing_to_do"


@pytest.mark.parametrize(("mtu", "measured", "wanted"), [
    (9000, None, 1500), (576, None, 1500), (9000, 1500, 1500), (1500, 1420, 1420), (1500, 1000, 1280),
    (576, 576, 1500),
])  # fmt: skip
def test_packet_size(mtu: int, measured: int | None, wanted: int) -> None:
    path = {"mtu.path": MtuPayload("eth0", mtu, "192.168.1.1", measured, "9.9.9.9", measured, None)} if measured else {}
    given = situation(adapters=(replace(ETH, mtu=mtu),), payloads=path)
    assert first("mtu.set", given) == (Verb.MTU_SET, {"interface": "eth0", "bytes": wanted})


def test_a_fitting_packet_size_is_left_alone() -> None:
    assert impossible("mtu.set", situation()) == "nothing_to_do"


def test_duplicate_address_by_how_it_came() -> None:
    assert first("address.duplicate", situation())[0] is Verb.DHCP_RENEW
    manual = situation(config=replace(CONFIG, method4=Method.MANUAL))
    assert first("address.duplicate", manual)[0] is Verb.IP_AUTO


def test_a_proxy_of_the_environment_is_for_a_hand() -> None:
    desktop = situation(payloads={"proxy.settings": ProxyPayload("gnome", "http://192.168.1.9:3128")})
    assert first("proxy.off", desktop) == (Verb.PROXY_OFF, {})
    told = situation(payloads={"proxy.settings": ProxyPayload("environment", "http://192.168.1.9:3128")})
    assert plan("proxy.off", told) == (Instruction("proxy_environment", ("proxy_works",)),)
    assert impossible("proxy.off", situation()) == "nothing_to_do"


def test_the_clock_is_set_to_what_was_agreed_on() -> None:
    given = situation(numbers={"clock_offset": -3600.4})
    assert first("clock.set", given) == (Verb.CLOCK_SET, {"seconds": 1_794_996_400})
    assert impossible("clock.set", situation()) == "no_time"
    drifts = situation(numbers={"clock_offset": 40.0}, facts={"clock_right": Tri.YES, "clock_drifts": Tri.YES})
    assert first("clock.set", drifts) == (Verb.CLOCK_SET, {"seconds": 1_795_000_040})


def test_a_right_clock_is_not_made_worse_by_hand() -> None:
    right = situation(numbers={"clock_offset": 0.4}, facts={"clock_right": Tri.YES, "clock_drifts": Tri.NO})
    assert impossible("clock.set", right) == "nothing_to_do"


def test_ipv4_first() -> None:
    assert first("ipv4.prefer", situation()) == (Verb.IPV4_PREFER, {"on": True})
