"""Taking away what is written: noted without contents, and nothing readable is left in the file or beside it.

The database lets a line go only where an erasure covers it (migration 6). Then the free pages, the write-ahead log and
the copies beside the file are cleaned; killed before that, the next one does it (``scrub``).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path

from selfcare.cases.history import KEEPING, Line
from selfcare.store.database import open_database, transaction, typed

ASKED, RETENTION = "asked", "retention"
_PENDING = "SELECT why FROM erasures WHERE id NOT IN (SELECT erasure FROM scrubbed)"
_DONE = "INSERT INTO scrubbed SELECT id, ? FROM erasures WHERE id NOT IN (SELECT erasure FROM scrubbed)"
_STANDS_IN = ("box", "isp")
"""Resolvers that a stand-in waits for (``remedies.trial.StandsFor``)."""


def erase(connection: sqlite3.Connection, lines: Collection[Line], why: str, at: str) -> int:
    """Within the caller's transaction; how many went. ``at``: ISO 8601 with offset."""
    if not lines:
        return 0
    checks = {one for line in lines if isinstance(one := line.data.get("check"), int)}
    row = (at, why, len(lines), len(checks))
    made = connection.execute("INSERT INTO erasures (at, why, lines, checks) VALUES (?, ?, ?, ?)", row).lastrowid
    ids = [(line.id,) for line in lines]
    connection.executemany("INSERT INTO erased_lines (line, erasure) VALUES (?, ?)", [(*one, made) for one in ids])
    connection.executemany("DELETE FROM history WHERE id = ?", ids)
    connection.executemany("DELETE FROM aged WHERE line = ?", ids)
    connection.executemany("DELETE FROM checks WHERE id = ?", [(one,) for one in checks])
    return len(lines)


def still_needed(lines: Iterable[Line]) -> frozenset[int]:
    """Ids of what this program has to know as long as it is so: a change half kept, a resolver that stands in.

    Without it nobody could put them back. No word of anybody's is in these lines.

    Args:
        lines: oldest first.
    """
    last: dict[str, Line] = {}
    for line in lines:
        entries = line.data.get("entries")
        if line.kind in ("effect", "undo") and isinstance(entries, list):
            last.update({str(entry): line for entry in entries})
    return frozenset(line.id for line in last.values() if line.kind == "effect" and _in_place(line))


def _in_place(line: Line) -> bool:
    outcome = line.data.get("outcome")
    return outcome == KEEPING or (outcome == "kept" and line.data.get("stands_for") in _STANDS_IN)


def pending(connection: sqlite3.Connection) -> frozenset[str]:
    """Why something was erased whose traces are not cleaned yet; empty: all is clean."""
    return frozenset(str(why) for (why,) in connection.execute(_PENDING))


def scrub(path: Path, at: str) -> bool:
    """Cleans up after what was erased; False: somebody is in the file, it is done the next time.

    Raises:
        SelfcareError: the disk does not allow it (rewriting the file needs its room once more); it stays to be done.
    """
    connection, _ = open_database(path)
    with closing(connection), typed(path):
        whys = pending(connection)
        if not whys:
            return True
        try:
            connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            return False
        if busy:
            return False
        _sweep(path, whys)
        with transaction(connection):
            connection.execute(_DONE, (at,))
    return True


def _sweep(path: Path, whys: Collection[str]) -> None:
    """Copies from before a migration; and a damaged file that was set aside, where somebody wants it gone.

    Raises ``OSError``: a copy that cannot be taken away is no secret that was kept.
    """
    patterns = [f"{path.name}.v*.bak", f"{path.name}.v*.bak.part"]
    if ASKED in whys:
        patterns.append(f"{path.name}.bad-*")
    for pattern in patterns:
        for copy in path.parent.glob(pattern):
            with contextlib.suppress(FileNotFoundError):
                copy.unlink()
