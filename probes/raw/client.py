"""Asking the raw process, from a probe: it is started for one verb and ends with it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from probes.raw.verbs import Verb, name_of, write
from selfcare.model.probe import CannotRun, NotRunReason

# Starting Python and importing netlink, on a slow machine.
START_S = 2.0
_CAP_NET_RAW = 13
_STATUS = Path("/proc/self/status")
_ROOT = Path(__file__).parents[2]


def permitted() -> bool:
    """Whether this process, and so one it starts, may open packet sockets."""
    try:
        text = _STATUS.read_text("ascii", "replace")
    except OSError:
        return False
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key == "CapEff":
            with suppress(ValueError):
                return bool(int(value.strip(), 16) >> _CAP_NET_RAW & 1)
    return False


async def ask(verb: Verb, seconds: float) -> dict[str, Any]:
    """The verb's result.

    Args:
        verb: what to do.
        seconds: how long it takes at most once the process runs.

    Raises:
        CannotRun: no privilege, no such process here, or it gave no result.
    """
    if not permitted():
        raise CannotRun(NotRunReason.NEEDS_PRIVILEGE)
    if getattr(sys, "frozen", False):
        # A packed program has no interpreter to start the other one with.
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
    line = await _converse(write(verb), seconds + START_S)
    try:
        answer = json.loads(line)
    except ValueError:
        answer = {}
    if not isinstance(answer, dict) or answer.get("verb") != name_of(verb):
        privilege = isinstance(answer, dict) and answer.get("error") == "needs_privilege"
        raise CannotRun(NotRunReason.NEEDS_PRIVILEGE if privilege else NotRunReason.SOURCE_UNAVAILABLE)
    result: dict[str, Any] = answer["result"]
    return result


async def _converse(question: str, limit_s: float) -> str:
    """Starts the process, asks, and sees to its end whatever happens."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "probes.raw", cwd=_ROOT, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except OSError as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error
    try:
        async with asyncio.timeout(limit_s):
            out, _ = await process.communicate(question.encode() + b"\n")
    except TimeoutError:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return out.decode("utf-8", "replace")
