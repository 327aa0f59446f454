"""The way to the box while it is changed: one session, opened again where it broke, and always the same box."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.cases.box_journal import box_digest
from selfcare.model.box import BoxFamily, DeviceInfo

Contact = Callable[[], AbstractAsyncContextManager[Any]]
"""Opens a session of the box at hand, logged in, and closes it. Raises ``BoxError``; a refused login is final."""

PASSING = frozenset({
    BoxErrorCode.UNREACHABLE, BoxErrorCode.TOO_SLOW, BoxErrorCode.UNREADABLE, BoxErrorCode.SESSION_ENDED,
    BoxErrorCode.LOGIN_REQUIRED, BoxErrorCode.BUSY, BoxErrorCode.UPDATING,
})  # fmt: skip
"""What a box says (or does not say) while it applies a setting or starts: it is asked again, with patience."""


def nobody() -> AbstractAsyncContextManager[Any]:
    """Where only the journal is looked at."""
    raise BoxError(BoxErrorCode.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds. ``unix`` is what stands in the journal; a test brings its own."""

    monotonic: Callable[[], float] = time.monotonic
    unix: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class BoxLine:
    """``box`` is the digest that the box must have; "" takes the one that is there."""

    def __init__(self, contact: Contact, box: str = "") -> None:
        self._contact, self.box = contact, box
        self._stack: AsyncExitStack | None = None
        self._session: Any = None
        self.device: DeviceInfo | None = None

    async def __aenter__(self) -> BoxLine:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.drop()

    async def session(self) -> Any:
        """An open session of the right box.

        Raises:
            BoxError: it cannot be had; ``BOX_CHANGED`` where another box answers: nothing else was asked of it.
        """
        if self._session is None:
            stack = AsyncExitStack()
            try:
                session = await stack.enter_async_context(self._contact())
                self.device = await session.device()
                self._recognise(self.device)
            except BaseException:
                await stack.aclose()
                raise
            self._stack, self._session = stack, session
        return self._session

    def _recognise(self, device: DeviceInfo) -> None:
        identity = device.uid or device.serial_number or device.mac_address
        if not identity and device.family is BoxFamily.NATPMP:
            raise BoxError(BoxErrorCode.UNSUPPORTED)  # it has no name at all: nothing could ever be put back for sure
        if not identity:
            raise BoxError(BoxErrorCode.UNREADABLE, kind="identity")
        found = box_digest(identity)
        if self.box and found != self.box:
            raise BoxError(BoxErrorCode.BOX_CHANGED)
        self.box = found

    async def drop(self, error: BoxError | None = None) -> None:
        """The next one is a new session. Whoever lent this one learns why it is given back."""
        stack, self._stack, self._session = self._stack, None, None
        if stack is not None:
            with contextlib.suppress(BoxError, OSError):
                await stack.__aexit__(type(error) if error else None, error, None)
