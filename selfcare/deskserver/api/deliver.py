"""Hubs are told what happened: in the order it did, at least once, also after a restart. Rows are all there is to it.

A row of ``happened`` gets one of ``deliveries`` for each hub that wants it; the first of a hub is brought, until it is
taken (2xx), then the next. Of several processes one does all this at a time (``leases``). Not taken: again after 30 s,
a minute, … an hour. After three days of that, or by 410, the hub is taken off, and the audit says so. A row that nobody
waits for any more goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import logging
import socket
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from selfcare.deskserver.api import hub
from selfcare.deskserver.api.events import event
from selfcare.deskserver.api.versions import V4, V5
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import found, leases
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import audit, deliveries, happened, hubs

GIVE_UP_MS: Final = 3 * 86_400_000
"""A weekend's outage of the other side is survived."""
FIRST_MS, LONGEST_MS = 30_000, 3_600_000
CALL_S: Final = 10.0
"""For one call, with its answer."""
LEASE_MS: Final = 60_000
"""In which nobody else (another process) brings the same one."""
OWNER_MS: Final = 40_000
"""In which nobody but this process tells hubs anything: two rounds of calls. A killed one's events wait so long."""
BRING_MS: Final = 20_000
"""Into its time: afterwards nothing is begun any more, a process that was stopped meanwhile has no right to it."""
IDLE_S: Final = 5.0
GATHER_S: Final = 0.05
"""What happens meanwhile is told in the same round: 150 tickets a second are twenty rounds of it, not 150."""
_LOG = logging.getLogger("selfcare.deskserver")
_BATCH: Final = 200
_OWNER: Final = "events"
_ANSWER: Final = 4096


@dataclass(frozen=True, slots=True)
class Due:
    """One event for one hub."""

    id: int
    hub: int
    ref: str
    callback: str
    version: str
    tries: int
    what: str
    ticket: str
    at: int
    happened: int


def signature(secret: bytes, ref: str, body: bytes) -> str:
    """For ``X-Selfcare-Signature``: so that a receiver knows who calls. Its key: :func:`key_of`."""
    return "sha256=" + hmac.new(hub.key_of(secret, ref).encode(), body, hashlib.sha256).hexdigest()


def spread(c: Connection, now: int) -> int:
    """Gives each hub its deliveries of what is new; how many rows were new."""
    every = list(c.execute(select(hubs).order_by(hubs.c.id).with_for_update()).mappings())  # one process at a time
    new = select(happened).where(~exists().where(deliveries.c.happened_id == happened.c.id))
    rows = list(c.execute(new.order_by(happened.c.id).limit(_BATCH)).mappings())
    wanted = []
    for row in rows:
        name = hub.EVENTS.get(row["what"], "")
        wanted += [
            {"hub_id": one["id"], "happened_id": row["id"], "next_at": now}
            for one in every
            if name in hub.events_of(one["query"]) and (one["created_at"] or 0) <= (row["at"] or 0)
        ]
    if wanted:
        c.execute(insert(deliveries), wanted)
    kept = {one["happened_id"] for one in wanted}
    if unwanted := [row["id"] for row in rows if row["id"] not in kept]:
        c.execute(delete(happened).where(happened.c.id.in_(unwanted)))
    return len(rows)


def claimed(c: Connection, now: int) -> list[Due]:
    """The first of each hub, where it is due; nobody else brings it for a minute."""
    first = select(func.min(deliveries.c.id)).group_by(deliveries.c.hub_id)
    rows = c.execute(
        select(
            deliveries, hubs.c.ref, hubs.c.callback, hubs.c.version, happened.c.what, happened.c.ticket, happened.c.at
        )
        .join(hubs, hubs.c.id == deliveries.c.hub_id)
        .join(happened, happened.c.id == deliveries.c.happened_id)
        .where(
            deliveries.c.id.in_(first), or_(deliveries.c.next_at <= now, deliveries.c.next_at > now + LONGEST_MS)
        )  # of a clock that was ahead
    ).mappings()
    mine = []
    for row in list(rows):
        same = (deliveries.c.id == row["id"], deliveries.c.next_at == row["next_at"])
        if c.execute(update(deliveries).where(*same).values(next_at=now + LEASE_MS)).rowcount:
            mine.append(Due(row["id"], row["hub_id"], row["ref"], row["callback"], row["version"], row["tries"],
                            row["what"], row["ticket"], row["at"] or 0, row["happened_id"]))  # fmt: skip
    return mine


def taken(c: Connection, due: Due) -> None:
    """Brought. The row it tells of goes with the last one that waited for it."""
    c.execute(delete(deliveries).where(deliveries.c.id == due.id))
    if c.execute(select(deliveries.c.id).where(deliveries.c.happened_id == due.happened).limit(1)).first() is None:
        c.execute(delete(happened).where(happened.c.id == due.happened))
    c.execute(update(hubs).where(hubs.c.id == due.hub).values(failures=0))


def failed(c: Connection, due: Due, now: int, gone: bool) -> bool:
    """Later; or never again: the hub is taken off, True."""
    if gone or now - due.at > GIVE_UP_MS:
        c.execute(delete(hubs).where(hubs.c.id == due.hub))
        c.execute(
            insert(audit).values(at=now, who="desk", did="unhub", what=f"hub:{due.ref}", detail=due.callback[:500])
        )
        return True
    wait = min(FIRST_MS * 2 ** min(due.tries, 20), LONGEST_MS)
    c.execute(update(deliveries).where(deliveries.c.id == due.id).values(tries=due.tries + 1, next_at=now + wait))
    c.execute(update(hubs).where(hubs.c.id == due.hub).values(failures=hubs.c.failures + 1))
    return False


@dataclass(slots=True)
class Deliverer:
    """``await run()`` in a task of the server's; ``desk.wake("events")`` makes it look at once."""

    desk: Desk
    inside: frozenset[str] = frozenset()
    _told: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _since: int = field(default=0, init=False)

    async def run(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._told.set)

        self.desk.wakes["events"] = wake
        try:
            await self._rounds()
        finally:  # another desk need not wait for it
            with contextlib.suppress(Exception):
                async with asyncio.timeout(1.0):
                    await self.desk.database.write(lambda c: leases.given_back(c, _OWNER, self.desk.process))

    async def _rounds(self) -> None:
        while True:
            self._told.clear()
            try:
                busy = await self.once()
            except (DeskRefusal, OSError, RuntimeError):
                busy = False
            if not busy:
                try:
                    async with asyncio.timeout(IDLE_S):  # wait_for forgets an end that comes with a wake
                        await self._told.wait()
                except TimeoutError:
                    continue
                await asyncio.sleep(GATHER_S)

    async def once(self) -> bool:
        """One round; whether there may be more to do at once."""
        new, mine = await self.desk.database.write(self._mine)
        done = await asyncio.gather(*(self._bring(one) for one in mine), return_exceptions=True)
        for one in done:  # one hub's trouble keeps no other waiting; its own comes again when the lease is over
            if isinstance(one, BaseException):
                _LOG.error("an event was not brought: %s", type(one).__name__)
        return new >= _BATCH or any(one is True for one in done)

    def _mine(self, c: Connection) -> tuple[int, list[Due]]:
        """What is new and what is due, where this process is the one that tells."""
        now = self._since = self.desk.now()
        if not leases.mine(c, _OWNER, self.desk.process, now, OWNER_MS):
            return 0, []
        return spread(c, now), claimed(c, now)

    async def _bring(self, due: Due) -> bool:
        version, root = (V5 if due.version == "v5" else V4), self.desk.settings.url.rstrip("/")

        def ask(c: Connection) -> Any:
            number = found.id_of(c, due.ticket)
            whole = found.whole(c, number) if number is not None else None
            return event(version, due.happened, due.what, due.ticket, due.at, whole, root, self.desk.now())

        body = await self.desk.database.read(ask)
        if self.desk.now() - self._since > BRING_MS:  # another process may be telling it by now
            return False
        status = await self._called(due, msgspec.json.encode(body)) if body is not None else 204
        if 200 <= status < 300:
            await self.desk.database.write(lambda c: taken(c, due))
            return True
        now = self.desk.now()
        await self.desk.database.write(lambda c: failed(c, due, now, status == 410))
        return False

    async def _called(self, due: Due, body: bytes) -> int:
        """Its status; 0: nobody there, too slow, or an address it may not be called at (any more)."""
        try:
            async with asyncio.timeout(CALL_S / 2):
                known = await hub.checked(due.callback, self.inside)
            async with aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=_Known(known), use_dns_cache=False),
                timeout=aiohttp.ClientTimeout(total=CALL_S), cookie_jar=aiohttp.DummyCookieJar(), trust_env=False,
            ) as session:  # fmt: skip
                headers = {"Content-Type": "application/json",
                           "X-Selfcare-Signature": signature(self.desk.secret, due.ref, body)}  # fmt: skip
                async with session.post(due.callback, data=body, headers=headers, allow_redirects=False) as answer:
                    await answer.content.read(_ANSWER)
                    return answer.status
        except (DeskRefusal, aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return 0


class _Known(AbstractResolver):
    """Only the addresses that were looked at: a name that changes its mind meanwhile leads nowhere else."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, proto=0, flags=socket.AI_NUMERICHOST,
                          family=socket.AF_INET6 if ":" in one else socket.AF_INET) for one in self._addresses
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing is held."""
