"""A PATCH: what a merge patch or a JSON Patch makes of a ticket, told as notes, files and changes.

Lists are added to, never shortened: whoever sends one back without what an agent wrote meanwhile takes nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from selfcare.deskserver.api import incoming, outgoing
from selfcare.deskserver.api.bounds import line, milliseconds, refused
from selfcare.deskserver.api.files import Incoming, brought
from selfcare.deskserver.api.shapes import KEPT, READ_ONLY
from selfcare.deskserver.core import tickets as core
from selfcare.deskserver.model import Change, DeskRefusal, Subscriber, System, Whole
from selfcare.deskserver.schema import external_ids
from selfcare.deskserver.settings import Limits
from selfcare.model.ticket import State

_LISTS = ("note", "attachment", "externalIdentifier", "troubleTicketCharacteristic")
_PLAIN = ("name", "description", "severity", "ticketType", "expectedResolutionDate")
_STATES = {one.value: one for one in State}


def state_of(word: Any) -> State:
    """Raises :class:`DeskRefusal` 400: none of TMF621's."""
    if word not in _STATES:
        raise refused("status_unknown", "status")
    return _STATES[word]


@dataclass(frozen=True, slots=True)
class Patch:
    """What is to be other. ``fields``: None takes one away. ``files``: those by value, stored before it is done."""

    fields: Mapping[str, Any]
    files: tuple[Incoming, ...]
    elsewhere: tuple[dict[str, Any], ...]


def read(fields: Mapping[str, Any], most_file: int) -> Patch:
    """Of checked fields."""
    by_value, elsewhere = brought(fields.get("attachment") or [], most_file)
    return Patch(fields, tuple(by_value), tuple(elsewhere))


def done(c: Connection, whole: Whole, patch: Patch, who: Subscriber | System, now: int, limits: Limits) -> None:
    """In one transaction.

    Raises:
        DeskRefusal: 403 ``not_yours`` (a subscriber may add notes and files, and cancel); 409 as the core says.
    """
    change = _change(whole, patch, who)
    pending = change is not None and change.status is State.PENDING
    for one in patch.files:
        core.attach(c, whole.head.id, one.upload, now, limits=limits)
    for note in _new_notes(whole, patch.fields.get("note") or [], who, pending):
        core.note(c, whole.head.id, note, now, limits)
    if isinstance(who, System):
        _named(c, whole, patch.fields.get("externalIdentifier") or [], who)
    if change is not None:
        core.change(c, whole.head.id, change, now)


def _named(c: Connection, whole: Whole, entries: list[dict[str, Any]], who: System) -> None:
    """A system's own ids for it, by which it is found; one that it gave another ticket stays there."""
    known = {(one.type, one.value) for one in whole.externals}
    for one in incoming.externals_of(entries, "")[0]:
        if (one.type, one.value) in known or one.type == incoming.CASE:
            continue
        where = (external_ids.c.scope == who.name, external_ids.c.type == one.type, external_ids.c.value == one.value)
        if c.execute(select(external_ids.c.id).where(*where)).first() is not None:
            raise DeskRefusal(409, "id_taken", where=one.value)
        row = {"ticket_id": whole.head.id, "scope": who.name, "type": one.type, "value": one.value, "owner": one.owner}
        c.execute(insert(external_ids).values(row))


def _new_notes(whole: Whole, entries: list[dict[str, Any]], who: Subscriber | System, pending: bool) -> list[Any]:
    """By id where there is one, else by who said what when. An id of ours that we know is no new note."""
    shown = [outgoing.note(one) for one in whole.notes]
    ids = {one["id"] for one in shown}
    said = {(one.get("author", ""), one["text"]) for one in shown} | {(one.author, one.text) for one in whole.notes}
    first = whole.extra.get("first") or {}
    found = []
    for at, entry in enumerate(entries):
        text = entry.get("text", "")
        if entry.get("id") in ids or text == first.get("text", None):
            continue
        if not entry.get("id") and (entry.get("author", ""), text) in said:
            continue
        new = incoming.note_of(entry, who, pending and at == len(entries) - 1)
        if new.external not in ids:
            found.append(new)
    return found


def _change(whole: Whole, patch: Patch, who: Subscriber | System) -> Change | None:
    asked = {name: value for name, value in patch.fields.items()
             if name not in READ_ONLY and name not in ("note", "attachment")}  # fmt: skip
    now_shown = outgoing.ticket(whole, "", "v5", True)
    other = {name: value for name, value in asked.items() if not _same(name, value, now_shown.get(name))}
    extra = _extra(whole, other, patch)
    if isinstance(who, Subscriber):
        return _theirs(who, other, extra)
    if not other and extra is None:
        return None
    return _systems(who, other, extra)


def _theirs(who: Subscriber, other: Mapping[str, Any], extra: dict[str, Any] | None) -> Change | None:
    """Cancelling, with a reason."""
    if set(other) - {"status", "statusChangeReason"} or (
        "status" in other and other["status"] != State.CANCELLED.value
    ):
        raise DeskRefusal(403, "not_yours", where=", ".join(sorted(other)))
    if "status" not in other and "statusChangeReason" in other:
        raise DeskRefusal(403, "not_yours", where="statusChangeReason")
    if not other and extra is None:
        return None
    status = State.CANCELLED if "status" in other else None
    return Change(who.name, status, (other.get("statusChangeReason") or "")[:2000], extra=extra)


def _systems(who: System, other: Mapping[str, Any], extra: dict[str, Any] | None) -> Change:
    for name in ("description", "severity", "ticketType", "status"):
        if name in other and not other[name]:
            raise refused("missing", name)
    promised = None
    if "expectedResolutionDate" in other:
        promised = milliseconds(other["expectedResolutionDate"]) if other["expectedResolutionDate"] else 0
    reason = other.get("statusChangeReason") or ""
    return Change(
        who.name, state_of(other["status"]) if "status" in other else None, reason, promised,
        incoming.severity_of(other["severity"]) if "severity" in other else None,
        incoming.kind_of(other["ticketType"]) if "ticketType" in other else None,
        line(other["name"] or "")[:300] if "name" in other else None, other.get("description"), extra=extra,
    )  # fmt: skip


def _same(name: str, value: Any, shown: Any) -> bool:
    if name.endswith("Date") and isinstance(value, str) and isinstance(shown, str):
        return milliseconds(value) == milliseconds(shown)
    if name in ("externalIdentifier", "troubleTicketCharacteristic") and isinstance(value, list):
        return all(one in (shown or []) for one in value)
    return bool(value == shown)


def _extra(whole: Whole, other: Mapping[str, Any], patch: Patch) -> dict[str, Any] | None:
    """What is only kept, with what is new in it; None: nothing is."""
    extra = dict(whole.extra)
    for name, value in other.items():
        if name in KEPT and value is None:
            extra.pop(name, None)
        elif name in KEPT:
            extra[name] = value
    if isinstance(other.get("severity"), str):
        extra.pop("severity", None)
        extra |= incoming.worded(incoming.severity_of(other["severity"]), other["severity"])
    if new := _new_files(whole, patch):
        extra["attachment"] = [*extra.get("attachment", []), *new]
    if told := incoming.told_of(list(patch.files)):
        extra["files"] = {**extra.get("files", {}), **told["files"]}
    if entries := other.get("troubleTicketCharacteristic"):
        _characteristics(extra, whole, entries)
    return incoming.bounded(extra) if extra != whole.extra else None


def _new_files(whole: Whole, patch: Patch) -> list[dict[str, Any]]:
    """That only name something, and are neither one of the desk's own nor known."""
    own = {one.ref for one in whole.files}
    known = whole.extra.get("attachment", [])
    return [one for one in patch.elsewhere if one.get("id") not in own and one not in known and set(one) != {"@type"}]


def _characteristics(extra: dict[str, Any], whole: Whole, entries: list[dict[str, Any]]) -> None:
    """By name; what is there under the same name is renewed."""
    named = {one.get("name"): one for one in extra.get("troubleTicketCharacteristic", [])}
    own = {**{f"contact.{name}": value for name, value in whole.contact.items()}, **whole.facts}
    for one in entries:
        name = one.get("name")
        if name not in own or incoming.characteristic(str(name), own[name]) != one:
            named[name] = one
    extra["troubleTicketCharacteristic"] = list(named.values())
