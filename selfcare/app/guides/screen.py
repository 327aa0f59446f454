"""What a front end shows of a run: plain values and finished sentences; window and terminal read nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.app.guides.world import Suggestion
from selfcare.model.guide import End, Kind


class Scene(StrEnum):
    """``INSTRUCT``: words, "done", perhaps "I do not find it". ``QUESTION``: yes or no. ``ASK``: a value or a choice.

    ``WORK``: a machine's turn: call ``proceed``. ``OVER``: the end.
    """

    INSTRUCT = "instruct"
    QUESTION = "question"
    ASK = "ask"
    WORK = "work"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Note:
    """A fact about an operator or a rule. ``source``: the foot note, empty where it was not checked (``checked``)."""

    text: str
    source: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A choice, or a guide one may go on with (``id`` its id)."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Back:
    """Something that was done and can be put back: its name for ``undo``, what it was."""

    entry: str
    label: str


@dataclass(frozen=True, slots=True)
class Screen:
    """``said``: what the last tests and actions came to. ``menu``: where it is on the box, as sentences.

    ``done`` of ``about``: persons' steps gone through, and about how many there are on a way. ``translated``: False
    where the sentences are French because nobody wrote them in the reader's language.
    """

    scene: Scene
    title: str
    text: str
    said: tuple[str, ...] = ()
    help: str = ""
    menu: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    lost: bool = False
    back: bool = False
    gesture: str | None = None
    kind: Kind | None = None
    options: tuple[Option, ...] = ()
    suggest: str | None = None
    optional: bool = False
    end: End | None = None
    ticket: bool = False
    undoable: tuple[Back, ...] = ()
    by_hand: tuple[str, ...] = ()
    done: int = 0
    about: int = 0
    translated: bool = True
    suggestions: tuple[Suggestion, ...] = ()
