"""The password was changed on the box, or the token withdrawn, while our session ran out: one try, then never again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from selfcare.app.box_session import identity
from selfcare.app.boxes import BoxDesk
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.families import driver
from selfcare.boxes.secret import Secret
from selfcare.ground.credentials import Credentials
from selfcare.ground.errors import SelfcareError
from selfcare.ground.secrets import SecretStore
from selfcare.model.box import BoxFamily, Capability
from selfcare.store.lines import LineHistory
from tests.boxes.base import Simulator, serving
from tests.boxes.bbox import BboxSimulator
from tests.boxes.freebox.server import FreeboxSimulator
from tests.boxes.fritz import FritzBox
from tests.boxes.livebox.server import LiveboxSimulator
from tests.boxes.sfr.box import SfrBox


@dataclass(frozen=True)
class Case:
    """``tries``: how often somebody knocked with a secret so far. ``change``: our session is over, our secret wrong."""

    make: Callable[[], Simulator]
    secret: Callable[[Simulator], str]
    tries: Callable[[Simulator], int]
    change: Callable[[Simulator], None]
    most: int = 1


def _bbox_changed(box: BboxSimulator) -> None:
    box.cookie, box.home.password = "", "changed by its owner"


def _livebox_changed(box: LiveboxSimulator) -> None:
    box.contexts, box.home.password = {}, "changed by its owner"


def _sfr_changed(box: SfrBox) -> None:
    box.tokens.clear()
    box.home.password = "changed by its owner"


def _freebox_changed(box: FreeboxSimulator) -> None:
    box.tokens.clear()
    box.sessions.clear()


def _fritz_changed(box: FritzBox) -> None:
    box.home.password = "changed by its owner"


def _asked(box: Simulator, words: str) -> int:
    return sum(words in each.path for each in box.asked)


CASES = {
    BoxFamily.BBOX: Case(
        BboxSimulator,
        lambda box: f'{{"password": "{box.home.password}", "pin": null, "plain": false}}',
        lambda box: _asked(box, "/login"),
        _bbox_changed,
    ),
    BoxFamily.LIVEBOX: Case(
        LiveboxSimulator, lambda box: box.home.password, lambda box: box.logins, _livebox_changed
    ),
    BoxFamily.SFR: Case(
        SfrBox, lambda box: f"password:{box.home.password}", lambda box: _asked(box, "auth.checkToken"), _sfr_changed
    ),
    BoxFamily.FREEBOX: Case(
        FreeboxSimulator, lambda box: box.token, lambda box: _asked(box, "login/session"), _freebox_changed
    ),
    BoxFamily.FRITZ: Case(
        FritzBox, lambda box: f"camille\n{box.home.password}", lambda box: box.attempts, _fritz_changed,
        most=2,  # the first request after a pause goes alone: an old nonce, and the answer to the new one
    ),
}  # fmt: skip


def desk(folder: Path, family: BoxFamily, credentials: Credentials) -> BoxDesk:
    async def no_gateway() -> None:
        return None

    return BoxDesk(no_gateway, credentials, LineHistory(folder), lambda: [driver(family)])


def credentials_in(folder: Path) -> Credentials:
    return Credentials(folder, SecretStore(folder, lambda: None))


async def _bother(mine: BoxDesk, place: object) -> None:
    """Everything that a window and a check do, at once and again and again."""
    here = (await mine.detect(place)).box  # type: ignore[arg-type]
    assert here is not None
    for _ in range(3):
        with contextlib.suppress(BoxError):
            await mine.status(here, fresh=True)
        asked = (mine.read(here, each) for each in (Capability.WIFI, Capability.HOSTS))
        await asyncio.gather(*asked, return_exceptions=True)


@pytest.mark.parametrize("family", CASES, ids=str)
def test_a_secret_that_was_changed_on_the_box_is_tried_once(
    tmp_path: Path, family: BoxFamily, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfcare.boxes.bbox.session._FRESH_S", 0.0)
    monkeypatch.setattr("selfcare.boxes.fritz.digest._FRESH_S", 0.0)  # the password changes after a pause
    case = CASES[family]
    box = case.make()

    async def run() -> None:
        credentials = credentials_in(tmp_path)
        async with serving(box) as place:
            async with desk(tmp_path, family, credentials) as mine:
                here = (await mine.detect(place)).box
                assert here is not None
                credentials.keep(identity(here), Secret(case.secret(box)))
                assert (await mine.status(here, fresh=True)).paired
                case.change(box)
                before = case.tries(box)
                await _bother(mine, place)
                after = case.tries(box)
                assert before < after <= before + case.most
                assert mine.trouble(here) is not None
                status = await mine.status(here, fresh=True)
                assert not status.paired
            async with desk(tmp_path, family, credentials_in(tmp_path)) as another:
                await _bother(another, place)
            assert case.tries(box) == after

    asyncio.run(run())


def test_a_refusal_that_cannot_be_written_down_is_kept_in_mind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full: the program knows all the same that this password was refused."""
    case = CASES[BoxFamily.LIVEBOX]
    box = LiveboxSimulator()

    def full(path: Path, data: bytes) -> None:
        raise SelfcareError("no_room")

    async def run() -> None:
        credentials = credentials_in(tmp_path)
        async with serving(box) as place, desk(tmp_path, BoxFamily.LIVEBOX, credentials) as mine:
            here = (await mine.detect(place)).box
            assert here is not None
            credentials.keep(identity(here), Secret("a wrong password"))
            monkeypatch.setattr("selfcare.ground.credentials.write_atomic", full)
            await _bother(mine, place)
            await mine.close()
            await _bother(mine, place)
            assert case.tries(box) == 1

    asyncio.run(run())


def test_a_box_that_locked_out_at_pairing_is_left_alone(tmp_path: Path) -> None:
    """Each further try makes the lock-out of a Bbox longer: the next one is refused here, in another process too."""
    box = BboxSimulator()
    box.locked_until = float("inf")

    async def try_to_pair() -> BoxError:
        async with serving(box, port=0) as place, desk(tmp_path, BoxFamily.BBOX, credentials_in(tmp_path)) as mine:
            here = (await mine.detect(place)).box
            assert here is not None
            # The simulator has another port each time; the box that people have has none.
            with pytest.raises(BoxError) as caught:
                async for _ in mine.pair(_of_one_address(here), Secret("guess")):
                    pass
            assert not await mine.paired(_of_one_address(here))
            return caught.value

    first, second = asyncio.run(try_to_pair()), asyncio.run(try_to_pair())
    assert first.code is second.code is BoxErrorCode.LOCKED_OUT
    assert second.retry_after and 0 < second.retry_after <= 15 * 60
    assert _asked(box, "/login") == 1


def _of_one_address(found: object) -> object:
    import dataclasses

    return dataclasses.replace(found, mac="00:11:22:33:44:55")  # type: ignore[type-var]


def test_two_programs_at_once_try_a_secret_once(tmp_path: Path) -> None:
    """The window and a check begin together, the password was changed in between: the second one hears of it."""
    box = LiveboxSimulator(latency_s=0.05)

    async def run() -> None:
        async with serving(box) as place:
            desks = [desk(tmp_path, BoxFamily.LIVEBOX, credentials_in(tmp_path)) for _ in range(4)]
            here = (await desks[0].detect(place)).box
            assert here is not None
            credentials_in(tmp_path).keep(identity(here), Secret("a wrong password"))
            status = await asyncio.gather(*(each.status(here) for each in desks))
            assert not any(each.paired for each in status)
            assert {each.trouble(here) for each in desks} == {"login_failed"}
            await asyncio.gather(*(each.close() for each in desks))

    asyncio.run(run())
    assert box.logins == 1


def test_a_program_that_was_killed_at_the_door_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfcare.app.box_session.DOOR_S", 0.1)
    box = LiveboxSimulator()

    async def run() -> None:
        credentials = credentials_in(tmp_path)
        async with serving(box) as place, desk(tmp_path, BoxFamily.LIVEBOX, credentials) as mine:
            here = (await mine.detect(place)).box
            assert here is not None
            credentials.keep(identity(here), Secret(box.home.password))
            known = credentials.match(identity(here)).known
            assert known is not None and credentials.enter(known) and not credentials.enter(known)
            assert not (await mine.status(here)).paired and mine.trouble(here) == "busy"
            monkeypatch.setattr("selfcare.ground.credentials.DOOR_S", -1.0)
            monkeypatch.setattr("selfcare.app.box_session.AGAIN_S", -1.0)
            assert (await mine.status(here, fresh=True)).paired

    asyncio.run(run())
