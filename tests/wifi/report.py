"""Accuracy of the check over the radio lab: side, code, false blame, times; the true and the composed kept apart."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from selfcare.model.finding import VerdictState
from tests.lab.flaws import SURE, flaws
from tests.lab.lab import Done
from tests.lab.mounts import REPO
from tests.lab.report import Run, parse
from tests.wifi.scenario import WifiScenario, load

TARGET = REPO / "docs" / "accuracy-wifi.md"
SIDES = {"wifi": "home", "pc": "home", "lan": "home", "box": "home"}  # any other place is beyond the box
MINIMA = {"right side": 98.0, "exact code": 90.0}
Judge = Callable[["Look"], bool]


@dataclass(frozen=True, slots=True)
class Look:
    """One check of one scenario. ``run`` None: the lab did not come so far, ``broke`` says why."""

    wanted: WifiScenario
    run: Run | None
    broke: str = ""
    ready_s: float = 0.0

    @property
    def right(self) -> bool:
        return self.run is not None and self.run.right

    @property
    def exact(self) -> bool:
        """Of two faults, naming one of them alone may be right and is not all."""
        one = self.wanted.base.expected.state is VerdictState.MULTIPLE and self.run is not None
        return self.run is not None and self.run.exact and not (one and self.run.state != "multiple")

    @property
    def false_blame(self) -> bool:
        return self.run is not None and self.run.false_blame

    @property
    def side(self) -> bool:
        """Home or beyond the box: who is named is where the fault is, and nobody where there is none."""
        if self.run is None:
            return False
        return _sides(self.run.state, self.run.segments) in [
            _sides(e.state.value, tuple(s.value for s in e.segments))
            for e in (self.wanted.base.expected, *self.wanted.base.accept)
        ]

    @property
    def found(self) -> str:
        if self.run is None:
            return f"lab: {self.broke[:60]}"
        return "; ".join([self.run.label + (f" ({self.run.band})" if self.run.band else ""), *self.run.flaws])


def _sides(state: str, segments: Sequence[str]) -> frozenset[str]:
    if state == "ok":
        return frozenset()
    return frozenset(SIDES.get(segment, "beyond") for segment in segments) or frozenset({state})


def looks(text: str) -> tuple[list[Look], dict[str, float]]:
    """What the machine told, and its own times in seconds."""
    made, times = [], {"cleared": 0.0}
    for line in text.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if "up_s" in told:
            times["up"] = told["up_s"]
        elif "cleared_s" in told:
            times["cleared"] += told["cleared_s"]
        elif "broke" in told:
            made.append(Look(load(told["name"]), None, told["broke"], told["ready_s"]))
        elif "stdout" in told:
            made.append(_look(told))
    return made, times


def _look(told: dict[str, Any]) -> Look:
    wanted = load(told["name"])
    done = Done(
        told["returncode"], told["stdout"], told["stderr"], told["wall_s"], told["cpu_s"], told["rss_mb"]
    )  # fmt: skip
    run = parse(wanted.base, done)
    if not run.state.startswith("exit"):
        document = json.loads(done.stdout)
        more = [f"tells {c}" for c in sorted({f["code"] for f in document["findings"]} & set(wanted.untold))]
        culprits = {f["code"] for f in document["findings"] if f["role"] == "culprit" and f["band"] in SURE}
        more += [f"does not name {code}" for code in sorted(set(wanted.named) - culprits)]
        run = replace(run, flaws=(*flaws(wanted.base, document, done.returncode), *more))
    return Look(wanted, run, "", told["ready_s"])


def _commit() -> str:
    words = ["git", "-C", str(REPO), "describe", "--always", "--dirty", "--abbrev=10"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def wifi_or_line() -> str:
    """What the recorded speed tests say of "is it the Wi-Fi or the line": see ``tests/wifi/traces/judged.py``."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.wifi.traces.judged"], cwd=REPO, capture_output=True, text=True, check=True
    )  # fmt: skip
    parts = [line.partition(": ") for line in done.stdout.splitlines() if ": " in line]
    lines = [
        "| judge, traces | figures |",
        "|---|---|",
        *(f"| {name} | {told.rstrip(';')} |" for name, _, told in parts),
    ]
    return "\n".join(lines)


def markdown(outcome: Sequence[Look], command: str, took_s: float) -> str:
    true = [look for look in outcome if look.wanted.true]
    parts = [
        "# Accuracy of the check in the radio lab",
        f"Commit `{_commit()}`. `{command}`: {took_s:.0f} s with the start of the machine; the check ran as an "
        "ordinary user, on a machine that is slow in itself. "
        "In a *radio-true* scenario signal, association, roaming, channels, security, events "
        "and the line are what a real 802.11 stack and real programs do. In a *composed* one a part that simulated "
        "radios do not have is put in its place: loss and delay by netem, noise and retries as recorded facts.",
        _summary({"radio-true": true, "composed": [k for k in outcome if not k.wanted.true], "all": list(outcome)}),
        "## Radio-true scenarios", _table(true),
        "## Scenarios with composed parts", _table([look for look in outcome if not look.wanted.true]),
        "## Wi-Fi or line", "`python -m tests.wifi.traces.judged`, over speed tests recorded in the small machine:",
        wifi_or_line(),
    ]  # fmt: skip
    return "\n\n".join(parts)


def _summary(parts: dict[str, list[Look]]) -> str:
    judged: dict[str, Judge] = {
        "right side": lambda k: k.side, "right verdict": lambda k: k.right, "exact code": lambda k: k.exact,
        "false blame": lambda k: k.false_blame,
    }  # fmt: skip
    lines = [f"| | runs | {' | '.join(judged)} |", "|---" * (len(judged) + 2) + "|"]
    for name, mine in parts.items():
        cells = [f"{share(mine, judge):.1f} %" if mine else "–" for judge in judged.values()]
        lines.append(f"| {name} | {len(mine)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def share(outcome: Sequence[Look], judge: Judge) -> float:
    """In per cent."""
    return 100 * sum(judge(look) for look in outcome) / len(outcome) if outcome else 0.0


def _table(outcome: Sequence[Look]) -> str:
    lines = ["| scenario | expected | right | found | composed | verdict ms | wall s |", "|---" * 7 + "|"]
    for name in dict.fromkeys(look.wanted.name for look in outcome):
        mine = [look for look in outcome if look.wanted.name == name]
        wanted = mine[0].wanted
        runs = [look.run for look in mine if look.run]
        expected = wanted.base.expected
        cells = [
            name, expected.code or expected.state.upper(), f"{sum(look.right for look in mine)}/{len(mine)}",
            ", ".join(f"{key} ×{count}" for key, count in Counter(look.found for look in mine).items()),
            ", ".join(wanted.composed) or "–",
            f"{statistics.median([r.first_ms or 0 for r in runs]):.0f}" if runs else "–",
            f"{statistics.median([r.done.wall_s for r in runs if r.done]):.1f}" if runs else "–",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
