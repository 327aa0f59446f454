"""Run on the lab's PC: ``python -m tests.guides.in_lab NAME=WORD…``: the answers of the PC's side, as JSON.

Each argument is a test with its arguments (``out.port_open:port=8080,protocol=tcp``). ``far=ADDRESS``: what the box
would tell of its line. ``listen=PORT``: a program waits there meanwhile. ``map=PORT``: the router is asked for a rule.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from collections.abc import Mapping
from typing import Any

from probes.eyes import PcEyes
from selfcare.app.guides.pc import PcSide, PcTools
from selfcare.app.guides.world import Moment
from selfcare.model.guide_run import Context
from selfcare.model.home_pc import FarSide
from selfcare.wiring import build_services


def side(far: FarSide | None) -> PcSide:
    services = build_services("fr")

    async def told() -> FarSide | None:
        return far

    return PcSide(PcTools(
        PcEyes(), services.run_check, services.probes, services.repairs, services.profile_in_use, services.catalogue,
        told,
    ))  # fmt: skip


async def rule(router: str, port: int) -> bool:
    """NAT-PMP (RFC 6886, 3.3): TCP, the same port inside, ten minutes."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.connect((router, 5351))
        sock.send(struct.pack("!BBHHHI", 0, 2, 0, port, port, 600))
        async with asyncio.timeout(3):
            answer = await loop.sock_recv(sock, 64)
    return answer[1] == 130 and struct.unpack("!H", answer[2:4])[0] == 0


async def main(words: list[str]) -> list[Any]:
    given = dict(word.split("=", 1) for word in words if ":" not in word)
    asked = [word for word in words if ":" in word]
    far = FarSide(given["far"], own=True) if "far" in given else None
    here, found = side(far), list[Any]()
    if "map" in given:
        found.append(await rule(given.get("router", "192.168.1.1"), int(given["map"])))
    server = None
    if "listen" in given:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "0.0.0.0", int(given["listen"]))
    for word in asked:
        name, _, rest = word.partition(":")
        arguments: Mapping[str, str] = dict(part.split("=", 1) for part in rest.split(",") if part)
        seen = await here.tests[name](arguments, Moment(Context(os="linux"), {}))
        found.append([seen.answer, seen.said[0][0] if seen.said else ""])
    if server is not None:
        server.close()
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1:]))))
