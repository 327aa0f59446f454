"""Windows: waiting for other processes, and starting some that outlive us, and others that do not."""

from __future__ import annotations

import ctypes
import msvcrt
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from selfcare.helper.host import winapi

assert sys.platform == "win32"
APART = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
KILL_ON_CLOSE = 0x2000
POLL_S = (0.002, 0.05)


def wait_readable(handles: Sequence[int], limit_s: float | None) -> list[int]:
    """Those that have something to read, or whose other end is gone; none of them when the time is over.

    Pipes cannot be waited for on Windows: they are looked at, at most twenty times a second.
    """
    end = None if limit_s is None else time.monotonic() + limit_s
    pause = POLL_S[0]
    while True:
        ready = [handle for handle in handles if _readable(handle)]
        if ready or (end is not None and time.monotonic() >= end):
            return ready
        time.sleep(pause)
        pause = min(pause * 2, POLL_S[1])


def _readable(handle: int) -> bool:
    waiting = ctypes.c_uint32()
    pipe = ctypes.c_void_p(msvcrt.get_osfhandle(handle))
    there = winapi.library("kernel32").PeekNamedPipe(pipe, None, 0, None, ctypes.byref(waiting), None)
    return not there or waiting.value > 0  # a pipe that is broken reads as its end


def start_apart(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Starts a process that neither a console nor the job of the one who started us takes along."""
    for flags in (APART | subprocess.CREATE_BREAKAWAY_FROM_JOB, APART):
        try:
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, creationflags=flags
            )
        except OSError as error:  # a job that lets nobody go
            if error.winerror != winapi.ACCESS_DENIED or flags == APART:
                raise
    raise AssertionError


class JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION, of which only the flags are used."""

    _fields_ = (("times", ctypes.c_uint64 * 2), ("flags", ctypes.c_uint32), ("rest", ctypes.c_uint8 * 124))


@contextmanager
def taken_along(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Meanwhile, the process ends at once when we do: it is in a job whose only handle is ours."""
    library = winapi.library("kernel32")
    job = ctypes.c_void_p(library.CreateJobObjectW(None, None))
    limits = JobLimits(flags=KILL_ON_CLOSE)
    handle = ctypes.c_void_p(int(process._handle))  # type: ignore[attr-defined]
    try:
        library.SetInformationJobObject(job, 9, ctypes.byref(limits), ctypes.sizeof(limits))
        # One that cannot be put there still has our lock, so that whoever restores waits for it.
        library.AssignProcessToJobObject(job, handle)
        yield
    except BaseException:
        process.kill()
        raise
    finally:
        library.CloseHandle(job)
