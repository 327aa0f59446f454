"""``selfcare repair --yes`` as it is started, killed at some time: then the next start, and everything is as before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.lab.lab import Lab
from tests.lab.repairs import ROOTS_HOME, different, run, settings, undo_all
from tests.lab.rootfs import why_unavailable
from tests.lab.spaces import child_of

pytestmark = [
    pytest.mark.lab,
    pytest.mark.full,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
STEP_S = 0.4
GONE_S = 30.0


def test_the_command_is_killed_again_and_again() -> None:
    """Later each time, until it ends by itself; exactly at the boundaries it is killed in ``tests/killing``."""
    outcomes = []
    with Lab("isp-dns-down") as lab:
        before = settings(lab)
        for number in range(1, 60):
            ended = _killed(lab, number * STEP_S)
            listed = json.loads(run(lab, "undo", "list", "--json").stdout)
            states = {entry["state"] for entry in listed}
            assert states <= {"kept", "undone"}, listed
            outcomes.append("kept" if any(e["state"] == "kept" and e["reversible"] for e in listed) else "as before")
            undo_all(lab, user=False)
            assert not different(lab, before)
            lab.pc.run("sh", "-c", "rm -rf /var/lib/selfcare/journal")
            if ended:
                break
    assert ended and outcomes[0] == "as before" and outcomes[-1] == "kept" and len(outcomes) >= 5, outcomes


def _killed(lab: Lab, after_s: float) -> bool:
    """Whether it ended before; all it started is gone afterwards."""
    argv, environment = lab.command([sys.executable, "-m", "selfcare", "repair", "--yes", "--json"])
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(argv, env={**environment, "SELFCARE_HOME": ROOTS_HOME}, **quiet) as process:
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            inner = child_of(process.pid)
            assert inner is not None
            os.kill(inner, signal.SIGKILL)
        ended = process.wait() == 0
    deadline = time.monotonic() + GONE_S
    while lab.pc.run("pgrep", "-f", "selfcare.helper", check=False).strip():
        assert time.monotonic() < deadline, "the helper outlives the program"
        time.sleep(0.1)
    return ended
