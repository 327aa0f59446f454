"""The case file: what happened around one trouble, kept under one readable id. Blocking: asked in a thread.

Several windows, commands and helpers may have it at once: each question is one transaction of the database. No line is
ever edited. See docs/design/support.md, decisions 1 and 2.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from selfcare.cases import ageing, erasing, ledger
from selfcare.cases.history import Line
from selfcare.cases.home_names import HomeNames
from selfcare.cases.ids import mint, parse
from selfcare.cases.ledger import Ledger
from selfcare.cases.made import symptom_data
from selfcare.cases.over import over, pending
from selfcare.cases.reading import Reading, forget_runs
from selfcare.cases.stretch import CLOSED, OPENED, SAID, Stretch, believable, moment, reach_back, stretches
from selfcare.cases.walks import forget_walks
from selfcare.ground.errors import SelfcareError
from selfcare.model.case import Case, CaseHead, Contact
from selfcare.model.symptom import Symptom
from selfcare.store.store import Store

LONGEST = 10_000
"""Characters of a note or a description: five pages; somebody is to read it."""
_MOST_BACK = 5000
_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now().astimezone()


class CaseError(SelfcareError):
    """``case_unknown``: there is no such case (any more); ``case_closed``: it is over."""


_TICKET_BEGINS, _TICKET_ENDS = ("queued", "answered"), ("done", "refused", "cancelled", "lost")


@dataclass(frozen=True, slots=True)
class Once:
    """When a line about a ticket is one too many: another has the same ``did``, and the same in all of ``keys``.

    ``newest``: only the newest one with the same ``did`` counts (what changes, and may change back). ``also``: other
    words that count as the same ``did``.
    """

    keys: tuple[str, ...] = ()
    newest: bool = False
    also: tuple[str, ...] = ()

    def among(self, data: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> bool:
        """``lines``: of this ticket, oldest first."""
        alike = [one for one in lines if one.get("did") in (data.get("did"), *self.also)]
        return any(all(one.get(k) == data.get(k) for k in self.keys) for one in (alike[-1:] if self.newest else alike))


class CaseBook:
    """``data``: this user's folder; ``now``: the time of day, with offset."""

    def __init__(self, data: Path, now: Callable[[], datetime] = _now) -> None:
        self._data, self._now = data, now
        self._ledger = Ledger(data, now)

    # -- looking ---------------------------------------------------------------------------------

    def heads(self) -> tuple[CaseHead, ...]:
        """All cases, newest first.

        Raises:
            SelfcareError: the file cannot be read (so does every method here).
        """
        if not self._there():
            return ()
        with self._ledger.reading() as connection:
            reading = Reading(connection, self._data, self._now())
            return tuple(reading.head(one) for one in stretches(ledger.of_cases(connection)))

    def case(self, name: str | None = None) -> Case | None:
        """By its id in any spelling; None: the one that is open. None where there is no such case."""
        if not self._there():
            return None
        with self._ledger.reading() as connection:
            found = self._found(connection, name)
            return None if found is None else Reading(connection, self._data, self._now()).case(found)

    def current(self) -> CaseHead | None:
        """The one that is open."""
        if not self._there():
            return None
        with self._ledger.reading() as connection:
            found = self._found(connection, None)
            return None if found is None else Reading(connection, self._data, self._now()).head(found)

    def unsettled(self) -> tuple[str, ...]:
        """Ids of the open case, and of those that ended because another trouble began; newest first."""
        if not self._there():
            return ()
        with self._ledger.reading() as connection:
            lines = ledger.of_cases(connection)
        return tuple(one.case for one in stretches(lines) if one.last is None or pending(lines, one.case))

    def _found(self, connection: sqlite3.Connection, name: str | None) -> Stretch | None:
        known = stretches(ledger.of_cases(connection))
        if name is None:
            return next((one for one in known if one.last is None), None)
        wanted = parse(name)
        return next((one for one in known if one.case == wanted), None)

    def _named(self, connection: sqlite3.Connection, name: str) -> Stretch:
        found = self._found(connection, name)
        if found is None:
            raise CaseError("case_unknown", case=parse(name) or name[:40])
        return found

    # -- writing ---------------------------------------------------------------------------------

    def open(self, words: str = "", symptom: Symptom | None = None, *, new: bool = False) -> CaseHead:
        """The open case with these words added, else a new one, to which the last 24 hours belong.

        An open one that is over (``cases.over``) is closed by this. ``new``: somebody wants another one.
        """
        with self._ledger.writing() as connection:
            found = self._found(connection, None)
            if found is not None and (new or words.strip() or symptom is not None):
                found = self._unless_over(connection, found, symptom, new)
            if found is None:
                found = self._opened(connection, words, symptom)
            elif words.strip() or symptom is not None:
                self._said(connection, found.case, words, symptom)
            return Reading(connection, self._data, self._now()).head(found)

    def _unless_over(
        self, connection: sqlite3.Connection, found: Stretch, symptom: Symptom | None, new: bool
    ) -> Stretch | None:
        lines = Reading(connection, self._data, self._now()).lines(found)
        ended = over(found, lines, symptom, self._now(), asked=new)
        if ended is None:
            return found
        data = {"did": CLOSED, "case": found.case, "why": ended.why, "to": ended.to}
        self._ledger.note(connection, "case", found.case, data)
        return None

    def _opened(self, connection: sqlite3.Connection, words: str, symptom: Symptom | None) -> Stretch:
        lines = ledger.of_cases(connection)
        known = stretches(lines)
        free = max((one.last for one in known if one.last is not None), default=0)
        behind = [line for line in ledger.after(connection, free, _MOST_BACK) if not line.data.get("case")]
        first = reach_back(behind, self._now())
        taken = {one.case for one in known}
        case = next(name for name in iter(mint, "") if name not in taken)
        data = {"did": OPENED, "from": first, **_words(words, symptom)}
        line = self._ledger.note(connection, "case", case, {k: v for k, v in data.items() if v is not None})
        return Stretch(case, first if first is not None else line.id, line.id)

    def say(self, case: str, words: str = "", symptom: Symptom | None = None) -> None:
        """More of the trouble in the subscriber's words; the last symptom counts."""
        with self._ledger.writing() as connection:
            self._said(connection, self._named(connection, case).case, words, symptom)

    def _said(self, connection: sqlite3.Connection, case: str, words: str, symptom: Symptom | None) -> None:
        self._ledger.note(connection, "case", case, {"did": SAID, "case": case, **_words(words, symptom)})

    def close(self, case: str, why: str = "") -> None:
        """It is solved, or given up; once more is no error. What comes in later still finds it by its name.

        Of one that this program ended without a proof, it says that nothing of it is due any more.
        """
        with self._ledger.writing() as connection:
            found = self._named(connection, case)
            if found.last is None or pending(ledger.of_cases(connection), found.case):
                data = {"did": CLOSED, "case": found.case, **({"why": why} if why else {})}
                self._ledger.note(connection, "case", found.case, data)

    def note(self, case: str, text: str, *, tried: bool = False) -> None:
        """Whatever the subscriber wants to have written down; ``tried``: something they did about it."""
        self._add(case, "note", None, {"text": text.strip()[:LONGEST], **({"tried": True} if tried else {})})

    def contact(self, case: str, contact: Contact) -> None:
        """An exchange with support."""
        self._add(case, "contact", contact.channel.value, {**asdict(contact), "channel": contact.channel.value})

    def ticket(self, case: str, data: Mapping[str, Any]) -> None:
        """Something about a ticket: ``id`` (ours), ``did`` (queued, sent, reply, …), and what belongs to it.

        Of a closed or an open case; a desk may answer months later.
        """
        self._add(case, "ticket", str(data["id"]), data)

    def tickets_once(self, case: str, told: Sequence[tuple[Mapping[str, Any], Once]]) -> None:
        """Like :meth:`ticket`, all of it or nothing; what the history says already is not said again, by whomever."""
        with self._ledger.writing() as connection:
            found = self._named(connection, case)
            for data, once in told:
                name = str(data["id"])
                if not once.among(data, (line.data for line in ledger.of_ticket(connection, name))):
                    self._ledger.note(connection, "ticket", name, {**data, "case": found.case})

    def untold(self) -> dict[str, str]:
        """Tickets and notes that were put in and of which no end is written: id → case."""
        if not self._there():
            return {}
        with self._ledger.reading() as connection:
            lines = ledger.of_tickets(connection)
        over = {line.subject for line in lines if line.data.get("did") in _TICKET_ENDS}
        begun = {
            line.subject: str(line.data.get("case", "")) for line in lines if line.data.get("did") in _TICKET_BEGINS
        }
        return {name: case for name, case in begun.items() if name not in over}

    def report(self, case: str, data: Mapping[str, Any]) -> None:
        """That a report was made, looked at, agreed to (``did: consent``, with what was ticked), saved or sent."""
        self._add(case, "report", str(data["id"]), data)

    def _add(self, case: str, kind: str, subject: str | None, data: Mapping[str, Any]) -> None:
        with self._ledger.writing() as connection:
            found = self._named(connection, case)
            self._ledger.note(connection, kind, subject or found.case, {**data, "case": found.case})

    def record_check(self, document: Mapping[str, Any], started: str | None = None) -> int:
        """Keeps a whole check, and a line that says so: both or neither. No case is opened by it.

        Args:
            document: the contract's.
            started: ISO 8601 with offset; now when left out.
        """
        verdict = document["verdict"]

        def noted(connection: sqlite3.Connection, row: int) -> None:
            told = {name: verdict.get(name) for name in ("state", "code", "segments", "band")}
            self._ledger.note(connection, "check", "kept", {"check": row, **told})

        at = started or self._now().isoformat(timespec="milliseconds")
        with Store(self._data) as store:
            return store.add_check(document, at, noted)

    # -- taking away -----------------------------------------------------------------------------

    def export(self, case: str) -> dict[str, Any]:
        """Everything that is written, as the document ``selfcare.case/1``; nothing is taken out: it is theirs."""
        from selfcare.contract.case import case_document

        with self._ledger.reading() as connection:
            found = Reading(connection, self._data, self._now()).case(self._named(connection, case))
        return case_document(found, made=self._now().isoformat(timespec="seconds"))

    def delete(self, case: str) -> bool:
        """For good, with its checks and its ways through guides; only that something was erased stays noted.

        What this program must know to put back what it changed stays, without a word of anybody's.

        Returns:
            Whether the files were cleaned, too; False: another window is in them, it is done at the next start.
        """
        with self._ledger.writing() as connection:
            found = self._named(connection, case)
            around = ledger.around(connection, found.first, found.last, found.case)
            mine = [line for line in around if found.holds(line)]
            keep = erasing.still_needed(ledger.every(connection))
            erasing.erase(connection, [one for one in mine if one.id not in keep], erasing.ASKED, self._stamp())
            forget_runs(self._data, mine)
            forget_walks(self._data, mine)
            if not stretches(ledger.of_cases(connection)):
                HomeNames(self._data).forget_all()  # nobody's report needs them; the box tells them again
        return self._scrubbed()

    def retain(self) -> int:
        """Takes away what is over for 12 months, and finishes what a kill left of an erasure. At each start; how many.

        What looks old is marked first, and goes when a week later it still looks so: see ``ageing``. Never raises: a
        disk that cannot be written keeps nobody from reading.
        """
        HomeNames(self._data, self._now).retain()
        try:
            return self._retained() if self._there() and self._to_do() else 0
        except SelfcareError as error:
            _log.warning("what is old cannot be taken away now: %s", error.code)
            return 0

    def _to_do(self) -> bool:
        """Looked at without a lock: on nearly every day there is nothing."""
        with self._ledger.reading() as connection:
            if connection.execute("SELECT 1 FROM aged LIMIT 1").fetchone() or erasing.pending(connection):
                return True
            lines = ledger.every(connection)
            cases = stretches([line for line in lines if line.kind == "case"])
            return bool(ageing.older(lines, cases, self._now(), ageing.MARKED))

    def _retained(self) -> int:
        with self._ledger.writing() as connection:
            lines, now = ledger.every(connection), self._now()
            due = self._due(connection, lines, now)
            old = [line for line in lines if line.id in due]
            gone = erasing.erase(connection, old, erasing.RETENTION, self._stamp())
            forget_walks(self._data, old)
        self._scrubbed()
        return gone

    def _due(self, connection: sqlite3.Connection, lines: list[Line], now: datetime) -> frozenset[int]:
        cases = stretches([line for line in lines if line.kind == "case"])
        old = ageing.older(lines, cases, now, ageing.MARKED)
        marks = {int(line): moment(since) for line, since in connection.execute("SELECT line, since FROM aged")}
        wrong = [
            (id_,) for id_, since in marks.items() if id_ not in old or since is None or not believable(since, now)
        ]
        connection.executemany("DELETE FROM aged WHERE line = ?", wrong)
        fresh = old - (marks.keys() - {id_ for (id_,) in wrong})
        connection.executemany("INSERT INTO aged VALUES (?, ?)", [(id_, now.isoformat()) for id_ in sorted(fresh)])
        long = {id_ for id_, since in marks.items() if since is not None and now - since >= ageing.CONFIRMED}
        return ageing.older(lines, cases, now, ageing.KEPT) & (old - fresh) & frozenset(long)

    def _scrubbed(self) -> bool:
        """What was erased is erased, whether or not its traces could be cleaned now."""
        try:
            return erasing.scrub(self._ledger.path, self._stamp())
        except SelfcareError as error:
            _log.warning("traces of what was erased cannot be cleaned now: %s", error.code)
            return False

    def _there(self) -> bool:
        """Looking makes no file."""
        return self._ledger.path.exists()

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="milliseconds")


def _words(words: str, symptom: Symptom | None) -> dict[str, Any]:
    said: dict[str, Any] = {"words": words.strip()[:LONGEST]} if words.strip() else {}
    return said if symptom is None else {**said, "symptom": symptom_data(symptom)}
