"""Who answers as a FRITZ!Box, and the login that opens it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from selfcare.boxes.driver import PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.fritz import parse
from selfcare.boxes.fritz.client import Link
from selfcare.boxes.fritz.session import FritzSession
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import DeviceInfo

ASK, GRANTED, REFUSED = "box.pair.fritz.password", "box.pair.fritz.granted", "box.pair.fritz.refused"


async def recognise(place: Place) -> DeviceInfo | None:
    """One request, without login."""
    link = Link(place)
    try:
        return parse.described(await link.root())
    except BoxError:
        return None
    finally:
        await link.close()


async def pair(place: Place, secret: Secret | None) -> AsyncIterator[PairingStep]:
    """One attempt. Without a password: what to type."""
    if not secret:
        yield PairingStep(PairingState.DENIED, ASK)
        return
    session = FritzSession(place)
    try:
        await session.log_in(secret)
        yield PairingStep(PairingState.GRANTED, GRANTED, credential=secret, rights=tuple(sorted(session.rights or ())))
    except BoxError as error:
        if error.code is not BoxErrorCode.LOGIN_FAILED:
            raise
        yield PairingStep(PairingState.DENIED, REFUSED)
    finally:
        await session.close()
