"""Where something is in the pages of a box, with its source: printed as it stands only where somebody read it there.

``menus/<family>.toml``: ``[[menu]]`` with ``id`` and either ``path`` (the labels in order, as the source prints them)
with ``source`` and ``checked``, or ``labels``: words to look for, when no source was found. ``models``: words of which
one must be in the model's name (none: all of the family).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from selfcare.guides.errors import GuideError

FOLDER = Path(__file__).with_name("menus")
ANY = "any"
"""The file for a box nobody knows: words to look for only."""


@dataclass(frozen=True, slots=True)
class Menu:
    """``path`` is certain enough to be printed, ``labels`` are words to look for. Exactly one of them is there."""

    id: str
    path: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    checked: date | None = None

    @property
    def verified(self) -> bool:
        """Whether somebody read it at a source, on a date."""
        return bool(self.path)


@cache
def menus(family: str) -> tuple[Menu, ...]:
    """Of one family; none where there is no file.

    Raises:
        GuideError: the file makes no sense (a test forbids it).
    """
    path = FOLDER / f"{family}.toml"
    if not path.exists():
        return ()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_menu(family, one) for one in data.get("menu", []))


def menu(name: str, family: str, model: str = "") -> Menu | None:
    """Where ``name`` is on this box: of its model first, then of the family, then words for any box."""
    for one in menus(family):
        if one.id == name and one.models and any(word.lower() in model.lower() for word in one.models):
            return one
    for several in (menus(family), menus(ANY)):
        for one in several:
            if one.id == name and not one.models:
                return one
    return None


def _menu(family: str, data: dict[str, Any]) -> Menu:
    made = {**data, **{name: tuple(data.get(name, ())) for name in ("path", "labels", "models")}}
    try:
        found = Menu(**made)
    except TypeError as error:
        raise GuideError(f"menus/{family}", str(error)) from error
    if bool(found.path) == bool(found.labels):
        raise GuideError(f"menus/{family}", f"{found.id}: either a path or labels")
    if found.verified and not (found.source and isinstance(found.checked, date)):
        raise GuideError(f"menus/{family}", f"{found.id}: a path needs its source and the day it was checked")
    return found
