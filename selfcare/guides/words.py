"""The sentences of the guides: a catalogue of their own (``po/<lang>/guides/*.po``), read when one is opened.

Keys: ``<guide>.title``, ``<guide>.goal``; ``<guide>.<step>`` (what to do, the question, what is tried, how it ended),
with variants ``<guide>.<step>.<family|operator|access|os>``; ``….question`` where only the person can tell,
``….choice.<id>``, ``….help`` (why, or where to find it), ``….undo`` (how to put a step of theirs back by hand),
``….made`` (what a step of this program's has done, in a few words, where it can be put back).
French is complete; another language may have a guide or not (``Guide.languages``): then the French sentence is given.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from selfcare.guides.edges import of_person
from selfcare.guides.errors import GuideError
from selfcare.i18n import Catalogue
from selfcare.model.guide import Ask, Branch, Guide, Step
from selfcare.model.guide_run import Context

DOMAIN = "guides"
SOURCE = "fr"


class GuideWords:
    """Of one language, French where that has nothing."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogues = [Catalogue(language, DOMAIN)]
        if language != SOURCE:
            self._catalogues.append(Catalogue(SOURCE, DOMAIN))

    def has(self, key: str) -> bool:
        """In this language or in French."""
        return any(one.has(key) for one in self._catalogues)

    def text(self, key: str, values: Mapping[str, object] | None = None) -> str:
        """Filled in; what is not known is left open as an ellipsis, never an error in front of somebody."""
        found = next((one for one in self._catalogues if one.has(key)), None)
        if found is None:
            return key
        sentence = found.text(key)
        return string.Formatter().vformat(sentence, (), _Lenient(values or {})) if "{" in sentence else sentence

    def best(self, key: str, context: Context, values: Mapping[str, object] | None = None) -> str:
        """The variant that fits this home best."""
        return self.text(next((k for k in variants(key, context) if self.has(k)), key), values)


class _Lenient(dict[str, object]):
    def __init__(self, values: Mapping[str, object]) -> None:
        super().__init__(values)

    def __missing__(self, key: str) -> str:
        return "…"


def variants(key: str, context: Context) -> Iterator[str]:
    """Most specific first."""
    for word in (context.family, context.operator, context.access, context.os):
        if word:
            yield f"{key}.{word}"
    yield key


def needed(guide: Guide) -> Iterator[str]:
    """Keys without which the guide cannot be shown."""
    yield from (f"{guide.id}.title", f"{guide.id}.goal")
    for step in guide.steps.values():
        if not isinstance(step, Branch):
            yield f"{guide.id}.{step.id}"
        if isinstance(step, Ask):
            yield from (f"{guide.id}.{step.id}.choice.{choice.id}" for choice in step.choices)


def missing(guide: Guide) -> Iterator[GuideError]:
    """Sentences that are not there, in each language the guide says it speaks."""
    for language in guide.languages:
        there = Catalogue(language, DOMAIN)
        for key in needed(guide):
            if not there.has(key):
                yield GuideError(guide.id, f"no sentence {key} in {language}")


def asks(words: GuideWords, guide: Guide, step: Step) -> bool:
    """Whether the person is asked where no test can tell."""
    return of_person(step) and words.has(f"{guide.id}.{step.id}.question")
