"""The window with the real engine, in the home-network lab: nothing here is scripted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.lab


def in_lab(tmp_path: Path, *fault: str) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.lab", "shell", *fault, "--", sys.executable, "-m", "tests.ui.real_window"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "SELFCARE_HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines, done.stderr[-2000:]
    said: dict[str, object] = json.loads(lines[-1])
    return said


def test_a_healthy_home(tmp_path: Path) -> None:
    said = in_lab(tmp_path)
    assert (said["phase"], said["state"], said["code"]) == ("done", "ok", None)
    assert said["chain"] == ["fine"] * 6
    assert said["kind"] == "cable"


def test_the_isps_resolvers_are_down(tmp_path: Path) -> None:
    said = in_lab(tmp_path, "--fault", "isp-dns-down")
    assert (said["phase"], said["code"]) == ("done", "ISP-DNS-DOWN")
    chain = said["chain"]
    assert isinstance(chain, list) and chain[4] == "fault" and "fault" not in chain[:4]
