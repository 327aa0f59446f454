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


def in_lab(tmp_path: Path, *fault: str, deep: bool = False) -> dict[str, object]:
    window = [sys.executable, "-m", "tests.ui.real_window", *(["deep"] if deep else [])]
    command = [sys.executable, "-m", "tests.lab", "shell", *fault, "--", *window]
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
    told, curves, ruled_out = said["told"], said["curves"], said["ruled_out"]
    assert isinstance(told, dict) and isinstance(curves, dict) and isinstance(ruled_out, dict)
    assert min(told.values()) >= 3  # the facts told are facts the engine really finds
    assert curves == {"pc": 0, "link": 50, "box": 50, "line": 50, "isp": 50, "internet": 50}
    assert all(ruled_out.values())


def test_the_isps_resolvers_are_down(tmp_path: Path) -> None:
    said = in_lab(tmp_path, "--fault", "isp-dns-down")
    assert (said["phase"], said["code"]) == ("done", "ISP-DNS-DOWN")
    chain = said["chain"]
    assert isinstance(chain, list) and chain[4] == "fault" and "fault" not in chain[:4]


@pytest.mark.full
def test_a_deep_check_is_stopped_while_it_fills_the_line(tmp_path: Path) -> None:
    said = in_lab(tmp_path, "--fault", "healthy-deep", deep=True)
    seen = said["seen"]
    assert isinstance(seen, list) and seen[-2:] == ["loading", "stopped"]
    assert any("debit.orange.fr" in line for line in seen)
    assert said["phase"] == "idle"
