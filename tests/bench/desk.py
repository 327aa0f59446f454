"""The desk under load, on SQLite and on PostgreSQL that waits for its disk: tickets accepted, a long queue opened.

The load is a process of its own (``desk_load.py``). Afterwards each answered ticket is looked for, with its bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, insert, select

from selfcare.deskserver.access.sessions import start
from selfcare.deskserver.access.tokens import digest
from selfcare.deskserver.blobs_disk import DiskBlobs
from selfcare.deskserver.database import Database
from selfcare.deskserver.migrations.run import migrate
from selfcare.deskserver.schema import agents, attachments, external_ids, subscribers, tickets, tokens
from tests.bench.figures import Figure
from tests.deskserver.core.many import fill
from tests.deskserver.postgres import Cluster, programs

RATE, P99_MS, OPENS_MS = 150.0, 250.0, 300.0
"""Tickets a second at least; the slowest of a hundred; a page of a queue of 100,000."""
CONNECTIONS, PEOPLE, SECONDS, MANY = 16, 500, 20.0, 100_000
TOKEN_MS, JULIE = 3_600_000, 1000


@dataclass(slots=True)
class Place:
    """A folder of data, and the database's URL ("" is SQLite in it)."""

    folder: Path
    url: str

    def database(self) -> Database:
        return Database(self.url or f"sqlite:///{self.folder / 'desk.db'}")


def desk(runs: int) -> Iterator[Figure]:
    """``runs`` × 20 s of load each, then the queue."""
    for name, place in _places():
        with place() as where:
            yield from _load(name, where, SECONDS * runs)
        with place() as where:
            yield from _queue(name, where)


def _places() -> Iterator[tuple[str, Callable[[], contextlib.AbstractContextManager[Place]]]]:
    yield "SQLite", _sqlite
    if programs() is None:
        sys.stderr.write("no PostgreSQL here: the desk was not measured on it\n")
        return
    yield "PostgreSQL", _postgresql


@contextlib.contextmanager
def _sqlite() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        yield Place(Path(folder), "")


@contextlib.contextmanager
def _postgresql() -> Iterator[Place]:
    found = programs()
    assert found is not None
    cluster = Cluster(found, durable=True)
    try:
        cluster.ask("CREATE DATABASE desk")
        with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
            yield Place(Path(folder), cluster.url("desk"))
    finally:
        cluster.close()


@contextlib.contextmanager
def _served(where: Place) -> Iterator[str]:
    """Its address."""
    command = [sys.executable, "-m", "tests.bench.desk_server", str(where.folder), where.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout and server.stdin
        url = server.stdout.readline().strip()
        assert url, "the desk did not start"
        try:
            yield url
        finally:
            server.stdin.close()
            server.wait(60)


# -- tickets ----------------------------------------------------------------------------------------


def _load(name: str, where: Place, seconds: float) -> Iterator[Figure]:
    people = where.folder / "tokens"
    _prepared(where, lambda c: _tokens(c, people))
    with _served(where) as url:
        told = _asked(url, people, min(3.0, seconds), 0.0)  # everything is loaded once
        told = _asked(url, people, seconds, 0.0)
        steady = _asked(url, people, seconds, RATE)
    taken, errors = sorted(told["took"]), told["errors"]
    rate = len(told["made"]) / told["seconds"]
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    made = f"{len(told['made'])} tickets in {told['seconds']:.1f} s"
    note = f"load average {load}; {CONNECTIONS} connections, {made}; {_spread(taken)}"
    yield Figure(f"desk, {name}: one ticket, accepted durably, at full speed", 1000 / rate, "ms", 1000 / RATE,
                 f"{rate:.0f} tickets/s (at least {RATE:g}); {note}")  # fmt: skip
    yield Figure(f"desk, {name}: p99 at full speed", _quantile(taken, 0.99), "ms", P99_MS)
    yield Figure(f"desk, {name}: p99 at {RATE:g} tickets/s", _quantile(sorted(steady["took"]), 0.99), "ms", P99_MS,
                 f"whatever is answered; {_spread(sorted(steady['took']))}")  # fmt: skip
    yield Figure(f"desk, {name}: errors", sum(errors.values()) + sum(steady["errors"].values()), "", 0,
                 ", ".join(f"{kind} {count}" for kind, count in (errors | steady["errors"]).items()))  # fmt: skip
    lost = _lost(where, told["made"] + steady["made"])
    yield Figure(f"desk, {name}: answered and not there", lost, "", 0, "each looked for by both ids and its bytes")


def _prepared(where: Place, do: Callable[[Any], None]) -> None:
    database = where.database()
    migrate(database.url)
    with database.engine.begin() as connection:
        do(connection)
    database.engine.dispose()


def _tokens(c: Any, to: Path) -> None:
    """Of so many PCs, as if each had just shown its key."""
    now, made = time.time_ns() // 1_000_000, [f"slf_{os.urandom(24).hex()}" for _ in range(PEOPLE)]
    people = [{"id": n, "key": f"install:{n}", "proven": True, "created_at": now} for n in range(1, PEOPLE + 1)]
    given = {"kind": "install", "created_at": now, "until": now + TOKEN_MS}
    c.execute(insert(subscribers), people)
    hashes = [{"hash": digest(one), "subscriber_id": n, "name": f"i{n}", **given} for n, one in enumerate(made, 1)]
    c.execute(insert(tokens), hashes)
    to.write_text("\n".join(made), encoding="ascii")


def _asked(url: str, people: Path, seconds: float, rate: float) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "tests.bench.desk_load",
        url,
        str(people),
        str(seconds),
        str(CONNECTIONS),
        str(rate),
    ]
    found: dict[str, Any] = json.loads(subprocess.check_output(command))
    return found


def _quantile(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _spread(ordered: list[float]) -> str:
    return (f"p50 {_quantile(ordered, 0.5):.0f} ms, p95 {_quantile(ordered, 0.95):.0f} ms, "
            f"p99 {_quantile(ordered, 0.99):.0f} ms, max {ordered[-1]:.0f} ms")  # fmt: skip


def _lost(where: Place, made: list[tuple[str, str, str]]) -> int:
    """Answered, and yet not in the database, or without the bytes that were sent."""
    database = where.database()
    query = select(external_ids.c.value, tickets.c.ref, attachments.c.sha256).select_from(
        external_ids.join(tickets, tickets.c.id == external_ids.c.ticket_id)
        .join(attachments, attachments.c.ticket_id == tickets.c.id)
    )  # fmt: skip
    with database.engine.connect() as connection:
        there = {tuple(row) for row in connection.execute(query)}
    database.engine.dispose()
    blobs = DiskBlobs(where.folder / "blobs")
    return sum(tuple(one) not in there or not _whole(blobs, one[2]) for one in made)


def _whole(blobs: DiskBlobs, sha256: str) -> bool:
    import asyncio

    try:
        return hashlib.sha256(asyncio.run(blobs.get(sha256))).hexdigest() == sha256
    except KeyError:
        return False


# -- the queue --------------------------------------------------------------------------------------


def _queue(name: str, where: Place) -> Iterator[Figure]:
    cookie, ref = "", ""

    def many(c: Any) -> None:
        nonlocal cookie, ref
        now = time.time_ns() // 1_000_000
        fill(c, MANY, now)
        c.execute(
            insert(agents).values(id=JULIE, login="julie", name="Julie", role="lead", language="fr", created_at=now)
        )
        cookie = start(c, JULIE, now)
        ref = c.execute(select(func.min(tickets.c.ref)).where(tickets.c.waiting == "us")).scalar()

    _prepared(where, many)
    search = "/?view=all&text="
    pages = {"queue": "/", "search by a name": f"{search}zo%C3%A9+martin", "search by a contract": f"{search}C0000042",
             "ticket": f"/t/{ref}"}  # fmt: skip
    if where.url:
        _known(where)
    with _served(where) as url:
        for what, path in pages.items():
            first, *warm = (_opened(url, path, cookie) for _ in range(41))
            p95 = statistics.quantiles(warm, n=20)[-1]
            note = (
                f"{MANY} tickets; first {first:.0f} ms, median {statistics.median(warm):.0f} ms, max {max(warm):.0f} ms"
            )
            yield Figure(f"desk, {name}: page of the {what}, p95", max(p95, first), "ms", OPENS_MS, note)


def _known(where: Place) -> None:
    """What PostgreSQL's own housekeeping does within a minute of so many new rows."""
    database = where.database()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    database.engine.dispose()


def _opened(url: str, path: str, cookie: str) -> float:
    """ms, of a connection of its own."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"desk={cookie}"})
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - began) * 1000
    connection.close()
    assert answer.status == 200 and b"<main" in body, (path, answer.status, body[:300])
    return took
