"""``python -m tests.lab.box_api``: a simulated box as the home's own; one JSON line says which, with which faults.

Told: family, address, faults, the PC's address and hardware address (as the box's first host), kbit/s of the line and
of the others, whether it speaks TLS on port 443 as well.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from tests.boxes.__main__ import simulator
from tests.boxes.base import serving
from tests.boxes.home import FAULTS, Home
from tests.lab.world.ca import Authority

PORT = 8480
"""Where it listens in the box: the port of its page leads there."""


def home_of(told: dict[str, Any]) -> Home:
    home = Home(address=told["address"], password=told["password"])
    me = home.hosts[0]
    me.ip, me.mac = told["pc_address"], told["pc_mac"]
    for forward in home.forwards:
        forward.client = told["pc_address"]
    for fault in told["faults"]:
        FAULTS[fault](home)
    for key, value in told.get("line", {}).items():
        setattr(home.line, key, value)
    # The box counts what each host moves: the others do it.
    home.hosts[2].rate_down = max(home.hosts[2].rate_down, int(told.get("line", {}).get("rate_down", 0)))
    for key, value in told.get("optics", {}).items():
        setattr(home.line.optics, key, value)
    return home


async def main() -> None:
    told = json.loads(sys.stdin.readline())
    box = simulator(told["family"], home_of(told))
    async with serving(box, told["address"], PORT):
        if not told["tls"]:
            print("ready", flush=True)
            await asyncio.Event().wait()
        # Its certificate is signed by nobody the PC knows: the one seen at the pairing is kept.
        async with serving(box, told["address"], 443, Authority("Box", only="mabbox.bytel.fr").server()):
            print("ready", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
