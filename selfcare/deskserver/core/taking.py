"""A new ticket, in as few statements as it takes: each one costs a round trip, and all who file wait for it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select, union_all
from sqlalchemy.exc import IntegrityError

from selfcare.deskserver.core import acting, terms
from selfcare.deskserver.core.putting import Row, columns_of, mint, packed, told
from selfcare.deskserver.database import done_again, put_rows, together
from selfcare.deskserver.model import OPEN, DeskRefusal, File, Filing, Upload
from selfcare.deskserver.schema import attachments, external_ids, status_changes, tickets
from selfcare.deskserver.settings import Limits
from selfcare.deskserver.writing import held
from selfcare.model.ticket import State

Ids = Sequence[tuple[str, str, str]]
"""Type, value, owner of each."""
_RELATED = 10
_OPEN = frozenset(one.value for one in OPEN)
_e, _t = external_ids.c, tickets.c
_SEEN = union_all(
    select(literal_column("'id'").label("what"), _e.ticket_id.label("number"), _e.type.label("one"),
           _e.value.label("two")).where(_e.scope == bindparam("scope"), _e.value.in_(bindparam("ids", expanding=True))),
    select(literal_column("'case'"), _t.id, _t.status, _t.ref)
    .where(_t.scope == bindparam("scope"), _t.case_id == bindparam("case")),
    select(literal_column("'day'"), func.count(), literal_column("''"), literal_column("''"))
    .where(_t.subscriber_id == bindparam("subscriber"), _t.created_at > bindparam("since")),
)  # fmt: skip
_TICKET = insert(tickets)
_UNKNOWN = dict.fromkeys(("verdict_state", "verdict_code", "access", "operator", "node"), "")


@dataclass(slots=True)
class Seen:
    """What there is already: the ticket of one of its ids (``known``), the open one of its case (``same``).

    ``related``: refs of the case, newest first. ``today``: the subscriber's tickets of a day.
    """

    known: int | None = None
    same: int | None = None
    related: list[str] = field(default_factory=list)
    today: int = 0


def keys(filing: Filing) -> list[int]:
    """What nobody else may file at the same time: the subscriber's; else whatever has one of these ids, or the case."""
    if filing.subscriber is not None:
        return [_key("subscriber", filing.subscriber)]
    values = {("" if one.type == "selfcare.case" else one.type, one.value) for one in filing.externals}
    return [_key(filing.scope, *one) for one in {*values, ("", filing.case)} if one[1]]


def _key(*words: object) -> int:
    """64 bits; two that are alike by chance wait for each other, no more."""
    return int.from_bytes(blake2b(repr(words).encode(), digest_size=8).digest(), signed=True)


def seen(c: Connection, filing: Filing, ids: Ids, case: str, now: int) -> Seen:
    """One filing at a time for each subscriber, and of each id, in all processes: none is made twice."""
    held(c, keys(filing))
    asked = {"scope": filing.scope, "ids": [value for _, value, _ in ids] or [""], "case": case or None,
             "subscriber": filing.subscriber, "since": now - acting.DAY}  # fmt: skip
    found, of_id, of_case = Seen(), {}, []
    for what, number, one, two in c.execute(_SEEN, asked):
        if what == "id":
            of_id[one, two] = int(number)
        elif what == "case":
            of_case.append((int(number), one, two))
        else:
            found.today = int(number)
    found.known = next((of_id[kind, value] for kind, value, _ in ids if (kind, value) in of_id), None)
    found.same = min((number for number, status, _ in of_case if status in _OPEN), default=None)
    found.related = [ref for _, _, ref in sorted(of_case, reverse=True)[:_RELATED]]
    return found


def make(
    c: Connection, filing: Filing, ids: Ids, case: str, related: Sequence[str], now: int, limits: Limits
) -> tuple[Row, tuple[File, ...]] | None:
    """The ticket with its ids, files and first state. None: another process was faster with one of its ids.

    Raises:
        DeskRefusal: 429 ``too_many_files``.
    """
    files = files_of(filing.uploads, now, limits)
    try:
        with c.begin_nested() if not done_again(c) else contextlib.nullcontext():
            row = _put(c, filing, ids, case, related, files, now)
    except IntegrityError:
        if done_again(c):
            raise
        return None
    return row, files


def files_of(uploads: Sequence[Upload], now: int, limits: Limits) -> tuple[File, ...]:
    """Each once by name and digest.

    Raises:
        DeskRefusal: 429 ``too_many_files``.
    """
    once = {(one.sha256, one.name): one for one in uploads}
    if len(once) > limits.files:
        raise DeskRefusal(429, "too_many_files", most=limits.files)
    return tuple(
        File(ref=mint("A"), name=one.name, mime=one.mime, size=one.size, sha256=one.sha256, kind=one.kind, at=now,
             state="unread" if one.kind == "report" else "file") for one in once.values()
    )  # fmt: skip


def _put(
    c: Connection, filing: Filing, ids: Ids, case: str, related: Sequence[str], files: Sequence[File], now: int
) -> Row:
    made = New(filing, ids, case, related, files, now)
    key = c.execute(_TICKET, made.row).inserted_primary_key
    made.row["id"] = key[0] if key else 0
    with together(c):
        around(c, [made])
    return made.row


class New:
    """A ticket that is there at the end of this transaction; its ``row`` has no ``id`` before it is given one."""

    __slots__ = ("case", "files", "filing", "ids", "row")

    def __init__(
        self, filing: Filing, ids: Ids, case: str, related: Sequence[str], files: Sequence[File], now: int
    ) -> None:
        self.filing, self.ids, self.case, self.files = filing, ids, case, tuple(files)
        self.row = _row(filing, case, related, now)
        self.row["reports"] = sum(one.kind == "report" for one in files)
        self.row["version"] = 1 + len(files)  # each is one, as later


def around(c: Connection, made: Sequence[New]) -> None:
    """All that stands beside these tickets, a statement of each kind. Ids, which are waited for, in one order."""
    ids = [{"ticket_id": one.row["id"], "scope": one.filing.scope, "type": kind, "value": value, "owner": owner}
           for one in made for kind, value, owner in one.ids]  # fmt: skip
    put_rows(c, external_ids, sorted(ids, key=lambda one: (one["scope"], one["type"], one["value"])))
    found = [(one.row["id"], terms.terms_of(one.row["ref"], one.case, one.filing.name, one.filing.contact))
             for one in made]  # fmt: skip
    terms.fresh(c, found)
    put_rows(c, status_changes, [{"ticket_id": one.row["id"], "status": one.row["status"], "reason": "",
                         "by": one.filing.channel, "at": one.row["created_at"]} for one in made])  # fmt: skip
    put_rows(c, attachments, [{"ticket_id": one.row["id"], **_kept(file)} for one in made for file in one.files])
    told(c, [(one.row["ref"], "create", one.row["created_at"]) for one in made])


def _kept(one: File) -> dict[str, Any]:
    names = ("ref", "name", "mime", "sha256", "size", "kind", "at", "state")
    return {name: getattr(one, name) for name in names}


def _row(filing: Filing, case: str, related: Sequence[str], now: int) -> Row:
    """Always the same columns: the database is asked in the same words."""
    extra: Mapping[str, Any] = {**filing.extra, **({"related": list(related)} if related else {})}
    row: Row = {
        "ref": mint(), "subscriber_id": filing.subscriber, "scope": filing.scope, "case_id": case,
        "channel": filing.channel, "status": State.ACKNOWLEDGED.value, "status_at": now, "name": filing.name,
        "description": filing.description, "severity": filing.severity, "kind": filing.kind,
        "language": filing.language, "contact": packed(dict(filing.contact)), "facts": packed(dict(filing.facts)),
        "extra": packed(extra), "verdict_band": "", "side": "", "waiting": "us", "waiting_at": now, "heard_at": now,
        "promised_at": None, "created_at": now, "updated_at": now, "since_at": None, **_UNKNOWN,
        **columns_of(filing.facts),
    }  # fmt: skip
    row["act_at"] = acting.act_at(row)
    return row
