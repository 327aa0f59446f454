"""« Que voulez-vous faire ? »: what may be asked in one's own words, and what comes back. Data and one protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from selfcare.app.guides.screen import Option

MOST_FOLLOW_UPS = 2
"""More than that is an interrogation."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that may be what they want, best first. ``why``: one line, in their language.

    ``target``: the id of a guide, or a page of the program after ``page:``.
    """

    target: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question back, to tell two things apart: its answers are buttons."""

    id: str
    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """What came of a question; nothing at all is an honest answer."""

    hits: tuple[Hit, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()


class Asker(Protocol):
    """Understands a question. Never raises for what somebody typed; contacts nobody."""

    async def ask(self, words: str, answers: Mapping[str, str], language: str) -> Understood:
        """``answers``: those given so far, by the id of the question back."""
        ...
