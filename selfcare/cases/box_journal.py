"""What was changed on the box: one file for each change, grown line by line, so that a kill loses at most one line.

``<folder>/<digest of the box's uid>/<time>-<8 hex>.jsonl``. The first line says what was there and what was asked for,
each further line what came next. A file is replaced whole (``selfcare.ground.atomic``), so a line is there or not.
Keys are not in here, only the names under which the keyring has them (``{"secret": name}``).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import SelfcareError, folder_error
from selfcare.ground.folders import ensure
from selfcare.model.box.change import ChangeState

VERSION = 1
_STAMP = "%Y%m%dT%H%M%S%f"
FOLDER = "box-changes"
_STATES = {state.value: state for state in ChangeState}


class JournalBusy(Exception):
    """Another window or command is changing this box right now."""


@dataclass(frozen=True, slots=True)
class Line:
    """``at`` is Unix time, since what runs out by itself is reckoned from it."""

    state: ChangeState
    at: float
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoxEntry:
    """One change. ``before`` and ``asked`` are flat states as JSON; ``damaged``: lines that could not be read.

    ``cut_off``: the last one is among them.
    """

    name: str
    box: str
    kind: str
    scope: Mapping[str, Any]
    before: Mapping[str, Any]
    asked: Mapping[str, Any]
    shown: tuple[Mapping[str, Any], ...]
    lines: tuple[Line, ...]
    damaged: int = 0
    cut_off: bool = False

    @property
    def state(self) -> ChangeState:
        """The last word; where that very line cannot be read, the box has to be looked at."""
        return ChangeState.WRITING if self.cut_off else self.lines[-1].state

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of its keys in the keyring, as long as they may be there."""
        if any(line.data.get("swept") for line in self.lines):
            return ()
        values = (*self.before.values(), *self.asked.values())
        return tuple(str(value["secret"]) for value in values if isinstance(value, dict) and "secret" in value)

    @property
    def at(self) -> float:
        """When ``before`` was read."""
        return self.lines[0].at

    def count(self, word: str) -> int:
        """How many lines say this word."""
        return sum(1 for line in self.lines if word in line.data)

    def last(self, word: str) -> Any:
        """What the last line with this word says."""
        return next((line.data[word] for line in reversed(self.lines) if word in line.data), None)


def box_digest(uid: str) -> str:
    """A box by something that is not its serial number."""
    return hashlib.sha256(f"selfcare box {uid}".encode()).hexdigest()[:16]


class BoxJournal:
    """The folder. Whoever changes a box holds its lock; a kill releases it.

    ``now`` is Unix time in seconds (a test's own clock).
    """

    def __init__(self, folder: Path, now: Callable[[], float] = lambda: datetime.now(UTC).timestamp()) -> None:
        self._folder, self._now = folder, now

    def begin(self, box: str, head: Mapping[str, Any]) -> str:
        """Notes a change that is about to be made. ``head``: kind, scope, before, asked, shown. The entry's name.

        Raises:
            FolderError: it is not on the disk; nothing may be changed.
        """
        at = self._now()
        name = f"{self._stamp(box, at)}-{secrets.token_hex(4)}"
        line = {"v": VERSION, "box": box, **head, "state": ChangeState.PREPARED.value, "at": at}
        self._write(box, name, [_text(line)])
        return name

    def _stamp(self, box: str, at: float) -> str:
        """With milliseconds: the names are the order of what was done, also where the clock was set back meanwhile."""
        stamp = _stamped(datetime.fromtimestamp(at, UTC))
        newest = max((path.name.partition("-")[0] for path in self._folder.glob(f"{box}/*.jsonl")), default="")
        if stamp > newest:
            return stamp
        with contextlib.suppress(ValueError, OverflowError):
            return _stamped(datetime.strptime(newest, _STAMP).replace(tzinfo=UTC) + timedelta(milliseconds=1))
        return stamp

    def add(self, entry: BoxEntry | tuple[str, str], state: ChangeState, **data: object) -> None:
        """One more line to an entry, or to (box, name)."""
        box, name = (entry.box, entry.name) if isinstance(entry, BoxEntry) else entry
        lines = self._lines(self._path(box, name))
        self._write(box, name, [*lines, _text({"state": state.value, "at": self._now(), **data})])

    def remove(self, entry: BoxEntry) -> None:
        """Of a change that is long over: it can no longer be undone."""
        with contextlib.suppress(OSError):
            self._path(entry.box, entry.name).unlink(missing_ok=True)

    def entries(self, box: str | None = None) -> tuple[list[BoxEntry], list[str]]:
        """Of one box or of all, newest first; and the names of files of which nothing can be read."""
        found, damaged = list[BoxEntry](), list[str]()
        for path in sorted(self._folder.glob(f"{box or '*'}/*.jsonl"), key=lambda p: p.name, reverse=True):
            entry = self._read(path)
            if entry is None:
                damaged.append(path.stem)
            else:
                found.append(entry)
        return found, damaged

    def find(self, name: str) -> BoxEntry | None:
        """By its name."""
        return next((entry for entry in self.entries()[0] if entry.name == name), None)

    @contextlib.contextmanager
    def lock(self, box: str) -> Iterator[None]:
        """Held while a box is changed.

        Raises:
            JournalBusy: somebody else has it.
            FolderError: it cannot be made.
        """
        path = ensure(ensure(self._folder) / box) / "lock"
        try:
            handle = path.open("a+b")
        except OSError as error:
            raise folder_error(error, path) from error
        with handle:
            _take(handle)
            yield

    def _path(self, box: str, name: str) -> Path:
        return self._folder / box / f"{name}.jsonl"

    def _write(self, box: str, name: str, lines: list[str]) -> None:
        ensure(self._folder)
        write_atomic(self._path(box, name), ("\n".join(lines) + "\n").encode())

    def _lines(self, path: Path) -> list[str]:
        try:
            return path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError as error:
            raise folder_error(error, path) from error

    def _read(self, path: Path) -> BoxEntry | None:
        try:
            texts = self._lines(path)
            head = json.loads(texts[0])
            if head["v"] != VERSION or head["box"] != path.parent.name:
                return None
            lines = [_line(text) for text in texts]
            sound = tuple(line for line in lines if line is not None)
            return BoxEntry(
                path.stem, head["box"], head["kind"], dict(head["scope"]), dict(head["before"]), dict(head["asked"]),
                tuple(dict(one) for one in head["shown"]), sound, len(lines) - len(sound),
                lines[-1] is None,
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, SelfcareError):
            return None


def _stamped(at: datetime) -> str:
    return at.strftime(_STAMP)[:-3]


def _line(text: str) -> Line | None:
    try:
        data = json.loads(text)
        return Line(_STATES[data.pop("state")], float(data.pop("at")), data)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _text(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _take(handle: IO[bytes]) -> None:
    """The lock of the operating system, without waiting; it goes with the process."""
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise JournalBusy from error
