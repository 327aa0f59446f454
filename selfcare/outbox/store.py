"""``outbox.db``: what is in it was claimed, and is kept until it arrived. Each change is one durable transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from selfcare.ground.errors import SelfcareError, folder_error
from selfcare.model.ticket import Attachment, Note, Parcel, Phase, Receipt, Ticket, Told
from selfcare.outbox import machine
from selfcare.outbox.course import ENDS, Course, Kind, fresh
from selfcare.outbox.lock import only_one
from selfcare.outbox.migrations import MIGRATIONS
from selfcare.outbox.payload import (
    course_of,
    course_text,
    emptied,
    note_of,
    packed,
    sound,
    ticket_of,
    told_of,
    told_text,
)
from selfcare.outbox.place import FILE, LOCK
from selfcare.outbox.waits import Clock, Limits, left_s
from selfcare.store.database import open_database, transaction, typed

KEPT = timedelta(days=365)
"""How long a receipt is kept after the end."""
SEEN_OLD = timedelta(days=1)
"""So long something must have been old before it goes: a clock that was wrong for an hour erases nothing."""
_COLUMNS = "id, case_id, desk, kind, ticket, subject, queued, course, turn, cancel, told, asked_at"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as it stands. ``turn`` counts its changes: who writes says which state was read."""

    id: str
    case: str
    desk: str
    kind: Kind
    ticket: str
    subject: str
    queued: str
    course: Course
    turn: int
    cancel: bool
    told: Told | None = None
    asked_at: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of what was tried. ``at``: ISO 8601; ``outcome``: a code."""

    at: str
    what: str
    outcome: str


class Outbox:
    """One connection, for the thread that made it; any number of programs may look, one sends (:meth:`sender`).

    ``set_aside``: where a corrupt predecessor was put; its parcels are not in here, and a front end has to say so.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        """Opens or makes it.

        Raises:
            SelfcareError: it cannot be used; see ``store.database``.
        """
        self._path, self._lock = folder / FILE, folder / LOCK
        self.clock = clock or Clock()
        self._connection, self.set_aside = open_database(self._path, MIGRATIONS)
        self._connection.execute("PRAGMA secure_delete = ON")

    def close(self) -> None:
        """May be called twice."""
        self._connection.close()

    def sender(self) -> AbstractContextManager[bool]:
        """Whether this is who may send, until the context ends; a kill ends it too."""
        return only_one(self._lock)

    # -- putting in -------------------------------------------------------------------------------

    def add(self, ticket: Ticket, desk: str) -> Parcel:
        """Keeps a ticket for this desk; claimed once it returns.

        There is one ticket of a case at a desk: where one is already (in whatever window it was pressed), that one's
        parcel comes back, with an id that is not this ticket's. What is new then goes out as a note.

        Raises:
            SelfcareError: it is not kept.
        """
        live = "SELECT id FROM parcels WHERE id = ? OR (case_id = ? AND desk = ? AND kind = ? AND phase NOT IN (?, ?))"
        ends = (Phase.REFUSED, Phase.CANCELLED)
        with self._writing() as db:
            row = db.execute(live, (ticket.id, ticket.case, desk, Kind.TICKET, *ends)).fetchone()
            if row is None:
                self._put(db, ticket, desk, Kind.TICKET, "", ticket.subject)
        return self.parcel(row[0] if row else ticket.id)

    def add_note(self, note: Note, ticket: str) -> Parcel:
        """Keeps a follow-up on the ticket with this id; it is sent after it. Twice the same id is once.

        Raises:
            SelfcareError: ``parcel_unknown``, or it is not kept.
        """
        about = self.parcel(ticket)
        with self._writing() as db:
            if db.execute("SELECT 1 FROM parcels WHERE id = ?", (note.id,)).fetchone() is None:
                self._put(db, note, about.desk, Kind.NOTE, ticket, about.subject)
        return self.parcel(note.id)

    def _put(
        self, db: sqlite3.Connection, one: Ticket | Note, desk: str, kind: Kind, ticket: str, subject: str
    ) -> None:
        course = fresh(kind)
        now, subject = self.clock.iso(), sound(subject)
        row = (one.id, one.case, desk, kind, ticket, subject, now, course.phase, course_text(course), packed(one))
        columns = "id, case_id, desk, kind, ticket, subject, queued, phase, course, payload"
        db.execute(f"INSERT INTO parcels ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        files = [(one.id, at, f.name, f.mime, f.sha256, f.data) for at, f in enumerate(one.attachments)]
        db.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", files)
        self._log(db, one.id, "queued", "")

    # -- looking ----------------------------------------------------------------------------------

    def parcels(self, case: str | None = None) -> tuple[Parcel, ...]:
        """All, oldest first; or those of a case."""
        return tuple(self._shown(entry) for entry in self.entries(case))

    def parcel(self, name: str) -> Parcel:
        """One.

        Raises:
            SelfcareError: ``parcel_unknown``.
        """
        return self._shown(self._known(name))

    def ticket_of(self, case: str, desk: str = "") -> Parcel | None:
        """The newest ticket of this case (at this desk) that was neither refused nor cancelled."""
        found = [one for one in self.parcels(case) if one.kind == Kind.TICKET and desk in ("", one.desk)]
        return next((one for one in reversed(found) if one.phase not in (Phase.REFUSED, Phase.CANCELLED)), None)

    def told(self, name: str) -> tuple[Told | None, str]:
        """What the desk last said of a ticket, and when it was asked (ISO 8601, "" for never)."""
        entry = self._known(name)
        return entry.told, entry.asked_at

    def attempts(self, name: str) -> tuple[Attempt, ...]:
        """All that was tried for a parcel, oldest first."""
        select = "SELECT at, what, outcome FROM attempts WHERE parcel = ? ORDER BY seq"
        return tuple(Attempt(*row) for row in self._read(select, (name,)))

    def entry(self, name: str) -> Entry | None:
        """As it stands now; None: it was erased."""
        rows = self._read(f"SELECT {_COLUMNS} FROM parcels WHERE id = ?", (name,))
        return _entry(rows[0]) if rows else None

    def entries(self, case: str | None = None) -> tuple[Entry, ...]:
        """In the order they were put in."""
        where, values = ("", ()) if case is None else ("WHERE case_id = ?", (case,))
        return tuple(_entry(row) for row in self._read(f"SELECT {_COLUMNS} FROM parcels {where} ORDER BY seq", values))

    def contents(self, name: str) -> Ticket | Note | None:
        """What is to be brought, its files compared with their SHA-256; None: it is not what was put in."""
        rows = self._read("SELECT kind, payload FROM parcels WHERE id = ?", (name,))
        select = "SELECT name, mime, data, sha256 FROM files WHERE parcel = ? ORDER BY position"
        files = [Attachment(*row) for row in self._read(select, (name,))]
        if not rows or any(hashlib.sha256(one.data).hexdigest() != one.sha256 for one in files):
            return None
        kind, text = rows[0]
        return ticket_of(text, files) if kind == Kind.TICKET else note_of(text, files)

    # -- on the way -------------------------------------------------------------------------------

    def save(self, entry: Entry, course: Course, what: str, outcome: str = "") -> bool:
        """Keeps where it stands; False: it changed since it was read (cancelled, erased), and nothing was written.

        At an end its contents go, in the same moment: what has arrived, nobody needs here.

        Raises:
            StoreError: it is not kept; what was there is intact.
        """
        update = "UPDATE parcels SET course = ?, phase = ?, turn = turn + 1 WHERE id = ? AND turn = ?"
        with self._writing() as db:
            if not db.execute(update, (course_text(course), course.phase, entry.id, entry.turn)).rowcount:
                return False
            self._log(db, entry.id, what, outcome)
            if course.phase in ENDS and not entry.course.over:
                self._empty(db, entry)
        return True

    def keep_told(self, name: str, told: Told) -> None:
        """What the desk said of a ticket just now."""
        with self._writing() as db:
            update = "UPDATE parcels SET told = ?, asked_at = ? WHERE id = ?"
            db.execute(update, (told_text(told), self.clock.iso(), name))

    def unsaid(self) -> tuple[Parcel, ...]:
        """Those of which the case does not know yet that they were put in, or how they ended; oldest first."""
        query = "SELECT id FROM parcels WHERE said = '' OR (said <> phase AND phase IN (?, ?, ?)) ORDER BY seq"
        return tuple(self.parcel(name) for (name,) in self._read(query, tuple(sorted(ENDS))))

    def said(self, name: str, phase: Phase) -> None:
        """The case was told of this phase."""
        with self._writing() as db:
            db.execute("UPDATE parcels SET said = ? WHERE id = ?", (phase, name))

    def cancel(self, name: str, limits: Limits | None = None) -> Parcel:
        """What was never sent is not sent. Of what may be at the desk, the next flush finds out, and says so.

        A ticket that turns out to be there stays there (``DONE``, why ``cancel_too_late``): a desk has no way of
        un-filing one, and a word to it would be a text nobody previewed. Files not brought yet are not brought.
        """
        with self._writing() as db:
            entry = self._known(name)
            if not entry.course.over:
                db.execute("UPDATE parcels SET cancel = 1, turn = turn + 1 WHERE id = ?", (name,))
                self._log(db, name, "cancel", "")
            course = entry.course if entry.course.flying else machine.line_is_back(entry.course)  # looked at soon
            if machine.safe_to_drop(entry.course):
                course = machine.cancelled(entry.course, limits or Limits(), self.clock.awake_s())
                self._empty(db, entry)
            if course != entry.course:
                update = "UPDATE parcels SET course = ?, phase = ? WHERE id = ?"
                db.execute(update, (course_text(course), course.phase, name))
        return self.parcel(name)

    def signed_in(self, desk: str) -> None:
        """What waited for the subscriber to sign in at this desk goes on at the next flush."""
        for entry in self.entries():
            if entry.desk == desk and entry.course.phase is Phase.WAITING_SIGN_IN:
                self.save(entry, machine.signed_in(entry.course), "signed_in")

    # -- letting go -------------------------------------------------------------------------------

    def erase(self, case: str) -> int:
        """All of a case, for good; what was under way is not sent on. How many parcels it was.

        Copies of the whole file go too: from before a migration, and what was set aside as damaged.
        """
        with self._writing() as db:
            count = db.execute("DELETE FROM parcels WHERE case_id = ?", (case,)).rowcount
        self._read("PRAGMA wal_checkpoint(TRUNCATE)", ())
        for pattern in (f"{FILE}.v*.bak", f"{FILE}.v*.bak.part", f"{FILE}.bad-*"):
            for copy in self._path.parent.glob(pattern):
                try:
                    copy.unlink(missing_ok=True)
                except OSError as error:
                    raise folder_error(error, copy) from error
        return count

    def retain(self) -> int:
        """Erases what ended twelve months ago; how many parcels it was."""
        wall = self.clock.wall()
        now, before, sure = wall.isoformat(), (wall - KEPT), (wall - SEEN_OLD)
        with self._writing() as db:
            rows = db.execute("SELECT id, ended, old FROM parcels WHERE ended <> ''").fetchall()
            aged = {name: old for name, ended, old in rows if datetime.fromisoformat(ended) < before}
            gone = [name for name, old in aged.items() if old and datetime.fromisoformat(old) <= sure]
            young = [(name,) for name, _, old in rows if old and name not in aged]
            db.executemany("UPDATE parcels SET old = '' WHERE id = ?", young)
            db.executemany("UPDATE parcels SET old = ? WHERE id = ?", [(now, n) for n, old in aged.items() if not old])
            db.executemany("DELETE FROM parcels WHERE id = ?", [(name,) for name in gone])
        return len(gone)

    # -- inside -----------------------------------------------------------------------------------

    def _empty(self, db: sqlite3.Connection, entry: Entry) -> None:
        (text,) = db.execute("SELECT payload FROM parcels WHERE id = ?", (entry.id,)).fetchone()
        db.execute("DELETE FROM files WHERE parcel = ?", (entry.id,))
        update = "UPDATE parcels SET payload = ?, ended = ? WHERE id = ?"
        db.execute(update, (emptied(entry.kind, text), self.clock.iso(), entry.id))

    def _log(self, db: sqlite3.Connection, name: str, what: str, outcome: str) -> None:
        insert = "INSERT INTO attempts (parcel, at, what, outcome) VALUES (?, ?, ?, ?)"
        db.execute(insert, (name, self.clock.iso(), what, outcome))

    def _known(self, name: str) -> Entry:
        found = self.entry(name)
        if found is None:
            raise SelfcareError("parcel_unknown", parcel=name)
        return found

    def _shown(self, entry: Entry) -> Parcel:
        course = entry.course
        left = left_s(course.since, course.wait, self.clock.awake_s()) if not course.over and course.wait else 0.0
        soon = (self.clock.wall() + timedelta(seconds=left)).isoformat(timespec="seconds") if left else ""
        why = machine.why_of(course, entry.cancel)
        receipt: Receipt | None = course.receipt
        if receipt and entry.told and entry.told.receipt.ref == receipt.ref:
            receipt = replace(entry.told.receipt, number=receipt.number)
        return Parcel(
            entry.id, entry.case, entry.desk, entry.kind, course.phase, entry.subject, entry.queued, course.tries,
            soon, why, receipt, course.attached,
        )  # fmt: skip

    def _read(self, select: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg]
        with typed(self._path):
            return self._connection.execute(select, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with typed(self._path), transaction(self._connection):
            yield self._connection


def _entry(row: Sequence[object]) -> Entry:
    name, case, desk, kind, ticket, subject, queued, course, turn, cancel, told, asked = row
    return Entry(
        str(name), str(case), str(desk), Kind(str(kind)), str(ticket), str(subject), str(queued),
        course_of(str(course)), int(str(turn)), bool(cancel), told_of(str(told)) if told else None, str(asked),
    )  # fmt: skip
