"""The real window, the real services, a simulated box on loopback: from the stranger to the line, as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("family", "name"), [("freebox", "Freebox Pop"), pytest.param("bbox", "Bbox Wi-Fi 6", marks=pytest.mark.full)]
)
def test_a_box_is_linked_and_told_of(tmp_path: Path, family: str, name: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "SELFCARE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tests.ui.real_box", family]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["headline"], said["line"]) == (name, "Votre ligne est établie.")
    if family == "freebox":
        assert said["logouts"] == 2  # of the look at the rights while pairing, and of the window's end
    kept = [p for p in tmp_path.rglob("*") if p.is_file() and p.stat().st_size]
    assert kept and not any(b"Tr0ub4dor" in p.read_bytes() or b"simulated-token" in p.read_bytes() for p in kept)
