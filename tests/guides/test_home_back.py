"""Gone on with after a kill: whose entry it was, how long a box is waited for, what is said meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfcare.app.box_change import BoxChanges
from selfcare.app.guides import home_actions
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.i18n import Catalogue
from tests.guides.home_bench import AtHome, play
from tests.guides.test_home_actions import CASES, Killed, killed_at


def test_what_somebody_else_opened_before_we_were_back_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another window opens another port between the kill and the look: ours is the first since the step began."""

    async def act(h: AtHome) -> None:
        name, given, state = CASES["forward"]
        before = state(h.home)
        since = await killed_at(h, monkeypatch, "end", name, given)
        ours = state(h.home)
        h.time.now += 60
        other = await h.act(name, **{**given, "port": "4711"})
        assert other.outcome == "done"
        acted = await h.recover(name, since, **given)
        assert acted is not None and acted.outcome == "done" and acted.entry not in (None, other.entry)
        assert (await h.undo(name, str(other.entry))).outcome == "done" and state(h.home) == ours
        assert (await h.undo(name, str(acted.entry))).outcome == "done" and state(h.home) == before

    play("livebox", tmp_path, act)


def test_waiting_is_told_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(h: AtHome) -> None:
        name, given, _ = CASES["wifi"]
        since = await killed_at(h, monkeypatch, "written", name, given)
        h.gateway.place = None
        acted = await h.recover(name, since, **given)
        assert acted is not None and acted.outcome == "failed"
        assert h.progressed[:2] == ["guide.box.act.looking_back", "guide.box.act.waiting"]
        assert all(Catalogue("fr").has(key) and Catalogue("en").has(key) for key in h.progressed)

    play("freebox", tmp_path, act)


@pytest.mark.parametrize("busy", [3, 1000])
def test_a_busy_box_is_waited_for_before_it_goes_by_hand(
    busy: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A login that a kill cut off keeps the door shut for a moment: that is no reason to do it by hand."""

    async def act(h: AtHome) -> None:
        left, here = [busy], BoxChanges.here

        async def shut(changes: BoxChanges) -> str:
            left[0] -= 1
            if left[0] >= 0:
                raise BoxError(BoxErrorCode.BUSY, kind="door")
            return await here(changes)

        monkeypatch.setattr(BoxChanges, "here", shut)
        name, given, _ = CASES["wifi"]
        waited = h.time.waited
        acted = await h.act(name, **given)
        assert acted.outcome == ("done" if busy == 3 else "unable")
        assert h.time.waited - waited <= home_actions.SILENT_S + home_actions.LOOK_S

    play("freebox", tmp_path, act)


def test_a_clock_that_was_set_after_the_kill_proves_no_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed with the order in hand, resumed under a clock that is an hour ahead: the box never restarted."""

    async def act(h: AtHome) -> None:
        async def killed(_session: object) -> None:
            raise Killed

        before = h.home.up_time
        with monkeypatch.context() as patch:
            session = type(await h.desk.session(await h.side.box.found()).__aenter__())
            patch.setattr(session, "reboot", killed)
            with pytest.raises(Killed):
                await h.act("box.reboot")
        await h.desk.close()
        h.time.set(3600.0)
        assert h.home.up_time >= before and h.home.reboot_asked == 0
        acted = await h.recover("box.reboot", h.began[0])
        assert acted is not None and acted.outcome == "failed" and h.home.reboot_asked == 0

    play("fritz", tmp_path, act)
