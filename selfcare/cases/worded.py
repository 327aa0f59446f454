"""What was tried, and what is written, in sentences: with the titles that remedies, guides and settings have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from selfcare.cases.tried import MOVED
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.i18n.catalogue import SUPPORT
from selfcare.model.case import Event, Source, Tried


@dataclass(frozen=True, slots=True)
class Words:
    """Of one language: the support's, the program's, the guides'."""

    support: Catalogue
    program: Catalogue
    guides: GuideWords

    @classmethod
    def of(cls, language: str) -> Words:
        """Reads them."""
        return cls(Catalogue(language, SUPPORT), Catalogue(language), GuideWords(language))

    def title(self, source: Source, what: str) -> str:
        """The name of what was done; its id where it has none (any more)."""
        if source is Source.GUIDE:
            return self.guides.text(f"{what}.title") if self.guides.has(f"{what}.title") else what
        key = f"remedy.{what}.title" if source is Source.REMEDY else f"box.change.title.{what}"
        return self.program.first(key, what)


def worded(tried: Iterable[Tried], language: str) -> tuple[Tried, ...]:
    """With their sentences; those of people keep their own words."""
    words = Words.of(language)
    return tuple(replace(one, text=_sentence(one, words)) for one in tried)


def titled(tried: Iterable[Tried], language: str) -> tuple[Tried, ...]:
    """For a report: what it was, and beside it what it did; how often stands there as a number."""
    words = Words.of(language)
    return tuple(replace(one, text=_title(one, words), said=_effect(one, words)) for one in tried)


def _sentence(one: Tried, words: Words) -> str:
    text, told = words.support.text, _title(one, words)
    if one.source not in (Source.SELF, Source.SUPPORT) or one.what == MOVED:
        told = text("case.tried.entry", what=told, effect=_effect(one, words))
    return text("case.tried.times", text=told, times=one.times) if one.times > 1 else told


def _title(one: Tried, words: Words) -> str:
    text = words.support.text
    if one.what == MOVED:
        return text("case.tried.box_moved")
    if one.source in (Source.SELF, Source.SUPPORT):
        return text("case.tried.advice" if one.source is Source.SUPPORT else "case.tried.note", text=one.text)
    title = words.title(one.source, one.what)
    return text("case.tried.guide", title=title) if one.source is Source.GUIDE else title


def _effect(one: Tried, words: Words) -> str:
    key = f"case.effect.{one.effect.value}"
    return words.support.first(f"{key}.{one.outcome}", key)


_SOURCES = {
    "proposal": Source.REMEDY, "consent": Source.REMEDY, "effect": Source.REMEDY, "guide": Source.GUIDE,
    "box": Source.BOX,
}  # fmt: skip


def headline(event: Event, words: Words) -> str:
    """What kind of thing happened; the line itself says the rest."""
    source = _SOURCES.get(event.kind)
    title = words.title(source, event.subject) if source is not None else ""
    key = f"case.line.{event.kind}"
    return words.support.first(f"{key}.{event.data.get('did', '')}", key, title=title)
