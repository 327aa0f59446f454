"""Where a parcel stands, as data: what is kept of it at every step, and what can be done next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.ticket import Phase, Receipt

ENDS = frozenset({Phase.DONE, Phase.REFUSED, Phase.CANCELLED})


class Kind(StrEnum):
    """What a parcel is."""

    TICKET = "ticket"
    NOTE = "note"


class Stage(StrEnum):
    """What is being done. A ticket: create, check (searched again, copies merged), attach, over. A note: note, over."""

    CREATE = "create"
    CHECK = "check"
    ATTACH = "attach"
    NOTE = "note"
    OVER = "over"


class Do(StrEnum):
    """What comes next. ``INTERRUPTED``: whoever sent it ended on the way. ``REST``: nothing, ever."""

    INTERRUPTED = "interrupted"
    WAIT = "wait"
    SIGN_IN = "sign_in"
    LOOK = "look"
    SEND = "send"
    CANCEL = "cancel"
    FINISH = "finish"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Step:
    """``wait_s``: seconds, of a wait."""

    do: Do
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Goods:
    """What there is to bring, and what the desk can. ``apart``: names of the files that are brought one by one."""

    find: bool
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """Where a parcel stands.

    An order is what cannot be done twice without harm: create, attach one file, add a note. ``tries``: orders sent in
    all; ``tried``: sendings of the present one. ``flying``: the order was noted, its end was not: a process that reads
    this and is not the one that sends knows that it was interrupted.

    ``maybe``: when (seconds of ``Clock.awake_s``) an order ended that may have been taken; None: none may.
    ``refused``: what the desk said of the present order; ``file``: index of the one being brought.

    ``unseen``: times that the desk said yes to the present order and a search did not find it.

    ``short``: why something is missing or too much at the desk, although the ticket is there.

    ``since``, ``wait``: of the present pause; ``line``: it is over when a line is back. ``looks``: late ones done.
    """

    kind: Kind
    stage: Stage
    phase: Phase = Phase.QUEUED
    tries: int = 0
    tried: int = 0
    flying: bool = False
    maybe: float | None = None
    refused: str = ""
    unseen: int = 0
    file: int = 0
    attached: tuple[str, ...] = ()
    failures: int = 0
    since: float = 0.0
    wait: float = 0.0
    line: bool = False
    looks: int = 0
    why: str = ""
    short: str = ""
    receipt: Receipt | None = None

    @property
    def over(self) -> bool:
        """Whether it is at an end (late looks may follow)."""
        return self.phase in ENDS


def fresh(kind: Kind) -> Course:
    """Of something that was just put in."""
    return Course(kind, Stage.CREATE if kind is Kind.TICKET else Stage.NOTE)
