"""When somebody should act on a ticket, and why then: one stored moment, from what is stored beside it.

Whose turn it is: what is new, or what the subscriber says, waits for us. A question of an agent's waits for them. An
answer that asks nothing leaves the ticket with us until it is resolved, with a new moment to look at it: nothing that
is not over stands nowhere. In a declared outage the outage acts, until the subscriber says something more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from selfcare.deskserver.model import OPEN, Head
from selfcare.model.ticket import State

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

TARGET = {"blocking": 2 * HOUR, "major": 8 * HOUR, "minor": 24 * HOUR}
"""Until a subscriber's word is answered: a home without any internet waits a quarter of what one with a slow one does;
a working day for that; the next day for the rest. The desk's own choice: no law gives a time to answer in."""
SURE_FACTOR = 0.5
"""The report proves that it is on the operator's side: nothing has to be asked first."""
UNPROVEN_FACTOR = 1.5
"""Nothing is proven: it takes longer, and what can be done at once is not held up by it."""
FOLLOW = 24 * HOUR
"""After an answer that asks nothing: looked at again the next day, so that none is forgotten."""
HELD = 72 * HOUR
"""Held for somebody else (a technician, a part): looked at again after three days."""
REMIND = 72 * HOUR
"""An unanswered question: three days leave a weekend; then somebody reminds, or closes it."""
OUTAGE = 24 * HOUR
"""In an outage without a promised end: looked at again the next day."""
PROMISE_MARGIN = 2 * HOUR
"""Before a promised end: what is needed to keep it, or to say in time that it cannot be kept."""
SOON = 4 * HOUR
"""A promise that ends within this is shown as about to be missed: half a working day."""
REOPEN = 30 * DAY
"""A subscriber's word on a ticket that is over opens it again for this long; afterwards a new one is better read."""

OURS = ("access", "isp", "box")
"""Sides that the operator can act on without the subscriber."""
SURE = ("certain", "likely")
_SEVERITIES = {"critical": "blocking", "blocking": "blocking", "major": "major", "minor": "minor", "low": "minor"}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a ticket stands where it stands: sentence ``pages.standing.<code>`` of ``desk``. Values: times in ms, words.

    ``promise_late``, ``promise_soon`` (``ms``); ``unanswered`` (``ms`` it has waited, ``severity``, ``proof``: "ours",
    "home" or "none"); ``follow``, ``held``, ``asked``, ``remind``, ``outage`` (``ms`` since it is so); ``over``.
    """

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


def severity_of(word: str) -> str:
    """Ours, of anybody's word; one that is not known is ``major``."""
    return _SEVERITIES.get(word.casefold(), "major")


def proof_of(band: str, side: str) -> str:
    """``ours``: the report says that it is on the operator's side; ``home``: on theirs; ``none``: it is not known."""
    if band not in SURE or not side:
        return "none"
    return "ours" if side in OURS else "home"


def target(severity: str, band: str, side: str) -> int:
    """How long a subscriber's word may wait, ms."""
    factor = {"ours": SURE_FACTOR, "home": 1.0, "none": UNPROVEN_FACTOR}[proof_of(band, side)]
    return int(TARGET[severity_of(severity)] * factor)


def waiting_of(status: State | str, outage: int | None = None) -> str:
    """Whose turn a state means, where nothing else is known."""
    status = State(status)
    if status not in OPEN:
        return ""
    if status is State.PENDING:
        return "them"
    return "outage" if outage is not None else "us"


def act_at(row: Mapping[str, Any]) -> int | None:
    """Of a ticket's columns; None: nobody has to, it is over."""
    waiting, since = row["waiting"], row["waiting_at"] or 0
    if not waiting:
        return None
    moments = [row["promised_at"] - PROMISE_MARGIN] if row["promised_at"] else []
    if waiting == "them":
        moments.append(since + REMIND)
    elif waiting == "us" and row["heard_at"] is not None:
        moments.append(row["heard_at"] + target(row["severity"], row["verdict_band"], row["side"]))
    elif not moments:
        moments.append(since + (OUTAGE if waiting == "outage" else HELD if row["status"] == State.HELD else FOLLOW))
    return int(min(moments))


def reason(head: Head, now: int) -> Reason:
    """What an agent reads beside a line of the queue."""
    if not head.waiting:
        return Reason("over")
    if head.promised_at is not None and head.promised_at < now:
        return Reason("promise_late", {"ms": now - head.promised_at})
    if head.promised_at is not None and (
        head.promised_at - now <= SOON or head.act_at == head.promised_at - PROMISE_MARGIN
    ):
        return Reason("promise_soon", {"ms": head.promised_at - now})
    since = max(0, now - (head.waiting_at or now))
    if head.waiting == "them":
        return Reason("remind" if (head.act_at or 0) <= now else "asked", {"ms": since})
    if head.waiting == "outage":
        return Reason("outage", {"ms": since})
    if head.heard_at is not None:
        proof = proof_of(head.verdict_band, head.side)
        return Reason(
            "unanswered", {"ms": max(0, now - head.heard_at), "severity": severity_of(head.severity), "proof": proof}
        )
    return Reason("held" if head.status is State.HELD else "follow", {"ms": since})
