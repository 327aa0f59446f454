"""How ways through guides ended, by what happened on them."""

from __future__ import annotations

from selfcare.cases.guide_runs import StoredRun
from selfcare.guides import GuideError, guide
from selfcare.guides.walk import WalkError, replay
from selfcare.model.guide import End, Outcome


def ended(one: StoredRun) -> End | bool:
    """How a run ended; False: it can be gone on with; True: given up, or of a guide that is another one now."""
    try:
        read = guide(one.guide)
        step = read.steps[replay(read, one.happened).step]
    except (GuideError, WalkError, KeyError):
        return True
    if isinstance(step, Outcome):
        return step.end
    return one.closed or not one.happened
