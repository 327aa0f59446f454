"""App, helper and guard as processes that are forked instead of started: the same programs, a hundred times sooner.

Their pipes, locks and ends are real, and so is SIGKILL. Only what the kernel does at ``exec`` is done by hand: no
other open file is inherited.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from selfcare.hand import channel
from selfcare.helper import guard as guarding

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: whose parent was killed becomes our child
PIPE, DEVNULL = -1, -3


def adopt() -> None:
    """From now on, this process learns of the end of everything that was ever started below it."""
    if ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def reap(limit_s: float) -> list[int]:
    """Waits until everybody below is gone; those who overstay are killed and returned."""
    end, late = time.monotonic() + limit_s, []
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return late
        if not pid:
            if time.monotonic() > end:
                late += _children()
                for each in _children():
                    os.kill(each, signal.SIGKILL)
            time.sleep(0.001)


def ended(handle: int, pid: int, limit_s: float) -> int:
    """The exit code of a child (negative: the signal); one that overstays is killed."""
    if not select.select([handle], [], [], limit_s)[0]:
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _children() -> list[int]:
    me = os.getpid()
    return [int(word) for word in Path(f"/proc/{me}/task/{me}/children").read_text().split()]


def fork(life: Callable[[], int], streams: tuple[int, int] | None = None) -> int:
    """A child that lives this life; its standard input and output are these, and nothing else is open."""
    pid = os.fork()
    if pid == 0:
        _live(life, streams)
    return pid


def _live(life: Callable[[], int], streams: tuple[int, int] | None) -> NoReturn:
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        if streams is not None:
            os.dup2(streams[0], 0)
            os.dup2(streams[1], 1)
        os.closerange(3, 4096)
        code = life()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


class Child:
    """A forked process with the two ends of its pipes, as ``subprocess`` and asyncio would give them."""

    def __init__(self, life: Callable[[], int]) -> None:
        (theirs_in, mine_in), (mine_out, theirs_out) = os.pipe(), os.pipe()
        self.pid = fork(life, (theirs_in, theirs_out))
        os.close(theirs_in)
        os.close(theirs_out)
        self.ends = mine_in, mine_out
        self.code: int | None = None

    def poll(self) -> int | None:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code

    def join(self) -> int:
        if self.poll() is not None:
            return int(self.code or 0)
        handle = os.pidfd_open(self.pid)
        select.select([handle], [], [])
        os.close(handle)
        return int(self.poll() or 0)


def guards(life: Callable[[str, float], int]) -> None:
    """``helper.guard.Guard`` starts its guard by forking this life (entry, seconds)."""

    class Popen(Child):
        def __init__(self, command: Sequence[str]) -> None:
            assert command[-3] == "guard"
            super().__init__(lambda: (os.setsid(), life(command[-2], float(command[-1])))[1])
            self.stdin, self.stdout = os.fdopen(self.ends[0], "wb", 0), os.fdopen(self.ends[1], "rb", 0)
            self.wait = self.join

    guarding.host.start_apart = Popen  # type: ignore[assignment]


class Process(Child):
    """A helper as asyncio would have it."""

    stderr = None

    async def opened(self) -> Process:
        loop = asyncio.get_running_loop()
        self.stdout = asyncio.StreamReader(limit=channel.LARGEST)
        told = asyncio.StreamReaderProtocol(self.stdout)
        await loop.connect_read_pipe(lambda: told, os.fdopen(self.ends[1], "rb", 0))
        transport, protocol = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(self.ends[0], "wb", 0)
        )
        self.stdin = asyncio.StreamWriter(transport, protocol, None, loop)
        return self

    @property
    def returncode(self) -> int | None:
        return self.poll()

    async def wait(self) -> int:
        if self.poll() is not None:
            return int(self.code or 0)
        ended = asyncio.Event()
        handle = os.pidfd_open(self.pid)
        asyncio.get_running_loop().add_reader(handle, ended.set)
        try:
            await ended.wait()
        finally:
            asyncio.get_running_loop().remove_reader(handle)
            os.close(handle)
        return int(self.poll() or 0)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def helpers(life: Callable[[], int]) -> None:
    """``hand.channel.Channel`` starts its helper by forking this life."""

    async def start(_command: Sequence[str]) -> channel.Channel:
        return channel.Channel(await Process(life).opened())  # type: ignore[arg-type]

    channel.Channel.start = start  # type: ignore[method-assign, assignment]
