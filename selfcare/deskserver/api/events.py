"""What happened, as TMF621 tells it to a hub, per version. What is internal is not in it; nor are files' bytes."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

from selfcare.deskserver.api.bounds import iso
from selfcare.deskserver.api.hub import EVENTS
from selfcare.deskserver.api.outgoing import API
from selfcare.deskserver.api.versions import Version
from selfcare.deskserver.model import Whole


def event(version: Version, number: int, what: str, ref: str, at: int, whole: Whole | None, root: str, now: int) -> Any:
    """None: nothing to tell (the ticket is gone by now: its end is an event of its own).

    ``number``: of the row; ``eventId`` is made of it, the same however often it is brought. ``at``, ``now``: ms.
    """
    kind = EVENTS.get(what)
    if kind is None or (whole is None and what != "delete"):
        return None
    body: dict[str, Any] = {
        "eventId": _id(number, what, ref, at), "eventTime": iso(now), "eventType": kind, "title": kind,
        "correlationId": ref,
        "timeOccurred" if version.rich else "timeOcurred": iso(at), "event": _payload(version, what, ref, whole, root),
    }  # fmt: skip
    return {"@type": kind, "@baseType": "Event", **body} if version.rich else body


def _id(number: int, what: str, ref: str, at: int) -> str:
    """The number alone will not do: SQLite gives that of the last row again, once it is gone."""
    return hashlib.sha256(f"{number}|{what}|{ref}|{at}".encode()).hexdigest()[:24]


def _payload(version: Version, what: str, ref: str, whole: Whole | None, root: str) -> dict[str, Any]:
    if what == "delete" or whole is None:
        where = f"{root}{API}/{version.name}/troubleTicket/{quote(ref)}"
        kind = "TroubleTicketRef" if version.rich else "TroubleTicket"
        return {"troubleTicket": {"@type": kind, "id": ref, "href": where}}
    told: dict[str, Any] = {"troubleTicket": version.shown(whole, root, system=True)}
    if what == "information" and version.rich:
        told["informationRequired"] = {"op": "add", "path": "/note"}
    return told
