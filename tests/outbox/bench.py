"""A desk in memory with a small network in front of it, and an outbox on the test's own clock."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from selfcare.desks.port import Can, Desk
from selfcare.model.ticket import (
    Attachment,
    DeskError,
    Failure,
    KnownOutage,
    Note,
    Parcel,
    Receipt,
    Reply,
    Severity,
    State,
    Ticket,
    Told,
)
from selfcare.outbox.send import Flushed, flush
from selfcare.outbox.store import Outbox
from tests.outbox.lives import Times

CASE = "CAS-7K3M-92QX"
EVERY = frozenset({Can.FIND, Can.FOLLOW_UP, Can.STATUS})
UNREACHABLE = DeskError(Failure.NOT_SENT, "desk_unreachable")
SLOW = DeskError(Failure.UNKNOWN, "desk_slow")
REFUSED = DeskError(Failure.REFUSED, "desk_http_403")
WHO = DeskError(Failure.SIGN_IN, "desk_http_401")


def file(name: str, data: bytes = b"abc") -> Attachment:
    return Attachment(name, "application/zip", data, hashlib.sha256(data).hexdigest())


def ticket(name: str = "t-1", case: str = CASE, *files: Attachment) -> Ticket:
    return Ticket(name, case, "Pas d'Internet", "Depuis hier soir.", Severity.MAJOR, attachments=files)


def note(name: str = "n-1", case: str = CASE) -> Note:
    return Note(name, case, "Le voyant clignote.")


@dataclass
class MemoryDesk:
    """``errors``: (call, error, whether it was done before) for the next calls; ``once``: done during the next."""

    can: frozenset[Can] = EVERY
    name: str = "memory"
    errors: list[tuple[str, DeskError, bool]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    copies: int = 1
    once: Callable[[], object] | None = None

    def _met(self, call: str, do: Callable[[], object] = lambda: None) -> None:
        self.calls.append(call)
        once, self.once = self.once, None
        if once is not None:
            once()
        for number, (name, error, done) in enumerate(self.errors):
            if name == call:
                del self.errors[number]
                if done:
                    do()
                raise error
        do()

    async def find(self, one: Ticket) -> tuple[Receipt, ...]:
        self._met("find")
        found = [(n, name) for n, name in enumerate(self.tickets) if name == one.id and str(n) not in self.given_up]
        return tuple(Receipt(str(n), str(n)) for n, _ in found)

    async def create(self, one: Ticket) -> Receipt:
        self._met("create", lambda: self.tickets.extend([one.id] * self.copies))
        number = str(len(self.tickets) - 1)
        return Receipt(number, number)

    async def merge(self, keep: Receipt, extra: Receipt) -> None:
        self._met("merge", lambda: self.given_up.append(extra.ref))

    async def attached(self, receipt: Receipt) -> frozenset[str]:
        self._met("attached")
        return frozenset(self.files)

    async def attach(self, receipt: Receipt, one: Ticket, attachment: Attachment) -> None:
        self._met("attach", lambda: self.files.append(attachment.name))

    async def noted(self, receipt: Receipt, one: Note) -> bool:
        self._met("noted")
        return one.id in self.notes

    async def add_note(self, receipt: Receipt, one: Note) -> None:
        self._met("add_note", lambda: self.notes.append(one.id))

    async def status(self, receipt: Receipt) -> Told:
        self._met("status")
        return Told(Receipt(receipt.ref, receipt.number, State.IN_PROGRESS), (Reply("1", "2026-11-22", "Bonjour"),))

    async def outages(self) -> tuple[KnownOutage, ...]:
        return ()

    async def close(self) -> None:
        pass


@dataclass
class Bench:
    """``desks``: by the name a parcel has."""

    outbox: Outbox
    times: Times
    desks: dict[str, Desk]

    def flush(self, *, back: bool = False) -> Flushed:
        return asyncio.run(flush(self.outbox, self.desks.get, line_is_back=back))

    def all(self, lives: int = 40) -> tuple[Parcel, ...]:
        """Until nothing is left to do by itself."""
        for _ in range(lives):
            done = self.flush()
            if done.next_s is None:
                return done.parcels
            self.times.pass_(done.next_s + 0.01)
        raise AssertionError("it never ends")


@contextmanager
def bench(folder: Path, *desks: MemoryDesk) -> Iterator[Bench]:
    times = Times()
    outbox = Outbox(folder, times.clock())
    try:
        yield Bench(outbox, times, {desk.name: desk for desk in desks})  # type: ignore[misc]
    finally:
        outbox.close()
