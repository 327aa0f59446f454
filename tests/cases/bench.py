"""A folder with a history, and a clock that somebody sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from selfcare.cases import History
from selfcare.cases import history as written
from selfcare.cases.book import CaseBook
from selfcare.cases.history import Line

START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


class Clock:
    """Of one PC: for the case file and for everybody else who writes."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def on(self, **more: float) -> None:
        self.at += timedelta(**more)


class Bench:
    """``note`` is what repairs, guides and questions do, at the clock's time."""

    def __init__(self, folder: Path, monkeypatch: Any) -> None:
        self.folder, self.clock = folder, Clock()
        self.book = CaseBook(folder, self.clock)
        clock = self.clock

        class Told(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return clock()

        monkeypatch.setattr(written, "datetime", Told)
        self.history = History(folder)

    def note(self, kind: str, subject: str, **data: Any) -> None:
        self.history.note(kind, subject, data)
        assert self.history.works

    def check(self, state: str = "ok", code: str | None = None, **more: Any) -> int:
        return self.book.record_check(document(state, code, **more), self.clock().isoformat())


def document(state: str = "ok", code: str | None = None, text: str = "", **more: Any) -> dict[str, Any]:
    segments = [code.split("-")[0].lower()] if code else []
    verdict = {"state": state, "code": code, "segments": segments, "band": "certain" if code else None, "text": text}
    return {"schema": "selfcare.check/1", "verdict": verdict, "findings": [], "measurements": [], **more}


def line(id_: int, kind: str, subject: str, at: datetime | str = START, run_: str = "r", **data: Any) -> Line:
    return Line(id_, at if isinstance(at, str) else at.isoformat(), run_, kind, subject, data)
