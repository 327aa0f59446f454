"""The process that opens what strangers send: few rights, little memory, little time. ``python -m`` of this is it.

Over its two pipes: a length (8 bytes), then as many bytes. A report in, its last byte says whether its document is
asked for too; a line of JSON (an :class:`Opened`) out.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import struct
import sys
from typing import BinaryIO

from selfcare.deskserver.intake.reading_open import Opened, opened_here

MEMORY = 768 * 1024 * 1024
"""Bytes of address space: Python with its libraries takes 250 MB of it, the largest document and its parts 100 MB."""
CPU_S = 10
"""Seconds of a processor for one report: the largest of ours takes half of one."""
WALL_S = 20.0
"""Seconds by the clock: on a busy machine it is at the lowest priority."""
ANSWER = 64 * 1024 * 1024
"""Bytes of an answer: of a document of 8 MB, escaped."""
TURNS = 2000
"""Reports that one process opens: then a fresh one, so that nothing gathers."""
_LENGTH = struct.Struct(">Q")


class Reader:
    """One process, begun when it is needed, asked one thing at a time, put away when it hangs or dies."""

    def __init__(self, wall_s: float = WALL_S) -> None:
        self.wall, self._turns = wall_s, 0
        self._one = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def opened(self, data: bytes, whole: bool = True) -> Opened:
        """What it is; what kills or stops the process is ``odd`` with a reason, and the next one gets a new process.

        ``whole``: with its document, which a page draws.
        """
        async with self._one:
            try:
                async with asyncio.timeout(self.wall):
                    return await self._asked(data + bytes([whole]))
            except TimeoutError:
                await self._ended()
                return Opened("odd", "reader_slow")
            except (OSError, EOFError, ValueError, TypeError):
                await self._ended()
                return Opened("odd", "reader_died")
            except BaseException:
                await self._ended()  # an answer half read is nobody's
                raise

    async def close(self) -> None:
        """Ends it."""
        async with self._one:
            await self._ended()

    async def _asked(self, data: bytes) -> Opened:
        if self.pid is None or self._turns >= TURNS:
            await self._ended()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "selfcare.deskserver.intake.reading_worker",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            self._turns = 0
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        self._turns += 1
        process.stdin.write(_LENGTH.pack(len(data)) + data)
        await process.stdin.drain()
        (size,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
        if size > ANSWER:
            raise ValueError("a long answer")
        return Opened(**json.loads(await process.stdout.readexactly(size)))

    async def _ended(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


def main() -> None:
    """Until its pipe is closed."""
    _bounded()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        (size,) = _LENGTH.unpack(head)
        _more_time()
        data = source.read(size)
        found = opened_here(data[:-1])
        _answer(sink, found if data[-1:] == b"\1" else dataclasses.replace(found, document=None))


def _answer(sink: BinaryIO, found: Opened) -> None:
    line = json.dumps(dataclasses.asdict(found)).encode()
    sink.write(_LENGTH.pack(len(line)) + line)
    sink.flush()


def _bounded() -> None:
    """Lowest priority, so that accepting stays quick. Windows has no such limits: there the clock alone bounds it."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(15)
    for name, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(name, (most, most))


def _more_time() -> None:
    """The processor's seconds are of a process: a new report has as many from now on."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
