"""The machines beside this PC: does one have this address, and does it answer on a port? Small questions, no scan."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
import sys
import time

from probes.hostnet import native
from probes.raw.client import ask, permitted
from probes.raw.verbs import DuplicateAddress
from probes.wire import icmp
from probes.wire.onlink import knock
from probes.wire.sockets import Failure, endpoint, meaning, new_socket
from probes.wire.tcp import try_tcp
from probes.wire.threads import in_thread
from selfcare.model.home_pc import Spoke
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.probe import CannotRun, Platform

SPEAK_S = 1.5
_LOOK_S = 1.3
# The kernel asks three times, a second apart, before it gives an address up.
_PATIENT_S = 3.3
_RAW_S = 1.3
_AGAIN_S = 0.15
_DISCARD = 9
_MAC = re.compile(r"[0-9a-f]{2}([:-][0-9a-f]{2}){5}")


async def speaks(address: str, port: int, protocol: str, limit_s: float = SPEAK_S) -> Spoke:
    """``OPEN``, ``REFUSED`` or ``UNKNOWN``: who is silent may be absent, filtered, or a program that waits for more."""
    if protocol == "udp":
        return await _datagram(address, port, limit_s)
    answer = (await try_tcp(address, port, limit_s)).answer
    return {TcpAnswer.OPEN: Spoke.OPEN, TcpAnswer.REFUSED: Spoke.REFUSED}.get(answer, Spoke.UNKNOWN)


async def _datagram(address: str, port: int, limit_s: float) -> Spoke:
    """One empty datagram, twice: anything that comes back is an answer, a refusal (ICMP) too."""
    loop = asyncio.get_running_loop()
    try:
        family, target = endpoint(address, port)
        with contextlib.closing(new_socket(family, socket.SOCK_DGRAM)) as sock:
            sock.connect(target)
            for wait_s in (limit_s / 3, limit_s * 2 / 3):
                sock.send(b"")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await loop.sock_recv(sock, 512)
                        return Spoke.OPEN
    except OSError as error:
        refused = meaning(error) in (Failure.REFUSED, Failure.RESET)
        return Spoke.REFUSED if refused else Spoke.UNKNOWN
    return Spoke.UNKNOWN


async def there(platform: Platform, address: str, device: str, index: int, patient: bool) -> bool | None:
    """Whether a machine of this cable has the address. None: no proof either way.

    An answer to a ping or to ARP proves it. ``patient``: what nobody answered for in three questions, is free.
    """
    if patient and platform is Platform.LINUX and permitted():
        with contextlib.suppress(CannotRun, KeyError, OSError):
            return bool((await ask(DuplicateAddress(device, address), _RAW_S))["macs"])
    limit_s = _PATIENT_S if patient else _LOOK_S
    echo = asyncio.ensure_future(icmp.echo(address, min(limit_s, _LOOK_S)))
    try:
        return await _watched(platform, address, device, index, limit_s, echo)
    finally:
        echo.cancel()
        await asyncio.gather(echo, return_exceptions=True)


async def _watched(
    platform: Platform, address: str, device: str, index: int, limit_s: float, echo: asyncio.Future[icmp.Echo]
) -> bool | None:
    started = time.monotonic()
    if platform is not Platform.LINUX or not knock(device, [address]):
        _knock(address)
    alive: bool | None = None
    while (elapsed := time.monotonic() - started) < limit_s:
        await asyncio.sleep(_AGAIN_S)
        if echo.done() and not echo.cancelled() and echo.exception() is None and echo.result().responder == address:
            return True
        (seen,) = await in_thread(native.neighbours, platform, device, index, elapsed, address)
        alive = seen.alive
        if alive:
            return True
    return alive


def _knock(address: str) -> None:
    with contextlib.suppress(OSError):
        family, target = endpoint(address, _DISCARD)
        with contextlib.closing(new_socket(family, socket.SOCK_DGRAM)) as sock:
            sock.sendto(b"", target)


async def locate(device: str, index: int) -> str | None:
    """The IPv4 address of a hardware address (of this PC's own table) or of a name. None: not known here."""
    text = device.strip().lower()
    if _MAC.fullmatch(text):
        return await in_thread(_by_mac, text.replace("-", ":"), index)
    with contextlib.suppress(ValueError):
        return str(ipaddress.IPv4Address(text))
    for name in (text, f"{text}.local"):
        with contextlib.suppress(OSError, UnicodeError, TimeoutError):
            async with asyncio.timeout(SPEAK_S):
                found = await in_thread(socket.getaddrinfo, name, None, socket.AF_INET)
            return str(found[0][4][0])
    return None


def _by_mac(mac: str, index: int) -> str | None:
    """Linux: the kernel's table; elsewhere it is not read by hardware address."""
    if sys.platform != "linux":
        return None
    from probes.hostnet import netlink

    gone = netlink.NUD_FAILED | netlink.NUD_INCOMPLETE
    with contextlib.suppress(OSError, ImportError):
        for entry in netlink.neighbours(index):
            if ":" not in entry.address and (entry.mac or "").lower() == mac and not entry.state & gone:
                return entry.address
    return None
