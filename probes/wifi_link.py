"""``wifi.link``: one look at the Wi-Fi, and how its counters grow while the other probes use it."""

from __future__ import annotations

import asyncio
import dataclasses
import time

from probes.framework import ProbeContext, probe
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeSpec
from selfcare.model.wifi import Link, WifiAccess, WifiEvent, WifiReading

WINDOW_S = 0.7
"""Beside the other probes of a check of one second: long enough for some hundred frames, short enough not to delay."""


@probe(
    ProbeSpec(
        id="wifi.link",
        version=1,
        layer=Layer.LINK,
        requires=("link.interfaces", "route.table"),
        answers=(
            "wifi_radio_on",
            "wifi_joined",
            "wifi_auth_refused",
            "wifi_right_net",
            "wifi_encrypted",
            "wifi_signal_enough",
            "wifi_clear",
            "wifi_frames_lost",
            "wifi_phy_enough",
            "wifi_stays_joined",
        ),
        time_limit_ms=4000,
    )
)
async def measure(ctx: ProbeContext) -> WifiPayload:
    """Two looks, 0.7 s apart, and what the system's own log tells of the last day; sends nothing, searches nothing."""
    link = ctx.need("link.interfaces", LinkPayload)
    if not any(adapter.kind is InterfaceKind.WIFI for adapter in link.interfaces):
        raise CannotRun(NotRunReason.NO_INTERFACE)
    # Only here: a computer without Wi-Fi pays nothing for it.
    from probes import radio

    radios = radio.radios(ctx.platform)
    begun = time.monotonic()
    log = asyncio.create_task(radio.past(ctx.platform))
    try:
        first = await radios.read()
        if first.link is not None:
            await asyncio.sleep(max(0.0, WINDOW_S - (time.monotonic() - begun)))
        last = await radios.read() if first.link is not None else first
        history = await log
    finally:
        log.cancel()
        await asyncio.wait({log})
        await radios.close()
    if last.access is WifiAccess.NO_ADAPTER:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    reading = dataclasses.replace(last, events=merged(history, last.events))
    name = reading.radio.interface if reading.radio is not None else None
    adapter = link.get(name) or next((i for i in link.interfaces if i.kind is InterfaceKind.WIFI), None)
    routes = ctx.get("route.table", RoutePayload)
    return dataclasses.replace(
        grown(first, reading),
        default=carries(link, routes, adapter),
        gateway_mac=await _gateway_mac(ctx, routes, adapter),
    )


def merged(log: tuple[WifiEvent, ...], now: tuple[WifiEvent, ...]) -> tuple[WifiEvent, ...]:
    """Oldest first; what we saw ourselves is in the log as well."""
    from probes.radio import story

    return story.without_echo((*log, *now)) if log else now


def grown(first: WifiReading, last: WifiReading) -> WifiPayload:
    """How the counters grew, where it is the same association all along."""
    before, after = first.link, last.link
    if before is None or after is None or not _same(before, after):
        return WifiPayload(last)
    return WifiPayload(
        last,
        window_s=round(last.taken_s - first.taken_s, 3),
        sent=_more(before.tx_packets, after.tx_packets),
        retried=_more(before.tx_retries, after.tx_retries),
        failed=_more(before.tx_failed, after.tx_failed),
        beacons_lost=_more(before.beacons_lost, after.beacons_lost),
    )


def _same(before: Link, after: Link) -> bool:
    older = before.connected_s is None or after.connected_s is None or after.connected_s >= before.connected_s
    return before.bssid == after.bssid and older


def _more(before: int | None, after: int | None) -> int | None:
    """None also for a counter that was begun anew."""
    return after - before if before is not None and after is not None and after >= before else None


def carries(link: LinkPayload, routes: RoutePayload | None, adapter: Interface | None) -> bool:
    """Whether this Wi-Fi carries the default route; without one, whether it is the only adapter that could."""
    if adapter is None:
        return False
    owners = {routes.owner4, routes.owner6} - {None} if routes is not None else set()
    if owners - set(routes.tunnels if routes is not None else ()):
        return adapter.name in owners
    others = [i for i in link.physical if i.name != adapter.name and i.kind is not InterfaceKind.WIFI]
    return not any(other.carrier for other in others)


async def _gateway_mac(ctx: ProbeContext, routes: RoutePayload | None, adapter: Interface | None) -> str | None:
    if routes is None or adapter is None:
        return None
    gateway = next((r.gateway for r in routes.routes if r.gateway and r.interface == adapter.name), None)
    if gateway is None:
        return None
    from probes.hostnet import native
    from probes.wire.threads import in_thread

    (found,) = await in_thread(native.neighbours, ctx.platform, adapter.name, adapter.index, 0.0, gateway)
    return found.mac
