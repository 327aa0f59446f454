"""Where this user's data, log and cache live, by the operating system's custom."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from selfcare.ground.errors import folder_error

HOME_VARIABLE = "SELFCARE_HOME"
"""Names one folder that holds all three instead; for tests and for a program on a USB stick."""


@dataclass(frozen=True, slots=True)
class Folders:
    """``data`` is to be kept, ``log`` may be deleted, ``cache`` can be made again."""

    data: Path
    log: Path
    cache: Path


def folders() -> Folders:
    """The three places; nothing is created here, so that asking works in a read-only home too."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        root = Path(home).absolute()
        return Folders(root / "data", root / "log", root / "cache")
    import platformdirs

    return Folders(
        platformdirs.user_data_path("selfcare", appauthor=False),
        platformdirs.user_log_path("selfcare", appauthor=False),
        platformdirs.user_cache_path("selfcare", appauthor=False),
    )


def ensure(path: Path) -> Path:
    """Creates a folder that only this user can read, and hands it back.

    Raises:
        FolderError: it is not there and cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise folder_error(error, path) from error
    return path


def data_dir() -> Path:
    """Shorthand for ``folders().data``."""
    return folders().data
