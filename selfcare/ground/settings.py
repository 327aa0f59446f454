"""This user's choices, in one small JSON file that survives a power cut and a newer version of the program."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfcare.ground.atomic import write_atomic

FILE = "settings.json"
CHOICES: Mapping[str, tuple[str, ...]] = {"language": ("auto", "fr", "en"), "theme": ("auto", "light", "dark")}

_MAX_BYTES = 256 * 1024
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """``other`` holds what a newer version wrote and this one does not know: it is written back unchanged."""

    language: str = "auto"
    theme: str = "auto"
    other: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """Reads the settings; never fails.

        No file gives the defaults. A file that is no JSON object gives the defaults
        too, and is kept beside as ``settings.json.bad``. A value that is none of the
        known choices falls back alone.
        """
        path = folder / FILE
        try:
            with path.open("rb") as handle:
                stored = json.loads(handle.read(_MAX_BYTES).decode("utf-8"))
        except OSError:
            return cls()
        except (ValueError, RecursionError):
            stored = None
        if not isinstance(stored, dict):
            _set_aside(path)
            return cls()
        chosen = {name: stored[name] for name, allowed in CHOICES.items() if stored.get(name) in allowed}
        return cls(**chosen, other={name: value for name, value in stored.items() if name not in CHOICES})

    def save(self, folder: Path) -> None:
        """Writes the settings.

        Raises:
            FolderError: the disk is full or read-only; the old settings are intact.
        """
        stored = {**self.other, "language": self.language, "theme": self.theme}
        write_atomic(folder / FILE, (json.dumps(stored, indent=2, ensure_ascii=False) + "\n").encode())


def _set_aside(path: Path) -> None:
    """A person may still want what was in there, and a developer may want to know how it came to be."""
    try:
        path.replace(path.with_name(path.name + ".bad"))
        _log.warning("settings unreadable, set aside as %s.bad", path.name)
    except OSError:
        _log.warning("settings unreadable, and they could not be set aside")
