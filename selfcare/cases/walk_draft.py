"""The walk that goes on, kept as far as it came: a kill or a power cut loses some seconds of it. Blocking.

One for each user. While a program walks it holds a lock, so that nobody else takes its walk for one that was cut off.
"""

from __future__ import annotations

import logging
from pathlib import Path

from selfcare.cases.guide_run_file import RunBusy, held, hold, release
from selfcare.cases.walks import CUT, Walks, encoded, read_walk
from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import folder_error
from selfcare.ground.folders import ensure
from selfcare.model.wifi import WalkRecord

LOCK = Path("wifi") / "walking"
_log = logging.getLogger(__name__)


class Draft:
    """``data``: this user's folder."""

    def __init__(self, data: Path) -> None:
        self._path, self._lock, self._walks = data / CUT, data / LOCK, Walks(data)

    def read(self) -> WalkRecord | None:
        """The walk that was cut off; None also while another program walks."""
        found = read_walk(self._path)
        if found is None or self._walks.find([found.id]):  # kept, and killed before it was taken from here
            return None
        try:
            self._open()
            with held(self._lock):
                return found
        except RunBusy:
            return None

    def write(self, walk: WalkRecord) -> None:
        """Durable when this returns.

        Raises:
            RunBusy: another program walks.
            FolderError: it is not on the disk.
        """
        self._open()
        hold(self._lock)
        write_atomic(self._path, encoded(walk))

    def drop(self) -> None:
        """The walk is over. What cannot be taken away is found again, and offered once more."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("an unfinished walk cannot be taken away: %s", type(error).__name__)
        release(self._lock)

    def _open(self) -> None:
        ensure(self._lock.parent)
        try:
            self._lock.touch(mode=0o600)
        except OSError as error:
            raise folder_error(error, self._lock) from error
