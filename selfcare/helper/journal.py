"""What was there before each change, on the disk before the change is made."""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from selfcare.helper import host, point, tools
from selfcare.helper.arguments import entry_name
from selfcare.helper.errors import Refusal
from selfcare.helper.files import write_synced

VERSION = 1
LARGEST = 65536  # bytes of an entry; the files it keeps lie beside it
KEPT_LARGEST = 16 * 2**20  # bytes of the files one change may keep, as an advertisement blocker's hosts file has
LOG_LARGEST = 4 * 2**20
UNFINISHED = ("prepared", "applied", "restoring")
State = dict[str, Any]  # flat: what is compared, and nothing that changes by itself


@dataclass(slots=True)
class Plan:
    """What a mechanism is about to do.

    ``how``: which way, and the constants of it; ``through``: what a part of the state may be for a moment on the way;
    ``files``: bytes to keep that do not fit into an entry.
    """

    how: dict[str, Any]
    before: State
    wanted: State
    through: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Entry:
    """One change. ``began``: ISO 8601; ``boot``: which start of the system; ``written``: the state read back.

    ``together``: once this one is kept, these are to be kept too, whoever dies.
    """

    name: str
    state: str
    verb: str
    args: dict[str, Any]
    began: str
    boot: str
    reversible: bool
    how: dict[str, Any]
    before: State
    wanted: State
    through: dict[str, list[Any]]
    written: State | None = None
    detail: str = ""
    together: list[str] = field(default_factory=list)

    def explains(self, now: State) -> bool:
        """Whether every part of ``now`` is as it was, as we wrote it, or as it passes by between the two."""
        made = (self.before, self.wanted, self.written or {})
        return all(
            any(key in state and state[key] == value for state in made) or value in self.through.get(key, [])
            for key, value in now.items()
        )


class Journal:
    """One folder of entries; nothing is changed without it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # -- locks -----------------------------------------------------------------------------------

    @contextmanager
    def acting(self) -> Iterator[None]:
        """One change or restoration at a time. Tools inherit the lock: it outlives a killed helper until they end."""
        handle = self._lock("act.lock")
        try:
            host.hold(handle)
            with tools.holding(handle):
                yield
        finally:
            os.close(handle)

    def watching(self, name: str) -> int | None:
        """The lock of whoever guards this entry, None when somebody already does; held until closed."""
        handle = self._lock(f"{name}.lock")
        if host.try_hold(handle):
            return handle
        os.close(handle)
        return None

    def _lock(self, name: str) -> int:
        try:
            self._ready()
            return host.open_lock(self.folder / name)
        except OSError as error:
            raise Refusal("cannot_record", str(error)) from error

    def _ready(self) -> None:
        """The folder, made if need be; nobody but its owner may write there, nor move it away."""
        why = host.look_after(self.folder)
        if why:
            raise Refusal("cannot_record", why)

    # -- entries ---------------------------------------------------------------------------------

    def begin(self, verb: str, args: dict[str, Any], reversible: bool, plan: Plan) -> Entry:
        """The entry ``prepared``, on the disk when this returns.

        Raises:
            Refusal: it could not be written; nothing stays of the attempt.
        """
        now = time.time()
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now)) + f"{int(now * 1000) % 1000:03d}Z"
        began = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now))
        entry = Entry(
            f"{stamp}-{secrets.token_hex(4)}", "prepared", verb, args, began, boot(), reversible,
            plan.how, plan.before, plan.wanted, plan.through,
        )  # fmt: skip
        try:
            if plan.files:
                kept = {path: base64.b64encode(data).decode() for path, data in plan.files.items()}
                self._write(f"{entry.name}.files", json.dumps(kept).encode(), KEPT_LARGEST, 0o600)
            self.write(entry)
        except Refusal:
            self.forget_files(entry.name)
            raise
        return entry

    def write(self, entry: Entry) -> None:
        """The entry as it is now, in place of what was there."""
        told = json.dumps({"version": VERSION, **asdict(entry)}).encode() + b"\n"
        self._write(f"{entry.name}.json", told, LARGEST, 0o644)

    def mark(self, entry: Entry, state: str, detail: str = "") -> None:
        """The entry's new state, on the disk when this returns; in memory only once it is there.

        Raises:
            Refusal: it could not be written; the old one is still there.
        """
        old = entry.state, entry.detail
        entry.state, entry.detail = state, detail[:300]
        try:
            self.write(entry)
        except Refusal:
            entry.state, entry.detail = old
            raise
        if state not in UNFINISHED:
            with suppress(OSError):  # Windows keeps the name while a guard still has it
                (self.folder / f"{entry.name}.lock").unlink()
        if state == "undone" or (state == "kept" and not entry.reversible):
            self.forget_files(entry.name)

    def load(self, name: str) -> Entry:
        """Raises ``Refusal`` when there is no such entry, or one that is not ours to read."""
        if not entry_name(name):
            raise Refusal("bad_argument", "entry")
        try:
            told = json.loads(self._read(f"{name}.json", LARGEST))
            version = told.pop("version")
            entry = Entry(**told)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise Refusal("failed", f"{name}: cannot be read") from error
        if version != VERSION or entry.name != name:
            raise Refusal("failed", f"{name}: of another version")
        return entry

    def files(self, name: str) -> dict[str, bytes]:
        """The bytes that were kept for this entry."""
        try:
            kept = json.loads(self._read(f"{name}.files", 2 * KEPT_LARGEST))
        except (OSError, ValueError) as error:
            raise Refusal("failed", f"{name}: what was kept cannot be read") from error
        return {path: base64.b64decode(data) for path, data in kept.items()}

    def entries(self) -> list[Entry]:
        """All that can be read, newest first."""
        try:
            names = sorted((path.stem for path in self.folder.glob("2*.json")), reverse=True)
        except OSError:
            return []
        found = []
        for name in names:
            with suppress(Refusal):
                found.append(self.load(name))
        return found

    def forget_files(self, name: str) -> None:
        """Once it is undone, or cannot be, they serve nobody; and they may hold a network's key."""
        for path in (self.folder / f"{name}.files", self.folder / f".{name}.files"):
            with suppress(OSError):
                path.unlink()

    def log(self, line: dict[str, Any]) -> None:
        """What was asked and answered; a disk that is full stops no answer."""
        told = json.dumps({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **line}).encode()[:2000] + b"\n"
        with suppress(OSError, Refusal):
            self._ready()
            path = self.folder / "log"
            handle = host.open_log(path)
            try:
                if os.fstat(handle).st_size < LOG_LARGEST:
                    os.write(handle, told)
            finally:
                os.close(handle)

    # -- bytes -----------------------------------------------------------------------------------

    def _read(self, name: str, limit: int) -> bytes:
        handle = host.open_own(self.folder / name)
        with os.fdopen(handle, "rb") as file:
            if host.others_may_write(handle):
                raise PermissionError(f"{name}: others may write it")
            data = file.read(limit + 1)
        if len(data) > limit:
            raise ValueError("too long")
        return data

    def _write(self, name: str, data: bytes, limit: int, mode: int) -> None:
        if len(data) > limit:
            raise Refusal("cannot_record", f"{name}: {len(data)} bytes")
        new = self.folder / f".{name}"
        try:
            self._ready()
            new.unlink(missing_ok=True)  # of somebody who was killed here
            write_synced(new, data, mode)
            point.reached("journal.written")
            host.replace(new, self.folder / name)
            point.reached("journal.renamed")
            host.sync_folder(self.folder)
        except OSError as error:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise Refusal("cannot_record", str(error)) from error
        point.reached("journal.synced")


def boot() -> str:
    """Which start of the system this is, "" where it does not say."""
    return host.boot_id()
