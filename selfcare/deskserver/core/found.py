"""Tickets as they are read: a line, all of it, or a list, by a fixed number of queries; for one or for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select, union

from selfcare.deskserver.core.putting import unpacked
from selfcare.deskserver.model import External, File, Head, Note, StatusChange, Whole
from selfcare.deskserver.schema import attachments, external_ids, notes, status_changes, tickets
from selfcare.model.ticket import State

MOST = 1000
"""Tickets in one answer."""
FURTHEST = 1_000_000
"""An offset beyond this is nobody's page."""
_LARGE = ("description", "facts", "extra", "status_reason")
_HEAD = [column for column in tickets.c if column.name not in _LARGE]
_ORDERS = {"created": tickets.c.created_at, "updated": tickets.c.updated_at, "id": tickets.c.id}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which. ``subscriber``: theirs alone; None: all. ``external``: an external id's value, or a case.

    Moments are ms, both ends included. ``order``: ``created``, ``updated`` or ``id``, with "-" newest first.
    """

    subscriber: int | None = None
    external: str = ""
    case: str = ""
    ref: str = ""
    statuses: tuple[State, ...] = ()
    severity: str = ""
    kind: str = ""
    created_from: int | None = None
    created_to: int | None = None
    updated_from: int | None = None
    updated_to: int | None = None
    order: str = "-created"
    offset: int = 0
    limit: int = 50


def id_of(c: Connection, ref: str) -> int | None:
    """By what a person says; small letters are well."""
    return c.execute(select(tickets.c.id).where(tickets.c.ref == ref.strip().upper()[:40])).scalar()


def head(c: Connection, ticket: int) -> Head | None:
    """One line."""
    return next(iter(heads(c, [ticket])), None)


def heads(c: Connection, numbers: Sequence[int]) -> list[Head]:
    """In this order; what is not there is left out."""
    return [head_of(row) for row in rows_of(c, numbers)]


def rows_of(c: Connection, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Columns ``HEAD`` of each, in this order."""
    rows = c.execute(select(*_HEAD).where(tickets.c.id.in_(list(numbers)))).mappings()
    found = {row["id"]: dict(row) for row in rows}
    return [found[number] for number in numbers if number in found]


def head_of(row: Mapping[str, Any]) -> Head:
    """Of the columns ``HEAD``."""
    contact = unpacked(row["contact"])
    who = next((str(contact[name]) for name in ("name", "contract", "mail", "phone") if contact.get(name)), "")
    same = ("id", "ref", "channel", "name", "severity", "language", "verdict_state", "verdict_code", "verdict_band",
            "side", "access", "operator", "node", "since_at", "waiting", "waiting_at", "act_at", "promised_at",
            "created_at", "updated_at", "closed_at", "reports", "heard_at")  # fmt: skip
    return Head(
        **{name: row[name] for name in same}, case=row["case_id"], subscriber=row["subscriber_id"],
        status=State(row["status"]), agent=row["agent_id"], outage=row["outage_id"], who=who,
    )  # fmt: skip


HEAD: list[Any] = list(_HEAD)
"""Columns that :func:`head_of` needs."""


def whole(c: Connection, ticket: int) -> Whole | None:
    """All of one."""
    return next(iter(wholes(c, [ticket])), None)


def wholes(c: Connection, tickets: Sequence[int]) -> list[Whole]:
    """All of each, in this order; five queries, however many."""
    numbers = list(dict.fromkeys(tickets))
    if not numbers:
        return []
    rows = {row["id"]: row for row in _of(c, numbers)}
    said, files = _by_ticket(c, notes, numbers), _by_ticket(c, attachments, numbers)
    states, ids = _by_ticket(c, status_changes, numbers), _by_ticket(c, external_ids, numbers)
    return [
        _whole(rows[one], ids[one], said[one], files[one], states[one]) for one in numbers if one in rows
    ]  # fmt: skip


def listed(c: Connection, wanted: Wanted) -> tuple[list[int], int]:
    """Their numbers, and how many there are in all."""
    where = list(_where(wanted))
    order = _ORDERS.get(wanted.order.removeprefix("-"), tickets.c.created_at)
    down = wanted.order.startswith("-")
    asked = (
        select(tickets.c.id).where(*where).order_by(*((one.desc() if down else one) for one in (order, tickets.c.id)))
    )
    offset, limit = min(max(wanted.offset, 0), FURTHEST), min(max(wanted.limit, 0), MOST)
    total = c.execute(select(func.count()).select_from(tickets).where(*where)).scalar() or 0
    return list(c.execute(asked.offset(offset).limit(limit)).scalars()), total


def _where(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    t = tickets.c
    equal = {t.subscriber_id: wanted.subscriber, t.case_id: wanted.case or None, t.ref: wanted.ref.upper() or None,
             t.severity: wanted.severity or None, t.kind: wanted.kind or None}  # fmt: skip
    yield from (column == value for column, value in equal.items() if value is not None)
    if wanted.statuses:
        yield t.status.in_([one.value for one in wanted.statuses])
    if wanted.external:
        named = select(external_ids.c.ticket_id).where(external_ids.c.value == wanted.external)
        yield t.id.in_(union(named, select(t.id).where(t.case_id == wanted.external)))  # two indexes; OR would use none
    bounds = (
        (t.created_at, wanted.created_from, wanted.created_to),
        (t.updated_at, wanted.updated_from, wanted.updated_to),
    )
    for column, first, last in bounds:
        if first is not None:
            yield column >= first
        if last is not None:
            yield column <= last


def _of(c: Connection, numbers: list[int]) -> Iterable[Mapping[str, Any]]:
    return [dict(row) for row in c.execute(select(tickets).where(tickets.c.id.in_(numbers))).mappings()]


def _by_ticket(c: Connection, table: Table, numbers: list[int]) -> Mapping[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in c.execute(select(table).where(table.c.ticket_id.in_(numbers)).order_by(table.c.id)).mappings():
        found[row["ticket_id"]].append(dict(row))
    return found


def _whole(
    row: Mapping[str, Any], ids: list[Mapping[str, Any]], said: list[Mapping[str, Any]], files: list[Mapping[str, Any]],
    states: list[Mapping[str, Any]],
) -> Whole:  # fmt: skip
    externals = [External(one["value"], one["type"], one["owner"]) for one in ids]
    if row["case_id"]:
        externals.append(External(row["case_id"], "selfcare.case", "selfcare"))
    return Whole(
        head=head_of(row), status_reason=row["status_reason"], status_at=row["status_at"] or row["created_at"],
        description=row["description"], kind=row["kind"], contact=unpacked(row["contact"]),
        facts=unpacked(row["facts"]), extra=unpacked(row["extra"]), version=row["version"], externals=tuple(externals),
        notes=tuple(sorted(map(_note, said), key=lambda one: (one.at, one.id))), files=tuple(map(_file, files)),
        states=tuple(StatusChange(one["status"], one["reason"], one["by"], one["at"]) for one in states),
    )  # fmt: skip


def _note(row: Mapping[str, Any]) -> Note:
    same = ("id", "by", "author", "text", "at", "channel", "asks", "internal")
    return Note(**{name: row[name] for name in same}, external=row["external_id"] or "")


def _file(row: Mapping[str, Any]) -> File:
    same = ("ref", "name", "mime", "size", "sha256", "kind", "at", "state")
    return File(**{name: row[name] for name in same}, note=row["note_id"], read=unpacked(row["read"]))
