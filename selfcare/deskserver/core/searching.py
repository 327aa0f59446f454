"""What an agent types, found by its beginning: each piece is a range of the index of terms, read alone.

The whole of it squeezed (a ref, a case, a phone, a contract, a line), as it stands (a mail), somebody's id, or each
word of it somewhere in the name and subject. All of them by their beginning, but ids.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, intersect, or_, select

from selfcare.deskserver.core.terms import folded, mail, phone, squeezed, words
from selfcare.deskserver.schema import external_ids
from selfcare.deskserver.schema import terms as table

LEAST = 2
"""Signs: one alone would be half of all tickets."""
LONGEST = 200
_WORDS = 6
_LAST = "\U0010ffff"


def numbers(c: Connection, text: str, mark: int | None, back: bool, size: int) -> list[int]:
    """Tickets, newest first, from the mark on; ``back``: from it towards the newest, nearest first."""
    found: set[int] = set()
    for asked, number in _pieces(text.strip()[:LONGEST]):
        if mark is not None:
            asked = asked.where(number > mark if back else number < mark)
        asked = asked.group_by(number).order_by(number.asc() if back else number.desc()).limit(size)
        found.update(c.execute(asked).scalars())
    return sorted(found, reverse=not back)[:size]


def _pieces(text: str) -> list[tuple[Select[Any], ColumnElement[Any]]]:
    """Each way in which it may be meant; none where there is too little to look for."""
    number = table.c.ticket_id
    wholes = {squeezed(text), mail(folded(text)), mail(text), phone(text)}
    ways = [_begins(one) for one in sorted(wholes) if len(one) >= LEAST]
    if len(spoken := _spoken(text)) >= LEAST:
        ways.append(and_(table.c.kind.in_(("ref", "case")), _begins(spoken)))
    found: list[tuple[Select[Any], ColumnElement[Any]]] = [(select(number).where(or_(*ways)), number)] if ways else []
    many = [one for one in words(text) if len(one) >= LEAST and not one.isdigit()][:_WORDS]
    if len(many) > 1:
        both = intersect(*(_named(one) for one in many)).subquery()
        found.append((select(both.c.ticket_id), both.c.ticket_id))
    if ways:
        value = external_ids.c.value == text
        found.append((select(external_ids.c.ticket_id).where(value), external_ids.c.ticket_id))
    return found


def _named(word: str) -> Select[Any]:
    return select(table.c.ticket_id).where(_begins(word), table.c.kind.in_(("name", "word")))


def _spoken(text: str) -> str:
    """As signs of a ref or a case are heard: O for zero, I and L for one."""
    return squeezed(text).translate(str.maketrans("oil", "011"))


def _begins(value: str) -> ColumnElement[bool]:
    """By bytes in both databases (the column is COLLATE "C")."""
    return and_(table.c.value >= value, table.c.value < value + _LAST)
