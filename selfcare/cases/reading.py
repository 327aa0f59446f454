"""A case read whole: its lines, its checks, its ways through guides, and what follows from them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from selfcare.cases import ledger
from selfcare.cases.asked import asked_of
from selfcare.cases.history import Line
from selfcare.cases.made import contacts_of, events_of, head_of
from selfcare.cases.sightings import downtime_of
from selfcare.cases.stretch import Stretch, believable, moment
from selfcare.model.box.line_sample import LineSample
from selfcare.model.case import Case, CaseHead, Downtime
from selfcare.model.units import Seconds

_CHECKS = "SELECT id, started, document FROM checks ORDER BY id"
_SAMPLES = """SELECT at, json_extract(figures, '$.session'), json_extract(figures, '$.session_time'),
        json_extract(figures, '$.link'), json_extract(figures, '$.showtime')
    FROM box_line WHERE json_valid(figures) AND at BETWEEN ? AND ?
        AND box = (SELECT box FROM box_line ORDER BY id DESC LIMIT 1) ORDER BY id"""
_BACK_S = 31 * 86_400.0
"""Seconds: somewhat more than the longest window of ``downtime``."""
_TEXT = "SELECT json_extract(document, '$.verdict.text') FROM checks WHERE id = ? AND json_valid(document)"


class Reading:
    """Within one view of the database."""

    def __init__(self, connection: sqlite3.Connection, data: Path, now: datetime) -> None:
        self._connection, self._data, self._now = connection, data, now

    def lines(self, one: Stretch) -> list[Line]:
        """Its own, oldest first."""
        found = ledger.around(self._connection, one.first, one.last, one.case)
        return [line for line in found if one.holds(line)]

    def head(self, one: Stretch) -> CaseHead:
        """What a list shows."""
        return head_of(one.case, self.lines(one), self._text)

    def _text(self, row: int) -> str:
        """The sentence of a stored check, while it is there."""
        found = self._connection.execute(_TEXT, (row,)).fetchone()
        return found[0] if found is not None and isinstance(found[0], str) else ""

    def case(self, one: Stretch) -> Case:
        """All of it."""
        from selfcare.cases.guide_ends import ended
        from selfcare.cases.guide_runs import FOLDER, GuideRuns
        from selfcare.cases.tried import tried
        from selfcare.cases.walks import Walks, walk_ids

        lines, head = self.lines(one), self.head(one)
        checks = self._checks()
        names = run_names(lines)
        runs = [run for run in GuideRuns(self._data / FOLDER).runs() if run.name in names] if names else []
        return Case(
            head,
            events_of(lines),
            tried(lines, {run.name: ended(run) for run in runs}),
            contacts_of(lines),
            self._downtime(head, [(started, document) for _, started, document in checks]),
            _of_lines(lines, checks),
            asked_of(reversed(lines)),
            tuple(_plain(asdict(run)) for run in runs),
            Walks(self._data).find(walk_ids(lines)),
        )

    def _checks(self) -> list[tuple[int, str, Mapping[str, Any]]]:
        found = list[tuple[int, str, Mapping[str, Any]]]()
        for id_, started, text in self._connection.execute(_CHECKS):
            try:
                document = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(document, dict):
                found.append((int(id_), str(started), document))
        return found

    def _downtime(self, head: CaseHead, checks: Sequence[tuple[str, Mapping[str, Any]]]) -> Downtime:
        """As of now; of a case that is over, as of its end."""
        closed = moment(head.closed)
        then = closed if closed is not None and believable(closed, self._now) else self._now
        until = then.timestamp()
        rows = self._connection.execute(_SAMPLES, (until - _BACK_S, until))
        samples = [_sample(*row) for row in rows]
        return downtime_of(until, checks, samples, head.symptom)


def _sample(at: float, session: object, session_time: object, link: object, showtime: object) -> LineSample:
    """Only what downtime asks for: a month has 22,000 of them. What another version wrote otherwise is passed over."""
    return LineSample(
        at, session=_word(session), session_time=_seconds(session_time), link=_word(link), showtime=_seconds(showtime)
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _seconds(value: object) -> Seconds | None:
    return Seconds(value) if isinstance(value, int | float) and value >= 0 else None


def run_names(lines: Iterable[Line]) -> frozenset[str]:
    """Of the ways through guides that these lines tell of."""
    return frozenset(str(line.data["run"]) for line in lines if line.kind == "guide" and "run" in line.data)


def forget_runs(data: Path, lines: Iterable[Line]) -> None:
    """Takes those away that are over; one that has keys in the keyring stays until the guides' desk has swept it."""
    from selfcare.cases.guide_runs import FOLDER, GuideRuns

    names, runs = run_names(lines), GuideRuns(data / FOLDER)
    for run in runs.runs() if names else ():
        if run.name in names and run.closed and not run.keys:
            runs.remove(run.name)


def _of_lines(
    lines: Iterable[Line], checks: Sequence[tuple[int, str, Mapping[str, Any]]]
) -> tuple[Mapping[str, Any], ...]:
    rows = {line.data.get("check") for line in lines if line.kind == "check"}
    return tuple({"started": started, **document} for id_, started, document in reversed(checks) if id_ in rows)


def _plain(value: Any) -> Any:
    """JSON's own types."""
    return json.loads(json.dumps(value, default=str))
