"""TMF621 v5's troubleTicketSpecification: kinds of tickets, kept for the operator's systems as they write them."""

from __future__ import annotations

import secrets
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update
from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access import audit
from selfcare.deskserver.api import jsonpatch, outgoing, query, talk
from selfcare.deskserver.api.bounds import iso, refused
from selfcare.deskserver.api.incoming import bounded
from selfcare.deskserver.api.shapes import SPECIFICATION
from selfcare.deskserver.model import DeskRefusal, Subscriber, System
from selfcare.deskserver.schema import specifications

MOST: Final = 500
BODY: Final = 256 * 1024
_OURS = ("id", "href", "lastUpdate", "creationDate")


async def _system(request: Request) -> System:
    who = await talk.known(request)
    talk.acceptable(request)
    if isinstance(who, Subscriber):
        raise DeskRefusal(403, "not_yours")
    return who


async def listing(request: Request) -> Response:
    """All of them, oldest first; by ``name`` where that is asked."""
    await _system(request)
    desk, asked = talk.desk_of(request), request.query_params.multi_items()
    wish = query.wished([(name, value) for name, value in asked if name != "name"], True)
    every = await desk.database.read(lambda c: _bodies(c, talk.root(desk)))
    name = request.query_params.get("name")
    every = [one for one in every if name is None or one.get("name") == name]
    part = [outgoing.only(one, wish.fields) for one in every[wish.offset : wish.offset + wish.limit]]
    headers = query.headers(wish, len(part), len(every), f"{talk.root(desk)}{request.url.path}", asked)
    return talk.answer(part, 200 if len(part) == len(every) else 206, headers)


async def create(request: Request) -> Response:
    """201."""
    who = await _system(request)
    talk.kind_of(request, talk.JSON)
    desk = talk.desk_of(request)
    body = SPECIFICATION(await talk.said(request, BODY), "$")
    if not body.get("name"):
        raise refused("missing", "name")
    ref = f"S-{secrets.token_hex(8)}"

    def do(c: Connection) -> dict[str, Any]:
        now = desk.now()
        if (c.execute(select(func.count()).select_from(specifications)).scalar() or 0) >= MOST:
            raise DeskRefusal(409, "too_many_entries")
        kept = bounded({**{key: one for key, one in body.items() if key not in _OURS}, "creationDate": iso(now)})
        c.execute(insert(specifications).values(ref=ref, body=msgspec.json.encode(kept).decode(), updated_at=now))
        audit.told(c, who, "create", f"specification:{ref}", now)
        return _shown(ref, kept, now, talk.root(desk))

    made = await desk.database.write(do)
    return talk.answer(made, 201, {"Location": made["href"]})


async def one(request: Request) -> Response:
    """By its id."""
    await _system(request)
    desk = talk.desk_of(request)
    body = await desk.database.read(lambda c: _one(c, request.path_params["id"], talk.root(desk)))
    return talk.answer(outgoing.only(body, request.query_params.get("fields", "")))


async def change(request: Request) -> Response:
    """By merge patch or JSON Patch; here a list replaces the one before."""
    who = await _system(request)
    kind = talk.kind_of(request, talk.JSON, talk.MERGE, talk.PATCH)
    desk, ref = talk.desk_of(request), request.path_params["id"]
    said = await talk.said(request, BODY)

    def do(c: Connection) -> dict[str, Any]:
        before, now = _one(c, ref, talk.root(desk)), desk.now()
        fields = jsonpatch.changed(before, said) if kind == talk.PATCH else said
        if not isinstance(fields, dict):
            raise refused("wrong_type", "$")
        kept = SPECIFICATION({**before, **{key: one for key, one in fields.items() if key not in _OURS}}, "$")
        if not kept.get("name"):
            raise refused("missing", "name")
        kept = bounded({key: one for key, one in kept.items() if key not in ("id", "href", "lastUpdate")})
        values = {"body": msgspec.json.encode(kept).decode(), "updated_at": now}
        c.execute(update(specifications).where(specifications.c.ref == ref).values(values))
        audit.told(c, who, "change", f"specification:{ref}", now)
        return _shown(ref, kept, now, talk.root(desk))

    return talk.answer(await desk.database.write(do))


async def remove(request: Request) -> Response:
    """204."""
    who = await _system(request)
    desk, ref = talk.desk_of(request), request.path_params["id"]

    def do(c: Connection) -> None:
        if not c.execute(delete(specifications).where(specifications.c.ref == ref)).rowcount:
            raise DeskRefusal(404, "specification_unknown")
        audit.told(c, who, "delete", f"specification:{ref}", desk.now())

    await desk.database.write(do)
    return Response(status_code=204)


def _bodies(c: Connection, root: str) -> list[dict[str, Any]]:
    rows = c.execute(select(specifications).order_by(specifications.c.id)).mappings()
    return [_shown(row["ref"], msgspec.json.decode(row["body"]), row["updated_at"] or 0, root) for row in rows]


def _one(c: Connection, ref: str, root: str) -> dict[str, Any]:
    row = c.execute(select(specifications).where(specifications.c.ref == ref)).mappings().first()
    if row is None:
        raise DeskRefusal(404, "specification_unknown")
    return _shown(ref, msgspec.json.decode(row["body"]), row["updated_at"] or 0, root)


def _shown(ref: str, body: dict[str, Any], at: int, root: str) -> dict[str, Any]:
    where = f"{root}{outgoing.API}/v5/troubleTicketSpecification/{ref}"
    return {**body, "@type": "TroubleTicketSpecification", "id": ref, "href": where, "lastUpdate": iso(at)}
