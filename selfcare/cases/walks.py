"""Walks through the home, kept: one file each in ``<data>/wifi/walks``, the newest twenty. Blocking.

The history has a line for each (kind ``walk``, its subject the walk's id) that names no room and no network: by it a
case finds its walks, and whatever takes the line away takes the file away (``book``).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from selfcare.cases.history import Line
from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import folder_error
from selfcare.model.wifi import Band, Place, Room, WalkRecord

FOLDER = Path("wifi") / "walks"
CUT = Path("wifi") / "unfinished.json"
"""The walk that goes on, or was cut off (``walk_draft``)."""
KIND = "walk"
VERSION = 1
KEEP = 20
"""Walks at most: one a fortnight for most of a year."""
MOST_BYTES = 65_536
"""Of a file: forty rooms are some 16 kB."""
_ROOMS = 40
_TEXT = 200
_NAME = re.compile(r"walk-[0-9a-f]{12}")
_log = logging.getLogger(__name__)


class Walks:
    """``data``: this user's folder."""

    def __init__(self, data: Path) -> None:
        self._folder, self._cut = data / FOLDER, data / CUT

    def all(self) -> tuple[WalkRecord, ...]:
        """Newest first; a file that cannot be read is passed over, and stays where it is."""
        found = [walk for path in self._paths() if (walk := read_walk(path, path.stem)) is not None]
        return tuple(sorted(found, key=lambda one: one.ended, reverse=True))

    def find(self, ids: Iterable[str]) -> tuple[WalkRecord, ...]:
        """Those of these names that are there, newest first."""
        wanted = {one for one in ids if _NAME.fullmatch(one)}
        read = (read_walk(self._path(one), one) for one in wanted)
        return tuple(sorted((w for w in read if w is not None), key=lambda one: one.ended, reverse=True))

    def keep(self, walk: WalkRecord) -> None:
        """Durable when this returns; the oldest beyond the limit go, by when they were written and no date of theirs.

        Raises:
            FolderError: it is not on the disk.
        """
        write_atomic(self._path(walk.id), encoded(walk))
        paths = sorted(self._paths(), key=_written, reverse=True)
        for path in paths[KEEP:]:
            if path != self._path(walk.id):
                self._unlink(path)

    def forget(self, walk: str) -> bool:
        """For good; False where there is none of that name.

        Raises:
            FolderError: it is still there.
        """
        if _NAME.fullmatch(walk) is None or not self._path(walk).exists():
            return False
        left = read_walk(self._cut)  # of a program killed between keeping it and tidying up
        for path in (self._path(walk), *([self._cut] if left is not None and left.id == walk else [])):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise folder_error(error, path) from error
        return True

    def _paths(self) -> list[Path]:
        return [path for path in self._folder.glob("walk-*.json") if _NAME.fullmatch(path.stem)]

    def _path(self, walk: str) -> Path:
        return self._folder / f"{walk}.json"

    def _unlink(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("an old walk cannot be taken away: %s", type(error).__name__)


def read_walk(path: Path, name: str | None = None) -> WalkRecord | None:
    """What a file tells of, with the id ``name`` (None: its own); None where it cannot be read."""
    try:
        with path.open("rb") as handle:
            raw = handle.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise ValueError("too long")
        data = json.loads(raw)
        return record_of(data, str(data["id"]) if name is None else name)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        _log.warning("a kept walk cannot be read: %s", type(error).__name__)
        return None


def walk_ids(lines: Iterable[Line]) -> tuple[str, ...]:
    """Of the walks that these lines tell of."""
    return tuple(dict.fromkeys(line.subject for line in lines if line.kind == KIND))


def forget_walks(data: Path, lines: Iterable[Line]) -> None:
    """Takes away the files of these lines.

    Raises:
        FolderError: one is still there; nothing was said to be erased.
    """
    walks = Walks(data)
    for name in walk_ids(lines):
        walks.forget(name)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def document(walk: WalkRecord) -> dict[str, Any]:
    """Plain JSON values."""
    return {"v": VERSION, **_plain(asdict(walk))}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, Band | Place) else value


def encoded(walk: WalkRecord) -> bytes:
    """As it stands in a file."""
    text = json.dumps(document(walk), ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")


# -- reading back what may be damaged, or of another version -------------------------------------------------------


def record_of(data: Any, name: str) -> WalkRecord:
    """The walk that a file tells of.

    Raises:
        ValueError, TypeError, KeyError: it tells of none.
    """
    if not isinstance(data, Mapping) or data["v"] != VERSION or data["id"] != name or not _NAME.fullmatch(name):
        raise ValueError("no walk")
    told = data["rooms"]
    if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
        raise ValueError("no rooms")
    rooms = tuple(_room(one) for one in told[:_ROOMS])
    return WalkRecord(
        name, _number(data["begun"]), _number(data["ended"]), rooms, _word(data.get("ssid")), int(data["roams"]),
        int(data["drops"]), _word(data.get("box_room")),
    )  # fmt: skip


def _room(data: Mapping[str, Any]) -> Room:
    band, rate = data.get("band"), data.get("tx_kbit_s")
    return Room(
        str(data["name"])[:_TEXT], int(data["samples"]), Place(data["grade"]), _maybe(data.get("rssi_dbm")),
        _maybe(data.get("rssi_low_dbm")), _maybe(data.get("rtt_ms")), _maybe(data.get("rtt_p90_ms")),
        _maybe(data.get("loss_pct")), None if band is None else Band(band), _word(data.get("bssid")),
        None if rate is None else int(rate), int(data["x"]), int(data["y"]), int(data["floor"]),
    )  # fmt: skip


def _number(value: Any) -> float:
    found = float(value)
    if not -1e12 < found < 1e12:  # neither is "not a number"
        raise ValueError("no such number")
    return found


def _maybe(value: Any) -> float | None:
    return None if value is None else _number(value)


def _word(value: Any) -> str | None:
    return value[:_TEXT] if isinstance(value, str) else None
