"""What a level of a home is called: one way for the window, the terminal and the report."""

from __future__ import annotations

from selfcare.i18n.catalogue import Catalogue


def floor_name(catalogue: Catalogue, level: int) -> str:
    """As one says it; ``level`` 0 is the ground."""
    name = {0: "ground", 1: "first", -1: "cellar"}.get(level, "up" if level > 0 else "cellars")
    return catalogue.text(f"wifi.floor.{name}", n=abs(level))
