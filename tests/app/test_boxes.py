"""The desk: lets in, remembers a refusal, notices another box, reads no oftener than a box bears."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from selfcare.app.box_figures import sample
from selfcare.app.box_session import identity
from selfcare.app.boxes import BoxDesk, Found
from selfcare.boxes.driver import Driver, PairingState
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.cases.home_names import HomeNames
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import SecretStore, Where
from selfcare.model.box import Absent, Capability, DslLine, Why, WifiSettings
from selfcare.model.units import Seconds
from selfcare.redaction.known import Known
from selfcare.store.lines import LineHistory
from tests.boxes import toy
from tests.boxes.base import serving
from tests.boxes.toy import ToyBox

Act = Callable[[BoxDesk, Place], Awaitable[None]]


def desk(folder: Path, driver: Driver = toy.DRIVER) -> BoxDesk:
    async def no_gateway() -> None:
        return None

    credentials = Credentials(folder, SecretStore(folder, lambda: None))
    return BoxDesk(no_gateway, credentials, LineHistory(folder), lambda: [driver])


def play(folder: Path, box: ToyBox, act: Act, driver: Driver = toy.DRIVER) -> None:
    async def run() -> None:
        async with serving(box) as place, desk(folder, driver) as mine:
            await act(mine, place)

    asyncio.run(run())


async def found(mine: BoxDesk, place: Place) -> Found:
    box = (await mine.detect(place)).box
    assert box is not None
    return box


async def pair(mine: BoxDesk, place: Place, password: str) -> PairingState:
    steps = [step async for step in mine.pair(await found(mine, place), Secret(password))]
    assert all(s.step.credential is None for s in steps)
    return steps[-1].step.state


async def refused(action: Awaitable[object]) -> BoxErrorCode:
    with pytest.raises(BoxError) as caught:
        await action
    return caught.value.code


def test_a_stranger_reads_little_and_is_told_what_pairing_adds(tmp_path: Path) -> None:
    async def act(mine: BoxDesk, place: Place) -> None:
        status = await mine.status(await found(mine, place))
        assert not status.paired and status.dsl == Absent(Why.NEEDS_PAIRING, "login_required")
        assert status.adds == ("wan", "dsl", "wifi", "hosts")

    play(tmp_path, ToyBox(), act)


def test_once_paired_the_line_is_told_in_this_run_and_the_next(tmp_path: Path) -> None:
    box = ToyBox()

    async def first(mine: BoxDesk, place: Place) -> None:
        here = await found(mine, place)
        assert not await mine.paired(here)
        assert (await mine.status(here)).paired is False
        steps = [step async for step in mine.pair(here, Secret(box.home.password))]
        assert steps[-1].kept is not None and steps[-1].kept.where is Where.FILE
        assert await mine.paired(here)
        status = await mine.status(here)
        assert status.paired and isinstance(status.dsl, DslLine) and status.dsl.down.rate == 51_234

    async def second(mine: BoxDesk, place: Place) -> None:
        # The port differs, so it is another address: the box is known by its uid.
        here = await found(mine, place)
        wifi = await mine.read(here, Capability.WIFI)
        assert isinstance(wifi, WifiSettings) and wifi.ssids[0].key == "une cle wifi bien longue"
        assert await mine.read(here, Capability.PHONE) == Absent(Why.CANNOT)

    play(tmp_path, box, first)
    play(tmp_path, box, second)


def test_one_login_for_many_questions(tmp_path: Path) -> None:
    box = ToyBox()

    async def act(mine: BoxDesk, place: Place) -> None:
        await pair(mine, place, box.home.password)
        before, here = box.logins, await found(mine, place)
        await asyncio.gather(mine.status(here), mine.read(here, Capability.WIFI), mine.status(here))
        assert box.logins == before + 1

    play(tmp_path, box, act)


def test_a_wrong_password_is_not_kept(tmp_path: Path) -> None:
    async def act(mine: BoxDesk, place: Place) -> None:
        assert await pair(mine, place, "wrong") is PairingState.DENIED
        assert not await mine.paired(await found(mine, place))

    play(tmp_path, ToyBox(), act)


def test_a_refused_login_is_never_repeated_until_a_new_password(tmp_path: Path) -> None:
    box = ToyBox()

    async def works(mine: BoxDesk, place: Place) -> None:
        await pair(mine, place, box.home.password)

    async def locked(mine: BoxDesk, place: Place) -> None:
        here = await found(mine, place)
        for _ in range(3):
            status = await mine.status(here, fresh=True)
            assert not status.paired and mine.trouble(here) == "login_failed"
            assert not isinstance(status.device, Absent)
        with pytest.raises(BoxError) as caught:
            async with mine.session(here, needs_login=True):
                raise AssertionError("let in")
        assert caught.value.code is BoxErrorCode.LOGIN_FAILED

    async def renewed(mine: BoxDesk, place: Place) -> None:
        assert await pair(mine, place, box.home.password) is PairingState.GRANTED
        assert (await mine.status(await found(mine, place))).paired

    play(tmp_path, box, works)
    box.home.password = "changed by its owner"
    before = box.logins
    play(tmp_path, box, locked)
    play(tmp_path, box, locked)
    assert box.logins == before + 1
    play(tmp_path, box, renewed)


def test_a_refusal_in_the_middle_of_a_session_ends_it(tmp_path: Path) -> None:
    """A driver that opens an expired session again and is refused must not do so at every reading."""
    box, logins = ToyBox(), []

    class Expiring(toy.ToySession):
        async def dsl(self) -> DslLine:
            logins.append(1)
            raise BoxError(BoxErrorCode.LOGIN_FAILED)

    async def act(mine: BoxDesk, place: Place) -> None:
        await pair(mine, place, box.home.password)
        here = await found(mine, place)
        for _ in range(3):
            await mine.status(here, fresh=True)
        assert mine.trouble(here) == "login_failed"

    driver = dataclasses.replace(toy.DRIVER, open=Expiring)
    play(tmp_path, box, act, driver)
    # Read by a stranger afterwards: this driver logs in by nothing but its stored secret.
    assert box.logins == 2


def test_another_box_at_the_address_gets_nothing_but_the_question_who_it_is(tmp_path: Path) -> None:
    box = ToyBox()

    async def act(mine: BoxDesk, place: Place) -> None:
        await pair(mine, place, box.home.password)
        assert (await mine.status(await found(mine, place))).paired
        box.home.uid = "7C16890000FF"
        box.asked.clear()
        here = await found(mine, place)
        assert await refused(mine.status(here)) is BoxErrorCode.BOX_CHANGED
        assert await refused(mine.read(here, Capability.WIFI)) is BoxErrorCode.BOX_CHANGED
        assert {a.path for a in box.asked} == {"/who"}
        assert await pair(mine, place, box.home.password) is PairingState.GRANTED
        assert (await mine.status(await found(mine, place))).paired

    play(tmp_path, box, act)


def test_a_box_swapped_while_the_window_is_open_is_noticed_before_a_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfcare.app.box_session.SURE_S", -1.0)
    box = ToyBox()

    async def act(mine: BoxDesk, place: Place) -> None:
        await pair(mine, place, box.home.password)
        here = await found(mine, place)
        await mine.status(here)
        box.home.uid = "7C16890000FF"
        box.asked.clear()
        assert await refused(mine.status(here, fresh=True)) is BoxErrorCode.BOX_CHANGED
        assert {a.path for a in box.asked} == {"/who"}

    play(tmp_path, box, act)


def test_a_status_is_served_again_within_the_familys_interval(tmp_path: Path) -> None:
    box = ToyBox()

    async def act(mine: BoxDesk, place: Place) -> None:
        here = await found(mine, place)
        first = await mine.status(here)
        asked = len(box.asked)
        assert await mine.status(here) is first and len(box.asked) == asked
        assert await mine.status(here, fresh=True) is not first

    play(tmp_path, box, act, dataclasses.replace(toy.DRIVER, min_interval_s=3600.0))


def test_forgetting_takes_the_secret_and_the_figures(tmp_path: Path) -> None:
    box = ToyBox()

    async def act(mine: BoxDesk, place: Place) -> None:
        await pair(mine, place, box.home.password)
        here = await found(mine, place)
        await mine.status(here)
        assert len(await mine.history(here)) == 1
        assert await mine.forget(here) and not await mine.forget(here)
        assert not await mine.paired(here) and await mine.history(here) == ()
        assert not (await mine.status(here)).paired

    play(tmp_path, box, act)
    assert not list((tmp_path / "secrets").glob("*.secret"))


def test_names_of_the_home_are_kept_when_it_is_read_and_forgotten_with_the_box(tmp_path: Path) -> None:
    box = ToyBox()

    async def act(mine: BoxDesk, place: Place) -> None:
        mine._names = HomeNames(tmp_path)
        await pair(mine, place, box.home.password)
        here = await found(mine, place)
        await mine.read(here, Capability.HOSTS)
        await mine.read(here, Capability.WIFI)
        await mine.close()
        known = HomeNames(tmp_path).known()
        assert [name for name, _ in known.hosts] == ["pc-camille"] and known.ssids == (box.home.ssids[0].ssid,)
        await mine.forget(await found(mine, place))
        assert HomeNames(tmp_path).known() == Known()

    play(tmp_path, box, act)


def test_the_line_is_compared_with_some_minutes_before(tmp_path: Path) -> None:
    box = ToyBox()

    async def act(mine: BoxDesk, place: Place) -> None:
        await pair(mine, place, box.home.password)
        here = await found(mine, place)
        assert await mine.change_since_last(here) is None
        now = sample(await mine.status(here))
        assert await mine.change_since_last(here) is None
        name = identity(here).name
        assert name is not None and now.up_time is not None and now.showtime is not None
        earlier = dataclasses.replace(
            now, at=now.at - 600, crc_errors=2, up_time=Seconds(now.up_time - 600), showtime=Seconds(now.showtime - 600)
        )
        await mine.forget(here)
        LineHistory(tmp_path).add(name, earlier)
        await mine.detect(place)
        await pair(mine, place, box.home.password)
        await mine.status(here)
        change = await mine.change_since_last(here)
        assert change is not None and (change.seconds, change.crc_errors, change.restarted) == (600, 10, False)
        assert [s.crc_errors for s in await mine.history(here)] == [2, 12]

    play(tmp_path, box, act)


def test_nothing_known_is_lost_when_the_disk_is_full(tmp_path: Path) -> None:
    (tmp_path / "selfcare.db").mkdir()

    async def act(mine: BoxDesk, place: Place) -> None:
        here = await found(mine, place)
        assert (await mine.status(here)).device.uid == "7C1689000001"
        assert await mine.history(here) == ()

    play(tmp_path, ToyBox(), act)


def test_no_gateway_is_said(tmp_path: Path) -> None:
    assert asyncio.run(refused(desk(tmp_path).detect())) is BoxErrorCode.UNREACHABLE


def test_the_password_is_seen_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    box, told = ToyBox(), []

    async def act(mine: BoxDesk, place: Place) -> None:
        here = await found(mine, place)
        for password in ("canary-of-a-wrong-one", box.home.password):
            async for step in mine.pair(here, Secret(password)):
                told.append(repr(step))
        await mine.status(here)
        box.home.password = "else"
        mine._talks.clear()
        try:
            async with mine.session(here, needs_login=True):
                raise AssertionError("let in")
        except BoxError as error:
            told.append("".join(traceback.format_exception(error)) + repr(error.values) + str(error.box_says))

    password = box.home.password
    play(tmp_path, box, act)
    written = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()).decode("latin-1")
    for place in (caplog.text, *told, written):
        assert password not in place and "canary-of-a-wrong-one" not in place


def test_figures_are_kept_although_nobody_waited_for_them(tmp_path: Path) -> None:
    """A command that reads and ends."""
    box, names = ToyBox(), []

    async def act(mine: BoxDesk, place: Place) -> None:
        here = await found(mine, place)
        names.append(identity(here).name)
        await mine.status(here)

    play(tmp_path, box, act)
    assert len(LineHistory(tmp_path).since(names[0], 60.0)) == 1
