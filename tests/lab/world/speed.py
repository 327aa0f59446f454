"""The operator's speed server: the one that ships, or one that misbehaves as told."""

from __future__ import annotations

import asyncio
import os
from enum import StrEnum

from selfcare.speedserver.reach import Reach, ReachLimits
from selfcare.speedserver.server import SpeedServer

LIFE = 1_500_000  # bytes until a dying one is gone
LIMIT_S = 60.0


class Mode(StrEnum):
    """``ABSENT`` hangs up at once; ``DIES`` in the middle; ``ENDLESS`` sends a head that never ends."""

    ANSWER = "answer"
    ABSENT = "absent"
    DIES = "dies"
    GARBAGE = "garbage"
    ENDLESS = "endless"
    SILENT = "silent"


class Speed:
    def __init__(self) -> None:
        self.mode = Mode.ANSWER
        # In here a second is long: whoever is silent that long stays silent, and no test has three to spare.
        self.real = SpeedServer(reach=Reach(ReachLimits(questions=100, knock_s=1.0)))
        self.left = LIFE

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode is Mode.ANSWER:
            await self.real.serve(reader, writer)
            return
        try:
            async with asyncio.timeout(LIMIT_S):
                await self._misbehave(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort()

    async def _misbehave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode is Mode.ABSENT or (self.mode is Mode.DIES and self.left <= 0):
            return
        head = await reader.readuntil(b"\r\n\r\n")
        small = b"/small" in head
        if self.mode is Mode.SILENT:
            await asyncio.sleep(LIMIT_S)
        if small and self.mode is not Mode.GARBAGE:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
            await writer.drain()
            return
        first = {Mode.DIES: b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", Mode.GARBAGE: os.urandom(64)}
        writer.write(first.get(self.mode, b"HTTP/1.1 200 OK\r\n"))
        while self.mode is not Mode.DIES or self.left > 0:
            writer.write(b"X-Filler: " + b"x" * 20000 + b"\r\n")
            await writer.drain()
            self.left -= 20000
            await asyncio.sleep(0.01)
