"""What a TMF621 desk keeps, and how the two versions differ in it."""

from __future__ import annotations

import itertools
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

_CLOCK = itertools.count()


class BadPatch(Exception):
    """A JSON Patch that cannot be done."""


def stamp() -> str:
    """Each later than the one before, however fast the test."""
    return (datetime(2026, 11, 22, 12, tzinfo=UTC) + timedelta(seconds=next(_CLOCK))).isoformat()


class V5:
    mandatory = ("@type", "description", "severity", "ticketType")
    history = ("statusChangeHistory", "statusChangeDate", "statusChangeReason")

    def ids(self, ticket: dict[str, Any]) -> set[str]:
        return {
            one["id"]
            for one in ticket.get("externalIdentifier", ())
            if one["externalIdentifierType"].endswith("ticket")
        }

    def matches(self, ticket: dict[str, Any], name: str, value: str) -> bool:
        every = {one["id"] for one in ticket.get("externalIdentifier", ())}
        if name == "filter":
            return any(value == f"externalIdentifier[?(@.id=='{one}')]" for one in every)
        return value in every if name == "externalIdentifier.id" else str(ticket.get(name)) == value


class V4:
    mandatory = ("description", "severity", "ticketType")
    history = ("statusChange", "changeDate", "changeReason")

    def ids(self, ticket: dict[str, Any]) -> set[str]:
        return {ticket["externalId"]} if "externalId" in ticket else set()

    def matches(self, ticket: dict[str, Any], name: str, value: str) -> bool:
        return str(ticket.get(name)) == value


@dataclass(slots=True)
class Store:
    """Tickets in the order they were made."""

    shape: V5 | V4
    appends: bool = False
    own_note_ids: bool = False
    tickets: list[dict[str, Any]] = field(default_factory=list)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(4711))

    def same(self, body: dict[str, Any]) -> dict[str, Any] | None:
        return next((one for one in self.tickets if self.shape.ids(one) & self.shape.ids(body)), None)

    def make(self, body: dict[str, Any], base: str, hidden: int = 0) -> dict[str, Any]:
        number, now = str(next(self._numbers)), stamp()
        made = {**deepcopy(body), "id": number, "href": f"{base}/troubleTicket/{number}", "creationDate": now,
                "lastUpdate": now, "status": "acknowledged", "@type": "TroubleTicket"}  # fmt: skip
        made["note"] = [self._noted(one) for one in made.get("note", ())]
        self.tickets.append(made)
        self.by_id[number] = made
        if hidden:
            self.hidden[number] = hidden
        return made

    def searched(self, sort: str) -> list[dict[str, Any]]:
        shown = [one for one in self.tickets if not self.hidden.get(one["id"])]
        self.hidden = {number: left - 1 for number, left in self.hidden.items() if left > 1}
        return shown[::-1] if sort == "-creationDate" else shown

    def add_note(self, ticket: dict[str, Any], note: dict[str, Any]) -> None:
        ticket.setdefault("note", []).append(self._noted(note))
        ticket["lastUpdate"] = stamp()

    def _noted(self, note: dict[str, Any]) -> dict[str, Any]:
        """Dated, and with an id: its own where the desk counts its notes itself."""
        own = f"n{next(_CLOCK)}"
        return {**note, "id": own if self.own_note_ids else note.get("id", own), "date": note.get("date") or stamp()}

    def change(self, ticket: dict[str, Any], fields: dict[str, Any]) -> None:
        history, at, why = self.shape.history
        if "status" in fields and fields["status"] != ticket["status"]:
            change = {"@type": "StatusChange", "status": fields["status"], at: stamp()}
            change |= {why: fields["statusChangeReason"]} if "statusChangeReason" in fields else {}
            ticket.setdefault(history, []).append(change)
            ticket["statusChangeDate"] = change[at]
        for name, value in deepcopy(fields).items():
            if name == "note":
                value = [self._noted(one) for one in value]
            if name in ("note", "attachment") and self.appends:
                ticket.setdefault(name, []).extend(value)
            elif name not in ("id", "href", "@type"):
                ticket[name] = value
        ticket["lastUpdate"] = stamp()

    def json_patch(self, ticket: dict[str, Any], operations: Any) -> None:
        """RFC 6902, as far as lists go: ``add`` at the end of one that is there, or of a whole one."""
        for one in operations if isinstance(operations, list) else [None]:
            if not isinstance(one, dict) or one.get("op") != "add":
                raise BadPatch("only add")
            name, _, end = str(one.get("path")).removeprefix("/").partition("/")
            value = deepcopy(one["value"])
            if end not in ("", "-") or (end == "-" and not isinstance(ticket.get(name), list)):
                raise BadPatch("no such place")
            entries = [value] if end == "-" else value
            entries = [self._noted(entry) for entry in entries] if name == "note" else entries
            ticket[name] = [*ticket[name], *entries] if end == "-" else entries
        ticket["lastUpdate"] = stamp()
