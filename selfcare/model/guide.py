"""A guide: what is done step by step with somebody. Data only: ``selfcare.guides`` reads it, checks it and walks it.

A step names the steps that may follow it; who goes through one is told in ``selfcare.model.guide_run``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

Value = str | int | float | bool
"""Of an argument: given as it is, or ``"$name"``: what was answered under that name."""


class Topic(StrEnum):
    """Where the guide stands in the list."""

    HOME = "home"
    WIFI = "wifi"
    BOX = "box"
    COMPUTER = "computer"
    LINE = "line"
    DEVICES = "devices"
    CONTRACT = "contract"


class Risk(StrEnum):
    """Said before the first step. ``CUT``: the home is offline for a moment; ``LOSS``: settings are lost for good."""

    NONE = "none"
    SETTING = "setting"
    CUT = "cut"
    LOSS = "loss"


class Kind(StrEnum):
    """Of an answer that is asked for."""

    CHOICE = "choice"
    TEXT = "text"
    NETWORK_NAME = "network_name"
    NETWORK_KEY = "network_key"
    PORTS = "ports"
    ADDRESS = "address"
    DEVICE = "device"
    HOURS = "hours"
    TIMETABLE = "timetable"
    CHANNEL = "channel"


class End(StrEnum):
    """How a guide ends. ``SOLVED``: seen by a test or told by the person. ``TOLD``: they know now what they wanted.

    ``IMPOSSIBLE``: not to be had here, and why. ``CONTACT``: somebody else has to act. ``LEFT``: they do not want to.
    """

    SOLVED = "solved"
    TOLD = "told"
    IMPOSSIBLE = "impossible"
    CONTACT = "contact"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Condition:
    """Every field that is given must hold. A list: any of these. What is not known is in no list.

    ``answers``: by the name of the answer; ``outcomes``: by the id of a step that was gone through.
    ``can``: all of these may be set on this box by this program, and it was let in (or need not be).
    ``codes``: any of these was found by the last check (``Context.codes``). None of them is no "all is well": it may
    spare a question, never stand for a test.
    """

    family: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    os: tuple[str, ...] = ()
    can: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    paired: bool | None = None
    pairable: bool | None = None
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outcomes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Test:
    """A question to something that can tell: its name (``selfcare.guides.known.TESTS``) and what it is given."""

    __test__: ClassVar[bool] = False  # pytest would take it for one of its own
    name: str
    arguments: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers. ``to``: the step it leads to, the asking step's ``next`` where there is none."""

    id: str
    to: str | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Instruct:
    """Something a person does. ``verify``: who can see that it was done, best first; the first that can tell decides.

    None can tell: the person is asked, if the guide has a sentence ``<guide>.<step>.question``, else they are believed.
    ``failed``: it was not done, or did not work. ``lost``: they do not find it. ``menu``: where it is on this box.
    ``gesture``: what the front end offers beside the words: ``pair``, or a page of the program.
    """

    id: str
    next: str
    verify: tuple[Test, ...] = ()
    failed: str | None = None
    lost: str | None = None
    menu: str | None = None
    facts: tuple[str, ...] = ()
    gesture: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. ``answer``: the name it is kept under. ``suggest``: what may be offered (``known.SUGGESTIONS``).

    ``optional``: it may be left open, and is then not there: ``without`` is where that leads, ``next`` if not said.
    """

    id: str
    answer: str
    kind: Kind
    next: str
    choices: tuple[Choice, ...] = ()
    suggest: str | None = None
    optional: bool = False
    without: str | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Nobody does anything: somebody who can tell is asked; the first of ``tests`` that can decides."""

    id: str
    tests: tuple[Test, ...]
    yes: str
    no: str
    unknown: str


@dataclass(frozen=True, slots=True)
class Do:
    """Done by this program, after consent; proved, or put back. ``action``: of ``known.ACTIONS``.

    ``done``: it is as asked (also where it was already so). ``declined``: the person said no. ``refused``: the box or a
    caution said no, nothing was changed. ``failed``: it did not work and is as before, or could not be proved.
    ``unable``: not from here (no such setting, not let in, silent).
    """

    id: str
    action: str
    arguments: Mapping[str, Value]
    done: str
    declined: str
    refused: str
    failed: str
    unable: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Which way, by what is known. The first case that holds; else ``otherwise``."""

    id: str
    cases: tuple[tuple[Condition, str], ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end. ``guides``: where one may go on. ``ticket``: it is worth handing over, with everything that was seen."""

    id: str
    end: End
    guides: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    ticket: bool = False


Step = Instruct | Ask | Check | Do | Branch | Outcome


@dataclass(frozen=True, slots=True)
class Guide:
    """``shows``: what is told of the present state before the first step, and at any time on request.

    ``codes``: the faults after which it is offered. ``minutes``: what it takes as a rule. ``digest``: of its file.
    """

    id: str
    topic: Topic
    start: str
    steps: Mapping[str, Step]
    languages: tuple[str, ...] = ("fr",)
    minutes: int = 5
    risk: Risk = Risk.NONE
    shows: tuple[Test, ...] = ()
    codes: tuple[str, ...] = ()
    digest: str = ""
