"""The FRITZ!Box driver against the simulated one: readings equal to the home's, writes read back, login, hostility."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace

import pytest

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.fritz import DRIVER, parse_home
from selfcare.boxes.fritz.session import FritzSession
from selfcare.boxes.ports import PORTS
from selfcare.boxes.secret import Secret
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ConnectionStatus,
    DslLine,
    GuestNetwork,
    LinkStatus,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    Protocol,
    Security,
    Support,
    Why,
    WifiBand,
    WifiRadio,
    WifiSsid,
)
from selfcare.model.units import Megahertz, Seconds
from tests.boxes.base import serving
from tests.boxes.fritz import USER, FritzBox
from tests.boxes.home import FAULTS, Home


def run(job, faults=("dsl",), *, login: bool = True, home: Home | None = None):
    async def main():
        box = FritzBox(home)
        for name in faults:
            FAULTS[name](box.home)
        async with serving(box) as place:
            session = FritzSession(place)
            try:
                if login:
                    await session.log_in(Secret(f"{USER}\n{box.home.password}"))
                return await job(session, box)
            finally:
                await session.close()

    return asyncio.run(main())


def code_of(job, faults=("dsl",), **more) -> BoxError:
    with pytest.raises(BoxError) as caught:
        run(job, faults, **more)
    return caught.value


# -- readings ----------------------------------------------------------------------------------------


def test_without_login_it_says_who_it_is_and_nothing_else() -> None:
    async def job(session, box):
        seen = await DRIVER.recognise(session._place)
        assert seen == await session.device()
        assert (seen.model_name, seen.uid, seen.software_version) == ("FRITZ!Box 7590", box.home.uid, "154.07.57")
        await session.wan()

    assert code_of(job, login=False).code is BoxErrorCode.LOGIN_REQUIRED


def test_device_wan_and_traffic() -> None:
    async def job(session, box):
        device, wan, traffic = await asyncio.gather(session.device(), session.wan(), session.wan_traffic())
        home, line = box.home, box.home.line
        assert (device.serial_number, device.up_time, device.uid) == (home.serial, home.up_time, home.uid)
        assert (wan.status, wan.medium, wan.link) == (ConnectionStatus.CONNECTED, AccessMedium.DSL, LinkStatus.UP)
        assert (wan.ipv4_address, wan.dns_servers, wan.up_time) == (line.ipv4, line.dns, line.up_time)
        assert (wan.down_capacity, wan.up_capacity) == (line.down_kbps, line.up_kbps)
        assert (traffic.received, traffic.sent, traffic.wraps_at) == (line.received % 2**32, line.sent % 2**32, 2**32)
        assert (traffic.down_rate, traffic.up_rate) == (line.rate_down, line.rate_up)
        assert session.rights == {"BoxAdmin"}

    run(job)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_wrong_is_told_as_it_is(fault: str) -> None:
    async def job(session, box):
        device, wan, hosts, line = await asyncio.gather(session.device(), session.wan(), session.hosts(), session.dsl())
        home, told = box.home, box.home.line
        assert (device.uid, device.serial_number, device.up_time) == (home.uid, home.serial, home.up_time)
        assert device.software_version == (home.firmware or "154.07.57")
        assert wan.status is ConnectionStatus(told.session) and wan.medium is AccessMedium(told.medium)
        assert wan.ipv4_address == (None if told.cgnat else told.ipv4 or None)
        assert wan.last_error == (told.last_error or None)
        assert [x.blocked for x in hosts] == [x.blocked for x in home.hosts]
        assert isinstance(line, DslLine) == (told.medium == "dsl")
        assert (await session.wan_traffic()).down_rate == told.rate_down

    run(job, [fault])


@pytest.mark.parametrize("fault", ["dsl", "dsl-margin", "dsl-errors"])
def test_the_dsl_line_in_the_models_units(fault: str) -> None:
    async def job(session, box):
        line, told = await session.dsl(), box.home.line.dsl
        assert isinstance(line, DslLine) and line.status is LinkStatus.UP and line.retrains == told.retrains
        down, up = line.down, line.up
        assert (down.rate, down.max_rate, down.noise_margin, down.attenuation) == (
            told.rate_down, told.max_down, told.margin_down, told.attenuation_down,
        )  # fmt: skip
        assert (up.rate, up.max_rate, up.noise_margin, up.attenuation) == (
            told.rate_up, told.max_up, told.margin_up, told.attenuation_up,
        )  # fmt: skip
        assert (down.crc_errors, down.fec_errors, down.hec_errors) == (told.crc, told.fec, told.hec)
        assert (down.errored_secs, down.severely_errored_secs, down.power) == (told.es, told.ses, None)
        assert (up.crc_errors, up.errored_secs) == (4, None), "the far end's"

    run(job, [fault])


def test_a_line_without_sync_has_no_figures() -> None:
    async def job(session, box):
        line, wan = await session.dsl(), await session.wan()
        assert isinstance(line, DslLine) and line.status is LinkStatus.DOWN
        assert (line.down.rate, line.down.noise_margin, line.down.attenuation) == (None, None, None)
        assert (wan.link, wan.status, wan.down_capacity) == (LinkStatus.DOWN, ConnectionStatus.DISCONNECTED, None)

    run(job, ["dsl-no-sync"])


def test_a_fibre_box_has_no_dsl_line() -> None:
    async def job(session, box):
        assert await session.dsl() == Absent(Why.OTHER_LINE)
        wan = await session.wan()
        assert (wan.medium, wan.status, wan.ipv4_address) == (
            AccessMedium.FIBRE,
            ConnectionStatus.CONNECTED,
            box.home.line.ipv4,
        )

    run(job, [])


def test_why_there_is_no_session_and_no_public_address() -> None:
    async def job(session, box):
        return await session.wan()

    down = run(job, ["dsl", "no-session"])
    assert (down.status, down.last_error, down.ipv4_address) == (
        ConnectionStatus.DISCONNECTED,
        "AuthenticationFailure",
        None,
    )
    shared = run(job, ["cgnat"])
    assert (shared.status, shared.public_ipv4, shared.shared_ipv4) == (ConnectionStatus.CONNECTED, False, None)


def test_the_home_and_who_is_blocked() -> None:
    async def job(session, box):
        hosts = await session.hosts()
        assert [(x.phys_address, x.ip_address, x.host_name, x.active, x.blocked) for x in hosts] == [
            (x.mac, x.ip, x.name, x.active, x.blocked) for x in box.home.hosts
        ]
        assert hosts[0].blocked and hosts[0].phy_down == 1_000_000
        (one,) = (await session.parental()).schedules
        assert (one.phys_addresses, one.rule, one.blocked_now) == ((hosts[0].phys_address,), ParentalRule.BLOCKED, True)
        dhcp = await session.dhcp()
        assert (dhcp.enable, dhcp.min_address, dhcp.box_address) == (True, "192.168.1.20", box.home.address)

    run(job, ["parental-block"])


def test_every_network_its_band_and_its_key() -> None:
    async def job(session, box):
        wifi = await session.wifi()
        assert [(x.id, x.band, x.channel, x.up) for x in wifi.radios] == [
            ("1", WifiBand.GHZ_2_4, 6, True),
            ("2", WifiBand.GHZ_5, 44, True),
        ]
        assert [(x.ssid, x.key, x.security, x.guest) for x in wifi.ssids] == [
            *((one.ssid, one.key, Security.WPA2, False) for one in box.home.ssids),
            (box.home.guest.ssid, box.home.guest.key, Security.WPA2, True),
        ]  # fmt: skip
        assert wifi.ssids[0].key not in repr(wifi)
        box.home.guest.enable, box.home.guest.remaining = True, 5400
        assert await session.guest() == GuestNetwork(True, box.home.guest.ssid, box.home.guest.key, Seconds(5400))

    run(job)


@pytest.mark.parametrize(
    ("number", "channel", "band"),
    [(1, 6, "2.4"), (2, 44, "5"), (3, 5, None), (3, 149, None), (2, 0, None), (2, 37, None), (1, 100, "5")],
)
def test_a_band_is_told_only_where_the_channel_leaves_no_doubt(number: int, channel: int, band: str | None) -> None:
    assert parse_home.band(number, {"NewChannel": channel}) == band


# -- changes, each read back, and its inverse --------------------------------------------------------


def test_a_network_is_renamed_and_put_back() -> None:
    async def job(session, box):
        before = (await session.wifi()).ssids[0]
        await session.set_ssid(WifiSsid("1", ssid="Été & <co>", key="nouvelle-clé-2026", security=Security.WPA3))
        now = (await session.wifi()).ssids[0]
        assert (now.ssid, now.key, now.security) == ("Été & <co>", "nouvelle-clé-2026", Security.WPA3)
        assert (await session.wifi()).ssids[1].ssid == before.ssid
        await session.set_ssid(WifiSsid("1", ssid=before.ssid, key=before.key, security=before.security))
        assert (await session.wifi()).ssids[0] == before

    run(job)


def test_radios_and_the_switch_for_all() -> None:
    async def job(session, box):
        await session.set_radio(WifiRadio("2", channel=36))
        assert (await session.wifi()).radios[1].channel == 36
        await session.set_radio(WifiRadio("2", auto_channel=True))
        assert box.home.radios[1].channel == 0
        await session.set_wifi_enable(False)
        wifi = await session.wifi()
        assert wifi.enable is False and [x.up for x in wifi.radios] == [False, False]
        await session.set_wifi_enable(True)
        assert (await session.wifi()).enable is True
        for radio, code in (
            (WifiRadio("2", channel=13), BoxErrorCode.INVALID),
            (WifiRadio("2", width=Megahertz(80)), BoxErrorCode.UNSUPPORTED),
            (WifiRadio("9", channel=1), BoxErrorCode.NOT_FOUND),
        ):
            with pytest.raises(BoxError) as caught:
                await session.set_radio(radio)
            assert caught.value.code is code

    run(job)


def test_the_guests_network() -> None:
    async def job(session, box):
        await session.set_guest(GuestNetwork(True, "Amis", "bonsoir-2026"))
        assert await session.guest() == GuestNetwork(True, "Amis", "bonsoir-2026")
        await session.set_guest(GuestNetwork(False))
        assert (await session.guest()).enable is False
        with pytest.raises(BoxError) as caught:
            await session.set_guest(GuestNetwork(True, remaining=Seconds(3600)))
        assert caught.value.code is BoxErrorCode.UNSUPPORTED

    run(job)


def test_a_machine_is_blocked_and_let_out_again() -> None:
    async def job(session, box):
        mac = box.home.hosts[1].mac
        await session.set_parental(ParentalSchedule((mac,), ParentalRule.BLOCKED))
        assert [(x.phys_addresses, x.rule) for x in (await session.parental()).schedules] == [
            ((mac,), ParentalRule.BLOCKED)
        ]
        await session.set_parental(ParentalSchedule((mac,)))
        assert (await session.parental()).schedules == ()
        for schedule, code in (
            (ParentalSchedule(("00:00:00:00:00:99",), ParentalRule.BLOCKED), BoxErrorCode.NOT_FOUND),
            (ParentalSchedule((mac,), slots=(ParentalSlot(Seconds(0), Seconds(60), (0,)),)), BoxErrorCode.UNSUPPORTED),
        ):
            with pytest.raises(BoxError) as caught:
                await session.set_parental(schedule)
            assert caught.value.code is code

    run(job)


@pytest.mark.parametrize("faults", [[], ["dsl"]])
def test_ports(faults: list[str]) -> None:
    async def job(session, box):
        before = await session.forwards()
        assert [(x.external_port, x.internal_port, x.internal_client) for x in before] == [(8443, 443, "192.168.1.20")]
        await session.put_forward(PortMapping(2222, 22, "192.168.1.21", Protocol.BOTH))
        made = [x for x in await session.forwards() if x not in before]
        assert {x.protocol for x in made} == {Protocol.TCP, Protocol.UDP}
        await session.put_forward(replace(made[0], external_port=2223))
        assert sorted(x.external for x in box.home.forwards) == [2222, 2223, 8443]
        for one in await session.forwards():
            if one not in before:
                await session.delete_forward(one)
        assert await session.forwards() == before
        with pytest.raises(BoxError) as caught:
            await session.put_forward(PortMapping(8443, 22, "192.168.1.21", Protocol.TCP))
        assert caught.value.code is BoxErrorCode.CONFLICT

    run(job, faults)


def test_reboot() -> None:
    async def job(session, box):
        await session.reboot()
        return box.home.reboot_asked, (await session.device()).up_time

    assert run(job) == (1, 0)


def test_a_user_who_may_only_look_is_told_so() -> None:
    async def job(session, box):
        assert session.rights is None
        await session.reboot()

    error = code_of(job, ["no-settings-right"])
    assert (error.code, error.right) == (BoxErrorCode.MISSING_RIGHT, "BoxAdmin")


def test_an_action_that_this_firmware_has_not() -> None:
    async def job(session, box):
        box.services["DeviceConfig1"].clear()
        await session.reboot()

    assert code_of(job).code is BoxErrorCode.UNSUPPORTED


def test_the_library_is_not_imported_before_a_box_is_asked() -> None:
    names = "'fritzconnection' in sys.modules, 'async_upnp_client' in sys.modules, 'requests' in sys.modules"
    program = f"import sys, selfcare.boxes.fritz, selfcare.boxes.igd; print({names})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "False"]


def test_claims_are_the_ports() -> None:
    for claim in DRIVER.claims:
        assert (claim.support is Support.YES) == issubclass(FritzSession, PORTS[claim.capability]), claim
    assert {claim.capability for claim in DRIVER.claims} == set(PORTS)


def test_a_full_reading_is_few_requests() -> None:
    async def job(session, box):
        before = len(box.asked)
        # The description and ten questions (the services were described with the login); then without the idle session.
        for expected in (1 + 10, 1 + 9):
            await asyncio.gather(session.device(), session.wan(), session.wan_traffic(), session.dsl())
            assert len(box.asked) - before == expected, [x.path for x in box.asked[before:]]
            before = len(box.asked)

    run(job)
