"""``python -m tests.wifi.traces.judged [--wrong]``: what ``bottleneck.judge`` makes of the traces, half by half.

The first half is for tuning; the second was made after the last limit was chosen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from selfcare.diagnosis.bottleneck import Side, judge, wavering
from selfcare.model.experience import interquartile, median
from selfcare.model.payloads.capacity import CapacityPayload, Load, Method, Place, Series, Stop
from tests.wifi.traces.__main__ import load
from tests.wifi.traces.links import clear, pair

TUNING = 288
Judge = Callable[[CapacityPayload], Side]


@dataclass(frozen=True)
class Score:
    """Of the traces where somebody was named."""

    traces: int
    right: dict[str, int]
    named: dict[str, int]
    there: dict[str, int]

    def precision(self, side: str) -> float:
        return self.right[side] / self.named[side] if self.named[side] else 1.0

    def recall(self, side: str) -> float:
        return self.right[side] / self.there[side]

    @property
    def told(self) -> float:
        return sum(self.named.values()) / self.traces


def payload(trace: dict[str, Any]) -> CapacityPayload:
    """As the probe gave it."""

    def series(told: list[list[Any]]) -> tuple[Series, ...]:
        return tuple(Series(Place(p), Method(m), sent, tuple(rtts)) for p, m, sent, rtts in told)

    windows = tuple(trace["windows_mbps"])
    kept = windows[1:]
    down = Load(
        Stop(trace["stop"]), float(len(windows)), 0, trace["connections"], 1.0, windows, median(kept),
        interquartile(kept), 0.1, 0.0, series(trace["loaded"]),
    )  # fmt: skip
    return CapacityPayload("lab", "air", 0.0, 0.0, series(trace["idle"]), down, None)


def held_out(trace: dict[str, Any]) -> bool:
    """Each half holds all kinds of both links."""
    return int(trace["seed"]) >= TUNING


def score(traces: Iterable[dict[str, Any]], judged: Judge) -> Score:
    found = [(t["truth"], judged(payload(t)).value) for t in traces]
    sides = ("wifi", "line")
    return Score(
        len(found),
        {s: sum(truth == said == s for truth, said in found) for s in sides},
        {s: sum(said == s for _, said in found) for s in sides},
        {s: sum(truth == s for truth, _ in found) for s in sides},
    )


def ours(measured: CapacityPayload) -> Side:
    return judge(measured).side


def windows_only(measured: CapacityPayload) -> Side:
    """The published step alone, with one limit, never silent: what it reaches on our traces."""
    waver = wavering(measured)
    return Side.WIFI if waver is not None and waver >= 0.08 else Side.LINE


def main() -> None:
    traces = [t for t in load() if clear(pair(int(t["seed"])))]
    for name, judged in (("judge", ours), ("windows alone", windows_only)):
        for half, chosen in (("tuning", False), ("held out", True)):
            mine = [t for t in traces if held_out(t) is chosen]
            if not mine:
                print(f"{name}, {half}: 0 traces")
                continue
            got = score(mine, judged)
            print(
                f"{name}, {half}: {got.traces} traces, told {got.told:.1%};",
                *(f"{s}: precision {got.precision(s):.1%} ({got.right[s]}/{got.named[s]}), found {got.recall(s):.1%};"
                  for s in ("wifi", "line")),
            )  # fmt: skip
    if "--wrong" in sys.argv:
        for t in traces:
            limit = judge(payload(t))
            if not held_out(t) and limit.side.value != t["truth"]:
                print(t["seed"], t["truth"], t["air"], t["line"], t["fair"], t["air_kbit"], t["line_kbit"], limit)


if __name__ == "__main__":
    main()
