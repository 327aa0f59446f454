"""What every kind of box setting offers to the one machine that changes them (``selfcare.app.box_carry``).

A state is flat, ``{part: value}``, as the helper's is (docs/design/repair.md): that makes "between" exact. A state is
ours if each part is as it was, or as it was asked. ``False`` is also "not there", ``None`` is "the box does not tell".
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.model.box import Absent, Capability, Why, Wish
from selfcare.model.box.change import Difference

Value = bool | int | str | Secret | Mapping[str, Any] | None
State = Mapping[str, Value]
T = TypeVar("T")
Step = Callable[[], Awaitable[None]]

AGE_SLACK_S = 120.0
"""Seconds. Times that run down are told in whole minutes by some boxes, and reading takes time too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``state`` of what the scope names; ``raw`` is what the box told, for whoever writes."""

    state: State
    raw: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which things a kind looks at, as far as it does not look at all: kept in the journal."""

    macs: tuple[str, ...] = ()
    id: str | None = None


class Kind(Protocol):
    """One kind of setting. Reading and writing raise ``BoxError``; the rest is pure."""

    name: str
    reads: Capability
    writes: Capability
    patience_s: float
    """Seconds that the box may take until what was written can be read back."""

    def scope(self, wish: Wish) -> Scope:
        """What the wish is about."""

    async def read(self, session: Any, scope: Scope) -> Reading:
        """The present state."""

    def asked(self, wish: Wish, now: Reading) -> State:
        """The state wanted: ``now`` with the wish laid over it, and nothing that the wish does not name."""

    def fitted(self, asked: State, session: Any) -> State:
        """What this box makes of it (whole hours): said before consent, and what is read back."""

    def kept(self, before: State, asked: State) -> Collection[str]:
        """The parts of both that are judged and put back."""

    def counts(self, part: str) -> bool:
        """Whether such a part is judged though neither before nor asked had it: more of the same is not the same."""

    def goal(self, found: State, goal: State) -> State:
        """The goal as this box can tell it; what was found says how it counts."""

    def aligned(self, states: Sequence[State]) -> list[State]:
        """The same states cut alike, so that they can be compared part by part."""

    def aged(self, state: State, seconds: float, now_s: float) -> State:
        """The same state so many seconds later, at ``now_s`` (Unix time): what runs out by itself has run out."""

    def same(self, part: str, found: Value, goal: Value) -> bool:
        """Whether what the box tells of a part is what was wanted."""

    def lenient(self, part: str, goal: State) -> bool:
        """Whether the box need not tell this part while it is in that state."""

    def through(self, part: str) -> tuple[Value, ...]:
        """Values it may have in passing, where a box changes a thing by taking it away and making it anew."""

    def steps(self, session: Any, now: Reading, goal: State, last: Collection[str], scope: Scope) -> list[Step]:
        """Writes that lead there; what lies under a prefix in ``last`` (the PC's own network) comes last."""

    def differences(self, before: State, asked: State, now: Reading) -> tuple[Difference, ...]:
        """Field by field, for a person."""


class Plain:
    """What most kinds do not need to say."""

    patience_s = 6.0

    def fitted(self, asked: State, _session: Any) -> State:
        """Just so."""
        return asked

    def kept(self, before: State, asked: State) -> Collection[str]:
        """Only what differs."""
        return differing(before, asked)

    def counts(self, _part: str) -> bool:
        """Others' things are no part of it."""
        return False

    def goal(self, _found: State, goal: State) -> State:
        """Just so."""
        return goal

    def aligned(self, states: Sequence[State]) -> list[State]:
        """They are."""
        return list(states)

    def aged(self, state: State, _seconds: float, _now_s: float) -> State:
        """Nothing runs out."""
        return state

    def same(self, _part: str, found: Value, goal: Value) -> bool:
        """Exactly."""
        return found == goal

    def lenient(self, _part: str, _goal: State) -> bool:
        """All is told."""
        return False

    def through(self, _part: str) -> tuple[Value, ...]:
        """None."""
        return ()


def differing(before: State, asked: State) -> list[str]:
    """Parts that are not the same, in the order of ``asked``."""
    parts = [*asked, *(part for part in before if part not in asked)]
    return [part for part in parts if before.get(part, False) != asked.get(part, False)]


def cut(state: State, parts: Iterable[str], kind: Kind | None = None) -> dict[str, Value]:
    """These parts of it, and those that always count; what is not there is ``False``."""
    more = (part for part in state if kind is not None and kind.counts(part))
    return {part: state.get(part, False) for part in dict.fromkeys((*parts, *more))}


def is_as(kind: Kind, found: State, goal: State, before: State) -> bool:
    """Whether the box tells the goal in every part. What it never told (``before``) need not be told now."""
    goal = kind.goal(found, goal)
    more = (part for part in found if part not in goal and kind.counts(part))
    return all(_part_is(kind, part, found, goal, before.get(part, False)) for part in (*goal, *more))


def _part_is(kind: Kind, part: str, found: State, goal: State, before: Value = None) -> bool:
    value, wanted = found.get(part, False), goal.get(part, False)
    if wanted is None or (value is None and (before is None or kind.lenient(part, goal))):
        return True
    return value is not None and kind.same(part, value, wanted)


def is_ours(kind: Kind, found: State, goals: Collection[State]) -> bool:
    """Whether each part is as one of the goals has it: as before, as asked, or between the two."""
    found, *aligned = kind.aligned([found, *goals])
    known = [kind.goal(found, goal) for goal in aligned]
    parts = {*(part for goal in known for part in goal), *(part for part in found if kind.counts(part))}
    return all(
        any(_part_is(kind, part, found, goal) for goal in known if part in goal or kind.counts(part))
        or found.get(part, False) in kind.through(part)
        for part in parts
    )


def told(reading: T | Absent) -> T:
    """The reading, or the error that its absence means."""
    if isinstance(reading, Absent):
        raise BoxError(_CODES.get(reading.why, BoxErrorCode.UNREADABLE))
    return reading


_CODES = {
    Why.CANNOT: BoxErrorCode.UNSUPPORTED,
    Why.NEEDS_PAIRING: BoxErrorCode.LOGIN_REQUIRED,
    Why.NEEDS_RIGHT: BoxErrorCode.MISSING_RIGHT,
    Why.BRIDGE: BoxErrorCode.BRIDGE_MODE,
    Why.REFUSED: BoxErrorCode.REFUSED,
    Why.SILENT: BoxErrorCode.UNREACHABLE,
}


def frozen(value: Mapping[str, Any]) -> str:
    """A mapping as text that is equal where the content is."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
