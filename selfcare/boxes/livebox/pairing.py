"""Who answers as a Livebox, and the password that opens it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from selfcare.boxes.driver import PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox.session import LiveboxSession
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import DeviceInfo

ASK, GRANTED, DENIED = (
    "box.pair.livebox.password",
    "box.pair.livebox.granted",
    "box.pair.livebox.refused",
)


async def recognise(place: Place) -> DeviceInfo | None:
    """One request, a second one for old firmware. A refusal in the bus's own words is a Livebox that wants a login."""
    session = LiveboxSession(place)
    try:
        return await session.greet()
    finally:
        await session.close()


async def pair(place: Place, secret: Secret | None) -> AsyncIterator[PairingStep]:
    """One attempt. Without a password: what to type. Any other trouble than a refusal is raised."""
    if not secret:
        yield PairingStep(PairingState.DENIED, ASK)
        return
    session = LiveboxSession(place)
    try:
        await session.log_in(secret)
        yield PairingStep(PairingState.GRANTED, GRANTED, credential=secret)
    except BoxError as error:
        if error.code is not BoxErrorCode.LOGIN_FAILED:
            raise
        yield PairingStep(PairingState.DENIED, DENIED)
    finally:
        await session.close()
