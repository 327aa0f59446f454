"""Whether a guide makes sense: every word known, every step reached, an end in sight, no ring without a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from selfcare.guides import known
from selfcare.guides.edges import arguments, conditions, edges, of_person, tests
from selfcare.guides.errors import GuideError
from selfcare.model.guide import Ask, Condition, Do, End, Guide, Instruct, Kind, Outcome, Step, Value

_LISTS = {
    "family": known.FAMILIES, "operator": known.OPERATORS, "access": known.ACCESSES, "os": known.SYSTEMS,
    "can": known.CAPABILITIES,
}  # fmt: skip

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")


def problems(guide: Guide) -> Iterator[GuideError]:
    """Everything that is wrong with it, but for its sentences (``selfcare.guides.words``) and its facts."""
    if guide.start not in guide.steps:
        yield GuideError(guide.id, f"it starts with {guide.start!r}, which is no step")
        return
    dangling = [GuideError(guide.id, f"{way} leads to {to!r}, which is no step", step.id)
                for step in guide.steps.values() for way, to in edges(step) if to not in guide.steps]  # fmt: skip
    yield from dangling
    if dangling:
        return
    for step in guide.steps.values():
        yield from _step(guide, step)
    yield from _shows(guide)
    yield from _ways(guide)
    yield from _answers(guide)


def _step(guide: Guide, step: Step) -> Iterator[GuideError]:
    for test in tests(step):
        yield from _call(guide, step.id, test.name, test.arguments, known.TESTS)
    for condition in conditions(step):
        yield from _condition(guide, step, condition)
    match step:
        case Do():
            yield from _call(guide, step.id, step.action, step.arguments, known.ACTIONS)
        case Ask():
            yield from _ask(guide, step)
        case Instruct() if step.gesture is not None and step.gesture not in known.GESTURES:
            yield GuideError(guide.id, f"no gesture {step.gesture!r}", step.id)
        case Outcome() if step.end is End.CONTACT and not step.ticket:
            yield GuideError(guide.id, "who has to be called should get what was seen: ticket = true", step.id)
        case _:
            pass


def _call(
    guide: Guide, step: str, name: str, given: Mapping[str, Value], there: Mapping[str, tuple[str, ...]]
) -> Iterator[GuideError]:
    if name not in there:
        yield GuideError(guide.id, f"nobody knows {name!r}", step)
        return
    needed = {one for one in there[name] if not one.endswith("?")}
    allowed = {one.removesuffix("?") for one in there[name]}
    if missing := needed - set(given):
        yield GuideError(guide.id, f"{name} needs {', '.join(sorted(missing))}", step)
    if extra := set(given) - allowed:
        yield GuideError(guide.id, f"{name} takes no {', '.join(sorted(extra))}", step)


def _condition(guide: Guide, step: Step, condition: Condition) -> Iterator[GuideError]:
    for name, allowed in _LISTS.items():
        for word in getattr(condition, name):
            if word not in allowed:
                yield GuideError(guide.id, f"{name}: {word!r} is none of {', '.join(allowed)}", step.id)
    for code in condition.codes:
        if not _CODE.fullmatch(code):  # whether the diagnosis has it is a test's: guides know nothing of it
            yield GuideError(guide.id, f"{code!r} is no code of a fault", step.id)
    asked = {one.answer: one for one in guide.steps.values() if isinstance(one, Ask)}
    for name, words in condition.answers.items():
        choices = {choice.id for choice in asked[name].choices} if name in asked else set()
        if name not in asked or (choices and not set(words) <= choices):
            yield GuideError(guide.id, f"no answer {name} = {', '.join(words)}", step.id)
    for name, words in condition.outcomes.items():
        ways = {way for way, _ in edges(guide.steps[name])} if name in guide.steps else set()
        if not set(words) <= ways:
            yield GuideError(guide.id, f"{name} has no outcome {', '.join(sorted(set(words) - ways))}", step.id)


def _ask(guide: Guide, step: Ask) -> Iterator[GuideError]:
    if (step.kind is Kind.CHOICE) != bool(step.choices):
        yield GuideError(guide.id, "choices belong to a choice", step.id)
    if len({choice.id for choice in step.choices}) < len(step.choices) or len(step.choices) == 1:
        yield GuideError(guide.id, "two different choices at least", step.id)
    if step.choices and all(choice.when is not None for choice in step.choices):
        yield GuideError(guide.id, "one choice must always be there", step.id)
    if step.suggest is not None and known.SUGGESTIONS.get(step.suggest) != step.kind.value:
        yield GuideError(guide.id, f"{step.suggest!r} is no suggestion for a {step.kind.value}", step.id)


def _shows(guide: Guide) -> Iterator[GuideError]:
    for test in guide.shows:
        yield from _call(guide, "shows", test.name, test.arguments, known.SHOWS)


def _ways(guide: Guide) -> Iterator[GuideError]:
    reached = _closure({guide.start}, {s.id: {to for _, to in edges(s)} for s in guide.steps.values()})
    for name in sorted(set(guide.steps) - reached):
        yield GuideError(guide.id, "nothing leads here", name)
    back: dict[str, set[str]] = {name: set() for name in guide.steps}
    for step in guide.steps.values():
        for _, to in edges(step):
            back[to].add(step.id)
    ends = {step.id for step in guide.steps.values() if isinstance(step, Outcome)}
    for name in sorted(set(guide.steps) - _closure(ends, back)):
        yield GuideError(guide.id, "no way from here to an end", name)
    yield from _rings(guide)


def _closure(begin: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    found, new = set[str](), set(begin)
    while new:
        found |= new
        new = {to for name in new for to in ways[name]} - found
    return found


def _rings(guide: Guide) -> Iterator[GuideError]:
    """Machines alone would go round for ever."""
    alone = {s.id: {to for _, to in edges(s)} for s in guide.steps.values() if not of_person(s)}
    inner = {name: {to for to in ways if to in alone} for name, ways in alone.items()}
    for name, ways in sorted(inner.items()):
        if name in _closure(ways, inner):
            yield GuideError(guide.id, "a ring in which nobody is asked", name)


def _answers(guide: Guide) -> Iterator[GuideError]:
    """What a step hands over must have been answered on every way to it, unless that argument may be left out."""
    sure = _answered(guide)
    for step in guide.steps.values():
        for name in _needed(step):
            if name not in sure[step.id]:
                yield GuideError(guide.id, f"${name} may not have been answered here", step.id)


def _needed(step: Step) -> set[str]:
    """Names without which the step makes no sense."""
    calls: list[tuple[tuple[str, ...], Mapping[str, Value]]] = [
        (known.TESTS.get(test.name, ()), test.arguments) for test in tests(step)
    ]
    if isinstance(step, Do):
        calls.append((known.ACTIONS.get(step.action, ()), step.arguments))
    return {value[1:] for wanted, given in calls for name, value in given.items()
            if isinstance(value, str) and value.startswith("$") and f"{name}?" not in wanted}  # fmt: skip


def _answered(guide: Guide) -> dict[str, set[str]]:
    """By step: the answers that are there whichever way one came (a fixed point over all ways)."""
    everything = {step.answer for step in guide.steps.values() if isinstance(step, Ask)}
    sure = {name: set(everything) for name in guide.steps}
    sure[guide.start] = set()
    changed = True
    while changed:
        changed = False
        for step in guide.steps.values():
            for way, to in edges(step):
                after = set(sure[step.id])
                if isinstance(step, Ask):
                    after = after - {step.answer} if way == "without" else after | {step.answer}
                if not sure[to] <= after:
                    sure[to] &= after
                    changed = True
    return sure


def unknown_arguments(guide: Guide) -> set[str]:
    """Names that are handed over and never asked for (of arguments that may be left out, too)."""
    asked = {step.answer for step in guide.steps.values() if isinstance(step, Ask)}
    used = {v[1:] for s in guide.steps.values() for a in arguments(s) for v in a.values()
            if isinstance(v, str) and v.startswith("$")}  # fmt: skip
    return used - asked
