"""One round trip to the home's box over the Wi-Fi, asked again and again while somebody walks about: light, and bound.

Echo requests, tied to the Wi-Fi adapter so that a cable beside it does not answer in its place; where the system lets
us send none, or the box answers none, connections to its usual ports. One packet at a time; who never answered
anything is nobody to ask: silence is a loss only where there was a voice.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from probes import addr_lease, link_interfaces
from probes.framework import ProbeContext, current_platform
from probes.home_gateway import scoped
from probes.wire.icmp import match, packet
from probes.wire.sockets import SocketAddress, endpoint, new_socket
from probes.wire.tcp import close_by_reset, open_tcp
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.probe import CannotRun
from selfcare.model.profile import Profile

PATIENCE_S = 0.95
"""Seconds for an answer: below the second after which TCP asks again."""
ECHO_FIRST_S, PORT_FIRST_S = 0.4, 0.18
"""While no way is known: all of them are tried within one knock."""
AGAIN_S = 5.0
"""The box is looked for no oftener than that: it takes some tens of milliseconds of this PC's time."""
FRESH_S = 60.0
"""And no more rarely: the home may have changed without a loss."""
LATE_MS = 30.0
"""Above it a radio may have slept: access points hold back what is for one until the next beacon, 102 ms apart."""
_SILENT = 3
# Losses in a row after which the box may be another one.
_PORTS = (53, 80, 443)
_ANSWERED = (TcpAnswer.OPEN, TcpAnswer.REFUSED)


@dataclass(frozen=True, slots=True)
class Target:
    """The box: its address, and the adapter to ask it over (None: the system's choice)."""

    address: str
    device: str | None


Way = Callable[[Target, float], Awaitable[float | None]]
Find = Callable[[], Awaitable[Target | None]]


class Knocking:
    """``selfcare.app.wifi.ports.Knock``. Not for two at once."""

    def __init__(self, find: Find, now: Callable[[], float] = time.monotonic) -> None:
        """``find`` tells which box to ask now; ``now``: monotonic seconds."""
        self._find, self._now = find, now
        self._target: Target | None = None
        self._way: Way | None = None
        self._ever = False
        self._silent = 0
        self._looked: float | None = None

    async def __call__(self) -> float | None:
        """Round trip in ms; None: lost.

        Raises:
            LookupError: there is no box on this Wi-Fi, or it has not answered anything yet.
        """
        target = await self._current()
        if target is None:
            raise LookupError("no box to ask")
        try:
            rtt_ms = await (self._awake(self._way, target) if self._way is not None else self._any(target))
        except OSError as error:  # no way there: not in the network at this moment, or in another one
            self._silent += 1
            raise LookupError("no way to the box") from error
        self._silent = 0 if rtt_ms is not None else self._silent + 1
        if rtt_ms is None and not self._ever:
            raise LookupError("a box that answers nothing")
        self._ever = True
        return rtt_ms

    async def _awake(self, way: Way, target: Target) -> float | None:
        """A radio that slept wakes late, and that says nothing of the place: a late answer is asked for once more."""
        rtt_ms = await way(target, PATIENCE_S)
        if rtt_ms is None or rtt_ms < LATE_MS:
            return rtt_ms
        again = await way(target, PATIENCE_S - rtt_ms / 1000)
        return rtt_ms if again is None else min(rtt_ms, again)

    async def _any(self, target: Target) -> float | None:
        """The first way that is answered is kept."""
        for way in (echo, *map(connecting, _PORTS)):
            with contextlib.suppress(OSError):
                rtt_ms = await way(target, ECHO_FIRST_S if way is echo else PORT_FIRST_S)
                if rtt_ms is not None:
                    self._way = way
                    return rtt_ms
        return None

    async def _current(self) -> Target | None:
        age = self._now() - self._looked if self._looked is not None else FRESH_S
        if age < AGAIN_S or (age < FRESH_S and self._target is not None and self._silent < _SILENT):
            return self._target
        found = await self._find()
        self._looked = self._now()
        if found != self._target:
            self._target, self._way, self._ever, self._silent = found, None, False, 0
        return self._target


async def echo(target: Target, patience_s: float) -> float | None:
    """One echo request. Raises OSError where the system lets us send none."""
    if sys.platform == "win32":
        return await _echo_windows(target, patience_s)
    family, to = endpoint(target.address, 0)
    proto = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    with contextlib.closing(new_socket(family, socket.SOCK_DGRAM, proto, target.device)) as sock:
        try:
            async with asyncio.timeout(patience_s):
                return await _answer(sock, family, to)
        except TimeoutError:
            return None


async def _answer(sock: socket.socket, family: int, to: SocketAddress) -> float:
    token, loop = secrets.token_bytes(16), asyncio.get_running_loop()
    started = time.perf_counter()
    await loop.sock_sendto(sock, packet(family, 0, token), to)
    while True:
        data = await loop.sock_recv(sock, 2048)
        if match(data, family, token) is not None:
            return (time.perf_counter() - started) * 1000


async def _echo_windows(target: Target, patience_s: float) -> float | None:
    """Windows' call takes no adapter: with a cable beside the Wi-Fi it would be the cable that answers."""
    from probes.wire import icmp_windows

    if target.device is not None:
        raise OSError("cannot be bound")
    answer = await icmp_windows.once(target.address, patience_s)
    return None if answer is None else answer[0]


def connecting(port: int) -> Way:
    """A connection to this port; a refusal is an answer, too."""

    async def way(target: Target, patience_s: float) -> float | None:
        made = await open_tcp(target.address, port, patience_s, target.device)
        if made.sock is not None:
            with contextlib.closing(made.sock):
                close_by_reset(made.sock)
        return made.rtt_ms if made.answer in _ANSWERED else None

    return way


def wifi_box(profile: Callable[[], Profile]) -> Find:
    """Looks for the next hop of the Wi-Fi adapter, or None where no Wi-Fi has one. Sends nothing."""

    async def find() -> Target | None:
        ctx = ProbeContext(profile(), payloads := {}, current_platform())
        try:
            payloads["link.interfaces"] = link = await link_interfaces.measure(ctx)
            addressing = await addr_lease.measure(ctx)
        except CannotRun:
            return None
        return chosen(link, addressing)

    return find


def chosen(link: LinkPayload, addressing: AddressPayload) -> Target | None:
    """Of the Wi-Fi that is joined and knows a gateway. Bound to it only where another adapter could answer, too."""
    for adapter in link.interfaces:
        config = addressing.get(adapter.name)
        gateway = (config.gateway4 or config.gateway6) if config is not None else None
        if adapter.kind is InterfaceKind.WIFI and adapter.carrier and gateway is not None:
            alone = not any(one.carrier and one.name != adapter.name for one in link.physical)
            return Target(scoped(gateway, adapter.index), None if alone else adapter.name)
    return None


def knock(profile: Callable[[], Profile]) -> Knocking:
    """For the desk of the Wi-Fi."""
    return Knocking(wifi_box(profile))
