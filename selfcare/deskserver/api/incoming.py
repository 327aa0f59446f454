"""A TMF621 ticket (in v5's shape) as the desk files it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from selfcare.desks.tmf621_marks import bears, is_own
from selfcare.deskserver.api import files
from selfcare.deskserver.api.bounds import KEPT as MOST_KEPT
from selfcare.deskserver.api.bounds import line, refused
from selfcare.deskserver.api.shapes import KEPT
from selfcare.deskserver.model import DeskRefusal, External, Filing, NewNote, Subscriber, System

OWNER, TICKET, CASE = "selfcare", "selfcare.ticket", "selfcare.case"
KEY = "idempotency-key"
"""Type of an external id that is none: what a request was called by its sender."""
SEVERITIES = {"critical": "blocking", "blocking": "blocking", "major": "major", "minor": "minor"}
SAID = {"blocking": "Critical", "major": "Major", "minor": "Minor"}
_REACH = frozenset({"name", "phone", "mail", "contract", "line_number", "when"})
_MARK = re.compile(r"\n?\[selfcare:([0-9A-Za-z_.-]{1,80}):[0-9a-f]{12}\]\s*\Z")
_FACT = re.compile(r"[a-z0-9_.-]{1,80}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A filing, the files that go with it, and what only a system may say (state, promise)."""

    filing: Filing
    files: tuple[files.Incoming, ...]
    said: Mapping[str, Any]


def asked(body: dict[str, Any], who: Subscriber | System, key: str, most_file: int) -> Asked:
    """Of a POST. ``key``: of ``Idempotency-Key``, or "".

    Raises:
        DeskRefusal: something mandatory is not there, or not what it should be.
    """
    for name in ("description", "severity", "ticketType"):
        if not body.get(name):
            raise refused("missing", name)
    by_value, elsewhere = files.brought(body.get("attachment", []), most_file)
    first, notes = _notes(body.get("note", []), body, who)
    contact, facts, others = split(body.get("troubleTicketCharacteristic", []))
    externals, case = externals_of(body.get("externalIdentifier", []), key)
    if first:
        contact, facts, case = _of_first(first["text"], contact, facts, case)
    extra = {name: body[name] for name in KEPT if name in body}
    extra |= {"attachment": elsewhere} if elsewhere else {}
    extra |= {"troubleTicketCharacteristic": others} if others else {}
    extra |= {"first": first} if first else {}
    extra |= told_of(by_value)
    severity = severity_of(body["severity"])
    extra |= worded(severity, body["severity"])
    filing = Filing(
        scope=who.key if isinstance(who, Subscriber) else who.name,
        subscriber=who.id if isinstance(who, Subscriber) else None,
        name=line(body.get("name", ""))[:300] or line(body["description"])[:80],
        description=body["description"], severity=severity, kind=kind_of(body["ticketType"]),
        channel="app" if first or isinstance(who, Subscriber) else "api",
        externals=externals, case=case, language=_language(facts), contact=contact, facts=facts, notes=notes,
        uploads=tuple(one.upload for one in by_value), extra=bounded(extra),
    )  # fmt: skip
    return Asked(filing, tuple(by_value), body)


def bounded(extra: dict[str, Any]) -> dict[str, Any]:
    """What is only kept, of a size a row can bear."""
    if len(msgspec.json.encode(extra)) > MOST_KEPT:
        raise DeskRefusal(413, "too_much_kept")
    return extra


def severity_of(word: str) -> str:
    """One of ours; a word we do not know is in the middle."""
    return SEVERITIES.get(word.strip().lower(), "major")


def worded(severity: str, word: str) -> dict[str, Any]:
    """Their own word for it, as long as it is of that severity."""
    return {"severity": [severity, word]} if SAID[severity] != word else {}


def kind_of(word: str) -> str:
    """Ours for the app's usual word; any other is the operator's own."""
    return "fault" if word == "incident" else line(word)[:80] or "fault"


def told_of(found: list[files.Incoming]) -> dict[str, Any]:
    """What was said of files beside what the desk keeps of each."""
    said = {one.upload.sha256: dict(one.told) for one in found if one.told}
    return {"files": said} if said else {}


def note_of(entry: Mapping[str, Any], who: Subscriber | System, pending: bool = False) -> NewNote:
    """Ours (by its mark) and a subscriber's are theirs; what else a system writes is the desk's word."""
    text, identity = entry.get("text", ""), entry.get("id", "")
    own = is_own(text)
    if own:
        mark = _MARK.search(text)
        identity = mark.group(1) if mark else identity
        text = _MARK.sub("", text)
    if not text.strip():
        raise refused("missing", "note.text")
    theirs = own or isinstance(who, Subscriber)
    asks = not theirs and (pending or "informationrequired" in entry.get("@type", "").lower())
    return NewNote(
        text=text.strip(), by="subscriber" if theirs else "agent", author="" if own else line(entry.get("author", "")),
        external=identity, channel="app" if theirs else "api", asks=asks,
    )  # fmt: skip


def _notes(
    entries: list[dict[str, Any]], body: Mapping[str, Any], who: Subscriber | System
) -> tuple[dict[str, Any], tuple[NewNote, ...]]:
    """The app's first one (it repeats what has fields, with the mark the app finds it by) is kept apart."""
    first: dict[str, Any] = {}
    notes = []
    ids = {one.get("id", "") for one in body.get("externalIdentifier", [])}
    for entry in entries:
        text = entry.get("text", "")
        if not first and text.startswith(f"{CASE}: ") and is_own(text) and any(bears(text, one) for one in ids):
            first = entry
        else:
            notes.append(note_of(entry, who))
    return first, tuple(notes)


def externals_of(entries: list[dict[str, Any]], key: str) -> tuple[tuple[External, ...], str]:
    """Each once; and the case among them. ``key``: of ``Idempotency-Key``, where no id is the same."""
    found: dict[tuple[str, str], External] = {}
    case = ""
    for one in entries:
        value, kind = line(one.get("id", "")), line(one.get("externalIdentifierType", ""))
        if not value:
            raise refused("missing", "externalIdentifier.id")
        if kind == KEY:
            raise refused("wrong_type", "externalIdentifier.externalIdentifierType")
        found[kind, value] = External(value, kind, line(one.get("owner", "")))
        case = value if kind == CASE else case
    if key and not any(one.value == key for one in found.values()):
        found[KEY, key] = External(key, KEY)
    return tuple(found.values()), case[:80]


def split(entries: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, Any], list[dict[str, Any]]]:
    """How to reach them, facts, and what is neither: characteristics that say more than name and value."""
    contact: dict[str, str] = {}
    facts: dict[str, Any] = {}
    others = []
    for one in entries:
        name, value = one.get("name", ""), one.get("value")
        plain = isinstance(value, str | float | int | bool) and characteristic(name, value) == one
        if plain and isinstance(value, str) and name.startswith("contact.") and name[8:] in _REACH:
            contact[name[8:]] = value[:500]
        elif plain and _FACT.fullmatch(name):
            facts[name] = value
        else:
            others.append(one)
    return contact, facts, others


def characteristic(name: str, value: str | float | bool) -> dict[str, Any]:
    """As v5 says a fact."""
    kind = "Boolean" if isinstance(value, bool) else "String" if isinstance(value, str) else "Number"
    return {"@type": f"{kind}Characteristic", "name": name, "valueType": kind.lower(), "value": value}


def _of_first(
    text: str, contact: dict[str, str], facts: dict[str, Any], case: str
) -> tuple[dict[str, str], dict[str, Any], str]:
    """v4 has no characteristics: they stand in the first note, a line each."""
    contact, facts = dict(contact), dict(facts)
    for row in _MARK.sub("", text).split("\n")[:200]:
        name, colon, value = row.partition(": ")
        if not colon:
            continue
        if name == CASE:
            case = case or line(value)[:80]
        elif name.startswith("contact.") and name[8:] in _REACH:
            contact.setdefault(name[8:], line(value)[:500])
        elif _FACT.fullmatch(name):
            facts.setdefault(name, _value(value))
    return contact, facts, case


def _value(text: str) -> str | float | bool:
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,17}", text) else text[:2000]


def _language(facts: Mapping[str, Any]) -> str:
    said = facts.get("language")
    return said if said in ("fr", "en") else "fr"
