"""What the contact page says. Pure; no Qt. ``words``: the catalogue of support; what comes from a desk is text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from selfcare.app.support.port import Offline
from selfcare.i18n import Catalogue
from selfcare.model.case import Case, Channel, Tried
from selfcare.model.finding import Diagnosis, VerdictState
from selfcare.model.support import DeskEndpoint, DeskKind, SupportChannel
from selfcare.model.ticket import KnownOutage
from ui.support_jobs import Trouble

MOST_LINE = 240
"""Signs of one line that is said aloud or read in passing."""
CHANNEL_ICONS = {
    Channel.PHONE: "phone", Channel.CHAT: "chat", Channel.MAIL: "mail", Channel.POST: "mail", Channel.WEB: "internet",
    Channel.FORUM: "chat", Channel.SOCIAL: "chat", Channel.APP: "screen", Channel.SHOP: "person",
    Channel.VISIT: "person",
}  # fmt: skip
_LOOKS = {"ok": ("check", "fine"), "fault": ("cross", "fault"), "multiple": ("cross", "fault")}
_EFFECTS = {"solved": ("check", "fine"), "helped": ("check", "fine"), "worse": ("bang", "suspect")}
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?", re.ASCII)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known now: the verdict with its look, since when, what was tried (``icon``, ``tone``, words)."""

    verdict: str
    icon: str = "query"
    tone: str = "idle"
    since: str = ""
    tried: tuple[tuple[str, str, str], ...] = ()


def trouble(words: Catalogue, what: Trouble) -> str:
    """A sentence by code; a code that nobody has words for is a fault of ours."""
    keys = (f"error.{what.code}", f"ui.support.error.{what.code}", "ui.support.error.failed")
    key = next(one for one in keys if words.has(one))
    try:
        return words.text(key, **{name: plain(str(value), 120) for name, value in what.values.items()})
    except (KeyError, IndexError):
        return words.text("ui.support.error.failed")


def plain(text: str, most: int = MOST_LINE) -> str:
    """Another's words as one line of text: no signs that steer, nothing that goes on for ever."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def paragraphs(text: str, most: int = 4000) -> str:
    """Another's words with their line breaks; directions of writing and other signs that steer are taken out."""
    kept = "".join(sign for sign in text.replace("\r\n", "\n") if sign == "\n" or sign.isprintable()).strip()
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def when(words: Catalogue, iso: str, now: datetime | None = None) -> str:
    """A moment as one says it; what is no moment is left out."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return ""
    dated = len(iso) <= len("2026-11-22")
    at = at if dated or at.tzinfo is None else at.astimezone()
    now = now or datetime.now().astimezone()
    days = (now.date() - at.date()).days
    day = words.text(f"ui.support.day.{ {0: 'today', 1: 'yesterday', -1: 'tomorrow'}[days] }") if abs(days) < 2 else ""
    if not day:
        form = "%d/%m" if at.year == now.year else "%d/%m/%Y"
        day = words.text("ui.support.day.other", day=at.strftime(form))
    return day if dated else words.text("ui.support.moment", day=day, time=at.strftime("%H:%M"))


# -- what is known --------------------------------------------------------------------------------


def known(words: Catalogue, fresh: Diagnosis | None, case: Case | None) -> Known | None:
    """The newest answer, of this window or of the case; None where nothing was ever looked at or said."""
    head = case.head if case is not None else None
    text, state = "", ""
    if fresh is not None:
        text, state = fresh.verdict.text, fresh.verdict.state.value
    elif head is not None:
        text, state = head.text, head.state
    if not text and head is None:
        return None
    icon, tone = _LOOKS.get(state, ("query", "suspect" if state else "idle"))
    began = head.symptom.since if head is not None and head.symptom is not None else None
    since = words.text("ui.support.known.since", since=when(words, began)) if began and when(words, began) else ""
    tried = tuple(attempt(words, one) for one in case.tried) if case is not None else ()
    verdict = text or (plain(head.words) if head is not None else "") or words.text("ui.support.known.unchecked")
    return Known(verdict, icon, tone, since, tried)


def attempt(words: Catalogue, one: Tried) -> tuple[str, str, str]:
    """Something already tried, with its effect."""
    icon, tone = _EFFECTS.get(one.effect.value, ("bar", "idle"))
    effect = words.text(f"ui.support.effect.{one.effect.value}")
    said = plain(one.text) or words.text("ui.support.tried.unnamed", what=plain(one.what), effect=effect)
    return icon, tone, words.text("ui.support.tried.once", what=said)


def in_trouble(fresh: Diagnosis | None) -> bool:
    """Whether the last answer is a reason to talk to somebody."""
    good = (VerdictState.OK, VerdictState.CANNOT_TEST, VerdictState.CONNECTING)
    return fresh is not None and fresh.verdict.state not in good


def outage(words: Catalogue, one: KnownOutage) -> tuple[str, ...]:
    """A collective outage, in the operator's words and ours."""
    lines = [paragraphs(one.text, 600)]
    if one.since and when(words, one.since):
        lines.append(words.text("ui.support.outage.since", since=when(words, one.since)))
    if one.until and when(words, one.until):
        lines.append(words.text("ui.support.outage.until", until=when(words, one.until)))
    return tuple(line for line in lines if line)


# -- channels -------------------------------------------------------------------------------------


def local(words: Catalogue, texts: Mapping[str, str]) -> str:
    """In the reader's language, else in French, in which it was read."""
    return texts.get(words.language) or texts.get("fr", "")


def address(channel: SupportChannel) -> str:
    """A number as it is read out, anything else as it stands."""
    to = plain(channel.to)
    if channel.kind is Channel.PHONE and re.fullmatch(r"0\d{9}", to):
        return " ".join(to[at : at + 2] for at in range(0, 10, 2))
    return to


def number(channel: SupportChannel) -> str:
    """What a telephone dials; empty where it is none."""
    digits = re.sub(r"[^\d+]", "", channel.to)
    return digits if channel.kind is Channel.PHONE and re.fullmatch(r"\+?\d{3,15}", digits) else ""


def link(channel: SupportChannel) -> str:
    """What a browser or a mail program opens, at a click and never by itself: https or an address of mail."""
    to = channel.to.strip()
    if channel.kind is Channel.MAIL and _MAIL.fullmatch(to):
        return f"mailto:{to}"
    if to.startswith("https://") and not re.search(r"\s", to):
        return to
    return f"https://{to}" if channel.kind is not Channel.MAIL and _HOST.fullmatch(to) else ""


def about(words: Catalogue, channel: SupportChannel) -> tuple[str, ...]:
    """Cost, hours, brand: what is known of it."""
    lines = [local(words, channel.cost), local(words, channel.hours)]
    return tuple(plain(line) for line in lines if line)


def title(words: Catalogue, channel: SupportChannel) -> str:
    """Its kind, for whose customers it is where one operator has several, and its name unless that stands large."""
    named = local(words, channel.name) if address(channel) else ""
    parts = (words.text(f"ui.support.channel.{channel.kind.value}"), plain(channel.brand, 40), plain(named))
    return " · ".join(part for part in parts if part)


def large(words: Catalogue, channel: SupportChannel) -> str:
    """The number or the address; of what has none, what it is."""
    return address(channel) or plain(local(words, channel.name))


def origin(words: Catalogue, channel: SupportChannel) -> str:
    """Where it was read, of when it is, and when that was."""
    if channel.checked is None:
        return ""
    source = ", ".join(plain(part, 120) for part in (channel.source, channel.of) if part)
    return words.text("ui.support.channel.checked", source=source, day=channel.checked.strftime("%d/%m/%Y"))


def recipient(words: Catalogue, operator: str, desk: DeskEndpoint | None) -> str:
    """To whom it goes, by name and by address: what consent is given to."""
    who = operator or words.text("ui.support.operator")
    if desk is None or desk.kind is DeskKind.FILE:
        return who
    place = desk.to if desk.kind is DeskKind.MAIL else re.sub(r"^[a-z]+://([^/]*).*$", r"\1", desk.url)
    return f"{who} ({plain(place, 80)})" if place else who


# -- what to say ----------------------------------------------------------------------------------


def to_say(words: Catalogue, case: Case, what: Known | None, codes: Offline | None) -> tuple[str, ...]:
    """Three lines for the telephone: who, what, and what not to begin with again."""
    first = words.text("ui.support.say.case", case=case.head.id)
    seen = plain(what.verdict) if what is not None else words.text("ui.support.known.unchecked")
    symptom = case.head.symptom
    since = when(words, symptom.since) if symptom is not None and symptom.since else ""
    key = "ui.support.say.seen.since" if since else "ui.support.say.seen"
    second = words.text(key, what=seen.rstrip("."), since=since)
    done = [small(plain(one.text or one.what, 60).rstrip(".")) for one in case.tried[:3]]
    third = words.text("ui.support.say.tried", what=", ".join(done)) if done else words.text("ui.support.say.nothing")
    return first, second, third


def spoken(codes: Offline | None) -> str:
    """Sixteen digits, four by four."""
    digits = re.sub(r"\D", "", codes.spoken) if codes is not None else ""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def small(line: str) -> str:
    """In the middle of a sentence; a name or an abbreviation stays as it is."""
    return line[:1].lower() + line[1:] if line[1:2].islower() else line
