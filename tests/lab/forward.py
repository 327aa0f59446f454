"""Carries connections: ``python -m tests.lab.forward FROM TO``, each ``tcp:ADDRESS:PORT`` or ``unix:PATH``.

A socket that is a file reaches from a network of the lab to the machine around it, and nothing else does.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

PIECE = 65536
Door = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _opened(door: str) -> Door:
    kind, _, where = door.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(where)
    address, _, port = where.rpartition(":")
    return await asyncio.open_connection(address, int(port))


async def _carried(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()


async def forward(come_in: str, go_on: str) -> None:
    """Until it is cancelled."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner = await _opened(go_on)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(_carried(reader, inner[1]), _carried(inner[0], writer))
        finally:
            inner[1].close()
            writer.close()

    kind, _, where = come_in.partition(":")
    if kind == "unix":
        server = await asyncio.start_unix_server(hear, where)
    else:
        address, _, port = where.rpartition(":")
        server = await asyncio.start_server(hear, address, int(port))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(forward(*sys.argv[1:3]))
