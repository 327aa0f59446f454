"""One helper process and the conversation with it."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from selfcare.model.repair import HandError

LARGEST = 2**20  # bytes of an answer
CLOSE_S = 20.0
NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW
KNOWN = frozenset({
    "needs_privilege", "refused", "no_agent", "bad_argument", "unknown_owner", "managed", "protected",
    "cannot_record", "busy", "changed_since", "failed", "timed_out", "helper_gone",
})  # fmt: skip


class Running(Protocol):
    """What is needed of a helper that was started: a process of ours, or what a pipe tells of one that is not."""

    @property
    def stdin(self) -> asyncio.StreamWriter | None:
        """What it hears, where that is a pipe."""

    @property
    def stdout(self) -> asyncio.StreamReader | None:
        """What it answers."""

    @property
    def stderr(self) -> asyncio.StreamReader | None:
        """Its last words."""

    @property
    def returncode(self) -> int | None:
        """None while it is there."""

    async def wait(self) -> int:
        """Until it has ended."""

    def kill(self) -> None:
        """Ends it, as far as that is ours to do."""


class Channel:
    """A helper that was started; questions and answers take turns."""

    def __init__(self, process: Running, writer: asyncio.StreamWriter | None = None) -> None:
        """``writer``: what it hears us by, where that is not its pipe."""
        heard = writer or process.stdin
        assert heard and process.stdout
        self.process, self.input, self.output = process, heard, process.stdout
        self.number = 0
        self.turn = asyncio.Lock()

    @classmethod
    async def start(cls, command: Sequence[str]) -> Channel:
        """Starts the program; what it says on standard error is kept for ``why``.

        It is spoken to through a socket: a pipe of ours could be opened by every program of this user (in /proc), and
        so could root's helper be told things once the password was given.
        """
        if sys.platform == "win32":
            return cls(await _started(command, asyncio.subprocess.PIPE))
        ours, theirs = socket.socketpair()
        try:
            process = await _started(command, theirs.fileno())
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(process, (await asyncio.open_connection(sock=ours))[1])

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self.process.returncode is None and not self.input.is_closing()

    async def ask(
        self, verb: str, args: Mapping[str, Any], limit_s: float, guard_s: float | None = None
    ) -> dict[str, Any]:
        """The answer to one request.

        Raises:
            HandError: the helper said no, is gone, or says nothing in time (then it is let go, and its guards act).
        """
        async with self.turn:
            self.number += 1
            told = {"v": 1, "id": self.number, "verb": verb, "args": dict(args)}
            if guard_s is not None:
                told["guard_s"] = guard_s
            try:
                async with asyncio.timeout(limit_s):
                    line = await self._exchange(json.dumps(told).encode() + b"\n")
            except TimeoutError as error:
                self.input.close()  # the guard puts the change back
                raise HandError("timed_out", verb) from error
            except asyncio.CancelledError:
                self.input.close()  # half an answer is no conversation: the guard puts the change back
                raise
        return self._understood(line)

    async def _exchange(self, line: bytes) -> bytes:
        with suppress(ConnectionError):
            self.input.write(line)
            await self.input.drain()
        try:
            return await self.output.readline()
        except (ValueError, ConnectionError):
            return b""

    def _understood(self, line: bytes) -> dict[str, Any]:
        try:
            told = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            told = None
        if not isinstance(told, dict) or told.get("id") != self.number:
            self.input.close()  # whatever it is, it is no helper any more
            raise HandError("helper_gone", "no answer")
        if "ok" in told:
            ok: dict[str, Any] = told["ok"]
            return ok
        error = told.get("error", {})
        code = str(error.get("code"))
        detail = str(error.get("detail", ""))
        raise HandError(code if code in KNOWN else "failed", detail if code in KNOWN else f"{code}: {detail}")

    async def why(self) -> tuple[int, str]:
        """How it ended and its last words, for a program that never answered."""
        with suppress(ConnectionError, OSError):
            self.input.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                said = await self.process.stderr.read(4096) if self.process.stderr else b""
                return await self.process.wait(), said.decode(errors="replace").strip()
        except TimeoutError:
            return -1, ""

    async def end(self) -> None:
        """Lets go of it: it ends once its guards have put back whatever was not kept."""
        self.input.close()
        if await self._over(CLOSE_S):
            return
        with suppress(ProcessLookupError, PermissionError):  # root's is not ours to end
            self.process.kill()
            await self._over(1.0)

    async def _over(self, limit_s: float) -> bool:
        try:
            async with asyncio.timeout(limit_s):
                await asyncio.gather(_drained(self.output), _drained(self.process.stderr), self.process.wait())
                with suppress(ConnectionError):
                    await self.input.wait_closed()
        except TimeoutError:
            return False
        return True


async def _started(command: Sequence[str], stdin: int) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command, stdin=stdin, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, limit=LARGEST,
            creationflags=NO_WINDOW,
        )  # fmt: skip
    except OSError as error:
        raise HandError("helper_gone", f"{command[0]}: {error.strerror}") from error


async def _drained(stream: asyncio.StreamReader | None) -> None:
    """Reads to the end: only then is the pipe let go."""
    while stream and await stream.read(65536):
        pass


def is_root() -> bool:
    """Whether the program itself may do everything."""
    if sys.platform == "win32":
        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return hasattr(os, "geteuid") and os.geteuid() == 0
