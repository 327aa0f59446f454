"""The line's figures over the last 90 days. Nothing here raises: a full disk must not keep a box from being read."""

from __future__ import annotations

import json
import logging
import time
from contextlib import closing
from dataclasses import asdict, fields
from pathlib import Path

from selfcare.ground.errors import SelfcareError
from selfcare.model.box.line_sample import LineSample
from selfcare.store.database import open_database, transaction, typed
from selfcare.store.store import FILE

KEPT_DAYS = 90
SPACING_S = 120.0
"""Seconds between two samples kept: 90 days of it are some 65,000 lines, 15 MB."""
SPARED = 1000
"""The newest samples of a box that no date takes away: the clock of a PC in trouble may say 2040."""
_NAMES = frozenset(f.name for f in fields(LineSample)) - {"at"}
_WORDS = frozenset({"session", "link", "onu_state"})
_INSERT = "INSERT INTO box_line (box, at, figures) VALUES (?, ?, ?)"
_LAST = "SELECT at, figures FROM box_line WHERE box = ? ORDER BY id DESC LIMIT 1"
_SINCE = "SELECT at, figures FROM box_line WHERE box = ? AND at >= ? ORDER BY id DESC LIMIT ?"
_PRUNE = """DELETE FROM box_line WHERE box = ? AND at < ? AND id <
    (SELECT min(id) FROM (SELECT id FROM box_line WHERE box = ? ORDER BY id DESC LIMIT ?))"""
_log = logging.getLogger(__name__)


class LineHistory:
    """Opens the database for each question, so that any thread may ask."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def add(self, box: str, sample: LineSample) -> bool:
        """Keeps a sample unless the last one is younger than the spacing; drops what is too old."""
        figures = {name: value for name, value in asdict(sample).items() if name != "at" and value is not None}
        text = json.dumps(figures, separators=(",", ":"))
        try:
            connection, _ = open_database(self._path)
            with closing(connection), typed(self._path), transaction(connection):
                last = connection.execute(_LAST, (box,)).fetchone()
                # A clock that was set back is no reason to keep nothing for years.
                if last is not None and 0 <= sample.at - last[0] < SPACING_S:
                    return False
                connection.execute(_INSERT, (box, sample.at, text))
                connection.execute(_PRUNE, (box, sample.at - KEPT_DAYS * 86_400, box, SPARED))
        except SelfcareError as error:
            _log.warning("figures of the line cannot be kept: %s", error.code)
            return False
        return True

    def since(self, box: str, seconds: float, most: int = 100_000) -> tuple[LineSample, ...]:
        """The samples of the last ``seconds``, oldest first; none where they cannot be read."""
        try:
            connection, _ = open_database(self._path)
            with closing(connection), typed(self._path):
                rows = connection.execute(_SINCE, (box, time.time() - seconds, most)).fetchall()
        except SelfcareError as error:
            _log.warning("figures of the line cannot be read: %s", error.code)
            return ()
        return tuple(found for at, text in reversed(rows) if (found := _sample(at, text)) is not None)

    def newest_box(self) -> str:
        """The name of the box that was read last; "" where none was, or it cannot be read."""
        if not self._path.exists():
            return ""
        try:
            connection, _ = open_database(self._path)
            with closing(connection), typed(self._path):
                row = connection.execute("SELECT box FROM box_line ORDER BY id DESC LIMIT 1").fetchone()
        except SelfcareError as error:
            _log.warning("figures of the line cannot be read: %s", error.code)
            return ""
        return str(row[0]) if row else ""

    def forget(self, box: str) -> None:
        """Takes everything of one box away."""
        try:
            connection, _ = open_database(self._path)
            with closing(connection), typed(self._path), transaction(connection):
                connection.execute("DELETE FROM box_line WHERE box = ?", (box,))
        except SelfcareError as error:
            _log.warning("figures of the line cannot be taken away: %s", error.code)


def _sample(at: float, text: str) -> LineSample | None:
    """What a newer version wrote and this one does not know is passed over, and so is what was damaged."""
    try:
        figures = json.loads(text)
        known = {name: value for name, value in figures.items() if name in _NAMES}
    except (ValueError, AttributeError, RecursionError):
        return None
    right = all(isinstance(value, str) == (name in _WORDS) for name, value in known.items())
    return LineSample(at, **known) if right and not any(isinstance(v, list | dict) for v in known.values()) else None
