"""Short answers: a few sentences, what is known of the operator, and the page or guide one may go on with.

``answers.toml``: ``[[answer]]`` with ``id``; ``facts`` (``selfcare.isp.facts``, in the order they are told), ``page``
(one of ``PAGES``) and ``guides``, where there are any. The sentences are with those of the guides
(``po/<lang>/guides/answers.po``): ``answer.<id>.title`` and ``answer.<id>``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("answers.toml")
PAGES = ("check", "deep", "box")
"""The check of the connection, the long one with its measured rate, the box with its line and its devices."""


class AskError(ValueError):
    """The file makes no sense, or there is no such answer; the message says which. ``code`` is stable."""

    code = "answer_invalid"


@dataclass(frozen=True, slots=True)
class Answer:
    """``facts``: told below the sentences. ``page``: where it can be seen. ``guides``: to go on with, best first."""

    id: str
    facts: tuple[str, ...] = ()
    page: str | None = None
    guides: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Key of its title."""
        return f"answer.{self.id}.title"

    @property
    def text(self) -> str:
        """Key of its sentences."""
        return f"answer.{self.id}"


@cache
def answers() -> Mapping[str, Answer]:
    """All of them, by id, in the order of the file.

    Raises:
        AskError: the file makes no sense (a test forbids it).
    """
    return read_answers(FILE)


def answer(name: str) -> Answer:
    """One of them.

    Raises:
        AskError: there is none of that name.
    """
    found = answers().get(name)
    if found is None:
        raise AskError(f"{name}: unknown")
    return found


def read_answers(path: Path) -> Mapping[str, Answer]:
    """From a file.

    Raises:
        AskError: it cannot be read, or makes no sense.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AskError(f"{path.name}: {error}") from error
    if set(data) != {"answer"} or not isinstance(data["answer"], list):
        raise AskError(f"{path.name}: a list of answers, and nothing else")
    found = [_answer(one) for one in data["answer"]]
    if len({one.id for one in found}) < len(found):
        raise AskError(f"{path.name}: an id twice")
    return {one.id: one for one in found}


def _answer(data: Any) -> Answer:
    if not isinstance(data, dict) or not isinstance(data.get("id"), str) or not data["id"]:
        raise AskError(f"an answer has an id: {data!r}")
    name = data["id"]
    if extra := set(data) - {"id", "facts", "page", "guides"}:
        raise AskError(f"{name}: unknown: {', '.join(sorted(extra))}")
    page = data.get("page")
    if page is not None and page not in PAGES:
        raise AskError(f"{name}: {page!r} is none of {', '.join(PAGES)}")
    return Answer(name, _words(name, data.get("facts", [])), page, _words(name, data.get("guides", [])))


def _words(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise AskError(f"{name}: a list of words, not {value!r}")
    if len(set(value)) < len(value):
        raise AskError(f"{name}: a word twice: {', '.join(value)}")
    return tuple(value)
