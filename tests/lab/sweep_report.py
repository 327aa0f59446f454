"""The sweep of repairs judged, and as a page: ``docs/repairs.md``."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tests.lab.mounts import REPO
from tests.lab.repairable import elsewhere
from tests.lab.standards import Standard, table
from tests.lab.sweep import Mended, expected

TARGET = REPO / "docs" / "repairs.md"
HEALTHY_PCT, LIMIT_S = 95.0, 15.0
HOW = """Each fault in a home of its own: `selfcare repair --yes`, the same once more, then
`selfcare undo` until nothing is left. Settings compared whole: NetworkManager's profiles less their time stamps, its
devices and switch; resolved's links; links with size and addresses; the routes of every table, the rules; hosts,
gai.conf, resolv.conf; the user's proxy. What works is asked without the program. Seconds: the whole run with its
checks, by the clock on the wall."""


def judge(found: Sequence[Mended]) -> list[Standard]:
    """The figures of the issue."""
    slowest = max((each.slowest_s for each in found), default=0.0)
    late = sum(each.slowest_s > LIMIT_S for each in found)
    return [
        _share("healthy after one run", [each.healthy for each in found], HEALTHY_PCT),
        Standard("slowest run", f"{slowest:.1f} s ({late} over)", f"≤ {LIMIT_S:g} s", not late),
        _share("nothing that worked is lost", [not each.trouble and not each.lost for each in found]),
        _share("the second run changes nothing", [not each.trouble and not each.again for each in found]),
        _share("identical after undoing", [not each.trouble and not each.left for each in found if each.reversible]),
    ]


def _share(name: str, hits: Sequence[bool], at_least: float = 100.0) -> Standard:
    share = 100 * sum(hits) / len(hits) if hits else 100.0
    return Standard(name, f"{sum(hits)}/{len(hits)} ({share:.1f} %)", f"≥ {at_least:g} %", share >= at_least)


def markdown(found: Sequence[Mended], command: str, judged: Sequence[Standard]) -> str:
    """The whole document."""
    parts = [
        "# Repairs in the home-network lab",
        f"`{command}` on {os.cpu_count()} processors. {HOW}",
        table(judged),
        "## Faults",
        _faults(found),
        "## Not to be mended from the PC",
        _others(),
    ]
    return "\n\n".join(parts)


def _faults(found: Sequence[Mended]) -> str:
    head = "| fault | code | kept | not kept | end | s | lost | second run | undone |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|"]
    for each in found:
        end = each.trouble or (each.state if each.healthy else f"**{each.state}** ({each.verdict})")
        cells = [
            each.wanted.fault, expected(each.wanted.fault), _listed(each.kept), _listed(each.others), end,
            f"{each.slowest_s:.1f}", _listed(each.lost), _or(each.again, "nothing"),
            _or(each.left, "identical") if each.reversible else "nothing to undo",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "–"


def _or(names: Sequence[str], good: str) -> str:
    return f"**{', '.join(names)}**" if names else good


def _others() -> str:
    return "\n".join(f"- {why}: {', '.join(faults)}." for why, faults in elsewhere().items())
