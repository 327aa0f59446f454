"""Tickets and the outbox as the JSON document of schema ``selfcare.ticket/1``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from selfcare.app.support.port import Filed
from selfcare.contract.exit_codes import ExitCode
from selfcare.model.ticket import KnownOutage, Parcel, Phase, Receipt

SCHEMA = "selfcare.ticket/1"
SCHEMA_FILE = Path(__file__).with_name("ticket-1.schema.json")


def load_ticket_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def ticket_document(
    filed: Iterable[Filed] = (), parcels: Iterable[Parcel] = (), outages: Iterable[KnownOutage] = ()
) -> dict[str, Any]:
    """``tickets``: with the desk's last word; ``outbox``: sent or to be sent; ``outages``: the operator's."""
    return {
        "schema": SCHEMA,
        "tickets": [_filed(one) for one in filed],
        "outbox": [_parcel(one) for one in parcels],
        "outages": [
            {
                "id": one.id, "text": one.text, "since": one.since, "until": one.until, "affected": one.affected,
                "state": one.state,
            }
            for one in outages
        ],
    }  # fmt: skip


def _filed(one: Filed) -> dict[str, Any]:
    told = one.told
    replies = told.replies if told is not None else ()
    receipt = told.receipt if told is not None else one.parcel.receipt
    return {
        **_parcel(one.parcel),
        "receipt": _receipt(receipt),
        "asked_at": one.asked_at or None,
        "trouble": one.trouble or None,
        "replies": [{"id": r.id, "at": r.at, "who": r.who, "text": r.text, "asks": r.asks} for r in replies],
    }


def _parcel(one: Parcel) -> dict[str, Any]:
    return {
        "id": one.id, "case": one.case, "desk": one.desk, "kind": one.kind, "phase": one.phase.value,
        "subject": one.subject, "queued": one.queued, "tries": one.tries, "next_try": one.next_try or None,
        "why": one.why or None, "attached": list(one.attached), "receipt": _receipt(one.receipt),
    }  # fmt: skip


def _receipt(one: Receipt | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "ref": one.ref, "number": one.number, "state": one.state.value, "promised": one.promised or None,
        "url": one.url or None, "text": one.text or None,
    }  # fmt: skip


def parcels_exit_code(parcels: Iterable[Parcel]) -> ExitCode:
    """0: all at the desk or called back; 1: the desk refused one; 5: who is it?; 3: still to be sent."""
    phases = {one.phase for one in parcels}
    if Phase.REFUSED in phases:
        return ExitCode.FAULT
    if Phase.WAITING_SIGN_IN in phases:
        return ExitCode.NEEDS_PRIVILEGE
    return ExitCode.OK if phases <= {Phase.DONE, Phase.CANCELLED} else ExitCode.CANNOT_TELL
