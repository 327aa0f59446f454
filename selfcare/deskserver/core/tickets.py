"""Filing a ticket, once; a word, a file, a change; and the end of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from selfcare.deskserver.core import acting, taking, terms
from selfcare.deskserver.core.merging import merge
from selfcare.deskserver.core.notes import attach, bring, note, same_file, same_note
from selfcare.deskserver.core.putting import Row, columns_of, packed, put, row_of, tell, to_state, unpacked
from selfcare.deskserver.model import Change, DeskRefusal, Filed, Filing, NewNote, Upload
from selfcare.deskserver.schema import (
    attachments,
    drops,
    external_ids,
    happened,
    mails,
    tickets,
)
from selfcare.deskserver.settings import Limits
from selfcare.model.ticket import State

__all__ = ["CASE", "TICKET", "attach", "change", "drop", "file", "learn", "merge", "note"]

TICKET, CASE = "selfcare.ticket", "selfcare.case"
"""Types of our own external ids. A case is no id of a ticket: after its end the next ticket has the same one."""
_OWN = ("merged_into", "merged_ref", "related")
"""Names in ``extra`` that this desk writes itself: nobody else's change takes them away."""
_ORDER = ("minor", "major", "blocking")


def file(c: Connection, filing: Filing, now: int, limits: Limits | None = None) -> Filed:
    """Takes a ticket in, once.

    An id that the same scope has used is that ticket: what is new in it is added (notes by id or text, files by name
    and digest). Another id with the case of an open ticket of the same scope is that ticket too; its words, files and
    facts are added. Without id and open case: a new one. Never looks into another's scope.

    Raises:
        DeskRefusal: 429 ``too_many_tickets``, ``too_many_notes``, ``too_many_files``.
    """
    limits, ids, case = limits or Limits(), ids_of(filing), case_of(filing)
    there = taking.seen(c, filing, ids, case, now)
    if there.known is not None:
        return _again(c, there.known, filing, now, limits)
    if there.same is not None:
        return _joined(c, there.same, filing, now, limits)
    within_a_day(filing, there.today, limits)
    made = taking.make(c, filing, ids, case, there.related, now, limits)
    if made is None:
        if (known := taking.seen(c, filing, ids, case, now).known) is None:
            raise DeskRefusal(503, "database_busy")
        return _again(c, known, filing, now, limits)
    row, files = made
    bring(c, row["id"], filing.notes, (), now, limits)
    return Filed(row["id"], row["ref"], new=True, files=files)


def change(c: Connection, ticket: int, change: Change, now: int) -> None:
    """What is told of it, at once. ``agent=0``: nobody's. ``extra`` replaces what there was, but for the desk's own.

    Raises:
        DeskRefusal: 404 ``ticket_unknown``, 409 ``stale``, 409 ``state_not_possible``.
    """
    row = row_of(c, ticket)
    if change.version is not None and change.version != row["version"]:
        raise DeskRefusal(409, "stale", version=row["version"])
    values = _changed(row, change, now)
    if change.status is not None and (
        change.status != row["status"] or change.reason not in ("", row["status_reason"])
    ):
        ours = not change.by.startswith("subscriber:")
        heard = {"heard_at": None} if ours and change.status is not State.IN_PROGRESS else {}
        to_state(c, row, change.status, now, change.by, change.reason, **{**heard, **values})
    elif values:
        put(c, row, now, **values)
    if values:
        fields = sorted(set(values) - {"heard_at", "waiting_at", "agent_id", "promised_at"})
        fields += [name for name, column in (("agent", "agent_id"), ("promised", "promised_at")) if column in values]
        tell(c, row["ref"], "attribute", now, fields=fields)
    if "name" in values:
        _indexed(c, row)


def learn(c: Connection, ticket: int, facts: Mapping[str, Any], now: int) -> None:
    """What a report says, once it was read: renews facts, verdict, side, node, and so when somebody should act."""
    row = row_of(c, ticket)
    values = _learnt(row, facts)
    node = str(facts.get("node", row["node"]))[:200]
    values |= {"node": node} if node != row["node"] else {}
    if values:
        put(c, row, now, quiet=True, **values)
        tell(c, row["ref"], "attribute", now, fields=["facts"])


def drop(c: Connection, ticket: int, now: int) -> tuple[str, ...]:
    """All of it goes; the digests that nobody needs any more: ``retention.orphans`` tells when they may go."""
    ref = c.execute(select(tickets.c.ref).where(tickets.c.id == ticket)).scalar()
    if ref is None:
        raise DeskRefusal(404, "ticket_unknown")
    digests = set(c.execute(select(attachments.c.sha256).where(attachments.c.ticket_id == ticket)).scalars())
    digests |= set(c.execute(select(mails.c.sha256).where(mails.c.ticket_id == ticket)).scalars())
    c.execute(update(happened).where(happened.c.ticket == ref).values(data="{}"))  # an agent's question is theirs too
    c.execute(delete(tickets).where(tickets.c.id == ticket))
    tell(c, ref, "delete", now)
    gone = sorted(one for one in digests if one and not needed(c, one))
    for one in gone:  # known to the sweep, whoever is killed before it
        c.execute(delete(drops).where(drops.c.sha256 == one))
        c.execute(insert(drops).values(sha256=one, at=now))
    return tuple(gone)


def needed(c: Connection, sha256: str) -> bool:
    """Whether a file of anybody's is this one."""
    of_files = exists().where(attachments.c.sha256 == sha256)
    of_mails = exists().where(mails.c.sha256 == sha256)
    return bool(c.execute(select(of_files | of_mails)).scalar())


def case_of(filing: Filing) -> str:
    """Nothing: ""."""
    return filing.case or next((one.value for one in filing.externals if one.type == CASE), "")


def ids_of(filing: Filing) -> list[tuple[str, str, str]]:
    """Type, value, owner: ours first."""
    found = {(one.type, one.value): one.owner for one in filing.externals if one.type != CASE and one.value}
    return sorted(((kind, value, owner) for (kind, value), owner in found.items()), key=lambda one: one[0] != TICKET)


def within_a_day(filing: Filing, today: int, limits: Limits) -> None:
    """Raises :class:`DeskRefusal`: 429 ``too_many_tickets``."""
    if filing.subscriber is None or filing.channel == "agent" or filing.scope.startswith("system:"):
        return
    if today >= limits.tickets_a_day:
        raise DeskRefusal(429, "too_many_tickets", most=limits.tickets_a_day)


def _again(c: Connection, ticket: int, filing: Filing, now: int, limits: Limits) -> Filed:
    """The same ticket once more; words without an id are the same where their text is."""
    row = row_of(c, ticket)
    added = _claimed(c, row["id"], filing)
    for one in filing.notes:
        added |= _note_once(c, row["id"], one, now, limits)
    for upload in filing.uploads:
        added |= _attach_once(c, row["id"], upload, now, limits)
    return Filed(row["id"], row["ref"], new=False, merged=added)


def _joined(c: Connection, ticket: int, filing: Filing, now: int, limits: Limits) -> Filed:
    """Another ticket of the same case: all that it says stands on the one that is there."""
    row = row_of(c, ticket)
    added = _claimed(c, row["id"], filing)
    first = next((value for _, value, _ in ids_of(filing)), "")
    if filing.description.strip() and filing.description != row["description"]:
        said = NewNote(
            filing.description,
            "mail" if filing.channel == "mail" else "subscriber",
            external=first,
            channel=filing.channel,
        )
        added |= _note_once(c, row["id"], said, now, limits)
    for one in filing.notes:
        added |= _note_once(c, row["id"], one, now, limits)
    for upload in filing.uploads:
        added |= _attach_once(c, row["id"], upload, now, limits)
    row = row_of(c, row["id"])
    if values := _renewed(row, filing):
        put(c, row, now, **values)
        _indexed(c, row)
        tell(c, row["ref"], "attribute", now, fields=sorted({"facts", "contact", "severity"} & set(values)))
        added = True
    return Filed(row["id"], row["ref"], new=False, merged=added)


def _claimed(c: Connection, ticket: int, filing: Filing) -> bool:
    """Its other ids lead here too."""
    added = False
    for kind, value, owner in ids_of(filing):
        where = (external_ids.c.scope == filing.scope, external_ids.c.type == kind, external_ids.c.value == value)
        if c.execute(select(external_ids.c.id).where(*where)).first() is None:
            row = {"ticket_id": ticket, "scope": filing.scope, "type": kind, "value": value, "owner": owner}
            c.execute(insert(external_ids).values(row))
            added = True
    return added


def _note_once(c: Connection, ticket: int, new: NewNote, now: int, limits: Limits) -> bool:
    if same_note(c, ticket, new) is not None:
        return False
    note(c, ticket, new, now, limits)
    return True


def _attach_once(c: Connection, ticket: int, upload: Upload, now: int, limits: Limits) -> bool:
    if same_file(c, ticket, upload) is not None:
        return False
    attach(c, ticket, upload, now, limits=limits)
    return True


def _renewed(row: Row, filing: Filing) -> dict[str, Any]:
    """What a newer filing of the same case says better. A machine never makes it less bad: an agent may."""
    values = _learnt(row, filing.facts)
    contact = {**unpacked(row["contact"]), **{name: text for name, text in filing.contact.items() if text}}
    if contact != unpacked(row["contact"]):
        values["contact"] = packed(contact)
    worse = max(row["severity"], filing.severity, key=lambda one: _ORDER.index(acting.severity_of(one)))
    if worse != row["severity"]:
        values["severity"] = worse
    return values


def _learnt(row: Row, facts: Mapping[str, Any]) -> dict[str, Any]:
    old = unpacked(row["facts"])
    new = {**old, **facts}
    values: dict[str, Any] = {} if new == old else {"facts": packed(new)}
    return {**values, **{name: value for name, value in columns_of(facts).items() if row[name] != value}}


def _changed(row: Row, change: Change, now: int) -> dict[str, Any]:
    """The columns that are to be other than they are."""
    asked: dict[str, Any] = {name: getattr(change, name) for name in ("severity", "kind", "name", "description")}
    if change.extra is not None:
        own = {name: value for name, value in unpacked(row["extra"]).items() if name in _OWN}
        asked["extra"] = packed({**{name: value for name, value in change.extra.items() if name not in _OWN}, **own})
    values = {name: value for name, value in asked.items() if value is not None and value != row[name]}
    if change.promised is not None and (change.promised or None) != row["promised_at"]:
        values |= {"promised_at": change.promised or None, "waiting_at": now}
        if change.promised:
            values["heard_at"] = None  # a date is an answer
    if change.agent is not None and (change.agent or None) != row["agent_id"]:
        values["agent_id"] = change.agent or None
    return values


def _indexed(c: Connection, row: Row) -> None:
    terms.index(c, row["id"], terms.terms_of(row["ref"], row["case_id"], row["name"], unpacked(row["contact"])))
