"""The event stream as JSON lines: one object an event, ``event`` names its kind."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from selfcare.contract.document import diagnosis, document, measurement
from selfcare.model.events import CheckFinished, Event, ProbeMeasured, VerdictChanged

_NAMES = {
    "CheckStarted": "check_started",
    "ProbeStarted": "probe_started",
    "ProbeMeasured": "probe_measured",
    "Observed": "observation",
    "VerdictChanged": "verdict_changed",
    "CheckFinished": "check_finished",
    "ActionProposed": "action_proposed",
    "ActionApproved": "action_approved",
    "ActionApplied": "action_applied",
    "ActionUndone": "action_undone",
}


def event_object(event: Event) -> dict[str, Any]:
    """The event as plain JSON types."""
    head: dict[str, Any] = {"event": _NAMES[type(event).__name__], "at_ms": event.at_ms}
    if isinstance(event, ProbeMeasured):
        return head | {"measurement": measurement(event.measurement)}
    if isinstance(event, VerdictChanged):
        return head | {"final": event.final} | diagnosis(event.diagnosis)
    if isinstance(event, CheckFinished):
        return head | {"result": document(event.result)}
    fields: dict[str, Any] = msgspec.to_builtins(event)
    return head | fields


def event_line(event: Event) -> str:
    """One line of JSON, without the newline."""
    return json.dumps(event_object(event), ensure_ascii=False, separators=(",", ":"))
