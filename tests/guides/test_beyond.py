"""The machines of the home and what is seen from outside: who may be believed, and what is only silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.app.guides.beyond import far_side_of
from selfcare.model.box import PortRange, WanStatus
from selfcare.model.home_pc import FarSide, Outside, Spoke
from selfcare.model.payloads.addressing import NatPayload
from selfcare.model.payloads.link import Interface, InterfaceKind
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import Layer, ProbeSpec
from tests.app.repair_world import Bench
from tests.guides.pc_world import VANTAGE, FakeEyes, Pc, said
from tests.guides.test_pc import Set, links
from tests.remedies.situations import DEFAULT, ETH

NAS, LINE = "192.168.1.30", "90.63.21.45"


def pc(**eyes: Any) -> Pc:
    return Pc(eyes=FakeEyes(**eyes))


# -- a device of the home ------------------------------------------------------------------------------


@pytest.mark.parametrize(("spoke", "there", "protocol", "answer"), [
    (Spoke.OPEN, None, "tcp", "yes"), (Spoke.REFUSED, None, "tcp", "no"), (Spoke.UNKNOWN, True, "tcp", "no"),
    (Spoke.UNKNOWN, False, "tcp", "no"), (Spoke.UNKNOWN, None, "tcp", "unknown"),
    (Spoke.OPEN, None, "udp", "yes"), (Spoke.REFUSED, None, "udp", "no"), (Spoke.UNKNOWN, True, "udp", "unknown"),
    (Spoke.UNKNOWN, False, "udp", "no"), (Spoke.UNKNOWN, True, "both", "unknown"),
])  # fmt: skip
def test_a_port_of_a_device(spoke: Spoke, there: bool | None, protocol: str, answer: str) -> None:
    here = pc(spoken={5000: spoke}, seen={NAS: there})
    seen = here.test("home.answers", device=NAS, port="5000", protocol=protocol)
    assert seen.answer == answer and NAS in said(seen)


@pytest.mark.parametrize(("there", "answer"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_a_device(there: bool | None, answer: str) -> None:
    seen = pc(seen={NAS: there}).test("home.answers", device=NAS)
    assert seen.answer == answer and NAS in said(seen)


def test_one_port_of_a_range_is_enough_and_a_refusal_is_of_all() -> None:
    refused = dict.fromkeys(range(5000, 5011), Spoke.REFUSED)
    assert pc(spoken=refused).test("home.answers", device=NAS, port="5000-5010", protocol="tcp").answer == "no"
    one = {**refused, 5010: Spoke.OPEN}
    assert pc(spoken=one).test("home.answers", device=NAS, port="5000-5010", protocol="tcp").answer == "yes"
    silent = {**refused, 5003: Spoke.UNKNOWN}
    assert pc(spoken=silent).test("home.answers", device=NAS, port="5000-5010", protocol="tcp").answer == "unknown"
    wide = pc(spoken=dict.fromkeys(range(1, 65536), Spoke.REFUSED))
    assert wide.test("home.answers", device=NAS, port="1-65535", protocol="tcp").answer == "unknown"
    assert len(wide.eyes.asked) < 70


def test_a_device_is_found_by_the_box_then_by_this_pc_and_only_in_the_home() -> None:
    eyes = FakeEyes(located={NAS: NAS, "nas": NAS, "www.example.com": "93.184.216.34"}, seen={NAS: True})
    here = Pc(eyes=eyes, devices={"Ma télé": NAS, "loin": "8.8.8.8", "rien": "::1"})
    for name in (NAS, "nas", "Ma télé"):
        assert here.test("home.answers", device=name).answer == "yes"
    for name in ("www.example.com", "loin", "rien", "personne", ""):
        assert here.test("home.answers", device=name).answer == "unknown"
        assert here.test("home.answers", device=name, port="80", protocol="tcp").answer == "unknown"
    assert not any(question[0] == "speaks" for question in eyes.asked)


def test_this_pc_is_known_by_its_own_adapter() -> None:
    world = Set(link_interfaces=links(replace(ETH, mac="3c:52:82:00:00:01")))
    here = Pc(bench=Bench(world), eyes=FakeEyes(spoken={80: Spoke.OPEN}))
    assert here.test("home.answers", device="3C-52-82-00-00-01", port="80", protocol="tcp").answer == "yes"
    assert here.eyes.asked == [("speaks", "192.168.1.20", 80, "tcp")]


# ---- addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "there", "answer"), [
    (NAS, True, "no"), (NAS, False, "yes"), (NAS, None, "unknown"), ("192.168.1.20", False, "no"),
    ("192.168.2.30", False, "unknown"), ("192.168.1.0", False, "unknown"), ("192.168.1.255", False, "unknown"),
    ("nowhere", False, "unknown"), ("fe80::1", False, "unknown"),
])  # fmt: skip
def test_an_address_is_free_when_it_is_ours_to_judge_and_nobody_answered(
    address: str, there: bool | None, answer: str
) -> None:
    here = pc(seen={address: there})
    seen = here.test("home.address_free", address=address)
    assert seen.answer == answer and address in said(seen)
    assert all(question[-1] is True for question in here.eyes.asked)  # patiently


def test_silence_of_another_network_is_no_absence() -> None:
    far = "192.168.7.30"
    assert pc(seen={far: False}, located={far: far}).test("home.answers", device=far).answer == "unknown"
    assert pc(seen={far: True}, located={far: far}).test("home.answers", device=far).answer == "yes"


# -- from outside --------------------------------------------------------------------------------------


def outside(
    seen: Outside, far: FarSide | None, routing: RoutePayload | None = None, protocol: str = "tcp", port: str = "8080"
) -> tuple[str, str]:
    tunnel = Interface("tun0", 9, InterfaceKind.TUNNEL, True, True)
    there = Set(route_table=routing, link_interfaces=links(ETH, tunnel)) if routing else Set()
    here = Pc(bench=Bench(there), eyes=FakeEyes(outside=seen), vantages=(VANTAGE,), far=far)
    found = here.test("out.port_open", port=port, protocol=protocol)
    return found.answer, found.said[0][0] if said(found) else ""


OURS, SHARE = FarSide(LINE, own=True), FarSide(LINE, ports=(8000, 9000))


@pytest.mark.parametrize(("opened", "far", "answer"), [
    (True, OURS, "yes"), (False, OURS, "no"), (None, OURS, "unknown"),
    (True, SHARE, "yes"), (False, SHARE, "no"), (True, FarSide(LINE, ports=(1, 100)), "no"),
    (False, FarSide(LINE, ports=(1, 100)), "no"),
    (True, FarSide(LINE), "unknown"), (False, FarSide(LINE), "no"),  # whose port that is, was not told
    (True, None, "unknown"), (False, None, "unknown"),
])  # fmt: skip
def test_a_knock_at_the_address_of_the_line(opened: bool | None, far: FarSide | None, answer: str) -> None:
    assert outside(Outside(opened, LINE), far)[0] == answer


@pytest.mark.parametrize(("opened", "own", "answer", "key"), [
    (False, "100.76.12.34", "no", "behind_closed"), (True, "100.76.12.34", "unknown", "behind"),
    (None, "100.76.12.34", "unknown", "behind"), (False, "192.168.1.77", "no", "behind_closed"),
    (False, "90.63.21.99", "unknown", "elsewhere"), (True, "90.63.21.99", "unknown", "elsewhere"),
])  # fmt: skip
def test_a_knock_at_another_address_says_whose_it_was(opened: bool | None, own: str, answer: str, key: str) -> None:
    assert outside(Outside(opened, LINE), FarSide(own)) == (answer, f"guide.out.{key}")


def test_a_vpn_speaks_for_itself() -> None:
    vpn = RoutePayload((DEFAULT,), "tun0", None)
    assert outside(Outside(False, LINE), FarSide("192.168.1.77"), vpn) == ("unknown", "guide.out.elsewhere")


def test_nobody_looks_where_the_profile_names_nobody() -> None:
    here = Pc(eyes=FakeEyes(outside=Outside(True, LINE)), far=OURS)
    seen = here.test("out.port_open", port="8080", protocol="tcp")
    assert seen.answer == "unknown" and here.eyes.asked == [] and here.checks == []
    assert "téléphone" in said(seen)


def test_a_vantage_that_is_silent_proves_nothing() -> None:
    assert outside(Outside(), OURS) == ("unknown", "guide.out.no_answer")


def test_a_range_is_one_question_and_both_protocols_must_be_open() -> None:
    here = Pc(eyes=FakeEyes(outside=Outside(True, LINE)), vantages=(VANTAGE,), far=OURS)
    assert here.test("out.port_open", port="5000-5999", protocol="tcp").answer == "yes"
    assert here.test("out.port_open", port="80", protocol="both").answer == "yes"
    asked = [question[2:] for question in here.eyes.asked]
    assert asked == [(5000, "tcp"), (80, "tcp"), (80, "udp")]


@pytest.mark.parametrize(("external", "answer"), [(LINE, "no"), ("90.63.21.99", "unknown"), (None, "unknown")])
def test_where_the_box_is_not_let_in_it_is_asked_by_nat_pmp(external: str | None, answer: str) -> None:
    world = Set(nat_path=NatPayload("192.168.1.1", external, 0))
    here = Pc(bench=Bench(world), eyes=FakeEyes(outside=Outside(False, LINE)), vantages=(VANTAGE,))
    assert here.test("out.port_open", port="80", protocol="tcp").answer == answer
    assert ("nat.path",) in [options.only for options in here.checks]


@pytest.mark.parametrize(("wan", "far"), [
    (None, None), (WanStatus(), None), (WanStatus(ipv4_address=LINE, walled=True), None),
    (WanStatus(ipv4_address=LINE), FarSide(LINE)),
    (WanStatus(ipv4_address=LINE, shared_ipv4=False), FarSide(LINE, own=True)),
    (WanStatus(ipv4_address=LINE, shared_ipv4=True), FarSide(LINE, own=False)),
    (WanStatus(ipv4_address=LINE, ports=PortRange(0, 65535)), FarSide(LINE, own=True)),
    (WanStatus(ipv4_address=LINE, ports=PortRange(0, 65535), shared_ipv4=True), FarSide(LINE, own=False)),
    (WanStatus(ipv4_address=LINE, ports=PortRange(16384, 32767)), FarSide(LINE, (16384, 32767), own=False)),
])  # fmt: skip
def test_what_the_box_says_of_its_line(wan: WanStatus | None, far: FarSide | None) -> None:
    assert far_side_of(wan) == far


def test_the_probe_that_is_asked_is_one_there_is() -> None:
    assert ProbeSpec("nat.path", 1, Layer.PATH).id in {spec.id for spec in Pc().specs}
