"""Where a fault code lies, for front ends that know only the code."""

from __future__ import annotations

from functools import cache

from selfcare.diagnosis.rules import RULES
from selfcare.model.segment import Segment


@cache
def _by_code() -> dict[str, tuple[Segment, ...]]:
    return {rule.code: rule.segments for rule in RULES}


def segments_of(code: str) -> tuple[Segment, ...]:
    """The links a cause may lie in; empty for a code of another version."""
    return _by_code().get(code, ())
