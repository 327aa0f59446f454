"""What tests of guides are handed."""

from __future__ import annotations

from tests.guides.hard import kit

__all__ = ["kit"]
