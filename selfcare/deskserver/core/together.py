"""Many tickets that wait together, taken in at once: as many statements as for one, and ids in one order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, func, literal_column, select, text, union_all

from selfcare.deskserver.core import acting, taking
from selfcare.deskserver.core.tickets import case_of, ids_of, within_a_day
from selfcare.deskserver.database import put_rows, together
from selfcare.deskserver.model import DeskRefusal, Filed, Filing
from selfcare.deskserver.schema import attachments, external_ids, tickets
from selfcare.deskserver.settings import Limits

_NONE: Any = literal_column("''")
_a, _e, _t = attachments.c, external_ids.c, tickets.c


def _in(name: str) -> Any:
    return bindparam(name, expanding=True)


_SEEN = union_all(
    select(literal_column("0").label("number"), _e.scope.label("scope"), _e.value.label("value"))
    .where(_e.scope.in_(_in("scopes")), _e.value.in_(_in("values"))),
    select(literal_column("0"), _t.scope, _t.case_id).where(_t.scope.in_(_in("scopes")), _t.case_id.in_(_in("cases"))),
    select(_t.subscriber_id, literal_column("'today'"), _NONE)
    .where(_t.subscriber_id.in_(_in("people")), _t.created_at > bindparam("since")),
    select(_t.subscriber_id, literal_column("'bytes'"), cast(func.sum(_a.size), Text))
    .join_from(tickets, attachments, _a.ticket_id == _t.id)
    .where(_t.subscriber_id.in_(_in("people")), _a.at > bindparam("since")).group_by(_t.subscriber_id),
)  # fmt: skip
_LAST = select(func.coalesce(func.max(_t.id), 0))
_NEXT = text("SELECT nextval(pg_get_serial_sequence('tickets', 'id')) FROM generate_series(1, :count)")


def new(
    c: Connection, filings: Sequence[Filing], now: int, limits: Limits, brought: dict[int, int] | None = None
) -> list[Filed | DeskRefusal | None]:
    """Of each: filed as a new ticket; refused; or None: not looked at closely enough, it is for ``tickets.file``.

    That is whatever is not simply new: an id or a case that is there, two of one subscriber at once, words brought
    along. ``brought``: is told the octets of each subscriber within a day, these not counted. Who calls this holds
    ``taking.keys`` of all of them, and takes everything back where it raises.
    """
    there, today, octets = _seen(c, filings, now)
    if brought is not None:
        brought.update(octets)
    found: list[Filed | DeskRefusal | None] = [None] * len(filings)
    made: list[tuple[int, taking.New]] = []
    for place, one in enumerate(filings):
        ids, case = ids_of(one), case_of(one)
        names = {(one.scope, value) for value in (*(value for _, value, _ in ids), case) if value}
        people = {("", str(one.subscriber))} if one.subscriber is not None else set[tuple[str, str]]()
        if one.notes or names & there or people & there:
            continue
        there |= names | people
        try:
            within_a_day(one, today.get(one.subscriber, 0), limits)
            made.append((place, taking.New(one, ids, case, (), taking.files_of(one.uploads, now, limits), now)))
        except DeskRefusal as refusal:
            found[place] = refusal
    _put(c, [it for _, it in made])
    for place, it in made:
        found[place] = Filed(it.row["id"], it.row["ref"], new=True, files=it.files)
    return found


def _seen(
    c: Connection, filings: Sequence[Filing], now: int
) -> tuple[set[tuple[str, str]], dict[int | None, int], dict[int, int]]:
    """Scope and value of what is there already; how many tickets, and octets, of each subscriber within a day."""
    asked = {
        "scopes": _padded(one.scope for one in filings), "cases": _padded(case_of(one) for one in filings),
        "values": _padded(value for one in filings for _, value, _ in ids_of(one)),
        "people": _padded((one.subscriber for one in filings if one.subscriber is not None), 0),
        "since": now - acting.DAY,
    }  # fmt: skip
    there, today, octets = set[tuple[str, str]](), dict[int | None, int](), dict[int, int]()
    for number, scope, value in c.execute(_SEEN, asked):
        if number and scope == "bytes":
            octets[number] = int(value)
        elif number:
            today[number] = today.get(number, 0) + 1
        else:
            there.add((scope, value))
    return there, today, octets


def _padded(values: Iterable[Any], none: Any = "") -> list[Any]:
    """To 1, 4, 16 or 64…: the database is asked in few different words, and knows them."""
    every = list(dict.fromkeys(value for value in values if value)) or [none]
    size = 1
    while size < len(every):
        size *= 4
    return every + every[-1:] * (size - len(every))


def _put(c: Connection, made: Sequence[taking.New]) -> None:
    if not made:
        return
    for one, number in zip(made, _numbers(c, len(made)), strict=True):
        one.row["id"] = number
    with together(c):
        put_rows(c, tickets, [one.row for one in made])
        taking.around(c, made)


def _numbers(c: Connection, count: int) -> Iterable[int]:
    """Of the tickets to come: SQLite has one writer, who sees the last one."""
    if c.dialect.name == "postgresql":
        return [int(one) for one in c.execute(_NEXT, {"count": count}).scalars()]
    last = int(c.execute(_LAST).scalar() or 0)
    return range(last + 1, last + 1 + count)
