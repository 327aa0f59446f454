"""Every change of a Freebox: made, read back by the driver, undone; refused ones say why and change nothing."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import pytest

from selfcare.boxes.errors import BoxErrorCode
from selfcare.boxes.freebox import FreeboxSession
from selfcare.model.box import (
    GuestNetwork,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    Protocol,
    Reservation,
    Security,
    WifiRadio,
    WifiSsid,
)
from selfcare.model.units import Megahertz, Seconds
from tests.boxes.freebox.at import Work, box, opened, refused, run, writes
from tests.boxes.home import Forward

LEO = ("b8:27:eb:00:00:02",)
NIGHT = ParentalSlot(Seconds(21 * 3600), Seconds(86400), (0, 1, 2, 3, 6))
ODD = ParentalSlot(Seconds(7), Seconds(300), (0,))
BAND = "00:24:D4:AA:BB:00"
NAS = PortMapping(8080, 80, "192.168.1.20", Protocol.TCP, description="site")
GUEST_WORK: Work = lambda session: session.set_guest(GuestNetwork(enable=True, key="bienvenue"))  # noqa: E731
ALL: dict[str, Work] = {
    "wifi": lambda session: session.set_wifi_enable(False),
    "radio": lambda session: session.set_radio(WifiRadio("0", channel=11, auto_channel=False)),
    "ssid": lambda session: session.set_ssid(WifiSsid("00:24:D4:AA:BB:00", ssid="Autre")),
    "guest": GUEST_WORK,
    "parental": lambda session: session.set_parental(ParentalSchedule(LEO, ParentalRule.BLOCKED)),
    "forward": lambda session: session.put_forward(NAS),
    "unforward": lambda session: session.delete_forward(PortMapping(8443, 443, "192.168.1.20", Protocol.TCP, id="1")),
    "reserve": lambda session: session.put_reservation(Reservation(LEO[0], "192.168.1.30")),
    "unreserve": lambda session: session.delete_reservation("3c:52:82:00:00:01"),
    "reboot": lambda session: session.reboot(),
}


@pytest.mark.parametrize("name", sorted(ALL))
def test_without_the_right_nothing_is_sent_and_the_right_is_named(name: str) -> None:
    simulator = box("no-settings-right")
    error = refused(simulator, ALL[name])
    assert (error.code, error.right) == (BoxErrorCode.MISSING_RIGHT, "settings")
    assert [each.path for each in simulator.asked if "/login/" not in each.path] == []


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_right_taken_away_meanwhile_is_named_by_the_box(name: str) -> None:
    simulator = box()

    async def whole() -> Any:
        async with opened(simulator) as session:
            simulator.home.settings_right = False
            before = copy.deepcopy(simulator.home)
            with pytest.raises(Exception) as caught:
                await ALL[name](session)
            assert simulator.home == before
            return caught.value

    error = asyncio.run(whole())
    assert (error.code, error.right) == (BoxErrorCode.MISSING_RIGHT, "settings")


@pytest.mark.parametrize("name", sorted(set(ALL) - {"reboot"}))
def test_in_bridge_mode_nothing_is_changed(name: str) -> None:
    simulator = box("bridge")
    assert refused(simulator, ALL[name]).code is BoxErrorCode.BRIDGE_MODE
    assert writes(simulator) == []


def test_wifi_off_and_on() -> None:
    async def both(session: FreeboxSession) -> Any:
        await session.set_wifi_enable(False)
        off = await session.wifi()
        await session.set_wifi_enable(True)
        return off, await session.wifi()

    off, on = run(box(), both)
    assert (off.enable, off.radios[0].up) == (False, False) and (on.enable, on.radios[0].up) == (True, True)


@pytest.mark.parametrize("major", [4, 8, 14])
def test_name_key_and_security_for_all_bands_where_they_are_shared(major: int) -> None:
    simulator = box(major=major)
    wish = WifiSsid(
        "00:24:D4:AA:BB:00", ssid="Autre", key="une toute autre clé", security=Security.WPA2_WPA3, hidden=True
    )

    async def change(session: FreeboxSession) -> Any:
        before = (await session.wifi()).ssids
        await session.set_ssid(wish)
        after = (await session.wifi()).ssids
        for each in before:
            await session.set_ssid(each)
        return before, after, (await session.wifi()).ssids

    before, after, again = run(simulator, change)
    for each in after:
        assert (each.ssid, each.key, each.hidden) == ("Autre", "une toute autre clé", True)
        assert each.security is Security.WPA2_WPA3
    assert before[0].ssid == "Maison-Dupont" and again == before


def test_one_band_only_where_they_are_not_shared() -> None:
    simulator = box()
    simulator.shared = False

    async def change(session: FreeboxSession) -> Any:
        await session.set_ssid(WifiSsid("00:24:D4:AA:BB:01", ssid="Maison-5G", enable=False))
        return (await session.wifi()).ssids

    slow, fast = run(simulator, change)
    assert (slow.ssid, fast.ssid, slow.enable, fast.enable) == ("Maison-Dupont", "Maison-5G", True, False)
    (sent,) = (json.loads(each.body) for each in simulator.asked if each.method == "PUT")
    assert sent == {"config": {"enabled": False, "ssid": "Maison-5G"}, "use_shared_params": False}


def test_channel_and_width_and_back_to_automatic() -> None:
    async def change(session: FreeboxSession) -> Any:
        before = (await session.wifi()).radios[0]
        await session.set_radio(WifiRadio("0", channel=11, auto_channel=False, width=Megahertz(40)))
        fixed = (await session.wifi()).radios[0]
        await session.set_radio(before)
        return before, fixed, (await session.wifi()).radios[0]

    simulator = box()
    before, fixed, again = run(simulator, change)
    sent = [json.loads(each.body)["config"] for each in simulator.asked if each.method == "PUT"]
    assert [each["secondary_channel"] for each in sent] == [
        0,
        0,
    ]  # one that was fixed for another channel would not fit
    assert (fixed.channel, fixed.auto_channel, fixed.width) == (11, False, 40)
    assert (again.auto_channel, again.width) == (before.auto_channel, before.width) == (True, 20)


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (lambda session: session.set_radio(WifiRadio("0", channel=36, auto_channel=False)), BoxErrorCode.INVALID),
        (lambda session: session.set_radio(WifiRadio("9", channel=1)), BoxErrorCode.NOT_FOUND),
        (lambda session: session.set_radio(WifiRadio("../../system/reboot", channel=1)), BoxErrorCode.NOT_FOUND),
        (lambda session: session.set_ssid(WifiSsid("00:24:D4:AA:BB:00", key="court")), BoxErrorCode.INVALID),
        (lambda session: session.set_ssid(WifiSsid("00:00:00:00:00:00", ssid="x")), BoxErrorCode.NOT_FOUND),
        (lambda session: session.set_ssid(WifiSsid(BAND, security=Security.WEP)), BoxErrorCode.UNSUPPORTED),
        (lambda session: session.put_reservation(Reservation(LEO[0], "192.168.1.20")), BoxErrorCode.CONFLICT),
        (lambda session: session.put_reservation(Reservation("rien", "192.168.1.9")), BoxErrorCode.INVALID),
        (lambda session: session.delete_reservation(LEO[0]), BoxErrorCode.NOT_FOUND),
        (lambda session: session.delete_forward(PortMapping(1, 1, "10.0.0.2", Protocol.TCP)), BoxErrorCode.NOT_FOUND),
        (lambda session: session.put_forward(PortMapping(8443, 1, "192.168.1.9", Protocol.TCP)), BoxErrorCode.CONFLICT),
        (lambda session: session.set_parental(ParentalSchedule(())), BoxErrorCode.INVALID),
        (lambda session: session.set_parental(ParentalSchedule(LEO, slots=(ODD,))), BoxErrorCode.INVALID),
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_named_and_changes_nothing(work: Work, code: BoxErrorCode) -> None:
    simulator = box()
    before = copy.deepcopy(simulator.home)
    assert refused(simulator, work).code is code
    assert simulator.home == before


@pytest.mark.parametrize("protocol", list(Protocol))
def test_a_forward_is_made_changed_and_taken_away(protocol: Protocol) -> None:
    simulator = box()
    wish = PortMapping(9000, 9100, "192.168.1.21", protocol, external_last=9010, description="jeu")

    async def change(session: FreeboxSession) -> Any:
        before = await session.forwards()
        await session.put_forward(wish)
        made = next(each for each in await session.forwards() if each.external_port == 9000)
        await session.put_forward(PortMapping(9000, 9100, "192.168.1.22", protocol, external_last=9010, id=made.id))
        moved = next(each for each in await session.forwards() if each.external_port == 9000)
        await session.delete_forward(PortMapping(9000, 9100, "192.168.1.22", protocol, external_last=9010))
        return before, made, moved, await session.forwards()

    before, made, moved, after = run(simulator, change)
    assert (made.protocol, made.last, made.internal_port, made.description) == (protocol, 9010, 9100, "jeu")
    assert (moved.internal_client, moved.id) == ("192.168.1.22", made.id)
    assert after == before


def test_one_of_two_protocols_refused_leaves_none() -> None:
    simulator = box()
    simulator.home.forwards.append(Forward(9000, 1, "192.168.1.21", "udp", id="7"))
    before = copy.deepcopy(simulator.home)
    wish = PortMapping(9000, 9000, "192.168.1.20", Protocol.BOTH)
    assert refused(simulator, lambda session: session.put_forward(wish)).code is BoxErrorCode.CONFLICT
    assert simulator.home == before


def test_a_rule_that_a_program_asked_for_is_taken_away_from_its_list() -> None:
    simulator = box()
    simulator.home.forwards = [Forward(53644, 16402, "192.168.1.22", "udp", origin="upnp")]

    async def change(session: FreeboxSession) -> Any:
        (known,) = await session.forwards()
        await session.delete_forward(known)
        return await session.forwards()

    assert run(simulator, change) == ()


def test_a_port_outside_the_share_of_an_address_is_told_with_the_range() -> None:
    simulator = box("shared-ipv4")
    error = refused(simulator, lambda session: session.put_forward(NAS))
    assert error.code is BoxErrorCode.OUTSIDE_PORT_RANGE
    assert (error.values["first"], error.values["last"]) == (16_384, 32_767)
    assert writes(simulator) == []

    async def inside(session: FreeboxSession) -> Any:
        await session.put_forward(PortMapping(20_000, 80, "192.168.1.20", Protocol.TCP))
        return await session.forwards()

    assert 20_000 in [each.external_port for each in run(simulator, inside)]


def test_a_port_of_the_box_itself_is_told_with_its_service() -> None:
    simulator = box()
    wish = PortMapping(44_300, 44_300, "192.168.1.20", Protocol.TCP, external_last=44_310)
    error = refused(simulator, lambda session: session.put_forward(wish))
    assert (error.code, error.values["port"], error.values["service"]) == (BoxErrorCode.RESERVED_PORT, 44_301, "https")
    assert writes(simulator) == []
    # not in use: another protocol, a service that is off, one that does not listen
    for port, protocol in ((44_301, Protocol.UDP), (80, Protocol.TCP), (500, Protocol.UDP)):
        run(simulator, lambda session, p=port, q=protocol: session.put_forward(PortMapping(p, p, "192.168.1.20", q)))


def test_a_reservation_is_made_changed_and_taken_away() -> None:
    async def change(session: FreeboxSession) -> Any:
        await session.put_reservation(Reservation(LEO[0], "192.168.1.30", "tablette"))
        made = (await session.dhcp()).reservations
        await session.put_reservation(Reservation(LEO[0], "192.168.1.31", "tablette"))
        moved = (await session.dhcp()).reservations
        await session.delete_reservation(LEO[0].upper())
        return made, moved, (await session.dhcp()).reservations

    made, moved, gone = run(box(), change)
    assert Reservation(LEO[0], "192.168.1.30", "tablette") in made
    assert Reservation(LEO[0], "192.168.1.31", "tablette") in moved and len(moved) == 2
    assert [each.phys_address for each in gone] == ["3c:52:82:00:00:01"]


def test_restart_is_asked_once_in_bridge_mode_too() -> None:
    for simulator in (box(), box("bridge")):
        run(simulator, ALL["reboot"])
        assert simulator.home.reboot_asked == 1
        assert writes(simulator) == [("POST", "/api/v14/system/reboot/")]


def test_a_write_in_a_session_that_ended_is_done_once() -> None:
    simulator = box()

    async def whole() -> None:
        async with opened(simulator) as session:
            simulator.sessions.clear()
            await session.put_forward(NAS)

    asyncio.run(whole())
    assert [each.external for each in simulator.home.forwards] == [8443, 8080]
