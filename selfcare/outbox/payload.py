"""Tickets, notes and a desk's words as JSON and back. Files stand apart, each with its SHA-256."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from selfcare.model.report import Reach
from selfcare.model.ticket import Attachment, Note, Phase, Receipt, Reply, Severity, State, Ticket, Told
from selfcare.outbox.course import Course, Kind, Stage


def packed(one: Ticket | Note) -> str:
    """Without its files."""
    fields = asdict(replace(one, attachments=()))
    fields.pop("attachments")
    return _text(fields)


def ticket_of(text: str, attachments: Sequence[Attachment] = ()) -> Ticket:
    """Back from :func:`packed`."""
    fields: dict[str, Any] = json.loads(text)
    fields["severity"], fields["reach"] = Severity(fields["severity"]), Reach(**fields["reach"])
    return Ticket(**fields, attachments=tuple(attachments))


def note_of(text: str, attachments: Sequence[Attachment] = ()) -> Note:
    """Back from :func:`packed`."""
    return Note(**json.loads(text), attachments=tuple(attachments))


def emptied(kind: Kind, text: str) -> str:
    """What a search needs and no more: nobody's words or telephone number stay here once they have arrived."""
    if kind is Kind.NOTE:
        return packed(replace(note_of(text), text=""))
    return packed(replace(ticket_of(text), text="", reach=Reach(), facts={}))


def course_text(course: Course) -> str:
    """As it is kept."""
    return _text(asdict(course))


def course_of(text: str) -> Course:
    """Back from :func:`course_text`."""
    fields: dict[str, Any] = json.loads(text)
    fields["kind"], fields["stage"], fields["phase"] = (
        Kind(fields["kind"]), Stage(fields["stage"]), Phase(fields["phase"]),
    )  # fmt: skip
    fields["receipt"] = _receipt(fields["receipt"]) if fields["receipt"] else None
    return Course(**{**fields, "attached": tuple(fields["attached"])})


def told_text(told: Told) -> str:
    """As it is kept."""
    return _text(asdict(told))


def told_of(text: str) -> Told:
    """Back from :func:`told_text`."""
    fields = json.loads(text)
    return Told(_receipt(fields["receipt"]), tuple(Reply(**one) for one in fields["replies"]))


def _receipt(fields: dict[str, Any]) -> Receipt:
    return Receipt(**{**fields, "state": State(fields["state"])})


def _text(value: object) -> str:
    return sound(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def sound(text: str) -> str:
    """Half a character, of a terminal in another encoding or of a desk's JSON, can be kept by no database: a "?"."""
    return text.encode(errors="replace").decode()
