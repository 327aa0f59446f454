"""The check itself: healthy, each outage, and other tools asked the same things in the same laboratory."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Figure
from tests.lab.lab import Done, Lab

FAULTS = (
    "pc-nic-off", "lan-cable-down", "pc-ip-static", "pc-dns-static", "pc-hosts", "pc-routes", "pc-vpn",
    "lan-dhcp-none", "box-silent", "box-dns", "wan-down", "isp-dns-down", "net-portal",
)  # fmt: skip
_BLAS = "LD_LIBRARY_PATH=$(echo /usr/lib/*/blas)"
SERVERS = ("192.168.1.1", "80.10.246.2", "80.10.246.129", "9.9.9.9", "86.54.11.100", "80.67.169.12", "1.1.1.1")


def check(lab: Lab) -> tuple[dict[str, Any], Done]:
    """One check as the ordinary user."""
    done = lab.python("-m", "selfcare", "check", "--json", user=True)
    return json.loads(done.stdout), done


def healthy(runs: int) -> Iterator[Figure]:
    """Total, CPU and memory of a healthy check, then the other tools."""
    with Lab("healthy") as lab:
        check(lab)  # warm the disk cache, as after the first start
        documents, processes = zip(*(check(lab) for _ in range(runs)), strict=True)
        totals = [d["timing"]["total_ms"] for d in documents]
        yield Figure("healthy check, total, median", statistics.median(totals), "ms", 2000, f"{runs} runs")
        yield Figure("healthy check, total, worst", max(totals), "ms")
        yield Figure("healthy check, process from start to end", _median(p.wall_s for p in processes) * 1000, "ms")
        yield Figure("healthy check, CPU of the process", max(p.cpu_s for p in processes), "s", 1.5, "worst")
        yield Figure("healthy check, memory of the process", max(p.max_rss_mb for p in processes), "MB", 110, "worst")
        yield from _beside(lab, statistics.median(totals))


def outages(runs: int) -> Iterator[Figure]:
    """First verdict and total of each of the thirteen faults."""
    for name in FAULTS:
        with Lab(name) as lab:
            timings = [check(lab)[0]["timing"] for _ in range(runs)]
        firsts = [t["first_verdict_ms"] for t in timings if t["first_verdict_ms"] is not None]
        worst = max(firsts) if len(firsts) == runs else float("inf")
        yield Figure(f"{name}, first verdict", worst, "ms", 2000, f"worst of {runs}")
        yield Figure(f"{name}, total", max(t["total_ms"] for t in timings), "ms", 5000, f"worst of {runs}")


def deep(runs: int) -> Iterator[Figure]:
    """The deep check with all its probes, on a quick line and on a slow one."""
    for name in ("healthy", "slow-line"):
        with Lab(name) as lab:
            done = [lab.python("-m", "selfcare", "check", "--deep", "--yes", "--json", user=True) for _ in range(runs)]
        totals = [json.loads(each.stdout)["timing"]["total_ms"] / 1000 for each in done]
        yield Figure(f"{name}, deep check, total", max(totals), "s", 40, f"worst of {runs}")


def _beside(lab: Lab, ours_ms: float) -> Iterator[Figure]:
    """Time of ours divided by theirs: below 1 ours is faster, and it also says what is wrong."""
    for name, command in (
        ("mtr, 3 rounds to one address", ["mtr", "-n", "-4", "-r", "-c", "3", "9.9.9.9"]),
        # Unpacked, not installed: nobody made the link by which nmap finds this library.
        (
            "nmap -sn of the home network",
            ["sh", "-c", f"{_BLAS} nmap -sn -n 192.168.1.0/24"],
        ),
        ("one dig after the other, two names each", ["sh", "-c", _digs()]),
    ):
        done = lab.run(command, user=False)
        if done.returncode != 0:
            sys.stderr.write(f"{name}: exit {done.returncode}: {done.stderr[-200:]}\n")
            continue
        yield Figure(f"ours / {name}", ours_ms / (done.wall_s * 1000), "×", None, f"theirs {done.wall_s:.2f} s")
    with Lab("isp-dns-down") as broken:
        ours = check(broken)[0]["timing"]["total_ms"]
        done = broken.run(["sh", "-c", _digs()], user=False)
        note = f"ours {ours / 1000:.2f} s, theirs {done.wall_s:.2f} s"
        yield Figure("the same with the operator's resolvers down", ours / (done.wall_s * 1000), "×", None, note)


def _digs() -> str:
    names = ("www.wikipedia.org", "x1f0c2.wikipedia.org")
    asked = [f"dig +tries=1 +time=2 @{s} {n} >/dev/null || true" for s in SERVERS for n in names]
    return "; ".join(asked)


def _median(values: Iterator[float]) -> float:
    return statistics.median(list(values))
