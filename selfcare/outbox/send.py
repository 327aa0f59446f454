"""Brings parcels to their desk: each step is decided by the machine, kept by the store, and only then done."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from selfcare.desks.port import Can, Desk
from selfcare.ground.errors import SelfcareError
from selfcare.model.ticket import DeskError, Failure, Note, Parcel, Phase, Receipt, Ticket, Told
from selfcare.outbox import machine
from selfcare.outbox.course import Course, Do, Goods, Kind, Stage, Step
from selfcare.outbox.store import Entry, Outbox
from selfcare.outbox.waits import Clock, Limits, left_s

CALL_S = 300.0
"""Seconds for one thing asked of a desk, with all its requests: each of those may take a minute, and be endless."""
_log = logging.getLogger(__name__)
_T = TypeVar("_T")
DeskOf = Callable[[str], Desk | None]
"""The desk with this name, for this loop; None: it is not known (any more), and its parcels wait."""
NO_CONTENTS, NO_FOLLOW_UP, NO_TICKET = "parcel_damaged", "desk_no_follow_up", "ticket_not_filed"


@dataclass(frozen=True, slots=True)
class Flushed:
    """``next_s``: seconds until something is due again, None: never by itself. ``busy``: another program sends."""

    parcels: tuple[Parcel, ...]
    next_s: float | None = None
    busy: bool = False


@dataclass(slots=True)
class Carrier:
    """One parcel on its way to one desk. Whoever makes it is the sender (``Outbox.sender``).

    A desk without ``FIND`` (mail) cannot be searched: what is unknown is sent again, under the same Message-ID; then
    "at least once" is what can be promised, and that every copy can be told to be one.
    """

    desk: Desk
    outbox: Outbox
    clock: Clock
    limits: Limits

    async def carry(self, name: str) -> None:
        """As far as it gets without waiting."""
        contents = self.outbox.contents(name)
        clear = False
        while (entry := self.outbox.entry(name)) is not None:
            now = self.clock.awake_s()
            if contents is None:
                self._give_up(entry, NO_CONTENTS, now)
                return
            goods = self._goods(contents)
            step = machine.next_step(entry.course, now, goods, cancel=entry.cancel, clear=clear)
            if step.do is Do.REST and entry.course.wait > 0:
                self.outbox.save(entry, machine.at_rest(entry.course), "at rest")
            if step.do in (Do.WAIT, Do.SIGN_IN, Do.REST) or (isinstance(contents, Note) and not self._about(entry)):
                return
            clear = await self._done(step, entry, contents, now)

    def _goods(self, contents: Ticket | Note) -> Goods:
        apart = Can.ATTACHES_APART in self.desk.can and isinstance(contents, Ticket)
        return Goods(Can.FIND in self.desk.can, tuple(one.name for one in contents.attachments) if apart else ())

    async def _done(self, step: Step, entry: Entry, contents: Ticket | Note, now: float) -> bool:
        """One step; True: a search has just found nothing, and the order may be sent."""
        course, limits = entry.course, self.limits
        if step.do is Do.LOOK:
            return await self._look(entry, contents, now)
        if step.do is Do.SEND:
            await self._send(entry, contents)
        elif step.do is Do.INTERRUPTED:
            self.outbox.save(entry, machine.interrupted(course, now), "interrupted")
        elif step.do is Do.CANCEL:
            self.outbox.save(entry, machine.cancelled(course, limits, now), "cancelled")
        else:
            self.outbox.save(entry, machine.finished(course, limits, now), "finished")
        return False

    # -- orders -----------------------------------------------------------------------------------

    async def _send(self, entry: Entry, contents: Ticket | Note) -> None:
        what = entry.course.stage.value
        if isinstance(contents, Note) and Can.FOLLOW_UP not in self.desk.can:
            self._give_up(entry, NO_FOLLOW_UP, self.clock.awake_s())
            return
        if not self.outbox.save(entry, machine.begun(entry.course), what, "begun"):
            return  # cancelled, or erased, a moment ago
        flying = replace(entry, course=machine.begun(entry.course), turn=entry.turn + 1)
        try:
            receipt = await self._ordered(flying, contents)
        except DeskError as error:
            self._failed(flying, error, what, sending=True)
            return
        now = self.clock.awake_s()
        course = machine.sent(flying.course, receipt, self._goods(contents), self.limits, now)
        self._settle(flying, course, what, "ok")

    async def _ordered(self, entry: Entry, contents: Ticket | Note) -> Receipt | None:
        course = entry.course
        if isinstance(contents, Note):
            about = self._about(entry)
            assert about is not None
            await _only_desk_errors(self.desk.add_note(about, contents))
            return None
        if course.stage is Stage.CREATE:
            return await _only_desk_errors(self.desk.create(contents))
        assert course.receipt is not None
        await _only_desk_errors(self.desk.attach(course.receipt, contents, contents.attachments[course.file]))
        return None

    def _about(self, entry: Entry) -> Receipt | None:
        """Of the ticket that a note is about; without one, nothing can be done yet."""
        ticket = self.outbox.entry(entry.ticket)
        return ticket.course.receipt if ticket else None

    # -- searches ---------------------------------------------------------------------------------

    async def _look(self, entry: Entry, contents: Ticket | Note, now: float) -> bool:
        what = "late look" if entry.course.stage is Stage.OVER else f"look {entry.course.stage.value}"
        try:
            course = await self._seen(entry, contents, now)
        except DeskError as error:
            self._failed(entry, error, what, sending=False)
            return False
        if course is not None:
            self.outbox.save(entry, course, what, "there")
            return False
        chance = self.clock.chance()
        course, clear = machine.not_there(entry.course, self.limits, now, chance, cancel=entry.cancel)
        return self.outbox.save(entry, course, what, "not there") and clear

    async def _seen(self, entry: Entry, contents: Ticket | Note, now: float) -> Course | None:
        """Where it stands if the search finds it."""
        course, receipts, attached = entry.course, tuple[Receipt, ...](), course_names(entry.course)
        if isinstance(contents, Note):
            about = self._about(entry)
            found = about is not None and await _only_desk_errors(self.desk.noted(about, contents))
        elif course.stage is Stage.ATTACH:
            assert course.receipt is not None
            attached = await _only_desk_errors(self.desk.attached(course.receipt))
            found = contents.attachments[course.file].name in attached
        else:
            receipts, double = await self._one_of(course, contents)
            course = replace(course, short=machine.DOUBLE) if double else course
            found = bool(receipts)
        return machine.there(course, receipts, attached, self.limits, now) if found else None

    async def _one_of(self, course: Course, ticket: Ticket) -> tuple[tuple[Receipt, ...], bool]:
        """Every copy the desk has; those too many are closed first, once it is known which one counts."""
        receipts = await _only_desk_errors(self.desk.find(ticket))
        keep = machine.kept_of(course, receipts)
        double = await merged(self.desk, keep, receipts) if keep and course.stage is not Stage.CREATE else False
        return receipts, double

    # -- ends -------------------------------------------------------------------------------------

    def _failed(self, entry: Entry, error: DeskError, what: str, *, sending: bool) -> None:
        now, chance = self.clock.awake_s(), self.clock.chance()
        course = machine.failed(entry.course, error, self.limits, now, chance, sending=sending)
        _log.info("the outbox: %s: %s", what, error.code)
        self._settle(entry, course, what, error.code)

    def _settle(self, entry: Entry, course: Course, what: str, outcome: str) -> None:
        """The end of an order is kept even if its owner cancelled it meanwhile; unless it was erased."""
        while not self.outbox.save(entry, course, what, outcome):
            newer = self.outbox.entry(entry.id)
            if newer is None or newer.course != entry.course:
                return
            entry = newer

    def _give_up(self, entry: Entry, why: str, now: float) -> None:
        phase = Phase.DONE if entry.course.receipt else Phase.REFUSED
        if not entry.course.over:
            self.outbox.save(entry, machine.ended(entry.course, phase, why, self.limits, now), "given up", why)


async def _only_desk_errors(call: Awaitable[_T]) -> _T:
    """A mistake in an adapter, or a keyring that fails under it, must not hold up other desks: nobody knows, then."""
    try:
        async with asyncio.timeout(CALL_S):
            return await call
    except DeskError:
        raise
    except TimeoutError as error:
        raise DeskError(Failure.UNKNOWN, "desk_slow") from error
    except Exception as error:
        # Where, and of what kind: its own words may be the subscriber's name.
        frames = traceback.extract_tb(error.__traceback__)[-4:]
        where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames))
        _log.error("a desk failed in a way of its own: %s at %s", type(error).__name__, where)
        raise DeskError(Failure.UNKNOWN, "desk_failed", detail=type(error).__name__) from error


def course_names(course: Course) -> frozenset[str]:
    """The files known to be there."""
    return frozenset(course.attached)


async def merged(desk: Desk, keep: Receipt, receipts: Sequence[Receipt]) -> bool:
    """Closes every copy but one. True: the desk does not let us, and there are two."""
    double = False
    for extra in receipts:
        if extra.ref == keep.ref:
            continue
        try:
            await _only_desk_errors(desk.merge(keep, extra))
        except DeskError as error:
            if error.failure is not Failure.REFUSED:
                raise
            double = True
    return double


async def deliver(
    parcel: str, desk: Desk, outbox: Outbox, clock: Clock | None = None, limits: Limits | None = None
) -> Parcel:
    """One parcel, as far as it gets without waiting; the caller is the sender (``Outbox.sender``).

    Raises:
        SelfcareError: the store cannot be written. Nothing is sent that could not be noted first.
    """
    await Carrier(desk, outbox, clock or outbox.clock, limits or Limits()).carry(parcel)
    return outbox.parcel(parcel)


async def flush(
    outbox: Outbox, desk_of: DeskOf, *, line_is_back: bool = False, limits: Limits | None = None
) -> Flushed:
    """All that is due, one desk after the other, in the order of each case; a desk that fails holds up no other.

    Args:
        outbox: whose parcels.
        desk_of: see there; each desk is closed in the end.
        line_is_back: pauses that only waited for better times are over.
        limits: see there.

    Raises:
        SelfcareError: the store cannot be written.
    """
    with outbox.sender() as mine:
        if not mine:
            return Flushed(outbox.parcels(), busy=True)
        if line_is_back:
            for entry in outbox.entries():
                if (course := machine.line_is_back(entry.course)) != entry.course:
                    outbox.save(entry, course, "line is back")
        limits, known = limits or Limits(), set[str]()
        for name in dict.fromkeys(entry.desk for entry in outbox.entries() if _active(entry)):
            if (desk := desk_of(name)) is not None:
                known.add(name)
                try:
                    await _at_desk(outbox, name, desk, limits)
                finally:
                    await desk.close()
        return Flushed(outbox.parcels(), _next_s(outbox, known, limits.first_s))


async def _at_desk(outbox: Outbox, name: str, desk: Desk, limits: Limits) -> None:
    carrier, held = Carrier(desk, outbox, outbox.clock, limits), set[str]()
    for entry in outbox.entries():
        if entry.desk != name or not _active(entry) or entry.case in held:
            continue
        if entry.kind is Kind.NOTE and _orphan(outbox, entry):
            now = outbox.clock.awake_s()
            outbox.save(entry, machine.ended(entry.course, Phase.REFUSED, NO_TICKET, limits, now), "given up")
            continue
        await carrier.carry(entry.id)
        after = outbox.entry(entry.id)
        if after is None or after.course.over:
            continue
        held.add(entry.case)
        if after.course.failures and after.course != entry.course:
            return  # slow or nobody there: the next parcel would wait for the same, and other desks for both


def _orphan(outbox: Outbox, note: Entry) -> bool:
    """Whether the ticket that a note is about will not be filed."""
    ticket = outbox.entry(note.ticket)
    return ticket is None or (ticket.course.over and ticket.course.receipt is None)


def _active(entry: Entry) -> bool:
    """Whether anything can be left to do, now or later."""
    return not entry.course.over or entry.course.wait > 0


def _next_s(outbox: Outbox, known: Set[str], least_s: float) -> float | None:
    """Until the first pause is over. What was passed over just now is next in ``least_s``, never at once."""
    now, held, found = outbox.clock.awake_s(), set[tuple[str, str]](), list[float]()
    for entry in outbox.entries():
        course, place = entry.course, (entry.case, entry.desk)
        if _active(entry) and entry.desk in known and place not in held and course.phase is not Phase.WAITING_SIGN_IN:
            found.append(left_s(course.since, course.wait, now) or least_s)
        if not course.over:
            held.add(place)
    return min(found, default=None)


async def status(parcel: str, desk: Desk, outbox: Outbox) -> Told:
    """How a ticket stands at its desk, kept for later; a second copy that turned up meanwhile is merged first.

    Raises:
        DeskError: the desk does not say.
        SelfcareError: there is no such ticket, or it was not filed (``ticket_not_filed``).
    """
    entry, contents = outbox.entry(parcel), outbox.contents(parcel)
    if entry is None or not isinstance(contents, Ticket) or entry.course.receipt is None:
        raise SelfcareError(NO_TICKET, parcel=parcel)
    keep = entry.course.receipt
    if Can.FIND in desk.can:
        with suppress(DeskError):  # what it looks like in the meantime is still worth saying
            receipts = await _only_desk_errors(desk.find(contents))
            keep = machine.kept_of(entry.course, receipts) or keep
            await merged(desk, keep, receipts)
    if keep.ref != entry.course.receipt.ref:
        outbox.save(entry, replace(entry.course, receipt=keep), "status", "another copy counts")
    told = await _only_desk_errors(desk.status(keep))
    outbox.keep_told(parcel, told)
    return told
