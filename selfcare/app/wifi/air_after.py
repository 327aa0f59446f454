"""Whether another channel made the air better: the PC searches again and compares. For ``BoxAir``."""

from __future__ import annotations

from dataclasses import replace

from selfcare.app.wifi.box_channel import Measure
from selfcare.app.wifi.channels import CLEAR_GAIN, advise
from selfcare.app.wifi.ports import ScanOutcome, WifiDesk
from selfcare.model.tri import Tri
from selfcare.model.wifi import WifiReading


async def heard(desk: WifiDesk) -> WifiReading:
    """A look just after a search, because somebody asked; what was known before where there can be no search."""
    scan = await desk.scan()
    reading = await desk.read()
    return replace(reading, neighbours=scan.found, scan_age_s=0.0) if scan.outcome is ScanOutcome.DONE else reading


def measuring(desk: WifiDesk, before: WifiReading, band: str) -> Measure:
    """YES and NO only where the share of the air that others take changed by as much as an advice needs."""

    async def measure() -> Tri:
        then, now = taken(before, band), taken(await heard(desk), band)
        if then is None or now is None or abs(then - now) < CLEAR_GAIN:
            return Tri.UNKNOWN
        return Tri.YES if now < then else Tri.NO

    return measure


def taken(reading: WifiReading, band: str) -> float | None:
    """How much of the air others take where this band's network is now; None where it is not heard."""
    line = next((one for one in advise(reading) if one.band == band), None)
    return None if line is None or line.now is None else dict(line.shares).get(line.now)
