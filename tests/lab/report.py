"""Accuracy and times of ``selfcare check`` over the scenarios: who was right, who was blamed wrongly, how fast."""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from tests.lab.flaws import flaws
from tests.lab.lab import Done, Lab
from tests.lab.mounts import REPO
from tests.lab.scenario import Expected, Scenario, load

TARGET = REPO / "docs" / "accuracy.md"
BLAMING = ("fault", "multiple", "intermittent")
MAX_SEGMENTS = 2  # more than two places named is not an answer


@dataclass(frozen=True, slots=True)
class Run:
    """One check of one scenario, as its JSON document told it."""

    scenario: Scenario
    state: str
    code: str | None
    segments: tuple[str, ...]
    band: str | None
    certain: tuple[str, ...] = ()
    first_ms: float | None = None
    total_ms: float | None = None
    ranked: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()
    done: Done | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        return self.code or self.state.upper()

    @property
    def right(self) -> bool:
        return not self.flaws and any(
            self._is(expected) for expected in (self.scenario.expected, *self.scenario.accept)
        )

    def _is(self, expected: Expected) -> bool:
        if (self.state, self.code) != (expected.state.value, expected.code):
            return False
        return expected.state == "ok" or set(self.segments) <= {s.value for s in expected.segments}

    @property
    def segment_right(self) -> bool:
        """The true place, one of them where there are two faults, is named, and at most one other with it."""
        expected = self.scenario.expected
        if expected.state == "ok":
            return self.state == "ok"
        both = self.scenario.accept if expected.state == "multiple" else ()
        true = {s.value for e in (expected, *both) if e.code for s in e.segments}
        true |= {s.value for s in expected.segments}
        named = set(self.segments)
        return len(named) <= MAX_SEGMENTS and bool(named & true)

    @property
    def exact(self) -> bool:
        """The code itself is named first (of two faults either), not merely another honest verdict."""
        expected = self.scenario.expected
        both = [one for one in self.scenario.accept if one.code] if expected.state == "multiple" else []
        return not self.flaws and any(self._is(one) for one in (expected, *both))

    @property
    def in_first_three(self) -> bool:
        """The true cause is among the first three named, rivals included."""
        return self.exact or self.scenario.expected.code in self.ranked[:3]

    @property
    def deep(self) -> bool:
        """Whether the deep tier was asked for."""
        return "--deep" in self.scenario.options

    @property
    def false_blame(self) -> bool:
        """Somebody was accused with certainty who did not do it."""
        honest = {expected.code for expected in (self.scenario.expected, *self.scenario.accept)}
        return any(code not in honest or code in self.scenario.not_blamed for code in self.certain)


def parse(scenario: Scenario, done: Done) -> Run:
    """A document that cannot be read counts as a wrong answer, with the exit code as its state."""
    try:
        document: dict[str, Any] = json.loads(done.stdout)
        verdict, timing = document["verdict"], document["timing"]
        culprits = [f for f in document["findings"] if f["role"] == "culprit" and f["band"] == "certain"]
        return Run(
            scenario, verdict["state"], verdict["code"], tuple(verdict["segments"]), verdict["band"],
            tuple(f["code"] for f in culprits) if verdict["state"] in BLAMING else (),
            timing["first_verdict_ms"], timing["total_ms"], _ranked(document["findings"]), done=done,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return Run(scenario, f"exit {done.returncode}", None, (), None, done=done)


def _ranked(findings: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The causes in the order they are told, and after them what they were held against."""
    causes = [f for f in findings if f["role"] != "condition"]
    rivals = [f["runner_up"]["code"] for f in causes if f["runner_up"]]
    return tuple(dict.fromkeys([*(f["code"] for f in causes), *rivals]))


def check(lab: Lab, *, user: bool = True, arguments: Sequence[str] = ()) -> Run:
    """One run of the program under test on the lab's PC."""
    command = [sys.executable, "-m", "selfcare", "check", "--json", *arguments]
    done = lab.run(command, user=user, cwd=REPO, timeout=60)
    run = parse(lab.scenario, done)
    if run.state.startswith("exit"):
        return run
    return replace(run, flaws=tuple(flaws(lab.scenario, json.loads(done.stdout), done.returncode)))


def measure(wanted: Mapping[str, int], *, user: bool, flags: Mapping[str, bool], jobs: int = 1) -> list[Run]:
    """Runs of each scenario by name: its lab is brought up once, its runs follow each other; ``jobs`` labs at once."""
    with ThreadPoolExecutor(jobs) as pool:
        parts = pool.map(lambda item: _series(item[0], item[1], user=user, flags=flags), wanted.items())
        return [run for part in parts for run in part]


def _series(name: str, runs: int, *, user: bool, flags: Mapping[str, bool]) -> list[Run]:
    wanted = load(name)
    with Lab(wanted, **flags) as lab:
        mine = [check(lab, user=user and not wanted.as_root, arguments=wanted.options) for _ in range(runs)]
    for run in mine:
        if run.state.startswith("exit") and run.done:
            print(f"lab: {name}: {run.done.stderr.strip()[-300:]}", file=sys.stderr, flush=True)
    seen = ", ".join(f"{label} {count}" for label, count in Counter(map(_found, mine)).items())
    slowest = max((run.total_ms or 0.0) for run in mine)
    wrong = sum(not run.right for run in mine)
    print(f"lab: {name}: {seen}, {slowest:.0f} ms{f' WRONG {wrong}' if wrong else ''}", file=sys.stderr, flush=True)
    # What is kept here counts as memory of every program started later: a child's maximum begins at its parent's.
    return [replace(run, done=replace(run.done, stdout="", stderr="") if run.done else None) for run in mine]


def markdown(outcome: Sequence[Run], command: str, summary: str) -> str:
    """The whole document; ``summary`` is what the figures come to."""
    parts = [
        "# Accuracy of the check in the home-network lab",
        f"`{command}` on {os.cpu_count()} processors; the check ran as "
        "an ordinary user. Times in ms, median / 95th percentile; CPU in s and memory in MB of the whole process.",
        summary,
        "## Scenarios",
        _table(outcome),
        "## Expected (rows) and found (columns)",
        _confusion(outcome),
    ]
    return "\n\n".join(parts)


def _table(outcome: Sequence[Run]) -> str:
    head = "| scenario | expected | right | found | first verdict | total | wall | CPU | RSS |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|"]
    for name in dict.fromkeys(run.scenario.name for run in outcome):
        mine = [run for run in outcome if run.scenario.name == name]
        expected = mine[0].scenario.expected
        found = ", ".join(f"{key} ×{count}" for key, count in Counter(_found(run) for run in mine).items())
        done = [run.done for run in mine if run.done]
        cells = [
            name, expected.code or expected.state.upper(), f"{sum(run.right for run in mine)}/{len(mine)}", found,
            _spread([run.first_ms for run in mine]), _spread([run.total_ms for run in mine]),
            _spread([1000 * each.wall_s for each in done]), _spread([each.cpu_s for each in done], 2),
            _spread([each.max_rss_mb for each in done]),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _found(run: Run) -> str:
    verdict = f"{run.label} ({run.band})" if run.band else run.label
    return "; ".join([verdict, *run.flaws])


def _spread(values: Sequence[float | None], digits: int = 0) -> str:
    known = sorted(value for value in values if value is not None)
    if not known:
        return "–"
    high = known[min(len(known) - 1, int(0.95 * len(known)))]
    return f"{statistics.median(known):.{digits}f} / {high:.{digits}f}"


def _confusion(outcome: Sequence[Run]) -> str:
    pairs = Counter((run.scenario.expected.code or run.scenario.expected.state.upper(), run.label) for run in outcome)
    rows, columns = sorted({row for row, _ in pairs}), sorted({column for _, column in pairs})
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        cells = [str(pairs[row, column] or "") for column in columns]
        lines.append(f"| **{row}** | {' | '.join(cells)} |")
    return "\n".join(lines)
