"""A change of the box as the JSON document of schema ``selfcare.box-change/1``: no key is ever in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from selfcare.model.box.change import BoxChange, BoxChangeResult, BoxProposal, Difference

SCHEMA = "selfcare.box-change/1"
SCHEMA_FILE = Path(__file__).with_name("box-change-1.schema.json")


def load_box_change_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def change_document(
    proposal: BoxProposal | None, result: BoxChangeResult, words: Iterable[str], *, identifiers: bool
) -> dict[str, Any]:
    """One change and how it ended. ``identifiers``: names of networks, devices and addresses as they are."""
    return {
        "schema": SCHEMA,
        "kind": proposal.kind if proposal else None,
        "outcome": result.outcome.value,
        "entry": result.entry,
        "error": result.error,
        "right": result.right,
        "rejoined": result.rejoined,
        "text": " ".join(words),
        "differences": [_difference(one, identifiers) for one in (proposal.differences if proposal else ())],
        "cautions": [{"code": c.code, "blocking": c.blocking} for c in (proposal.cautions if proposal else ())],
        "reversible": proposal.reversible if proposal else None,
    }


def changes_document(entries: Iterable[BoxChange], damaged: Iterable[str], *, identifiers: bool) -> dict[str, Any]:
    """The journal."""
    return {
        "schema": SCHEMA,
        "changes": [
            {
                "name": one.name,
                "box": one.box,
                "kind": one.kind,
                "at": one.at.isoformat() if one.at else None,
                "state": one.state.value,
                "undoable": one.undoable,
                "differences": [_difference(d, identifiers) for d in one.differences],
            }
            for one in entries
        ],
        "damaged": list(damaged),
    }


def _difference(one: Difference, identifiers: bool) -> dict[str, Any]:
    """A text may be somebody's name; a number or a yes is not."""

    def shown(value: object) -> object:
        return value if identifiers or not isinstance(value, str) or value in _WORDS else None

    return {
        "field": one.what.removeprefix("box.field."),
        "of": one.of if identifiers else None,
        "now": shown(one.now),
        "asked": shown(one.asked),
        "secret": one.secret,
    }


_WORDS = frozenset({
    "auto", "open", "wep", "wpa", "wpa2", "wpa_wpa2", "wpa2_wpa3", "wpa3", "planned", "allowed", "blocked", "on",
    "restart",
})  # fmt: skip
