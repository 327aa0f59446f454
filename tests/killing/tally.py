"""A pytest plugin: one line at the end that says at how many boundaries programs were killed, and what was left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.killing.sweep import Score

SCORES: list[Score] = []


def noted(scores: Iterable[Score]) -> list[Score]:
    """Adds to the sum of this session."""
    found = list(scores)
    SCORES.extend(found)
    return found


def line(scores: Iterable[Score]) -> str:
    """All of it in one sentence."""
    known = list(scores)
    moments, rounds = sum(s.moments for s in known), sum(s.rounds for s in known)
    struck, failed = sum(s.struck for s in known), sum(len(s.failures) for s in known)
    return (
        f"SIGKILL (or a full disk) at {moments} boundaries in {len(known)} sweeps: {rounds} rounds, {struck} that hit, "
        f"{failed} left changed or half done"
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands its part over: the line is said by whoever started it."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["killing"] = [score.told() for score in SCORES]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    SCORES.extend(Score(**told) for told in getattr(node, "workeroutput", {}).get("killing", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SCORES:
        terminalreporter.write_line(line(SCORES))
