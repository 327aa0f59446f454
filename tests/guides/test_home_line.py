"""Tests of a guide about the line, the opened ports and the address: as the diagnosis judges, and no surer than it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from selfcare.app.guides.home_context import Around
from selfcare.app.guides.home_suggest import LETTERS, free, key
from selfcare.model.box import DhcpServer, HomeHost, PortRange, WanStatus
from tests.boxes.home import FAULTS, Forward
from tests.boxes.igd import IgdBox, Manners
from tests.guides.home_bench import OWN, AtHome, play, words

LINE = ("box.line_up", "box.session_up", "box.light_sound", "box.dsl_sound", "box.steady")


@pytest.mark.parametrize("family", ["freebox", "livebox", "sfr"])
@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        ((), ("yes", "yes", "yes", "unknown", None)),
        (("dark-fibre",), ("no", "no", "no", "unknown", None)),
        (("weak-light",), (None, "yes", None, "unknown", None)),
        (("no-session",), ("yes", "no", "yes", "unknown", None)),
        (("external-ont",), ("unknown", "yes", "unknown", "unknown", None)),
        (("dsl-no-sync",), ("no", "no", "unknown", "no", None)),
        (("dsl-margin",), ("yes", "yes", "unknown", "no", None)),
    ],
)
def test_the_line(family: str, fault: tuple[str, ...], answers: tuple[str | None, ...], tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        for name, answer in zip(LINE, answers, strict=True):
            said = await h.says(name)
            if answer is None or (family == "sfr" and fault == ("external-ont",)):
                continue  # an SFR box does not tell that the fibre ends elsewhere
            assert said == answer or (said == "unknown" and family != "freebox"), (name, said)
        await h.shows("box.line")
        await h.shows("box.address")

    play(family, tmp_path, act, *fault)


def test_a_sound_telephone_line_and_a_day_of_drops(tmp_path: Path) -> None:
    async def sound(h: AtHome) -> None:
        assert await h.says("box.dsl_sound") == "yes"
        assert await h.says("box.steady") == "yes"

    async def ails(h: AtHome) -> None:
        assert await h.says("box.steady") == "no"

    async def errors(h: AtHome) -> None:
        seen = await h.test("box.dsl_sound")
        assert seen.answer == "no" and "/min" in str(seen.data["dsl_errors"])

    play("freebox", tmp_path / "a", sound, "dsl")
    play("livebox", tmp_path / "b", ails, "unstable")
    play("freebox", tmp_path / "c", errors, "dsl-errors")


@pytest.mark.parametrize("family", OWN)
def test_restarted_since_the_step(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        h.home.up_time = 600
        assert (await h.since("box.restarted", 60)).answer == "no"
        assert (await h.since("box.restarted", 900)).answer == "yes"
        if family != "livebox":
            assert (await h.since("box.restarted", 590)).answer == "unknown", "a moment before: minutes are rounded"

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", OWN)
@pytest.mark.parametrize("seconds", [3600.0, -3600.0])
def test_a_clock_that_was_set_proves_no_restart(family: str, seconds: float, tmp_path: Path) -> None:
    """An hour later by the PC's clock, ten minutes old by its own: that is the clock's doing, not the box's."""

    async def act(h: AtHome) -> None:
        h.home.up_time = 600
        since = h.time.now
        h.time.set(seconds)
        assert (await h.side.tests["box.restarted"]({}, h.moment(since))).answer == "unknown"

    play(family, tmp_path, act)


def test_a_step_of_tomorrow_proves_nothing(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert (await h.since("box.restarted", -3600)).answer == "unknown"

    play("freebox", tmp_path, act)


def test_a_box_that_tells_no_age_cannot_tell(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert (await h.since("box.restarted", 900)).answer == "unknown"

    play("igd", tmp_path, act, box=IgdBox(manners=Manners(client=None)))


# -- ports -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["freebox", "livebox", "bbox", "fritz"])
def test_a_port_that_leads_somewhere(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        def port(number: str = "8443", protocol: str = "tcp", **more: Any) -> dict[str, Any]:
            return {"port": number, "protocol": protocol, **more}

        for called in ("pc-camille", "192.168.1.20", "3c:52:82:00:00:01"):
            assert await h.says("box.forward_is", **port(device=called)) == "yes"
        assert await h.says("box.forward_is", **port(device="tablette-leo")) == "no"
        assert await h.says("box.forward_is", **port(protocol="both", device="pc-camille")) == "no", "one half of it"
        assert await h.says("box.forward_is", **port("9999", device="personne")) == "no", "nothing is open there"
        assert await h.says("box.forward_is", **port("0", device="pc-camille")) == "unknown"
        taken = await h.test("box.forward_free", **port())
        assert taken.answer == "no" and "pc-camille (NAS)" in words(taken)[0]
        assert await h.says("box.forward_free", **port(device="pc-camille")) == "yes"
        assert await h.says("box.forward_free", **port("9999")) == "yes"
        assert await h.says("box.forward_free", **port("8000-9000")) == "no"
        assert await h.says("box.forward_free", **port(protocol="udp")) == "yes"
        h.home.forwards[0].enable = False
        assert await h.says("box.forward_is", **port(device="pc-camille")) == "no"

    play(family, tmp_path, act)


def test_a_program_has_it_and_the_box_itself(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        h.home.forwards = [Forward(3074, 3074, "192.168.1.22", "udp", description="console", origin="upnp", id="7")]
        seen = await h.test("box.forward_free", port="3074", protocol="udp")
        assert (seen.answer, seen.data["by"]) == ("no", "program") and "tele-salon" in words(seen)[0]

    play("freebox", tmp_path / "a", act)


def test_what_a_gateway_tells_by_upnp_is_never_all(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert await h.says("box.forward_free", port="8443", protocol="tcp") == "no"
        assert await h.says("box.forward_free", port="9999", protocol="tcp") == "unknown"
        assert await h.says("box.ipv4_own") == "unknown" and await h.says("box.ipv4_double") == "unknown"

    play("igd", tmp_path, act, box=IgdBox(manners=Manners(client=None)))


WAN: list[tuple[WanStatus, str, str, str]] = [
    # own, double, port 20000 allowed
    (WanStatus(ipv4_address="90.63.21.45", ports=PortRange(0, 65535)), "yes", "no", "yes"),
    (WanStatus(ipv4_address="90.63.21.45", shared_ipv4=False), "yes", "no", "yes"),
    (WanStatus(ipv4_address="90.63.21.45"), "unknown", "no", "unknown"),
    (WanStatus(ipv4_address="90.63.21.45", ports=PortRange(16384, 32767)), "no", "no", "yes"),
    (WanStatus(ipv4_address="90.63.21.45", ports=PortRange(32768, 49151)), "no", "no", "no"),
    (WanStatus(ipv4_address="100.76.12.34"), "no", "no", "no"),
    (WanStatus(ipv4_address="192.168.1.12"), "no", "yes", "unknown"),
    (WanStatus(ipv4_address="10.20.30.40"), "no", "unknown", "unknown"),
    (WanStatus(ipv4_address="10.20.30.40", walled=True), "unknown", "unknown", "unknown"),
    (WanStatus(ipv4_address="172.20.0.9"), "no", "unknown", "unknown"),
    (WanStatus(public_ipv4=False), "no", "unknown", "unknown"),
    (WanStatus(), "unknown", "unknown", "unknown"),
]


@pytest.mark.parametrize(("wan", "own", "double", "allowed"), WAN)
def test_whose_the_address_is(
    wan: WanStatus, own: str, double: str, allowed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(h: AtHome) -> None:
        async def tell(_capability: object) -> WanStatus:
            return wan

        monkeypatch.setattr(h.side.box, "told", tell)
        assert await h.says("box.ipv4_own") == own
        assert await h.says("box.ipv4_double") == double
        assert await h.says("box.port_allowed", port="20000-20010") == allowed
        part = wan.ports is not None and not wan.ports.whole
        assert (await h.says("box.ports_mine") == "yes") == part
        assert await h.side.line() == wan

    play("livebox", tmp_path, act)


def test_what_was_measured_goes_further(tmp_path: Path) -> None:
    async def fact(name: str) -> str:
        return {"second_nat": "yes"}.get(name, "unknown")

    async def act(h: AtHome) -> None:
        FAULTS["walled"](h.home)  # an address of 10/8: a home's or an operator's, nobody can say
        h.home.line.walled = False
        assert await h.says("box.ipv4_double") == "yes"
        assert await h.says("box.ipv4_own") == "no"

    play("livebox", tmp_path, act, around=Around(fact=fact))


# -- suggestions -------------------------------------------------------------------------------------


def test_a_key_can_be_read_out_and_is_never_the_same() -> None:
    made = {key() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert 8 <= len(one) <= 63 and set(one) <= set(LETTERS) | {"-"}
    assert not set("ilo01") & set(LETTERS)
    assert len(LETTERS) ** len(key().replace("-", "")) >= 2**60


def test_this_pc_is_marked_and_who_has_no_name_goes_by_what_nobody_else_can_have(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        h.home.hosts[1].name = h.home.hosts[2].name = "tablette"
        devices = await h.side.suggestions["devices"](h.moment())
        assert devices[0].value == "pc-camille" and "cet ordinateur" in devices[0].label
        assert {d.value for d in devices if "tablette" in d.label} == {"b8:27:eb:00:00:02", "f4:f5:d8:00:00:03"}
        assert devices[-1].value == "ancien-telephone", "those that are off come last"
        assert await h.offers("this_pc") == ["pc-camille"]
        assert await h.offers("now_name") == ["Maison-Dupont"]
        assert (await h.offers("guest_name"))[-1] == "Maison-Dupont-invites"
        assert await h.side.device("pc-camille") == "192.168.1.20" and await h.side.device("personne") is None
        h.home.ssids[0].ssid = h.home.ssids[1].ssid = "é" * 16
        name = str((await h.offers("guest_name"))[-1])
        assert len(name.encode()) <= 32 and name.endswith("-invites")

    play("livebox", tmp_path, act, macs=frozenset({"3c:52:82:00:00:01"}))


def test_an_address_that_nobody_has() -> None:
    hosts = (HomeHost("aa:00:00:00:00:01", "192.168.1.254"), HomeHost("aa:00:00:00:00:02", "192.168.1.20"))
    server = DhcpServer(True, "192.168.1.1", "255.255.255.0", "192.168.1.10", "192.168.1.150")
    found = free(server, hosts)
    assert found[0] == "192.168.1.253" and "192.168.1.1" not in found and "192.168.1.20" not in found
    assert found.index("192.168.1.151") < found.index("192.168.1.150"), "what is given out comes last"
    bare = DhcpServer(True, None, None, "192.168.1.10", "192.168.1.12")
    assert free(bare, hosts) == ["192.168.1.12", "192.168.1.11", "192.168.1.10"]
    assert free(DhcpServer(True, "192.168.1.1", "255.255.255.0"), hosts) == []
    assert free(DhcpServer(True, "10.0.0.1", "255.0.0.0", "10.0.0.2", "10.255.0.2"), hosts) == []
