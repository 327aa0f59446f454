"""Who did and read what. Written with what it tells of in one transaction, else before the answer goes out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select
from starlette.requests import Request

from selfcare.deskserver.access.pace import address_of
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Caller
from selfcare.deskserver.schema import audit

_DETAIL = 500


def told(c: Connection, who: Caller, did: str, what: str, now: int, detail: str = "", address: str = "") -> None:
    """``did``: a word (``read``, ``answer``, ``login``). ``what``: ``ticket:<ref>``, ``queue:act``, … ``now``: ms."""
    told_as(c, who.name, did, what, now, detail, address)


def told_as(c: Connection, name: str, did: str, what: str, now: int, detail: str = "", address: str = "") -> None:
    """As :func:`told`, by a name: for who is not signed in yet, and for commands (``command``)."""
    c.execute(insert(audit).values(at=now, who=name[:200], did=did[:60], what=what[:200],
                                   detail=detail[:_DETAIL], address=address[:60]))  # fmt: skip


async def audited(request: Request, who: Caller, did: str, what: str, detail: str = "") -> None:
    """It is kept when this returns: answer after it."""
    desk: Desk = request.app.state.desk
    now, address = desk.now(), address_of(request)
    await desk.database.write(lambda c: told(c, who, did, what, now, detail, address))


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. ``at``: ms."""

    id: int
    at: int
    who: str
    did: str
    what: str
    detail: str
    address: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: "" and None are "any". ``since``, ``until``: ms. ``before``: older than this id."""

    who: str = ""
    did: str = ""
    what: str = ""
    since: int | None = None
    until: int | None = None
    before: int | None = None


def found(c: Connection, asked: Asked, size: int = 100) -> list[Line]:
    """Newest first, ``size`` at most."""
    query = select(audit).where(*_conditions(asked)).order_by(audit.c.id.desc()).limit(size)
    return [Line(*row) for row in c.execute(query.with_only_columns(
        audit.c.id, audit.c.at, audit.c.who, audit.c.did, audit.c.what, audit.c.detail, audit.c.address))]  # fmt: skip


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    said: list[ColumnElement[bool]] = []
    if asked.who:
        said.append(audit.c.who.contains(asked.who, autoescape=True))
    if asked.did:
        said.append(audit.c.did == asked.did)
    if asked.what:
        said.append(audit.c.what.startswith(asked.what, autoescape=True))
    if asked.since is not None:
        said.append(audit.c.at >= asked.since)
    if asked.until is not None:
        said.append(audit.c.at < asked.until)
    if asked.before is not None:
        said.append(audit.c.id < asked.before)
    return said
