"""Each change, read back through the driver, and its way back; each refusal says why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from selfcare.boxes.errors import BoxErrorCode
from selfcare.boxes.livebox.session import LiveboxSession
from selfcare.model.box import (
    GuestNetwork,
    ParentalRule,
    ParentalSchedule,
    PortMapping,
    Protocol,
    Reservation,
    Security,
    WifiRadio,
    WifiSsid,
)
from selfcare.model.units import Megahertz, Seconds
from tests.boxes.home import FAULTS, Home
from tests.boxes.livebox import LiveboxSimulator
from tests.boxes.livebox.change import SETTERS
from tests.boxes.livebox.state import FAILED, Fault
from tests.boxes.livebox.talk import refused, sent, talk

LEO = "b8:27:eb:00:00:02"
GAME = PortMapping(27_015, 27_015, "192.168.1.20", Protocol.UDP, description="Jeu (été)")


@pytest.mark.parametrize("product", ["Livebox 4", "Livebox 7", "Livebox Nautilus"])
def test_wifi_off_and_on(product: str) -> None:
    box = LiveboxSimulator()
    box.box.chosen = product

    async def change(session: LiveboxSession) -> list[Any]:
        found = []
        for enable in (False, True):
            await session.set_wifi_enable(enable)
            told: Any = await session.wifi()
            found.append((told.enable, all(radio.up for radio in told.radios)))
        return found

    assert talk(box, change) == [(False, False), (True, True)]


def test_a_profile_that_keeps_the_wifi_off_is_set_with_the_switch() -> None:
    box = LiveboxSimulator()
    box.box.power["Enable"] = False

    async def change(session: LiveboxSession) -> bool:
        await session.set_wifi_enable(True)
        told: Any = await session.wifi()
        return bool(told.enable and all(radio.up for radio in told.radios))

    assert talk(box, change)


def test_name_and_key_of_one_network_and_back() -> None:
    box = LiveboxSimulator()

    async def change(session: LiveboxSession) -> None:
        before: Any = await session.wifi()
        wish = WifiSsid(before.ssids[1].id, ssid="Salon", key="une autre clé", security=Security.WPA3, hidden=True)
        await session.set_ssid(wish)
        after: Any = await session.wifi()
        other, changed = after.ssids
        assert other == before.ssids[0]
        assert (changed.ssid, changed.key, changed.security, changed.hidden) == (
            "Salon", "une autre clé", Security.WPA3, True,
        )  # fmt: skip
        await session.set_ssid(before.ssids[1])
        assert await session.wifi() == before

    talk(box, change)
    first = sent(box, "NeMo.Intf.lan:setWLANConfig")[0]["mibs"]
    assert set(first) == {"penable", "wlanvap"}, "only what changes, and penable always"
    assert first["penable"] == {}


def test_channel_width_and_back() -> None:
    box = LiveboxSimulator()

    async def change(session: LiveboxSession) -> None:
        before: Any = await session.wifi()
        await session.set_radio(WifiRadio(before.radios[0].id, channel=11, width=Megahertz(40)))
        after: Any = await session.wifi()
        assert (after.radios[0].channel, after.radios[0].auto_channel, after.radios[0].width) == (11, False, 40)
        assert after.radios[1] == before.radios[1]
        await session.set_radio(WifiRadio(before.radios[0].id, auto_channel=True, width=Megahertz(20)))
        back: Any = await session.wifi()
        assert (back.radios[0].auto_channel, back.radios[0].width) == (True, 20)

    talk(box, change)
    wanted = sent(box, "NeMo.Intf.lan:setWLANConfig")[0]["mibs"]["wlanradio"]["rad2g0"]
    assert wanted == {"AutoChannelEnable": False, "Channel": 11, "OperatingChannelBandwidth": "40MHz"}


def test_an_automatic_channel_is_not_also_a_fixed_one() -> None:
    box = LiveboxSimulator()
    talk(box, lambda s: s.set_radio(WifiRadio("rad5g0", channel=44, auto_channel=True)))
    assert sent(box, "NeMo.Intf.lan:setWLANConfig")[0]["mibs"]["wlanradio"] == {"rad5g0": {"AutoChannelEnable": True}}
    assert box.home.radios[1].channel == 0


def test_a_bare_false_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTERS, "NMC:reboot", lambda box, asked: {"status": False})
    assert refused(LiveboxSimulator(), lambda s: s.reboot()).code is BoxErrorCode.REFUSED


def test_a_profile_that_is_refused_is_not_taken_for_one_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(box: Any, asked: Any) -> Any:
        raise FAILED

    box = LiveboxSimulator()
    monkeypatch.setitem(SETTERS, "PowerManagement:setProfiles", fail)
    assert refused(box, lambda s: s.set_wifi_enable(False)).code is BoxErrorCode.REFUSED
    assert box.home.wifi_enable


def test_a_key_that_the_box_repeats_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(box: Any, asked: Any) -> Any:
        raise Fault(196639, f"bad {asked}")

    monkeypatch.setitem(SETTERS, "NeMo.Intf.lan:setWLANConfig", fail)
    error = refused(LiveboxSimulator(), lambda s: s.set_ssid(WifiSsid("vap2g0priv0", key="Canary-clef")))
    assert "SSID" in str(error.box_says) or "vap2g0priv0" in str(error.box_says)
    assert "Canary" not in str(vars(error)) + repr(error)


def test_no_network_is_made_unsafe_by_an_old_lock() -> None:
    error = refused(LiveboxSimulator(), lambda s: s.set_ssid(WifiSsid("vap2g0priv0", security=Security.WEP)))
    assert error.code is BoxErrorCode.INVALID


def test_one_radio_and_one_network_off() -> None:
    async def change(session: LiveboxSession) -> None:
        await session.set_radio(WifiRadio("rad5g0", enable=False))
        await session.set_ssid(WifiSsid("vap2g0priv0", enable=False))
        told: Any = await session.wifi()
        assert [radio.enable for radio in told.radios] == [True, False]
        assert [ssid.enable for ssid in told.ssids] == [False, True]

    talk(LiveboxSimulator(), change)


def test_nothing_wanted_is_nothing_sent() -> None:
    box = LiveboxSimulator()
    talk(box, lambda session: session.set_ssid(WifiSsid("vap2g0priv0")))
    assert not sent(box, "NeMo.Intf.lan:setWLANConfig")


def test_a_key_that_is_too_short_is_refused_without_showing_it() -> None:
    error = refused(LiveboxSimulator(), lambda s: s.set_ssid(WifiSsid("vap2g0priv0", key="court")))
    assert error.code is BoxErrorCode.REFUSED
    assert error.box_says == "Function execution failed; NeMo.Intf.lan"
    unknown = refused(LiveboxSimulator(), lambda s: s.set_ssid(WifiSsid("wl9", key="assez longue")))
    assert unknown.code is BoxErrorCode.UNSUPPORTED


def test_guests_for_an_hour_and_a_half_get_two() -> None:
    box = LiveboxSimulator()

    async def change(session: LiveboxSession) -> None:
        wish = GuestNetwork(enable=True, ssid="Amis", key="bonjour-a-tous", remaining=Seconds(5_400))
        await session.set_guest(wish)
        told: Any = await session.guest()
        assert (told.enable, told.ssid, told.key, told.remaining) == (True, "Amis", "bonjour-a-tous", 7_200)
        await session.set_guest(GuestNetwork(enable=True))
        told = await session.guest()
        assert (told.enable, told.ssid, told.remaining) == (True, "Amis", None)
        await session.set_guest(GuestNetwork(enable=False))
        assert (await session.guest()).enable is False  # type: ignore[union-attr]

    talk(box, change)
    assert [item["Timeout"] for item in sent(box, "NMC.WlanTimer:setActivationTimer")] == [2, 0]
    assert {item.ssid for item in box.home.ssids} == {"Maison-Dupont"}, "the home's own name is not touched"


def test_a_livebox_3_cannot_rename_its_guest_network() -> None:
    box = LiveboxSimulator()
    box.box.chosen = "Livebox 3"
    assert refused(box, lambda s: s.set_guest(GuestNetwork(ssid="Amis"))).code is BoxErrorCode.UNSUPPORTED
    talk(box, lambda s: s.set_guest(GuestNetwork(enable=True)))
    assert box.home.guest.enable


def test_a_restart() -> None:
    box = LiveboxSimulator()

    async def change(session: LiveboxSession) -> Any:
        before = await session.device()
        await session.reboot()
        return before, await session.device(), await session.restarts()

    before, after, restarts = talk(box, change)
    assert box.home.reboot_asked == 1
    assert (after.up_time, after.number_of_reboots) == (0, before.number_of_reboots + 1)
    assert len(restarts) == 1
    assert sent(box, "NMC:reboot") == [{"reason": "GUI_Reboot"}]


@pytest.mark.parametrize("write", [
    lambda s: s.set_wifi_enable(False), lambda s: s.put_forward(GAME), lambda s: s.reboot(),
    lambda s: s.put_reservation(Reservation(LEO, "192.168.1.50")), lambda s: s.delete_reservation(LEO),
    lambda s: s.set_parental(ParentalSchedule((LEO,), ParentalRule.BLOCKED)),
    lambda s: s.set_guest(GuestNetwork(enable=True)), lambda s: s.set_radio(WifiRadio("rad2g0", channel=1)),
])  # fmt: skip
def test_a_user_without_the_right_is_told_which(write: Callable[[LiveboxSession], Awaitable[Any]]) -> None:
    home = Home()
    FAULTS["no-settings-right"](home)
    error = refused(LiveboxSimulator(home), write)
    assert (error.code, error.right) == (BoxErrorCode.MISSING_RIGHT, "admin")
