"""What a box says as the JSON document of schema ``selfcare.box/1``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from selfcare.contract.exit_codes import ExitCode
from selfcare.ground.anonymous import without
from selfcare.model.box import Absent, DeviceInfo

if TYPE_CHECKING:
    from selfcare.boxes.hints import Hint

BOX_SCHEMA_FILE = Path(__file__).with_name("box-1.schema.json")

_NOBODY = frozenset({
    "unreachable", "too_slow", "too_large", "redirected", "untrusted", "unreadable", "not_this_box", "updating", "busy",
    "unsupported", "bridge_mode", "not_found",
})  # fmt: skip
_LET_IN = frozenset({
    "login_required", "login_failed", "login_disabled", "locked_out", "session_ended", "token_revoked", "missing_right",
    "not_local", "box_changed", "pairing_disabled",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoxHead:
    """Whom the document is about. ``trouble``: why the stored secret was not used, as a code."""

    family: str
    certainty: str
    pairing: str
    paired: bool
    device: DeviceInfo
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result, in a sentence of the reader's language."""

    code: str
    text: str
    right: str | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """``identifiers``: names, serial numbers, public addresses as they are. ``keys``: of the Wi-Fi networks."""

    identifiers: bool = False
    keys: bool = False


def load_box_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(BOX_SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def box_document(
    command: str,
    box: BoxHead | None,
    result: object = None,
    failure: Failure | None = None,
    *,
    shown: Shown = Shown(),
    hints: Sequence[Hint] = (),
) -> dict[str, Any]:
    """The whole document as plain JSON types. An absent reading is ``{"absent": why, "code": …}``."""
    return {
        "schema": "selfcare.box/1",
        "command": command,
        "box": None if box is None else plain(box, shown),
        "hints": [{"kind": h.kind.value, "text": h.text, "family": h.family and h.family.value} for h in hints],
        "result": plain(result, shown),
        "failure": None if failure is None else msgspec.to_builtins(failure),
    }


def plain(value: Any, shown: Shown = Shown()) -> Any:
    """Data of the model as JSON types, without what is not to be shown."""
    return msgspec.to_builtins(_marked(without(value, identifiers=not shown.identifiers, keys=not shown.keys)))


def _marked(value: Any) -> Any:
    """Absent readings are told from data by their key."""
    if isinstance(value, Absent):
        return {"absent": value.why.value, "code": value.code}
    if isinstance(value, tuple):
        return [_marked(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _marked(getattr(value, name)) for name in value.__dataclass_fields__}
    return {key: _marked(item) for key, item in value.items()} if isinstance(value, Mapping) else value


def box_exit_code(code: str) -> ExitCode:
    """How a command ends that failed with this error code."""
    if code in _LET_IN:
        return ExitCode.NEEDS_PRIVILEGE
    return ExitCode.CANNOT_TELL if code in _NOBODY else ExitCode.REFUSED
