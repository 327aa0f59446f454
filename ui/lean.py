"""Keeps PySide6 from reading the source of whatever is imported while the window is open.

It looks there for its own name, to know where ``from __feature__ import snake_case`` may matter, and Python keeps each
source it was asked for: 11 MB once the engine is warm. Nothing here uses such a feature. In a packaged build there is
no source to read, and PySide6 takes every module for one that does not use it: as here.
"""

from __future__ import annotations

import contextlib
import importlib
import types


def read_no_sources() -> None:
    """Before anything else of the window is imported. A PySide6 that does it otherwise is left as it is."""
    with contextlib.suppress(ImportError):
        importlib.import_module("PySide6.QtCore")  # brings the other one along
        inside = vars(importlib.import_module("shibokensupport.feature"))
        if "_mod_uses_pyside" in inside:
            inside["_mod_uses_pyside"] = _uses_none


def _uses_none(_module: types.ModuleType) -> bool:
    return False
