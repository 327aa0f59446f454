"""The question box: what somebody wants, in their own words, and where that is done."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from selfcare.ask import index, weights
from selfcare.ask.answers import answer
from selfcare.ask.documents import bare, kind_of, title_key
from selfcare.ask.questions import FIRST, Question, next_question
from selfcare.ask.questions import answered as with_answers
from selfcare.ask.ranking import Known, Ranked, ranked
from selfcare.ask.search import Search
from selfcare.ask.text import words
from selfcare.cases.asked import KIND, line_of, line_of_opening
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.isp.facts import fact
from selfcare.model.asked import Asked

if TYPE_CHECKING:  # these come with the guides: only for who opens an answer
    from selfcare.app.guides.screen import Note

Noting = Callable[[str, str, Mapping[str, object]], None]
SHOWN = 6
"""Results at most: three at once, three more on request."""
DOORS = ("open:check", "no-internet", "wifi-coverage", "answer:support-number")
"""Offered where nothing was understood: the check, and three broad doors."""


class AskState(StrEnum):
    """``SURE``: the first is meant, as far as one can know. ``PERHAPS``: among these. ``NOT_UNDERSTOOD``: the doors."""

    SURE = "sure"
    PERHAPS = "perhaps"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Offer:
    """``kind``: guide, fix, open, answer. ``target``: its id within the kind. ``why``: one line.

    ``command``: the same from a terminal. ``tried``: gone through without success lately. ``run``: a run to go on with.
    """

    id: str
    kind: str
    target: str
    title: str
    why: str
    command: str
    tried: bool = False
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to a question."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question back, in the reader's language. It may be left open: "" is an answer too."""

    id: str
    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """``asked``: the id under which this stands in the history; it is handed in again with each answer."""

    asked: str
    state: AskState
    offers: tuple[Offer, ...]
    question: Query | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A short answer. ``facts``: sentences, ``notes``: the same with their sources. ``page``: where it can be seen.

    ``guides``: to go on with.
    """

    id: str
    title: str
    text: str
    facts: tuple[str, ...]
    page: str | None
    guides: tuple[str, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """What is known without asking, and which guides were left (id → run)."""

    known: Known = field(default_factory=Known)
    runs: Mapping[str, str] | None = None


class AskDesk:
    """One for a front end. ``home`` is asked each time: a check may have ended in between. Any thread may ask."""

    def __init__(self, cache: Path | None, catalogue: Catalogue, home: Callable[[], Home], note: Noting) -> None:
        self._cache, self._catalogue, self._home, self._note = cache, catalogue, home, note
        self._words = GuideWords(catalogue.language)
        self._lock = threading.Lock()
        self._search: Search | None = None

    def ask(self, text: str, answers: Mapping[str, str] | None = None, asked: str | None = None) -> Reply:
        """What answers this question, best first. Whatever the text is, nothing is raised for it.

        Args:
            text: in the person's own words.
            answers: to our questions so far, by id; "" was left open. Unknown ones say nothing.
            asked: of the last reply, when this is the same question with an answer more.
        """
        home, given = self._home(), dict(answers or {})
        with self._lock:
            reply = self._reply(text, given, home, asked or secrets.token_hex(4))
        offered = () if reply.state is AskState.NOT_UNDERSTOOD else tuple(one.id for one in reply.offers)
        self._note(KIND, reply.asked, line_of(Asked(reply.asked, text, given, offered)))
        return reply

    def opened(self, asked: str, target: str) -> None:
        """Notes what the person went on with."""
        self._note(KIND, asked, line_of_opening(target))

    def answer(self, name: str) -> Told:
        """A short answer, with what is known of the operator.

        Raises:
            AskError: there is none of that name.
        """
        from selfcare.app.guides.sources import note_of

        one, operator = answer(name), self._home().known.operator
        found = (fact(key, operator) for key in one.facts)
        notes = tuple(note_of(f, self._catalogue.language, self._catalogue) for f in found if f is not None)
        facts, text = tuple(note.text for note in notes), self._words.text(one.text)
        return Told(name, self._words.text(one.title), text, facts, one.page, one.guides, notes)

    def speak(self, catalogue: Catalogue) -> None:
        """Another language from now on; questions are understood in any."""
        if catalogue.language != self._catalogue.language:
            with self._lock:
                self._catalogue, self._words = catalogue, GuideWords(catalogue.language)

    def warm_up(self) -> None:
        """Opens the index, so that the first question does not pay for it."""
        with self._lock:
            self._opened()

    def _reply(self, text: str, answers: Mapping[str, str], home: Home, asked: str) -> Reply:
        try:
            return self._found(text, answers, home, asked)
        except sqlite3.Error:  # damaged under our hands: once more, from memory
            self._search = Search(index.opened(None))
            return self._found(text, answers, home, asked)

    def _found(self, text: str, answers: Mapping[str, str], home: Home, asked: str) -> Reply:
        search = self._opened()
        understood = search.understand(text)
        known = replace(home.known, operator=understood.operator or home.known.operator)
        scored, codes = search.scores(understood), search.codes()
        best = max(scored.values(), key=lambda one: one.score, default=None)
        enough = weights.ENOUGH if understood.at_home else weights.ENOUGH_ELSE
        if best is None or understood.confidence(best) < enough:
            return Reply(asked, AskState.NOT_UNDERSTOOD, tuple(self._door(name) for name in self._doors()))

        def order(told: Known) -> list[Ranked]:
            return ranked(scored, codes, told)

        found = order(with_answers(known, answers))[:SHOWN]
        offers = tuple(self._offer(one, known, codes.get(one.id, frozenset()), home) for one in found)
        sure = self._is_sure(found, understood.confidence(scored[found[0].id]))
        question = next_question(order, known, words(text), answers, 1 if sure else FIRST)
        sure = sure and question is None
        return Reply(asked, AskState.SURE if sure else AskState.PERHAPS, offers, self._query(question))

    @staticmethod
    def _is_sure(found: Sequence[Ranked], confidence: float) -> bool:
        second = found[1].score if len(found) > 1 else 0.0
        return confidence >= weights.SURE and found[0].score >= weights.AHEAD * second

    def _opened(self) -> Search:
        if self._search is None:
            self._search = Search(index.opened(self._cache))
        return self._search

    def _doors(self) -> list[str]:
        there = set(self._opened().ids.values())
        return [name for name in DOORS if name in there]

    def _door(self, name: str) -> Offer:
        return Offer(name, kind_of(name), bare(name), self.title(name), self._text("ask.why.door"), command(name))

    def _offer(self, one: Ranked, known: Known, codes: frozenset[str], home: Home) -> Offer:
        run = (home.runs or {}).get(one.id)
        tried = run is None and one.id in known.tried
        if run is not None:
            why = self._text("ask.why.left")
        elif tried:
            why = self._text("ask.why.tried")
        elif codes & set(known.codes):
            why = self._text("ask.why.codes")
        else:
            why = self._catalogue.text("ask.why.words", words=", ".join(f"« {word} »" for word in one.words))
        return Offer(
            one.id, kind_of(one.id), bare(one.id), self.title(one.id), why, command(one.id, run), tried, run
        )  # fmt: skip

    def title(self, name: str) -> str:
        """In the reader's language, French where there is nothing else."""
        domain, key = title_key(name)
        return self._text(key) if domain == "selfcare" else self._words.text(key)

    def _text(self, key: str) -> str:
        return self._catalogue.text(key)

    def _query(self, question: Question | None) -> Query | None:
        if question is None:
            return None
        key = f"ask.question.{question.id}"
        options = tuple(Option(one.id, self._text(f"{key}.{one.id}")) for one in question.choices)
        return Query(question.id, self._text(key), options)


def command(name: str, run: str | None = None) -> str:
    """How it is opened from a terminal."""
    target = bare(name)
    match kind_of(name):
        case "fix":
            return f"selfcare fix run {target}"
        case "open":
            return {"check": "selfcare check", "deep": "selfcare check --deep", "box": "selfcare box status"}.get(
                target, "selfcare repair"
            )
        case "answer":
            return f"selfcare ask --show {target}"
    return f"selfcare guide run {target}" if run is None else f"selfcare guide run --resume {run}"
