"""What a TMF621 desk says of a ticket: read from a stranger's document; nothing in it can raise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from selfcare.desks import reading
from selfcare.desks.tmf621_marks import DOUBLE, is_own
from selfcare.model.ticket import Receipt, Reply, State, Told


def receipt(found: Mapping[str, Any]) -> Receipt | None:
    """None where it has no id that could be asked for again. An unknown state stands in the text, as it was said."""
    ref = reading.name(found.get("id"))
    if not ref:
        return None
    state, reason = reading.state(found.get("status")), reading.text(found.get("statusChangeReason"))
    if state is None:
        reason = " ".join(filter(None, (reading.word(found.get("status")), reason)))
    promised = reading.moment(found.get("expectedResolutionDate"))
    return Receipt(ref=ref, number=ref, state=state or State.ACKNOWLEDGED, promised=promised, text=reason)


def is_double(found: Mapping[str, Any]) -> bool:
    """Whether we gave it up as a second copy: the mark is in the reason, or in a note where it took no reason."""
    texts = (found.get("statusChangeReason"), *(note.get("text") for note in reading.records(found.get("note"))))
    return any(DOUBLE in reading.text(one) for one in texts)


def told(found: Mapping[str, Any]) -> Told | None:
    """State, promise, replies oldest first. Who wrote a note with our mark and our text is us."""
    kept = receipt(found)
    if kept is None:
        return None
    replies, answered = _replies(reading.records(found.get("note")))
    if kept.state is State.PENDING:
        replies = _asking(replies, answered, kept, found)
    return Told(kept, tuple(replies))


def _replies(notes: list[Mapping[str, Any]]) -> tuple[list[Reply], bool]:
    """And whether the last word is ours. A desk that adds where it should replace has some twice: told once."""
    replies: dict[tuple[str, str, str], Reply] = {}
    answered = False
    for note in _in_order(notes):
        said = reading.text(note.get("text"))
        if is_own(said):
            answered = True
            replies = {key: _quiet(one) for key, one in replies.items()}
            continue
        at, who = reading.moment(note.get("date")), reading.word(note.get("author"))
        if not said or (at, who, said) in replies:
            continue
        asks = "informationrequired" in reading.word(note.get("@type")).lower()
        identity = reading.name(note.get("id")) or _digest(at, who, said)
        replies[at, who, said], answered = Reply(identity, at, said, who, asks), False
    return list(replies.values()), answered


def _asking(replies: list[Reply], answered: bool, kept: Receipt, found: Mapping[str, Any]) -> list[Reply]:
    """The desk waits for the subscriber: the last reply asks; without one the reason of the state does."""
    if replies and not answered:
        last = replies[-1]
        return [*replies[:-1], Reply(last.id, last.at, last.text, last.who, asks=True)]
    if not replies and kept.text:
        at = reading.moment(found.get("statusChangeDate"))
        return [Reply(_digest(at, "status", kept.text), at, kept.text, asks=True)]
    return replies


def _quiet(reply: Reply) -> Reply:
    return Reply(reply.id, reply.at, reply.text, reply.who)


def _in_order(notes: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """By date where every note has one, else as they stand."""
    moments = [reading.moment(note.get("date")) for note in notes]
    if not all(moments):
        return notes
    order = sorted(range(len(notes)), key=lambda at: (seconds(moments[at]), at))
    return [notes[at] for at in order]


def seconds(moment: str) -> float:
    """Since 1970; 0 where there is no moment. Without an offset it is taken as UTC."""
    if not moment:
        return 0.0
    at = datetime.fromisoformat(moment)
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):  # the year 1, somewhere east
        return 0.0


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:16]
