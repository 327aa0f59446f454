"""Exactly once: real sender, real HTTP, a network that fails at every step. And the sweep is able to find a mistake."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.outbox.broken import BROKEN

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked")
FOUND = {
    "no_search": "filed 2 times", "no_settling": "filed 2 times", "noted_after": "filed 2 times",
    "no_second_search": "2 live tickets", "no_late_look": "2 live tickets", "wall_clock": "filed 2 times",
    "yes_is_enough": "notes", "refusal_is_believed": "refused",
}  # fmt: skip
"""Broken so: what is counted at the desk then."""
ONLY = {
    "no_search": "taken, cut before the answer", "no_settling": "no answer, taken late",
    "noted_after": "taken, kill -9", "no_second_search": "delivered twice", "no_late_look": "second late",
    "wall_clock": "202, taken late; clock jump: start", "yes_is_enough": "portal's 200",
    "refusal_is_believed": "400, taken",
}  # fmt: skip


def swept(*words: str) -> tuple[int, str]:
    """In a Python of its own: it forks, and is killed in parts."""
    command = [sys.executable, "-m", "tests.outbox.sweep", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1500, check=False)
    assert done.returncode in (0, 1), done.stderr[-3000:]
    return done.returncode, done.stdout


@pytest.mark.parametrize("desk", ["tmf", "rt"])
def test_some_of_everything_arrives_once(desk: str) -> None:
    code, said = swept("--desk", desk, "--runs", "30")
    assert code == 0, said[-6000:]
    assert f"{desk}: 30 runs" in said


@pytest.mark.full
@pytest.mark.parametrize("desk", ["tmf", "rt"])
def test_a_thousand_arrive_once(desk: str) -> None:
    code, said = swept("--desk", desk, "--runs", "1000")
    assert code == 0, said[-6000:]
    assert f"{desk}: 1000 runs" in said


@pytest.mark.parametrize("broken", sorted(BROKEN))
def test_a_mistake_is_found(broken: str) -> None:
    code, said = swept("--desk", "rt", "--runs", "4", "--only", ONLY[broken], "--break", broken)
    assert code == 1, said[-3000:]
    assert FOUND[broken] in said
