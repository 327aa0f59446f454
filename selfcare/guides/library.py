"""The guides that ship with the program: each read, checked and kept the first time it is asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from selfcare.guides.errors import GuideError
from selfcare.guides.load import load_guide
from selfcare.guides.validate import problems
from selfcare.model.guide import Guide

FOLDER = Path(__file__).with_name("data")


@cache
def guide_ids() -> tuple[str, ...]:
    """In alphabetical order. Nothing is read."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def guide(name: str) -> Guide:
    """One of them.

    Raises:
        GuideError: there is no such guide (``unknown``), or it makes no sense (a test forbids it).
    """
    if name not in guide_ids():
        raise GuideError(name, "unknown")
    found = load_guide(FOLDER / f"{name}.toml")
    for problem in problems(found):
        raise problem
    return found


def all_guides() -> tuple[Guide, ...]:
    """All of them."""
    return tuple(guide(name) for name in guide_ids())
