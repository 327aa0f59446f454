"""A ticket's row as it is written: a person's change makes a new version; ``act_at`` moves; what happened is told."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from selfcare.cases.ids import ALPHABET
from selfcare.deskserver.core import acting
from selfcare.deskserver.database import put_rows
from selfcare.deskserver.model import OPEN, DeskRefusal
from selfcare.deskserver.schema import happened, status_changes, tickets
from selfcare.model.segment import CHAIN
from selfcare.model.ticket import State

Row = dict[str, Any]
_TOLD = insert(happened).inline()  # nobody asks for its number

POSSIBLE: Mapping[State, frozenset[State]] = {
    State.ACKNOWLEDGED: frozenset(State) - {State.ACKNOWLEDGED},
    State.IN_PROGRESS: frozenset(State) - {State.IN_PROGRESS, State.ACKNOWLEDGED},
    State.PENDING: frozenset(State) - {State.PENDING, State.ACKNOWLEDGED},
    State.HELD: frozenset(State) - {State.HELD, State.ACKNOWLEDGED},
    State.RESOLVED: frozenset({State.CLOSED, State.IN_PROGRESS}),
    State.CLOSED: frozenset({State.IN_PROGRESS}),
    State.REJECTED: frozenset({State.IN_PROGRESS}),
    State.CANCELLED: frozenset({State.IN_PROGRESS}),
}
"""Nothing becomes unseen again; what is over is only opened again, or closed after it was resolved."""


def mint(prefix: str = "T") -> str:
    """``T-7K3M-92QX``: 40 random bits; the unique column says where chance has made one twice."""
    chance = secrets.randbits(40)
    signs = "".join(ALPHABET[chance >> shift & 31] for shift in range(0, 40, 5))
    return f"{prefix}-{signs[:4]}-{signs[4:]}"


def packed(value: object) -> str:
    """JSON as it is kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> dict[str, Any]:
    """Of what was kept; "" is nothing."""
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


def row_of(c: Connection, ticket: int) -> Row:
    """To be changed: on PostgreSQL nobody else changes it until the commit. What was merged leads to where it went.

    Raises:
        DeskRefusal: 404 ``ticket_unknown``.
    """
    for _ in range(10):
        row = c.execute(select(tickets).where(tickets.c.id == ticket).with_for_update()).mappings().first()
        if row is None:
            break
        into = unpacked(row["extra"]).get("merged_into") if row["status"] == State.CANCELLED else None
        if not isinstance(into, int):
            return dict(row)
        ticket = into
    raise DeskRefusal(404, "ticket_unknown")


def put(c: Connection, row: Row, now: int, *, quiet: bool = False, **values: Any) -> None:
    """Writes ``values`` into the ticket and into ``row``.

    ``quiet``: a machine's (a report was read, a line was looked up): the version stays, so that what an agent is just
    writing is not refused for what nobody said.
    """
    row.update(values)
    at, more = max(now, (row["updated_at"] or 0) + quiet), 0 if quiet else 1
    row.update(updated_at=at, version=row["version"] + more, act_at=acting.act_at(row))
    names = {*values, "updated_at", "version", "act_at"}
    c.execute(update(tickets).where(tickets.c.id == row["id"]).values({name: row[name] for name in names}))


def tell(c: Connection, ref: str, what: str, now: int, **data: Any) -> None:
    """What hubs are told after the commit."""
    c.execute(_TOLD, {"ticket": ref, "what": what, "data": packed(data), "at": now})


def told(c: Connection, every: Sequence[tuple[str, str, int]]) -> None:
    """As :func:`tell`, of many tickets: its ref, what, and when."""
    put_rows(c, happened, [{"ticket": ref, "what": what, "data": "{}", "at": at} for ref, what, at in every])


def turned(row: Row, waiting: str, now: int) -> dict[str, Any]:
    """Columns for whose turn it is: since when is kept where it was theirs before."""
    return {} if row["waiting"] == waiting else {"waiting": waiting, "waiting_at": now}


def to_state(c: Connection, row: Row, status: State, now: int, by: str, reason: str = "", **more: Any) -> None:
    """Another state, with its place in the history and in what hubs are told.

    Raises:
        DeskRefusal: 409 ``state_not_possible``.
    """
    old = State(row["status"])
    if status is not old and status not in POSSIBLE[old]:
        raise DeskRefusal(409, "state_not_possible", old=old.value, new=status.value)
    over = status not in OPEN
    waiting = acting.waiting_of(status, row["outage_id"])
    values = {"status": status.value, "status_reason": reason, "status_at": now, **turned(row, waiting, now)}
    values["closed_at"] = (row["closed_at"] or now) if over else None
    if over:
        values["heard_at"] = None
    put(c, row, now, **{**values, **more})
    c.execute(insert(status_changes).values(ticket_id=row["id"], status=status.value, reason=reason, by=by, at=now))
    tell(c, row["ref"], "status", now, old=old.value, new=status.value, reason=reason)
    if status is State.RESOLVED:
        tell(c, row["ref"], "resolved", now, old=old.value, reason=reason)


def columns_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that facts fill; what they do not tell is not in it. The node never is (``lines.node_of``).

    ``verdict_state|code|band``, ``segments`` (the first one is the side; several sides blame none surely), ``access``,
    ``operator``, ``since`` (ISO 8601 with offset, or ms).
    """
    found: dict[str, Any] = {
        name: str(facts[name])[:200]
        for name in ("verdict_state", "verdict_code", "verdict_band", "access", "operator")
        if isinstance(facts.get(name), str)
    }
    if isinstance(facts.get("segments"), str):
        sides = [one for one in facts["segments"].split() if one in CHAIN]
        found["side"] = sides[0] if len(sides) == 1 else ""
    if (since := _moment(facts.get("since"))) is not None:
        found["since_at"] = since
    return found


def _moment(value: object) -> int | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e14:
        return int(value)
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if found is None or found.tzinfo is None else int(found.timestamp() * 1000)
