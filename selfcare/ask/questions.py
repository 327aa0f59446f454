"""At most two questions back, and only where an answer changes what stands first: ``questions.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from selfcare.ask.ranking import Known, Ranked
from selfcare.ask.text import fold

MOST = 2
"""Questions asked at most."""
FIRST = 3
"""Places that count: what is shown at once."""
_FILE = Path(__file__).with_name("questions.toml")


@dataclass(frozen=True, slots=True)
class Choice:
    """``said``: words that already say so."""

    id: str
    more: tuple[str, ...]
    less: tuple[str, ...]
    said: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """``of``: the documents it is about; two of the first three must be of them. ``known``: a field that answers it."""

    id: str
    of: frozenset[str]
    choices: tuple[Choice, ...]
    known: str | None = None

    def choice(self, name: str) -> Choice | None:
        """By its id."""
        return next((one for one in self.choices if one.id == name), None)


@cache
def questions() -> Mapping[str, Question]:
    """All, by id, in the order in which they are thought of."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {raw["id"]: _question(raw) for raw in data["question"]}


def _question(raw: Mapping[str, object]) -> Question:
    choices = raw["choice"]
    assert isinstance(choices, list)
    of, known = raw["of"], raw.get("known")
    assert isinstance(of, list)
    return Question(
        str(raw["id"]),
        frozenset(of),
        tuple(
            Choice(one["id"], tuple(one["more"]), tuple(one["less"]), frozenset(fold(one.get("said", "")).split()))
            for one in choices
        ),
        None if known is None else str(known),
    )


def answered(known: Known, answers: Mapping[str, str]) -> Known:
    """What the answers speak for and against; an answer or a question nobody knows says nothing."""
    more, less = known.more, known.less
    for name, value in answers.items():
        question = questions().get(name)
        choice = question.choice(value) if question is not None else None
        if choice is not None:
            more, less = more + choice.more, less + choice.less
    return replace(known, more=more, less=less)


def next_question(
    order: Callable[[Known], Sequence[Ranked]],
    known: Known,
    words: Sequence[str],
    answers: Mapping[str, str],
    places: int = FIRST,
) -> Question | None:
    """The first one that makes a difference; None where none does, or where enough was asked.

    Args:
        order: ranks anew with what is known.
        known: without the answers.
        words: of the question: what is said in it need not be asked.
        answers: so far; one that was left open has the value "".
        places: of the order that count: where the first is as good as certain, only whether it stays the first.
    """
    if len(answers) >= MOST:
        return None
    now = answered(known, answers)
    shown = [one.id for one in order(now)[:FIRST]]
    for question in questions().values():
        if question.id in answers or len(question.of.intersection(shown)) < 2 or _is_known(question, known, words):
            continue
        if any([o.id for o in order(_with(now, choice))[:places]] != shown[:places] for choice in question.choices):
            return question
    return None


def _is_known(question: Question, known: Known, words: Sequence[str]) -> bool:
    if question.known is not None and getattr(known, question.known):
        return True
    return any(choice.said.intersection(words) for choice in question.choices)


def _with(known: Known, choice: Choice) -> Known:
    return replace(known, more=known.more + choice.more, less=known.less + choice.less)
