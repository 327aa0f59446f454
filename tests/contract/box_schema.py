"""Writes the schema of ``selfcare.box/1`` from the types of the model: ``python -m tests.contract.box_schema``."""

from __future__ import annotations

import dataclasses
import enum
import json
import re
import types
import typing
from datetime import datetime
from typing import Any

from selfcare.boxes.detect import Certainty
from selfcare.boxes.driver import PairingKind, PairingState
from selfcare.boxes.hints import HintKind
from selfcare.contract.box import BOX_SCHEMA_FILE, BoxHead, Failure
from selfcare.ground.secrets import Where
from selfcare.model.box import (
    Absent,
    BoxFamily,
    BoxStatus,
    GuestNetwork,
    HomeHost,
    ParentalControl,
    PortMapping,
    Why,
    WifiSettings,
)

_ABOUT = (
    "What a home's box says of itself. Names follow TR-181; units: dB, dBm, kbit/s, seconds, degrees Celsius, volts, "
    'bytes, MHz. null: this box does not tell. Identifiers read "masked" and keys null unless they were asked for.'
)
_PLAIN: dict[Any, dict[str, Any]] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
}
_READINGS: dict[str, Any] = {
    "hosts": tuple[HomeHost, ...],
    "wifi": WifiSettings,
    "guest": GuestNetwork,
    "parental": ParentalControl,
    "forward": tuple[PortMapping, ...],
}


class Schema:
    """Collects ``$defs`` while types are turned into references."""

    def __init__(self) -> None:
        self.defs: dict[str, Any] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        if isinstance(kind, typing.NewType):
            return self.of(kind.__supertype__)
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            return self._union([self.of(part) for part in typing.get_args(kind)])
        if origin is tuple:
            return {"type": "array", "items": self.of(typing.get_args(kind)[0])}
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return {"enum": values(kind)}
        return self._object(kind)

    def _union(self, parts: list[dict[str, Any]]) -> dict[str, Any]:
        if all(set(part) == {"type"} for part in parts):
            return {"type": [part["type"] for part in parts]}
        return {"oneOf": parts}

    def _object(self, kind: Any) -> dict[str, Any]:
        if kind is Absent:
            about = "The box tells nothing about this, and why."
            self.defs["absent"] = {"description": about, **closed({"absent": {"enum": values(Why)},
                                                                   "code": {"type": ["string", "null"]}})}  # fmt: skip
            return {"$ref": "#/$defs/absent"}
        name = kind.__name__
        if name not in self.defs:
            self.defs[name] = {}
            hints = typing.get_type_hints(kind)
            self.defs[name] = closed({field.name: self.of(hints[field.name]) for field in dataclasses.fields(kind)})
        return {"$ref": f"#/$defs/{name}"}


def values(kind: type[enum.Enum]) -> list[Any]:
    return [member.value for member in kind]


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def schema() -> dict[str, Any]:
    made = Schema()
    head, failure, absent, status = made.of(BoxHead), made.of(Failure), made.of(Absent), made.of(BoxStatus)
    made.defs["BoxHead"]["properties"] |= {
        "family": {"enum": values(BoxFamily)},
        "certainty": {"enum": values(Certainty)},
        "pairing": {"enum": values(PairingKind)},
    }
    pairing = closed({
        "state": {"enum": [*values(PairingState), "not_needed", "forgotten", "not_known"]},
        "stored": {"enum": [*values(Where), None]},
        "rights": {"type": "array", "items": {"type": "string"}},
    })  # fmt: skip
    null = {"type": "null"}
    results: dict[str, list[Any]] = {"status": [status], "detect": [], "pair": [pairing], "forget": [pairing]}
    results |= {word: [absent, made.of(kind)] for word, kind in _READINGS.items()}
    hint = closed({
        "kind": {"enum": values(HintKind)},
        "text": {"type": "string"},
        "family": {"enum": [None, *values(BoxFamily)]},
    })  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:selfcare:box:1",
        "title": "selfcare.box/1",
        "description": _ABOUT,
        **closed({
            "schema": {"const": "selfcare.box/1"},
            "command": {"enum": list(results)},
            "box": {"description": "null: no known box answered.", "oneOf": [null, head]},
            "hints": {"type": "array", "items": hint},
            "result": {"description": "By command; null with a failure."},
            "failure": {"oneOf": [null, failure]},
        }),
        "allOf": [
            {
                "if": {"properties": {"command": {"const": word}}},
                "then": {"properties": {"result": {"oneOf": [null, *kinds]}}},
            }
            for word, kinds in results.items()
        ],
        "$defs": dict(sorted(made.defs.items())),
    }  # fmt: skip


def text() -> str:
    """Short lists and objects on one line, as the other schemas have them."""
    wide = json.dumps(schema(), indent=2)
    item = r'(?:"[^"\n]*"|null)'
    wide = re.sub(
        rf"\[\s+({item}(?:,\s+{item})*)\s+\]", lambda m: "[" + re.sub(r",\s+", ", ", m[1]) + "]", wide
    )  # fmt: skip
    return re.sub(r'\{\s+("(?:type|\$ref|const|enum)": (?:"[^"]*"|\[[^\]\n]*\]))\s+\}', r"{\1}", wide) + "\n"


if __name__ == "__main__":
    BOX_SCHEMA_FILE.write_text(text(), encoding="utf-8")
