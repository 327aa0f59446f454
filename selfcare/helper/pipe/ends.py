"""The helper's end of a named pipe: who may open the other end, and who has."""

from __future__ import annotations

import ctypes
import msvcrt
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from selfcare.helper.errors import Refusal
from selfcare.helper.host import rights, winapi

assert sys.platform == "win32"
# Nobody from the network, nobody without a name; whoever sits at this PC may read and write, but may not make an end
# of this name (that right, 0x4, is missing in theirs).
RIGHTS = "D:P(D;;GA;;;NU)(D;;GA;;;AN)(A;;0x12019b;;;IU)(A;;GA;;;SY)(A;;GA;;;BA)"
INSTANCES = 8
DUPLEX, FIRST = 0x3, 0x80000
NOWAIT, REJECT_REMOTE = 0x1, 0x8
CONNECTED, LISTENING, GONE = 535, 536, 232
QUERY_LIMITED = 0x1000
POLL_S = 0.05


def create(name: str, *, first: bool) -> int:
    """A new end; ``first``: nobody may have one of this name yet.

    Raises:
        Refusal: somebody has.
    """
    with rights.attributes(RIGHTS) as security:
        handle = winapi.library("kernel32").CreateNamedPipeW(
            ctypes.c_wchar_p(name), DUPLEX | (FIRST if first else 0), NOWAIT | REJECT_REMOTE, INSTANCES, 65536, 65536,
            0, ctypes.byref(security),
        )  # fmt: skip
    if handle is None or handle == winapi.INVALID:
        raise Refusal("failed", f"{name}: {winapi.last_error()}")
    return int(handle)


def wait_client(handle: int, going_on: Callable[[], bool]) -> bool:
    """Whether somebody opened the other end before ``going_on`` said no."""
    library, pipe = winapi.library("kernel32"), ctypes.c_void_p(handle)
    while going_on():
        code = 0 if library.ConnectNamedPipe(pipe, None) else winapi.last_error()
        if code == CONNECTED:
            return bool(library.SetNamedPipeHandleState(pipe, ctypes.byref(ctypes.c_uint32(0)), None, None))
        if code == GONE:  # came and went
            library.DisconnectNamedPipe(pipe)
        elif code not in (0, LISTENING):
            raise Refusal("failed", f"ConnectNamedPipe: {code}")
        time.sleep(POLL_S)
    return False


def client(handle: int) -> int:
    """The process at the other end."""
    found = ctypes.c_uint32()
    call = winapi.library("kernel32").GetNamedPipeClientProcessId
    if not call(ctypes.c_void_p(handle), ctypes.byref(found)):
        raise Refusal("needs_privilege", f"nobody knows who asks: {winapi.last_error()}")
    return found.value


def check_sits_here(pid: int) -> str:
    """Its user, if it is of whoever sits at this PC, and the program that was installed beside this one.

    Raises:
        Refusal: it is in another session (a remote one, another user's), or it is another program.
    """
    library = winapi.library("kernel32")
    session, console = ctypes.c_uint32(), library.WTSGetActiveConsoleSessionId() & 0xFFFFFFFF
    if not library.ProcessIdToSessionId(pid, ctypes.byref(session)) or session.value != console:
        raise Refusal("needs_privilege", "not of who sits at this PC")
    process = library.OpenProcess(QUERY_LIMITED, False, pid)
    if not process:
        raise Refusal("needs_privilege", f"it cannot be looked at: {winapi.last_error()}")
    try:
        if not beside_us(program_of(process)):
            raise Refusal("needs_privilege", "another program")
        token = ctypes.c_void_p()
        if not winapi.library("advapi32").OpenProcessToken(ctypes.c_void_p(process), 0x8, ctypes.byref(token)):
            raise Refusal("needs_privilege", f"its user is not known: {winapi.last_error()}")
        return rights.token_user(int(token.value or 0))
    finally:
        winapi.close(process)


def program_of(process: int) -> Path:
    """The file that this process runs."""
    size = ctypes.c_uint32(1024)
    buffer = ctypes.create_unicode_buffer(size.value)
    call = winapi.library("kernel32").QueryFullProcessImageNameW
    if not call(ctypes.c_void_p(process), 0, buffer, ctypes.byref(size)):
        raise Refusal("needs_privilege", f"its program is not known: {winapi.last_error()}")
    return Path(buffer.value)


def beside_us(program: Path) -> bool:
    """Whether it lies in the folder this program lies in, where only administrators can write."""
    try:
        return program.parent.samefile(Path(sys.executable).parent)
    except OSError:
        return False


def as_file(handle: int) -> int:
    """The end as a number that ``os.read`` knows."""
    return msvcrt.open_osfhandle(handle, os.O_BINARY | os.O_NOINHERIT)
