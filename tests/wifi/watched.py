"""``python -m tests.wifi.watched SECONDS``: the live desk for that long, on the PC. A line of JSON for each moment.

``began_s``, ``got_s`` are of the monotonic clock, which all of the machine share: when the moment was asked for, by
what it says itself, and when it was there.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from probes.radio import radios
from selfcare.app.wifi.desk import Desk, WifiDeskParts
from selfcare.model.probe import Platform
from selfcare.model.wifi import Link

PERIOD_S, WHOLE_EVERY = 0.5, 6


class Refused:
    """Nobody to ask: the way to the box is not what is watched here."""

    async def __call__(self) -> float | None:
        raise LookupError


def said(link: Link | None) -> dict[str, Any]:
    if link is None:
        return {"bssid": None, "dbm": None}
    return {"bssid": link.bssid, "dbm": link.rssi_dbm, "mhz": link.channel.mhz if link.channel else None}


def own() -> dict[str, Any]:
    """Resident kilobytes, open descriptors and objects of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    opened = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return {"rss_kb": pages * 4, "open": opened, "objects": len(gc.get_objects())}


async def main(seconds: float) -> None:
    parts = WifiDeskParts(
        radios=lambda: radios(Platform.LINUX), knock=Refused, data=Path(tempfile.mkdtemp()), note=lambda *_: None
    )
    desk, end, number = Desk(parts), time.monotonic() + seconds, 0
    async for point in desk.live(PERIOD_S, knock=False):
        got_s = time.monotonic()
        line = {"kind": "live", "began_s": point.at_s, "got_s": got_s, "stale": point.stale, **said(point.link)}
        print(json.dumps(line), flush=True)
        number += 1
        if number % WHOLE_EVERY == 0:
            reading = await desk.read()
            line = {"kind": "whole", "began_s": reading.taken_s, "got_s": time.monotonic(), **said(reading.link)}
            state = reading.radio.state.value if reading.radio else None
            print(json.dumps({**line, "access": reading.access.value, "state": state, **own()}), flush=True)
        if time.monotonic() > end:
            break
    await desk.close()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
