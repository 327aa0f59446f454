"""``python -m tests.wifi.traces.make SEED…`` inside the small machine: one line of JSON for each trace."""

from __future__ import annotations

import asyncio
import json
import sys

from probes import speed_capacity
from probes.wire import pulse, transfer
from probes.wire.pulse import Target
from probes.wire.transfer import Where
from selfcare.model.payloads.capacity import Method, Place, Series
from tests.wifi.traces.home import BOX, PORT, SERVER, Links, build
from tests.wifi.traces.links import Pair, pair


async def trace(made: Pair) -> dict[str, object]:
    """What ``speed.capacity`` measures of a download, by its own parts: idle, then filled."""
    targets = (
        Target(Place.GATEWAY, Method.ICMP, 0.1, pulse.ping(BOX)),
        Target(Place.ISP_HOP, Method.ICMP, 0.1, pulse.ping(SERVER)),
        Target(Place.SERVER, Method.HTTP, 0.25, pulse.small_request(SERVER, PORT, "lab", "/small")),
    )
    async with Links(made):
        await asyncio.sleep(0.3)
        idle = await pulse.watch(targets, speed_capacity._timer(2.0))
        where = Where(SERVER, PORT, "lab", "/down")
        down = await speed_capacity._loaded(transfer.download, where, 150_000_000, targets, "air")
        await asyncio.sleep(0.5)
    return {
        "seed": made.seed, "truth": made.truth, "air": made.air.kind, "line": made.line.kind,
        "air_kbit": round(made.air.mean), "line_kbit": round(made.line.mean), "fair": made.air.fair,
        "stop": down.stop.value, "connections": down.connections, "windows_mbps": down.windows_mbps,
        "median_mbps": down.median_mbps, "iqr_mbps": down.iqr_mbps,
        "idle": [brief(s) for s in idle], "loaded": [brief(s) for s in down.latencies],
    }  # fmt: skip


def brief(series: Series) -> list[object]:
    """Place, method, how many were asked, the round trips to a tenth of a ms."""
    return [series.place.value, series.method.value, series.sent, [round(rtt, 1) for rtt in series.rtts_ms]]


def main(seeds: list[int]) -> None:
    build()
    for seed in seeds:
        print(json.dumps(asyncio.run(trace(pair(seed)))), flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
