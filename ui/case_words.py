"""What the page of the cases says. Pure; no Qt. ``words``: the catalogue of support; a desk's words are text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from selfcare.app.support.port import Filed
from selfcare.cases.worded import Words, headline
from selfcare.i18n import Catalogue
from selfcare.model.case import Case, CaseHead, Contact, Event
from selfcare.model.ticket import Parcel, Phase, State
from ui.support_words import CHANNEL_ICONS, paragraphs, plain, when

NEAR = 8
"""Lines of the history in sight; the others are behind a fold."""
_ICONS = {
    "case": "folder", "check": "pulse", "ask": "query", "guide": "book", "effect": "wrench", "undo": "back",
    "proposal": "query", "consent": "check", "report": "copy", "contact": "phone", "note": "copy",
    "ticket": "headset", "box": "box",
}  # fmt: skip
_STATES = {
    State.ACKNOWLEDGED: ("check", "fine"), State.IN_PROGRESS: ("pulse", "accent"), State.PENDING: ("query", "suspect"),
    State.HELD: ("later", "idle"), State.RESOLVED: ("check", "fine"), State.CLOSED: ("check", "idle"),
    State.CANCELLED: ("bar", "idle"), State.REJECTED: ("cross", "fault"),
}  # fmt: skip
_PHASES = {
    Phase.REFUSED: ("cross", "fault"),
    Phase.CANCELLED: ("bar", "idle"),
    Phase.WAITING_SIGN_IN: ("lock", "suspect"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line with its look, and what stands under it."""

    icon: str
    tone: str
    line: str
    more: tuple[str, ...] = ()


def head(words: Catalogue, one: CaseHead) -> tuple[str, tuple[str, ...]]:
    """A case in the list: its id, and what it is about."""
    what = plain(one.words) or plain(one.text)
    opened = words.text("ui.cases.opened", when=when(words, one.opened))
    closed = words.text("ui.cases.closed", when=when(words, one.closed)) if one.closed else ""
    return one.id, tuple(line for line in (what, closed or opened) if line)


def event(spoken: Words, one: Event) -> Told:
    """A line of the history as a sentence: its headline as in the terminal, and what it says."""
    words, did = spoken.support, str(one.data.get("did", ""))
    said = _check(spoken, one.data) if one.kind == "check" else _said(one.data)
    named = f"ui.cases.ticket.state.{one.data.get('state')}"
    if one.kind == "ticket" and did == "state" and words.has(named):
        said = words.text(named)
    own = f"ui.cases.event.{one.kind}.{did}"
    known = spoken.support.has(f"case.line.{one.kind}")
    line = headline(one, spoken) if known else plain(f"{one.kind} {one.subject}", 120)
    line = words.text(own) if words.has(own) else line
    line = words.text("ui.cases.event", what=line, said=said) if said else line
    return Told(_ICONS.get(one.kind, "later"), "idle", line, (when(words, one.at),))


def _check(spoken: Words, data: Mapping[str, object]) -> str:
    """What it found: the fault by its name, else the state."""
    code, state = f"code.{data.get('code')}.title", f"page.state.{data.get('state')}"
    if spoken.program.has(code):
        return spoken.program.text(code)
    return spoken.support.text(state) if spoken.support.has(state) else _said(data)


def _said(data: Mapping[str, object]) -> str:
    for key in ("text", "words", "title", "answer", "number", "to"):
        if isinstance(data.get(key), str) and data[key]:
            return plain(str(data[key]))
    inner = data.get("verdict")
    return _said(inner) if isinstance(inner, Mapping) else ""


def exact(case: Case) -> str:
    """All that is written, to the letter: one line for each entry, as in the export."""
    lines: list[dict[str, object]] = [
        {"id": e.id, "at": e.at, "kind": e.kind, "subject": e.subject, "data": dict(e.data)} for e in case.events
    ]
    lines += [{"contact": asdict(one)} for one in case.contacts]
    lines += [{"check": dict(one)} for one in case.checks]
    return "\n".join(json.dumps(line, ensure_ascii=False, default=str) for line in lines)


def contact(words: Catalogue, one: Contact) -> Told:
    """One exchange with support."""
    channel = words.text(f"ui.support.channel.{one.channel.value}")
    facts = []
    if one.waited_min is not None:
        facts.append(words.text("ui.cases.contact.waited", minutes=one.waited_min))
    if one.cost_cents is not None:
        facts.append(words.text("ui.cases.contact.cost", euros=euros(words, one.cost_cents)))
    told = [" · ".join(facts)] if facts else []
    if one.answer:
        told.append(words.text("ui.cases.contact.answer", answer=plain(one.answer)))
    if one.reference:
        told.append(words.text("ui.cases.contact.reference", reference=plain(one.reference, 60)))
    if one.promised and when(words, one.promised):
        told.append(words.text("ui.cases.contact.promised", when=when(words, one.promised)))
    line = words.text("ui.cases.contact.line", channel=channel, when=when(words, one.at))
    return Told(CHANNEL_ICONS.get(one.channel, "headset"), "accent", line, tuple(told))


def euros(words: Catalogue, cents: int) -> str:
    """Money, as the language writes it."""
    text = f"{cents // 100},{cents % 100:02}" if words.language == "fr" else f"{cents // 100}.{cents % 100:02}"
    return f"{text}\u00a0€" if words.language == "fr" else f"€{text}"


# -- tickets --------------------------------------------------------------------------------------


def ticket(words: Catalogue, filed: Filed) -> Told:
    """Where a ticket stands: at the desk where it told us, else on its way there."""
    parcel = filed.parcel
    receipt = filed.told.receipt if filed.told is not None else parcel.receipt
    if parcel.phase is not Phase.DONE or receipt is None:
        return way(words, parcel)
    icon, tone = _STATES[receipt.state]
    line = words.text("ui.cases.ticket.line", number=plain(receipt.number, 60), state=state(words, receipt.state))
    more = [words.text("ui.cases.ticket.promised", when=when(words, receipt.promised))] if receipt.promised else []
    if filed.trouble:
        more.append(words.text("ui.cases.ticket.silent"))
    elif filed.asked_at and when(words, filed.asked_at):
        more.append(words.text("ui.cases.ticket.asked_at", when=when(words, filed.asked_at)))
    return Told(icon, tone, line, tuple(more))


def way(words: Catalogue, parcel: Parcel) -> Told:
    """Something that is on its way, or did not get through."""
    icon, tone = _PHASES.get(parcel.phase, ("later", "accent"))
    more = [words.text(f"ui.ticket.phase.{parcel.phase.value}.more")]
    if parcel.phase is Phase.REFUSED and words.has(f"error.{parcel.why}"):
        more.append(words.text(f"error.{parcel.why}"))
    line = words.text(f"ui.ticket.phase.{parcel.phase.value}")
    return Told(icon, tone, line, tuple(more))


def state(words: Catalogue, one: State) -> str:
    """A desk's state in words."""
    return words.text(f"ui.cases.ticket.state.{one.value}")


def replies(words: Catalogue, filed: Filed) -> tuple[tuple[str, str], ...]:
    """Who and when, and what they wrote: text, whatever it holds."""
    found = filed.told.replies if filed.told is not None else ()
    who = words.text("ui.cases.ticket.desk")
    return tuple((f"{plain(one.who, 60) or who}, {when(words, one.at)}", paragraphs(one.text)) for one in found)


# -- what is typed --------------------------------------------------------------------------------


def moment(text: str, now: datetime) -> str | None:
    """« 21/11 18:30 », « 21/11/2026 » or nothing (now), as ISO 8601 with offset; None: it cannot be meant."""
    line = " ".join(text.replace(" h ", ":").split())
    if not line:
        return now.isoformat()
    for form in ("%d/%m/%Y %H:%M", "%d/%m/%Y", "%d/%m %H:%M", "%d/%m"):
        try:
            at = datetime.strptime(
                line if "%Y" in form else f"{line} {now.year}", form if "%Y" in form else f"{form} %Y"
            )
        except ValueError:
            continue
        at = at.replace(tzinfo=now.tzinfo)
        return at.isoformat() if at <= now else None
    return None


def day(text: str, now: datetime) -> str | None:
    """« 24/11 » or « 24/11/2026 » as an ISO date, this year or the next; "" for nothing; None: it cannot be meant."""
    line = text.strip()
    if not line:
        return ""
    try:
        if line.count("/") == 2:
            return datetime.strptime(line, "%d/%m/%Y").date().isoformat()
        found = datetime.strptime(f"{line}/{now.year}", "%d/%m/%Y").date()
    except ValueError:
        return None
    far = (now.date() - found).days > 180
    return date(found.year + 1, found.month, found.day).isoformat() if far else found.isoformat()


def whole(text: str, most: int) -> int | None:
    """A whole number up to ``most``; -1 for nothing; None: it cannot be meant."""
    line = text.strip()
    if not line:
        return -1
    return int(line) if line.isdecimal() and len(line) < 7 and int(line) <= most else None


def cents(text: str) -> int | None:
    """« 1,20 » or « 1.2 € » in cents; -1 for nothing; None: it cannot be meant."""
    line = text.replace("€", "").replace("\u00a0", " ").strip().replace(",", ".")
    if not line:
        return -1
    left, _, right = line.partition(".")
    good = left.isdecimal() and len(left) < 5 and len(right) < 3 and (right.isdecimal() or not right)
    return int(left) * 100 + int(f"{right:0<2}") if good else None
