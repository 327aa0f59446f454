"""The helper as a server: reads requests, answers each, ends with its reader."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from selfcare.helper import host, point
from selfcare.helper.arguments import is_change
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.guard import Guard
from selfcare.helper.journal import UNFINISHED, Entry, Journal
from selfcare.helper.mechanisms import forgotten
from selfcare.helper.protocol import VERSION, Lines, Request, answer, refusal, request_id, understand

CHANGES_PER_MINUTE = 30
LISTED = 100


class Server:
    """One reader's helper."""

    def __init__(self, changes: Changes) -> None:
        self.changes, self.lines = changes, Lines()
        self.recent: deque[float] = deque(maxlen=CHANGES_PER_MINUTE)

    def run(self) -> int:
        """Until the reader is gone; then whatever was not kept is put back by its guard."""
        # Ctrl-C and Ctrl-Z are for the program that asks; this one, stopped in mid-change, would keep its guard out.
        host.quiet_signals("SIGINT", "SIGHUP", "SIGTSTP")
        with contextlib.suppress(ConnectionError):
            self._loop()
        for name, watch in list(self.changes.watches.items()):
            if isinstance(watch, Guard):
                watch.end()
            with contextlib.suppress(Refusal):  # the guard may have been killed in its last moment
                self.changes.settle(name)
        return 0

    def _loop(self) -> None:
        while True:
            watches = self.changes.watches.items()
            guards = {watch.output.fileno(): name for name, watch in watches if isinstance(watch, Guard)}
            ready = host.wait_readable([0, *guards], None)
            for output in ready:
                if output:
                    self._guard_gone(guards[output])
            if 0 in ready:
                data = os.read(0, 65536)
                if not data:
                    return
                for line in self.lines.feed(data):
                    _write(self.answer(line))

    def _guard_gone(self, name: str) -> None:
        """It did its work, or it was killed: without it, nothing unproved may stay."""
        watch = self.changes.watches.pop(name)
        watch.release()
        with contextlib.suppress(Refusal):
            self.changes.settle(name)

    def answer(self, line: bytes) -> bytes:
        """What to say to this line."""
        try:
            request = understand(line)
        except Refusal as error:
            return refusal(request_id(line), error)
        told: dict[str, Any] = {"verb": request.verb, "args": dict(request.args)}
        try:
            done = self._do(request)
        except Refusal as error:
            self.changes.journal.log({**told, "code": error.code, "detail": error.detail})
            return refusal(request.id, error)
        self.changes.journal.log({**told, "done": done.get("entry", {}).get("name")})
        point.reached("answer")
        return answer(request.id, done)

    def _do(self, request: Request) -> dict[str, Any]:
        if is_change(request.verb):
            self._not_too_often()
            return {"entry": told(self.changes.apply(request.verb, dict(request.args), request.guard_s))}
        name = str(request.args.get("entry", ""))
        names = request.args.get("entries", [name])
        doing: dict[str, Callable[[], dict[str, Any]]] = {
            "hello": lambda: {"version": VERSION, "root": host.is_root()},
            "change.list": lambda: {"entries": listed(self.changes.journal)},
            "change.recover": lambda: {"entries": [told(entry) for entry in self.changes.recover()]},
            "change.keep": lambda: {"entry": told(self.changes.keep(*names)[0])},
            "change.undo": lambda: {"entry": told(self.changes.undo(name))},
        }
        return doing[request.verb]()

    def _not_too_often(self) -> None:
        now = time.monotonic()
        if len(self.recent) == CHANGES_PER_MINUTE and now - self.recent[0] < 60:
            raise Refusal("busy", "too many changes")
        self.recent.append(now)


def told(entry: Entry, privileged: bool | None = None) -> dict[str, Any]:
    """An entry as the program that asks needs it: not what was there before.

    What a restart has ended is in place no more, whatever was noted when it was kept.
    """
    whole = asdict(entry)
    if entry.state == "kept" and forgotten(entry):
        whole["state"] = "undone"
    kept = {key: whole[key] for key in ("name", "state", "verb", "args", "began", "reversible", "detail")}
    return kept | {"privileged": host.is_root() if privileged is None else privileged}


def listed(journal: Journal) -> list[dict[str, Any]]:
    """This journal's entries and, for an ordinary user, root's too: anybody may know what was changed."""
    found = [told(entry) for entry in _worth_listing(journal)]
    if not host.is_root():
        found += [told(entry, privileged=True) for entry in _worth_listing(Journal(host.machine_journal()))]
    return sorted(found, key=lambda entry: str(entry["name"]), reverse=True)


def _worth_listing(journal: Journal) -> list[Entry]:
    """The last ones; and, however old, whatever is still in place: many small things done since must not hide it."""
    every = journal.entries()
    last = {entry.name for entry in every[:LISTED]}
    return [e for e in every if e.name in last or e.state in UNFINISHED or (e.state == "kept" and e.reversible)]


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
