"""The page's sentences. A document's own words are looked up, and shown as they are where nobody knows them."""

from __future__ import annotations

from collections.abc import Mapping

from selfcare.i18n import SUPPORT, Catalogue
from selfcare.i18n.floors import floor_name
from selfcare.report import page_read as read
from selfcare.report.page_forms import Forms


class Words:
    """In one language. ``document_language``: that of the sentences which stand in the document."""

    def __init__(self, language: str, document_language: object = None) -> None:
        self._own, self._main = Catalogue(language, SUPPORT), Catalogue(language)
        self.language = self._own.language
        self.same = document_language == self.language

    def t(self, key: str, **values: object) -> str:
        """A sentence of the page."""
        return self._own.text(f"page.{key}", **values)

    def name(self, area: str, value: object, otherwise: str | None = None) -> str:
        """What a word of the document is called (``effect``, ``none``); else ``otherwise``, else the word itself."""
        word = read.words(value, 60)
        key = f"page.{area}.{word}"
        if word and self._own.has(key):
            return self._own.text(key)
        return word if otherwise is None else otherwise

    def figure(self, value: object) -> str:
        """A word that a figure may be (``ethernet``, ``connected``), in this language; empty for what is none."""
        word = read.words(value, 60) if isinstance(value, str) else ""
        keys = (f"page.value.{word}", f"report.value.{word}")
        return next((self._own.text(key) for key in keys if word and self._own.has(key)), "")

    def floor(self, level: int) -> str:
        """A level of the home."""
        return floor_name(self._main, level)

    def label(self, name: object) -> str:
        """What a figure of the report is called; empty where nobody knows it."""
        key = f"report.fact.{read.words(name, 60)}"
        return self._own.text(key) if self._own.has(key) else ""

    def known(self, *keys: str) -> str:
        """The first of these sentences of the program that exists; empty where none does. Never formatted."""
        return next((self._main.text(key) for key in keys if self._main.has(key)), "")

    def code(self, value: object) -> str:
        """The short name of a fault; its code where it is of a newer program."""
        word = read.words(value, 60)
        return (self.known(f"code.{word}.title") if word else "") or word

    def sentence(self, text: object, most: int, *keys: str) -> str:
        """Of the document where it speaks this language, else the program's own, else the document's all the same."""
        written = read.words(text, most)
        return written if written and self.same else self.known(*keys) or written

    def probe(self, value: object) -> str:
        """What a test is called."""
        word = read.words(value, 60)
        return (self.known(f"probe.{word}") if word else "") or word

    def reason(self, value: object) -> str:
        """Why a test did not run."""
        word = read.words(value, 80)
        return (self.known(f"reason.{word}") if word else "") or word

    def fact(self, evidence: Mapping[str, object], forms: Forms) -> str:
        """A piece of evidence as a clause: "the box answers", "loss to the box: 4 %"."""
        fact, value = read.words(evidence.get("fact"), 60), evidence.get("value")
        number, key = read.figure(value), f"fact.{fact}.value"
        if number is None:
            word = read.words(value, 60)
            return self.known(f"fact.{fact}.{word}") or " = ".join(filter(None, (fact, word)))
        if fact and self._main.has(key):
            return self._main.text(key, value=forms.number(number), unit=read.words(evidence.get("unit"), 20))
        return f"{fact} = {forms.quantity(number, evidence.get('unit'))}"

    def listed(self, parts: tuple[str, ...]) -> str:
        """One after the other."""
        return ", ".join(parts)
