"""What this PC tells of itself to a guide: its doors, its connection; and that every known name has its function."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.app.guides.pc_self import ports
from selfcare.app.guides.side import Whole
from selfcare.app.guides.world import Moment
from selfcare.guides import known
from selfcare.model import guide as model
from selfcare.model.guide_run import Context
from selfcare.model.home_pc import Inbound, Joined, Listener, Listeners
from selfcare.model.payloads.address import AddressPayload, Method
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import ProxyPayload, RoutePayload
from tests.app.repair_world import Bench, World
from tests.guides.pc_world import FakeEyes, Pc, said
from tests.remedies.situations import CONFIG, DEFAULT, ETH

MINE = ("pc.", "home.", "out.", "check.")
WIFI = Interface("wlan0", 3, InterfaceKind.WIFI, True, True)


def of_this_side(names: Any) -> set[str]:
    return {name for name in names if name.startswith(MINE) or name in ("fact", "fix")}


def test_every_known_name_of_this_side_has_its_function_and_there_is_nothing_more() -> None:
    side = Pc().side
    assert set(side.tests) == of_this_side(known.TESTS)
    assert set(side.shows) == of_this_side(known.SHOWS)
    assert set(side.actions) == of_this_side(known.ACTIONS)
    assert set(side.suggestions) == {"free_channel"} <= set(known.SUGGESTIONS)  # the rest is the home's


def test_it_is_a_side_of_the_whole() -> None:
    async def go() -> tuple[str, str, bool]:
        async def look() -> Context:
            return Context(os="linux")

        here = Pc()
        whole = Whole(look, here.side)
        now = Moment(Context(os="linux"), {"port": "8080"})
        waits = await whole.test(model.Test("pc.listens", {"port": "$port", "protocol": "tcp"}), now)
        shown = await whole.show(model.Test("pc.address"), now)
        await whole.close()
        return waits.answer, shown.answer, "8080" in said(waits)

    assert asyncio.run(go()) == ("no", "unknown", True)


# -- listeners ---------------------------------------------------------------------------------------


def listening(*found: Listener, complete: bool = True) -> Pc:
    return Pc(eyes=FakeEyes(heard=Listeners(found, complete)))


@pytest.mark.parametrize(("address", "answer"), [
    ("0.0.0.0", "yes"), ("::", "yes"), ("192.168.1.20", "yes"), ("127.0.0.1", "no"), ("127.9.9.9", "no"), ("::1", "no"),
    ("172.17.0.1", "no"), ("", "no"),
])  # fmt: skip
def test_only_what_the_home_can_reach_counts_as_listening(address: str, answer: str) -> None:
    seen = listening(Listener(8080, "tcp", address, "jeu")).test("pc.listens", port="8080", protocol="tcp")
    assert seen.answer == answer
    assert "jeu" in said(seen)


def test_the_protocol_matters_and_any_port_of_a_range_will_do() -> None:
    pc = listening(Listener(5004, "udp", "0.0.0.0"))
    assert pc.test("pc.listens", port="5000-5010", protocol="tcp").answer == "no"
    assert pc.test("pc.listens", port="5000-5003", protocol="udp").answer == "no"
    seen = pc.test("pc.listens", port="5000-5010", protocol="udp")
    assert seen.answer == "yes" and "5004" in said(seen)
    assert pc.test("pc.listens", port=5004, protocol="both").answer == "yes"


def test_where_others_programs_are_hidden_nothing_is_said_of_them() -> None:
    assert listening(complete=False).test("pc.listens", port="80", protocol="tcp").answer == "unknown"
    mine = listening(Listener(80, "tcp", "::", "web"), complete=False)
    assert mine.test("pc.listens", port="80", protocol="tcp").answer == "yes"


@given(st.text(max_size=12) | st.text("0123456789- ²٣\x1c", max_size=12))
def test_a_port_is_a_port_or_nothing(text: str) -> None:
    pair = ports({"port": text})
    assert ports({"port": 8080}) == ports({"port": " 8080 "}) == (8080, 8080)
    assert ports({"port": "5000 - 5010"}) == (5000, 5010)
    assert pair is None or 1 <= pair[0] <= pair[1] <= 65535


# -- the firewall ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lets", "answer"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_the_firewall_is_asked_for_the_adapter_in_use(lets: bool | None, answer: str) -> None:
    pc = Pc(eyes=FakeEyes(inbound=lambda _port, _protocol: Inbound(lets, "nftables")))
    seen = pc.test("pc.lets_in", port="8080", protocol="tcp")
    assert seen.answer == answer and "8080" in said(seen)
    assert pc.eyes.asked == [("lets_in", range(8080, 8081), "tcp", "eth0")]


def test_all_of_a_range_must_be_let_in() -> None:
    pc = Pc(eyes=FakeEyes(inbound=lambda ports, _protocol: Inbound(5003 not in ports, "ufw")))
    assert pc.test("pc.lets_in", port="5000-5002", protocol="tcp").answer == "yes"
    assert pc.test("pc.lets_in", port="5000-5003", protocol="tcp").answer == "no"
    assert pc.test("pc.lets_in", port="1-60000", protocol="tcp").answer == "unknown"
    udp = Pc(eyes=FakeEyes(inbound=lambda _ports, protocol: Inbound(protocol == "tcp")))
    assert udp.test("pc.lets_in", port="5000", protocol="both").answer == "no"


@pytest.mark.parametrize("name", ["", "ufw", "firewalld", "nftables", "iptables", "windows", "macos", "new"])
def test_a_firewall_that_cannot_be_read_is_no_pass_and_is_named(name: str) -> None:
    pc = Pc(eyes=FakeEyes(inbound=lambda _port, _protocol: Inbound(None, name)))
    seen = pc.test("pc.lets_in", port="80", protocol="udp")
    assert seen.answer == "unknown" and "80" in said(seen)


# -- how it is connected -------------------------------------------------------------------------------


class Set(World):
    """A PC of these payloads."""

    def __init__(self, **payloads: Any) -> None:
        super().__init__()
        self.payloads = payloads

    def probes(self) -> Any:
        from tests.app.repair_world import _probe

        swapped = {name.replace("_", "."): payload for name, payload in self.payloads.items()}
        kept = [one for one in super().probes() if one.spec.id not in swapped]
        return (*kept, *(_probe(name, lambda p=payload: p) for name, payload in swapped.items() if payload is not None))


def pc(wifi: Joined | None = None, **payloads: Any) -> Pc:
    return Pc(bench=Bench(Set(**payloads)), eyes=FakeEyes(wifi=wifi or Joined()))


def links(*adapters: Interface) -> LinkPayload:
    return LinkPayload(adapters, adapters[0].name if adapters else None)


@pytest.mark.parametrize(("method", "answer"), [
    (Method.DHCP, "yes"), (Method.MANUAL, "no"), (Method.UNKNOWN, "unknown"), (Method.LINK_LOCAL, "unknown"),
])  # fmt: skip
def test_where_the_address_comes_from(method: Method, answer: str) -> None:
    there = AddressPayload((replace(CONFIG, method4=method),), "eth0", None)
    seen = pc(addr_lease=there).test("pc.address_automatic")
    assert seen.answer == answer and said(seen)


@pytest.mark.parametrize(("adapters", "answer"), [
    ((ETH,), "yes"), ((replace(ETH, carrier=False),), "no"), ((replace(ETH, admin_up=False, carrier=None),), "no"),
    ((replace(ETH, carrier=None),), "unknown"), ((WIFI,), "no"), ((), "unknown"),
])  # fmt: skip
def test_by_cable(adapters: tuple[Interface, ...], answer: str) -> None:
    seen = pc(link_interfaces=links(*adapters)).test("pc.by_cable")
    assert seen.answer == answer and said(seen)


@pytest.mark.parametrize(("now", "adapters", "answer"), [
    (Joined("Maison", known=True), (WIFI,), "yes"),
    (Joined("Voisin", known=True), (WIFI,), "no"),
    (Joined(None, known=True), (WIFI,), "no"),
    (Joined(), (WIFI,), "unknown"),
    (Joined(), (ETH, WIFI), "unknown"),
    (Joined(), (replace(WIFI, carrier=False),), "no"),
    (Joined(), (ETH,), "no"),
])  # fmt: skip
def test_joined(now: Joined, adapters: tuple[Interface, ...], answer: str) -> None:
    seen = pc(now, link_interfaces=links(*adapters)).test("pc.joined", name="Maison")
    assert seen.answer == answer and said(seen)


@pytest.mark.parametrize(("routing", "answer"), [
    (RoutePayload((DEFAULT,), "eth0", None), "no"),
    (RoutePayload((DEFAULT,), "tun0", None), "yes"),
    (RoutePayload((DEFAULT,), "eth0", None, tunnels=("wg0",)), "yes"),
    (None, "unknown"),
])  # fmt: skip
def test_vpn(routing: RoutePayload | None, answer: str) -> None:
    tunnel = Interface("tun0", 9, InterfaceKind.TUNNEL, True, True)
    seen = pc(route_table=routing, link_interfaces=links(ETH, tunnel)).test("pc.vpn_up")
    assert seen.answer == answer and said(seen)


@pytest.mark.parametrize(("proxy", "answer"), [
    (ProxyPayload(None, None), "no"), (ProxyPayload("gnome", "http://10.0.0.9:3128"), "yes"),
    (ProxyPayload("windows", None, pac=True), "yes"), (None, "unknown"),
])  # fmt: skip
def test_proxy(proxy: ProxyPayload | None, answer: str) -> None:
    seen = pc(proxy_settings=proxy).test("pc.proxy_set")
    assert seen.answer == answer and said(seen)


@pytest.mark.parametrize(("now", "asked", "answer"), [
    (("9.9.9.9",), "9.9.9.9", "yes"), (("192.168.1.1", "9.9.9.9"), "9.9.9.9", "yes"),
    (("2620:fe:0:0::fe",), "2620:fe::fe", "yes"), (("192.168.1.1",), "9.9.9.9", "no"), ((), "9.9.9.9", "unknown"),
])  # fmt: skip
def test_resolver(now: tuple[str, ...], asked: str, answer: str) -> None:
    there = AddressPayload((replace(CONFIG, resolvers=now),), "eth0", None)
    seen = pc(addr_lease=there).test("pc.resolver_is", address=asked)
    assert seen.answer == answer and said(seen)


def test_what_is_shown() -> None:
    here = pc(link_interfaces=links(replace(ETH, speed_mbps=1000)))
    assert here.show("pc.address")[0].endswith("192.168.1.20") and "192.168.1.1" in here.show("pc.address")[2]
    assert "1000" in here.show("pc.link")[0]
    assert "192.168.1.1" in here.show("pc.resolvers")[0]
    wireless = pc(Joined("Maison", known=True), link_interfaces=links(WIFI))
    assert "Maison" in wireless.show("pc.link")[0]
    nothing = pc(addr_lease=AddressPayload((), None, None))
    assert nothing.show("pc.address") and nothing.show("pc.resolvers")


def test_several_questions_at_once_are_one_look_at_the_pc() -> None:
    here = Pc()

    async def go() -> None:
        for name in ("pc.by_cable", "pc.vpn_up", "pc.address_automatic"):
            await here.atest(name)

    asyncio.run(go())
    assert len(here.checks) == 1
