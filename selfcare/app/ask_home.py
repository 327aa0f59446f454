"""What the question box knows without asking: the last check, the last guides, the operator. Nothing is contacted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from selfcare.app.ask import Home
from selfcare.app.last_check import last_codes
from selfcare.ask import weights
from selfcare.ask.ranking import Known
from selfcare.cases.guide_ends import ended
from selfcare.cases.guide_runs import GuideRuns, StoredRun
from selfcare.model.guide import End

_DAY_S = 86_400.0
_WELL = (End.SOLVED, End.TOLD)


def home(data: Path, runs: GuideRuns, operator: str) -> Home:
    """Reads the store and the runs.

    Args:
        data: this user's folder.
        runs: of guides.
        operator: by the profile in use; "" is not known.
    """
    stored = runs.runs()
    seen = next((one.context for one in stored if one.context.family), None)
    left = {one.guide: one.name for one in reversed(stored) if ended(one) is False}
    since = runs.now() - weights.TRIED_DAYS * _DAY_S
    known = Known(
        seen.family if seen else "",
        operator or (seen.operator if seen else ""),
        seen.access if seen else "",
        last_codes(data),
        frozenset(_tried(one for one in stored if one.at >= since)),
        frozenset(left),
    )
    return Home(known, left)


def _tried(stored: Iterable[StoredRun]) -> set[str]:
    """Whose last run came to an end that is none of those one wants."""
    found: dict[str, bool] = {}
    for one in stored:  # newest first
        how = ended(one)
        if isinstance(how, End):
            found.setdefault(one.guide, how not in _WELL)
    return {name for name, failed in found.items() if failed}
