"""Recognising an SFR Box, and being let in: by its password, or by the button on it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator

from selfcare.boxes.driver import PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.sfr.client import BUTTON, NOT_PRESSED, OPEN, PASSWORD, Client
from selfcare.boxes.sfr.session import SfrSession
from selfcare.boxes.wire import Place
from selfcare.model.box import DeviceInfo

BUTTON_S = 300.0
"""Seconds within which the button must be pressed (specification)."""
POLL_S = 2.0
"""Seconds between two questions whether it was."""


async def recognise(place: Place) -> DeviceInfo | None:
    """``system.getInfo`` needs no login. During an update the box says only that (error 120)."""
    session = SfrSession(place)
    try:
        return await session.greet()
    finally:
        await session.close()


async def pair(place: Place, password: Secret | None) -> AsyncIterator[PairingStep]:
    """With a password: proved once. Without: the button, until it is pressed or five minutes are over.

    A password gives access that lasts. A press of the button gives a token of some ten minutes that nothing but another
    press renews: that is granted too, and said.
    """
    client = Client(place)
    try:
        token, how = await client.token()
        if (how == "passwd" and password is None) or (how != "button" and password is not None and not password):
            yield PairingStep(PairingState.DENIED, "box.pair.sfr.password")
            return
        steps = _by_button(client, token) if password is None or how == "button" else _by_password(
            client, token, password
        )  # fmt: skip
        async with contextlib.aclosing(steps):
            async for step in steps:
                yield step
    except BoxError as error:
        if error.code is not BoxErrorCode.LOGIN_DISABLED:
            raise
        yield await _disabled(client)
    finally:
        await client.close()


async def _disabled(client: Client) -> PairingStep:
    """205: either everything is open (so the specification), or nothing is: asked, not guessed."""
    if await client.is_open():
        return PairingStep(PairingState.GRANTED, "box.pair.sfr.open", Secret(OPEN + "nothing"))
    return PairingStep(PairingState.DENIED, "box.pair.sfr.disabled")


async def _by_password(client: Client, token: Secret, password: Secret) -> AsyncGenerator[PairingStep]:
    try:
        await client.check(token, password)
    except BoxError as error:
        if error.code is not BoxErrorCode.LOGIN_FAILED:
            raise
        yield PairingStep(PairingState.DENIED, "box.pair.sfr.refused")
        return
    yield PairingStep(PairingState.GRANTED, "box.pair.sfr.granted", Secret(PASSWORD + password.reveal()))


async def _by_button(client: Client, token: Secret) -> AsyncGenerator[PairingStep]:
    end = time.monotonic() + BUTTON_S
    while time.monotonic() < end:
        try:
            valid = await client.check(token)
        except BoxError as error:
            if error.code is BoxErrorCode.PAIRING_TIMEOUT:
                break
            if error.values.get("box_code") != NOT_PRESSED:
                raise
        else:
            yield PairingStep(PairingState.GRANTED, "box.pair.sfr.button_granted", Secret(BUTTON + valid.reveal()))
            return
        yield PairingStep(PairingState.WAITING, "box.pair.sfr.press")
        await asyncio.sleep(POLL_S)
    yield PairingStep(PairingState.TIMEOUT, "box.pair.sfr.timeout")
