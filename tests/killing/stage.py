"""One place where programs die: plays an app with its helper and guards, and everything that follows a kill."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selfcare.cases import history
from selfcare.helper import journal, point
from selfcare.helper.change import Changes, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.guard import Guard, watch
from selfcare.helper.journal import Entry, Journal
from selfcare.helper.serve import Server
from selfcare.store.database import StoreError
from tests.killing import app_moments, forked
from tests.killing.book import DISK, Book, Kill, Moment

LIMIT_S = 120.0
Life = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Played:
    """``late``: who still ran when everybody should have been gone."""

    struck: bool
    code: int
    moments: list[Moment]
    late: list[int]


class Stage:
    """``entries``: the helper's folder; ``find``: its mechanisms."""

    def __init__(self, folder: Path, entries: Path, find: Callable[[str], Mechanism]) -> None:
        self.folder, self.journal, self.find = folder, Journal(entries), find
        self.book = Book(folder / "book")
        self.disk_filled = False  # in this round
        self.between: Callable[[], None] = lambda: None  # called when a step is kept, while nobody is killed
        forked.adopt()
        forked.helpers(self._helper)
        forked.guards(self._guard)
        app_moments.name(self._reached)
        point.reached = self._reached
        self._name_disk()

    def play(self, life: Life, kill: Kill | None = None, *, role: str = "app", looks: bool = False) -> Played:
        """One program from its start until it and everything below it is gone."""
        self.book = Book(self.folder / "book", kill, looks=looks)
        self.disk_filled |= kill is not None and DISK in kill.victims

        def played() -> int:
            os.setsid()
            self.book.born(role)
            return life()

        pid = forked.fork(played)
        handle = os.pidfd_open(pid)
        try:
            code = forked.ended(handle, pid, LIMIT_S)
        finally:
            os.close(handle)
        late = forked.reap(LIMIT_S)
        return Played(self.book.struck, code, self.book.moments(), late)

    def changes(self) -> Changes:
        return Changes(Journal(self.journal.folder), self.find, lambda name, seconds: Guard([], name, seconds))

    def recovering(self) -> int:
        """What the system runs at boot."""
        self.changes().recover()
        return 0

    def unfinished(self) -> list[Entry]:
        """What was neither kept nor put back, and what somebody else is said to have changed."""
        return [entry for entry in self.journal.entries() if entry.state not in ("kept", "undone")]

    def kept(self) -> list[Entry]:
        """What is in place and can be undone, newest first."""
        return [entry for entry in self.journal.entries() if entry.state == "kept" and entry.reversible]

    def undone(self) -> int:
        """Everything that is listed is undone, as a person would one after the other."""
        changes = self.changes()
        for entry in self.kept():
            try:
                changes.undo(entry.name)
            except Refusal as error:
                print(f"undo {entry.name} {entry.verb}: {error}", flush=True)
                return 1
        return 0

    def _name_disk(self) -> None:
        """Journal and history meet the full disk, if this round has one; the system's own files lie elsewhere."""
        write, note = journal.write_synced, history.History._write

        def written(*args: Any) -> None:
            if self.book.full:
                raise OSError(errno.ENOSPC, "no space left on device")
            write(*args)

        def noted(this: history.History, *args: Any) -> None:
            if self.book.full:
                raise StoreError("disk_full", path=self.folder, system="full")
            note(this, *args)

        journal.write_synced = written
        history.History._write = noted  # type: ignore[method-assign]

    # -- who plays -------------------------------------------------------------------------------

    def _helper(self) -> int:
        self.book.born("helper")
        return Server(self.changes()).run()

    def _guard(self, name: str, seconds: float) -> int:
        self.book.born("guard")
        return watch(self.changes(), name, seconds)

    def _reached(self, name: str) -> None:
        if self.book.role:
            self.book.reached(name)
            if self.book.looks and name == "after Changing.keep":
                self.between()
