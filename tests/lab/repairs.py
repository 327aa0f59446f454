"""Repairs in the lab: one run of the command, and all of the PC's settings for comparing before and after."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.lab.lab import Done, Lab

# NetworkManager's own clock, and what it tells of the present besides the profile (compared by other means).
_MOVES = re.compile(r"^(connection\.timestamp|[A-Z]).*\n", re.MULTILINE)
# While it has not seen the Internet itself, it adds 20000 to the metric.
_PENALTY = re.compile(r"\bmetric 20(\d{3})\b")


ROOTS_HOME = "/run/selfcare-of-root"
"""Root's own folders are this machine's: what its repairs remember must stay in the lab."""


def run(lab: Lab, *words: str, user: bool = False, env: dict[str, str] | None = None) -> Done:
    """``selfcare WORDS`` on the PC; by default as its administrator."""
    # Time has no namespace of its own: the clock set there would be this machine's.
    assert not any(step.do == "world_clock" for step in lab.scenario.steps), "no repair of clocks in the lab"
    home = {} if user else {"SELFCARE_HOME": ROOTS_HOME}
    return lab.python("-m", "selfcare", *words, user=user, timeout=120, env={**home, **(env or {})})


def repair(lab: Lab, *words: str, user: bool = False, env: dict[str, str] | None = None) -> tuple[dict[str, Any], Done]:
    """``selfcare repair --yes --json``, or other words."""
    done = run(lab, *(words or ("repair", "--yes")), "--json", user=user, env=env)
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done


def settings(lab: Lab) -> dict[str, str]:
    """What a repair may have touched, as the system tells it."""
    asked = {
        "profiles": ("sh", "-c", "for u in $(nmcli -t -f UUID c); do nmcli -t c show $u; done"),
        "dns": ("resolvectl", "--no-pager", "dns"),
        "domains": ("resolvectl", "--no-pager", "domain"),
        "routes": ("ip", "route", "show", "table", "main"),
        "routes6": ("ip", "-6", "route", "show", "default"),
        "links": ("sh", "-c", "ip -br link | awk '{print $1, $3}'; ip -o link | grep -o 'mtu [0-9]*'"),
        "hosts": ("sh", "-c", "stat -c '%a %u %g' /etc/hosts; cat /etc/hosts"),
        "resolv.conf": ("sh", "-c", "readlink /etc/resolv.conf; cat /etc/resolv.conf"),
        "gai.conf": ("sh", "-c", "cat /etc/gai.conf 2>/dev/null || echo none"),
    }
    told = {name: lab.pc.run(*words, check=False) for name, words in asked.items()}
    told["profiles"] = _MOVES.sub("", told["profiles"])
    told["routes"] = "\n".join(sorted(_PENALTY.sub(_own_metric, told["routes"]).splitlines()))
    told["routes6"] = re.sub(r" expires \d+sec", "", _PENALTY.sub(_own_metric, told["routes6"]))
    return told


def _own_metric(found: re.Match[str]) -> str:
    return f"metric {int(found[1])}"


def told(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Each step and its outcome."""
    return [(step["remedy"], step["outcome"]) for step in document["steps"]]
