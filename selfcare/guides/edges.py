"""Where a step may lead, and what it says of itself: used by the check and by whoever walks all ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from selfcare.model.guide import Ask, Branch, Check, Condition, Do, Instruct, Outcome, Step, Test, Value


def edges(step: Step) -> tuple[tuple[str, str], ...]:
    """(what leads there, the step's id), each way once, in the order of the file."""
    match step:
        case Instruct():
            ways = [("next", step.next), ("failed", step.failed), ("lost", step.lost)]
        case Ask():
            ways = [(f"choice.{one.id}", one.to or step.next) for one in step.choices] or [("next", step.next)]
            ways += [("without", (step.without or step.next) if step.optional else None)]
        case Check():
            ways = [("yes", step.yes), ("no", step.no), ("unknown", step.unknown)]
        case Do():
            ways = [(name, getattr(step, name)) for name in ("done", "declined", "refused", "failed", "unable")]
        case Branch():
            ways = [*((f"case.{n}", to) for n, (_, to) in enumerate(step.cases)), ("otherwise", step.otherwise)]
        case Outcome():
            ways = []
    return tuple((name, to) for name, to in ways if to is not None)


def tests(step: Step) -> tuple[Test, ...]:
    """Whom the step asks."""
    match step:
        case Instruct():
            return step.verify
        case Check():
            return step.tests
        case _:
            return ()


def arguments(step: Step) -> Iterator[Mapping[str, Value]]:
    """What it hands over."""
    yield from (test.arguments for test in tests(step))
    if isinstance(step, Do):
        yield step.arguments


def conditions(step: Step) -> Iterator[Condition]:
    """What it depends on."""
    match step:
        case Branch():
            yield from (condition for condition, _ in step.cases)
        case Ask():
            yield from (one.when for one in step.choices if one.when is not None)
        case _:
            return


def of_person(step: Step) -> bool:
    """Whether it waits for somebody."""
    return isinstance(step, Instruct | Ask | Do)
