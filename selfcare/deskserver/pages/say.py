"""Words and moments as an agent reads them. What a program wrote is looked up; what a stranger wrote is only text."""

from __future__ import annotations

import math
from datetime import UTC, datetime, tzinfo
from functools import cache

from selfcare.deskserver.model import Head
from selfcare.i18n import SUPPORT, Catalogue
from selfcare.i18n.catalogue import DESK
from selfcare.report import page_read

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
_KINDS = ("subscriber", "agent", "desk", "mail")


class Say:
    """In one language and time zone, seen from one moment (``now``: ms)."""

    def __init__(self, language: str, now: int, zone: tzinfo = UTC) -> None:
        self.desk, self.support, self.main = (_book(language, one) for one in (DESK, SUPPORT, ""))
        self.language, self.now, self.zone = self.desk.language, now, zone

    def t(self, key: str, **values: object) -> str:
        """A sentence of the desk."""
        return self.desk.text(key, **values)

    def named(self, area: str, word: object) -> str:
        """What a word of ours is called; another's word is itself, on one line."""
        plain = self.plain(word, 60)
        return self.desk.text(f"{area}.{plain}") if plain and self.desk.has(f"{area}.{plain}") else plain

    def plain(self, text: object, most: int = 200) -> str:
        """A stranger's words on one line, without signs that nobody sees or that turn a line around."""
        return page_read.words(text, most)

    def lines(self, text: object, most: int = 20_000) -> str:
        """As :meth:`plain`, with its line breaks."""
        return page_read.lines(text, most)

    def verdict(self, head: Head) -> str:
        """What was found, in a few words; the ticket's own name where nothing was."""
        code, state = self.plain(head.verdict_code, 60), self.plain(head.verdict_state, 20)
        if code:
            return self.code(code)
        if state and self.support.has(f"page.state.{state}"):
            return self.support.text(f"page.state.{state}")
        return self.plain(head.name, 160) or self.t("pages.no_verdict")

    def code(self, word: object) -> str:
        """A verdict's title; of a newer program's, that it is not known here."""
        code = self.plain(word, 60)
        known = self.main.has(f"code.{code}.title")
        return self.main.text(f"code.{code}.title") if known else self.t("pages.verdict.unknown", code=code)

    def side(self, word: object) -> str:
        """Whose side it is; several places, with blanks between them, are several suspects."""
        parts = self.plain(word, 80).split()
        return ", ".join(self.support.first(f"page.side.{one}", one) for one in parts)

    def band(self, word: object) -> str:
        """How sure."""
        plain = self.plain(word, 20)
        return self.support.first(f"page.band.{plain}", plain) if plain else ""

    def access(self, word: object) -> str:
        """Kind of line."""
        plain = self.plain(word, 30)
        return self.support.first(f"page.access.{plain}", plain) if plain else ""

    def effect(self, word: object) -> str:
        """What something that was tried did."""
        plain = self.plain(word, 20)
        return self.support.first(f"page.effect.{plain}", "page.effect.unknown")

    def tried(self, what: object, text: object) -> str:
        """What was tried, by its title, else in the report's own words."""
        key = f"remedy.{self.plain(what, 60)}.title"
        return self.main.text(key) if self.main.has(key) else self.plain(text, 120) or self.plain(what, 60)

    def state(self, state: str) -> str:
        """A ticket's state."""
        return self.named("state", str(state))

    def by(self, who: str) -> str:
        """Who changed a state: ``agent:<login>``, a word of ours, or the way it came in."""
        kind, _, name = who.partition(":")
        if kind == "agent" and name:
            return self.plain(name, 60)
        return self.named("pages.by" if self.desk.has(f"pages.by.{kind}") else "channel", kind)

    def kind(self, who: str) -> str:
        """Of whom it is, as one of the classes that the style knows: never a stranger's word."""
        kind = who.partition(":")[0]
        return kind if kind in _KINDS else "desk"

    def at(self, moment: int | None) -> str:
        """Day and minute (today: the minute alone), in the desk's zone."""
        found = self._moment(moment)
        if found is None:
            return ""
        if found.date() == (self._moment(self.now) or found).date():
            return f"{found:%H:%M}"
        return f"{found:%d/%m/%Y %H:%M}" if self.language == "fr" else f"{found:%Y-%m-%d %H:%M}"

    def when(self, text: object) -> str:
        """As :meth:`at`, of a moment as a report writes it; "" for what is none."""
        return self.at(self.moment_of(text))

    def moment_of(self, text: object) -> int | None:
        """A moment as a report writes it, as ms; None for what is none."""
        try:
            found = datetime.fromisoformat(self.plain(text, 40))
            return int(found.timestamp() * 1000) if found.tzinfo else None
        except (ValueError, OverflowError):
            return None

    def iso(self, moment: int | None) -> str:
        """For machines (``datetime``)."""
        found = self._moment(moment)
        return found.isoformat(timespec="minutes") if found else ""

    def field(self, moment: int | None) -> str:
        """As a form's ``datetime-local`` wants it; :meth:`typed` is the way back."""
        found = self._moment(moment)
        return f"{found:%Y-%m-%dT%H:%M}" if found else ""

    def typed(self, text: str) -> int | None:
        """What a ``datetime-local`` field gave, as ms, in the desk's zone; None for what is none."""
        return typed_moment(text, self.zone)

    def _moment(self, ms: int | None) -> datetime | None:
        try:
            return None if ms is None else datetime.fromtimestamp(ms / 1000, self.zone)
        except (ValueError, OverflowError, OSError):
            return None

    def ago(self, moment: int | None) -> str:
        """How long since, or until: "3 h", "in 20 min"."""
        if moment is None:
            return ""
        gone = self.now - moment
        if 0 <= gone < _MINUTE:
            return self.t("pages.just_now")
        return self.t("pages.in" if gone < 0 else "pages.ago", lasting=self.lasting(abs(gone)))

    def lasting(self, ms: int) -> str:
        """``95 min``, ``3 h``, ``2 d``: at least two of each, so that little is lost."""
        for size, name in ((_DAY, "days"), (_HOUR, "hours")):
            if ms >= 2 * size:
                return self.t(f"pages.{name}", count=ms // size)
        return self.t("pages.minutes", count=ms // _MINUTE) if ms >= _MINUTE else self.t("pages.moment")

    def size(self, octets: int) -> str:
        """Of a file."""
        kilo = max(1, math.ceil(octets / 1000))
        return self.t("pages.kilobytes", count=kilo)


def typed_moment(text: str, zone: tzinfo) -> int | None:
    """What a ``datetime-local`` field gave, as ms; None for what is none."""
    try:
        found = datetime.fromisoformat(text[:32])
        return int((found if found.tzinfo else found.replace(tzinfo=zone)).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None


@cache
def _book(language: str, domain: str) -> Catalogue:
    return Catalogue(language, domain) if domain else Catalogue(language)
