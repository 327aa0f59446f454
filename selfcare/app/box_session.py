"""An open conversation with one box: who it is is made sure before anything secret is sent, and a refusal is final."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from selfcare.boxes.detect import Found
from selfcare.boxes.driver import Driver, Session
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.wire import Place
from selfcare.ground.credentials import Credentials, Identity, KnownBox
from selfcare.ground.errors import SelfcareError
from selfcare.model.box import Absent, BoxStatus, DeviceInfo

SURE_S = 30.0
"""Seconds for which a box once recognised is taken for the same: another one takes longer to be plugged in."""

REFUSALS = frozenset({BoxErrorCode.LOGIN_FAILED, BoxErrorCode.TOKEN_REVOKED})
"""Remembered: the same secret is never sent again."""
NO_ENTRY = REFUSALS | {
    BoxErrorCode.LOCKED_OUT, BoxErrorCode.LOGIN_DISABLED, BoxErrorCode.NOT_LOCAL, BoxErrorCode.LOGIN_REQUIRED,
    BoxErrorCode.SESSION_ENDED, BoxErrorCode.PAIRING_DISABLED, BoxErrorCode.BUSY, BoxErrorCode.REFUSED,
}  # fmt: skip
"""After these the box is read as by a stranger."""
OPEN_S = 12.0
"""Seconds for who it is and the login together. A box takes one; each request in it is bounded more narrowly."""
DOOR_S = 6.0
"""Seconds for another program's login."""
AGAIN_S = 60.0
"""Seconds after which a box that was busy is asked once more to let us in."""
CLOSE_S = 1.0
"""Seconds for logging out: a box that is gone must not hold up the end of the program."""
_SESSION_OVER = REFUSALS | {
    BoxErrorCode.SESSION_ENDED, BoxErrorCode.LOCKED_OUT, BoxErrorCode.LOGIN_REQUIRED,
    BoxErrorCode.UNREACHABLE, BoxErrorCode.NOT_THIS_BOX, BoxErrorCode.BOX_CHANGED,
}  # fmt: skip
"""Also after a restart: whoever answers next is made sure of first."""
_PASSING = frozenset({BoxErrorCode.BUSY, BoxErrorCode.LOCKED_OUT, BoxErrorCode.SESSION_ENDED})
_log = logging.getLogger(__name__)


class Notes:
    """What is being written down of what a box said: whoever asked the box does not wait for the disk."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, work: Coroutine[Any, Any, None]) -> None:
        """Begins it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def written(self) -> None:
        """Until all is on the disk; what kept something from it is in the log."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


def identity(found: Found) -> Identity:
    """As far as it can be told without login."""
    return Identity(found.family.value, address_of(found.place), found.device.uid, found.mac)


def address_of(place: Place) -> str:
    """Under which a box is remembered; a port of one's own tells simulators apart."""
    return place.address if place.port is None else f"{place.address}:{place.port}"


@dataclass(slots=True)
class Conversation:
    """``known``: the box was let into before. ``trouble``: why the stored secret is not used (an error code).

    ``greeted``: a session by which the box has just said who it is, not logged in yet.
    """

    found: Found
    driver: Driver
    credentials: Credentials
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    session: Session | None = None
    greeted: Session | None = None
    paired: bool = False
    known: KnownBox | None = None
    trouble: BoxError | SelfcareError | None = None
    sure_at: float = -SURE_S
    status: BoxStatus | None = None
    read_at: float = 0.0
    changed: bool = False
    tried_at: float = 0.0

    async def open(self) -> Session:
        """The session, logged in where a secret of this very box is there and was not refused.

        Raises:
            BoxError: ``BOX_CHANGED`` (nothing was sent but the question who it is), or nobody answers.
        """
        if self.changed:
            raise BoxError(BoxErrorCode.BOX_CHANGED)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(OPEN_S):
                if self._worth_another_try():
                    await self.close()
                await self._make_sure()
                if self.session is None:
                    self.session = await self._opened()
                return self.session
        raise BoxError(BoxErrorCode.TOO_SLOW, seconds=OPEN_S)

    def _worth_another_try(self) -> bool:
        """A box that was busy or locked once would be read as by a stranger for as long as the window is open.

        Not after a refusal of any kind (it may count), nor of the keyring, which may ask the person each time.
        """
        passing = isinstance(self.trouble, BoxError) and self.trouble.code in _PASSING
        waited = asyncio.get_running_loop().time() - self.tried_at > AGAIN_S
        return self.session is not None and not self.paired and passing and waited

    async def _make_sure(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self.sure_at <= SURE_S:
            return
        await self._drop_greeted()
        device = await self._recognised()
        if device is None:
            await self.close()
            raise BoxError(BoxErrorCode.UNREACHABLE)
        before = self.found.device.uid
        # One that told it to everybody and tells it no more is none to send a secret to; an update keeps it silent.
        hides = device.uid is None and not device.updating
        if before is not None and (hides or device.uid not in (None, before)):
            await self.close()
            raise BoxError(BoxErrorCode.BOX_CHANGED)
        self.sure_at = now

    async def _recognised(self) -> DeviceInfo | None:
        try:
            return await self.driver.recognise(self.found.place)
        except Exception as error:
            # As in a detection: what a stranger sent must not end the program, and may not be in its log.
            _log.warning("recognising a %s failed with %s", self.driver.family.value, type(error).__name__)
            return None

    async def _opened(self) -> Session:
        match = await asyncio.to_thread(self.credentials.match, identity(self.found))
        if match.changed:
            raise BoxError(BoxErrorCode.BOX_CHANGED)
        self.known, self.trouble, self.paired = match.known, None, False
        self.tried_at = asyncio.get_running_loop().time()
        session, self.greeted = self.greeted or self.driver.open(self.found.place), None
        if self.known is None:
            return session
        try:
            await self._log_in(session, self.known)
        except (BoxError, SelfcareError) as error:
            await session.close()
            if isinstance(error, BoxError) and error.code not in NO_ENTRY:
                raise
            self.trouble = error
            return self.driver.open(self.found.place)
        except BaseException:
            await session.close()
            raise
        self.paired = True
        return session

    async def _log_in(self, session: Session, known: KnownBox) -> None:
        """One program at a time: the others wait for what comes of it, and do not try what was refused meanwhile."""
        end = asyncio.get_running_loop().time() + DOOR_S
        while not await asyncio.to_thread(self.credentials.enter, known):
            if asyncio.get_running_loop().time() > end:
                raise BoxError(BoxErrorCode.BUSY, kind="door")
            await asyncio.sleep(0.05)
        try:
            self.known = known = await asyncio.to_thread(self.credentials.again, known)
            await self._try(session, known)
        finally:
            self.credentials.leave(known)

    async def _try(self, session: Session, known: KnownBox) -> None:
        if known.refused is not None:
            raise BoxError(_code(known.refused))
        left = known.locked_s or await asyncio.to_thread(self.credentials.shut_s, identity(self.found))
        if left:
            raise BoxError(BoxErrorCode.LOCKED_OUT, retry_after=left)
        secret = await asyncio.to_thread(self.credentials.secret, known)
        if secret is None:
            raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
        try:
            await session.log_in(secret)
        except BoxError as error:
            await self.remember(error)
            raise

    async def remember(self, error: BoxError) -> None:
        """What a refusal means for later; the session is over with it."""
        if self.known is not None:
            # A disk that is full must not hide what the box said.
            with contextlib.suppress(SelfcareError):
                if error.code in REFUSALS:
                    await asyncio.to_thread(self.credentials.refuse, self.known, error.code.value)
                if error.code is BoxErrorCode.LOCKED_OUT:
                    await asyncio.to_thread(self.credentials.lock, self.known, error.retry_after)
        if error.code in _SESSION_OVER:
            await self.close()

    async def heed(self, readings: Iterable[object]) -> None:
        """A driver that opened an expired session again may have been refused in the middle of a reading.

        It must not try once more at the next one.
        """
        codes = {value.code for value in readings if isinstance(value, Absent)}
        for code in (*REFUSALS, BoxErrorCode.LOCKED_OUT, BoxErrorCode.BOX_CHANGED, BoxErrorCode.SESSION_ENDED):
            if code.value in codes:
                await self.remember(BoxError(code))
                return

    async def check_uid(self, status: BoxStatus) -> None:
        """After the login a box may tell more of itself: it must be the one the secret is of."""
        uid, before = status.device.uid, self.found.device.uid
        if uid is None:
            return
        if before is not None and uid != before:
            await self._other()
        who = Identity(self.found.family.value, address_of(self.found.place), uid, self.found.mac)
        if self.known is None or not self.paired:
            return
        if self.known.uid is not None and self.known.is_same(who) is False:
            await self._other()
        with contextlib.suppress(SelfcareError):
            self.known = await asyncio.to_thread(self.credentials.seen, self.known, who)

    async def _other(self) -> None:
        """Known only after the login: it gets the secret no second time, until the subscriber pairs anew."""
        self.changed = True
        await self.close()
        raise BoxError(BoxErrorCode.BOX_CHANGED)

    async def close(self) -> None:
        """Logs out. The next one is made sure of anew."""
        session, self.session, self.paired = self.session, None, False
        self.status, self.sure_at = None, -SURE_S
        await self._drop_greeted()
        if session is not None:
            await ended(session)

    async def _drop_greeted(self) -> None:
        session, self.greeted = self.greeted, None
        if session is not None:
            await ended(session)


async def ended(session: Session) -> None:
    """Logged out, or given up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await session.close()


def _code(text: str) -> BoxErrorCode:
    try:
        return BoxErrorCode(text)
    except ValueError:
        return BoxErrorCode.LOGIN_FAILED
