"""Three-valued facts: a test that could not run is never a pass and never evidence."""

from __future__ import annotations

from enum import StrEnum


class Tri(StrEnum):
    """Yes, no, or not known. ``UNKNOWN`` never convicts and never clears."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: bool | None) -> Tri:
        """``None`` (not measured) becomes ``UNKNOWN``."""
        if value is None:
            return cls.UNKNOWN
        return cls.YES if value else cls.NO
