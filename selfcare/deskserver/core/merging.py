"""Two tickets that are one: all of the second moves to the first, and its ids and ref lead there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from selfcare.deskserver.core import terms
from selfcare.deskserver.core.putting import Row, columns_of, packed, put, row_of, tell, to_state, turned, unpacked
from selfcare.deskserver.model import OPEN, DeskRefusal
from selfcare.deskserver.schema import attachments, external_ids, mails, notes, subscribers
from selfcare.model.ticket import State


def merge(c: Connection, keep: int, extra: int, by: str, now: int) -> None:
    """Words, files, mails and ids of ``extra`` go to ``keep``; ``extra`` is cancelled and leads there. Twice is once.

    Raises:
        DeskRefusal: 404 ``ticket_unknown``; 409 ``merge_same``; 409 ``merge_other``: two subscribers' (a mail's
            sender, whom nobody proved, goes to whoever an agent says); 409 ``state_not_possible``: one is over.
    """
    one, two = sorted((keep, extra))  # always in the same order: two that merge crosswise do not wait for each other
    rows = {number: row_of(c, number) for number in (one, two)}
    first, second = rows[keep], rows[extra]
    if first["id"] == second["id"]:
        if keep == extra:
            raise DeskRefusal(409, "merge_same")
        return
    if not _one_person(c, first["subscriber_id"], second["subscriber_id"]):
        raise DeskRefusal(409, "merge_other")
    if State(first["status"]) not in OPEN or State(second["status"]) not in OPEN:
        raise DeskRefusal(409, "state_not_possible", old=second["status"], new=State.CANCELLED.value)
    _moved(c, first["id"], second["id"])
    put(c, first, now, **_joined(c, first, second, now))
    into = packed({**unpacked(second["extra"]), "merged_into": first["id"], "merged_ref": first["ref"]})
    to_state(c, second, State.CANCELLED, now, by, "merged", extra=into, reports=0, outage_id=None)
    terms.index(c, second["id"], [("ref", terms.squeezed(second["ref"]))])
    found = terms.terms_of(first["ref"], first["case_id"], first["name"], unpacked(first["contact"]))
    terms.index(c, first["id"], found)
    tell(c, first["ref"], "attribute", now, fields=["note", "attachment", "externalIdentifier"], merged=second["ref"])


def _one_person(c: Connection, first: int | None, second: int | None) -> bool:
    if first is None or second is None or first == second:
        return True
    key = c.execute(select(subscribers.c.key).where(subscribers.c.id == second)).scalar() or ""
    return str(key).startswith("mail:")


def _moved(c: Connection, keep: int, extra: int) -> None:
    """Nothing stands there twice: the same word by its id, the same file by name and digest."""
    there = select(notes.c.external_id).where(notes.c.ticket_id == keep, notes.c.external_id.is_not(None))
    double = select(notes.c.id).where(notes.c.ticket_id == extra, notes.c.external_id.in_(there))
    c.execute(update(attachments).where(attachments.c.note_id.in_(double)).values(note_id=None))
    c.execute(delete(notes).where(notes.c.id.in_(double.scalar_subquery())))
    both = attachments.alias()
    same = select(both.c.id).where(
        both.c.ticket_id == keep, both.c.sha256 == attachments.c.sha256, both.c.name == attachments.c.name,
    )  # fmt: skip
    c.execute(delete(attachments).where(attachments.c.ticket_id == extra, same.exists()))
    for table in (notes, attachments, external_ids, mails):
        c.execute(update(table).where(table.c.ticket_id == extra).values(ticket_id=keep))


def _joined(c: Connection, first: Row, second: Row, now: int) -> dict[str, Any]:
    """What the first one knows of the second: its own words go first, the newer facts win."""
    contact = {
        **unpacked(second["contact"]),
        **{name: text for name, text in unpacked(first["contact"]).items() if text},
    }
    old, new = sorted((first, second), key=lambda row: (row["created_at"], row["id"]))
    facts = {**unpacked(old["facts"]), **unpacked(new["facts"])}
    heard = [row["heard_at"] for row in (first, second) if row["heard_at"] is not None]
    where = (attachments.c.ticket_id == first["id"], attachments.c.kind == "report")
    return {
        "contact": packed(contact), "facts": packed(facts), **columns_of(facts),
        "case_id": first["case_id"] or second["case_id"], "node": first["node"] or second["node"],
        "heard_at": min(heard) if heard else None,
        "reports": c.execute(select(func.count()).select_from(attachments).where(*where)).scalar() or 0,
        **(turned(first, "us", now) if second["heard_at"] is not None and first["waiting"] != "outage" else {}),
    }  # fmt: skip
