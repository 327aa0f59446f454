"""Wi-Fi or line, on traces of real TCP that were recorded in the small machine."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from selfcare.diagnosis.bottleneck import Side, judge
from selfcare.model.payloads.capacity import Stop
from tests import machine
from tests.wifi.traces.__main__ import load
from tests.wifi.traces.judged import held_out, ours, payload, score
from tests.wifi.traces.links import CLOSE, clear, pair


@pytest.fixture(scope="module")
def traces() -> list[dict[str, Any]]:
    return [t for t in load() if clear(pair(int(str(t["seed"]))))]


def test_the_traces_are_those_of_the_links(traces: list[dict[str, Any]]) -> None:
    assert len(traces) >= 200 and len({t["seed"] for t in traces}) == len(traces)
    for trace in traces:
        made = pair(trace["seed"])
        assert (made.truth, made.air.kind, made.line.kind) == (trace["truth"], trace["air"], trace["line"])
        narrow, wide = sorted((made.air.mean, made.line.mean))
        assert wide >= CLOSE * narrow and (made.air.mean == narrow) is (made.truth == "wifi")
    kinds = {(t["truth"], t["air"], t["line"], held_out(t)) for t in load()}
    assert len(kinds) == 2 * 6 * 6 * 2


def test_on_the_half_never_looked_at(traces: list[dict[str, Any]]) -> None:
    found = score([t for t in traces if held_out(t)], ours)
    assert found.traces >= 100
    assert found.precision("wifi") >= 0.95 and found.precision("line") >= 0.95
    assert found.told >= 0.85, "who is silent is never wrong: that must not be how it is reached"


def test_a_load_that_failed_or_was_ours_to_slow_tells_nothing(traces: list[dict[str, Any]]) -> None:
    sure = next(p for p in map(payload, traces) if judge(p).side is Side.WIFI)
    for spoiled in ({"stop": Stop.FAILED}, {"cpu_share": 0.9}):
        down = dataclasses.replace(sure.down, **spoiled)
        assert judge(dataclasses.replace(sure, down=down)).side is Side.UNKNOWN


def test_without_a_queue_in_sight_only_the_windows_tell(traces: list[dict[str, Any]]) -> None:
    sure = next(p for p in map(payload, traces) if judge(p).side is Side.WIFI)
    blind = dataclasses.replace(sure, idle=(), down=dataclasses.replace(sure.down, latencies=()))
    for iqr, side in ((0.5, Side.WIFI), (0.05, Side.UNKNOWN), (0.01, Side.LINE)):
        down = dataclasses.replace(blind.down, median_mbps=1.0, iqr_mbps=iqr)
        assert judge(dataclasses.replace(blind, down=down)).side is side
    short = dataclasses.replace(blind.down, windows_mbps=(1.0, 1.0, 1.0, 1.0))
    assert judge(dataclasses.replace(blind, down=short)).side is Side.UNKNOWN


@pytest.mark.full
@pytest.mark.skipif(machine.why_unavailable() is not None, reason=machine.why_unavailable() or "")
def test_a_trace_made_now_is_like_the_recorded_one(traces: list[dict[str, Any]]) -> None:
    from tests.wifi.traces.__main__ import made

    recorded = {t["seed"]: t for t in traces}
    import json

    for line in made([0, 1, 20, 21], tireless=True):
        now = json.loads(line)
        assert ours(payload(now)) is ours(payload(recorded[now["seed"]]))
        assert now["median_mbps"] == pytest.approx(recorded[now["seed"]]["median_mbps"], rel=0.25)
