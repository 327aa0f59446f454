"""What both versions of TMF621 say alike, and what a version has to answer. Nothing in here touches the network."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Protocol

from selfcare.desks import reading
from selfcare.desks.tmf621_marks import bears, is_own, marked
from selfcare.model.ticket import Attachment, Severity, Ticket

OWNER = "selfcare"
TICKET = "selfcare.ticket"
CASE = "selfcare.case"
_SEVERITIES = {Severity.BLOCKING: "Critical", Severity.MAJOR: "Major", Severity.MINOR: "Minor"}
"""The standard's own examples: the field is free text, and an operator's words may stand in the profile."""
_KINDS = {"fault": "incident"}


class Version(Protocol):
    """One version's way to write a ticket and to look for it."""

    name: str
    merge_patch: str
    json_patch: bool
    newest_first: Mapping[str, str]
    fields: str
    id_field: str

    def new(self, ticket: Ticket, words: Mapping[str, str], files: bool) -> dict[str, Any]:
        """The body that files it. ``words``: an operator's own (``severity.major``, ``ticket_type``)."""
        ...

    def searches(self, identity: str) -> Sequence[Mapping[str, str]]:
        """Query strings that look for it, the likeliest understood first."""
        ...

    def bears(self, found: Mapping[str, Any], identity: str) -> bool:
        """Whether this ticket has our id: a desk that ignores a filter answers with everything."""
        ...

    def note(self, text: str, identity: str) -> dict[str, Any]:
        """A note, to be added."""
        ...

    def change(self, **fields: object) -> dict[str, Any]:
        """A partial update."""
        ...


def noted_as(found: Mapping[str, Any], identity: str) -> bool:
    """By our first note, where a desk shows no external id. Quoted elsewhere it does not count."""
    texts = (reading.text(one.get("text")) for one in reading.records(found.get("note")))
    return any(is_own(text) and bears(text, identity) for text in texts)


def common(ticket: Ticket, words: Mapping[str, str]) -> dict[str, Any]:
    """The fields with the same name in both."""
    kind = words.get("ticket_type") or _KINDS.get(ticket.kind, ticket.kind)
    severity = words.get(f"severity.{ticket.severity.value}") or _SEVERITIES[ticket.severity]
    named = ticket.subject if ticket.case in ticket.subject else f"{ticket.subject} [{ticket.case}]"
    return {"name": named, "description": ticket.text, "severity": severity, "ticketType": kind}


def first_note(ticket: Ticket, with_facts: bool) -> tuple[str, str]:
    """What has no field of its own: text with its mark, and its id. Only what the subscriber filled in.

    It is always there: a desk that shows it twice after a follow-up adds to its notes where others replace them.
    """
    lines = [f"{CASE}: {ticket.case}", *(f"contact.{name}: {value}" for name, value in reach(ticket).items())]
    if with_facts:
        lines += [f"{name}: {_said(value)}" for name, value in ticket.facts.items()]
    return marked("\n".join(lines), ticket.id), ticket.id


def reach(ticket: Ticket) -> dict[str, str]:
    """Who it is, without the fields that are empty."""
    every = {one.name: str(getattr(ticket.reach, one.name)).strip() for one in fields(ticket.reach)}
    return {name: value for name, value in every.items() if value}


def file(attachment: Attachment) -> dict[str, Any]:
    """By value. v5 wants type and MIME type; the digest tells later whether it arrived whole."""
    return {
        "@type": "Attachment",
        "attachmentType": "report",
        "name": attachment.name,
        "description": f"sha256:{attachment.sha256}",
        "mimeType": attachment.mime,
        "content": base64.b64encode(attachment.data).decode(),
        "size": {"amount": len(attachment.data), "units": "bytes"},
    }


def whole(found: Mapping[str, Any]) -> bool:
    """Whether an attachment that is there is what was sent, as far as it can be seen."""
    content, said = found.get("content"), found.get("description")
    if not isinstance(content, str):
        return any(isinstance(found.get(key), str) and found[key] for key in ("id", "href", "url"))
    try:
        data = base64.b64decode(content, validate=True)
    except ValueError:
        return False
    digest = said.removeprefix("sha256:") if isinstance(said, str) and said.startswith("sha256:") else ""
    return not digest or hashlib.sha256(data).hexdigest() == digest


def finite(value: str | float | bool) -> bool:
    """Whether JSON has a word for it."""
    return not isinstance(value, float) or math.isfinite(value)


def _said(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
