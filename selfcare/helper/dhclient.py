"""dhclient, the DHCP client of a Debian without a desktop: found, stopped without a release, started again."""

from __future__ import annotations

import os
import re
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from selfcare.helper import owner, point, tools
from selfcare.helper.errors import Refusal

LEASES = "/var/lib/dhcp/dhclient.leases"
WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Client:
    """A running dhclient and the words it was started with."""

    pid: int
    words: list[str]


def running(interface: str) -> Client | None:
    """Root's own dhclient of this interface; another user's program of that name is not believed."""
    for pid, words in owner.processes("dhclient"):
        with suppress(OSError):
            real = Path(f"/proc/{pid}/exe").readlink()
            if Path(f"/proc/{pid}").stat().st_uid == 0 and real.name == "dhclient" and interface in words[1:]:
                return Client(pid, [word for word in words[1:] if word])
    return None


def stop(interface: str) -> None:
    """It ends at once and releases nothing (it has no handler for SIGTERM)."""
    found = running(interface)
    if found is None:
        return
    point.reached("before SIGTERM")
    try:
        os.kill(found.pid, signal.SIGTERM)
    except PermissionError as error:
        raise Refusal("needs_privilege", "dhclient") from error
    end = time.monotonic() + 5
    while running(interface) and time.monotonic() < end:
        time.sleep(0.05)
    point.reached("after SIGTERM")


def start(words: list[str]) -> None:
    """In the background at once: it has the old lease's file, and asks for the same address."""
    kept = [word for word in words if word not in ("-nw", "-d", "-1", "-w", "-x", "-r")]
    tools.tell("dhclient", "-nw", *kept, stays=True)


def leased(interface: str) -> list[str]:
    """The resolvers of the lease it has: the last block of its file for this interface."""
    found = running(interface)
    if found is None:
        raise Refusal("failed", "dhclient has just ended")
    blocks = re.split(r"^lease\s*{", _leases(found.words).read_text(encoding="utf-8", errors="replace"), flags=re.M)
    mine = [block for block in blocks[1:] if f'interface "{interface}";' in block]
    named = re.search(r"^\s*option\s+domain-name-servers\s+([^;\n]*);", mine[-1] if mine else "", re.M)
    return re.split(r"[\s,]+", named[1].strip()) if named else []


def _leases(words: list[str]) -> Path:
    return Path(words[words.index("-lf") + 1] if "-lf" in words[:-1] else LEASES)


def wait(words: list[str]) -> None:
    """Until it wrote its lease, or the time is over: the old address stays meanwhile."""
    path, began = _leases(words), time.time()
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        with suppress(OSError):
            if path.stat().st_mtime >= began - 0.5:
                return
        time.sleep(0.1)
