"""Where a repair stands: its steps in order, and what became of what was proposed before. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.i18n import Catalogue
from ui.repair_state import Fate, RepairPhase, RepairState

_CHANGE = ("ask", "apply", "prove", "keep")
_HAND = ("hand", "prove")
_AT = {RepairPhase.ASKING: "ask", RepairPhase.APPLYING: "apply", RepairPhase.PROVING: "prove"}
_FATES = {Fate.KEPT: ("check", "fine"), Fate.UNDONE: ("back", "idle")}


class Mark(StrEnum):
    """Where one step stands."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


LOOKS = {Mark.DONE: ("check", "fine"), Mark.NOW: ("pulse", "accent"), Mark.NEXT: ("later", "idle")}


@dataclass(frozen=True, slots=True)
class Line:
    """A step, or the end of an earlier proposal; ``spoken`` says its state in words too."""

    icon: str
    tone: str
    words: str
    spoken: str
    now: bool = False


def course(catalogue: Catalogue, state: RepairState) -> tuple[Line, ...]:
    """Earlier proposals first, then the steps of the present one; empty while nothing is under way."""
    if not state.busy or (state.phase is RepairPhase.STOPPING and not state.tested):
        return ()
    before = tuple(_ended(catalogue, a.title, a.fate) for a in state.attempts if a.title and a.fate is not Fate.OPEN)
    if state.phase is RepairPhase.STOPPING:
        return (*before, _line(catalogue, "back", Mark.NOW))
    steps, now = _steps(state)
    marks = [Mark.DONE if i < now else Mark.NOW if i == now else Mark.NEXT for i in range(len(steps))]
    return (*before, *(_line(catalogue, s, m) for s, m in zip(steps, marks, strict=True)))


def _steps(state: RepairState) -> tuple[tuple[str, ...], int]:
    """The steps by name, and which is under way."""
    if state.phase is RepairPhase.LOOKING and any(a.fate is not Fate.OPEN for a in state.attempts):
        return ("result",), 0  # whether anything more will be proposed, nobody knows yet
    first = "measure" if state.by_hand else "look"
    by_hand = state.proposal is not None and state.proposal.instruction and state.phase in _AT
    steps = (first, *(_HAND if by_hand else _CHANGE))
    at = _AT.get(state.phase, first)
    return steps, steps.index("hand" if by_hand and at == "ask" else at)


def _line(catalogue: Catalogue, step: str, mark: Mark) -> Line:
    words = catalogue.text(f"ui.repair.course.{step}")
    icon, tone = LOOKS[mark]
    return Line(icon, tone, words, catalogue.text(f"ui.repair.course.{mark}", what=words), mark is Mark.NOW)


def _ended(catalogue: Catalogue, title: str, fate: Fate) -> Line:
    words = f"{title}. {catalogue.text(f'ui.repair.fate.{fate}')}"
    icon, tone = _FATES.get(fate, ("bar", "idle"))
    return Line(icon, tone, words, words)
