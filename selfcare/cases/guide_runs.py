"""Where somebody is in a guide: one file for each run, grown line by line and on the disk before anything else happens.

``<folder>/<time>-<8 hex>.jsonl``. The first line says which guide, in which version, in what home; each further line
what happened (``selfcare.model.guide_run.Happened``). A kill loses at most the line that was being written. No key is
in here (the keyring has it, under the name that stands here); names and addresses of the home are: the file is private.
"""

from __future__ import annotations

import contextlib
import json
import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from selfcare.cases import guide_run_file as file
from selfcare.cases.guide_run_file import RunBusy
from selfcare.ground.errors import FolderError, SelfcareError
from selfcare.ground.folders import ensure
from selfcare.model.guide_run import Context, Did, Happened

FOLDER = "guide-runs"
VERSION = 1
CLOSED = "closed"
KEY, SWEPT = "key", "swept"
"""A key is about to be put into the keyring, under ``name``; all that were there are forgotten."""
KEEP_S = timedelta(days=365).total_seconds()
"""How long a run that is over may be looked at, and put back where it is listed."""
LATEST = 253_402_300_799.0
"""Unix time of the last second of the year 9999: what is later cannot be shown, and nobody wrote it."""
KEEP = 200
"""Runs at most; those that were not ended stay."""
_OWN = (CLOSED, KEY, SWEPT)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """``closed``: it came to an end, or was given up; ``ended`` when. ``damaged``: lines that could not be read.

    ``keys``: names under which the keyring may still have something of this run's.
    """

    name: str
    guide: str
    digest: str
    at: float
    context: Context
    happened: tuple[Happened, ...]
    closed: bool = False
    damaged: int = 0
    ended: float = 0.0
    keys: tuple[str, ...] = ()


class GuideRuns:
    """The folder. ``now`` is Unix time in seconds."""

    def __init__(self, folder: Path, now: Callable[[], float] = lambda: datetime.now(UTC).timestamp()) -> None:
        self._folder, self.now = folder, now

    def begin(self, guide: str, digest: str, context: Context) -> str:
        """A new run, held by this program; its name.

        Raises:
            FolderError: it is not on the disk.
        """
        at = self.now()
        name = f"{datetime.fromtimestamp(at, UTC).strftime('%Y%m%dT%H%M%S%f')[:-3]}-{secrets.token_hex(4)}"
        head = {"v": VERSION, "guide": guide, "digest": digest, "at": at, "context": asdict(context)}
        ensure(self._folder)
        file.append(self._path(name), _text(head), new=True)
        self.hold(name)
        return name

    def add(self, name: str, one: Happened) -> None:
        """One thing more, durable when this returns.

        Raises:
            FolderError: it is not on the disk.
        """
        line: dict[str, Any] = {"did": one.did.value, "step": one.step, "at": one.at, "value": one.value}
        if one.entry is not None:
            line["entry"] = one.entry
        if one.data:
            line["data"] = dict(one.data)
        file.append(self._path(name), _text(line))

    def key(self, name: str, key: str) -> None:
        """Before a key is put into the keyring under this name: a kill must not leave one nobody knows of."""
        self._own(name, KEY, name=key)

    def swept(self, name: str) -> None:
        """Its keys are forgotten."""
        self._own(name, SWEPT)

    def close(self, name: str) -> None:
        """It is over, and no longer offered."""
        self._own(name, CLOSED)

    def _own(self, run: str, did: str, **more: str) -> None:
        file.append(self._path(run), _text({"did": did, "at": self.now(), **more}))

    def hold(self, name: str) -> None:
        """Nobody else goes on with it until :meth:`release`.

        Raises:
            RunBusy: another program is in it.
            FolderError: it cannot be opened.
        """
        file.hold(self._path(name))

    def release(self, name: str) -> None:
        """Somebody else may go on with it."""
        file.release(self._path(name))

    def runs(self) -> tuple[StoredRun, ...]:
        """Newest first; what cannot be read is left out."""
        paths = sorted(self._folder.glob("*.jsonl"), reverse=True)
        return tuple(run for path in paths if (run := self._read(path)) is not None)

    def find(self, name: str) -> StoredRun | None:
        """By its name."""
        path = self._path(name)
        return self._read(path) if path.parent == self._folder and path.exists() else None

    def spent(self) -> tuple[StoredRun, ...]:
        """Those that are over and need not be kept: too old, or too many."""
        found = self.runs()
        over = [run for run in found if run.closed]
        too_many = max(0, len(found) - KEEP)
        old = {run.name for run in over if self.now() - run.ended > KEEP_S}
        return tuple(run for n, run in enumerate(reversed(over)) if n < too_many or run.name in old)

    def remove(self, name: str) -> None:
        """For good, unless somebody is in it."""
        path = self._path(name)
        with contextlib.suppress(OSError, RunBusy, FolderError), file.held(path):
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.jsonl"

    def _read(self, path: Path) -> StoredRun | None:
        try:
            texts, torn = file.lines(path)
            head = json.loads(texts[0])
            if head["v"] != VERSION:
                return None
            found = [_parsed(text) for text in texts[1:]]
            sound = [line for line in found if line is not None]
            ends = [_at(line) for line in sound if line["did"] == CLOSED]
            return StoredRun(
                path.stem, str(head["guide"]), str(head["digest"]), _at(head), _context(head["context"]),
                tuple(_happened(line) for line in sound if line["did"] not in _OWN), bool(ends),
                len(found) - len(sound) + torn, max(ends, default=0.0), _keys(sound),
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, SelfcareError):
            return None


def _text(line: Mapping[str, Any]) -> str:
    """In ASCII: no sign of anybody's can end a line, or be none that can be written."""
    return json.dumps(line, separators=(",", ":"))


def _context(told: Mapping[str, Any]) -> Context:
    """A field of another version's is left out."""
    known = {one.name for one in fields(Context)}
    made: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items() if k in known}
    return Context(**made)


def _keys(sound: list[dict[str, Any]]) -> tuple[str, ...]:
    found: list[str] = []
    for line in sound:
        if line["did"] == SWEPT:
            found.clear()
        elif line["did"] == KEY and line["name"] not in found:
            found.append(str(line["name"]))
    return tuple(found)


def _happened(line: Mapping[str, Any]) -> Happened:
    return Happened(
        Did(line["did"]), line["step"], _at(line), line.get("value"), line.get("entry"), line.get("data") or {}
    )


def _parsed(text: str) -> dict[str, Any] | None:
    """None: damaged. What is no plain value cannot have been written by us."""
    try:
        line = json.loads(text)
        if isinstance(line, dict) and (line["did"] in _OWN or _plain(line)):
            _at(line)
            return line
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return None


def _at(line: Mapping[str, Any]) -> float:
    """Raises ``ValueError``, ``KeyError``, ``TypeError``: no time that could be told to anybody."""
    told = line["at"]
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= LATEST or math.isnan(told):
        raise ValueError("at")
    return float(told)


def _plain(line: Mapping[str, Any]) -> bool:
    Did(line["did"])
    words = isinstance(line["step"], str) and isinstance(line.get("entry"), str | None)
    return words and isinstance(line.get("value"), str | int | float | None) and isinstance(line.get("data", {}), dict)


__all__ = ["FOLDER", "KEEP", "KEEP_S", "GuideRuns", "RunBusy", "StoredRun"]
