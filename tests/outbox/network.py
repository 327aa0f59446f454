"""A network between the sender and a real HTTP server that fails as networks do, in a process of its own.

Told by lines of JSON: reset (which desk, what goes wrong with which request), now (the time of the run, which nobody
waits for: what is to arrive late arrives when it is told so), state (what the server has).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from enum import StrEnum
from typing import Any

from tests.outbox.desks import HABITS, Served


class Fault(StrEnum):
    """What becomes of one request. ``LATE``: what comes then, comes ``LATE_S`` later."""

    CUT_BEFORE_BODY = "cut before the body"
    CUT_IN_BODY = "cut in the body"
    CUT_BUT_ARRIVES = "cut after the body, arrives late"
    CUT_AFTER_BODY = "taken, cut before the answer"
    CUT_IN_ANSWER = "taken, cut in the answer"
    ERROR_500 = "500, not taken"
    ERROR_500_TAKEN = "500, taken"
    ERROR_502 = "502, not taken"
    ERROR_502_TAKEN = "502, taken"
    BAD_400_TAKEN = "400, taken"
    LATER_202 = "202, taken late"
    SLOW = "no answer, taken late"
    SLOW_ANSWER = "taken, no answer"
    TOO_MANY = "429 Retry-After"
    NO_SERVICE = "503 Retry-After"
    NO_SERVICE_TAKEN = "503, taken"
    GARBAGE = "taken, garbage answer"
    PORTAL = "a portal's 200, not taken"
    REDIRECT = "a portal's 302, not taken"
    WHO = "401"
    DOUBLE = "delivered twice"
    DOUBLE_LATE = "delivered twice, the second late"
    KILL_BEFORE = "kill -9, not taken"
    KILL_LATE = "kill -9, arrives late"
    KILL_AFTER = "taken, kill -9"


LATE_S = 100.0
"""Of the run: within the time to settle. A second delivery comes later, behind it."""
DOUBLE_LATE_S = 200.0
KILLS = frozenset({Fault.KILL_BEFORE, Fault.KILL_LATE, Fault.KILL_AFTER})
TWICE = frozenset({Fault.DOUBLE, Fault.DOUBLE_LATE})
_NOT_TAKEN = {
    Fault.ERROR_500: (500, ""), Fault.ERROR_502: (502, ""), Fault.TOO_MANY: (429, "Retry-After: 30\r\n"),
    Fault.NO_SERVICE: (503, "Retry-After: 40\r\n"), Fault.PORTAL: (200, ""), Fault.WHO: (401, ""),
    Fault.REDIRECT: (302, "Location: http://127.0.0.1:9/\r\n"),
}  # fmt: skip
_TAKEN = {
    Fault.ERROR_500_TAKEN: 500, Fault.ERROR_502_TAKEN: 502, Fault.BAD_400_TAKEN: 400, Fault.NO_SERVICE_TAKEN: 503,
    Fault.GARBAGE: 200, Fault.LATER_202: 202,
}  # fmt: skip


class Network:
    """``asked``: every request in the order it came, as a short label."""

    def __init__(self) -> None:
        self.served: Served | None = None
        self.plan: dict[int, Fault] = {}
        self.asked: list[str] = []
        self.met: list[int] = []
        self.late: list[tuple[float, bytes]] = []
        self.now, self.pid, self.backend, self.busy = 0.0, 0, 0, 0
        self.idle = asyncio.Event()
        self.idle.set()

    # -- the line ---------------------------------------------------------------------------------

    async def line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy += 1
        self.idle.clear()
        try:
            await self._request(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.busy -= 1
            if not self.busy:
                self.idle.set()
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert self.served is not None
        number, first = len(self.asked), head.split(b"\r\n", 1)[0].decode()
        self.asked.append(self.served.label(*first.split()[:2]))
        length = next(
            (int(w.split(b":")[1]) for w in head.lower().split(b"\r\n") if w.startswith(b"content-length")), 0
        )
        fault = self.plan.get(number)
        if fault is not None:
            self.met.append(number)
        if fault in (Fault.CUT_BEFORE_BODY, Fault.CUT_IN_BODY):
            if fault is Fault.CUT_IN_BODY:
                await reader.readexactly(length // 2)
            writer.transport.abort()
            return
        raw = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + await reader.readexactly(length)
        await self._answered(fault, raw, reader, writer)

    async def _answered(
        self, fault: Fault | None, raw: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """What the desk gets, then what whoever asked gets."""
        if fault in _NOT_TAKEN:
            await _say(writer, *_NOT_TAKEN[fault])
            return
        answer = b""
        if fault in (Fault.LATER_202, Fault.SLOW, Fault.CUT_BUT_ARRIVES, Fault.KILL_LATE):
            self.late.append((self.now + LATE_S, raw))
        elif fault is not Fault.KILL_BEFORE:
            answer = await self._forward(raw)
        if fault is Fault.DOUBLE:
            answer = await self._forward(raw)
        if fault is Fault.DOUBLE_LATE:
            self.late.append((self.now + DOUBLE_LATE_S, raw))
        if fault in KILLS:
            os.kill(self.pid, signal.SIGKILL)
        else:
            await _reply(fault, answer, reader, writer)

    async def _forward(self, raw: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.backend)
        writer.write(raw)
        try:
            return await asyncio.wait_for(reader.read(), 60)
        finally:
            writer.close()

    # -- what the driver says ---------------------------------------------------------------------

    async def driver(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            said = json.loads(line)
            told = await getattr(self, said.pop("do"))(**said)
            writer.write(json.dumps(told).encode() + b"\n")
            await writer.drain()

    async def reset(self, habit: str, plan: dict[str, str]) -> dict[str, Any]:
        if self.served is not None:
            await self.served.stop()
        self.served = HABITS[habit].served()
        self.backend = await self.served.start()
        self.plan = {int(number): Fault(fault) for number, fault in plan.items()}
        self.asked, self.met, self.late, self.now = [], [], [], 0.0
        return {"path": self.served.path}

    async def time(self, now: float, pid: int = 0) -> dict[str, Any]:
        """No time of the run passes while something is really on its way: on a busy machine that can last."""
        for _ in range(3):
            await asyncio.sleep(0)
        await self.idle.wait()
        self.now, self.pid = now, pid
        due = [raw for when, raw in self.late if when <= now]
        self.late = [one for one in self.late if one[0] > now]
        for raw in due:
            await self._forward(raw)
        return {}

    async def state(self) -> dict[str, Any]:
        assert self.served is not None
        return {"asked": self.asked, "met": self.met, "late": len(self.late), **self.served.state()}


async def _reply(
    fault: Fault | None, answer: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    if fault in _TAKEN:
        await _say(writer, _TAKEN[fault], "")
    elif fault in (Fault.SLOW, Fault.SLOW_ANSWER):
        with suppress(TimeoutError):  # until whoever asked has gone
            await asyncio.wait_for(reader.read(1), 60)
    elif fault in (Fault.CUT_BUT_ARRIVES, Fault.CUT_AFTER_BODY):
        writer.transport.abort()
    else:
        part = len(answer) - 20 if fault is Fault.CUT_IN_ANSWER else len(answer)
        writer.write(answer[:part])
        await writer.drain()


async def _say(writer: asyncio.StreamWriter, status: int, more: str) -> None:
    body = b"<html><body>Bienvenue</body></html>"
    head = f"HTTP/1.1 {status} -\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n{more}"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
    await writer.drain()


async def serve(told: socket.socket) -> None:
    """Until the driver goes."""
    network = Network()
    server = await asyncio.start_server(network.line, "127.0.0.1", 0)
    told.sendall(f"{server.sockets[0].getsockname()[1]}\n".encode())
    reader, writer = await asyncio.open_connection(sock=told)
    await network.driver(reader, writer)


class NetworkProcess:
    """Forked; ends with whoever made it."""

    def __init__(self) -> None:
        mine, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            number = os.dup2(theirs.fileno(), 3)
            _serve(number)
        theirs.close()
        self.stream = mine.makefile("rw", encoding="utf-8", newline="\n")
        mine.close()
        self.port = int(self.stream.readline())
        self.path = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    def ask(self, do: str, **words: Any) -> dict[str, Any]:
        self.stream.write(json.dumps({"do": do, **words}) + "\n")
        self.stream.flush()
        found: dict[str, Any] = json.loads(self.stream.readline())
        return found

    def reset(self, habit: str, plan: dict[int, Fault]) -> None:
        self.path = self.ask("reset", habit=habit, plan={str(n): f.value for n, f in plan.items()})["path"]

    def close(self) -> None:
        self.stream.close()
        os.waitpid(self.pid, 0)


def _serve(number: int) -> None:
    code = 70
    try:
        os.closerange(4, 4096)
        asyncio.run(serve(socket.socket(fileno=number)))
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)
