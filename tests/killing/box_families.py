"""Which boxes are swept: how each is simulated, entered, and which wishes it has no way of carrying out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.boxes.home import Home
from tests.boxes.plain import PlainBox, contact
from tests.killing.box_life import Enter
from tests.killing.box_server import Make


@dataclass(frozen=True)
class Family:
    """``without``: labels of ``tests.boxes.wishes`` with the reason why not."""

    name: str
    simulator: Make
    enter: Enter
    without: Mapping[str, str]


FAMILIES = {"plain": Family("plain", PlainBox, lambda place: contact(place, Home().password), {})}
