"""Where somebody is in a guide: one file for each run, grown line by line and on the disk before anything else happens.

``<folder>/<time>-<8 hex>.jsonl``. The first line says which guide, in which version, in what home; each further line
what happened (``selfcare.model.guide_run.Happened``). A kill loses at most the line that was being written. No key is
in here (the keyring has it, under the name that stands here); names and addresses of the home are: the file is private.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from selfcare.ground.errors import SelfcareError, folder_error
from selfcare.ground.folders import ensure
from selfcare.model.guide_run import Context, Did, Happened

FOLDER = "guide-runs"
VERSION = 1
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """``closed``: it came to an end, or was given up. ``damaged``: lines that could not be read (at most the last)."""

    name: str
    guide: str
    digest: str
    at: float
    context: Context
    happened: tuple[Happened, ...]
    closed: bool = False
    damaged: int = 0


class GuideRuns:
    """The folder. ``now`` is Unix time in seconds."""

    def __init__(self, folder: Path, now: Callable[[], float] = lambda: datetime.now(UTC).timestamp()) -> None:
        self._folder, self.now = folder, now

    def begin(self, guide: str, digest: str, context: Context) -> str:
        """A new run; its name.

        Raises:
            FolderError: it is not on the disk.
        """
        at = self.now()
        name = f"{datetime.fromtimestamp(at, UTC).strftime('%Y%m%dT%H%M%S%f')[:-3]}-{secrets.token_hex(4)}"
        head = {"v": VERSION, "guide": guide, "digest": digest, "at": at, "context": asdict(context)}
        ensure(self._folder)
        self._append(name, head)
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
        self._append(name, line)

    def close(self, name: str) -> None:
        """It is over, and no longer offered."""
        self._append(name, {"did": CLOSED, "at": self.now()})

    def runs(self) -> tuple[StoredRun, ...]:
        """Newest first; what cannot be read is left out."""
        paths = sorted(self._folder.glob("*.jsonl"), reverse=True)
        return tuple(run for path in paths if (run := self._read(path)) is not None)

    def find(self, name: str) -> StoredRun | None:
        """By its name."""
        path = self._folder / f"{name}.jsonl"
        return self._read(path) if name and "/" not in name and path.exists() else None

    def _append(self, name: str, line: Mapping[str, Any]) -> None:
        path = self._folder / f"{name}.jsonl"
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with contextlib.closing(os.fdopen(handle, "wb")) as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise folder_error(error, path) from error

    def _read(self, path: Path) -> StoredRun | None:
        try:
            lines = [_parsed(text) for text in path.read_text(encoding="utf-8", errors="replace").splitlines()]
            head = lines[0]
            if head is None or head.get("v") != VERSION:
                return None
            sound = [line for line in lines[1:] if line is not None]
            closed = any(line["did"] == CLOSED for line in sound)
            happened = tuple(_happened(line) for line in sound if line["did"] != CLOSED)
            known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in head["context"].items()}
            damaged = len(lines) - 1 - len(sound)
            return StoredRun(
                path.stem, head["guide"], head["digest"], head["at"], Context(**known), happened, closed, damaged
            )
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, SelfcareError):
            return None


def _happened(line: Mapping[str, Any]) -> Happened:
    return Happened(
        Did(line["did"]), line["step"], float(line["at"]), line.get("value"), line.get("entry"), line.get("data") or {}
    )


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and ("did" in line or "v" in line) else None
