"""The SFR driver against the simulated box: what it reads is the home's, what it may not do it says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from selfcare.boxes import sfr
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.ports import PORTS
from selfcare.boxes.sfr.session import SfrSession
from selfcare.model.box import (
    Absent,
    ActivityState,
    BoxFamily,
    Capability,
    ConnectionStatus,
    DslLine,
    GuestNetwork,
    HostLayer,
    LinkStatus,
    Mode,
    OpticalInterface,
    Security,
    Support,
    WanStatus,
    Why,
    WifiBand,
    WifiSettings,
)
from tests.boxes.base import serving
from tests.boxes.home import FAULTS, Home
from tests.boxes.sfr import BOX10, CABLE, NB6, NB6VAC, Model, SfrBox
from tests.boxes.sfr.bench import asked, at, refused, simulated


def test_claims_are_what_the_session_has() -> None:
    for capability in Capability:
        claimed = [claim for claim in sfr.DRIVER.claims if claim.capability is capability]
        assert claimed, f"nothing is said about {capability}"
        can = issubclass(SfrSession, PORTS[capability])
        assert can == any(claim.support is Support.YES for claim in claimed), capability


@pytest.mark.parametrize("model", [NB6VAC, NB6, BOX10, CABLE])
def test_a_stranger_is_told_who_it_is(model: Model) -> None:
    async def run(box: SfrBox) -> Any:
        async with serving(box) as place:
            return await sfr.DRIVER.recognise(place)

    box = simulated(model=model)
    found = asyncio.run(run(box))
    assert found is not None and len(box.asked) == 1
    assert (found.family, found.product_class, found.software_version) == (
        BoxFamily.SFR,
        model.product,
        model.firmware,
    )
    assert found.temperature == (44.699 if model.milli else 48.5)
    assert found.uid == "7c:16:89:00:00:01" and found.up_time == box.home.up_time
    updating = asyncio.run(run(simulated("updating")))
    assert updating is not None and updating.updating


def test_the_line_on_fibre() -> None:
    box = simulated()

    async def use(session: SfrSession) -> Any:
        return await asyncio.gather(session.wan(), session.dsl(), session.optical())

    wan, dsl, optical = at(box, use, login=False)
    line = box.home.line
    assert (wan.status, wan.link, wan.ipv4_address, wan.ipv6_address, wan.up_time) == (
        ConnectionStatus.CONNECTED,
        LinkStatus.UP,
        line.ipv4,
        line.ipv6,
        line.up_time,
    )
    assert dsl == Absent(Why.OTHER_LINE) and asked(box, "dsl.getInfo") == 0
    light = line.optics
    assert optical == OpticalInterface(
        LinkStatus.UP, True, light.rx, light.tx, temperature=light.temperature, voltage=light.voltage
    )


@pytest.mark.parametrize(
    ("fault", "status", "signal"),
    [
        ("dark-fibre", LinkStatus.DOWN, False),
        ("weak-light", LinkStatus.UP, True),
        ("not-registered", LinkStatus.INITIALISING, True),
        ("stopped-by-operator", LinkStatus.INITIALISING, True),
    ],
)
def test_faults_of_fibre(fault: str, status: LinkStatus, signal: bool) -> None:
    box = simulated(fault)

    async def use(session: SfrSession) -> tuple[Any, Any]:
        return await session.optical(), await session.wan()

    optical, wan = at(box, use, login=False)
    assert (optical.status, optical.signal, optical.rx_power) == (status, signal, box.home.line.optics.rx)
    up = fault == "weak-light"
    assert wan.status is (ConnectionStatus.CONNECTED if up else ConnectionStatus.DISCONNECTED)
    assert (wan.ipv4_address is not None, wan.up_time is not None) == (up, up)
    assert wan.link is (LinkStatus.UP if up else None)


@pytest.mark.parametrize("fault", ["dsl", "dsl-margin", "dsl-errors"])
def test_the_line_on_copper(fault: str) -> None:
    box = simulated(fault)

    async def use(session: SfrSession) -> tuple[Any, Any, Any]:
        return await session.dsl(), await session.optical(), await session.wan()

    dsl, optical, wan = at(box, use, login=False)
    line = box.home.line.dsl
    assert isinstance(dsl, DslLine) and dsl.status is LinkStatus.UP
    assert (dsl.standard, dsl.showtime, dsl.retrains) == (line.standard, line.showtime, line.retrains)
    assert (dsl.down.rate, dsl.up.rate) == (line.rate_down, line.rate_up)
    assert (dsl.down.noise_margin, dsl.up.noise_margin) == (line.margin_down, line.margin_up)
    assert (dsl.down.attenuation, dsl.up.attenuation) == (line.attenuation_down, line.attenuation_up)
    assert dsl.down.crc_errors == line.crc
    assert optical == Absent(Why.OTHER_LINE)
    assert isinstance(wan, WanStatus) and wan.protocol == "ppp" and wan.link is None


def test_no_sync_has_no_figures() -> None:
    dsl = at(simulated("dsl-no-sync"), lambda session: session.dsl(), login=False)
    assert isinstance(dsl, DslLine)
    assert (dsl.status, dsl.loss_of, dsl.down.rate, dsl.down.noise_margin, dsl.showtime) == (
        LinkStatus.DOWN,
        "signal",
        None,
        None,
        None,
    )


def test_a_cable_box_with_the_broken_reply_has_no_telephone_line() -> None:
    async def use(session: SfrSession) -> tuple[Any, Any]:
        return await session.dsl(), await session.optical()

    assert at(simulated(model=CABLE), use, login=False) == (Absent(Why.OTHER_LINE), Absent(Why.OTHER_LINE))


def test_a_terminal_inside_the_box_is_not_in_this_interface() -> None:
    error = refused(simulated(model=BOX10), lambda session: session.optical(), login=False)
    assert error.code is BoxErrorCode.UNSUPPORTED


def test_a_terminal_that_cannot_be_asked_anew_tells_its_last_figures() -> None:
    box = simulated()
    box.manners.lacks = {"ont.sync"}
    optical = at(box, lambda session: session.optical(), login=False)
    assert isinstance(optical, OpticalInterface) and optical.rx_power == box.home.line.optics.rx


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"updating"}))
def test_what_every_fault_leaves_is_told_as_it_is(fault: str) -> None:
    box = simulated(fault)

    async def use(session: SfrSession) -> tuple[Any, Any]:
        return await session.wan(), await session.device()

    wan, device = at(box, use, login=False)
    line = box.home.line
    assert wan.ipv4_address == (line.ipv4 or None) and wan.up_time == (line.up_time or None)
    assert device.up_time == box.home.up_time and device.serial_number == box.home.serial
    assert (device.mode is Mode.BRIDGE) == box.home.bridge
    assert device.software_version == (box.home.firmware or NB6VAC.firmware)


def test_the_home() -> None:
    box = simulated()

    async def use(session: SfrSession) -> tuple[Any, ...]:
        return tuple(await asyncio.gather(session.hosts(), session.dhcp(), session.tv(), session.phone()))

    hosts, dhcp, tv, phone = at(box, use)
    assert [(h.phys_address, h.ip_address, h.host_name, h.active) for h in hosts] == [
        (h.mac, h.ip, h.name, h.active) for h in box.home.hosts
    ]
    assert {h.host_name: h.layer for h in hosts}["tablette-leo"] is HostLayer.WIFI_5
    assert (dhcp.enable, dhcp.box_address, dhcp.min_address, dhcp.reservations) == (
        True,
        box.home.address,
        "192.168.1.20",
        None,
    )
    assert [(d.state, d.phys_address) for d in tv] == [(ActivityState.UP, "70:fc:8f:00:00:04")]
    assert [(p.state, p.off_hook) for p in phone] == [(ActivityState.UP, False)]


def test_in_bridge_mode_the_home_is_another_routers() -> None:
    async def use(session: SfrSession) -> tuple[Any, ...]:
        return (await session.device()).mode, await session.hosts(), await session.dhcp(), await session.tv()

    assert at(simulated("bridge"), use, login=False) == (Mode.BRIDGE, *[Absent(Why.BRIDGE)] * 3)


def test_wifi_and_guests_need_a_login_and_tell_the_key() -> None:
    box = simulated()
    assert refused(box, lambda session: session.wifi(), login=False).code is BoxErrorCode.LOGIN_REQUIRED
    wifi = at(box, lambda session: session.wifi())
    assert isinstance(wifi, WifiSettings) and wifi.enable is None
    assert [(r.id, r.band, r.enable, r.channel, r.auto_channel) for r in wifi.radios] == [
        ("wlan", WifiBand.GHZ_2_4, True, 6, None),
        ("wlan5", WifiBand.GHZ_5, True, 44, False),
    ]
    assert [(s.ssid, s.security, s.key) for s in wifi.ssids] == [
        (s.ssid, Security.WPA2, s.key) for s in box.home.ssids
    ]  # fmt: skip
    one = at(simulated(model=NB6), lambda session: session.wifi())
    assert isinstance(one, WifiSettings) and one.enable is True and len(one.radios) == 1
    guest = at(box, lambda session: session.guest())
    assert guest == GuestNetwork(enable=False, ssid="Invites", key="bienvenue-2026")
    assert refused(simulated(model=NB6), lambda session: session.guest()).code is BoxErrorCode.UNSUPPORTED


def test_a_status_is_three_waves_at_most() -> None:
    """A wave: what is asked before anything is answered. All of a wave are let go together."""

    class Waves(SfrBox):
        waves = 0
        waiting: asyncio.Future[None] | None = None

        async def _api(self, request: web.Request) -> web.Response:
            if self.waiting is None:
                self.waves += 1
                self.waiting = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_later(0.05, self._go)
            await self.waiting
            return await super()._api(request)

        def _go(self) -> None:
            waiting, self.waiting = self.waiting, None
            assert waiting is not None
            waiting.set_result(None)

    box = Waves(Home())

    async def use(session: SfrSession) -> None:
        before = box.waves
        await asyncio.gather(*(getattr(session, name)() for name in ("device", "wan", "dsl", "optical", "tv", "phone")))
        assert box.waves - before <= 3

    at(box, use)
    methods = [request.path.partition("method=")[2].partition("&")[0] for request in box.asked]
    assert sorted(methods) == sorted([
        "auth.getToken", "auth.checkToken", "system.getInfo", "wan.getInfo", "voip.getInfo", "ftth.getInfo",
        "ont.sync", "ont.getInfo", "lan.getHostsList",
    ])  # fmt: skip


def test_a_swapped_box_is_told_nothing_more() -> None:
    box = simulated()

    async def use(session: SfrSession) -> None:
        await session.device()
        FAULTS["swapped"](box.home)
        with pytest.raises(BoxError) as caught:
            await session.device()
        assert caught.value.code is BoxErrorCode.BOX_CHANGED
        before = len(box.asked)
        with pytest.raises(BoxError):
            await session.wifi()
        assert not [request for request in box.asked[before:] if "token=" in request.path]

    at(box, use)
