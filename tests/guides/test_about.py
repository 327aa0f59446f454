"""How many steps a guide has is said at once, however many ways lead through it."""

from __future__ import annotations

from selfcare.app.guides.present import _about
from selfcare.model.guide import Ask, Choice, End, Guide, Kind, Outcome, Step, Topic

LONG = 60


def test_a_long_guide_with_rings_is_counted_at_once() -> None:
    """Each question leads on, two further on, or back to the first: more ways than anybody could try in a lifetime."""
    steps: dict[str, Step] = {"end": Outcome("end", End.TOLD)}
    for n in range(LONG):
        on, over = (f"q{n + k}" if n + k < LONG else "end" for k in (1, 2))
        steps[f"q{n}"] = Ask(f"q{n}", "a", Kind.CHOICE, on, (Choice("on"), Choice("over", over), Choice("back", "q0")))
    assert _about(Guide("g", Topic.HOME, "q0", steps)) == LONG
