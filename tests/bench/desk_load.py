"""The load on a desk, as a process of its own: tickets with a report of 60 kB each, no two alike.

``python -m tests.bench.desk_load URL TOKENS SECONDS CONNECTIONS [RATE]``: one token a line in the file TOKENS; prints a
JSON document of what was answered. Without RATE each connection sends the next ticket when the last one is answered;
with it they leave at that rate whatever is answered, as subscribers do, and what waits for a connection counts as slow.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import json
import os
import sys
import time
import uuid
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from selfcare.desks.tmf621_v5 import V5
from selfcare.i18n import SUPPORT, Catalogue
from selfcare.model.report import Reach
from selfcare.model.ticket import Attachment, Severity, Ticket
from selfcare.report.build import build
from tests.report.world import KEY, options, source

SIZE = 60_000
"""Bytes of one attachment."""
PATH = "/tmf-api/troubleTicket/v5/troubleTicket"
_FACTS = {"verdict_state": "fault", "verdict_code": "ISP-DNS-DOWN", "verdict_band": "certain", "segments": "isp",
          "access": "fibre", "operator": "orange"}  # fmt: skip


@dataclass(slots=True)
class Answered:
    """``took``: ms of each. ``made``: our id, the desk's, and the digest of the attachment."""

    took: list[float] = field(default_factory=list)
    made: list[tuple[str, str, str]] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def report() -> bytes:
    """A real one, signed, with everything that a report can have."""
    return build(source(), options(), KEY, Catalogue("fr", SUPPORT)).archive


def unlike(archive: bytes) -> bytes:
    """The same with one file more, of chance, to 60 kB: no two have the same digest, nor can any be packed smaller."""
    whole = io.BytesIO(archive)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_STORED) as added:
        added.writestr("hasard.bin", os.urandom(max(16, SIZE - len(archive) - 150)))
    return whole.getvalue()


def bodies(archive: bytes) -> Any:
    """One after the other: what the program itself would send."""
    shape: dict[str, str] = {}
    for number in itertools.count(1):
        data, identity = unlike(archive), str(uuid.uuid4())
        digest = hashlib.sha256(data).hexdigest()
        case = f"CAS-{number:04X}-{os.urandom(2).hex().upper()}"
        reach = Reach(name="Camille Martin", phone="0612345678", contract=f"C{number:08d}", line_number="0102030405")
        file = Attachment(f"{case}.zip", "application/zip", data, digest)
        text = "Les serveurs DNS de l’opérateur ne répondent pas.\n" * 10
        ticket = Ticket(identity, case, "Plus d’Internet", text, Severity.BLOCKING,
                        code="ISP-DNS-DOWN", reach=reach, facts=_FACTS, attachments=(file,))  # fmt: skip
        yield identity, digest, msgspec.json.encode(V5().new(ticket, shape, files=True))


async def load(url: str, tokens: list[str], seconds: float, connections: int, rate: float) -> Answered:
    """For so long; what is under way at the end is waited for."""
    told, source_of, whose = Answered(), bodies(report()), itertools.cycle(tokens)
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60)) as session:
        began = time.perf_counter()

        async def one(due: float) -> None:
            identity, digest, body = next(source_of)
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {next(whose)}",
                       "Idempotency-Key": identity}  # fmt: skip
            started = due or time.perf_counter()
            try:
                async with session.post(url + PATH, data=body, headers=headers) as answer:
                    found = await answer.read()
                    kind = str(answer.status)
            except (aiohttp.ClientError, TimeoutError) as error:
                kind, found = type(error).__name__, b""
            told.took.append((time.perf_counter() - started) * 1000)
            if kind != "201":
                told.errors[kind] = told.errors.get(kind, 0) + 1
                return
            told.made.append((identity, json.loads(found)["id"], digest))

        async def one_after_another() -> None:
            while time.perf_counter() - began < seconds:
                await one(0.0)

        if rate:
            async with asyncio.TaskGroup() as under_way:
                for number in range(int(rate * seconds)):
                    due = began + number / rate
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
                    under_way.create_task(one(due))
        else:
            await asyncio.gather(*(one_after_another() for _ in range(connections)))
        told.seconds = time.perf_counter() - began
    return told


def main() -> int:
    url, tokens, seconds, connections = sys.argv[1:5]
    rate = float(sys.argv[5]) if len(sys.argv) > 5 else 0.0
    every = Path(tokens).read_text(encoding="ascii").split()
    told = asyncio.run(load(url, every, float(seconds), int(connections), rate))
    found = {"took": told.took, "made": told.made, "errors": told.errors, "seconds": told.seconds}
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
