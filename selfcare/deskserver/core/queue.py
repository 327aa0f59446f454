"""The agents' queue: views, each one or a few ranges of an index, a page at a time both ways; and how many there are.

A view is the union of *parts* that lie apart (whose turn it is), each in the order of one index. Each part gives one
page, and the pages are merged: so nothing is sorted that is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, true

from selfcare.deskserver.core import acting
from selfcare.deskserver.core.acting import Reason
from selfcare.deskserver.core.found import HEAD, head_of, rows_of
from selfcare.deskserver.core.searching import numbers
from selfcare.deskserver.model import DeskRefusal, Head
from selfcare.deskserver.schema import tickets

VIEWS = ("act", "late", "soon", "unread", "asked", "outage", "mine", "all", "over")
"""``act``: ours now, and questions whose reminder is due. ``late``, ``soon``: promises. ``unread``: a subscriber's word
that nobody answered. ``asked``: theirs. ``all``: all that is not over, newest first. A search looks everywhere."""
MOST = 200
_TURNS = ("us", "them", "outage")
_T = tickets.c


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` and ``before``: what to ask with for the next and the previous page; "": there is none.

    ``reasons``: ticket's number → why it stands there.
    """

    heads: tuple[Head, ...]
    after: str = ""
    before: str = ""
    reasons: Mapping[int, Reason] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _View:
    """``parts`` lie apart; ``by`` orders each of them, ``id`` within equals."""

    parts: Sequence[ColumnElement[bool]]
    by: Any
    down: bool = False


def page(
    c: Connection, view: str, now: int, after: str = "", size: int = 50, text: str = "", agent: int | None = None,
    before: str = "",
) -> Page:  # fmt: skip
    """One page of a view, or of what ``text`` finds (anywhere, newest first; the view is not looked at).

    Raises:
        DeskRefusal: 404 ``view_unknown``; 400 ``page_unknown``: ``after`` or ``before`` is none of ours.
    """
    which = _View([], _T.id, down=True) if text.strip() else _view(view, now, agent)
    size = min(max(size, 1), MOST)
    mark, back = _mark(before or after), bool(before)
    if text.strip():
        rows = rows_of(c, numbers(c, text, mark[1] if mark else None, back, size + 1))
    else:
        rows = _rows(c, which, mark, back, size + 1)
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    heads = tuple(head_of(row) for row in rows)
    forth, behind = (True, more) if back else (more, mark is not None)
    return Page(
        heads, _written(rows[-1], which) if rows and forth else "", _written(rows[0], which) if rows and behind else "",
        {one.id: acting.reason(one, now) for one in heads},
    )  # fmt: skip


def counts(c: Connection, now: int, agent: int | None = None) -> Mapping[str, int]:
    """Of each view but ``over`` and ``all``, for what stands over the queue; ``mine`` is 0 without an agent."""
    each = select(_T.waiting, func.count()).where(_T.waiting.in_(_TURNS)).group_by(_T.waiting)
    turns: dict[str, int] = {turn: number for turn, number in c.execute(each)}
    open_promise = (_T.waiting.in_(_TURNS), _T.promised_at < now + acting.SOON)
    late = func.coalesce(func.sum(case((_T.promised_at < now, 1), else_=0)), 0)
    missed, promised = c.execute(select(late, func.count()).where(*open_promise)).one()
    due = _number(c, _T.waiting == "them", _T.act_at <= now)
    return {
        "act": turns.get("us", 0) + due, "late": int(missed), "soon": promised - int(missed),
        "unread": _number(c, _T.heard_at.is_not(None)),
        "asked": turns.get("them", 0), "outage": turns.get("outage", 0),
        "mine": 0 if agent is None else _number(c, _T.agent_id == agent, _T.waiting.in_(_TURNS)),
    }  # fmt: skip


def _number(c: Connection, *where: ColumnElement[bool]) -> int:
    return c.execute(select(func.count()).select_from(tickets).where(*where)).scalar() or 0


def _view(view: str, now: int, agent: int | None) -> _View:
    soon = now + acting.SOON
    views = {
        "act": _View([_T.waiting == "us", and_(_T.waiting == "them", _T.act_at <= now)], _T.act_at),
        "late": _View([and_(_T.waiting == turn, _T.promised_at < now) for turn in _TURNS], _T.promised_at),
        "soon": _View([and_(_T.waiting == turn, _T.promised_at.between(now, soon)) for turn in _TURNS], _T.promised_at),
        "unread": _View([_T.heard_at.is_not(None)], _T.heard_at),
        "asked": _View([_T.waiting == "them"], _T.act_at),
        "outage": _View([_T.waiting == "outage"], _T.act_at),
        "mine": _View([and_(_T.agent_id == (agent or 0), _T.waiting == turn) for turn in _TURNS], _T.act_at),
        "all": _View([_T.waiting == turn for turn in _TURNS], _T.created_at, down=True),
        "over": _View([_T.waiting == ""], _T.closed_at, down=True),
    }  # fmt: skip
    if view not in views:
        raise DeskRefusal(404, "view_unknown")
    return views[view]


def _rows(c: Connection, view: _View, mark: tuple[int, int] | None, back: bool, size: int) -> list[dict[str, Any]]:
    """From the mark on in the direction asked; a page of each part, merged."""
    down = view.down is not back
    order = [view.by.desc(), _T.id.desc()] if down else [view.by.asc(), _T.id.asc()]
    found: list[dict[str, Any]] = []
    for part in view.parts:
        asked = select(*HEAD).where(part, _beyond(view.by, mark, down)).order_by(*order).limit(size)
        found += [dict(row) for row in c.execute(asked).mappings()]
    found.sort(key=lambda row: (row[view.by.name] or 0, row["id"]), reverse=down)
    return found[:size]


def _beyond(by: Any, mark: tuple[int, int] | None, down: bool) -> ColumnElement[bool]:
    if mark is None:
        return true()
    value, number = mark
    if down:
        return and_(by <= value, or_(by < value, _T.id < number))
    return and_(by >= value, or_(by > value, _T.id > number))


def _written(row: Mapping[str, Any], view: _View) -> str:
    return f"{row[view.by.name] or 0}.{row['id']}"


def _mark(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    value, _, number = text.partition(".")
    if not (value.isascii() and value.isdigit() and number.isascii() and number.isdigit() and len(text) < 36):
        raise DeskRefusal(400, "page_unknown")
    return min(int(value), _BIGGEST), min(int(number), _BIGGEST)


_BIGGEST = 2**63 - 1
