"""dhcpcd, the DHCP client of Raspberry Pi OS and others: asked to renew, and what its lease says.

By a signal and by its files: the control socket of 9.4 (Debian 12) serves one request that changes something, and from
then on takes requests without carrying them out, while ``dhcpcd -n`` goes on reporting success.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from selfcare.helper import link, point
from selfcare.helper.errors import Refusal

RUN = Path("/run")
LEASES = (Path("/var/lib/dhcpcd"), Path("/var/lib/dhcpcd5"))
PID_FILES = ("dhcpcd/pid", "dhcpcd/*.pid", "dhcpcd.pid", "dhcpcd-*.pid")
EVERY = ("[manager]", "[master]")  # one that serves every interface
WAIT_S = 10.0
OPTIONS_AT, PAD, END, RESOLVERS = 240, 0, 255, 6
MAGIC = b"\x63\x82\x53\x63"


def renew(interface: str) -> None:
    """It asks for the lease it has; the address stays meanwhile, and also if nobody answers."""
    began = time.time()
    numbers = running(interface)
    if not numbers:
        raise Refusal("failed", "dhcpcd has just ended")
    for number in numbers:
        point.reached("before SIGHUP")
        try:
            os.kill(number, signal.Signals["SIGHUP"])
        except PermissionError as error:
            raise Refusal("needs_privilege", "dhcpcd") from error
        except ProcessLookupError:
            continue
        point.reached("after SIGHUP")
    link.until(lambda: _written(interface) >= began - 0.5, WAIT_S)


def running(interface: str) -> list[int]:
    """Those that serve this interface, by the files where root's own write their numbers."""
    found = []
    for path in (path for pattern in PID_FILES for path in RUN.glob(pattern)):
        with suppress(OSError, ValueError):
            number = int(path.read_text(encoding="ascii"))
            # it titles itself "dhcpcd: [manager] [ip4]" or "dhcpcd: eth0 [ip4]"
            words = Path(f"/proc/{number}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ").split()
            if words[:1] == ["dhcpcd:"] and any(word in (*EVERY, interface) for word in words[1:2]):
                found.append(number)
    return found


def leased(interface: str) -> list[str]:
    """The resolvers of its lease: a file with the DHCP answer as it came."""
    file = _lease(interface)
    data = file.read_bytes() if file else b""
    if data[OPTIONS_AT - 4 : OPTIONS_AT] != MAGIC:
        return []
    at, packed = OPTIONS_AT, b""
    while at + 1 < len(data) and data[at] != END:
        if data[at] == PAD:
            at += 1
            continue
        if data[at] == RESOLVERS:
            packed += data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return [str(ipaddress.IPv4Address(packed[n : n + 4])) for n in range(0, len(packed) - 3, 4)]


def _lease(interface: str) -> Path | None:
    """Of a radio, the name of the network is in it too; the newest is the one in force."""
    found = [p for folder in LEASES for p in (folder / f"{interface}.lease", *folder.glob(f"{interface}-*.lease"))]
    there = [path for path in found if path.is_file()]
    return max(there, key=lambda path: path.stat().st_mtime, default=None)


def _written(interface: str) -> float:
    with suppress(OSError):
        file = _lease(interface)
        return file.stat().st_mtime if file else 0.0
    return 0.0
