"""Ways through guides as something that was tried. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from selfcare.cases.history import Line
from selfcare.model.case import Effect, Source
from selfcare.model.guide import End

if TYPE_CHECKING:
    from selfcare.cases.tried import Try


def guide_tries(lines: Sequence[Line], ends: Mapping[str, End | bool], made: Callable[..., Try]) -> list[Try]:
    """One for each run in which something was done or tested; one that was only opened and left is none."""
    runs: dict[str, list[Line]] = {}
    for line in lines:
        if line.kind == "guide":
            runs.setdefault(str(line.data.get("run", f"line {line.id}")), []).append(line)
    return [one for name, run in runs.items() if (one := _try(run, ends.get(name), made)) is not None]


def _try(run: Sequence[Line], end: End | bool | None, made: Callable[..., Try]) -> Try | None:
    steps = tuple(dict.fromkeys(str(line.data.get("step", "")) for line in run if _done(line)))
    if not steps:
        return None
    undone = _undone(run)
    effect = Effect.UNDONE if undone else _effect(run, end)
    word = "put_back" if undone else end.value if isinstance(end, End) else "left_open"
    last = [line for line in run if _done(line)][-1]
    return made(
        run[0].subject, Source.GUIDE, effect, last.at, last.id, word, steps=steps, began=run[0].id,
        open=effect is Effect.UNKNOWN,
    )  # fmt: skip


def _done(line: Line) -> bool:
    """Something was done, by a person or by this program; a question that was answered changes nothing."""
    did, value = line.data.get("did"), line.data.get("value")
    return (did == "confirmed" and value == "done") or (did == "acted" and value == "done")


def _effect(run: Sequence[Line], end: End | bool | None) -> Effect:
    """By the last test that could tell. A person's own word is kept as what it is: nobody measured."""
    if not isinstance(end, End):
        return Effect.UNKNOWN
    at = max((n for n, line in enumerate(run) if _done(line)), default=0)
    tests = [line for line in run[at:] if line.data.get("did") == "tested" and not line.data.get("believed")]
    answer = tests[-1].data.get("value") if tests else None
    if end is End.SOLVED and answer == "yes":
        return Effect.SOLVED
    if end in (End.CONTACT, End.IMPOSSIBLE) and answer == "no":
        return Effect.NONE
    return Effect.UNKNOWN


def _undone(run: Sequence[Line]) -> bool:
    """Everything that was done by machine was put back, and nothing was done by hand."""
    acted = {line.data.get("entry") for line in run if line.data.get("did") == "acted" and line.data.get("entry")}
    back = {line.data.get("entry") for line in run if line.data.get("did") == "undone"}
    by_hand = any(line.data.get("did") == "confirmed" and line.data.get("value") == "done" for line in run)
    return bool(acted) and acted <= back and not by_hand
