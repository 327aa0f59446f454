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
    return pressed(tmp_path, ["tests.ui.real_window", *(["deep"] if deep else [])], *fault)


def pressed(tmp_path: Path, module: list[str], *fault: str) -> dict[str, object]:
    window = [sys.executable, "-m", *module]
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


def test_from_the_answer_to_the_repair_and_back(tmp_path: Path) -> None:
    """The real buttons, the real helper: mended, proved, told side by side, and put back by its button."""
    said = pressed(tmp_path, ["tests.ui.real_repair", "mend"], "--fault", "isp-dns-down")
    assert said["state"] == "repaired" and said["steps"] == [["dns.alternate", "kept"]]
    assert said["phases"] == ["looking", "asking", "applying", "proving", "looking", "done", "idle"]
    compare, seen = said["compare"], said["seen"]
    assert isinstance(compare, list) and isinstance(seen, list)
    assert "Les noms de sites ne sont pas trouvés" in compare and "Les noms de sites sont trouvés" in compare
    assert seen[-1] == "undone" and said["undo"]


@pytest.mark.full
def test_a_repair_is_stopped_while_it_is_proved(tmp_path: Path) -> None:
    said = pressed(tmp_path, ["tests.ui.real_repair", "stop"], "--fault", "isp-dns-down")
    phases = said["phases"]
    assert isinstance(phases, list) and phases[-3:] == ["proving", "stopping", "stopped"]
    assert said["undo"] == []  # nothing is left in place
