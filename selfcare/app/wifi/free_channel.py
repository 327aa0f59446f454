"""A channel for somebody who asks which: searches, then advises. ``PcTools.free_channel`` of the guides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from selfcare.app.wifi.channels import advise
from selfcare.app.wifi.ports import Radios, ScanOutcome


async def free_channel(make: Callable[[], Radios], band: str) -> int | None:
    """The better channel of this band ("2.4", "5"), None where there is none, or nothing could be heard."""
    radios = make()
    try:
        scan = await radios.scan()
        if scan.outcome is not ScanOutcome.DONE:
            return None
        reading = replace(await radios.read(), neighbours=scan.found, scan_age_s=0.0)
    finally:
        await radios.close()
    return next((line.better for line in advise(reading) if line.band == band), None)
