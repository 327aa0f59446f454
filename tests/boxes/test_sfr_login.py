"""Getting in and staying in: one try, a renewal, a button, a box that lets everybody in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from selfcare.boxes import legacy, sfr
from selfcare.boxes.driver import PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.sfr import pairing
from selfcare.boxes.sfr.session import SfrSession
from selfcare.i18n import catalogue
from tests.boxes.base import serving
from tests.boxes.sfr import BOX10, NB6VAC, Model, SfrBox
from tests.boxes.sfr.bench import asked, at, refused, simulated


def paired(
    box: SfrBox, password: str | None, then: Callable[[SfrSession], Awaitable[Any]] | None = None, press_after: int = -1
) -> tuple[list[PairingStep], Any]:
    """The steps, and what a session with the credential does at the same place afterwards."""

    async def run() -> tuple[list[PairingStep], Any]:
        steps: list[PairingStep] = []
        async with serving(box) as place:
            assert sfr.DRIVER.pair is not None
            async for step in sfr.DRIVER.pair(place, Secret(password) if password is not None else None):
                steps.append(step)
                if len(steps) == press_after:
                    box.press()
            if then is None:
                return steps, None
            session = SfrSession(place)
            try:
                credential = steps[-1].credential
                assert credential is not None
                await session.log_in(credential)
                return steps, await then(session)
            finally:
                await session.close()

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "POLL_S", 0.01)


@pytest.mark.parametrize("model", [NB6VAC, BOX10])
def test_a_password_lets_in_whatever_signs_the_token_has(model: Model) -> None:
    box = simulated(model=model)
    steps, phone = paired(box, box.home.password, lambda session: session.phone())
    assert [(step.state, step.instruction) for step in steps] == [(PairingState.GRANTED, "box.pair.sfr.granted")]
    assert phone[0].state == "up"
    if model is BOX10:
        assert all("/" in token and "+" in token for token in box.tokens)
        tokens = [request.path for request in box.asked if "token=" in request.path]
        assert tokens and not [path for path in tokens if "+" in path.partition("token=")[2].partition("&")[0]]


def test_a_wrong_password_is_tried_once_and_never_again() -> None:
    box = simulated()
    steps, _ = paired(box, "pas-le-bon")
    assert [(step.state, step.instruction, step.credential) for step in steps] == [
        (PairingState.DENIED, "box.pair.sfr.refused", None)
    ]
    assert asked(box, "auth.checkToken") == 1

    box = simulated()

    async def use(session: SfrSession) -> None:
        for call in (
            lambda: session.log_in(Secret("password:pas-le-bon")),
            session.wifi,
            session.phone,
            session.reboot,
        ):
            with pytest.raises(BoxError) as caught:
                await call()
            assert caught.value.code is BoxErrorCode.LOGIN_FAILED

    at(box, use, login=False)
    assert asked(box, "auth.checkToken") == box.manners.refused_logins == 1


@pytest.mark.parametrize("ended", [115, 116, 901])
def test_a_session_that_ended_is_opened_again_once(ended: int) -> None:
    box = simulated("short-session")
    box.manners.ended = ended

    async def use(session: SfrSession) -> None:
        for _ in range(4):
            assert await session.phone()  # the fourth is refused, renewed, and answered

    at(box, use)
    assert asked(box, "auth.checkToken") == 2


def test_a_session_that_ends_at_once_is_an_error_and_no_loop() -> None:
    box = simulated()
    box.home.expire_after = 0
    assert refused(box, lambda session: session.phone()).code is BoxErrorCode.SESSION_ENDED
    assert asked(box, "auth.checkToken") == 2 and asked(box, "voip.getInfo") == 2


def test_requests_that_meet_the_same_end_renew_together() -> None:
    box = simulated()

    async def use(session: SfrSession) -> None:
        box.tokens.clear()
        await asyncio.gather(session.phone(), session.wifi(), session.guest())

    at(box, use)
    assert asked(box, "auth.checkToken") == 2


def test_a_password_changed_meanwhile_is_refused_once() -> None:
    box = simulated()

    async def use(session: SfrSession) -> None:
        box.tokens.clear()
        box.home.password = "un-autre"
        found = await asyncio.gather(session.phone(), session.wifi(), session.guest(), return_exceptions=True)
        assert {getattr(error, "code", None) for error in found} == {BoxErrorCode.LOGIN_FAILED}

    at(box, use)
    assert box.manners.refused_logins == 1


def test_the_button_waits_and_then_lets_in_for_a_while() -> None:
    box = simulated()

    async def then(session: SfrSession) -> BoxError:
        assert await session.phone()
        box.tokens.clear()
        before = len(box.asked)
        for _ in range(3):
            with pytest.raises(BoxError) as caught:
                await session.phone()
        assert len(box.asked) == before + 1  # one to learn that it ended, none to beg
        return caught.value

    steps, ended = paired(box, None, then, press_after=2)
    assert [step.state for step in steps] == [PairingState.WAITING] * 2 + [PairingState.GRANTED]
    assert [step.instruction for step in steps[1:]] == ["box.pair.sfr.press", "box.pair.sfr.button_granted"]
    assert ended.code is BoxErrorCode.TOKEN_REVOKED


def test_a_button_nobody_presses_is_a_timeout() -> None:
    box = simulated()
    now = [0.0]
    box.manners.clock = lambda: now.__setitem__(0, now[0] + 100) or now[0]
    steps, _ = paired(box, None)
    assert steps[-1] == PairingStep(PairingState.TIMEOUT, "box.pair.sfr.timeout")


def test_a_box_of_button_only_asks_for_the_button_and_is_sent_no_password() -> None:
    box = simulated()
    box.manners.auth = "button"
    steps, _ = paired(box, box.home.password, press_after=1)
    assert steps[-1].instruction == "box.pair.sfr.button_granted"
    assert not [request for request in box.asked if "hash=" in request.path]
    error = refused(box, lambda session: session.phone())
    assert (error.code, error.right) == (BoxErrorCode.LOGIN_DISABLED, "password")


def test_a_box_of_password_only_says_so() -> None:
    box = simulated()
    box.manners.auth = "passwd"
    for nothing in (None, ""):
        steps, _ = paired(box, nothing)
        assert [(step.state, step.instruction) for step in steps] == [(PairingState.DENIED, "box.pair.sfr.password")]
    assert asked(box, "auth.checkToken") == 0


def test_a_login_switched_off_is_an_open_box_or_a_closed_one() -> None:
    box = simulated("no-pairing")
    steps, phone = paired(box, None, lambda session: session.phone())
    assert steps[-1].instruction == "box.pair.sfr.open" and phone
    assert at(box, lambda session: session.phone())

    box = simulated("no-pairing")
    box.manners.open_when_disabled = False
    steps, _ = paired(box, "x" * 8)
    assert steps[-1] == PairingStep(PairingState.DENIED, "box.pair.sfr.disabled")
    assert refused(box, lambda session: session.phone()).code is BoxErrorCode.LOGIN_DISABLED


def test_too_many_sessions_is_a_busy_box() -> None:
    box = simulated()

    async def run() -> BoxErrorCode:
        async with serving(box) as place:
            for _ in range(70):
                session = SfrSession(place)
                try:
                    await session.log_in(Secret(box.home.password))
                except BoxError as error:
                    return error.code
                finally:
                    await session.close()
        raise AssertionError("never full")

    assert asyncio.run(run()) is BoxErrorCode.BUSY


def test_an_update_is_named() -> None:
    assert refused(simulated("updating"), lambda session: session.device(), login=False).code is BoxErrorCode.UPDATING


def test_every_sentence_is_there_and_every_sentence_is_used() -> None:
    folders = [Path(str(module.__file__)).parent for module in (sfr, legacy)]
    code = "".join(path.read_text() for folder in folders for path in sorted(folder.glob("*.py")))
    used = set(re.findall(r'"(box\.pair\.sfr\.[a-z_]+)"', code))
    used |= {f"box.legacy.{name}" for name in (*legacy.MODELS, "other")}
    calls = re.findall(r"_cannot\(([^()]+)\)", code)
    used |= {f"box.error.unsupported.sfr.{what}" for call in calls for what in re.findall(r'"(\w+)"', call)}
    used |= {"box.error.token_revoked.sfr", "box.error.login_disabled.sfr", "box.error.login_disabled.sfr.password"}
    assert len(used) == 23
    for language in catalogue.LANGUAGES:
        keys = catalogue.Catalogue(language).all_keys()
        ours = {key for key in keys if re.match(r"box\.(pair\.sfr|legacy|error\.\w+\.sfr)\b", key)}
        assert ours == used
