"""Accuracy and times of ``selfcare check`` over the scenarios: who was right, who was blamed wrongly, how fast."""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    done: Done | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        return self.code or self.state.upper()

    @property
    def right(self) -> bool:
        return any(self._is(expected) for expected in (self.scenario.expected, *self.scenario.accept))

    def _is(self, expected: Expected) -> bool:
        if (self.state, self.code) != (expected.state.value, expected.code):
            return False
        return expected.state == "ok" or set(self.segments) <= {s.value for s in expected.segments}

    @property
    def segment_right(self) -> bool:
        """The true place is named, and at most one other with it."""
        expected = self.scenario.expected
        if expected.state == "ok":
            return self.state == "ok"
        named = set(self.segments)
        return len(named) <= MAX_SEGMENTS and bool(named & {s.value for s in expected.segments})

    @property
    def false_blame(self) -> bool:
        """Somebody was accused with certainty who did not do it."""
        true = {e.code for e in (self.scenario.expected, *self.scenario.accept)}
        return any(code not in true for code in self.certain) or any(
            code in self.scenario.not_blamed for code in self.certain
        )


def parse(scenario: Scenario, done: Done) -> Run:
    """A document that cannot be read counts as a wrong answer, with the exit code as its state."""
    try:
        document: dict[str, Any] = json.loads(done.stdout)
        verdict, timing = document["verdict"], document["timing"]
        culprits = [f for f in document["findings"] if f["role"] == "culprit" and f["band"] == "certain"]
        return Run(
            scenario, verdict["state"], verdict["code"], tuple(verdict["segments"]), verdict["band"],
            tuple(f["code"] for f in culprits) if verdict["state"] in BLAMING else (),
            timing["first_verdict_ms"], timing["total_ms"], done,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return Run(scenario, f"exit {done.returncode}", None, (), None, done=done)


def check(lab: Lab, *, user: bool = True, arguments: Sequence[str] = ()) -> Run:
    """One run of the program under test on the lab's PC."""
    command = [sys.executable, "-m", "selfcare", "check", "--json", *arguments]
    return parse(lab.scenario, lab.run(command, user=user, cwd=REPO, timeout=60))


def measure(names: Iterable[str], runs: int, *, user: bool, flags: Mapping[str, bool]) -> list[Run]:
    """Every scenario's lab is brought up once; its runs follow each other."""
    outcome = []
    for name in names:
        wanted = load(name)
        with Lab(wanted, **flags) as lab:
            mine = [check(lab, user=user and not wanted.as_root, arguments=wanted.options) for _ in range(runs)]
        for run in mine:
            if run.state.startswith("exit") and run.done:
                print(f"lab: {name}: {run.done.stderr.strip()[-300:]}", file=sys.stderr, flush=True)
        seen = ", ".join(f"{label} {count}" for label, count in Counter(run.label for run in mine).items())
        print(f"lab: {name}: {seen}", file=sys.stderr, flush=True)
        outcome += mine
    return outcome


def markdown(outcome: Sequence[Run], runs: int) -> str:
    parts = [
        "# Accuracy of the check in the home-network lab",
        f"`python -m tests.lab report --runs {runs}` on {os.cpu_count()} processors; the check ran as "
        "an ordinary user. Times in ms, median / 95th percentile; CPU in s and memory in MB of the whole process.",
        *_summary(outcome),
        "## Scenarios",
        _table(outcome),
        "## Expected (rows) and found (columns)",
        _confusion(outcome),
    ]
    return "\n\n".join(parts)


def _share(hits: Iterable[bool]) -> str:
    listed = list(hits)
    return f"{sum(listed)}/{len(listed)} ({100 * sum(listed) / max(1, len(listed)):.1f} %)"


def _summary(outcome: Sequence[Run]) -> list[str]:
    faults = [run for run in outcome if run.scenario.kind == "fault"]
    rest = [run for run in outcome if run.scenario.kind != "fault"]
    return [
        "\n".join([
            f"- exact verdict, all: {_share(run.right for run in outcome)}",
            f"- exact code, faults: {_share(run.right for run in faults)}",
            f"- healthy and near misses: {_share(run.right for run in rest)}",
            f"- right segment (at most {MAX_SEGMENTS} named): {_share(run.segment_right for run in outcome)}",
            f"- false blame (certain and wrong): {sum(run.false_blame for run in outcome)}",
        ])
    ]  # fmt: skip


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
    return f"{run.label} ({run.band})" if run.band else run.label


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
