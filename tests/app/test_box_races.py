"""Two at once, somebody else in between, a clock that jumps, a keyring that locks, an end at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from selfcare.app.box_change import BoxChanges
from selfcare.boxes.secret import Secret
from selfcare.cases.box_journal import BoxJournal
from selfcare.ground.errors import SelfcareError
from selfcare.model.box import GuestNetwork, GuestWish, WifiSsid, WifiWish
from selfcare.model.box.change import BoxOutcome, BoxProposal, ChangeState
from selfcare.model.units import Seconds
from tests.app.box_bench import Bench, MemoryStore, bench, yes
from tests.boxes.home import Home
from tests.boxes.plain import seen
from tests.boxes.wishes import WISHES
from tests.boxes.wishes import home as made_home

CHANNELS, FORWARD = WISHES["wifi name, key, channel"], WISHES["forward add"]


def run(folder: Path, test: Callable[[Bench], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with bench(folder) as b:
            await test(b)

    asyncio.run(whole())


def second(b: Bench) -> BoxChanges:
    """The other program: the same folder and keyring, a process of its own in all else."""
    at = b.time
    return BoxChanges(
        b.changes.contact, BoxJournal(b.folder / "box-changes", lambda: at.now), b.store, clock=b.changes.clock
    )


class Pause:
    """Stops the box once, after this many writes, until it is let go on."""

    def __init__(self, b: Bench, writes: int) -> None:
        self.there, self.on = asyncio.Event(), asyncio.Event()
        count = 0

        async def hook(moment: str, _number: int) -> web.StreamResponse | None:
            nonlocal count
            if moment == "after" and b.box.asked[-1].path == "/do" and not self.there.is_set():
                count += 1
                if count >= writes:
                    self.there.set()
                    await self.on.wait()
            return None

        b.box.hook = hook


@pytest.mark.parametrize("what", ["propose", "carry_out", "undo", "settle"])
def test_a_second_program_in_the_middle_of_a_change_touches_nothing(what: str, tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        other = second(b)
        done = await b.changes.carry_out(await b.changes.propose(FORWARD), yes)
        wish = WISHES["reservation add"]
        proposed = await other.propose(wish)
        pause = Pause(b, 1)
        first = asyncio.create_task(b.changes.carry_out(await b.changes.propose(CHANNELS), yes))
        await pause.there.wait()
        journal = len([a for a in b.box.asked if a.path == "/do"])
        if what == "propose":
            assert not (await other.propose(wish)).nothing_to_do
        elif what == "settle":
            assert len((await other.settle()).later) == 1
        else:
            made = other.carry_out(proposed, yes) if what == "carry_out" else other.undo(done.entry or "", yes)
            result = await made
            assert (result.outcome, result.error) == (BoxOutcome.REFUSED, "other_program")
        assert len([a for a in b.box.asked if a.path == "/do"]) == journal
        pause.on.set()
        assert (await first).outcome is BoxOutcome.DONE
        assert (await other.carry_out(await other.propose(wish), yes)).outcome is BoxOutcome.DONE

    run(tmp_path, test)


def test_undoing_twice_at_once_undoes_once(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        before = seen(b.home)
        done = await b.changes.carry_out(await b.changes.propose(FORWARD), yes)
        name = done.entry or ""
        writes = len([a for a in b.box.asked if a.path == "/do"])
        ends = await asyncio.gather(b.changes.undo(name, yes), second(b).undo(name, yes), return_exceptions=True)
        assert BoxOutcome.DONE in [getattr(end, "outcome", None) for end in ends]
        assert seen(b.home) == before and len([a for a in b.box.asked if a.path == "/do"]) == 2 * writes
        with pytest.raises(LookupError):
            await second(b).undo(name, yes)

    run(tmp_path, test)


def test_undone_by_another_program_while_it_was_being_asked(tmp_path: Path) -> None:
    """A change that is over must not come to life again: its keys are gone."""

    async def test(b: Bench) -> None:
        name = (await b.changes.carry_out(await b.changes.propose(CHANNELS), yes)).entry or ""
        stale = b.changes.journal.find(name)
        assert (await second(b).undo(name, yes)).outcome is BoxOutcome.DONE
        before = seen(b.home)
        find, b_journal = BoxJournal.find, b.changes.journal
        first = [stale]

        def old(self: BoxJournal, wanted: str) -> object:
            return first.pop() if self is b_journal and first else find(self, wanted)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(BoxJournal, "find", old)
            result = await b.changes.undo(name, yes)
        assert result.outcome is BoxOutcome.NOTHING_TO_DO and seen(b.home) == before
        assert [c.state for c in b.changes.changes()[0]] == [ChangeState.UNDONE]

    run(tmp_path, test)


def _reset(home: Home) -> None:
    fresh = made_home()
    home.ssids, home.radios, home.forwards, home.plans = fresh.ssids, fresh.radios, [], []
    home.ssids[0].ssid = home.ssids[1].ssid = "Box-1234"


@pytest.mark.parametrize(
    ("turn", "outcome", "error"),
    [
        (lambda home: setattr(home, "up_time", 3), BoxOutcome.DONE, None),
        (_reset, BoxOutcome.STALE, None),
        (lambda home: setattr(home, "uid", "7C16890000FF"), BoxOutcome.REFUSED, "box_changed"),
    ],
    ids=["restarted", "factory reset", "swapped"],
)
def test_the_box_between_proposal_and_consent(
    turn: Callable[[Home], None], outcome: BoxOutcome, error: str | None, tmp_path: Path
) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(CHANNELS)
        turn(b.home)
        before = seen(b.home)
        result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.error) == (outcome, error)
        assert (seen(b.home) == before) is (outcome is not BoxOutcome.DONE)
        assert (b.store.kept == {}) is (outcome is not BoxOutcome.DONE)

    run(tmp_path, test)


def test_a_factory_reset_after_a_change_is_nobody_s_to_undo(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        name = (await b.changes.carry_out(await b.changes.propose(CHANNELS), yes)).entry or ""
        _reset(b.home)
        before = seen(b.home)
        assert (await b.changes.undo(name, yes)).outcome is BoxOutcome.CONFLICT and seen(b.home) == before

    run(tmp_path, test)


def test_somebody_sets_the_same_while_it_is_read_back(tmp_path: Path) -> None:
    """It cannot be told from a box that makes something else of it: the end is as before, and it is said."""

    async def test(b: Bench) -> None:
        wish = WifiWish(ssids=(WifiSsid("2.4", ssid="Nouveau"),))
        before, proposal = seen(b.home), await b.changes.propose(wish)
        pause = Pause(b, 1)
        task = asyncio.create_task(b.changes.carry_out(proposal, yes))
        await pause.there.wait()
        b.home.ssids[0].ssid = "Quelqu'un"
        pause.on.set()
        assert (await task).outcome is BoxOutcome.PUT_BACK and seen(b.home) == before

    run(tmp_path, test)


def test_somebody_sets_something_else_meanwhile_and_keeps_it(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(WifiWish(ssids=(WifiSsid("2.4", ssid="Nouveau"),)))
        pause = Pause(b, 1)
        task = asyncio.create_task(b.changes.carry_out(proposal, yes))
        await pause.there.wait()
        b.home.ssids[1].ssid, b.home.radios[1].channel = "Ailleurs", 100
        pause.on.set()
        assert (await task).outcome is BoxOutcome.DONE
        assert (b.home.ssids[0].ssid, b.home.ssids[1].ssid, b.home.radios[1].channel) == ("Nouveau", "Ailleurs", 100)
        name = b.changes.changes()[0][0].name
        assert (await b.changes.undo(name, yes)).outcome is BoxOutcome.DONE
        assert (b.home.ssids[1].ssid, b.home.radios[1].channel) == ("Ailleurs", 100)

    run(tmp_path, test)


@pytest.mark.parametrize("jump", [-86_400.0, -60.0, 30.0, 400 * 86_400.0])
@pytest.mark.parametrize("label", ["wifi name, key, channel", "guest on"])
def test_a_clock_that_jumps_before_it_is_undone(label: str, jump: float, tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        before = seen(b.home)
        name = (await b.changes.carry_out(await b.changes.propose(WISHES[label]), yes)).entry or ""
        b.time.now += jump
        if label == "guest on" and jump > 86_400:
            b.home.guest.enable, b.home.guest.remaining = False, None  # it ended long ago
        result = await b.changes.undo(name, yes)
        assert result.outcome in (BoxOutcome.DONE, BoxOutcome.NOTHING_TO_DO), result
        if label != "guest on" or jump < 86_400:
            assert seen(b.home) == before
        assert b.home.guest.enable is False

    run(tmp_path, test)


def test_the_last_change_is_the_last_though_the_clock_went_back(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        first = (await b.changes.carry_out(await b.changes.propose(FORWARD), yes)).entry
        b.time.now -= 7200
        last = (await b.changes.carry_out(await b.changes.propose(WISHES["reservation add"]), yes)).entry
        assert [c.name for c in b.changes.changes()[0]] == [last, first]

    run(tmp_path, test)


class Locked(MemoryStore):
    """A keyring that its owner locks after so many questions."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.left = most

    def _ask(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise SelfcareError("keyring_locked")

    def get(self, name: str) -> Secret | None:
        self._ask()
        return super().get(name)

    def put(self, name: str, secret: Secret) -> None:
        self._ask()
        super().put(name, secret)

    def delete(self, name: str) -> None:
        self._ask()
        super().delete(name)


@pytest.mark.parametrize("most", range(12))
def test_a_keyring_that_is_locked_at_any_moment(most: int, tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        store, before = Locked(most), seen(b.home)
        object.__setattr__(b.changes, "secrets", store)
        result = await b.changes.carry_out(await b.changes.propose(CHANNELS), yes)
        assert (seen(b.home) == before) is (result.outcome is not BoxOutcome.DONE), result
        after = seen(b.home)
        if result.outcome is BoxOutcome.DONE:
            undone = await b.changes.undo(result.entry or "", yes)
            assert undone.outcome in (BoxOutcome.DONE, BoxOutcome.REFUSED), undone
            assert seen(b.home) == (before if undone.outcome is BoxOutcome.DONE else after)
        store.left = 10_000
        await b.changes.settle()
        assert not any(c.state.unfinished for c in b.changes.changes()[0])
        assert store.kept == {} or any(c.undoable for c in b.changes.changes()[0])

    run(tmp_path, test)


def test_cancelled_at_every_await(tmp_path: Path) -> None:
    """A window that is closed, a Ctrl-C: at each step of the loop once; then the next start."""

    async def once(folder: Path, steps: int, undo: bool) -> bool:
        async with bench(folder) as b:
            before = seen(b.home)
            name = ""
            if undo:
                name = (await b.changes.carry_out(await b.changes.propose(FORWARD), yes)).entry or ""
            after = seen(b.home)
            proposal: BoxProposal | None = None if undo else await b.changes.propose(FORWARD)
            count = 0

            async def hook(_moment: str, _number: int) -> web.StreamResponse | None:
                nonlocal count
                count += 1
                if count == steps:
                    task.cancel()
                    await asyncio.sleep(0)
                return None

            b.box.hook = hook
            made = b.changes.undo(name, yes) if proposal is None else b.changes.carry_out(proposal, yes)
            task = asyncio.create_task(made)
            await asyncio.gather(task, return_exceptions=True)
            b.box.hook = None
            struck = count >= steps
            await asyncio.sleep(0.02)
            await b.changes.settle()
            allowed = {before, after} if undo else {before, *([seen(b.home)] if not struck else [])}
            assert seen(b.home) in allowed, (steps, undo)
            assert not any(c.state.unfinished for c in b.changes.changes()[0]), (steps, undo)
            return struck

    async def whole() -> None:
        for undo in (False, True):
            steps = 1
            while await once(tmp_path / f"{undo}{steps}", steps, undo):
                steps += 1
            assert steps > 8

    asyncio.run(whole())


def test_guests_for_a_time_that_ends_while_it_is_being_agreed_to(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        wish = GuestWish(GuestNetwork(True, "Les amis", "soyez-les-bienvenus", Seconds(7200)))
        await b.changes.carry_out(await b.changes.propose(wish), yes)
        proposal = await b.changes.propose(GuestWish(GuestNetwork(False)))
        b.home.guest.enable, b.home.guest.remaining = False, None
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.STALE

    run(tmp_path, test)
