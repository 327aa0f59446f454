"""Was a change of a box left unfinished? Asked at the start of the window: by a look into a folder, importing nothing.

The format is that of ``selfcare.cases.box_journal``; a test holds the two together.
"""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = "box-changes"
UNFINISHED = ("prepared", "writing", "restoring")


def box_left(data: Path) -> bool:
    """Whether the last line of any note says so, or cannot be read."""
    return any(_unfinished(path) for path in (data / FOLDER).glob("*/*.jsonl"))


def _unfinished(path: Path) -> bool:
    try:
        last = json.loads(path.read_text(encoding="utf-8", errors="replace").splitlines()[-1])
        return bool(last["state"] in UNFINISHED)
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return True
