"""Being let in: the subscriber says yes on the box's own display, once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from selfcare.boxes.driver import PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox.client import Client
from selfcare.boxes.freebox.credential import Credential
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place

POLL_S = 1.0
"""Seconds between two questions. Asking is an obligation: a request nobody asks about is void even when accepted."""
LONGEST_S = 300.0
"""Seconds. The box gives up by itself after some time that nobody documents; clients wait for 90 s to 5 minutes."""
MOST_UNKNOWN, MOST_SILENT = 3, 10
"""In a row: ``unknown`` (a token the box has forgotten) and unanswered questions (the PC's Wi-Fi may roam)."""
DEVICE_NAME = "Ordinateur"
"""On the box's display and in its list of applications. The PC's own name would tell more than is needed."""


async def pair(place: Place, secret: Secret | None = None) -> AsyncIterator[PairingStep]:
    """``WAITING``, then one final step. Nothing runs on when the iterator is closed."""
    client = Client(place)
    try:
        who = await client.hello()
        token, track = await client.authorize(DEVICE_NAME)
        yield PairingStep(PairingState.WAITING, "box.freebox.pairing.waiting")
        state, instruction = await _answer(client, track)
        if state is not PairingState.GRANTED:
            yield PairingStep(state, instruction)
            return
        credential = Credential(token, who.uid, client.secure)
        rights = await _rights(client, credential)
        if "settings" not in rights:
            instruction = "box.freebox.pairing.granted.tick"
        yield PairingStep(state, instruction, credential.text(), tuple(sorted(rights)))
    finally:
        await client.close()


async def _answer(client: Client, track: int) -> tuple[PairingState, str]:
    """Asks every second until the answer is final; every way on has an end."""
    unknown = silent = 0
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST_S
    while loop.time() < end:
        await asyncio.sleep(POLL_S)
        try:
            word = await client.progress(track)
            silent = 0
        except BoxError as error:
            silent += 1
            if error.code not in (BoxErrorCode.UNREACHABLE, BoxErrorCode.TOO_SLOW) or silent >= MOST_SILENT:
                raise
            continue
        if word == "granted":
            return PairingState.GRANTED, "box.freebox.pairing.granted"
        if word == "denied":
            return PairingState.DENIED, "box.freebox.pairing.denied"
        if word == "timeout":
            return PairingState.TIMEOUT, "box.freebox.pairing.timeout"
        unknown = 0 if word == "pending" else unknown + 1
        if unknown >= MOST_UNKNOWN:
            return PairingState.DENIED, "box.freebox.pairing.forgotten"
    return PairingState.TIMEOUT, "box.freebox.pairing.timeout"


async def _rights(client: Client, credential: Credential) -> frozenset[str]:
    """What is ticked so far. Some firmwares refuse a token for a moment after granting it: then nothing is known."""
    with contextlib.suppress(BoxError):
        await client.log_in(credential)
        return client.rights or frozenset()
    return frozenset()
