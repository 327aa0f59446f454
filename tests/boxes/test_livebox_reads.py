"""The driver against the simulated Livebox: every port, every fault, in few parallel rounds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from selfcare.boxes import ports
from selfcare.boxes.driver import Session
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox import DRIVER
from selfcare.boxes.livebox.session import LiveboxSession
from selfcare.boxes.wire import Place, Reply
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ActivityState,
    Capability,
    ConnectionStatus,
    DeviceInfo,
    DhcpServer,
    DslLine,
    LinkStatus,
    OpticalInterface,
    ParentalRule,
    Support,
    WanStatus,
    WanTraffic,
    Why,
    WifiSettings,
)
from tests.boxes.home import FAULTS, Home
from tests.boxes.livebox import LiveboxSimulator
from tests.boxes.livebox.talk import opened, talk

STATUS = ("device", "wan", "wan_traffic", "dsl", "optical", "restarts", "ports", "tv", "phone")
SESSIONS = {
    "connected": ConnectionStatus.CONNECTED,
    "connecting": ConnectionStatus.CONNECTING,
    "disconnected": ConnectionStatus.DISCONNECTED,
}


async def everything(session: LiveboxSession) -> dict[str, Any]:
    found = await asyncio.gather(*(getattr(session, name)() for name in STATUS))
    return dict(zip(STATUS, found, strict=True))


def simulated(*faults: str) -> LiveboxSimulator:
    home = Home()
    for fault in faults:
        FAULTS[fault](home)
    return LiveboxSimulator(home)


def test_claims_and_ports_agree() -> None:
    session: Session = DRIVER.open(Place("127.0.0.1"))
    for capability, port in ports.PORTS.items():
        claimed = any(c.support is Support.YES for c in DRIVER.claims if c.capability is capability)
        assert claimed == isinstance(session, port), capability
    assert {c.capability for c in DRIVER.claims} == set(Capability)


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in ("short-session", "external-ont")])
def test_every_fault_reads_as_the_home_is(fault: str) -> None:
    box = simulated(fault)
    told = talk(box, everything)
    line, device, wan = box.home.line, told["device"], told["wan"]
    assert isinstance(device, DeviceInfo)
    assert (device.uid, device.serial_number) == (box.home.serial, box.home.serial)
    assert (device.up_time, device.number_of_reboots) == (box.home.up_time, box.home.reboots)
    assert box.home.firmware in (None, device.software_version)
    assert isinstance(wan, WanStatus)
    assert (wan.status, wan.last_error) == (SESSIONS[line.session], line.last_error or None)
    assert (wan.ipv4_address, wan.ipv6_address, wan.ipv6_prefix) == (
        line.ipv4 or None, line.ipv6 or None, line.prefix or None,
    )  # fmt: skip
    assert len(told["restarts"]) == len(box.home.restarts)
    (_dsl if line.medium == "dsl" else _fibre)(box, told)
    assert told["tv"][0].service_available is box.home.tv_up
    assert told["phone"][0].state is ActivityState.UP


def _fibre(box: LiveboxSimulator, told: dict[str, Any]) -> None:
    seen, line = told["optical"], box.home.line
    assert told["dsl"] == Absent(Why.OTHER_LINE)
    assert isinstance(seen, OpticalInterface)
    assert (seen.rx_power, seen.tx_power, seen.rx_low, seen.rx_high) == (
        pytest.approx(line.optics.rx), pytest.approx(line.optics.tx), pytest.approx(line.optics.low),
        pytest.approx(line.optics.high),
    )  # fmt: skip
    assert seen.onu_state is not None
    assert seen.onu_state.value == line.optics.state
    assert seen.voltage == pytest.approx(line.optics.voltage)
    assert (seen.status is LinkStatus.UP) == (line.optics.state == "O5")
    assert seen.signal in (None, line.optics.signal), "never said to be lit when it is dark"
    assert told["wan"].medium is AccessMedium.FIBRE
    assert told["wan_traffic"] == WanTraffic(line.received % 2**32, line.sent % 2**32, wraps_at=2**32)


def _dsl(box: LiveboxSimulator, told: dict[str, Any]) -> None:
    seen, dsl = told["dsl"], box.home.line.dsl
    assert told["optical"] == Absent(Why.OTHER_LINE)
    assert told["wan_traffic"] == Absent(Why.CANNOT)
    assert isinstance(seen, DslLine)
    assert told["wan"].medium is AccessMedium.DSL
    assert (seen.retrains, seen.down.crc_errors, seen.down.errored_secs) == (dsl.retrains, dsl.crc, dsl.es)
    if dsl.status != "up":
        assert seen.status is LinkStatus.DOWN
        assert (seen.down.rate, seen.down.noise_margin, seen.down.attenuation, seen.showtime) == (None,) * 4
        return
    assert (seen.down.rate, seen.down.max_rate, seen.showtime) == (dsl.rate_down, dsl.max_down, dsl.showtime)
    assert (seen.down.noise_margin, seen.up.noise_margin) == (dsl.margin_down, dsl.margin_up)
    assert (seen.down.attenuation, seen.up.attenuation) == (dsl.attenuation_down, dsl.attenuation_up)


def test_attainable_rate_in_bits() -> None:
    box = simulated("dsl")
    box.box.max_rate_in_bits = True
    seen = talk(box, lambda session: session.dsl())
    assert (seen.down.max_rate, seen.up.max_rate) == (box.home.line.dsl.max_down, box.home.line.dsl.max_up)


@pytest.mark.parametrize("product", ["Livebox 4", "Livebox Fibre", "Livebox Nautilus"])
def test_optics_of_other_models(product: str) -> None:
    box = simulated()
    box.box.chosen = product
    seen = talk(box, lambda session: session.optical())
    assert seen.rx_power == pytest.approx(box.home.line.optics.rx)
    assert seen.onu_state == "O5"
    assert seen.module_present is (True if product == "Livebox 4" else None)


@pytest.mark.parametrize("idle", [False, True])
def test_somebody_elses_optical_terminal(idle: bool) -> None:
    """Unused optics look like a dark fibre: nothing is told of them."""
    box = simulated()
    box.box.external_ont, box.box.idle_optics = True, idle
    told = talk(box, everything)
    assert told["wan"].medium is AccessMedium.ETHERNET
    assert told["optical"] == Absent(Why.CANNOT)
    assert told["wan_traffic"] == Absent(Why.CANNOT)


def test_wide_counters() -> None:
    box = simulated()
    box.box.chosen = "Livebox Nautilus"
    seen = talk(box, lambda session: session.wan_traffic())
    assert seen == WanTraffic(box.home.line.received, box.home.line.sent, wraps_at=None)


def test_a_stranger_is_told_what_strangers_are() -> None:
    async def look(session: LiveboxSession) -> list[Any]:
        names = ("device", "wan", "dsl", "optical", "restarts", "hosts", "wifi", "forwards")
        return await asyncio.gather(*(getattr(session, name)() for name in names), return_exceptions=True)

    device, wan, *rest = talk(simulated(), look, login=False)
    assert device.product_class == "Livebox 7"
    assert wan.status is ConnectionStatus.CONNECTED
    assert [error.code for error in rest] == [BoxErrorCode.LOGIN_REQUIRED] * 6


@pytest.mark.parametrize("product", ["Livebox 3", "Livebox 4", "Livebox 7", "Livebox Nautilus"])
def test_wifi_by_the_names_the_box_has(product: str) -> None:
    box = simulated()
    box.box.chosen = product
    seen = talk(box, lambda session: session.wifi())
    assert isinstance(seen, WifiSettings)
    assert [(item.id, item.radio) for item in seen.ssids] == [box.box.names(band)[:2] for band in ("2.4", "5")]
    assert {item.ssid for item in seen.ssids} == {"Maison-Dupont"}
    assert {item.key for item in seen.ssids} == {"une cle wifi bien longue"}
    assert "longue" not in repr(seen)
    assert [(r.channel, r.auto_channel, r.width) for r in seen.radios] == [(6, True, 20), (44, False, 80)]
    assert (seen.enable, seen.planned, seen.shared) == (True, False, True)


@pytest.mark.parametrize("product", ["Livebox 4", "Livebox 7"])
def test_off_by_a_timetable_is_not_switched_off(product: str) -> None:
    box = simulated()
    box.box.chosen, box.box.night = product, True
    seen = talk(box, lambda session: session.wifi())
    assert (seen.enable, seen.planned, [radio.up for radio in seen.radios]) == (True, True, [False, False])


def test_a_power_profile_overrides_the_switch() -> None:
    box = simulated()
    box.box.power["Enable"] = False
    assert talk(box, lambda session: session.wifi()).enable is False


def test_hosts_dhcp_parental_forwards() -> None:
    async def look(session: LiveboxSession) -> Any:
        return await asyncio.gather(session.hosts(), session.dhcp(), session.parental(), session.forwards())

    box = simulated("parental-block")
    hosts, server, parental, forwards = talk(box, look)
    assert [(h.phys_address, h.ip_address, h.active, h.blocked) for h in hosts] == [
        (h.mac, h.ip, h.active, h.blocked) for h in box.home.hosts
    ]
    assert [h.layer.value for h in hosts] == [h.layer for h in box.home.hosts]
    assert [h.signal for h in hosts] == [h.signal for h in box.home.hosts]
    assert isinstance(server, DhcpServer)
    assert (server.min_address, server.lease_time, server.dns_servers) == ("192.168.1.10", 86_400, ("192.168.1.1",))
    assert [(r.phys_address, r.ip_address) for r in server.reservations or ()] == [
        ("3c:52:82:00:00:01", "192.168.1.20")
    ]
    (plan,) = parental.schedules
    assert (plan.phys_addresses, plan.rule, plan.blocked_now) == (
        ("3c:52:82:00:00:01",), ParentalRule.BLOCKED, True,
    )  # fmt: skip
    (rule,) = forwards
    assert (rule.external_port, rule.internal_port, rule.internal_client, rule.origin) == (
        8443, 443, "192.168.1.20", "user",
    )  # fmt: skip


def test_guest_time_left_is_in_seconds() -> None:
    box = simulated()
    box.home.guest.enable, box.home.guest.remaining = True, 5_400
    seen = talk(box, lambda session: session.guest())
    assert (seen.enable, seen.ssid, seen.key, seen.remaining) == (True, "Invites", "bienvenue-2026", 5_400)
    box = simulated()
    box.box.chosen = "Livebox 3"
    assert talk(box, lambda session: session.guest()).ssid is None


def test_a_status_is_one_round_of_a_dozen_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for another answer: with four connections at once a dozen requests are three rounds."""

    async def run() -> tuple[int, int]:
        async with opened(simulated()) as session:
            wire, waiting, rounds, asked = session.bus._wire, asyncio.Event(), 0, 0
            real = wire.request

            async def held(*args: Any, **kwargs: Any) -> Reply:
                nonlocal asked
                asked += 1
                await waiting.wait()
                return await real(*args, **kwargs)

            monkeypatch.setattr(wire, "request", held)
            reading = asyncio.ensure_future(everything(session))
            while not reading.done():
                for _ in range(20):
                    await asyncio.sleep(0)  # whoever can ask has asked
                rounds += 1
                waiting.set()
                before = asked
                await asyncio.wait({reading}, timeout=5)
                assert asked == before, "an answer led to another question"
            await reading
            return rounds, asked

    rounds, asked = asyncio.run(run())
    assert rounds == 1
    assert asked <= 12


def test_what_only_completes_a_reading_takes_nothing_along() -> None:
    box = simulated("dsl")
    box.closed = {
        "PowerManagement:getProfiles", "Scheduler:getCompleteSchedules", "NeMo.Intf.dsl0:getDSLStats",
        "NMC.WlanTimer:getActivationTimer", "DHCPv4.Server.Pool.default:getStaticLeases", "SFP:get",
    }  # fmt: skip

    async def look(session: LiveboxSession) -> Any:
        names = ("wifi", "hosts", "dsl", "guest", "dhcp", "optical")
        return await asyncio.gather(*(getattr(session, name)() for name in names))

    wifi, hosts, dsl, guest, server, optical = talk(box, look)
    assert (wifi.enable, wifi.planned, len(hosts), hosts[0].blocked) == (True, False, 5, None)
    assert (dsl.down.rate, dsl.down.crc_errors, dsl.retrains) == (box.home.line.dsl.rate_down, None, None)
    assert (guest.ssid, server.min_address, server.reservations) == ("Invites", "192.168.1.10", None)
    assert optical == Absent(Why.OTHER_LINE)


@pytest.mark.parametrize("after", [2, 3, 5])
def test_a_session_that_hardly_lasts_is_no_missing_right(after: int) -> None:
    box = simulated()
    box.home.expire_after = after

    async def look(session: LiveboxSession) -> list[Any]:
        return await asyncio.gather(*(getattr(session, name)() for name in STATUS), return_exceptions=True)

    found = talk(box, look)
    errors = [item for item in found if isinstance(item, Exception)]
    assert all(isinstance(e, BoxError) and e.code is BoxErrorCode.SESSION_ENDED for e in errors), errors
    assert box.logins <= 1 + len([c for c in box.calls if not c.startswith("sah")])


def test_one_object_that_is_shut_takes_nothing_else_along() -> None:
    box = simulated()
    box.closed = {"VoiceService.VoiceApplication:listTrunks"}

    async def look(session: LiveboxSession) -> tuple[Any, Any, int, int]:
        with pytest.raises(BoxError) as first:
            await session.phone()
        logins = box.logins
        with pytest.raises(BoxError):
            await session.phone()
        return first.value, await session.optical(), logins, box.logins

    error, optical, after_one, after_two = talk(box, look)
    assert (error.code, error.right) == (BoxErrorCode.MISSING_RIGHT, "admin")
    assert isinstance(optical, OpticalInterface)
    assert (after_one, after_two) == (1, 1), "an object that is shut costs no login"
