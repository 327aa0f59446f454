"""The check over real 802.11 radios: a few scenarios in each run of the tests, all of them in the full one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import machine
from tests.wifi import report, scenario
from tests.wifi.__main__ import soaked, suite

needs_machine = pytest.mark.skipif(machine.why_unavailable() is not None, reason=str(machine.why_unavailable()))


def told(outcome: list[report.Look]) -> str:
    return "\n".join(
        f"{look.wanted.name}: {look.wanted.base.expected.code or look.wanted.base.expected.state}, found {look.found}"
        for look in outcome
        if not look.right
    )


@pytest.mark.early
@pytest.mark.lab
@needs_machine
def test_the_small_suite(request: pytest.FixtureRequest) -> None:
    """What needs no quiet machine: sound, refused, and resolvers that are silent over a sound Wi-Fi."""
    emulated = not os.environ.get(machine.VARIABLE)
    if emulated and not request.config.getoption("--full"):
        pytest.skip(f"without {machine.VARIABLE} a processor is emulated, which takes minutes: only in ./test --all")
    wanted = scenario.short()[:2] if emulated else scenario.short()
    outcome, _ = suite(wanted)
    assert len(outcome) == len(wanted)
    assert not told(outcome), told(outcome)


@pytest.mark.full
@pytest.mark.lab
@needs_machine
def test_all_scenarios() -> None:
    outcome, _ = suite(scenario.names())
    assert not any(look.false_blame for look in outcome), told(outcome)
    true = [look for look in outcome if look.wanted.true]
    assert report.share(outcome, lambda look: look.side) >= report.MINIMA["right side"], told(outcome)
    assert report.share(true, lambda look: look.exact) >= report.MINIMA["exact code"], told(outcome)


@pytest.mark.full
@pytest.mark.lab
@needs_machine
def test_a_restless_minute() -> None:
    """Ten of them: ``python -m tests.wifi soak``."""
    _, wrong, _ = soaked(60, seed=8)
    assert not wrong, "\n".join(wrong)


def machines(folder: Path) -> list[int]:
    """Processes of machines whose jobs lie in this folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.full
@pytest.mark.lab
@needs_machine
def test_whoever_ends_a_report_ends_its_machines(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.wifi", "report", "--jobs", "2"]
    with subprocess.Popen(words, env={**os.environ, "TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL) as made:
        end = time.monotonic() + 60
        while len(list(tmp_path.glob("selfcare-machine-*/command"))) < 2 and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(2)
        running = machines(tmp_path)
        made.send_signal(signal.SIGTERM)
        try:
            code = made.wait(20)
        except subprocess.TimeoutExpired:
            made.kill()
            raise
        finally:
            left = machines(tmp_path)
            for pid in left:
                os.kill(pid, signal.SIGKILL)
    assert len(running) >= 2
    assert (code, left) == (143, [])
