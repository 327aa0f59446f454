"""One life of the program that sends: real store, real adapter, real HTTP; its clock is the run's own.

A moment is before and after each thing it writes and each call of the desk; at one of them it may be killed, or the
disk may be full from there on.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from selfcare.desks.port import Desk
from selfcare.model.ticket import Phase
from selfcare.outbox.send import flush
from selfcare.outbox.store import Outbox
from selfcare.outbox.waits import Clock
from selfcare.store.database import StoreError
from tests.killing.forked import fork

START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
NEVER = 1 << 30


@dataclass
class Times:
    """``awake_s``: what nobody sets; ``wall_off``: what somebody did to the time of day."""

    awake_s: float = 1000.0
    wall_off: timedelta = timedelta()
    real_s: float = 0.0

    def clock(self) -> Clock:
        return Clock(self.wall, lambda: self.awake_s, lambda: 0.5)

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.real_s) + self.wall_off

    def pass_(self, seconds: float) -> None:
        self.awake_s += seconds
        self.real_s += seconds


@dataclass
class Moments:
    """Counts them; at ``kill`` this process dies, from ``full`` on nothing can be written."""

    kill: int = NEVER
    full: int = NEVER
    names: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def is_full(self) -> bool:
        return len(self.names) >= self.full


class WatchedOutbox(Outbox):
    def __init__(self, folder: Path, clock: Clock, moments: Moments) -> None:
        super().__init__(folder, clock)
        self.moments = moments

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        self.moments("before a write")
        if self.moments.is_full:
            raise StoreError("disk_full", path=self._path)
        with super()._writing() as db:
            yield db
            self.moments("before the commit")
            if self.moments.is_full:
                raise StoreError("disk_full", path=self._path)
        self.moments("after a write")


class WatchedDesk:
    """A desk whose every call is a moment."""

    def __init__(self, desk: Desk, moments: Moments) -> None:
        self.desk, self.name, self.can, self.moments = desk, desk.name, desk.can, moments

    async def close(self) -> None:
        await self.desk.close()

    def __getattr__(self, word: str) -> Any:
        call: Callable[..., Awaitable[Any]] = getattr(self.desk, word)

        async def named(*words: Any) -> Any:
            self.moments(f"before {word}")
            try:
                return await call(*words)
            finally:
                self.moments(f"after {word}")

        return named


@dataclass(frozen=True)
class Lived:
    """``code``: of the process (-9: killed); ``next_s``: when it wants to live again; ``trouble``: what it said."""

    code: int = 0
    next_s: float | None = None
    trouble: str = ""
    moments: int = 0


def live(
    folder: Path, times: Times, make: Callable[[], Desk], moments: Moments, *, line_is_back: bool = False
) -> Lived:
    """In this process."""
    outbox = WatchedOutbox(folder, times.clock(), moments)
    try:
        for name in {one.desk for one in outbox.parcels()}:
            outbox.signed_in(name)
        desk_of = lambda _name: WatchedDesk(make(), moments)  # noqa: E731
        done = asyncio.run(flush(outbox, desk_of, line_is_back=line_is_back))  # type: ignore[arg-type, return-value]
        asks = any(one.phase is Phase.WAITING_SIGN_IN for one in done.parcels)  # and somebody signs in, a moment later
        return Lived(0, 1.0 if asks else done.next_s, "busy" if done.busy else "", len(moments.names))
    except StoreError as error:
        return Lived(0, 5.0, error.code, len(moments.names))
    finally:
        outbox.close()


def live_forked(
    folder: Path, times: Times, make: Callable[[], Desk], moments: Moments, born: Callable[[int], None],
    *, kill_after_s: float | None = None, line_is_back: bool = False,
) -> Lived:  # fmt: skip
    """In a process of its own, which may be killed; ``born`` learns its number before it does anything."""
    said, (read, write) = folder / "said.json", os.pipe()
    said.unlink(missing_ok=True)

    def life() -> int:
        os.read(0, 1)  # until its number is known to who may kill it
        done = live(folder, times, make, moments, line_is_back=line_is_back)
        said.write_text(json.dumps([done.next_s, done.trouble, done.moments]))
        return 0

    pid = fork(life, (read, 1))
    os.close(read)
    born(pid)
    os.write(write, b"!")
    os.close(write)
    code = _ended(pid, kill_after_s)
    if code or not said.exists():
        return Lived(code, 0.0)
    next_s, trouble, count = json.loads(said.read_text())
    return Lived(0, next_s, trouble, count)


def _ended(pid: int, kill_after_s: float | None) -> int:
    if kill_after_s is not None:
        handle = os.pidfd_open(pid)
        if not select.select([handle], [], [], kill_after_s)[0]:
            os.kill(pid, signal.SIGKILL)
        os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
