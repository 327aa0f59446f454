"""Where somebody stands after what happened, and who has the next word. Pure; the same list gives the same place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from selfcare.guides.edges import of_person
from selfcare.model.guide import Ask, Branch, Check, Condition, Do, Guide, Instruct, Outcome, Step
from selfcare.model.guide_run import Context, Did, Happened, Phase, Position


class WalkError(ValueError):
    """What happened does not fit the step one is at (a damaged file, another version of the guide)."""

    code = "guide_run_invalid"


class Turn(StrEnum):
    """Whose turn it is."""

    PERSON = "person"
    TEST = "test"
    ACTION = "action"
    BRANCH = "branch"
    OVER = "over"


def begin(guide: Guide, at: float = 0.0) -> Position:
    """At the first step, come to at ``at`` (Unix time)."""
    return Position(guide.start, trail=(guide.start,), since=at)


def replay(guide: Guide, happened: Iterable[Happened], at: float = 0.0) -> Position:
    """Raises ``WalkError`` where something does not fit."""
    position = begin(guide, at)
    for one in happened:
        position = advance(guide, position, one)
    return position


def turn(guide: Guide, position: Position) -> Turn:
    """Whose word is next."""
    match guide.steps[position.step]:
        case Outcome():
            return Turn.OVER
        case Branch():
            return Turn.BRANCH
        case Check():
            return Turn.TEST
        case Do():
            return Turn.ACTION
        case Instruct() if position.phase is Phase.VERIFY:
            return Turn.TEST
        case _:
            return Turn.PERSON


def advance(guide: Guide, position: Position, one: Happened) -> Position:
    """One thing more.

    Raises:
        WalkError: it cannot have happened here.
    """
    if one.did is Did.UNDONE:
        return replace(position, undoable=tuple(u for u in position.undoable if u[1] != one.entry))
    if one.did is Did.BACK:
        return _back(guide, position, one)
    step = guide.steps[position.step]
    if one.step != step.id:
        raise WalkError(f"{one.step} is not {step.id}")
    match step:
        case Instruct():
            return _instruct(position, step, one)
        case Ask():
            return _answered(guide, position, step, one)
        case Check() if one.did is Did.TESTED and one.value in ("yes", "no", "unknown"):
            return _to(position, str(one.value), getattr(step, str(one.value)), one.at)
        case Do():
            return _do(position, step, one)
        case Branch() if one.did is Did.BRANCHED:
            return _branched(position, step, one)
        case _:
            raise WalkError(f"{one.did} at {step.id}")


def holds(condition: Condition, context: Context, position: Position) -> bool:
    """Whether every field that is given does."""
    words = all(
        not wanted or getattr(context, name) in wanted
        for name in ("family", "operator", "access", "os")
        for wanted in (getattr(condition, name),)
    )
    flags = all(
        wanted is None or getattr(context, name) is wanted
        for name in ("paired", "pairable")
        for wanted in (getattr(condition, name),)
    )
    return (
        words
        and flags
        and set(condition.can) <= set(context.can)
        and (not condition.codes or not set(condition.codes).isdisjoint(context.codes))
        and all(str(position.answers.get(name)) in several for name, several in condition.answers.items())
        and all(position.outcomes.get(name) in several for name, several in condition.outcomes.items())
    )


def way(step: Branch, context: Context, position: Position) -> str:
    """The step it leads to."""
    return next((to for condition, to in step.cases if holds(condition, context, position)), step.otherwise)


def offered(step: Ask, context: Context, position: Position) -> tuple[str, ...]:
    """The choices that make sense here."""
    return tuple(c.id for c in step.choices if c.when is None or holds(c.when, context, position))


def _to(position: Position, outcome: str, step: str, at: float) -> Position:
    return replace(
        position, step=step, phase=Phase.SHOW, trail=(*position.trail, step), since=at,
        outcomes={**position.outcomes, position.step: outcome},
    )  # fmt: skip


def _instruct(position: Position, step: Instruct, one: Happened) -> Position:
    match one.did, position.phase, one.value:
        case Did.CONFIRMED, Phase.SHOW, "done":
            return replace(position, phase=Phase.VERIFY)
        case Did.CONFIRMED, Phase.SHOW, "lost" if step.lost is not None:
            return _to(position, "lost", step.lost, one.at)
        case (Did.TESTED, Phase.VERIFY, "yes") | (Did.CONFIRMED, Phase.QUESTION, "yes"):
            return _to(position, "next", step.next, one.at)
        case (Did.TESTED, Phase.VERIFY, "no") | (Did.CONFIRMED, Phase.QUESTION, "no"):
            return _failed(position, step, one.at)
        case Did.TESTED, Phase.VERIFY, "unknown":
            return replace(position, phase=Phase.QUESTION)
        case _:
            raise WalkError(f"{one.did} {one.value} at {step.id}")


def _failed(position: Position, step: Instruct, at: float) -> Position:
    """Without a way of its own: the same step again, and it is said that it was not seen."""
    if step.failed is None:
        return replace(position, phase=Phase.SHOW, outcomes={**position.outcomes, step.id: "failed"}, since=at)
    return _to(position, "failed", step.failed, at)


def _answered(guide: Guide, position: Position, step: Ask, one: Happened) -> Position:
    if one.did is not Did.ANSWERED or (one.value is None and not step.optional):
        raise WalkError(f"{one.did} at {step.id}")
    answers = {name: value for name, value in position.answers.items() if name != step.answer}
    if one.value is None:
        return replace(_to(position, "without", step.without or step.next, one.at), answers=answers)
    chosen = next((choice for choice in step.choices if choice.id == one.value), None)
    if step.choices and chosen is None:
        raise WalkError(f"no choice {one.value} at {step.id}")
    answers[step.answer] = one.value
    outcome = f"choice.{chosen.id}" if chosen else "next"
    to = chosen.to if chosen and chosen.to else step.next
    return replace(_to(position, outcome, to, one.at), answers=answers)


def _do(position: Position, step: Do, one: Happened) -> Position:
    if one.did is Did.DOING:
        return replace(position, phase=Phase.DOING, since=one.at)
    if one.did is not Did.ACTED or one.value not in ("done", "declined", "refused", "failed", "unable"):
        raise WalkError(f"{one.did} at {step.id}")
    moved = _to(position, str(one.value), getattr(step, str(one.value)), one.at)
    if one.value == "done" and one.entry is not None:
        return replace(moved, undoable=(*moved.undoable, (step.id, one.entry)))
    return moved


def _branched(position: Position, step: Branch, one: Happened) -> Position:
    ways = {to: f"case.{n}" for n, (_, to) in reversed(list(enumerate(step.cases)))}
    if one.value == step.otherwise:
        return _to(position, ways.get(step.otherwise, "otherwise"), step.otherwise, one.at)
    if one.value not in ways:
        raise WalkError(f"no way to {one.value} from {step.id}")
    return _to(position, ways[str(one.value)], str(one.value), one.at)


def _back(guide: Guide, position: Position, one: Happened) -> Position:
    """To the last step that waited for somebody, or to the one that is named (what it asked for is lost: asked anew).

    What was answered stays until it is answered anew, and what was done stays done.
    """
    if position.phase is Phase.DOING and not one.value:
        raise WalkError("what began has to be looked at first")
    trail = list(position.trail[:-1])
    while trail and (trail[-1] != one.value if one.value else not _person(guide.steps[trail[-1]])):
        trail.pop()
    if not trail:
        raise WalkError("nothing to go back to")
    return replace(position, step=trail[-1], phase=Phase.SHOW, trail=tuple(trail), since=one.at)


def _person(step: Step) -> bool:
    return of_person(step) and not isinstance(step, Do)


__all__ = ["Turn", "WalkError", "advance", "begin", "holds", "offered", "replay", "turn", "way"]
