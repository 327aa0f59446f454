"""A case out of its lines. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from selfcare.cases.history import Line
from selfcare.cases.proof import whole
from selfcare.cases.stretch import CLOSED, OPENED, data_of, moment
from selfcare.model.case import CaseHead, Channel, Contact, Event
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind

_WHATS = {kind.value: kind for kind in SymptomKind}
_OTHERS = {kind.value: kind for kind in OtherDevices}
_CHANNELS = {kind.value: kind for kind in Channel}


def head_of(case: str, lines: Sequence[Line], text_of: Callable[[int], str]) -> CaseHead:
    """What a list shows.

    Args:
        case: its id.
        lines: its own, oldest first.
        text_of: the sentence of the stored check with this row; "" where it is no longer there.
    """
    mine = [line for line in lines if line.kind == "case" and line.subject == case]
    opened = next((line.at for line in mine if line.data.get("did") == OPENED), lines[0].at if lines else "")
    closed = next((line.at for line in mine if line.data.get("did") == CLOSED), None)
    words = [str(line.data["words"]) for line in mine if line.data.get("words")]
    symptoms = [symptom for line in mine if (symptom := symptom_of(data_of(line, "symptom"))) is not None]
    last = next((line for line in reversed(lines) if whole(line)), None)
    state, code = (last.data.get("state"), last.data.get("code")) if last is not None else (None, None)
    row = last.data.get("check") if last is not None else None
    tickets = dict.fromkeys(line.subject for line in reversed(lines) if line.kind == "ticket")
    return CaseHead(
        case, opened, closed, symptoms[-1] if symptoms else None, "\n".join(dict.fromkeys(words)), str(state or ""),
        code if isinstance(code, str) else None, text_of(row) if isinstance(row, int) else "", tuple(tickets),
    )  # fmt: skip


def symptom_of(data: Mapping[str, object]) -> Symptom | None:
    """As it was written; None where it says nothing."""
    what = _WHATS.get(str(data.get("what")))
    since = data.get("since")
    others = _OTHERS.get(str(data.get("other_devices")), OtherDevices.UNKNOWN)
    return None if what is None else Symptom(what, since if isinstance(since, str) else None, others)


def symptom_data(symptom: Symptom) -> dict[str, Any]:
    """As it is written."""
    return {"what": symptom.what.value, "since": symptom.since, "other_devices": symptom.other_devices.value}


def events_of(lines: Iterable[Line]) -> tuple[Event, ...]:
    """Every line, whatever it says."""
    return tuple(Event(line.id, line.at, line.kind, line.subject, line.data) for line in lines)


def contacts_of(lines: Iterable[Line]) -> tuple[Contact, ...]:
    """Newest first: by their own date, which may have been typed in later; those without one as they were written."""
    found = [(_when(line), contact_of(line.data, line.at)) for line in lines if line.kind == "contact"]
    return tuple(contact for _, contact in sorted(found, key=lambda one: one[0], reverse=True))


def _when(line: Line) -> tuple[float, int]:
    at = moment(line.data.get("at")) or moment(line.at)
    return (at.timestamp() if at is not None else 0.0, line.id)


def contact_of(data: Mapping[str, Any], at: str) -> Contact:
    """What another version wrote in another way is left open."""

    def number(name: str) -> int | None:
        value = data.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def text(name: str) -> str:
        value = data.get(name)
        return value if isinstance(value, str) else ""

    return Contact(
        text("at") or at, _CHANNELS.get(text("channel"), Channel.OTHER), number("waited_min"), number("cost_cents"),
        text("who"), text("reason"), text("answer"), text("reference"), text("promised"),
        data.get("by_hand") is not False,
    )  # fmt: skip
