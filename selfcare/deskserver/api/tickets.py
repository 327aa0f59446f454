"""Tickets over HTTP, for both versions: filed once, listed, read, given away again whole."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access import audit
from selfcare.deskserver.access.pace import Window
from selfcare.deskserver.api import outgoing, query, talk
from selfcare.deskserver.api.bounds import milliseconds
from selfcare.deskserver.api.files import Incoming
from selfcare.deskserver.api.incoming import CASE, KEY, OWNER, TICKET, Asked, asked
from selfcare.deskserver.api.patch import state_of
from selfcare.deskserver.api.versions import Version
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import found, together
from selfcare.deskserver.core import tickets as core
from selfcare.deskserver.core.acting import DAY
from selfcare.deskserver.core.taking import keys
from selfcare.deskserver.model import (
    Change,
    DeskRefusal,
    External,
    File,
    Filed,
    Filing,
    Head,
    StatusChange,
    Subscriber,
    System,
    Whole,
)
from selfcare.deskserver.schema import external_ids
from selfcare.model.ticket import State

_KEY = 200
"""Characters of an ``Idempotency-Key``."""


async def create(request: Request, version: Version) -> Response:
    """201, and the same again for the same ticket. Answered after files and ticket are durable."""
    who = await talk.known(request)
    talk.acceptable(request)
    talk.kind_of(request, talk.JSON)
    desk = talk.desk_of(request)
    body = version.read(await talk.said(request, desk.settings.limits.body))
    wish = asked(body, who, _key(request), desk.settings.limits.file)
    await stored(request, who, wish.files)
    filed = Create(desk, wish, who)
    whole = await desk.database.write(filed)
    if isinstance(who, Subscriber):  # what other processes took of them counts too
        _brought(request).at_least(str(who.id), desk.now(), filed.brought)
    for name in ("events", "reading"):
        desk.wake(name)
    shown = version.shown(whole, talk.root(desk), isinstance(who, System), request.query_params.get("fields", ""))
    return talk.answer(shown, 201, {"Location": shown["href"], "ETag": etag(whole)})


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "").strip().strip('"')
    if len(key) > _KEY or not key.isprintable():
        raise DeskRefusal(400, "too_long", where="Idempotency-Key")
    return key


async def stored(request: Request, who: Subscriber | System, files: tuple[Incoming, ...]) -> None:
    """Durable before the database names them.

    Raises:
        DeskRefusal: 429 ``too_many_bytes``: what is refused afterwards takes room too, for a day.
    """
    desk = talk.desk_of(request)
    if isinstance(who, Subscriber) and files:
        if wait := _brought(request).wait(str(who.id), desk.now()):
            raise DeskRefusal(429, "too_many_bytes", again_s=-(-wait // 1000))
        _brought(request).count(str(who.id), desk.now(), sum(one.upload.size for one in files))
    await asyncio.gather(*(desk.blobs.put(one.upload.sha256, one.data) for one in files))


def _brought(request: Request) -> Window:
    """Of this process, which learns with each ticket what the database knows: two processes are not twice as much."""
    state = request.app.state
    if not isinstance(getattr(state, "brought", None), Window):
        state.brought = Window(talk.desk_of(request).settings.limits.bytes_a_day, DAY)
    return state.brought  # type: ignore[no-any-return]


class Create:
    """What is written of one request; those that wait at the same moment are written together (``writing.py``).

    ``brought``: octets of this subscriber within a day, once it is written, as far as the database knows.
    """

    __slots__ = ("brought", "desk", "locks", "who", "wish")

    def __init__(self, desk: Desk, wish: Asked, who: Subscriber | System) -> None:
        self.desk, self.wish, self.who = desk, wish, who
        self.locks, self.brought = keys(wish.filing), 0

    def __call__(self, c: Connection) -> Whole:
        """Alone."""
        return _filed(c, self.desk, self.wish, self.who)

    @staticmethod
    def many(c: Connection, every: Sequence[Create]) -> list[Whole | DeskRefusal]:
        """What is simply new at once, the rest after it, one by one; a refusal that has written nothing is told."""
        now, limits = every[0].desk.now(), every[0].desk.settings.limits
        octets: dict[int, int] = {}
        filed = together.new(c, [one.wish.filing for one in every], now, limits, octets)
        done: dict[int, Whole | DeskRefusal] = {}
        for place, (one, made) in enumerate(zip(every, filed, strict=True)):
            if isinstance(one.who, Subscriber):
                one.brought = octets.get(one.who.id, 0) + sum(file.size for file in one.wish.filing.uploads)
            if isinstance(made, Filed):
                done[place] = _told(c, one.wish, made, one.who, now)
            elif made is not None:
                done[place] = made
        return [done[place] if place in done else one(c) for place, one in enumerate(every)]


def _filed(c: Connection, desk: Desk, wish: Asked, who: Subscriber | System) -> Whole:
    now = desk.now()
    _key_is_its(c, wish.filing)
    return _told(c, wish, core.file(c, wish.filing, now, desk.settings.limits), who, now)


def _told(c: Connection, wish: Asked, filed: Filed, who: Subscriber | System, now: int) -> Whole:
    if isinstance(who, System):
        audit.told(c, who, "file", f"ticket:{filed.ref}", now)
        if filed.new and (change := _first_change(wish, who)) is not None:
            core.change(c, filed.ticket, change, now)
            return whole_of(c, filed.ticket)
    if filed.new and not wish.filing.notes:
        return _just_made(wish.filing, filed, now)
    return whole_of(c, filed.ticket)


def _key_is_its(c: Connection, filing: Filing) -> None:
    """A key that was used for a ticket of another id is a mistake of the caller's: the two are not one."""
    mine = {one.value for one in filing.externals if one.type not in (KEY, CASE)}
    key = next((one.value for one in filing.externals if one.type == KEY), "")
    if not key or not mine:
        return
    used = (external_ids.c.scope == filing.scope, external_ids.c.type == KEY, external_ids.c.value == key)
    number = c.execute(select(external_ids.c.ticket_id).where(*used)).scalar()
    where = (external_ids.c.ticket_id == number, external_ids.c.value.in_(mine))
    if number is not None and c.execute(select(external_ids.c.id).where(*where)).first() is None:
        raise DeskRefusal(422, "key_reused")


def _first_change(wish: Asked, who: System) -> Change | None:
    """State and promise, which the operator's own systems may set from the start."""
    status = state_of(wish.said["status"]) if "status" in wish.said else None
    promised = milliseconds(wish.said["expectedResolutionDate"]) if "expectedResolutionDate" in wish.said else None
    if status in (None, State.ACKNOWLEDGED) and not promised:
        return None
    return Change(
        who.name, None if status is State.ACKNOWLEDGED else status, wish.said.get("statusChangeReason", ""), promised
    )


def whole_of(c: Connection, ticket: int) -> Whole:
    """Which is there."""
    whole = found.whole(c, ticket)
    if whole is None:
        raise DeskRefusal(404, "ticket_unknown")
    return whole


def _just_made(filing: Filing, filed: Filed, now: int) -> Whole:
    """As reading it again would give it, without the queries: a ticket that was made in this very transaction."""
    head = Head(
        id=filed.ticket, ref=filed.ref, case=filing.case, subscriber=filing.subscriber, channel=filing.channel,
        status=State.ACKNOWLEDGED, name=filing.name, severity=filing.severity, language=filing.language,
        verdict_state="", verdict_code="", verdict_band="", side="", access="", operator="", node="", since_at=None,
        waiting="us", waiting_at=now, act_at=None, promised_at=None, created_at=now, updated_at=now, closed_at=None,
        agent=None, outage=None, reports=0,
    )  # fmt: skip
    return Whole(
        head, "", now, filing.description, filing.kind, filing.contact, filing.facts, filing.extra,
        1 + len(filed.files),
        _externals(filing), (), filed.files, (StatusChange(State.ACKNOWLEDGED.value, "", filing.channel, now),),
    )  # fmt: skip


def _externals(filing: Filing) -> tuple[External, ...]:
    """As the core keeps them: the app's own first, the case last."""
    found = sorted((one for one in filing.externals if one.type != CASE), key=lambda one: one.type != TICKET)
    return (*found, External(filing.case, CASE, OWNER)) if filing.case else tuple(found)


async def listing(request: Request, version: Version) -> Response:
    """Of one's own, or for systems of all."""
    who = await talk.known(request)
    talk.acceptable(request)
    desk = talk.desk_of(request)
    asked_for = request.query_params.multi_items()
    wish = query.wished(asked_for, version.rich)
    wanted = found.Wanted(
        subscriber=who.id if isinstance(who, Subscriber) else None, external=wish.external, ref=wish.ref,
        statuses=(State(wish.status),) if wish.status else (), created_from=wish.created[0], created_to=wish.created[1],
        updated_from=wish.updated[0], updated_to=wish.updated[1], order=wish.order, offset=wish.offset,
        limit=wish.limit,
    )  # fmt: skip
    if isinstance(who, System):
        await audit.audited(request, who, "list", "tickets", request.url.query[:500])

    def ask(c: Connection) -> tuple[list[Whole], int]:
        numbers, total = found.listed(c, wanted)
        return found.wholes(c, numbers), total

    wholes, total = await desk.database.read(ask)
    root = talk.root(desk)
    shown = [version.shown(one, root, isinstance(who, System), wish.fields) for one in wholes]
    for entry, whole in zip(shown, wholes, strict=True):
        if "externalId" in entry and any(one.value == wish.external and one.type != CASE for one in whole.externals):
            entry["externalId"] = wish.external  # v4 has room for one: of a ticket filed twice, what was asked for
    base = f"{root}{request.url.path}"
    headers = query.headers(wish, len(shown), total, base, asked_for)
    return talk.answer(shown, 200 if len(shown) == total else 206, headers)


def theirs(c: Connection, who: Subscriber | System, ref: str) -> Whole:
    """Of this name. One of somebody else's is not there: nobody learns that it exists."""
    number = found.id_of(c, ref)
    whole = found.whole(c, number) if number is not None else None
    if whole is None or (isinstance(who, Subscriber) and whole.head.subscriber != who.id):
        raise DeskRefusal(404, "ticket_unknown")
    return whole


async def read(request: Request, who: Subscriber | System, did: Callable[[Connection], Any], what: str) -> Any:
    """A look into the database; a system's is in the audit before it is answered."""
    desk = talk.desk_of(request)
    result = await desk.database.read(did)
    if isinstance(who, System):
        await audit.audited(request, who, "read", what)
    return result


async def one(request: Request, version: Version) -> Response:
    """All of it; its files' bytes only where ``fields`` says ``attachment.content``."""
    who = await talk.known(request)
    talk.acceptable(request)
    desk, ref, fields = talk.desk_of(request), request.path_params["id"], request.query_params.get("fields", "")
    whole: Whole = await read(request, who, lambda c: theirs(c, who, ref), f"ticket:{ref}")
    mark = etag(whole)
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"ETag": mark})
    shown = version.shown(whole, talk.root(desk), isinstance(who, System), fields)
    if "attachment.content" in fields.split(","):
        await _with_bytes(desk, whole, shown.get("attachment", []))
    return talk.answer(shown, 200, {"ETag": mark})


async def _with_bytes(desk: Desk, whole: Whole, shown: list[dict[str, Any]]) -> None:
    """As much as one request may bring in; the rest stays where its address says."""
    files, left = {one.ref: one for one in whole.files}, desk.settings.limits.body
    for entry in shown:
        file = files.get(entry.get("id", ""))
        if file is None or file.size > left:
            continue
        left -= file.size
        try:
            entry["content"] = base64.b64encode(await desk.blobs.get(file.sha256)).decode()
        except KeyError:
            continue


async def download(request: Request, version: Version) -> Response:
    """A file's bytes, as a download: no browser opens it in the desk's name."""
    who = await talk.known(request)
    desk, ref = talk.desk_of(request), request.path_params["id"]

    def ask(c: Connection) -> File:
        whole = theirs(c, who, ref)
        for one in whole.files:
            if one.ref == request.path_params["file"] and outgoing.given(one, whole, isinstance(who, System)):
                return one
        raise DeskRefusal(404, "file_unknown")

    file: File = await read(request, who, ask, f"attachment:{request.path_params['file']}")
    try:
        data = await desk.blobs.get(file.sha256)
    except KeyError:
        raise DeskRefusal(404, "file_unknown") from None
    safe = "".join(sign for sign in file.name if sign.isascii() and (sign.isalnum() or sign in "._-")) or "file"
    headers = {
        "Content-Disposition": f'attachment; filename="{safe}"', "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
    }  # fmt: skip
    return Response(data, 200, headers, file.mime)


async def remove(request: Request, version: Version) -> Response:
    """For systems. Files nobody else needs go after the commit."""
    who = await talk.known(request)
    if not isinstance(who, System):
        raise DeskRefusal(403, "not_yours")
    desk, ref = talk.desk_of(request), request.path_params["id"]

    def do(c: Connection) -> tuple[str, ...]:
        whole = theirs(c, who, ref)
        precondition(request, whole)
        audit.told(c, who, "delete", f"ticket:{whole.head.ref}", desk.now(), "", talk.address(request))
        return core.drop(c, whole.head.id, desk.now())

    for digest in await desk.database.write(do):
        await desk.blobs.drop(digest)
    desk.wake("events")
    return Response(status_code=204)


def etag(whole: Whole) -> str:
    """Each change makes another, also one that only a machine made, which has no version of its own."""
    return f'"{whole.version}-{whole.head.updated_at}"'


def precondition(request: Request, whole: Whole) -> None:
    """412 where ``If-Match`` names another version."""
    wanted = request.headers.get("if-match", "").strip()
    if wanted and wanted != "*" and etag(whole) not in [one.strip() for one in wanted.split(",")]:
        raise DeskRefusal(412, "stale")
