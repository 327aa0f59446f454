"""``netsh``, run: where the library does not answer, and never by the second."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from pathlib import PureWindowsPath

from probes.radio.texts import netsh, words
from selfcare.model.wifi import WifiReading

_LIMIT_S = 3.0


def program() -> str:
    """Its absolute path: whatever else is called so, in a folder of the search path, is not asked."""
    return str(PureWindowsPath(os.environ.get("SYSTEMROOT") or "C:\\Windows") / "System32" / "netsh.exe")


async def printed(*said: str) -> tuple[bytes, int] | None:
    """What it writes, and its exit code; None where it is missing or takes too long."""
    process = None
    try:
        process = await asyncio.create_subprocess_exec(
            program(), *said, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        async with asyncio.timeout(_LIMIT_S):
            text, _ = await process.communicate()
    except (OSError, TimeoutError, NotImplementedError):
        return None
    finally:
        if process is not None and process.returncode is None:
            with contextlib.suppress(OSError):
                process.kill()
    return text, process.returncode or 0


async def interfaces() -> WifiReading | None:
    """``netsh wlan show interfaces``."""
    done = await printed("wlan", "show", "interfaces")
    return None if done is None else netsh.interfaces(words.decoded(done[0]), done[1])
