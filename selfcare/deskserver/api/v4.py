"""TMF621 v4 brought into v5's shape and back: one external id, people and things without an envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selfcare.desks.tmf621_marks import bears, is_own
from selfcare.deskserver.api.incoming import CASE, OWNER, TICKET

_REFERENCE = ("id", "href", "name", "@referredType", "@type", "@baseType", "@schemaLocation")

_ENVELOPES = (("relatedParty", "partyOrPartyRole", "PartyRef"), ("relatedEntity", "entity", "EntityRef"))
_KINDS = (("note", "Note"), ("attachment", "Attachment"), ("troubleTicketRelationship", "TroubleTicketRelationship"))


def up(body: Any) -> Any:
    """What a v4 client wrote, as a v5 one would have. What is no object stays what it is: it is refused later."""
    if not isinstance(body, dict):
        return body
    found = {name: value for name, value in body.items() if name not in ("externalId", "statusChange")}
    found["@type"] = "TroubleTicket"
    if (given := body.get("externalId")) is not None:
        ours = isinstance(given, str) and any(_ours(one, given) for one in _listed(body.get("note")))
        owned = {"externalIdentifierType": TICKET, "owner": OWNER} if ours else {}
        found["externalIdentifier"] = [{"id": given, **owned}]
    for name, inner, outer in _ENVELOPES:
        if isinstance(body.get(name), list):
            found[name] = [_wrapped(one, inner, outer) for one in body[name]]
    for name, kind in _KINDS:
        if isinstance(body.get(name), list):
            found[name] = [_retyped(one, kind) for one in body[name]]
    if isinstance(body.get("channel"), dict):
        found["channel"] = _retyped(body["channel"], "ChannelRef")
    return found


def down(body: dict[str, Any]) -> dict[str, Any]:
    """A v5 ticket as v4 says it. Characteristics have no place there: the app's stand in its first note."""
    left = ("externalIdentifier", "statusChangeHistory", "troubleTicketCharacteristic", "troubleTicketSpecification")
    found = {name: value for name, value in body.items() if name not in left}
    if identity := _identity(body.get("externalIdentifier", [])):
        found["externalId"] = identity
    if history := body.get("statusChangeHistory"):
        found["statusChange"] = [_change(one) for one in history]
    if parties := body.get("relatedParty"):
        found["relatedParty"] = [_plain(one, "partyOrPartyRole", "Individual") for one in parties]
    if entities := body.get("relatedEntity"):
        found["relatedEntity"] = [{"role": "related", **_plain(one, "entity", "Entity")} for one in entities]
    return found


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _ours(note: Mapping[str, Any], identity: str) -> bool:
    text = note.get("text")
    return isinstance(text, str) and text.startswith(f"{CASE}: ") and is_own(text) and bears(text, identity)


def _wrapped(one: Any, inner: str, kind: str) -> Any:
    """``role`` stays outside; what is no object is refused later."""
    if not isinstance(one, dict):
        return one
    reference = {name: value for name, value in one.items() if name in _REFERENCE}
    others = {name: value for name, value in one.items() if name not in _REFERENCE}
    return {**others, inner: _retyped(reference, kind)}


def _retyped(one: Any, kind: str) -> Any:
    """v4's ``@type`` is anybody's; v5's tells which of a union it is."""
    return {**one, "@type": kind} if isinstance(one, dict) else one


def _plain(one: Mapping[str, Any], inner: str, kind: str) -> dict[str, Any]:
    reference = dict(one.get(inner, {}))
    others = {name: value for name, value in one.items() if name not in (inner, "@type")}
    return {"@referredType": kind, **reference, **others}


def _change(one: Mapping[str, Any]) -> dict[str, Any]:
    names = {"statusChangeDate": "changeDate", "statusChangeReason": "changeReason"}
    return {names.get(name, name): value for name, value in one.items()}


def _identity(given: list[dict[str, Any]]) -> str:
    """The app's own where there is one, else the first that is no case."""
    order = sorted(given, key=lambda one: (one.get("externalIdentifierType") != TICKET,
                                           one.get("externalIdentifierType") == CASE))  # fmt: skip
    return str(order[0]["id"]) if order else ""
