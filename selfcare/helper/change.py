"""Making a change, keeping it, putting it back: the order of the steps on which everything rests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from selfcare.helper import point
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import UNFINISHED, Entry, Journal, Plan, State
from selfcare.helper.leftovers import sweep

# What undoing means: as before; nothing to do; nothing once it is through, but guarded meanwhile; impossible.
EXACT, NOTHING, MEANWHILE, NEVER = "exact", "nothing", "meanwhile", "never"
GUARDED = (EXACT, MEANWHILE)
OTHERS_TRIES = 400  # some 20 s: longer than a guard needs; who still decides then is another program of this user


class Mechanism(Protocol):
    """How one kind of change is made on this system."""

    @property
    def undo(self) -> str:
        """What undoing means here."""

    def plan(self, args: dict[str, Any]) -> Plan:
        """What is there, and what would be; changes nothing."""

    def apply(self, entry: Entry) -> None:
        """Makes the change."""

    def read(self, entry: Entry) -> State:
        """What is there now, in the keys of the plan's ``before``."""

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        """Puts ``before`` back from wherever a kill left it; may be repeated."""


class Watch(Protocol):
    """The guard of one change, as its maker sees it."""

    def heard(self) -> None:
        """The change is made; the time to decide runs from here."""

    def release(self) -> None:
        """It was decided."""


class Changes:
    """Changes by these mechanisms, with this journal. ``guard`` starts one and returns when it is ready."""

    def __init__(
        self, journal: Journal, find: Callable[[str], Mechanism], guard: Callable[[str, float], Watch] | None = None
    ) -> None:
        self.journal, self.find, self.guard = journal, find, guard
        self.watches: dict[str, Watch] = {}

    def apply(self, verb: str, args: dict[str, Any], guard_s: float) -> Entry:
        """Journal, guard, change, read back. Whatever fails on the way, what was there is there again."""
        mechanism = self.find(verb)
        guarded = mechanism.undo in GUARDED
        with self._alone():
            plan = mechanism.plan(args)
            if mechanism.undo == EXACT and plan.before == plan.wanted:
                raise Refusal("failed", "nothing to change")
            entry = self.journal.begin(verb, args, mechanism.undo == EXACT, plan)
            try:
                if guarded and self.guard:
                    self.watches[entry.name] = self.guard(entry.name, guard_s)
                point.reached("change.begins")
                mechanism.apply(entry)
                entry.written = mechanism.read(entry) if guarded else None
                self.journal.mark(entry, "applied" if entry.reversible else "kept")
            except Refusal as error:
                self._failed(entry, error)
                raise
            if not entry.reversible:
                self._released(entry.name)
        if entry.name in self.watches:
            self.watches[entry.name].heard()
        return entry

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The lock, once nobody else's change is unfinished: its half must not be taken for what was there before."""
        for _ in range(OTHERS_TRIES):
            with self.journal.acting():
                sweep(self.journal)
                if not self._orphans()[1]:
                    yield
                    return
            time.sleep(0.05)
        raise Refusal("busy", "another change is not decided yet")

    def _failed(self, entry: Entry, why: Refusal) -> None:
        """If putting it back fails too, the guard goes on trying: it is not released."""
        with suppress(Refusal):
            self._restore(entry, why.detail)
            self._released(entry.name)

    def keep(self, *names: str) -> list[Entry]:
        """They stay: all of them, or none if one cannot."""
        with self.journal.acting():
            entries = [self.journal.load(name) for name in names]
            wrong = [entry.state for entry in entries if entry.state not in ("applied", "kept")]
            if wrong:
                raise Refusal("failed", f"it is {wrong[0]}")
            left = [entry for entry in entries if entry.state == "applied"]
            for entry in left:
                entry.together = [each.name for each in left if each is not entry]
                self.journal.mark(entry, "kept")  # the first decides about all
            for name in names:
                self._released(name)
        return entries

    def undo(self, name: str) -> Entry:
        """What was there is there again, also long after."""
        with self.journal.acting():
            entry = self.journal.load(name)
            if self.find(entry.verb).undo == NEVER:
                raise Refusal("failed", "cannot be undone")
            if entry.state == "kept" and not entry.reversible:
                self.journal.mark(entry, "undone", "nothing to put back")
            elif entry.state != "undone":
                self._restore(entry)
            self._released(name)
        return entry

    def settle(self, name: str) -> Entry:
        """Puts back what was neither kept nor undone, as guard and as ``recover``."""
        with self.journal.acting():
            entry = self.journal.load(name)
            if entry.state in UNFINISHED:
                self._settle(entry)
        return entry

    def _settle(self, entry: Entry) -> None:
        """Kept where that was decided together with another, else put back."""
        kept = (each.together for each in self.journal.entries() if each.state == "kept")
        if entry.state == "applied" and any(entry.name in names for names in kept):
            self.journal.mark(entry, "kept")
        else:
            self._restore(entry)

    def recover(self) -> list[Entry]:
        """Everything unfinished that nobody guards, newest first; one that fails stays for the next time."""
        if not self._unfinished():
            return []
        with self.journal.acting():  # a change whose guard is not yet there is somebody's at this moment
            return self._orphans()[0]

    def _orphans(self) -> tuple[list[Entry], bool]:
        """Settles what nobody guards any more, and says whether somebody guards another one. The lock is held."""
        found, guarded = [], False
        for entry in self._unfinished():
            lock = self.journal.watching(entry.name)
            if lock is None:
                guarded = True
                continue
            try:
                with suppress(Refusal):  # the next start tries again
                    self._settle(entry)
                    found.append(entry)
            finally:
                os.close(lock)
        return found, guarded

    def _unfinished(self) -> list[Entry]:
        return [e for e in self.journal.entries() if e.state in UNFINISHED and e.name not in self.watches]

    def _released(self, name: str) -> None:
        watch = self.watches.pop(name, None)
        if watch:
            watch.release()

    def _restore(self, entry: Entry, why: str = "") -> None:
        """Compares first: what somebody else changed since is left alone. May be killed anywhere, and repeated."""
        mechanism = self.find(entry.verb)
        if mechanism.undo not in GUARDED:
            self.journal.mark(entry, "undone" if mechanism.undo == NOTHING else "kept", why)
            return
        now = mechanism.read(entry)
        if now != entry.before:
            if not entry.explains(now):
                self._conflict(entry)
            with suppress(Refusal):  # a full disk must not keep us from putting things back
                self.journal.mark(entry, "restoring", why)
            point.reached("restore.begins")
            mechanism.restore(entry, lambda: self.journal.files(entry.name))
            if mechanism.read(entry) != entry.before:
                raise Refusal("failed", "not as it was")
        with suppress(Refusal):  # then the next start compares once more, and finds nothing to do
            self.journal.mark(entry, "undone", why)

    def _conflict(self, entry: Entry) -> None:
        """A change that was kept stays so: what lies over it may itself be undone one day."""
        if entry.state in UNFINISHED:
            with suppress(Refusal):
                self.journal.mark(entry, "conflict")
        raise Refusal("changed_since", "left as it is")
