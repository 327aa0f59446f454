"""What happened when the program fell over: a record without identifiers, the last five kept."""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import json
import logging
import os
import platform
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from selfcare.boxes.secret import without_secrets
from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import FolderError
from selfcare.ground.folders import ensure
from selfcare.ground.redact import redact

if TYPE_CHECKING:
    import asyncio

KEPT = 5
_MAX_CHARS = 20_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Crash:
    """One fall: ``kind`` is the exception's type, or "native" for one below Python."""

    when: str
    kind: str
    thread: str
    trouble: str
    version: str
    python: str
    os: str


class CrashRecorder:
    """Writes a record for whatever nobody caught."""

    def __init__(self, folder: Path, version: str) -> None:
        self._folder = folder
        self._version = version

    def record(self, error: BaseException, thread: str) -> None:
        """Keeps a record; never raises, since it runs where nothing may go wrong any more."""
        try:
            text = "".join(traceback.format_exception(error))
        except Exception:
            text = type(error).__name__
        self._write(type(error).__name__, thread, text)

    def _write(self, kind: str, thread: str, text: str) -> None:
        now = datetime.now().astimezone()
        half = _MAX_CHARS // 2
        if len(text) > _MAX_CHARS:
            text = f"{text[:half]}\n[…]\n{text[-half:]}"
        crash = Crash(
            when=now.isoformat(timespec="seconds"),
            kind=kind,
            thread=thread,
            trouble=redact(without_secrets(text)),
            version=self._version,
            python=platform.python_version(),
            os=f"{platform.system()} {platform.release()}",
        )
        name = f"crash-{now.strftime('%Y%m%dT%H%M%S%f')}-{os.getpid()}.json"
        with contextlib.suppress(FolderError, OSError):
            write_atomic(self._folder / name, json.dumps(asdict(crash), ensure_ascii=False, indent=1).encode())
            for old in sorted(self._folder.glob("crash-*.json"))[:-KEPT]:
                old.unlink(missing_ok=True)

    def on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Is ``sys.excepthook``: records, then lets Python say it on stderr."""
        if not issubclass(kind, KeyboardInterrupt | SystemExit):
            self.record(error, threading.current_thread().name)
        sys.__excepthook__(kind, error, trace)

    def on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        """Is ``threading.excepthook``."""
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.record(args.exc_value, args.thread.name if args.thread else "?")
            sys.__excepthook__(args.exc_type, args.exc_value, args.exc_traceback)

    def on_loop_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Is an asyncio loop's exception handler: ``loop.set_exception_handler(recorder.on_loop_exception)``."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.record(error, threading.current_thread().name)
        _log.error("event loop: %s", context.get("message", "?"), exc_info=error)

    def collect_native(self) -> None:
        """Turns what faulthandler left behind in earlier runs into records."""
        for path in sorted(self._folder.glob("fault-*.txt")):
            with contextlib.suppress(OSError, ValueError):
                if _alive(int(path.stem.removeprefix("fault-"))):
                    continue
                text = path.read_text(encoding="utf-8", errors="replace")
                path.unlink()
                if text.strip():
                    self._write("native", "?", text)


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        import psutil

        return bool(psutil.pid_exists(pid))
    except ImportError:
        return False


def install(folder: Path, version: str) -> CrashRecorder:
    """Records from here on whatever falls, in any thread and below Python; works without a writable folder."""
    recorder = CrashRecorder(folder, version)
    sys.excepthook = recorder.on_exception
    threading.excepthook = recorder.on_thread_exception
    with contextlib.suppress(FolderError, OSError):
        ensure(folder)
        recorder.collect_native()
        _watch_native(folder / f"fault-{os.getpid()}.txt")
    return recorder


def _watch_native(path: Path) -> None:
    """The fault handler needs an open file for as long as the program lives; an empty one is removed at the end."""
    handle = path.open("w", encoding="utf-8")
    faulthandler.enable(handle)

    def finish() -> None:
        faulthandler.disable()
        handle.close()
        with contextlib.suppress(OSError):
            if path.stat().st_size == 0:
                path.unlink()

    atexit.register(finish)


def crashes(folder: Path) -> Iterator[Crash]:
    """The records that can be read, newest first."""
    for path in sorted(folder.glob("crash-*.json"), reverse=True):
        try:
            yield Crash(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue


def last_crash(folder: Path) -> Crash | None:
    """The newest record, or None."""
    return next(crashes(folder), None)
