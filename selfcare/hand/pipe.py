"""The helper with an administrator's rights on Windows: the service at its pipe, or one run the user lets through.

Both are reached through a pipe, and speak as the helper of this user does through its standard input.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from selfcare.hand.channel import LARGEST, Channel
from selfcare.helper.errors import Refusal
from selfcare.helper.host import rights, winapi
from selfcare.helper.mechanisms.windows import services
from selfcare.helper.pipe import NAME, PIPE, once
from selfcare.model.repair import HandError

START_S, CONSENT_S = 10.0, 180.0
NOT_THERE, ALL_BUSY, CANCELLED = 2, 231, 1223
NO_CLOSE, HIDE = 0x40, 0
# Read and write data and attributes, and wait: what the helper lets whoever sits at the PC do, and no more.
ACCESS = 0x100000 | 0x1 | 0x2 | 0x80 | 0x100
OVERLAPPED, IDENTIFY = 0x40000000, 0x100000 | 0x10000
HELPER = "selfcare-helper.exe"


class Execution(ctypes.Structure):
    """SHELLEXECUTEINFOW."""

    _fields_ = (
        ("size", ctypes.c_uint32), ("mask", ctypes.c_uint32), ("window", ctypes.c_void_p), ("verb", ctypes.c_wchar_p),
        ("file", ctypes.c_wchar_p), ("words", ctypes.c_wchar_p), ("folder", ctypes.c_wchar_p), ("show", ctypes.c_int32),
        ("instance", ctypes.c_void_p), ("list", ctypes.c_void_p), ("kind", ctypes.c_wchar_p), ("key", ctypes.c_void_p),
        ("hot_key", ctypes.c_uint32), ("icon", ctypes.c_void_p), ("process", ctypes.c_void_p),
    )  # fmt: skip


class PipeEnd:
    """What a ``Channel`` needs of a helper, when that is at the other end of a pipe. ``process``: a handle of ours."""

    stderr = None

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, process: int = 0) -> None:
        self.stdout, self.stdin, self._process = reader, writer, process

    @property
    def returncode(self) -> int | None:
        """None while it is there."""
        return 0 if self.stdout.at_eof() or self.stdin.is_closing() else None

    async def wait(self) -> int:
        """Until the process of one run has ended; a service's helper puts back what is left without us."""
        while self._process:
            if _ended(self._process):
                winapi.close(self._process)
                self._process = 0
                break
            await asyncio.sleep(0.05)
        return 0

    def kill(self) -> None:
        """An administrator's process is not ours to end."""
        self.stdin.close()


async def privileged() -> Channel:
    """The service where it is installed, else one run for which Windows asks its user.

    Raises:
        HandError: the user said no, or the helper is not installed where only administrators can write.
    """
    try:
        found = await asyncio.to_thread(services.state, NAME)
        if found is not None:
            await asyncio.to_thread(services.start, NAME)
            return await opened(PIPE, of_system=True)
    except Refusal as error:
        raise HandError("helper_gone", error.detail) from error
    return await elevated(await asyncio.to_thread(installed))


def installed() -> Path:
    """The helper of an installation.

    Raises:
        HandError: there is none, or others could have put another program in its place.
    """
    found = Path(sys.executable).with_name(HELPER)
    try:
        for each in (found, *list(found.parents)[:-1]):
            why = rights.strangers(rights.of_path(str(each)), rights.TRUSTED)
            if why:
                raise HandError("needs_privilege", f"{each}: {why}")
    except OSError as error:
        raise HandError("needs_privilege", f"{found} is not installed") from error
    return found


async def elevated(program: Path, words: str = "", verb: str = "runas") -> Channel:
    """One run of this program, at the end of a pipe whose name nobody could know before."""
    digits = secrets.token_hex(16)
    told = f"{words} elevated {digits} {os.getpid()}".strip()
    process = await asyncio.to_thread(_executed, program, told, verb)
    return await opened(once(digits), process=process, limit_s=CONSENT_S)


def _executed(program: Path, words: str, verb: str) -> int:
    """ShellExecuteExW; it returns when the user has answered."""
    told = Execution(mask=NO_CLOSE, verb=verb, file=str(program), words=words, folder=str(program.parent), show=HIDE)
    told.size = ctypes.sizeof(told)
    winapi.library("ole32").CoInitializeEx(None, 0x2 | 0x4)  # this thread's; some verbs are programs of their own
    if not winapi.library("shell32").ShellExecuteExW(ctypes.byref(told)):
        code = winapi.last_error()
        raise HandError("refused" if code == CANCELLED else "helper_gone", f"{program}: {code}")
    return int(told.process or 0)


async def opened(
    name: str, *, of_system: bool = False, process: int = 0, limit_s: float = START_S
) -> Channel:  # fmt: skip
    """The conversation at this pipe, once somebody waits there; never with somebody else than was started.

    Raises:
        HandError: nobody came, or the pipe is somebody else's.
    """
    try:
        async with asyncio.timeout(limit_s):
            reader, writer, pipe = await _connected(name, process)
    except TimeoutError as error:
        raise HandError("helper_gone", f"nobody at {name}") from error
    if not _is_theirs(pipe, process, of_system):
        writer.close()
        raise HandError("helper_gone", f"{name} is somebody else's")
    return Channel(PipeEnd(reader, writer, process))


async def _connected(name: str, process: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, int]:
    while True:
        try:
            handle = _handle(name)
        except OSError as error:
            if getattr(error, "winerror", 0) not in (NOT_THERE, ALL_BUSY):
                raise HandError("helper_gone", f"{name}: {error.strerror}") from error
        else:
            return (*_streams(handle), handle)
        if process and _ended(process):
            raise HandError("helper_gone", "it ended at once")
        await asyncio.sleep(0.05)


def _handle(name: str) -> int:
    """Reading and writing and no more: ``create_pipe_connection`` would ask for the right to make an end, too.

    Whoever made the other end learns who we are, and cannot act as us.
    """
    found = winapi.library("kernel32").CreateFileW(
        ctypes.c_wchar_p(name), ctypes.c_uint32(ACCESS), 0, None, winapi.OPEN_EXISTING, OVERLAPPED | IDENTIFY, None
    )
    if found is None or found == winapi.INVALID:
        raise winapi.error(name)
    return int(found)


def _streams(handle: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The second half of ``create_pipe_connection``."""
    from asyncio import windows_utils

    loop: Any = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LARGEST)
    protocol = asyncio.StreamReaderProtocol(reader)
    pipe: Any = windows_utils
    transport = loop._make_duplex_pipe_transport(pipe.PipeHandle(handle), protocol)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def _ended(process: int) -> bool:
    return bool(winapi.library("kernel32").WaitForSingleObject(ctypes.c_void_p(process), 0) == 0)


def _is_theirs(pipe: int, process: int, of_system: bool) -> bool:
    """A user's program could have made a pipe of this name, but not in the services' session, nor as that process."""
    library, found = winapi.library("kernel32"), ctypes.c_uint32()
    if of_system:
        there = library.GetNamedPipeServerSessionId(ctypes.c_void_p(pipe), ctypes.byref(found))
        return bool(there) and found.value == 0
    there = library.GetNamedPipeServerProcessId(ctypes.c_void_p(pipe), ctypes.byref(found))
    return bool(there) and found.value == library.GetProcessId(ctypes.c_void_p(process))
