"""The system's own ping, where we may not send echo requests ourselves."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from pathlib import Path

from probes.wire.icmp import NOT_PERMITTED, Echo
from selfcare.model.payloads.gateway import IcmpMethod

_PATHS = ("/usr/bin/ping", "/bin/ping", "/sbin/ping")
_REPLY = re.compile(r"from (\S+?):? .*?time[=<]\s*([0-9.]+)\s*ms")
_NO_ANSWER = 1
_LIMIT = 8192


async def echo(address: str, deadline: float, log: list[IcmpMethod]) -> Echo:
    """One echo request by ``ping``; ``NONE`` when there is no ping or it may not send either."""
    program = _program()
    if program is None:
        return NOT_PERMITTED
    try:
        process = await asyncio.create_subprocess_exec(
            program, "-n", "-c", "1", "-W", "1", address,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except OSError:
        return NOT_PERMITTED
    log.append(IcmpMethod.SYSTEM_PING)
    try:
        async with asyncio.timeout(deadline):
            output = await process.stdout.read(_LIMIT) if process.stdout else b""
            code = await process.wait()
    except TimeoutError:
        return Echo(IcmpMethod.SYSTEM_PING, 1)
    finally:
        await _end(process)
    return understand(output, code)


def understand(output: bytes, code: int) -> Echo:
    """What ping printed. Its exit code 1 is silence; higher ones mean that it sent nothing."""
    found = _REPLY.search(output.decode("utf-8", "replace"))
    if found is not None and code == 0:
        with contextlib.suppress(ValueError):
            return Echo(IcmpMethod.SYSTEM_PING, 1, (float(found[2]),), found[1])
    return Echo(IcmpMethod.SYSTEM_PING, 1) if code in (0, _NO_ANSWER) else NOT_PERMITTED


def _program() -> str | None:
    return next((path for path in _PATHS if Path(path).is_file()), None)


async def _end(process: asyncio.subprocess.Process) -> None:
    """A ping that outlives its question is killed, and its end awaited so that nothing is left open."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
