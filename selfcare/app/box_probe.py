"""``box.status``: what the box says of the line and of this PC, as one probe of the check.

Only the gateway is spoken to. A login is used where one is stored, and never asked for here. A gateway that shows
nothing of a known box is left alone after one page: no network library is loaded for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from selfcare.boxes.errors import BoxError
from selfcare.diagnosis.thresholds import READING_FRESH_S
from selfcare.ground.errors import SelfcareError
from selfcare.model.box import Absent, BoxStatus, Capability, HomeHost, PortMapping
from selfcare.model.payloads.address import AddressPayload, IpConfig
from selfcare.model.payloads.box import BoxPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.units import Kbps, Seconds

if TYPE_CHECKING:
    from selfcare.app.boxes import BoxDesk, Found

SPEC = ProbeSpec(
    id="box.status",
    version=1,
    layer=Layer.GATEWAY,
    requires=("link.interfaces", "addr.lease", "route.table"),
    answers=("box_known", "line_down_told", "box_stays_on", "line_poor_told"),
    # A box that lists its hosts sends most: 170 kB from the largest one recorded, all of it within the home.
    cost=ProbeCost(bytes_up=20_000, bytes_down=200_000),
    time_limit_ms=3500,
)
KNOCK_S, DETECT_S, STATUS_S, HOME_S = 0.25, 1.0, 1.2, 0.6
"""Seconds: for the first page; for knowing the family; for the status; for hosts and opened ports after it."""
_PAGE_BYTES, _PORT = 8192, 80
_BRANDS = (b"livebox", b"freebox", b"bbox", b"bytel", b"neufbox", b"sfr", b"fritz", b"orange")
_DAY_S = 86_400.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the box is: its address, and its hardware address from the neighbour table."""

    address: str
    mac: str | None = None


@dataclass(frozen=True, slots=True)
class Recent:
    """What a box said last, until when (monotonic seconds) it is not asked again, and when it was read."""

    payload: BoxPayload
    until: float
    read: float


Locate = Callable[[Mapping[str, Any]], Awaitable[Spot | None]]
OpenDesk = Callable[[Spot], "BoxDesk"]


@dataclass(slots=True)
class BoxProbe:
    """Made anew for each check. ``locate`` finds the gateway in the payloads; ``open_desk`` loads what talks to boxes.

    ``known``: whether some box was let into before, at the price of looking into a folder. ``load`` imports what talks
    to boxes (a fifth of a second). ``recent`` outlives the check: no family is asked oftener than it bears.
    """

    locate: Locate
    open_desk: OpenDesk
    known: Callable[[], bool]
    load: Callable[[], None] = lambda: None
    recent: dict[Spot, Recent] = field(default_factory=dict)
    _leaving: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        """Where a box is known it will be asked: its languages load while the first probes wait for the system."""
        if self.known():
            self._leaving.append(asyncio.create_task(asyncio.to_thread(self.load)))

    async def measure(self, payloads: Mapping[str, Any]) -> BoxPayload:
        """At most 3.1 s, and no later than an outage is sure of; a quarter where no known box answers.

        Raises:
            CannotRun: there is no gateway.
        """
        spot = await self.locate(payloads)
        if spot is None:
            raise CannotRun(NotRunReason.NO_GATEWAY)
        if not self.known() and not await _may_be_a_box(spot.address):
            return BoxPayload(None, None)
        last = self.recent.get(spot)
        # Who was let in meanwhile wants to see what that brings.
        if last is not None and time.monotonic() < last.until and (last.payload.pairing is None or not self.known()):
            return replace(last.payload, age=Seconds(time.monotonic() - last.read))
        asked = time.monotonic()
        desk = await asyncio.to_thread(self.open_desk, spot)
        try:
            told = await _ask(desk, payloads)
            if told.status is not None:
                interval = next((d.min_interval_s for d in desk.drivers() if d.family.value == told.family), 0.0)
                self.recent[spot] = Recent(told, time.monotonic() + min(interval, READING_FRESH_S), asked)
            return told
        finally:
            self._leaving.append(asyncio.create_task(desk.close()))

    async def close(self) -> None:
        """Waits until the box has been left: it lets only a few in. The desk bounds it."""
        await asyncio.gather(*self._leaving, return_exceptions=True)


async def _may_be_a_box(address: str) -> bool:
    """Whether the gateway's first page names a box, or is no page: only a plain page without any name rules it out."""
    page = bytearray()
    with contextlib.suppress(OSError, TimeoutError, ValueError):
        async with asyncio.timeout(KNOCK_S):
            await _first_page(address, page)
    head, text = bytes(page[:16]).partition(b" ")[2], bytes(page).lower()
    plain = head.startswith(b"200") and b"<" in text
    return bool(page) and (not plain or any(brand in text for brand in _BRANDS))


async def _first_page(address: str, page: bytearray) -> None:
    """Reads no further than is needed to decide."""
    reader, writer = await asyncio.open_connection(address, _PORT)
    try:
        host = f"[{address}]" if ":" in address else address
        words = f"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Selfcare\r\nConnection: close\r\n\r\n"
        writer.write(words.encode())
        while len(page) < _PAGE_BYTES and (more := await reader.read(_PAGE_BYTES)):
            page += more
            if any(brand in page.lower() for brand in _BRANDS):
                return
    finally:
        writer.close()


async def _ask(desk: BoxDesk, payloads: Mapping[str, Any]) -> BoxPayload:
    try:
        async with asyncio.timeout(DETECT_S):
            detection = await desk.detect()
    except (BoxError, TimeoutError):
        return BoxPayload(None, None)
    found = detection.box
    if found is None:
        return BoxPayload(None, None)
    try:
        async with asyncio.timeout(STATUS_S):
            status = await desk.status(found)
    except (BoxError, SelfcareError, TimeoutError) as error:
        return BoxPayload(found.family.value, None, _pairing(found), _code(error))
    if (datetime.now().astimezone() - status.taken).total_seconds() > READING_FRESH_S:
        return BoxPayload(found.family.value, None, None, "stale")
    return await _payload(desk, found, status, payloads)


def _code(error: BaseException) -> str:
    if isinstance(error, BoxError):
        return error.code.value
    return error.code if isinstance(error, SelfcareError) else "too_slow"


def _pairing(found: Found) -> str | None:
    from selfcare.boxes.driver import PairingKind

    return None if found.pairing is PairingKind.NONE else found.pairing.value


async def _payload(desk: BoxDesk, found: Found, status: BoxStatus, payloads: Mapping[str, Any]) -> BoxPayload:
    hosts, forwards = await _home(desk, found, status)
    me, macs = _own(payloads)
    mine = _mine(hosts, me, macs)
    restarts, disconnections = await of_the_day(desk, found, status)
    return BoxPayload(
        family=found.family.value,
        status=_anonymous(status),
        pairing=None if status.paired or not status.adds else _pairing(found),
        failure=desk.trouble(found),
        blocked_here=mine.blocked if mine is not None else None,
        change=await desk.change_since_last(found),
        restarts_day=restarts,
        disconnections_day=disconnections,
        forwards=forwards if isinstance(forwards, Absent) else _to_me(forwards, me),
        traffic_elsewhere=_elsewhere(hosts, mine),
    )


async def of_the_day(desk: BoxDesk, found: Found, status: BoxStatus) -> tuple[int | None, int | None]:
    """Restarts and disconnections of the last 24 hours, by the box's own lists and by what this program saw."""
    seen = await desk.restarts_seen(found)
    listed = [r.at for r in status.restarts] if isinstance(status.restarts, tuple) else None
    fell = [e.at for e in status.events if not e.up] if isinstance(status.events, tuple) else None
    restarts = max(_today(status, listed), seen) if listed is not None else seen or None
    return restarts, _today(status, fell) if fell is not None else None


async def _home(
    desk: BoxDesk, found: Found, status: BoxStatus
) -> tuple[tuple[HomeHost, ...], tuple[PortMapping, ...] | Absent]:
    """Who is at home and what is open for them, where the box lets us ask; else nothing, and the check goes on."""
    from selfcare.boxes.reading import read
    from selfcare.model.box import Why

    nothing = Absent(Why.NOT_ASKED)
    if not status.paired and _pairing(found) is not None:
        return (), nothing
    try:
        async with asyncio.timeout(HOME_S), desk.session(found) as session:
            hosts, forwards = await asyncio.gather(read(session, Capability.HOSTS), read(session, Capability.FORWARDS))
    except (BoxError, SelfcareError, TimeoutError) as error:
        _log.info("hosts and forwards of the box: %s", _code(error))
        return (), nothing
    desk.home_told(found, hosts)
    return hosts if isinstance(hosts, tuple) else (), forwards if isinstance(forwards, (tuple, Absent)) else nothing


def _own(payloads: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The addresses of this PC on the adapter that carries the Internet, and that adapter's hardware address."""
    addresses, link = payloads.get("addr.lease"), payloads.get("link.interfaces")
    config: IpConfig | None = None
    if isinstance(addresses, AddressPayload):
        config = addresses.get(addresses.primary)
    mine = {a.address for a in config.addresses} if config is not None else set()
    adapter = link.get(config.interface) if isinstance(link, LinkPayload) and config is not None else None
    return mine, {adapter.mac.lower()} if adapter is not None and adapter.mac else set()


def _mine(hosts: tuple[HomeHost, ...], me: set[str], macs: set[str]) -> HomeHost | None:
    """This PC among the hosts: by its hardware address; by its address only where no other machine has had it."""
    by_mac = next((h for h in hosts if h.phys_address.lower() in macs), None)
    by_ip = [h for h in hosts if h.ip_address in me]
    return by_mac or (by_ip[0] if len(by_ip) == 1 and by_ip[0].active is not False else None)


def _today(status: BoxStatus, moments: Iterable[datetime]) -> int:
    there = [at for at in moments if at.tzinfo is not None]
    return sum(0 <= (status.taken - at).total_seconds() <= _DAY_S for at in there)


def _to_me(forwards: tuple[PortMapping, ...], me: set[str]) -> tuple[PortMapping, ...]:
    return tuple(replace(f, description=None, remote_host=None) for f in forwards if f.internal_client in me)


def _elsewhere(hosts: Iterable[HomeHost], mine: HomeHost | None) -> Kbps | None:
    """What the other hosts move, in the fuller direction; None where the box tells no host's rate."""
    others = [h for h in hosts if h is not mine and (h.down_rate is not None or h.up_rate is not None)]
    if not others:
        return None
    return Kbps(max(sum(h.down_rate or 0.0 for h in others), sum(h.up_rate or 0.0 for h in others)))


def _anonymous(status: BoxStatus) -> BoxStatus:
    """Without what identifies somebody: serial number, hardware addresses, names that somebody gave."""
    device = replace(status.device, serial_number=None, mac_address=None, uid=None)
    tv = (
        status.tv
        if isinstance(status.tv, Absent)
        else tuple(replace(d, phys_address=None, model_name=None) for d in status.tv)
    )
    return replace(status, device=device, tv=tv)
