"""A word on a ticket and a file at it, each once; and whose turn it is afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from selfcare.deskserver.core import acting
from selfcare.deskserver.core.putting import Row, mint, put, row_of, tell, to_state, turned
from selfcare.deskserver.model import OPEN, DeskRefusal, NewNote, Upload
from selfcare.deskserver.schema import attachments, notes
from selfcare.deskserver.settings import Limits
from selfcare.model.ticket import State

FROM_OUTSIDE = ("subscriber", "mail")


def note(c: Connection, ticket: int, note: NewNote, now: int, limits: Limits | None = None) -> int:
    """Its number; once per external id.

    A subscriber's word (by mail too) opens again what was over for less than ``acting.REOPEN``.

    Raises:
        DeskRefusal: 404 ``ticket_unknown``, 409 ``ticket_over``, 409 ``state_not_possible``, 429 ``too_many_notes``.
    """
    limits = limits or Limits()
    row = row_of(c, ticket)
    if note.external and (there := same_note(c, row["id"], note)) is not None:
        return there
    if note.by in FROM_OUTSIDE and _count(c, row["id"]) >= limits.notes:
        raise DeskRefusal(429, "too_many_notes", most=limits.notes)
    _possible(row, note, now)
    key = c.execute(insert(notes), _said(row["id"], note, now)).inserted_primary_key
    number = int(key[0]) if key else 0
    for upload in note.uploads:
        attach(c, row["id"], upload, now, number, limits, quiet=True)
    _moved(c, row_of(c, row["id"]), note, number, now)
    return number


def bring(
    c: Connection, ticket: int, said: Sequence[NewNote], uploads: Sequence[Upload], now: int, limits: Limits
) -> None:
    """What a ticket is filed with, in as few statements as can be: it is new, so nobody can have brought it before.

    Raises:
        DeskRefusal: 429 ``too_many_notes``, ``too_many_files``.
    """
    words = list({one.external or str(place): one for place, one in enumerate(said)}.values())
    if len(words) > limits.notes:
        raise DeskRefusal(429, "too_many_notes", most=limits.notes)
    files = list({(one.sha256, one.name): one for one in uploads}.values())
    if len(files) > limits.files:
        raise DeskRefusal(429, "too_many_files", most=limits.files)
    if files:
        c.execute(insert(attachments), [_file(ticket, one, now, None) for one in files])
    if plain := [one for one in words if not one.uploads]:
        c.execute(insert(notes), [_said(ticket, one, now) for one in plain])
    for one in words:
        if one.uploads:
            key = c.execute(insert(notes), _said(ticket, one, now)).inserted_primary_key
            for upload in one.uploads:
                attach(c, ticket, upload, now, int(key[0]) if key else None, limits, quiet=True)


def _said(ticket: int, note: NewNote, now: int) -> dict[str, Any]:
    return {
        "ticket_id": ticket, "external_id": note.external or None, "by": note.by, "author": note.author,
        "agent_id": note.agent, "text": note.text, "at": now, "channel": note.channel,
        "asks": note.asks and note.by not in FROM_OUTSIDE, "internal": note.internal,
    }  # fmt: skip


def _file(ticket: int, upload: Upload, now: int, note: int | None) -> dict[str, Any]:
    return {
        "ticket_id": ticket, "note_id": note, "ref": mint("A"), "name": upload.name, "mime": upload.mime,
        "sha256": upload.sha256, "size": upload.size, "kind": upload.kind, "at": now,
        "state": "unread" if upload.kind == "report" else "file",
    }  # fmt: skip


def attach(
    c: Connection, ticket: int, upload: Upload, now: int, note: int | None = None, limits: Limits | None = None,
    quiet: bool = False,
) -> str:  # fmt: skip
    """Its ref; once per name and digest. ``quiet``: hubs are told of what it came with.

    Raises:
        DeskRefusal: 404 ``ticket_unknown``, 429 ``too_many_files``.
    """
    limits = limits or Limits()
    row = row_of(c, ticket)
    if (there := same_file(c, row["id"], upload)) is not None:
        return there
    count = select(func.count()).select_from(attachments).where(attachments.c.ticket_id == row["id"])
    if (c.execute(count).scalar() or 0) >= limits.files:
        raise DeskRefusal(429, "too_many_files", most=limits.files)
    values = _file(row["id"], upload, now, note)
    ref: str = values["ref"]
    c.execute(insert(attachments), values)
    more: dict[str, Any] = {"reports": row["reports"] + 1} if upload.kind == "report" else {}
    put(c, row, now, **more)
    if not quiet:
        tell(c, row["ref"], "attribute", now, fields=["attachment"], attachment=ref)
    return ref


def same_note(c: Connection, ticket: int, note: NewNote) -> int | None:
    """The one that is there: by its writer's id; without one, the same words of the same side."""
    if note.external:
        where = [notes.c.external_id == note.external]
    else:
        where = [notes.c.by == note.by, notes.c.text == note.text]
    return c.execute(select(notes.c.id).where(notes.c.ticket_id == ticket, *where).limit(1)).scalar()


def same_file(c: Connection, ticket: int, upload: Upload) -> str | None:
    """The ref of the one that is there."""
    where = (
        attachments.c.ticket_id == ticket,
        attachments.c.sha256 == upload.sha256,
        attachments.c.name == upload.name,
    )
    return c.execute(select(attachments.c.ref).where(*where).limit(1)).scalar()


def _count(c: Connection, ticket: int) -> int:
    where = (notes.c.ticket_id == ticket, notes.c.by.in_(FROM_OUTSIDE))
    return c.execute(select(func.count()).select_from(notes).where(*where)).scalar() or 0


def _moved(c: Connection, row: Row, note: NewNote, number: int, now: int) -> None:
    """Whose turn it is after it was said, and what hubs are told."""
    if note.internal:
        put(c, row, now)
        return
    if note.by in FROM_OUTSIDE:
        _heard(c, row, note, now)
    elif note.by == "agent" and note.asks:
        to_state(c, row, State.PENDING, now, _name(note), heard_at=None, waiting="them", waiting_at=now)
    elif note.by == "agent" and row["status"] == State.ACKNOWLEDGED:
        to_state(c, row, State.IN_PROGRESS, now, _name(note), heard_at=None, waiting_at=now)
    elif note.by == "agent" and row["waiting"]:
        put(c, row, now, heard_at=None, waiting_at=now)
    else:
        put(c, row, now)
    tell(c, row["ref"], "attribute", now, fields=["note"], note=number)
    if note.asks and note.by == "agent":
        tell(c, row["ref"], "information", now, note=number, text=note.text)


def _possible(row: Row, note: NewNote, now: int) -> None:
    """Refused before anything is written."""
    if State(row["status"]) in OPEN or note.internal:
        return
    if note.by in FROM_OUTSIDE and now - (row["closed_at"] or 0) > acting.REOPEN:
        raise DeskRefusal(409, "ticket_over")
    if note.by == "agent" and note.asks:
        raise DeskRefusal(409, "state_not_possible", old=row["status"], new=State.PENDING.value)


def _heard(c: Connection, row: Row, note: NewNote, now: int) -> None:
    """A subscriber's word: ours to act on, since the oldest that nobody answered."""
    if State(row["status"]) not in OPEN:
        to_state(c, row, State.IN_PROGRESS, now, note.by, "reopened", heard_at=now, waiting="us", waiting_at=now)
        return
    values = {"heard_at": row["heard_at"] or now, **turned(row, "us", now)}
    if row["status"] == State.PENDING:
        to_state(c, row, State.IN_PROGRESS, now, note.by, "answered", **values)
    else:
        put(c, row, now, **values)


def _name(note: NewNote) -> str:
    return f"agent:{note.author}" if note.author else note.by
