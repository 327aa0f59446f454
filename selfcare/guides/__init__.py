"""Guides: read from ``data/*.toml``, checked, and walked. Pure: ``selfcare.app.guides`` measures and changes."""

from __future__ import annotations

from selfcare.guides.errors import GuideError
from selfcare.guides.library import all_guides, guide, guide_ids

__all__ = ["GuideError", "all_guides", "guide", "guide_ids"]
