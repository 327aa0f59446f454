"""A ticket of the desk as TMF621 v5 says it. What is internal, and what nobody proved, stays here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from selfcare.desks.tmf621_marks import marked
from selfcare.deskserver.api.bounds import iso
from selfcare.deskserver.api.incoming import KEY, OWNER, SAID, characteristic
from selfcare.deskserver.api.shapes import KEPT
from selfcare.deskserver.model import File, Note, StatusChange, Whole
from selfcare.model.ticket import State

API = "/tmf-api/troubleTicket"
_OVER = (State.CLOSED, State.RESOLVED)


def ticket(whole: Whole, root: str, version: str, system: bool) -> dict[str, Any]:
    """``root``: the desk's own address. ``system``: not the subscriber itself asks."""
    head, extra = whole.head, whole.extra
    base = f"{root}{API}/{version}/troubleTicket/{quote(head.ref)}"
    body: dict[str, Any] = {
        "@type": "TroubleTicket", "id": head.ref, "href": base, "name": head.name,
        "description": whole.description, "severity": _severity(head.severity, extra), "ticketType": _kind(whole.kind),
        "status": head.status.value, "statusChangeDate": iso(whole.status_at), "creationDate": iso(head.created_at),
        "lastUpdate": iso(head.updated_at),
    }  # fmt: skip
    body |= {"statusChangeReason": whole.status_reason} if whole.status_reason else {}
    body |= {"expectedResolutionDate": iso(head.promised_at)} if head.promised_at else {}
    body |= {name: extra[name] for name in sorted(KEPT) if name in extra}
    if head.closed_at and head.status in _OVER:
        body["resolutionDate"] = iso(head.closed_at)
    return body | _lists(whole, base, system)


def _lists(whole: Whole, base: str, system: bool) -> dict[str, Any]:
    told = whole.extra.get("files", {})
    lists = {
        "externalIdentifier": [
            {"@type": "ExternalIdentifier", "id": one.value, **_if("externalIdentifierType", one.type),
             **_if("owner", one.owner)} for one in whole.externals if one.type != KEY
        ],
        "note": [*_first(whole), *(note(one) for one in whole.notes if shown(one, system))],
        "attachment": [
            *(file(one, base, told.get(one.sha256, {})) for one in whole.files if given(one, whole, system)),
            *whole.extra.get("attachment", ()),
        ],
        "statusChangeHistory": [_state(one) for one in whole.states],
        "troubleTicketCharacteristic": _characteristics(whole),
    }  # fmt: skip
    return {name: value for name, value in lists.items() if value}


def shown(one: Note, system: bool) -> bool:
    """Internal notes are the agents' own; a mail whose sender nobody proved is not shown to the subscriber."""
    return not one.internal and (system or one.by != "mail")


def note_id(one: Note) -> str:
    """Its writer's, else one of ours."""
    return one.external or f"n{one.id}"


def note(one: Note) -> dict[str, Any]:
    """A subscriber's bears the mark by which the app knows its own writing, however it came in."""
    identity = note_id(one)
    fit = len(identity) <= 80 and all(part.isascii() and (part.isalnum() or part in "_.-") for part in identity)
    theirs = one.by == "subscriber"
    text = marked(one.text, identity if fit else f"n{one.id}") if theirs else one.text
    author = one.author or (OWNER if theirs else "")
    return {"@type": "Note", "id": identity, **_if("author", author), "date": iso(one.at), "text": text}


def file(one: File, base: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Without its bytes: where they are."""
    where = f"{base}/attachment/{quote(one.ref)}"
    return {
        "@type": "Attachment", "id": one.ref, "href": where, "url": where, "name": one.name, "mimeType": one.mime,
        "attachmentType": one.kind, "description": f"sha256:{one.sha256}",
        "size": {"amount": one.size, "units": "bytes"}, **told,
    }  # fmt: skip


def given(one: File, whole: Whole, system: bool) -> bool:
    """A file that came with a word is shown to whom that word is: what nobody proved is nothing from the desk."""
    return all(shown(note, system) for note in whole.notes if note.id == one.note)


def _first(whole: Whole) -> list[dict[str, Any]]:
    first = whole.extra.get("first")
    return [{"date": iso(whole.head.created_at), **first}] if first else []


def _severity(severity: str, extra: Mapping[str, Any]) -> str:
    word = extra.get("severity")
    return str(word[1]) if word and word[0] == severity else SAID.get(severity, severity)


def _kind(kind: str) -> str:
    return "incident" if kind == "fault" else kind


def _characteristics(whole: Whole) -> list[dict[str, Any]]:
    others = whole.extra.get("troubleTicketCharacteristic", [])
    named = {one.get("name") for one in others}
    own = {**{f"contact.{name}": value for name, value in whole.contact.items()}, **whole.facts}
    return [*(characteristic(name, value) for name, value in own.items() if name not in named), *others]


def _state(one: StatusChange) -> dict[str, Any]:
    return {"@type": "StatusChange", "status": one.status, "statusChangeDate": iso(one.at),
            **_if("statusChangeReason", one.reason)}  # fmt: skip


def _if(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}


def only(body: dict[str, Any], fields: str) -> dict[str, Any]:
    """What ``fields`` asks for, and what is always there; "": everything."""
    if not fields:
        return body
    wanted = {one.strip().partition(".")[0] for one in fields[:2000].split(",")} | {"id", "href", "@type"}
    return {name: value for name, value in body.items() if name in wanted}
