"""What a guide has the box do: once, with consent, proved or put back; after a kill it is finished, never twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selfcare.app.box_change import BoxChanges
from selfcare.app.guides import home_actions
from selfcare.model.box.change import ChangeState
from tests.boxes.home import FAULTS, Forward, Home
from tests.boxes.igd import IgdBox, Manners
from tests.guides.home_bench import AtHome, play

KEY = "soyez-les-bienvenus"
Case = tuple[str, dict[str, Any], Callable[[Home], Any]]
CASES: dict[str, Case] = {
    "guest": ("box.guest", {"on": True, "name": "Les amis", "key": "typed"}, lambda h: (h.guest.enable, h.guest.key)),
    "wifi": ("box.wifi", {"name": "Chez-Dupont"}, lambda h: [s.ssid for s in h.ssids]),
    "parental": (
        "box.parental", {"device": "tablette-leo", "rule": "planned", "timetable": "mo-fr 21:00-07:00; sa 10:00-12:00"},
        lambda h: [p.slots for p in h.plans],
    ),
    "block": ("box.parental", {"device": "tablette-leo", "rule": "blocked"}, lambda h: [p.override for p in h.plans]),
    "forward": (
        "box.forward", {"port": "5060", "protocol": "both", "device": "tele-salon"},
        lambda h: [(f.external, f.client) for f in h.forwards],
    ),
    "close": ("box.forward_remove", {"port": "8443"}, lambda h: [f.external for f in h.forwards]),
    "reserve": ("box.reservation", {"device": "tablette-leo"}, lambda h: sorted(h.reservations)),
    "release": ("box.reservation_remove", {"device": "pc-camille"}, lambda h: sorted(h.reservations)),
}  # fmt: skip


async def no(_proposal: object) -> bool:
    return False


@pytest.mark.parametrize("family", ["freebox", "livebox"])
@pytest.mark.parametrize("case", CASES)
def test_done_once_and_put_back(family: str, case: str, tmp_path: Path) -> None:
    name, given, state = CASES[case]

    async def act(h: AtHome) -> None:
        h.store.kept["typed"] = KEY
        before = state(h.home)
        assert (await h.act(name, no, **given)).outcome == "declined"
        assert (state(h.home), h.began) == (before, [])
        acted = await h.act(name, **given)
        assert (acted.outcome, len(h.began)) == ("done", 1), acted
        assert acted.entry and acted.lines and state(h.home) != before
        assert KEY not in repr(acted) and "typed" in h.store.kept
        again = await h.act(name, **given)
        assert (again.outcome, again.entry, len(h.began)) == ("done", None, 1), "already so"
        assert (await h.undo(name, acted.entry, no)).outcome == "declined"
        assert (await h.undo(name, acted.entry)).outcome == "done"
        if case != "guest" or family != "freebox":  # a Freebox has none while it is off
            assert sorted(map(str, state(h.home))) == sorted(map(str, before))
        assert (await h.undo(name, acted.entry)).outcome == "done", "somebody put it back meanwhile"
        assert (await h.undo(name, "20260101T000000-nothing")).outcome == "failed"

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", ["sfr", "bbox", "fritz"])
def test_the_other_families_too(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        acted = await h.act("box.wifi", name="Chez-Dupont")
        assert acted.outcome == "done" and {s.ssid for s in h.home.ssids} == {"Chez-Dupont"}
        assert (await h.undo("box.wifi", str(acted.entry))).outcome == "done"
        assert {s.ssid for s in h.home.ssids} == {"Maison-Dupont"}

    play(family, tmp_path, act)


def test_what_is_refused_and_what_is_not_to_be_had(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        taken = await h.act("box.forward", port="8443", protocol="tcp", device="tablette-leo")
        assert taken.outcome == "refused" and "192.168.1.20" in " ".join(taken.lines)
        assert (await h.act("box.wifi", key="lost")).outcome == "unable", "the key is no longer in the keyring"
        assert (await h.act("box.parental", device="personne", rule="blocked")).outcome == "unable"
        assert (await h.act("box.parental", device="pc-camille", rule="nonsense")).outcome == "unable"
        assert (await h.act("box.forward_remove", port="9999")).outcome == "done", "nothing is open there"
        assert h.began == []
        h.home.updating = True
        assert (await h.act("box.reboot")).outcome == "refused" and not h.home.reboot_asked
        h.gateway.place = None
        h.side.box._found = None
        assert (await h.act("box.reboot")).outcome == "unable"

    play("freebox", tmp_path, act)


def test_two_halves_of_one_port_are_closed_together_and_a_wider_rule_is_not_called_closed(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        h.home.forwards = [
            Forward(5060, 5060, "192.168.1.22", "tcp", id="1"), Forward(5060, 5060, "192.168.1.22", "udp", id="2"),
            Forward(7000, 7000, "192.168.1.22", "tcp", last=7010, id="3"),
        ]  # fmt: skip
        assert (await h.act("box.forward_remove", port="5060")).outcome == "done"
        assert [f.external for f in h.home.forwards] == [7000]
        assert (await h.act("box.forward_remove", port="7005")).outcome == "unable"

    play("freebox", tmp_path, act)


@pytest.mark.parametrize("family", ["freebox", "livebox", "sfr", "bbox", "fritz"])
def test_a_box_that_did_not_let_us_in(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        for name, given, _ in CASES.values():
            assert (await h.act(name, **{k: v for k, v in given.items() if k != "key"})).outcome == "unable"
        assert (await h.act("box.reboot")).outcome == "unable"
        assert h.asked == [] and h.began == []

    play(family, tmp_path, act, paired=False)


def test_a_right_that_is_missing_and_another_make_of_box(tmp_path: Path) -> None:
    async def rights(h: AtHome) -> None:
        acted = await h.act("box.wifi", name="Chez-Dupont")
        assert acted.outcome in ("refused", "unable") and acted.lines and h.began == []
        h.context = type(h.context)(family="livebox")
        assert (await h.act("box.reboot")).outcome == "unable"

    play("freebox", tmp_path, rights, "no-settings-right")


def test_a_gateway_by_upnp(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        h.home.forwards = []
        acted = await h.act("box.forward", port="2222", protocol="tcp", device="127.0.0.1", to=22)
        assert acted.outcome == "done" and h.home.forwards[0].internal == 22
        assert await h.says("box.forward_is", port="2222", protocol="tcp", device="127.0.0.1") == "yes"
        assert (await h.undo("box.forward", str(acted.entry))).outcome == "done" and h.home.forwards == []
        assert (await h.act("box.guest", on=True)).outcome == "unable"

    play("igd", tmp_path, act, box=IgdBox(manners=Manners(client=None)))


def test_changed_by_somebody_in_between_is_proposed_once_more(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        async def meanwhile(proposal: object) -> bool:
            if not h.asked:
                for ssid in h.home.ssids:
                    ssid.ssid = "Autre"
            return await h.agrees(proposal)

        acted = await h.act("box.wifi", meanwhile, name="Chez-Dupont")
        assert (acted.outcome, len(h.asked), len(h.began)) == ("done", 2, 1)
        assert h.asked[1].differences[0].now == "Autre"

    play("freebox", tmp_path, act)


def test_put_back_and_unproved_are_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from selfcare.model.box.change import BoxChangeResult, BoxOutcome

    async def act(h: AtHome) -> None:
        for outcome in BoxOutcome:

            async def ended(*_given: object, outcome: BoxOutcome = outcome) -> BoxChangeResult:
                return BoxChangeResult(outcome, "entry")

            monkeypatch.setattr(BoxChanges, "carry_out", ended)
            acted = await h.act("box.wifi", name="Chez-Dupont")
            wanted = {"done": "done", "nothing_to_do": "done", "declined": "declined", "refused": "refused"}
            assert acted.outcome == wanted.get(outcome.value, "failed"), outcome
            assert acted.lines and (acted.entry == "entry") == (outcome is BoxOutcome.DONE)

    play("freebox", tmp_path, act)


# -- after a kill ------------------------------------------------------------------------------------


class Killed(BaseException):
    pass


def dies(*_given: object, **_named: object) -> None:
    raise Killed


async def killed_at(h: AtHome, monkeypatch: pytest.MonkeyPatch, where: str, name: str, given: dict[str, Any]) -> float:
    """In the middle, without a chance to tidy up. When it began."""
    with monkeypatch.context() as patch:
        if where == "begin":
            patch.setattr(h, "begin", lambda: (h.began.append(h.time.now), dies()))
        elif where == "prepared":
            patch.setattr(BoxChanges, "_finishing", dies)
        elif where == "written":
            patch.setattr("selfcare.app.box_finish.Finishing._judged", dies)
            patch.setattr("selfcare.app.box_finish.Finishing.back", dies)
        with pytest.raises(Killed):
            if where == "end":
                assert (await h.act(name, **given)).outcome == "done"
                dies()
            await h.act(name, **given)
    await h.desk.close()
    return h.began[-1]


@pytest.mark.parametrize("where", ["begin", "prepared", "written", "end"])
@pytest.mark.parametrize("case", ["wifi", "forward", "reserve"])
def test_killed(where: str, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, given, state = CASES[case]

    async def act(h: AtHome) -> None:
        before = state(h.home)
        since = await killed_at(h, monkeypatch, where, name, given)
        acted = await h.recover(name, since, **given)
        if where in ("begin", "prepared"):
            assert acted is None and state(h.home) == before, "it never began: it may be proposed"
        else:
            assert acted is not None and acted.outcome == "done" and acted.entry
            assert state(h.home) != before
            assert (await h.undo(name, acted.entry)).outcome == "done" and state(h.home) == before
        assert not any(c.state.unfinished for c in h.side.box.journal().changes()[0])

    play("livebox", tmp_path, act)


def test_already_as_asked_and_what_another_step_did_is_not_taken_for_it(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        acted = await h.act("box.wifi", name="Chez-Dupont")
        assert acted.outcome == "done"
        h.time.now += 60
        now = h.time.now
        recovered = await h.recover("box.wifi", now, name="Chez-Dupont")
        assert recovered is not None and (recovered.outcome, recovered.entry) == ("done", None)
        assert await h.recover("box.wifi", now, name="Autre") is None
        assert await h.recover("box.forward", 0.0, port="99", protocol="tcp", device="tablette-leo") is None
        gone = await h.recover("box.forward_remove", now, port="99")
        assert gone is not None and gone.outcome == "done"

    play("freebox", tmp_path, act)


def test_silent_then_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(h: AtHome) -> None:
        name, given, _ = CASES["wifi"]
        since = await killed_at(h, monkeypatch, "written", name, given)
        place, h.gateway.place = h.gateway.place, None
        waited = h.time.waited
        acted = await h.recover(name, since, **given)
        assert acted is not None and acted.outcome == "failed" and "plus tard" in acted.lines[0]
        assert home_actions.SILENT_S <= h.time.waited - waited <= 2 * home_actions.SILENT_S
        h.gateway.place = place
        acted = await h.recover(name, since, **given)
        assert acted is not None and acted.outcome == "done"

    play("freebox", tmp_path, act)


def test_another_box_than_at_the_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(h: AtHome) -> None:
        name, given, _ = CASES["wifi"]
        since = await killed_at(h, monkeypatch, "written", name, given)
        FAULTS["swapped"](h.home)
        from tests.guides.home_bench import let_in

        h.side.box._found = None
        await let_in(h.desk, h.home)
        acted = await h.recover(name, since, **given)
        assert acted is not None and acted.outcome == "unable"
        assert any(c.state.unfinished for c in h.side.box.journal().changes()[0]), "left for that box"

    play("freebox", tmp_path, act)


# -- a restart ---------------------------------------------------------------------------------------


def test_a_restart_has_nothing_to_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(h: AtHome) -> None:
        async def sleep(seconds: float) -> None:
            h.time.now += seconds
            h.home.up_time = 1

        monkeypatch.setattr(h.time, "sleep", sleep)
        acted = await h.act("box.reboot")
        assert (acted.outcome, acted.entry, h.home.reboot_asked) == ("done", None, 1), acted
        again = await h.recover("box.reboot", h.began[0])
        assert again is not None and (again.outcome, again.entry, h.home.reboot_asked) == ("done", None, 1)

    play("freebox", tmp_path, act)


@pytest.mark.parametrize("restarts", [True, False])
def test_killed_after_the_order_it_is_never_given_twice(
    restarts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(h: AtHome) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("selfcare.app.box_restart._wait", dies)
            with pytest.raises(Killed):
                await h.act("box.reboot")
        assert h.home.reboot_asked == 1
        if restarts:
            h.home.up_time = 1
        else:
            h.home.up_time = 1_234_567 + 60  # it was up all the while
        acted = await h.recover("box.reboot", h.began[0])
        assert acted is not None and acted.outcome == ("done" if restarts else "failed"), acted
        again = await h.recover("box.reboot", h.began[0])
        assert again is not None and again.outcome == acted.outcome and h.home.reboot_asked == 1
        assert [c.state for c in h.side.box.journal().changes()[0]] == [
            ChangeState.DONE if restarts else ChangeState.NOTHING
        ]

    play("freebox", tmp_path, act)


def test_a_restart_that_was_not_ordered_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(h: AtHome) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(type(h.journal), "add", dies)  # noted, not yet told to the box
            with pytest.raises(Killed):
                await h.act("box.reboot")
        assert h.home.reboot_asked == 0
        assert await h.recover("box.reboot", h.began[0]) is None
        assert await h.recover("box.reboot", h.time.now + 100) is None, "nothing at all"

    play("freebox", tmp_path, act)


def test_a_gateway_without_a_name_is_never_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NAT-PMP: nothing could ever be put back for sure."""
    monkeypatch.setattr("selfcare.boxes.natpmp.client.FIRST_S", 0.025)

    async def act(h: AtHome) -> None:
        assert (h.context.family, h.context.can) == ("natpmp", ())
        acted = await h.act("box.forward", port="2222", protocol="tcp", device="127.0.0.1")
        assert acted.outcome == "unable" and acted.lines and h.began == []
        assert await h.says("box.forward_free", port="2222", protocol="tcp") == "unknown"

    play("natpmp", tmp_path, act)
