"""One subscriber's whole history in one order, over all channels; and beside it who else claims the same line.

Whose a ticket is follows from who filed it, never from what is written in it: others are shown, never mixed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from selfcare.deskserver.core import found
from selfcare.deskserver.core.terms import claims, squeezed
from selfcare.deskserver.core.terms import mail as mail_of
from selfcare.deskserver.model import File, Whole
from selfcare.deskserver.schema import installs, mails, subscribers, terms, tickets

TICKETS = 200
"""The newest ones; whoever has more of them is told how many."""
OTHERS = 50
CLAIMS = ("contract", "line", "phone", "mail")


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber as the desk knows them. ``proven``: the mail was confirmed, or the operator's sign-in says so."""

    id: int
    key: str
    name: str
    mail: str
    phone: str
    contract: str
    line_number: str
    proven: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class Install:
    """A PC of theirs. Moments: ms; None: not (yet)."""

    id: int
    name: str
    mail: str
    asked_at: int | None
    confirmed_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. ``what``: filed, note, status, file, mail. ``ticket``: its ref.

    ``data``: filed: ``channel``, ``name``, ``severity``; note: ``asks``, ``internal``, ``channel``, ``author``; status:
    ``status``, ``reason``; file: ``ref``, ``kind``, ``state``, ``code`` of its verdict; mail: ``outcome``.
    """

    at: int
    what: str
    ticket: str
    by: str
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """Something done already, of a report: nobody asks for it again. ``at``: ISO 8601 as the report has it."""

    what: str
    text: str
    effect: str
    source: str
    at: str
    times: int
    ticket: str
    file: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody else who claims the same. ``by``: of ``CLAIMS``. ``open``: tickets that are not over."""

    person: Person
    by: tuple[str, ...]
    tickets: int
    open: int


@dataclass(frozen=True, slots=True)
class History:
    """``moments`` oldest first; ``tried`` newest first, each once; ``older``: tickets that are not in here."""

    who: Person
    installs: tuple[Install, ...]
    tickets: tuple[Whole, ...]
    moments: tuple[Moment, ...]
    tried: tuple[Tried, ...]
    alike: tuple[Alike, ...]
    older: int = 0


def history(c: Connection, subscriber: int) -> History | None:
    """All of one; None: there is nobody of this number."""
    if (who := person(c, subscriber)) is None:
        return None
    wanted = found.Wanted(subscriber=subscriber, limit=TICKETS)
    numbers, total = found.listed(c, wanted)
    whole = found.wholes(c, numbers)
    moments = [one for ticket in whole for one in moments_of(ticket)] + list(_mails(c, whole))
    return History(
        who, _installs(c, subscriber), tuple(whole), tuple(sorted(moments, key=lambda one: one.at)), tried_of(whole),
        alike(c, subscriber), total - len(numbers),
    )  # fmt: skip


def person(c: Connection, subscriber: int) -> Person | None:
    """Who it is."""
    return next(iter(_people(c, [subscriber])), None)


def moments_of(ticket: Whole) -> Iterable[Moment]:
    """What happened on one ticket, in no order; its first state is the filing itself."""
    head = ticket.head
    first = {"channel": head.channel, "name": head.name, "severity": head.severity}
    yield Moment(head.created_at, "filed", head.ref, "subscriber", ticket.description, first)
    for note in ticket.notes:
        said = {"asks": note.asks, "internal": note.internal, "channel": note.channel, "author": note.author}
        yield Moment(note.at, "note", head.ref, note.by, note.text, said)
    for state in ticket.states[1:]:
        yield Moment(state.at, "status", head.ref, state.by, "", {"status": state.status, "reason": state.reason})
    for file in ticket.files:
        told = {"ref": file.ref, "kind": file.kind, "state": file.state, "code": _code(file)}
        yield Moment(file.at, "file", head.ref, "subscriber", file.name, told)


def tried_of(tickets: Sequence[Whole]) -> tuple[Tried, ...]:
    """What their reports say was tried, each once, newest first; the newest report's word on it counts."""
    every: dict[tuple[str, str], Tried] = {}
    files = [(ticket.head.ref, file) for ticket in tickets for file in ticket.files]
    for ref, file in sorted(files, key=lambda one: one[1].at):
        for one in _list(file.read.get("tried")):
            tried = Tried(
                _text(one.get("what")), _text(one.get("text")), _text(one.get("effect")), _text(one.get("source")),
                _text(one.get("at")), one["times"] if isinstance(one.get("times"), int) else 1, ref, file.ref,
            )  # fmt: skip
            every[(tried.what, tried.at)] = tried
    return tuple(sorted(every.values(), key=lambda one: one.at, reverse=True))


def alike(c: Connection, subscriber: int) -> tuple[Alike, ...]:
    """Others that claim the same contract, line, phone or mail, in their tickets or as subscribers."""
    mine = _claims(c, subscriber)
    if not mine:
        return ()
    by: dict[int, set[str]] = {}
    where = or_(*(and_(terms.c.value == value, terms.c.kind == kind) for kind, value in mine))
    asked = select(tickets.c.subscriber_id, terms.c.kind).join(tickets, tickets.c.id == terms.c.ticket_id)
    asked = asked.where(where, tickets.c.subscriber_id.is_not(None), tickets.c.subscriber_id != subscriber)
    for other, kind in c.execute(asked.distinct().limit(OTHERS * len(CLAIMS))):
        by.setdefault(other, set()).add(kind)
    for other, kind in _same_person(c, subscriber):
        by.setdefault(other, set()).add(kind)
    numbers = sorted(by)[:OTHERS]
    counted = _counted(c, numbers)
    return tuple(
        Alike(one, tuple(kind for kind in CLAIMS if kind in by[one.id]), *counted.get(one.id, (0, 0)))
        for one in _people(c, numbers)
    )


def _claims(c: Connection, subscriber: int) -> set[tuple[str, str]]:
    """Kind and value of all that this one says of itself."""
    asked = select(terms.c.kind, terms.c.value).join(tickets, tickets.c.id == terms.c.ticket_id)
    asked = asked.where(tickets.c.subscriber_id == subscriber, terms.c.kind.in_(CLAIMS)).distinct().limit(100)
    mine = {(kind, value) for kind, value in c.execute(asked)}
    if (who := person(c, subscriber)) is not None:
        own = {"phone": who.phone, "mail": who.mail, "contract": who.contract, "line_number": who.line_number}
        mine |= set(claims(own).items())
    return mine


def _same_person(c: Connection, subscriber: int) -> list[tuple[int, str]]:
    """By what the subscribers themselves are known by, as it was typed."""
    who, s = person(c, subscriber), subscribers.c
    if who is None:
        return []
    columns: tuple[tuple[str, Any, str], ...] = (
        ("contract", s.contract, who.contract), ("line", s.line_number, who.line_number),
        ("phone", s.phone, who.phone), ("mail", s.mail, who.mail),
    )  # fmt: skip
    return [
        (other, kind)
        for kind, column, value in columns
        if squeezed(value) or mail_of(value)
        for other in c.execute(select(s.id).where(column == value, s.id != subscriber).limit(OTHERS)).scalars()
    ]


def _people(c: Connection, numbers: Sequence[int]) -> list[Person]:
    names = [one for one in Person.__dataclass_fields__ if one != "created_at"]
    rows = c.execute(
        select(subscribers).where(subscribers.c.id.in_(list(numbers))).order_by(subscribers.c.id)
    ).mappings()
    return [Person(**{name: row[name] for name in names}, created_at=row["created_at"] or 0) for row in rows]


def _counted(c: Connection, numbers: Sequence[int]) -> dict[int, tuple[int, int]]:
    is_open: ColumnElement[bool] = tickets.c.waiting != ""
    asked = select(tickets.c.subscriber_id, func.count(), func.count().filter(is_open))
    asked = asked.where(tickets.c.subscriber_id.in_(list(numbers))).group_by(tickets.c.subscriber_id)
    return {other: (total, still) for other, total, still in c.execute(asked)}


def _installs(c: Connection, subscriber: int) -> tuple[Install, ...]:
    names = list(Install.__dataclass_fields__)
    asked = select(installs).where(installs.c.subscriber_id == subscriber).order_by(installs.c.id)
    return tuple(Install(**{name: row[name] for name in names}) for row in c.execute(asked).mappings())


def _mails(c: Connection, whole: Sequence[Whole]) -> Iterable[Moment]:
    refs = {one.head.id: one.head.ref for one in whole}
    for row in c.execute(select(mails).where(mails.c.ticket_id.in_(list(refs)))).mappings():
        yield Moment(row["at"] or 0, "mail", refs[row["ticket_id"]], "mail", "", {"outcome": row["outcome"]})


def _code(file: File) -> str:
    verdict = file.read.get("verdict")
    return _text(verdict.get("code")) if isinstance(verdict, Mapping) else ""


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)][:200] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value[:1000] if isinstance(value, str) else ""
