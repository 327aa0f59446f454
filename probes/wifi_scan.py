"""``wifi.scan``: who else is in the air, by a search made now."""

from __future__ import annotations

import dataclasses
import time

from probes.framework import ProbeContext, probe
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeSpec, Tier
from selfcare.model.wifi import WifiReading
from selfcare.model.wifi.radios import Radios, Scan, ScanOutcome

FRESH_S = 30.0
"""What the system heard within that time is as good as a search of our own, and disturbs nothing."""


@probe(
    ProbeSpec(
        id="wifi.scan",
        version=1,
        layer=Layer.LINK,
        # After the series to the box and beyond: the radio leaves its channel for a search, and packets wait.
        requires=("link.interfaces", "wifi.link", "latency.gateway", "latency.isp"),
        answers=("wifi_channel_crowded", "wifi_faster_band", "wifi_better_point", "wifi_known_in_sight"),
        tier=Tier.DEEP,
        time_limit_ms=14_000,
    )
)
async def measure(ctx: ProbeContext) -> WifiPayload:
    """A search where the last one is old, of 2 to 6 s; in a deep check only: the connection may stutter meanwhile."""
    link = ctx.need("link.interfaces", LinkPayload)
    if not any(adapter.kind is InterfaceKind.WIFI for adapter in link.interfaces):
        raise CannotRun(NotRunReason.NO_INTERFACE)
    from probes import radio

    radios = radio.radios(ctx.platform)
    try:
        reading = await _searched(radios)
    finally:
        await radios.close()
    looked = ctx.get("wifi.link", WifiPayload)
    return WifiPayload(reading, looked.default if looked else False, gateway_mac=looked.gateway_mac if looked else None)


async def _searched(radios: Radios) -> WifiReading:
    reading = await radios.read()
    if reading.radio is None:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    if reading.scan_age_s is not None and reading.scan_age_s <= FRESH_S:
        return reading
    begun = time.monotonic()
    scan: Scan = await radios.scan()
    if scan.outcome is not ScanOutcome.DONE:
        raise CannotRun(_REASONS.get(scan.outcome, NotRunReason.SOURCE_UNAVAILABLE))
    after = await radios.read()
    # Where the system tells no age, the search is of as long ago as it took to come here.
    age = after.scan_age_s if after.scan_age_s is not None else time.monotonic() - begun
    return dataclasses.replace(after, neighbours=after.neighbours or scan.found, scan_age_s=age)


_REASONS = {
    ScanOutcome.DENIED: NotRunReason.PERMISSION_DENIED,
    ScanOutcome.NO_ADAPTER: NotRunReason.NO_INTERFACE,
    ScanOutcome.RADIO_OFF: NotRunReason.NO_LINK,
}
