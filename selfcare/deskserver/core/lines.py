"""Which node of the network a ticket's line hangs on: the operator's register first, then what the PC saw."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from selfcare.deskserver.core.putting import put, row_of, unpacked
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import lines, subscribers, tickets

MOST = 20_000_000
"""Lines of a register: a large operator's."""
LONGEST = 80
"""Characters of a line's or a node's name."""
_PIECE = 1000


def replace(c: Connection, rows: Iterable[tuple[str, str]]) -> int:
    """The register is these rows alone from the commit on; how many. A line told twice: the last one counts.

    Raises:
        DeskRefusal: 400 ``lines_bad`` (``row``), 400 ``lines_many``: nothing was changed.
    """
    c.execute(delete(lines))
    checked = _checked(rows)
    while piece := dict(islice(checked, _PIECE)):
        names = list(piece)
        c.execute(delete(lines).where(lines.c.line.in_(names)))
        c.execute(insert(lines), [{"line": line, "node": node} for line, node in piece.items()])
    return c.execute(select(func.count()).select_from(lines)).scalar() or 0


def of_csv(text: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of an open file (``newline=""``): line number or contract, then node; comma or semicolon; a heading is left out.

    Raises:
        DeskRefusal: 400 ``lines_bad`` with the number of the ``row``.
    """
    try:
        for at, row in enumerate(csv.reader(_bounded(text), delimiter=","), 1):
            fields = row[0].split(";") if len(row) == 1 else row
            if not any(one.strip() for one in fields):
                continue
            if len(fields) < 2:
                raise DeskRefusal(400, "lines_bad", row=at)
            if at == 1 and fields[1].strip().casefold() in ("node", "nœud", "noeud"):
                continue
            yield fields[0].lstrip("\ufeff"), fields[1]
    except csv.Error:
        raise DeskRefusal(400, "lines_bad", row=0) from None


def name_of(text: object) -> str:
    """A number or contract in one spelling: people write blanks, dots and dashes into it."""
    return "".join(one for one in str(text or "").casefold() if one.isalnum())[:LONGEST]


def node_of(c: Connection, ticket: Mapping[str, Any], reported: str = "") -> str:
    """The register's, by the subscriber's own line or contract, then by the ticket's; else what the PC told.

    A PC: of whom somebody proved who it is. What a mail or a stranger's picture says of a node counts nothing.
    """
    return nodes_of(c, [ticket], reported)[0]


def nodes_of(c: Connection, many: Sequence[Mapping[str, Any]], reported: str = "") -> list[str]:
    """As :func:`node_of`, of each; two questions for all of them."""
    people = {one["subscriber_id"] for one in many if one["subscriber_id"] is not None}
    s = subscribers.c
    asked = select(s.id, s.line_number, s.contract, s.proven).where(s.id.in_(people))
    own = {row.id: row for row in c.execute(asked)} if people else {}
    named = [_names(one, own.get(one["subscriber_id"])) for one in many]
    nodes = select(lines.c.line, lines.c.node).where(lines.c.line.in_({name for names in named for name in names}))
    known = {row.line: str(row.node) for row in c.execute(nodes)} if any(named) else {}
    return [
        next((known[name] for name in names if name in known), None) or _told(one, own.get(one["subscriber_id"]))
        or reported or str(one["node"]) for one, names in zip(many, named, strict=True)
    ]  # fmt: skip


def _names(ticket: Mapping[str, Any], own: Any) -> list[str]:
    contact = unpacked(ticket["contact"])
    named = [*((own.line_number, own.contract) if own else ()), contact.get("line_number"), contact.get("contract")]
    return [name for name in map(name_of, named) if name]


def _told(ticket: Mapping[str, Any], own: Any) -> str:
    sound = (own is not None and own.proven) or str(ticket["scope"]).startswith("system:")
    told = unpacked(ticket["facts"]).get("access_node") if sound else None
    return told[:LONGEST] if isinstance(told, str) else ""


def place(c: Connection, after: int, now: int, most: int = 200) -> tuple[int, int]:
    """Tickets that came in since (also those without a report) get their node. Up to where, and how many there were.

    ``after`` 0: the newest ``most`` of those that are open, after a restart.
    """
    t = tickets.c
    if after:
        wanted = select(tickets).where(t.id > after).order_by(t.id).limit(most)
    else:
        wanted = select(tickets).where(t.waiting != "").order_by(t.id.desc()).limit(most)
    rows = [dict(row) for row in c.execute(wanted).mappings()]
    _placed(c, rows, now)
    return max([after, *(row["id"] for row in rows)]), len(rows) if after else 0


def again(c: Connection, after: int, now: int, most: int = 200) -> tuple[int, int, int]:
    """Of the open tickets beyond ``after``: another register may hang them elsewhere.

    Up to where, how many were looked at (0: that was all) and how many have another node now.
    """
    t = tickets.c
    wanted = select(tickets).where(t.waiting != "", t.id > after).order_by(t.id).limit(most)
    rows = [dict(row) for row in c.execute(wanted).mappings()]
    return max([after, *(row["id"] for row in rows)]), len(rows), _placed(c, rows, now)


def _placed(c: Connection, rows: Sequence[Mapping[str, Any]], now: int) -> int:
    """How many have another node now."""
    moved = 0
    for row, node in zip(rows, nodes_of(c, rows), strict=True):
        if node != row["node"] and not row["extra"].count("merged_into"):
            put(c, row_of(c, row["id"]), now, quiet=True, node=node)
            moved += 1
    return moved


def _bounded(text: Iterable[str]) -> Iterator[str]:
    for at, line in enumerate(text, 1):
        if len(line) > 1000:
            raise DeskRefusal(400, "lines_bad", row=at)
        yield line


def _checked(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for at, (line, node) in enumerate(rows, 1):
        if at > MOST:
            raise DeskRefusal(400, "lines_many", most=MOST)
        name, node = name_of(line), node.strip()
        if not name or not node or len(node) > LONGEST or not node.isprintable():
            raise DeskRefusal(400, "lines_bad", row=at)
        yield name, node
