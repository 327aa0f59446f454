"""Somebody to ask for the password in a terminal, where no desktop does.

pkexec has such an agent built in, but it registers as root and answers as the user, and polkit takes no answer of the
one for the other ("No session for cookie": Debian 12). polkit's own ``pkttyagent`` is the user throughout.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PKTTYAGENT = Path("/usr/bin/pkttyagent")
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
READY_S = 5.0


def at_terminal() -> bool:
    """Whether a person at a terminal started this program."""
    return os.isatty(0)


def can_ask() -> bool:
    """Whether that person can be asked by the agent."""
    return at_terminal() and PKTTYAGENT.is_file()


@asynccontextmanager
async def agent() -> AsyncIterator[None]:
    """The agent for what this very process asks of polkit; a desktop's own goes before it.

    Only where there may be a desktop: without a session of logind, polkit forgets agents that give way to others.
    """
    if not can_ask():
        yield
        return
    ready, theirs = os.pipe()
    gives_way = ["--fallback"] if any(os.environ.get(name) for name in SCREENS) else []
    words = ["--process", str(os.getpid()), "--notify-fd", str(theirs), *gives_way]
    try:
        process = await asyncio.create_subprocess_exec(str(PKTTYAGENT), *words, pass_fds=(theirs,))
    except OSError:
        os.close(ready)
        yield  # then it is said that nobody could be asked
        return
    finally:
        os.close(theirs)
    try:
        await _closed(ready)
        yield
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _closed(handle: int) -> None:
    """Until the other end of the pipe is closed: the agent is known to polkit, or gone."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(handle, "rb"))
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                await reader.read()
    finally:
        transport.close()
