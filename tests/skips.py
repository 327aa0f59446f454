"""A pytest plugin: leaves the tests marked ``full`` to ``./test --all`` and writes down what was skipped and why.

With workers (pytest-xdist) each of them collects everything and runs a part: outcomes reach the one who writes by
themselves, but not what was left out at the collection, which is the same in each worker.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

LEFT = "marked full: only in ./test --all"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the tests marked full too")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Skips(config.getoption("--full")), "selfcare-skips")


class Skips:
    """Counts outcomes; ``full`` tests that were left out count as skipped."""

    def __init__(self, full: bool) -> None:
        self.full = full
        self.passed = 0
        self.failed: list[str] = []
        self.skipped: Counter[str] = Counter()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Runs after ``-k`` and ``-m``, so that only tests which were asked for are counted."""
        if self.full:
            return
        left = [item for item in items if item.get_closest_marker("full")]
        if left:
            config.hook.pytest_deselected(items=left)
            items[:] = [item for item in items if not item.get_closest_marker("full")]
            self.skipped[LEFT] += len(left)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self.skipped[reason(report.longrepr, getattr(report, "wasxfail", None))] += 1
        elif report.failed:
            self.failed.append(report.nodeid if report.when == "call" else f"{report.nodeid} ({report.when})")
        elif report.when == "call":
            self.passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.append(f"{report.nodeid} (collection)")
        elif report.skipped:
            self.skipped[f"{report.nodeid}: {reason(report.longrepr, None)}"] += 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended. One that crashed tells nothing; the one started in its place does."""
        self.skipped[LEFT] = max(self.skipped[LEFT], getattr(node, "workeroutput", {}).get("left", 0))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        told = getattr(session.config, "workeroutput", None)
        target = os.environ.get("SELFCARE_TEST_REPORT")
        if told is not None:
            told["left"] = self.skipped[LEFT]
        elif target and not session.config.option.collectonly:
            content = {"passed": self.passed, "failed": self.failed, "skipped": +self.skipped}
            Path(target).write_text(json.dumps(content))


def reason(longrepr: object, expected_failure: str | None) -> str:
    """The reason given by the test, without pytest's prefix."""
    if expected_failure is not None:
        return f"expected to fail: {expected_failure}"
    text = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ").strip().replace("\n", " ")
