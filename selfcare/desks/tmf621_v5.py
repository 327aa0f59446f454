"""TMF621 v5.0.1 (OpenAPI 3): several external ids, typed characteristics, ``@type`` on everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from selfcare.desks.reading import records
from selfcare.desks.tmf621_shape import CASE, OWNER, TICKET, common, file, finite, first_note, noted_as, reach
from selfcare.model.ticket import Ticket


class V5:
    """How v5 writes it. JSON Patch is in the official file, so notes can be added without touching the others."""

    name = "v5"
    merge_patch = "application/merge-patch+json"
    json_patch = True
    id_field = "externalIdentifier"
    newest_first: Mapping[str, str] = {"sort": "-creationDate"}
    fields = (
        "id,href,externalIdentifier,status,statusChangeReason,statusChangeDate,creationDate,expectedResolutionDate,note"
    )

    def new(self, ticket: Ticket, words: Mapping[str, str], files: bool) -> dict[str, Any]:
        """As ``TroubleTicket_FVO`` wants it."""
        text, identity = first_note(ticket, with_facts=False)
        body: dict[str, Any] = {
            "@type": "TroubleTicket",
            **common(ticket, words),
            "externalIdentifier": [_external(ticket.id, TICKET), _external(ticket.case, CASE)],
            "note": [self.note(text, identity)],
        }
        body |= _lists(ticket, files)
        return body

    def searches(self, identity: str) -> Sequence[Mapping[str, str]]:
        """By the field's path (TMF630), then by JSONPath."""
        return ({"externalIdentifier.id": identity}, {"filter": f"externalIdentifier[?(@.id=='{identity}')]"})

    def bears(self, found: Mapping[str, Any], identity: str) -> bool:
        """Any of its external ids."""
        given = records(found.get("externalIdentifier"))
        return any(one.get("id") == identity for one in given) if given else noted_as(found, identity)

    def note(self, text: str, identity: str) -> dict[str, Any]:
        """Undated: the desk's clock counts, a PC's may be wrong."""
        return {"@type": "Note", "id": identity, "author": OWNER, "text": text}

    def change(self, **fields: object) -> dict[str, Any]:
        """As ``TroubleTicket_MVO`` wants it."""
        return {"@type": "TroubleTicket", **fields}


def _lists(ticket: Ticket, files: bool) -> dict[str, Any]:
    contact = reach(ticket)
    lists = {
        "relatedParty": [_party(contact)] if contact.get("contract") else [],
        "troubleTicketCharacteristic": [
            *(_characteristic(f"contact.{name}", value) for name, value in contact.items()),
            *(_characteristic(name, value) for name, value in ticket.facts.items() if finite(value)),
        ],
        "attachment": [file(one) for one in ticket.attachments] if files else [],
    }
    return {name: value for name, value in lists.items() if value}


def _external(identity: str, kind: str) -> dict[str, str]:
    return {"@type": "ExternalIdentifier", "owner": OWNER, "externalIdentifierType": kind, "id": identity}


def _party(contact: Mapping[str, str]) -> dict[str, Any]:
    """A reference needs an id: without a contract number the name stands beside the facts alone."""
    named = {"name": contact["name"]} if contact.get("name") else {}
    party = {"@type": "PartyRef", "@referredType": "Individual", "id": contact["contract"], **named}
    return {"@type": "RelatedPartyRefOrPartyRoleRef", "role": "customer", "partyOrPartyRole": party}


def _characteristic(name: str, value: str | float | bool) -> dict[str, Any]:
    kind, of = (
        ("BooleanCharacteristic", "boolean") if isinstance(value, bool)
        else ("StringCharacteristic", "string") if isinstance(value, str)
        else ("NumberCharacteristic", "number")
    )  # fmt: skip
    return {"@type": kind, "name": name, "valueType": of, "value": value}
