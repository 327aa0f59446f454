"""Each change, read back through the driver, and its way back; each refusal says why."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox import forwarding
from selfcare.boxes.livebox.session import LiveboxSession
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
from tests.boxes.home import FAULTS, Forward, Home
from tests.boxes.livebox import LiveboxSimulator
from tests.boxes.livebox.talk import talk

LEO = "b8:27:eb:00:00:02"
GAME = PortMapping(27_015, 27_015, "192.168.1.20", Protocol.UDP, description="Jeu (été)")


def sent(box: LiveboxSimulator, call: str) -> list[Any]:
    service, _, method = call.partition(":")
    asked = [json.loads(item.body) for item in box.asked if item.path == "/ws"]
    return [a["parameters"] for a in asked if (a["service"], a["method"]) == (f"sysbus.{service}", method)]


def refused(box: LiveboxSimulator, what: Callable[[LiveboxSession], Awaitable[Any]]) -> BoxError:
    with pytest.raises(BoxError) as caught:
        talk(box, what)
    return caught.value


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


def test_parental_now_planned_and_gone() -> None:
    box = LiveboxSimulator()
    night = ParentalSlot(Seconds(79_200), Seconds(86_400), (0, 1, 6))
    morning = ParentalSlot(Seconds(0), Seconds(25_200), (0, 1, 2))

    async def change(session: LiveboxSession) -> None:
        for rule in (ParentalRule.BLOCKED, ParentalRule.ALLOWED, ParentalRule.PLANNED):
            await session.set_parental(ParentalSchedule((LEO,), rule, slots=(night, morning)))
            (plan,) = (await session.parental()).schedules  # type: ignore[union-attr]
            assert (plan.phys_addresses, plan.rule, set(plan.slots)) == ((LEO,), rule, {night, morning})
        await session.set_parental(ParentalSchedule((LEO,)))
        assert (await session.parental()).schedules == ()  # type: ignore[union-attr]
        await session.set_parental(ParentalSchedule((LEO,)))  # gone already: no error

    talk(box, change)
    spans = [(item["begin"], item["end"]) for item in sent(box, "Scheduler:addSchedule")[0]["info"]["schedule"]]
    assert spans == [(0, 25_200), (79_200, 111_600), (165_600, 198_000), (597_600, 604_800)]


def test_blocked_now_shows_with_the_host() -> None:
    async def change(session: LiveboxSession) -> Any:
        await session.set_parental(ParentalSchedule((LEO,), ParentalRule.BLOCKED))
        return {host.phys_address: host.blocked for host in await session.hosts()}  # type: ignore[union-attr]

    assert talk(LiveboxSimulator(), change)[LEO] is True


def test_an_end_of_a_word_by_hand_is_not_promised() -> None:
    from datetime import UTC, datetime

    wish = ParentalSchedule((LEO,), ParentalRule.BLOCKED, until=datetime(2027, 1, 1, tzinfo=UTC))
    assert refused(LiveboxSimulator(), lambda s: s.set_parental(wish)).code is BoxErrorCode.UNSUPPORTED


def test_a_forwarded_port_made_changed_and_taken_away() -> None:
    box = LiveboxSimulator()

    async def change(session: LiveboxSession) -> None:
        before = await session.forwards()
        await session.put_forward(GAME)
        made = next(rule for rule in await session.forwards() if rule.external_port == 27_015)  # type: ignore[union-attr]
        assert (made.protocol, made.internal_client, made.description) == (Protocol.UDP, "192.168.1.20", "Jeu (été)")
        assert (made.origin, made.id) == ("user", "webui_Jeu __t__"), "a name out of plain letters"
        await session.put_forward(replace(made, internal_port=27_016, enable=False, protocol=Protocol.BOTH))
        (changed,) = [rule for rule in await session.forwards() if rule.id == made.id]  # type: ignore[union-attr]
        assert (changed.internal_port, changed.enable, changed.protocol) == (27_016, False, Protocol.BOTH)
        await session.delete_forward(changed)
        assert await session.forwards() == before

    talk(box, change)
    rule = sent(box, "Firewall:setPortForwarding")[0]
    assert (rule["externalPort"], rule["internalPort"], rule["protocol"]) == ("27015", "27015", "17")
    assert box.calls.count("Firewall:commit") == 3


def test_a_range_of_ports() -> None:
    async def change(session: LiveboxSession) -> Any:
        await session.put_forward(PortMapping(5000, 5000, "192.168.1.20", Protocol.TCP, external_last=5010))
        return [(rule.external_port, rule.last) for rule in await session.forwards()]  # type: ignore[union-attr]

    assert (5000, 5010) in talk(LiveboxSimulator(), change)


def test_a_port_that_is_taken_is_a_conflict() -> None:
    taken = PortMapping(8443, 8443, "192.168.1.22", Protocol.BOTH, description="autre")
    assert refused(LiveboxSimulator(), lambda s: s.put_forward(taken)).code is BoxErrorCode.CONFLICT
    talk(LiveboxSimulator(), lambda s: s.put_forward(replace(taken, protocol=Protocol.UDP)))


def test_two_rules_of_one_name_do_not_overwrite_each_other() -> None:
    async def change(session: LiveboxSession) -> Any:
        for port in (27_015, 27_016, 27_015):
            await session.put_forward(replace(GAME, external_port=port, internal_port=port))
        return {rule.id: rule.external_port for rule in await session.forwards()}  # type: ignore[union-attr]

    assert talk(LiveboxSimulator(), change) == {
        "webui_1": 8443, "webui_Jeu __t__": 27_015, "webui_Jeu __t__ 2": 27_016,
    }  # fmt: skip


def test_a_clash_is_of_ports_and_protocol() -> None:
    there = [PortMapping(80, 80, "192.168.1.20", Protocol.TCP, external_last=90, id="webui_a")]
    wanted = PortMapping(85, 85, "192.168.1.21", Protocol.TCP)
    assert forwarding.clashes(wanted, "webui_b", there)
    assert forwarding.clashes(replace(wanted, protocol=Protocol.BOTH), "webui_b", there)
    assert not forwarding.clashes(replace(wanted, protocol=Protocol.UDP), "webui_b", there)
    assert not forwarding.clashes(replace(wanted, external_port=91), "webui_b", there)
    assert not forwarding.clashes(wanted, "webui_a", there)


def test_a_rule_of_a_program_stays_its_own() -> None:
    box = LiveboxSimulator()
    box.home.forwards.append(Forward(9000, 9000, "192.168.1.22", origin="upnp", id="1157", description="camé"))

    async def change(session: LiveboxSession) -> Any:
        mine = next(rule for rule in await session.forwards() if rule.origin == "upnp")  # type: ignore[union-attr]
        await session.put_forward(replace(mine, enable=False, origin=None))
        keys = [rule.id for rule in await session.forwards()]  # type: ignore[union-attr]
        await session.delete_forward(mine)
        return keys, [rule.id for rule in await session.forwards()]  # type: ignore[union-attr]

    assert talk(box, change) == (["webui_1", "upnp_1157"], ["webui_1"])


def test_taken_away_by_its_ports_or_by_a_name_of_any_letters() -> None:
    box = LiveboxSimulator()
    box.home.forwards.append(Forward(9000, 9000, "192.168.1.22", description="à côté (été)", id="à côté (été)"))

    async def change(session: LiveboxSession) -> Any:
        await session.delete_forward(PortMapping(8443, 443, "192.168.1.20", Protocol.TCP))
        (left,) = await session.forwards()  # type: ignore[misc]
        await session.delete_forward(left)
        return await session.forwards()

    assert talk(box, change) == ()


def test_a_rule_that_is_not_there_cannot_be_taken_away() -> None:
    assert refused(LiveboxSimulator(), lambda s: s.delete_forward(GAME)).code is BoxErrorCode.NOT_FOUND


def test_a_reservation_made_changed_and_taken_away() -> None:
    async def change(session: LiveboxSession) -> None:
        for address in ("192.168.1.50", "192.168.1.51"):
            await session.put_reservation(Reservation(LEO, address))
            kept = (await session.dhcp()).reservations  # type: ignore[union-attr]
            assert Reservation(LEO, address) in (kept or ())
        await session.delete_reservation(LEO)
        kept = (await session.dhcp()).reservations  # type: ignore[union-attr]
        assert [item.phys_address for item in kept or ()] == ["3c:52:82:00:00:01"]

    talk(LiveboxSimulator(), change)


def test_why_a_reservation_is_refused() -> None:
    taken = refused(LiveboxSimulator(), lambda s: s.put_reservation(Reservation(LEO, "192.168.1.20")))
    foreign = refused(LiveboxSimulator(), lambda s: s.put_reservation(Reservation(LEO, "10.0.0.7")))
    missing = refused(LiveboxSimulator(), lambda s: s.delete_reservation(LEO))
    assert [error.code for error in (taken, foreign, missing)] == [
        BoxErrorCode.CONFLICT, BoxErrorCode.INVALID, BoxErrorCode.NOT_FOUND,
    ]  # fmt: skip


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
