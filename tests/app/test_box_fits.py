"""What a box makes of a wish in its own steps, cuts and names is still what was asked, on every family."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selfcare.app.box_change_words import proposal as sentences
from selfcare.app.box_kinds import KINDS
from selfcare.app.box_kinds.kind import State, is_as, is_ours
from selfcare.app.box_kinds.week import parts
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    ForwardWish,
    GuestNetwork,
    GuestWish,
    ParentalSchedule,
    ParentalSlot,
    ParentalWish,
    PortMapping,
    Protocol,
    Security,
    WifiRadio,
    WifiSsid,
    WifiWish,
)
from selfcare.model.box.change import BoxOutcome
from selfcare.model.units import Megahertz, Seconds
from tests.app.box_bench import yes
from tests.app.box_real import Real, at
from tests.boxes.wishes import LEO, PC

HOUR = 3600
NIGHT = ParentalSlot(Seconds(22 * HOUR), Seconds(7 * HOUR), (0, 1, 2, 3, 6))
TOUCHING = (
    ParentalSlot(Seconds(8 * HOUR), Seconds(10 * HOUR), (2, 5)),
    ParentalSlot(Seconds(10 * HOUR), Seconds(12 * HOUR), (2,)),
)


def times(r: Real) -> list[tuple[int, int]]:
    """Of everybody, in seconds of the week, whichever way the simulator keeps them."""
    found = [(day * 24 * HOUR + start, end - start) for plan in r.home.plans for day, start, end in plan.slots]
    return sorted(found)


def guests(seconds: float | None) -> GuestWish:
    left = None if seconds is None else Seconds(seconds)
    return GuestWish(GuestNetwork(True, "Les amis", "soyez-les-bienvenus", left))


def test_an_hour_and_a_half_for_guests_is_two_on_a_livebox_and_said_before(tmp_path: Path) -> None:
    async def test(r: Real) -> None:
        proposal, result = await r.does(guests(5400))
        assert result.outcome is BoxOutcome.DONE, result
        assert [c.code for c in proposal.cautions] == ["rounded_end"]
        assert any("2 h" in line for line in sentences(proposal, Catalogue("fr")))
        assert round((await r.reads("guest")).remaining / 60) == 120
        assert (await r.undoes()).outcome is BoxOutcome.DONE and r.home.guest.enable is False

    at("livebox", tmp_path, test)


def test_an_odd_rest_of_time_is_put_back_in_whole_hours(tmp_path: Path) -> None:
    async def test(r: Real) -> None:
        assert (await r.does(guests(2 * HOUR)))[1].outcome is BoxOutcome.DONE
        r.home.guest.remaining = 5000  # as it runs down
        assert (await r.does(GuestWish(GuestNetwork(False))))[1].outcome is BoxOutcome.DONE
        result = await r.undoes()
        assert result.outcome is BoxOutcome.DONE and r.home.guest.enable, result
        assert 5000 - 120 <= (await r.reads("guest")).remaining <= 2 * HOUR

    at("livebox", tmp_path, test)


@pytest.mark.parametrize("family", ["freebox", "livebox"])
@pytest.mark.parametrize("device", [LEO, PC])
@pytest.mark.parametrize("slots", [(NIGHT,), TOUCHING, (NIGHT, *TOUCHING)], ids=["night", "touching", "both"])
def test_a_night_and_touching_times_are_what_was_asked(
    family: str, device: str, slots: tuple[ParentalSlot, ...], tmp_path: Path
) -> None:
    async def test(r: Real) -> None:
        before = times(r)
        _, result = await r.does(ParentalWish(ParentalSchedule((device,), slots=slots)))
        assert result.outcome is BoxOutcome.DONE, result
        control = await r.reads("parental")
        found = next(s for s in control.schedules if device in [m.lower() for m in s.phys_addresses])
        assert parts(found.slots) == parts(slots)
        assert (await r.does(ParentalWish(ParentalSchedule((device,), slots=slots, id=found.id))))[
            1
        ].outcome is BoxOutcome.NOTHING_TO_DO
        assert (await r.undoes()).outcome is BoxOutcome.DONE
        assert times(r) == before

    at(family, tmp_path, test)


def test_a_week_is_the_same_however_it_is_cut() -> None:
    cut = (
        ParentalSlot(Seconds(22 * HOUR), Seconds(24 * HOUR), (6,)),
        ParentalSlot(Seconds(0), Seconds(3 * HOUR), (0,)),
        ParentalSlot(Seconds(2 * HOUR), Seconds(7 * HOUR), (0,)),
    )
    assert parts((replace(NIGHT, weekdays=(6,)),)) == parts(cut) == {"slot/0/0-25200": True, "slot/6/79200-86400": True}


def test_one_time_more_is_another_timetable_and_half_of_two_is_between() -> None:
    kind = KINDS["parental"]
    base: State = {"rule": "planned", "until": 0, "name": False}
    before: State = {**base, "slot/2/28800-36000": True}
    asked: State = {**base, "slot/2/36000-43200": True}
    both, more = {**base, "slot/2/28800-43200": True}, {**base, "slot/2/28800-43200": True, "slot/3/0-3600": True}
    assert not is_as(kind, both, before, before) and not is_as(kind, both, asked, before)
    assert is_ours(kind, both, [before, asked]) and is_ours(kind, base, [before, asked])
    assert not is_ours(kind, more, [before, asked])
    assert not is_as(kind, {**asked, "slot/3/0-3600": True}, asked, before)


@pytest.mark.parametrize("family", ["plain", "freebox", "livebox", "bbox", "fritz", "igd"])
def test_a_rule_that_was_put_back_is_the_same_under_another_id(family: str, tmp_path: Path) -> None:
    async def test(r: Real) -> None:
        async def rule() -> PortMapping:
            found: PortMapping = next(one for one in await r.reads("forwards") if one.external_port == 8443)
            return found

        first = await rule()
        assert (await r.does(ForwardWish(first, remove=True)))[1].outcome is BoxOutcome.DONE
        removed = r.last
        added = ForwardWish(PortMapping(9000, 9000, "192.168.1.21", Protocol.TCP, description="autre"))
        assert (await r.does(added))[1].outcome is BoxOutcome.DONE  # takes the number that became free
        assert (await r.changes.undo(removed, yes)).outcome is BoxOutcome.DONE
        again = await rule()
        assert (again.internal_client, again.internal_port) == (first.internal_client, first.internal_port)
        # With the id of before, as a window that was open all the while has it.
        assert (await r.does(ForwardWish(first, remove=True)))[1].outcome is BoxOutcome.DONE
        left = [one.external_port for one in await r.reads("forwards")]
        assert left == [9000]
        assert (await r.undoes()).outcome is BoxOutcome.DONE
        assert sorted(one.external_port for one in await r.reads("forwards")) == [8443, 9000]

    at(family, tmp_path, test)


@pytest.mark.parametrize("family", ["freebox", "livebox", "bbox"])
def test_back_to_automatic_is_back_whatever_it_chooses(family: str, tmp_path: Path) -> None:
    async def test(r: Real) -> None:
        radio = next(one for one in (await r.reads("wifi")).radios if one.band.value == "2.4")
        assert radio.auto_channel
        _, result = await r.does(WifiWish(radios=(WifiRadio(radio.id, channel=11),)))
        assert result.outcome is BoxOutcome.DONE, result
        r.home.radios[0].current = 11
        undoing = await r.undoes()
        assert undoing.outcome is BoxOutcome.DONE, undoing
        assert r.home.radios[0].channel == 0

    at(family, tmp_path, test)


@pytest.mark.parametrize("family", ["freebox", "livebox"])
def test_a_width_that_was_set_counts_not_the_one_in_use(family: str, tmp_path: Path) -> None:
    async def test(r: Real) -> None:
        radio = next(one for one in (await r.reads("wifi")).radios if one.band.value == "5")
        _, result = await r.does(WifiWish(radios=(WifiRadio(radio.id, width=Megahertz(40)),)))
        assert result.outcome is BoxOutcome.DONE, result
        assert (await r.undoes()).outcome is BoxOutcome.DONE

    at(family, tmp_path, test)


def test_a_livebox_3_switches_its_guests_though_it_has_no_name_and_key_of_theirs(tmp_path: Path) -> None:
    async def test(r: Real) -> None:
        r.box.box.chosen = "Livebox 3"  # type: ignore[attr-defined]
        proposal = await r.changes.propose(guests(None))
        assert proposal.refusal is not None and proposal.refusal.code == "unsettable"
        _, result = await r.does(GuestWish(GuestNetwork(True)))
        assert result.outcome is BoxOutcome.DONE and r.home.guest.enable, result
        assert (await r.undoes()).outcome is BoxOutcome.DONE and not r.home.guest.enable

    at("livebox", tmp_path, test)


def test_what_cannot_be_put_back_is_said_and_does_not_spoil_the_rest(tmp_path: Path) -> None:
    """A Freebox of old with a protection that nobody may set any more."""

    async def test(r: Real) -> None:
        for one in r.home.ssids:
            one.security = "wpa"
        known = (await r.reads("wifi")).ssids
        wish = WifiWish(ssids=tuple(WifiSsid(one.id, ssid="Neuf", security=Security.WPA2) for one in known))
        proposal, result = await r.does(wish)
        assert "not_put_back" in [caution.code for caution in proposal.cautions]
        assert result.outcome is BoxOutcome.DONE, result
        assert (await r.undoes()).outcome is BoxOutcome.DONE
        assert {one.ssid for one in r.home.ssids} == {"Maison-Dupont"}

    at("freebox", tmp_path, test)
