"""Collective outages: declared by a person, linked to tickets, answered once for all, and closed with an answer.

Long work is done in pieces: each is one transaction, and what is left is found again by looking; so that a kill costs
nothing and no ticket is answered twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, exists, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from selfcare.deskserver.core.acting import waiting_of
from selfcare.deskserver.core.clusters import NEAR, Cluster, Why, clusters, gathered, operators_side
from selfcare.deskserver.core.notes import note
from selfcare.deskserver.core.putting import Row, mint, put, row_of, tell, to_state, turned
from selfcare.deskserver.model import OPEN, DeskRefusal, NewNote
from selfcare.deskserver.schema import agents, notes, outage_answers, outages, status_changes, tickets
from selfcare.deskserver.settings import Limits
from selfcare.i18n.catalogue import DESK, Catalogue
from selfcare.model.ticket import State

__all__ = ["Cluster", "Outage", "Why", "all_of", "answer_all", "close", "clusters", "current", "declare", "found",
           "gathered", "link", "tidy", "unlink"]  # fmt: skip

LONGEST = 4000
"""Characters of an answer."""
_OPEN = [one.value for one in OPEN]
_NO_LIMIT = Limits(notes=1_000_000)


@dataclass(frozen=True, slots=True)
class Outage:
    """``state``: ``open`` or ``closed``. ``tickets``: linked, ``waiting``: of these, still open."""

    id: int
    ref: str
    node: str
    state: str
    text_fr: str
    text_en: str
    since: int
    promised_at: int | None
    created_at: int
    closed_at: int | None
    tickets: int = 0
    waiting: int = 0


def declare(
    c: Connection, node: str, since: int, text_fr: str, text_en: str, promised: int | None, agent: int | None, now: int,
) -> str:  # fmt: skip
    """Its ref (``P-…``). Tickets of the node are linked and answered with the text by :func:`tidy`, a piece at a time.

    Raises:
        DeskRefusal: 400 ``outage_bad`` (no node, begins later than now), 409 ``outage_there`` (this node has one).
    """
    node = node.strip()
    if not node or since > now or len(node) > 200 or max(len(text_fr), len(text_en)) > LONGEST:
        raise DeskRefusal(400, "outage_bad")
    if there := c.execute(select(outages.c.ref).where(outages.c.node == node, outages.c.state == "open")).scalar():
        raise DeskRefusal(409, "outage_there", ref=there)
    values = {"node": node, "state": "open", "text_fr": text_fr.strip(), "text_en": text_en.strip(), "since": since,
              "promised_at": promised, "created_at": now, "agent_id": agent}  # fmt: skip
    ref = mint("P")
    c.execute(insert(outages).values(ref=ref, **values))
    tidy(c, now)
    return ref


def current(c: Connection, now: int) -> list[Outage]:
    """Declared and not over, the newest first."""
    rows = c.execute(select(outages).where(outages.c.state == "open").order_by(outages.c.since.desc()).limit(200))
    return [_outage(c, dict(row)) for row in rows.mappings()]


def found(c: Connection, ref: str) -> Outage | None:
    """One, whatever its state."""
    row = c.execute(select(outages).where(outages.c.ref == ref)).mappings().first()
    return None if row is None else _outage(c, dict(row))


def all_of(c: Connection, ref: str) -> list[int]:
    """Its tickets."""
    number = _number(c, ref)
    return list(c.execute(select(tickets.c.id).where(tickets.c.outage_id == number).order_by(tickets.c.id)).scalars())


def link(c: Connection, ticket: int, ref: str, now: int) -> None:
    """The outage acts now. A ticket that is over, or waits for its subscriber, stays as it is."""
    row, number = row_of(c, ticket), _number(c, ref)
    if row["outage_id"] == number:
        return
    moved = turned(row, "outage", now) if row["waiting"] == "us" else {}
    put(c, row, now, outage_id=number, **moved)
    tell(c, row["ref"], "attribute", now, fields=["outage"])


def unlink(c: Connection, ticket: int, now: int) -> None:
    """It was another fault: a person looks at it again, and it is not linked to this one by itself any more."""
    row = row_of(c, ticket)
    ref = c.execute(select(outages.c.ref).where(outages.c.id == row["outage_id"])).scalar()
    if ref is None:
        return
    note(c, row["id"], NewNote(ref, "desk", external=_apart(ref), internal=True), now, _NO_LIMIT)
    row = row_of(c, row["id"])
    moved = turned(row, waiting_of(row["status"]), now) if row["waiting"] == "outage" else {}
    put(c, row, now, outage_id=None, heard_at=row["heard_at"] or (now if moved else None), **moved)
    tell(c, row["ref"], "attribute", now, fields=["outage"])


def answer_all(
    c: Connection, ref: str, text_by_language: Mapping[str, str], token: str, agent: int | None, now: int,
    most: int = 200,
) -> int:  # fmt: skip
    """A public word on each open ticket of it that has not had it; how many are left: call again, with the same token.

    It is kept with the outage: where nobody calls again (a kill, a browser that went away), :func:`tidy` goes on.

    Raises:
        DeskRefusal: 404 ``outage_unknown``, 400 ``outage_bad`` (no text, or too long).
    """
    texts = {name: text.strip() for name, text in text_by_language.items() if text.strip()}
    if not texts or not token or len(token) > 100 or max(map(len, texts.values())) > LONGEST:
        raise DeskRefusal(400, "outage_bad")
    outage = _whole(c, ref)
    kept = _kept(c, outage["id"], texts, token, agent, now)
    left = _answer_some(c, outage, texts, token, agent, now, most)
    if not left:
        c.execute(update(outage_answers).where(outage_answers.c.id == kept).values(done_at=now))
    return left


def _kept(c: Connection, outage: int, texts: Mapping[str, str], token: str, agent: int | None, now: int) -> int:
    """Its number, in the same transaction as the first answers."""
    a = outage_answers.c
    there = c.execute(select(a.id).where(a.outage_id == outage, a.token == token)).scalar()
    if there is not None:
        return int(there)
    said = {f"text_{name}": texts.get(name, "") for name in ("fr", "en")}
    row = {"outage_id": outage, "token": token, **said, "agent_id": agent, "at": now}
    key = c.execute(insert(outage_answers).values(row)).inserted_primary_key
    return int(key[0]) if key else 0


def _answer_some(
    c: Connection, outage: dict[str, Any], texts: Mapping[str, str], token: str, agent: int | None, now: int, most: int,
) -> int:  # fmt: skip
    """How many are left."""
    ref = outage["ref"]
    if outage["state"] == "open":
        _link_some(c, outage, now, most)
    external = f"{_mark(ref)}{token}"
    said = or_(notes.c.external_id == external,
               and_(notes.c.external_id.like(f"{_mark(ref)}%"), notes.c.text.in_(list(texts.values()))))  # fmt: skip
    lacking = _lacking(outage["id"], said)
    for ticket in list(c.execute(select(tickets.c.id).where(*lacking).order_by(tickets.c.id).limit(most)).scalars()):
        _say(c, ticket, texts, external, agent, now)
    unlinked = _count(c, *_matching(outage, now)) if outage["state"] == "open" else 0
    return _count(c, *lacking) + unlinked


def close(c: Connection, ref: str, agent: int | None, now: int, most: int = 200) -> int:
    """It is over: each ticket of it gets a word and is resolved. How many are left; :func:`tidy` goes on by itself.

    Raises:
        DeskRefusal: 404 ``outage_unknown``.
    """
    outage = _whole(c, ref)
    if outage["state"] == "open":
        _link_some(c, outage, now, most)
        values = {"state": "closed", "closed_at": now, "agent_id": agent or outage["agent_id"]}
        c.execute(update(outages).where(outages.c.id == outage["id"]).values(values))
        outage |= values
    return _resolve_some(c, outage, now, most)


def tidy(c: Connection, now: int, most: int = 200) -> int:
    """What nobody has to press for: new tickets that match are linked and told the text, once; the rest of a closing.

    How much was done: as long as it is not 0 there may be more.
    """
    did = 0
    for row in c.execute(select(outages).where(outages.c.state == "open").order_by(outages.c.id)).mappings().all():
        outage = dict(row)
        did += _link_some(c, outage, now, most - did)
        texts = {name: outage[f"text_{name}"] for name in ("fr", "en") if outage[f"text_{name}"]}
        if texts and did < most:
            lacking = _lacking(outage["id"], notes.c.external_id.like(f"{_mark(outage['ref'])}%"))
            new = c.execute(select(tickets.c.id).where(*lacking).order_by(tickets.c.id).limit(most - did)).scalars()
            for ticket in list(new):
                _say(c, ticket, texts, f"{_mark(outage['ref'])}text", None, now)
                did += 1
    if did < most:
        did += _answered_on(c, now, most - did)
    unfinished = exists().where(*_unresolved(outages.c))
    over = select(outages).where(outages.c.state == "closed", unfinished)
    for row in c.execute(over.order_by(outages.c.id).limit(20)).mappings().all():
        if did < most:
            before = _count(c, *_unresolved(dict(row)))
            did += before - _resolve_some(c, dict(row), now, most - did)
    return did


def _answered_on(c: Connection, now: int, most: int) -> int:
    """Answers to all that were begun and not ended: a piece of the oldest. How many tickets (one at least: its end)."""
    row = c.execute(
        select(outage_answers).where(outage_answers.c.done_at.is_(None)).order_by(outage_answers.c.id).limit(1)
    ).mappings().first()  # fmt: skip
    if row is None:
        return 0
    outage = dict(c.execute(select(outages).where(outages.c.id == row["outage_id"])).mappings().one())
    texts = {name: row[f"text_{name}"] for name in ("fr", "en") if row[f"text_{name}"]}
    if not _answer_some(c, outage, texts, row["token"], row["agent_id"], now, most):
        c.execute(update(outage_answers).where(outage_answers.c.id == row["id"]).values(done_at=now))
    return 1


# -- pieces -------------------------------------------------------------------------------------------


def _mark(ref: str) -> str:
    return f"outage:{ref}:"


def _apart(ref: str) -> str:
    return f"apart:{ref}"


def _number(c: Connection, ref: str) -> int:
    return int(_whole(c, ref)["id"])


def _whole(c: Connection, ref: str) -> dict[str, Any]:
    row = c.execute(select(outages).where(outages.c.ref == ref).with_for_update()).mappings().first()
    if row is None:
        raise DeskRefusal(404, "outage_unknown")
    return dict(row)


def _outage(c: Connection, row: Mapping[str, Any]) -> Outage:
    number = row["id"]
    values = {name: row[name] for name in ("id", "ref", "node", "state", "text_fr", "text_en", "promised_at",
                                           "closed_at")}  # fmt: skip
    of_it = tickets.c.outage_id == number
    return Outage(
        **values, since=row["since"] or 0, created_at=row["created_at"] or 0, tickets=_count(c, of_it),
        waiting=_count(c, of_it, tickets.c.status.in_(_OPEN)),
    )  # fmt: skip


def _count(c: Connection, *where: ColumnElement[bool]) -> int:
    return c.execute(select(func.count()).select_from(tickets).where(*where)).scalar() or 0


def _matching(outage: Mapping[str, Any], now: int) -> tuple[ColumnElement[bool], ...]:
    """Open tickets of its node that are nobody's yet, began with it or later, and were not set apart by a person."""
    t = tickets.c
    first = (outage["since"] or 0) - NEAR
    began = or_(and_(t.since_at >= first, t.since_at <= now), and_(t.since_at.is_(None), t.created_at >= first))
    apart = exists().where(notes.c.ticket_id == t.id, notes.c.external_id == _apart(outage["ref"]))
    return (t.node == outage["node"], t.status.in_(_OPEN), t.outage_id.is_(None), began, operators_side(), ~apart)


def _lacking(outage: Any, said: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    t = tickets.c
    return (t.outage_id == outage, t.status.in_(_OPEN), ~exists().where(notes.c.ticket_id == t.id, said))


def _link_some(c: Connection, outage: Mapping[str, Any], now: int, most: int) -> int:
    wanted = select(tickets.c.id).where(*_matching(outage, now)).order_by(tickets.c.id).limit(max(0, most))
    numbers = list(c.execute(wanted).scalars())
    for ticket in numbers:
        link(c, ticket, outage["ref"], now)
    return len(numbers)


def _say(c: Connection, ticket: int, texts: Mapping[str, str], external: str, agent: int | None, now: int) -> None:
    """Answered: nobody waits for a word of ours; the outage acts."""
    row = row_of(c, ticket)
    text = texts.get(row["language"]) or texts.get("fr") or next(iter(texts.values()))
    who = c.execute(select(agents.c.name).where(agents.c.id == agent)).scalar() if agent else None
    said = NewNote(text, "agent" if agent else "desk", who or "", external, "desk", agent=agent)
    try:
        with c.begin_nested():
            note(c, row["id"], said, now, _NO_LIMIT)
    except IntegrityError:  # another process was faster with the same word
        return
    row = row_of(c, row["id"])
    if row["waiting"] == "us":
        put(c, row, now, heard_at=None, waiting="outage", waiting_at=now)
    elif row["waiting"] == "outage" and row["heard_at"] is not None:
        put(c, row, now, heard_at=None)


def _unresolved(outage: Mapping[str, Any] | ReadOnlyColumnCollection[str, Any]) -> tuple[ColumnElement[bool], ...]:
    """Open since before its end, however long ago that was: one that was over then, or since, is a person's affair.

    ``outage``: a row, or the table's columns.
    """
    number, ref, end = (outage[name] for name in ("id", "ref", "closed_at"))
    s, later = status_changes.c, status_changes.alias()
    after = exists().where(later.c.ticket_id == s.ticket_id, later.c.id > s.id, later.c.at <= end)
    over = exists().where(s.ticket_id == tickets.c.id, s.status.not_in(_OPEN), or_(s.at > end, ~after))
    mark = literal("outage:", Text) + ref + ":over"
    return (*_lacking(number, notes.c.external_id == mark), ~over)


def _resolve_some(c: Connection, outage: Mapping[str, Any], now: int, most: int) -> int:
    lacking = _unresolved(outage)
    texts = {name: Catalogue(name, DESK).text("outage.over") for name in ("fr", "en")}
    for ticket in list(c.execute(select(tickets.c.id).where(*lacking).order_by(tickets.c.id).limit(most)).scalars()):
        _say(c, ticket, texts, f"{_mark(outage['ref'])}over", outage["agent_id"], now)
        row: Row = row_of(c, ticket)
        if State(row["status"]) in OPEN:
            to_state(c, row, State.RESOLVED, now, "desk", "outage_over")
    return _count(c, *lacking)
