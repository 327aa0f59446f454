"""What a front end and the check may ask about the box: who it is, to be let in, what it says of itself.

One desk belongs to one event loop. Sessions stay open between two questions (a box lets only a few in, and counts
logins); :meth:`BoxDesk.close` ends them. Nothing is ever sent to another box than the one a secret was given by.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from types import TracebackType
from typing import Any

from selfcare.app.box_figures import compare, cuts, restarts, sample
from selfcare.app.box_session import NO_ENTRY, Conversation, Notes, address_of, ended, identity
from selfcare.boxes.detect import Certainty, Detection, Found, detect
from selfcare.boxes.driver import Driver, Greets, PairingKind, PairingState, PairingStep, Session
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.families import MODULES, all_drivers
from selfcare.boxes.families import driver as driver_of
from selfcare.boxes.hints import Gateway, Source
from selfcare.boxes.reading import read, read_status
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.cases.home_names import HomeNames
from selfcare.diagnosis.thresholds import RESTARTS_SPREAD_S
from selfcare.ground.credentials import Credentials
from selfcare.ground.errors import SelfcareError
from selfcare.ground.secrets import Kept
from selfcare.model.box import BoxFamily, BoxStatus, Capability, DeviceInfo, GuestNetwork, WifiSettings
from selfcare.model.box.line_sample import LineSample
from selfcare.model.payloads.box import LineChange
from selfcare.store.lines import LineHistory

__all__ = ["BoxDesk", "Certainty", "Detection", "Found", "Gateway", "Pairing"]

AskGateway = Callable[[], Awaitable[Gateway | None]]
_OLD_ENOUGH_S = 120.0
"""Seconds that must lie between two readings for what happened between them to mean anything."""
_TOO_OLD_S = 12 * 3600.0
_DAY_S = 86_400.0
KNOWN_S = 1.0
"""Seconds for a box that was let into before to answer before all families are asked."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """A step as a front end may see it: without the credential. ``kept``: where that was put, with ``GRANTED``."""

    step: PairingStep
    kept: Kept | None = None


class BoxDesk:
    """``gateway`` tells this PC's default gateway; ``drivers`` and ``sources`` (of hints) are called when needed."""

    def __init__(
        self,
        gateway: AskGateway,
        credentials: Credentials,
        lines: LineHistory,
        drivers: Callable[[], Iterable[Driver]] = all_drivers,
        sources: Callable[[Sequence[Driver]], Sequence[Source]] = lambda drivers: (),
        *,
        names: HomeNames | None = None,
    ) -> None:
        self._gateway, self._credentials, self._lines = gateway, credentials, lines
        self._drivers, self._sources, self._names = drivers, sources, names
        self._talks: dict[tuple[BoxFamily, Place], Conversation] = {}
        self._notes = Notes()

    async def __aenter__(self) -> BoxDesk:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Logs out everywhere; the desk may be used again after it."""
        talks, self._talks = list(self._talks.values()), {}
        await asyncio.gather(self._notes.written(), *(talk.close() for talk in talks))

    def drivers(self) -> tuple[Driver, ...]:
        """All of them, in order of preference."""
        return tuple(self._drivers())

    async def detect(
        self, place: Place | None = None, family: BoxFamily | None = None, *, thorough: bool = False
    ) -> Detection:
        """Who is the default gateway (or at ``place``)? ``thorough``: the hints and the other languages too.

        Raises:
            BoxError: ``UNREACHABLE``: this PC has no gateway.
        """
        gateway = await self._gateway()
        if place is not None:
            # A gateway named by hand is the gateway: its adapter tells it from the same make of box in another home.
            same = gateway is not None and gateway.place.address == place.address
            gateway = replace(gateway, place=place) if gateway is not None and same else Gateway(place)
        if gateway is None:
            raise BoxError(BoxErrorCode.UNREACHABLE, kind="no_gateway")
        detection = await self._known_first(gateway) if family is None and not thorough else None
        if detection is None or detection.box is None:
            drivers = self.drivers() if family is None else self._only({family})
            sources = self._sources(drivers) if thorough else ()
            detection = await detect(gateway, drivers, sources, thorough=thorough)
        if detection.box is not None:
            await self._seen_again(detection.box)
        return detection

    async def paired(self, found: Found) -> bool:
        """Whether a secret of this very box is stored (it may have been refused meanwhile, see :meth:`trouble`)."""
        return (await asyncio.to_thread(self._credentials.match, identity(found))).known is not None

    def trouble(self, found: Found) -> str | None:
        """Why the stored secret was not used at the last reading: an error code of the box's or of the keyring's."""
        talk = self._talks.get((found.family, found.place))
        if talk is None or talk.trouble is None:
            return None
        return talk.trouble.code.value if isinstance(talk.trouble, BoxError) else talk.trouble.code

    async def pair(self, found: Found, password: Secret | None = None) -> AsyncIterator[Pairing]:
        """What the subscriber has to do, step by step, until a final one; closing the iterator gives up.

        Raises:
            BoxError: the box does not let anybody in this way; ``UNSUPPORTED``: there is nothing to pair.
            SelfcareError: it let us in, but the secret cannot be stored.
        """
        driver = self._driver(found)
        if driver.pair is None or driver.pairing is PairingKind.NONE:
            raise BoxError(BoxErrorCode.UNSUPPORTED)
        await self._not_shut(found)
        steps = driver.pair(found.place, password)
        try:
            async for step in steps:
                kept = None
                if step.state is PairingState.GRANTED and step.credential is not None:
                    kept = await asyncio.to_thread(self._credentials.keep, identity(found), step.credential)
                    await self._drop(found)
                yield Pairing(replace(step, credential=None), kept)
        except BoxError as error:
            if error.code is BoxErrorCode.LOCKED_OUT:
                with contextlib.suppress(SelfcareError):
                    await asyncio.to_thread(self._credentials.shut, identity(found), error.retry_after)
            raise
        finally:
            if (close := getattr(steps, "aclose", None)) is not None:
                await close()

    async def _not_shut(self, found: Found) -> None:
        """Each further try makes a lock-out longer, whoever caused it and whether anybody was ever let in."""
        match = await asyncio.to_thread(self._credentials.match, identity(found))
        left = match.known.locked_s if match.known is not None else 0.0
        left = max(left, await asyncio.to_thread(self._credentials.shut_s, identity(found)))
        if left:
            raise BoxError(BoxErrorCode.LOCKED_OUT, retry_after=left)

    async def forget(self, found: Found) -> bool:
        """Takes away secret, figures and names of this box; of one that was replaced, if that is what is known here.

        Raises:
            SelfcareError: they cannot be taken away.
        """
        await self._drop(found)
        await self._notes.written()
        who = identity(found)
        match = await asyncio.to_thread(self._credentials.match, who)
        here = [box for box in self._credentials.known() if (box.family, box.address) == (who.family, who.address)]
        gone = [match.known] if match.known is not None else here
        for box in gone:
            await asyncio.to_thread(self._credentials.forget, box)
        if (name := who.name) is not None:
            await asyncio.to_thread(self._lines.forget, name)
        if self._names is not None:
            await asyncio.to_thread(self._names.forget, who, gone)
        return bool(gone)

    async def status(self, found: Found, *, fresh: bool = False) -> BoxStatus:
        """What the box says of itself; the last answer again within the family's interval, unless ``fresh``.

        Without login where no secret is stored or it was refused (:meth:`trouble` says which).

        Raises:
            BoxError: it says nothing, or it is another box than the one that was paired (``BOX_CHANGED``).
        """
        talk = self._talk(found)
        async with talk.lock:
            now = asyncio.get_running_loop().time()
            if talk.status is not None and not fresh and now - talk.read_at < talk.driver.min_interval_s:
                return talk.status
            status = await self._asked(talk, found)
            await talk.check_uid(status)
            talk.status, talk.read_at, talk.sure_at = status, now, now
            await talk.heed(getattr(status, field.name) for field in fields(status))
        # Whoever asks for the figures waits for the disk, not whoever asks for the status.
        self._notes.add(self._note(self._name(found), status))
        return status

    async def _asked(self, talk: Conversation, found: Found) -> BoxStatus:
        """Where the session ended or its secret was refused in the middle: once more, as it may be read now."""
        for last in (False, True):
            session = await talk.open()
            let_in = talk.paired
            try:
                return await read_status(session, paired=let_in, known=found.device, driver=talk.driver)
            except BoxError as error:
                await talk.remember(error)
                if last or not let_in or error.code not in NO_ENTRY:
                    raise
        raise AssertionError  # the second round returned or raised

    async def read(self, found: Found, capability: Capability) -> Any:
        """One reading as ``selfcare.boxes.ports`` types it, or ``Absent``.

        Raises:
            BoxError: nobody answers, or it is another box.
        """
        async with self.session(found) as session:
            value = await read(session, capability)
            await self._talk(found).heed((value,))
        self.home_told(found, value)
        return value

    def home_told(self, found: Found, value: object) -> None:
        """Keeps what the box calls the home's networks and machines: no report is to tell it. Nobody waits for it."""
        if self._names is not None and isinstance(value, tuple | WifiSettings | GuestNetwork):
            self._notes.add(asyncio.to_thread(self._names.keep, identity(found), value))

    @contextlib.asynccontextmanager
    async def session(self, found: Found, *, needs_login: bool = False) -> AsyncIterator[Session]:
        """The open session, alone for as long as the block lasts: a box has one writer at a time.

        ``BoxError`` passes through; one that means the session is over, or the secret is worth nothing, is remembered.
        The desk itself must not be asked about this box inside the block: it would wait for its end.

        Raises:
            BoxError: ``LOGIN_REQUIRED`` where ``needs_login`` and no secret is stored; else why it is not used.
        """
        talk = self._talk(found)
        async with talk.lock:
            session = await talk.open()
            if needs_login and not talk.paired and talk.driver.pairing is not PairingKind.NONE:
                raise talk.trouble if isinstance(talk.trouble, BoxError) else BoxError(BoxErrorCode.LOGIN_REQUIRED)
            try:
                yield session
            except BoxError as error:
                await talk.remember(error)
                raise

    async def change_since_last(self, found: Found) -> LineChange | None:
        """The last status against one some minutes to hours before; None where there is none to compare with."""
        talk, name = self._talks.get((found.family, found.place)), self._name(found)
        if talk is None or talk.status is None or name is None:
            return None
        await self._notes.written()
        now = sample(talk.status)
        kept = await asyncio.to_thread(self._lines.since, name, _TOO_OLD_S)
        before = next((s for s in reversed(kept) if _OLD_ENOUGH_S <= now.at - s.at <= _TOO_OLD_S), None)
        return None if before is None else compare(before, now)

    async def history(self, found: Found, days: float = 90.0) -> tuple[LineSample, ...]:
        """The line's figures, oldest first, for graphs."""
        await self._notes.written()
        name = self._name(found)
        return () if name is None else await asyncio.to_thread(self._lines.since, name, days * _DAY_S)

    async def restarts_seen(self, found: Found) -> int:
        """How often this program saw that the box had restarted in the last 24 hours (it may have missed some).

        None where it was all in an hour or two: that is somebody at the switch.
        """
        return restarts(await self.history(found, 1.0), RESTARTS_SPREAD_S)

    async def cuts_seen(self, found: Found) -> int:
        """How often this program saw that the session had ended in the last 24 hours (it may have missed some)."""
        return cuts(await self.history(found, 1.0))

    async def _known_first(self, gateway: Gateway) -> Detection | None:
        """A box that was let into before is asked in its own language alone: the others would only load it."""
        known = await asyncio.to_thread(self._credentials.known)
        here = [box for box in known if box.address == address_of(gateway.place)]
        drivers = self._only({BoxFamily(box.family) for box in here if box.family in set(BoxFamily)})
        if not drivers:
            return None
        asyncio.get_running_loop().run_in_executor(None, self._credentials.warm, here)  # while the box answers
        sessions = {d.family: s for d in drivers if isinstance(s := self._greeting(d, gateway.place), Greets)}
        asked = [replace(d, recognise=_greeter(sessions[d.family])) if d.family in sessions else d for d in drivers]
        detection = await detect(gateway, asked, limit_s=KNOWN_S)
        found = detection.box
        if found is not None and found.family in sessions:
            await self._seen_again(found)
            self._talk(found).greeted = sessions.pop(found.family)
        for session in sessions.values():
            await ended(session)
        return detection

    def _greeting(self, driver: Driver, place: Place) -> object:
        """A session to ask who is there, unless there is one that is in use."""
        talk = self._talks.get((driver.family, place))
        return driver.open(place) if talk is None or (talk.session is None and talk.greeted is None) else None

    def _only(self, families: Collection[BoxFamily]) -> list[Driver]:
        """Of the program's own drivers no other is imported: each takes some 10 ms."""
        if self._drivers is all_drivers:
            return [driver_of(family) for family in MODULES if family in families]
        return [driver for driver in self._drivers() if driver.family in families]

    def _driver(self, found: Found) -> Driver:
        return self._only({found.family})[0]

    def _talk(self, found: Found) -> Conversation:
        key = (found.family, found.place)
        talk = self._talks.get(key)
        if talk is None:
            talk = self._talks[key] = Conversation(found, self._driver(found), self._credentials)
        return talk

    async def _drop(self, found: Found) -> None:
        talk = self._talks.pop((found.family, found.place), None)
        if talk is not None:
            await talk.close()

    async def _seen_again(self, found: Found) -> None:
        """A detection is the newest word on who is there: a conversation with another box at this place is over."""
        talk = self._talk(found)
        if talk.found.device.uid != found.device.uid and None not in (talk.found.device.uid, found.device.uid):
            await self._drop(found)
            talk = self._talk(found)
        talk.found, talk.sure_at = found, asyncio.get_running_loop().time()

    def _name(self, found: Found) -> str | None:
        talk = self._talks.get((found.family, found.place))
        uid = found.device.uid or (talk.status.device.uid if talk is not None and talk.status is not None else None)
        return replace(identity(found), uid=uid).name

    async def _note(self, name: str | None, status: BoxStatus) -> None:
        if name is not None:
            with contextlib.suppress(SelfcareError):
                await asyncio.to_thread(self._lines.add, name, sample(status))


def _greeter(session: Greets) -> Callable[[Place], Awaitable[DeviceInfo | None]]:
    return lambda _: session.greet()
