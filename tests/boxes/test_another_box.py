"""Another box where ours was: in the middle of a session, after it was told, by an address typed by hand."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
from pathlib import Path

import pytest

from selfcare.app.box_session import identity
from selfcare.app.boxes import BoxDesk, Gateway
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.families import driver
from selfcare.boxes.freebox.credential import Credential
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily, Capability, DeviceInfo
from selfcare.store.lines import LineHistory
from tests.boxes import toy
from tests.boxes.base import serving
from tests.boxes.bbox import BboxSimulator
from tests.boxes.freebox.server import FreeboxSimulator
from tests.boxes.test_refused_for_good import CASES, credentials_in, desk
from tests.boxes.toy import ToyBox

ASKED = {**CASES, BoxFamily.BBOX: dataclasses.replace(CASES[BoxFamily.BBOX],
                                                      make=functools.partial(BboxSimulator, old=True))}  # fmt: skip
del ASKED[BoxFamily.FRITZ]  # its every request carries a proof of its own, never the password


@pytest.mark.parametrize("family", ASKED, ids=str)
def test_a_box_swapped_in_the_middle_of_a_session_is_not_knocked_at(
    tmp_path: Path, family: BoxFamily, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Less than half a minute after it was made sure of: the driver itself notices before it opens anew."""
    monkeypatch.setattr("selfcare.boxes.bbox.session._FRESH_S", 0.0)
    case = ASKED[family]
    box = case.make()

    async def run() -> None:
        credentials = credentials_in(tmp_path)
        async with serving(box) as place, desk(tmp_path, family, credentials) as mine:
            here = (await mine.detect(place)).box
            assert here is not None
            credentials.keep(identity(here), Secret(case.secret(box)))
            assert (await mine.status(here, fresh=True)).paired
            case.change(box)
            box.home.uid, box.home.serial, box.home.mac = "7C16890000FF", "OTHER0000000001", "7c:16:89:00:00:ff"
            before = case.tries(box)
            for _ in range(2):
                with contextlib.suppress(BoxError):
                    await mine.read(here, Capability.WIFI)
            assert case.tries(box) == before

    asyncio.run(run())


def _toy_desk(folder: Path, one: object = toy.DRIVER, gateway: Gateway | None = None) -> BoxDesk:
    async def ask() -> Gateway | None:
        return gateway

    return BoxDesk(ask, credentials_in(folder), LineHistory(folder), lambda: [one])  # type: ignore[list-item]


def test_a_box_that_tells_its_name_no_more_gets_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours told it to everybody a minute ago."""
    monkeypatch.setattr("selfcare.app.box_session.SURE_S", -1.0)
    box = ToyBox()

    async def silent(place: Place) -> DeviceInfo:
        return DeviceInfo(toy.FAMILY)

    async def run() -> None:
        async with serving(box) as place:
            mine = _toy_desk(tmp_path)
            here = (await mine.detect(place)).box
            assert here is not None and here.device.uid
            async for _ in mine.pair(here, Secret(box.home.password)):
                pass
            before = box.logins
            await mine.close()
            mine = _toy_desk(tmp_path, dataclasses.replace(toy.DRIVER, recognise=silent))
            with pytest.raises(BoxError) as caught:
                await mine.status(here)
            assert caught.value.code is BoxErrorCode.BOX_CHANGED and box.logins == before
            await mine.close()

    asyncio.run(run())


def test_a_box_that_told_who_it_is_only_after_the_login_is_not_logged_in_to_again(tmp_path: Path) -> None:
    """Nothing told it from ours before; once it is known for another, it gets the password no second time."""
    box = ToyBox()

    async def shy(place: Place) -> DeviceInfo:
        return DeviceInfo(toy.FAMILY)

    async def run() -> None:
        async with serving(box) as place:
            mine = _toy_desk(tmp_path, dataclasses.replace(toy.DRIVER, recognise=shy))
            here = (await mine.detect(place)).box
            assert here is not None and here.device.uid is None
            async for _ in mine.pair(here, Secret(box.home.password)):
                pass
            assert (await mine.status(here)).paired
            box.home.uid = "7C16890000FF"
            with pytest.raises(BoxError):
                await mine.status(here, fresh=True)
            before = box.logins
            for _ in range(3):
                with pytest.raises(BoxError) as caught:
                    await mine.status(here, fresh=True)
                assert caught.value.code is BoxErrorCode.BOX_CHANGED
            assert box.logins == before
            await mine.close()

    asyncio.run(run())


def test_an_address_typed_by_hand_that_is_the_gateways_is_known_by_its_adapter_too(tmp_path: Path) -> None:
    """A laptop in another home with the same make of box: only the adapter's address tells the two apart."""
    box = ToyBox()

    async def shy(place: Place) -> DeviceInfo:
        return DeviceInfo(toy.FAMILY)

    async def run() -> None:
        one = dataclasses.replace(toy.DRIVER, recognise=shy)
        async with serving(box) as place:
            async with _toy_desk(tmp_path, one, Gateway(place, "00:24:d4:00:00:01")) as mine:
                here = (await mine.detect()).box
                assert here is not None
                async for _ in mine.pair(here, Secret(box.home.password)):
                    pass
            before = box.logins
            async with _toy_desk(tmp_path, one, Gateway(place, "00:24:d4:00:00:02")) as mine:
                there = (await mine.detect(place)).box
                assert there is not None
                with pytest.raises(BoxError) as caught:
                    await mine.status(there)
            assert caught.value.code is BoxErrorCode.BOX_CHANGED and box.logins == before

    asyncio.run(run())


def test_a_driver_that_falls_over_at_a_strange_answer_is_nobody_there(tmp_path: Path) -> None:
    box = ToyBox()
    falls = False

    async def breaks(place: Place) -> DeviceInfo | None:
        if falls:
            raise KeyError("what it sent")
        return await toy.DRIVER.recognise(place)

    async def run() -> None:
        nonlocal falls
        async with (
            serving(box) as place,
            _toy_desk(tmp_path, dataclasses.replace(toy.DRIVER, recognise=breaks)) as mine,
        ):
            here = (await mine.detect(place)).box
            assert here is not None
            falls = True
            mine._talk(here).sure_at = -1e9
            with pytest.raises(BoxError) as caught:
                await mine.status(here)
            assert caught.value.code is BoxErrorCode.UNREACHABLE

    asyncio.run(run())


@pytest.mark.parametrize("what", ["login", "reading"])
def test_no_question_takes_longer_than_its_limit(tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred requests of six seconds each are ten minutes: the whole of it has a limit."""
    monkeypatch.setattr("selfcare.app.box_session.OPEN_S", 0.2, raising=False)
    monkeypatch.setattr("selfcare.boxes.reading.READ_S", 0.2, raising=False)
    asked = []

    class Endless(toy.ToySession):
        async def log_in(self, credential: Secret) -> None:
            while what == "login":
                asked.append(await asyncio.sleep(0.05))

        async def wifi(self) -> object:  # type: ignore[override]
            while True:
                asked.append(await asyncio.sleep(0.05))

    async def run() -> None:
        box = ToyBox()
        one = dataclasses.replace(toy.DRIVER, open=Endless)
        async with serving(box) as place, _toy_desk(tmp_path, one) as mine:
            here = (await mine.detect(place)).box
            assert here is not None
            credentials_in(tmp_path).keep(identity(here), Secret("x" * 8))
            async with asyncio.timeout(60):
                if what == "login":
                    with pytest.raises(BoxError) as caught:
                        await mine.status(here)
                    assert caught.value.code is BoxErrorCode.TOO_SLOW
                else:
                    found = await mine.read(here, Capability.WIFI)
                    assert found.code == "too_slow"

    asyncio.run(run())


def test_a_box_that_was_busy_once_is_asked_again_later_but_not_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its few sessions were taken when the window opened: it is not a stranger's box for ever."""
    box, knocked = ToyBox(), 0

    class Busy(toy.ToySession):
        async def log_in(self, credential: Secret) -> None:
            nonlocal knocked
            knocked += 1
            if knocked < 2:
                raise BoxError(BoxErrorCode.BUSY)
            await super().log_in(credential)

    async def run() -> None:
        async with serving(box) as place, _toy_desk(tmp_path, dataclasses.replace(toy.DRIVER, open=Busy)) as mine:
            here = (await mine.detect(place)).box
            assert here is not None
            credentials_in(tmp_path).keep(identity(here), Secret(box.home.password))
            for _ in range(3):
                assert not (await mine.status(here, fresh=True)).paired
            assert knocked == 1 and mine.trouble(here) == "busy"
            monkeypatch.setattr("selfcare.app.box_session.AGAIN_S", -1.0)
            assert (await mine.status(here, fresh=True)).paired and knocked == 2
            await mine.status(here, fresh=True)
            assert knocked == 2

    asyncio.run(run())


def test_a_box_that_said_no_for_no_reason_is_not_asked_every_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be how it counts wrong passwords."""
    monkeypatch.setattr("selfcare.app.box_session.AGAIN_S", -1.0)
    box, knocked = ToyBox(), 0

    class Grumpy(toy.ToySession):
        async def log_in(self, credential: Secret) -> None:
            nonlocal knocked
            knocked += 1
            raise BoxError(BoxErrorCode.REFUSED)

    async def run() -> None:
        async with serving(box) as place, _toy_desk(tmp_path, dataclasses.replace(toy.DRIVER, open=Grumpy)) as mine:
            here = (await mine.detect(place)).box
            assert here is not None
            credentials_in(tmp_path).keep(identity(here), Secret(box.home.password))
            for _ in range(3):
                assert not (await mine.status(here, fresh=True)).paired
            assert knocked == 1

    asyncio.run(run())


def test_a_token_given_over_tls_is_never_sent_without_by_whoever_asked_before(tmp_path: Path) -> None:
    """Read as by a stranger first, over http, which the boxes still serve: the way there is not the token's."""
    box = FreeboxSimulator()

    async def run() -> None:
        async with serving(box) as place:
            session = driver(BoxFamily.FREEBOX).open(place)
            try:
                uid = (await session.device()).uid
                with pytest.raises(BoxError) as caught:
                    await session.log_in(Credential(Secret(box.token), uid, tls=True).text())
                assert caught.value.code in (BoxErrorCode.UNTRUSTED, BoxErrorCode.UNREACHABLE)
                assert not any("login" in each.path for each in box.asked)
            finally:
                await session.close()

    asyncio.run(run())


def test_a_damaged_credential_is_in_no_part_of_the_error() -> None:
    async def run() -> None:
        session = driver(BoxFamily.BBOX).open(Place("127.0.0.1", 9))
        for kept in ('{"password": "hush-hush-hush"', '{"password": "hush-hush-hush", "pin": "hush-hush-hush"}'):
            with pytest.raises(BoxError) as caught:
                await session.log_in(Secret(kept))
            error: BaseException | None = caught.value
            while error is not None:
                assert "hush" not in str(error) and "hush" not in str(getattr(error, "doc", ""))
                error = error.__cause__ or error.__context__
        await session.close()

    asyncio.run(run())
