"""TMF621 v4.0.0 (Swagger 2): one external id, no characteristics: facts stand in a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from selfcare.desks.tmf621_shape import OWNER, common, file, first_note, noted_as, reach
from selfcare.model.ticket import Ticket


class V4:
    """How v4 writes it. Its file knows one kind of update, plain JSON, and no order."""

    name = "v4"
    merge_patch = "application/json"
    json_patch = False
    id_field = "externalId"
    newest_first: Mapping[str, str] = {}
    fields = "id,href,externalId,status,statusChangeReason,statusChangeDate,creationDate,expectedResolutionDate,note"

    def new(self, ticket: Ticket, words: Mapping[str, str], files: bool) -> dict[str, Any]:
        """As ``TroubleTicket_Create`` wants it."""
        text, identity = first_note(ticket, with_facts=True)
        body: dict[str, Any] = {
            **common(ticket, words),
            "externalId": ticket.id,
            "note": [self.note(text, identity)],
        }
        contact = reach(ticket)
        if contract := contact.get("contract"):
            named = {"name": contact["name"]} if contact.get("name") else {}
            body["relatedParty"] = [{"id": contract, "role": "customer", "@referredType": "Individual", **named}]
        if files and ticket.attachments:
            body["attachment"] = [file(one) for one in ticket.attachments]
        return body

    def searches(self, identity: str) -> Sequence[Mapping[str, str]]:
        """By the field."""
        return ({"externalId": identity},)

    def bears(self, found: Mapping[str, Any], identity: str) -> bool:
        """The one external id."""
        given = found.get("externalId")
        return bool(given == identity) if given else noted_as(found, identity)

    def note(self, text: str, identity: str) -> dict[str, Any]:
        """Undated: the desk's clock counts, a PC's may be wrong."""
        return {"id": identity, "author": OWNER, "text": text}

    def change(self, **fields: object) -> dict[str, Any]:
        """As ``TroubleTicket_Update`` wants it."""
        return dict(fields)
