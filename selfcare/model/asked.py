"""A question somebody put in their own words, and what came of it: a line of the case's history, for a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """``text``: their own words; they stay on this PC until a ticket is previewed. ``id``: joins what came of it.

    ``answers``: to our questions, "" where left open. ``offered``: ids, best first; none where it was not understood.
    ``opened``: what they went on with, in order.
    """

    id: str
    text: str
    answers: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
