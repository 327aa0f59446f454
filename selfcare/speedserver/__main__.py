"""``python -m selfcare.speedserver [--address A] [--port P]``: serves until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from selfcare.speedserver.reach import Reach, ReachLimits
from selfcare.speedserver.server import Limits, SpeedServer


def main() -> int:
    """Reads the options and serves."""
    limits = Limits()
    parser = argparse.ArgumentParser(prog="python -m selfcare.speedserver", description=__doc__)
    parser.add_argument("--address", action="append", help="an address to listen on; may be repeated")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--max-bytes", type=int, default=limits.bytes, help="per request, both directions")
    parser.add_argument("--max-seconds", type=float, default=limits.seconds, help="per connection")
    parser.add_argument("--max-connections", type=int, default=limits.connections)
    parser.add_argument("--no-reach", action="store_true", help="knock at nobody's ports: without GET /reach")
    inside = "knock at private addresses too: a laboratory without any proxy"
    parser.add_argument("--reach-inside", action="store_true", help=inside)
    options = parser.parse_args()
    limits = Limits(options.max_bytes, options.max_seconds, options.max_connections)
    server = SpeedServer(limits, None if options.no_reach else Reach(ReachLimits(inside=options.reach_inside)))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(server, options.address or ["0.0.0.0"], options.port))
    return 0


async def _serve(server: SpeedServer, addresses: list[str], port: int) -> None:
    listening = await asyncio.start_server(server.serve, addresses, port, backlog=128)
    async with listening:
        await listening.serve_forever()


if __name__ == "__main__":
    raise SystemExit(main())
