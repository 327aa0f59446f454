"""Somebody's way through a guide: what is known around it, what happened, where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.model.guide import Value


@dataclass(frozen=True, slots=True)
class Context:
    """What branches may ask about. ``family``: of the box; ``operator``: free, orange, sfr, bouygues; "" is not known.

    ``access``: dsl, fibre, cable, cellular. ``can``: capabilities that may be written from here now.
    ``pairable``: the box may let us in, and has not yet. ``codes``: of the last check's findings.
    """

    family: str = ""
    model: str = ""
    operator: str = ""
    access: str = ""
    os: str = ""
    can: tuple[str, ...] = ()
    paired: bool = False
    pairable: bool = False
    codes: tuple[str, ...] = ()


class Did(StrEnum):
    """What happened. The run is these, in order; nothing else is kept of it.

    ``ANSWERED``: ``value`` under the step's name (None: left open; of a key: the name under which the keyring has it).
    ``CONFIRMED``: a person's word: ``done``, ``lost``, and after a question ``yes`` or ``no``.
    ``TESTED``: ``yes``, ``no``, ``unknown``. ``BRANCHED``: the step it leads to. ``DOING``: it begins.
    ``ACTED``: the outcome, and what puts it back. ``BACK``: to the last step of a person's, or to the
    one ``value`` names. ``UNDONE``: put back.
    """

    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    TESTED = "tested"
    BRANCHED = "branched"
    DOING = "doing"
    ACTED = "acted"
    BACK = "back"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing. ``at``: Unix time. ``step``: where. ``entry``: of a journal, to put back what was done.

    ``data``: what is worth telling an agent (facts, codes); never a key, never the name of a network or a device.
    """

    did: Did
    step: str
    at: float
    value: Value | None = None
    entry: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


class Phase(StrEnum):
    """Of the step one is at. ``SHOW``: a person's turn; ``VERIFY``: a test's; ``QUESTION``: the tests cannot tell.

    ``DOING``: an action began, and its end is not known (yet, or because the program died).
    """

    SHOW = "show"
    VERIFY = "verify"
    QUESTION = "question"
    DOING = "doing"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands: everything that follows from what happened.

    ``answers`` by name; ``outcomes`` by step; ``trail``: the steps gone through, this one last.
    ``undoable``: what was done and can be put back, newest last, as (step, entry).
    """

    step: str
    phase: Phase = Phase.SHOW
    answers: Mapping[str, Value] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[str, ...] = ()
    undoable: tuple[tuple[str, str], ...] = ()
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a test says. ``said``: (catalogue key, values) for the person; ``data``: for an agent, no identifiers."""

    answer: str
    said: tuple[tuple[str, Mapping[str, object]], ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acted:
    """How an action ended: ``done``, ``declined``, ``refused``, ``failed``, ``unable``; ``lines`` are sentences."""

    outcome: str
    entry: str | None = None
    lines: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
