"""UPnP's search (SSDP, UPnP Device Architecture 1.1 §1.3): asks the gateway, believes nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

GROUP, PORT = "239.255.255.250", 1900
GATEWAYS = (
    "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
    "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
)
"""An IGD 2 answers to :1 too, some old boxes only to :1."""
MOST_ANSWERS = 32
AGAIN_S = 0.3
"""Seconds between two rounds of asking: a datagram may be lost on Wi-Fi."""


@dataclass(frozen=True, slots=True)
class Found:
    """``location`` is where the description lies; its host is the one that was searched for."""

    location: str
    target: str = ""
    usn: str = ""
    server: str = ""

    @property
    def port(self) -> int:
        """Of the description."""
        return urlsplit(self.location).port or 80

    @property
    def path(self) -> str:
        """Of the description, with its query."""
        parts = urlsplit(self.location)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def parse_answer(data: bytes, address: str) -> Found | None:
    """One datagram. None unless it is an answer whose LOCATION is plain HTTP on this very address."""
    head, *lines = data[:4096].decode("latin-1").split("\n")
    if not head.startswith("HTTP/1.") or " 200" not in head:
        return None
    headers = {name.strip().lower(): value.strip() for name, found, value in (x.partition(":") for x in lines) if found}
    location = headers.get("location", "")
    try:
        parts = urlsplit(location)
        same = parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "") == ipaddress.ip_address(address)
        _ = parts.port
    except ValueError:
        return None
    if not same or parts.username is not None or any(not letter.isprintable() for letter in location):
        return None
    return Found(location, headers.get("st", "")[:200], headers.get("usn", "")[:200], headers.get("server", "")[:200])


def question(target: str, host: str, port: int) -> bytes:
    """An M-SEARCH. MX 1: whoever is asked alone answers at once, the others within a second."""
    lines = ("M-SEARCH * HTTP/1.1", f"HOST: {host}:{port}", 'MAN: "ssdp:discover"', "MX: 1", f"ST: {target}")
    return "\r\n".join((*lines, "", "")).encode()


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, address: str, enough: int) -> None:
        self._address, self._enough, self._heard = address, enough, 0
        self.found: dict[str, Found] = {}
        self.done = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr[0] != self._address:
            return  # a stranger, however often: the search ends by its time
        self._heard += 1
        if (found := parse_answer(data, self._address)) is not None:
            self.found.setdefault(found.location, found)
        if len(self.found) >= self._enough or self._heard >= MOST_ANSWERS:
            self.done.set()


def local_address(address: str) -> str | None:
    """This PC's own address towards ``address``, by its routing table: nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((address, PORT))
        return str(probe.getsockname()[0])
    return None


async def ssdp_search(
    address: str,
    *,
    source: str | None = None,
    targets: tuple[str, ...] = GATEWAYS,
    wait_s: float = 1.2,
    enough: int = 1,
    port: int = PORT,
) -> tuple[Found, ...]:
    """Who at ``address`` (the default gateway, IPv4) answers to ``targets``: asked alone and by multicast.

    From ``source``, else from the address that the route to it has. Ends with the answer number ``enough`` or after
    ``wait_s`` seconds. Answers of others and those that point elsewhere are passed over. Never raises ``OSError``.
    """
    source = source or local_address(address)
    if source is None or ":" in address:
        return ()
    ear = _Ear(address, enough)
    try:
        transport = await _bound(ear, source)
    except OSError:
        return ()
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while not ear.done.is_set():
                    _ask(transport, address, targets, port)
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(ear.done.wait(), AGAIN_S)
    finally:
        transport.close()
    return tuple(ear.found.values())


async def _bound(ear: _Ear, source: str) -> asyncio.DatagramTransport:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 2)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(source))
        sock.bind((source, 0))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: ear, sock=sock)
    except BaseException:
        sock.close()
        raise
    return transport


def _ask(transport: asyncio.DatagramTransport, address: str, targets: tuple[str, ...], port: int) -> None:
    hosts = [address] if ipaddress.ip_address(address).is_loopback else [address, GROUP]
    for host in hosts:
        for target in targets:
            with contextlib.suppress(OSError):
                transport.sendto(question(target, host, port), (host, port))
