"""Ready texts: what agents write most, in the subscriber's language, the one that fits first. Inserted, never sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from selfcare.deskserver.core.acting import proof_of
from selfcare.deskserver.model import Head
from selfcare.deskserver.pages.say import Say

FIELDS: Mapping[str, Sequence[str]] = {
    "answer": ("received", "ours", "home", "visit", "late"), "ask": ("still", "again", "lights", "slot", "reach"),
    "close": ("repaired", "working", "silent"),
}  # fmt: skip
"""Form → ids: ``ready.<id>.name`` (for agents) and ``ready.<id>.text`` (for the subscriber) of ``desk``."""
_FITS = {"ours": ("ours", "repaired"), "home": ("home",), "none": ("received", "again")}
_EVENING, _NOON = 18, 12


@dataclass(frozen=True, slots=True)
class Ready:
    """``name``: in the agent's language; ``text``: in the subscriber's."""

    id: str
    name: str
    text: str


def ready(head: Head, say: Say, operator: str) -> Mapping[str, tuple[Ready, ...]]:
    """Of each form, the fitting one first."""
    theirs = Say(language_of(head), say.now, say.zone)
    late = head.promised_at is not None and head.promised_at < say.now
    silent = head.waiting == "them" and (head.act_at or 0) <= say.now
    fits = (*(("late",) if late else ()), *(("silent",) if silent else ()),
            *_FITS[proof_of(head.verdict_band, head.side)])  # fmt: skip
    return {
        form: tuple(
            Ready(one, say.t(f"ready.{one}.name"), theirs.t(f"ready.{one}.text", operator=operator))
            for one in sorted(ids, key=lambda one: fits.index(one) if one in fits else len(fits))
        )
        for form, ids in FIELDS.items()
    }


def inserted(typed: str, text: str) -> str:
    """Below what is there already."""
    return f"{typed.rstrip()}\n\n{text}" if typed.strip() else text


def language_of(head: Head) -> str:
    """In which the subscriber is written to."""
    return head.language if head.language in ("fr", "en") else "fr"


def moments(say: Say) -> list[tuple[str, str]]:
    """Dates that are promised most: a form's value, and in words. None of them is less than two hours away."""
    now = datetime.fromtimestamp(say.now / 1000, say.zone)
    days = (("today", 0, _EVENING), ("tomorrow_noon", 1, _NOON), ("tomorrow", 1, _EVENING), ("two_days", 2, _EVENING))
    found = []
    for name, later, hour in days:
        at = (now + timedelta(days=later)).replace(hour=hour, minute=0, second=0, microsecond=0)
        if at - now > timedelta(hours=2):
            found.append((f"{at:%Y-%m-%dT%H:%M}", say.t(f"pages.promise.{name}")))
    return found
