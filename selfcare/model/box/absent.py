"""Why a box tells nothing about something: a right answer, not a failure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """``CANNOT``: this model has no such thing. ``OTHER_LINE``: its line is of another kind (DSL asked on fibre).

    ``NEEDS_PAIRING``: told only after pairing or login. ``NEEDS_RIGHT``: paired, but the subscriber did not tick this
    right. ``BRIDGE``: the box is in bridge mode, so it has none. ``REFUSED``, ``UNREADABLE``, ``SILENT``: it was asked.
    ``NOT_ASKED``: this reading was not wanted.
    """

    CANNOT = "cannot"
    OTHER_LINE = "other_line"
    NEEDS_PAIRING = "needs_pairing"
    NEEDS_RIGHT = "needs_right"
    BRIDGE = "bridge"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    SILENT = "silent"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Absent:
    """In the place of a reading. ``code`` is a :class:`BoxErrorCode` value where an error was the reason."""

    why: Why
    code: str | None = None
