"""Guests and parental control of a Freebox changed: keys that cannot be edited, persons that belong to somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from selfcare.boxes.errors import BoxErrorCode
from selfcare.boxes.freebox import FreeboxSession, parental
from selfcare.model.box import (
    GuestNetwork,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    Protocol,
)
from selfcare.model.units import Seconds
from tests.boxes.freebox.at import Work, box, refused, run, writes

LEO = ("b8:27:eb:00:00:02",)
NIGHT = ParentalSlot(Seconds(21 * 3600), Seconds(86400), (0, 1, 2, 3, 6))
ODD = ParentalSlot(Seconds(7), Seconds(300), (0,))
BAND = "00:24:D4:AA:BB:00"
NAS = PortMapping(8080, 80, "192.168.1.20", Protocol.TCP, description="site")
GUEST_WORK: Work = lambda session: session.set_guest(GuestNetwork(enable=True, key="bienvenue"))  # noqa: E731
BLOCK_LEO: Work = lambda session: session.set_parental(ParentalSchedule(LEO, ParentalRule.BLOCKED))  # noqa: E731


def test_a_guest_key_is_made_changed_and_taken_away() -> None:
    simulator = box()

    async def change(session: FreeboxSession) -> Any:
        before = await session.guest()
        await session.set_guest(
            GuestNetwork(
                enable=True, ssid="Amis", key="bienvenue-chez-nous", remaining=Seconds(7200), internet_only=True
            )
        )
        made = await session.guest()
        await session.set_guest(GuestNetwork(enable=True, key="autre-cle-encore"))
        changed = await session.guest()
        await session.set_guest(GuestNetwork(enable=False))
        return before, made, changed, await session.guest()

    before, made, changed, gone = run(simulator, change)
    assert before.enable is gone.enable is False
    assert made == GuestNetwork(True, "Amis", "bienvenue-chez-nous", Seconds(7200), True)
    assert (changed.key, changed.remaining, changed.internet_only) == ("autre-cle-encore", None, True)


def test_the_same_guest_key_again_is_not_made_anew() -> None:
    simulator = box()

    async def twice(session: FreeboxSession) -> Any:
        await session.set_guest(GuestNetwork(enable=True, key="bienvenue-chez-nous"))
        before = len(writes(simulator))
        await session.set_guest(GuestNetwork(enable=True, key="bienvenue-chez-nous"))
        return len(writes(simulator)) - before

    assert run(simulator, twice) == 0


def test_without_a_key_wished_one_is_made_up() -> None:
    async def make(session: FreeboxSession) -> Any:
        await session.set_guest(GuestNetwork(enable=True))
        return await session.guest()

    keys = {run(box(), make).key for _ in range(3)}
    assert len(keys) == 3 and all(len(key) == 16 for key in keys)


def test_keys_given_to_several_people_are_not_all_taken_away() -> None:
    simulator = box()
    simulator.home.guest.enable = True
    simulator.takes.more_keys = [{"id": 9, "remaining": 0, "params": {"key": "autrecle", "description": "Nounou"}}]
    error = refused(simulator, lambda session: session.set_guest(GuestNetwork(enable=False)))
    assert (error.code, error.values["count"]) == (BoxErrorCode.CONFLICT, 2)
    assert writes(simulator) == []


def test_a_guest_key_that_is_refused_leaves_the_old_one() -> None:
    simulator = box()
    simulator.home.guest.enable, simulator.home.guest.key = True, "l'ancienne-cle"
    error = refused(simulator, lambda session: session.set_guest(GuestNetwork(enable=True, key="court")))
    assert error.code is BoxErrorCode.INVALID
    assert (simulator.home.guest.enable, simulator.home.guest.key) == (True, "l'ancienne-cle")


def test_the_guests_have_no_name_of_their_own_before_api_14() -> None:
    wish = GuestNetwork(enable=True, ssid="Amis", key="bienvenue-chez-nous")
    simulator = box(major=10)
    assert refused(simulator, lambda session: session.set_guest(wish)).code is BoxErrorCode.UNSUPPORTED
    assert writes(simulator) == []


@pytest.mark.parametrize("major", [7, 14])
def test_pause_now_until_then_a_timetable_then_nothing(major: int) -> None:
    simulator = box(major=major)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)

    async def change(session: FreeboxSession) -> Any:
        await session.set_parental(ParentalSchedule(LEO, ParentalRule.BLOCKED, until=until, name="Léo"))
        paused = (await session.parental()).schedules
        blocked = {each.phys_address: each.blocked for each in await session.hosts()}
        await session.set_parental(ParentalSchedule(LEO, slots=(NIGHT,), id=paused[0].id, name="Léo"))
        planned = (await session.parental()).schedules
        await session.set_parental(ParentalSchedule(LEO, id=planned[0].id))
        return paused, blocked, planned, (await session.parental()).schedules

    paused, blocked, planned, gone = run(simulator, change)
    assert (paused[0].phys_addresses, paused[0].rule, paused[0].name) == (LEO, ParentalRule.BLOCKED, "Léo")
    assert abs(paused[0].until - until) < timedelta(seconds=5)
    assert blocked[LEO[0]] is True
    assert (planned[0].rule, planned[0].slots, planned[0].until) == (ParentalRule.PLANNED, (NIGHT,), None)
    assert gone == () and simulator.home.hosts[1].blocked is False


def test_a_person_made_up_by_the_program_goes_again_but_the_subscribers_stays() -> None:
    simulator = box("parental-block")

    async def change(session: FreeboxSession) -> Any:
        await session.set_parental(ParentalSchedule(LEO, ParentalRule.BLOCKED))
        await session.set_parental(ParentalSchedule(LEO))
        await session.set_parental(ParentalSchedule(("3c:52:82:00:00:01",)))
        return (await session.parental()).schedules

    assert run(simulator, change) == ()
    assert [(each.name, each.macs) for each in simulator.home.plans] == [("Camille", [])]
    assert simulator.home.hosts[0].blocked is False


def test_a_device_of_somebody_else_is_not_taken_from_him() -> None:
    simulator = box("parental-block")
    simulator.home.plans[0].macs.append(LEO[0])
    error = refused(simulator, lambda session: session.set_parental(ParentalSchedule(LEO, ParentalRule.BLOCKED)))
    assert error.code is BoxErrorCode.CONFLICT and writes(simulator) == []


def test_the_right_for_profiles_is_named() -> None:
    simulator = box()
    simulator.rights["profile"] = False
    error = refused(simulator, BLOCK_LEO)
    assert (error.code, error.right) == (BoxErrorCode.MISSING_RIGHT, "profile")
    assert writes(simulator) == []


def test_a_person_that_cannot_be_completed_is_not_left_half_made() -> None:
    simulator = box()
    simulator.takes.refuse[("POST", "network_control")] = "internal_error"
    assert refused(simulator, BLOCK_LEO).code is BoxErrorCode.REFUSED
    assert simulator.takes.profiles == {} and simulator.home.plans == []


@pytest.mark.parametrize("sunday", [False, True])
def test_the_days_of_a_rule_are_those_of_the_box(sunday: bool) -> None:
    """Nobody documents which day is the first: what the box says of its next change tells."""
    simulator = box()
    simulator.takes.sunday_first = sunday
    day = (datetime.now().weekday() + 2) % 7
    wish = ParentalSchedule(LEO, slots=(ParentalSlot(Seconds(75600), Seconds(86400), (day,)),), name="Léo")

    async def change(session: FreeboxSession) -> Any:
        await session.set_parental(wish)
        return (await session.parental()).schedules

    (told,) = run(simulator, change)
    assert simulator.home.plans[0].slots == [(day, 75600, 86400)]
    assert told.slots == wish.slots
    (again,) = run(simulator, lambda session: session.parental()).schedules  # seen by a reading alone, too
    assert again.slots == wish.slots


def test_days_are_not_turned_without_a_reason() -> None:
    monday = {"mode": "denied", "start_time": 0, "end_time": 300, "weekdays": [True] + [False] * 7}
    now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
    on_sunday = int(datetime(2026, 11, 29, tzinfo=UTC).timestamp())
    on_monday = on_sunday + 86400
    assert parental.sunday_first({"next_change": on_sunday}, [monday], now) is True
    assert parental.sunday_first({"next_change": on_monday}, [monday], now) is False
    assert parental.sunday_first({"next_change": on_sunday + 60}, [monday], now) is False
    assert parental.sunday_first({"next_change": 0}, [monday], now) is False
    assert parental.sunday_first({"next_change": on_sunday}, [monday, monday | {"mode": "webonly"}], now) is False
    daily = monday | {"weekdays": [True] * 7 + [False]}
    at_midnight = int(datetime(2026, 11, 26, tzinfo=UTC).timestamp())
    assert parental.sunday_first({"next_change": at_midnight}, [daily], now) is False


def test_a_person_whose_devices_were_taken_out_gets_them_back() -> None:
    simulator = box("parental-block")

    async def there_and_back(session: FreeboxSession) -> Any:
        (before,) = (await session.parental()).schedules
        await session.set_parental(ParentalSchedule(before.phys_addresses, id=before.id))
        assert (await session.parental()).schedules == ()
        again = ParentalSchedule(before.phys_addresses, before.rule, name=before.name)  # whoever undoes has no number
        await session.set_parental(again)
        return before, (await session.parental()).schedules

    before, after = run(simulator, there_and_back)
    assert after == (before,)
    assert len(simulator.home.plans) == 1 and simulator.takes.profiles == {}


@pytest.mark.parametrize("major", [7, 14])
def test_another_timetable_takes_the_place_of_the_first_and_of_nothing_else(major: int) -> None:
    simulator = box(major=major)
    other = ParentalSlot(Seconds(0), Seconds(7 * 3600), (5, 6))

    async def change(session: FreeboxSession) -> Any:
        await session.set_parental(ParentalSchedule(LEO, slots=(NIGHT,), name="Léo"))
        (first,) = (await session.parental()).schedules
        if major >= 8:
            limits = {"name": "Web", "mode": "webonly", "start_time": 0, "end_time": 300, "weekdays": [True] * 8}
            simulator.takes.rules[int(first.id)][999] = limits | {"enabled": True}
        await session.set_parental(ParentalSchedule(LEO, slots=(other,), id=first.id, name="Léo"))
        return (await session.parental()).schedules

    (told,) = run(simulator, change)
    assert told.slots == (other,)
    assert sorted({day for day, _, _ in simulator.home.plans[0].slots}) == [5, 6]
    assert major < 8 or 999 in simulator.takes.rules[int(told.id)]
