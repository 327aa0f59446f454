"""``speed.capacity``: how much the line carries each way, and what happens to latency meanwhile.

The only probe that fills the line. Before it does, it listens whether somebody on this PC
already does, and takes the same latencies without load. Download, a pause until the queue
is empty, upload.
"""

from __future__ import annotations

import asyncio
import time

from probes.framework import ProbeContext, probe
from probes.hostnet.traffic import Carried, carried
from probes.wire import pulse, transfer
from probes.wire.pulse import Target
from probes.wire.threads import in_thread
from probes.wire.transfer import Where
from selfcare.model import experience
from selfcare.model.payloads.capacity import CapacityPayload, Load, Method, Place, Series, Stop
from selfcare.model.payloads.gateway import GatewayPayload, IcmpMethod, TcpAnswer
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.path import PathPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec, Tier
from selfcare.model.profile import SpeedServer

DOWN_BYTES, UP_BYTES = 150_000_000, 75_000_000
LISTEN_S, IDLE_S, DRAIN_S = 0.5, 2.0, 2.5
BUILD_UP = 0.3  # share of the load in which its queue is still filling
_RESOLVE_S = 1.5
_INTERVAL_S, _SERVER_INTERVAL_S = 0.1, 0.25
_HEADERS = 1.06  # TCP, IP and Ethernet headers and acknowledgements beside the payload
_DIRECT = (IcmpMethod.DATAGRAM, IcmpMethod.API)


@probe(
    ProbeSpec(
        id="speed.capacity",
        version=1,
        layer=Layer.PATH,
        requires=("link.interfaces", "addr.lease", "gateway.reach", "path.hops"),
        answers=("latency_holds_under_load", "rate_as_agreed"),
        cost=ProbeCost(bytes_up=UP_BYTES + 500_000, bytes_down=DOWN_BYTES + 500_000, loads_line=True),
        tier=Tier.DEEP,
        time_limit_ms=32_000,
        needs=("speed_server",),
    )
)
async def measure(ctx: ProbeContext) -> CapacityPayload:
    """4 to 27 s: half a second of listening, two without load, at most eight each way, pauses between."""
    if not ctx.profile.speed_servers:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    server = ctx.profile.speed_servers[0]
    interface = _interface(ctx)
    before = await _listen(interface)
    address = await _address(server)
    targets = _targets(ctx, server, address)
    idle = await pulse.watch(targets, _timer(IDLE_S))
    if not any(s.place is Place.SERVER and s.rtts_ms for s in idle):
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
    targets, idle = _answering(targets, idle)

    where = Where(address, server.port, server.host, server.down_path)
    down = await _loaded(transfer.download, where, DOWN_BYTES, targets, interface)
    if down.stop is Stop.FAILED:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
    await _drained(targets[-1], idle)
    where = Where(address, server.port, server.host, server.up_path)
    up = await _loaded(transfer.upload, where, UP_BYTES, targets, interface)
    measured = CapacityPayload(
        server.host, interface, before[0], before[1], idle, down, None if up.stop is Stop.FAILED else up,
        contract_down_kbit=ctx.profile.contract_down_kbit,
    )  # fmt: skip
    return judged(measured)


def _answering(targets: tuple[Target, ...], idle: tuple[Series, ...]) -> tuple[tuple[Target, ...], tuple[Series, ...]]:
    """Those who answered; the anchor only where no hop of the ISP did."""
    hop = any(s.place is Place.ISP_HOP and s.rtts_ms for s in idle)
    kept = [(t, s) for t, s in zip(targets, idle, strict=True) if s.rtts_ms and not (hop and s.place is Place.ANCHOR)]
    return tuple(t for t, _ in kept), tuple(s for _, s in kept)


def judged(measured: CapacityPayload) -> CapacityPayload:
    """The same with its scales: responsiveness, grade, and what it is good for."""
    from dataclasses import replace

    down, up = measured.down, measured.up
    rise_down, rise_up = _queue_ms(measured, down), _queue_ms(measured, up)
    idle = measured.before(Place.SERVER)
    responsive = [
        experience.rpm(series.rtts_ms) if series is not None else None
        for series in (load.series(Place.SERVER) if load is not None else None for load in (down, up))
    ]
    measured = replace(measured, rpm_down=responsive[0], rpm_up=responsive[1])
    if up is None or idle is None or idle.median_ms is None or rise_down is None or rise_up is None:
        return measured
    figures = experience.Figures(
        idle.median_ms, experience.jitter(idle.rtts_ms), max(rise_down, rise_up, 0.0), idle.loss,
        down.median_mbps or 0.0, up.median_mbps or 0.0,
    )  # fmt: skip
    return replace(measured, grade=experience.grade(rise_down, rise_up), uses=experience.scores(figures))


def _queue_ms(measured: CapacityPayload, load: Load | None) -> float | None:
    """What the queue adds: the least of what the places beyond the box show, as a lost SYN adds a second to some."""
    rises = [measured.rise_ms(load, place) for place in (Place.ISP_HOP, Place.ANCHOR, Place.SERVER)]
    return min((r for r in rises if r is not None), default=None)


def _interface(ctx: ProbeContext) -> str | None:
    gateway = ctx.get("gateway.reach", GatewayPayload)
    return gateway.interface if gateway is not None else ctx.need("link.interfaces", LinkPayload).primary


async def _listen(interface: str | None) -> tuple[float | None, float | None]:
    """This PC's own traffic before anything of ours, in kbit/s."""
    first, begun = carried(interface), time.perf_counter()
    await asyncio.sleep(LISTEN_S)
    last, took = carried(interface), time.perf_counter() - begun
    if first is None or last is None:
        return None, None
    return round((last.down - first.down) / took / 125, 1), round((last.up - first.up) / took / 125, 1)


async def _address(server: SpeedServer) -> str:
    if server.addresses:
        return server.addresses[0]
    import socket

    try:
        async with asyncio.timeout(_RESOLVE_S):
            found = await in_thread(socket.getaddrinfo, server.host, server.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error
    return str(found[0][4][0])


def _targets(ctx: ProbeContext, server: SpeedServer, address: str) -> tuple[Target, ...]:
    """From near to far; the server is the last one and always there."""
    gateway, path = ctx.get("gateway.reach", GatewayPayload), ctx.get("path.hops", PathPayload)
    found: list[Target] = []
    icmp = gateway is not None and gateway.icmp_method in _DIRECT
    if gateway is not None:
        ports = [t.port for t in gateway.tcp if t.answer in (TcpAnswer.OPEN, TcpAnswer.REFUSED)]
        if icmp and gateway.rtts_ms:
            found.append(Target(Place.GATEWAY, Method.ICMP, _INTERVAL_S, pulse.ping(gateway.gateway)))
        elif ports:
            found.append(Target(Place.GATEWAY, Method.TCP, _INTERVAL_S, pulse.connecting(gateway.gateway, ports[0])))
    if path is not None and path.first_isp_hop is not None and icmp:
        found.append(Target(Place.ISP_HOP, Method.ICMP, _INTERVAL_S, pulse.ping(path.first_isp_hop)))
    anchors = [a for a in ctx.profile.anchors if (":" in a.address) == (":" in address)]
    if anchors:
        ask = pulse.connecting(anchors[0].address, anchors[0].port)
        found.append(Target(Place.ANCHOR, Method.TCP, _SERVER_INTERVAL_S, ask))
    ask = pulse.small_request(address, server.port, server.host, server.small_path)
    return (*found, Target(Place.SERVER, Method.HTTP, _SERVER_INTERVAL_S, ask))


def _timer(seconds: float) -> asyncio.Event:
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, event.set)
    return event


async def _loaded(
    one: transfer.One, where: Where, limit: int, targets: tuple[Target, ...], interface: str | None
) -> Load:
    """One direction filled, with the latencies meanwhile."""
    over = asyncio.Event()
    trend = pulse.Trend()
    watching = asyncio.create_task(pulse.watch((*targets[:-1], trend.listen(targets[-1])), over, BUILD_UP))
    try:
        first = carried(interface)
        moved = await transfer.fill(one, where, limit, trend.steady)
        last = carried(interface)
        over.set()
        latencies = await watching
    finally:
        watching.cancel()
    window_s, rates, kept = transfer.settled(moved.totals)
    return Load(
        stop=moved.stop,
        seconds=round(moved.seconds, 3),
        bytes=moved.totals[-1],
        connections=moved.connections,
        window_s=window_s,
        windows_mbps=tuple(round(r, 3) for r in rates),
        median_mbps=experience.median(kept),
        iqr_mbps=experience.interquartile(kept),
        cpu_share=round(moved.cpu_share, 3),
        foreign_share=_foreign(first, last, moved.offered, download=one is transfer.download),
        latencies=latencies,
    )


def _foreign(first: Carried | None, last: Carried | None, ours: int, download: bool) -> float | None:
    if first is None or last is None:
        return None
    # On the way up some of ours is sent twice or still waits in the queue: this errs on the side of "all ours".
    everything = last.down - first.down if download else last.up - first.up
    return round(max(0.0, 1 - ours * _HEADERS / everything), 3) if everything > 0 else 0.0


async def _drained(target: Target, idle: tuple[Series, ...]) -> None:
    """Waits until the queue that the download left behind is empty: it would count against the upload."""
    usual = next((s.median_ms for s in idle if s.place is target.place), None) or 0.0
    end = time.monotonic() + DRAIN_S
    while time.monotonic() < end:
        answer = await target.ask()
        if answer is not None and answer < 1.5 * usual + 20:
            return
        await asyncio.sleep(0.1)
