"""What the published accuracy table must hold, and how often each scenario is run for it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.lab.report import Run
from tests.lab.scenario import Scenario, load, names

FOUNDATION = (
    "healthy", "slow-line", "far-line", "box-ignores-ping", "internet-ignores-ping", "ipv6", "cgnat",
    "lan10-no-upnp", "two-interfaces",
    "pc-nic-off", "lan-cable-down", "pc-ip-static", "pc-dns-static", "pc-hosts", "pc-routes", "pc-vpn",
    "lan-dhcp-none", "box-silent", "box-dns", "wan-down", "isp-dns-down", "net-portal",
)  # fmt: skip
"""The thirteen first faults and the healthy variants of the first issue: ten runs each, all of them right."""

FOUNDATION_RUNS, HEALTHY_RUNS, RUNS = 10, 200, 3
SEGMENT_PCT, EXACT_PCT, FIRST_THREE_PCT, NEAR_PCT = 98.0, 92.0, 99.0, 98.0
HEALTHY_MS, FAULT_MS = 2000.0, 5000.0


@dataclass(frozen=True, slots=True)
class Standard:
    """One figure of the table: what it is, what it must be, whether it is."""

    name: str
    found: str
    wanted: str
    kept: bool


def runs_of(wanted: Scenario) -> int:
    """How often that scenario is run for the published table. A deep check takes half a minute: no more than needed."""
    if "--deep" in wanted.options:
        return RUNS
    if wanted.kind == "healthy":
        quick = [s for s in map(load, names()) if s.kind == "healthy" and "--deep" not in s.options]
        return max(FOUNDATION_RUNS, math.ceil(HEALTHY_RUNS / len(quick)))
    return FOUNDATION_RUNS if wanted.name in FOUNDATION else RUNS


def judge(outcome: Sequence[Run]) -> list[Standard]:
    """Every standard there are runs for."""
    faults = [run for run in outcome if run.scenario.kind == "fault"]
    healthy = [run for run in outcome if run.scenario.kind == "healthy"]
    near = [run for run in outcome if run.scenario.kind == "near_miss"]
    first = [run for run in outcome if run.scenario.name in FOUNDATION]
    false = sum(run.false_blame for run in outcome)
    return [
        Standard("certain and wrong", str(false), "never", not false),
        _share("right segment (at most two named), faults", [run.segment_right for run in faults], SEGMENT_PCT),
        _share("exact code first, faults", [run.exact for run in faults], EXACT_PCT),
        _share("in the first three, faults", [run.in_first_three for run in faults], FIRST_THREE_PCT),
        # What cannot be located from the PC has no segment to be right about: an honest verdict is what counts.
        _share("honest verdict, near misses", [run.right for run in near], NEAR_PCT),
        _share("exact verdict, healthy homes", [run.right for run in healthy], 100.0),
        _share("exact verdict, the foundation's scenarios", [run.right for run in first], 100.0),
        *_times(faults, healthy),
    ]


def _share(name: str, hits: Sequence[bool], at_least: float) -> Standard:
    share = 100 * sum(hits) / len(hits) if hits else 100.0
    return Standard(name, f"{sum(hits)}/{len(hits)} ({share:.1f} %)", f"≥ {at_least:g} %", share >= at_least)


def _times(faults: Sequence[Run], healthy: Sequence[Run]) -> list[Standard]:
    """Of the fast check only: the deep one loads the line for half a minute on purpose."""
    well = sorted(run.total_ms for run in healthy if run.total_ms is not None and not run.deep)
    ill = sorted(run.total_ms for run in faults if run.total_ms is not None and not run.deep)
    told = []
    if well:
        median = statistics.median(well)
        told.append(
            Standard("healthy, fast check, median", f"{median:.0f} ms", f"≤ {HEALTHY_MS:.0f} ms", median <= HEALTHY_MS)
        )
    if ill:
        high = ill[min(len(ill) - 1, int(0.95 * len(ill)))]
        told.append(
            Standard("faults, fast check, 95th percentile", f"{high:.0f} ms", f"≤ {FAULT_MS:.0f} ms", high <= FAULT_MS)
        )
    return told


def table(standards: Sequence[Standard]) -> str:
    """As Markdown."""
    lines = [f"| {s.name} | {s.found} | {s.wanted} | {'yes' if s.kept else '**no**'} |" for s in standards]
    return "\n".join(["| figure | found | wanted | kept |", "|---|---|---|---|", *lines])
