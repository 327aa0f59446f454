"""The real program as a process, killed in the middle of a guide and started again; a simulated box on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from selfcare.cases.box_journal import FOLDER
from tests.boxes.base import Simulator
from tests.boxes.threaded import in_thread
from tests.ui.box_bench import simulator
from tests.ui.guide_home import pair

ROOT = Path(__file__).parents[2]
GUESTS = {"what": "on", "how": "pair", "pair": "link", "name": "Amis", "new_key": "cle-des-amis", "hours": "4",
          "inside": "yes"}  # fmt: skip


@contextmanager
def program(folder: Path, place: str, told: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "SELFCARE_HOME": str(folder)}
    environment["SELFCARE_BOX_ADDRESS"] = place
    command = [sys.executable, "-m", "tests.ui.real_guide", json.dumps({"guide": "guest-network", **told})]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as running:
        try:
            yield running
        finally:
            running.kill()


def killed(folder: Path, place: str, **told: Any) -> list[str]:
    """Runs until the step where it stops, and is killed there; the steps it was at."""
    seen: list[str] = []
    with program(folder, place, told) as running:
        assert running.stdout is not None and running.stderr is not None
        for line in running.stdout:
            seen.append(json.loads(line).get("name", ""))
            if seen[-1] == told["stop"]:
                running.kill()
                return seen
        raise AssertionError(running.stderr.read()[-2000:])


def ended(folder: Path, place: str, **told: Any) -> list[dict[str, Any]]:
    """To the end; every line it said."""
    with program(folder, place, told) as running:
        out, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors[-2000:]
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def kept(folder: Path) -> int:
    return len(list(folder.rglob(f"{FOLDER}/*/*.jsonl")))


def on(box: Simulator) -> bool:
    return box.home.guest.enable


@pytest.fixture
def paired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Simulator, str]]:
    """A Freebox that has let this program in before."""
    box = simulator("freebox")
    monkeypatch.setenv("SELFCARE_HOME", str(tmp_path))
    monkeypatch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.01)
    with in_thread(box) as at:
        monkeypatch.setenv("SELFCARE_BOX_ADDRESS", f"{at.address}:{at.port}")
        pair(box.home)
        yield box, f"{at.address}:{at.port}"


def test_killed_where_consent_is_asked_and_after_it_was_done(tmp_path: Path, paired: tuple[Simulator, str]) -> None:
    """Before the word nothing is changed; after it nothing is changed again, and it can be put back."""
    box, place = paired
    seen = killed(tmp_path, place, words=GUESTS, stop="?")
    assert seen == ["name", "new_key", "hours", "?"] and not on(box)
    assert killed(tmp_path, place, words=GUESTS, resume=True, stop="inside") == ["?", "inside"]
    assert on(box) and box.home.guest.key == "cle-des-amis" and kept(tmp_path) == 1
    *steps, end, undone = ended(tmp_path, place, words=GUESTS, resume=True, undo=True)
    assert [one["name"] for one in steps] == ["inside"] and end["end"] == "solved" and end["undoable"] == 1
    assert undone["at"] == "undone" and not on(box) and kept(tmp_path) == 1
    assert not any(b"cle-des-amis" in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())


@pytest.mark.full
@pytest.mark.parametrize("step", ["what", "how", "pair", "name", "new_key", "hours"])
def test_killed_at_every_step(tmp_path: Path, step: str) -> None:
    box = simulator("freebox")
    with in_thread(box) as at:
        place = f"{at.address}:{at.port}"
        assert killed(tmp_path, place, words=GUESTS, stop=step)[-1] == step
        first, *_, end = ended(tmp_path, place, words=GUESTS, resume=True)
        assert first["name"] == step and end["end"] == "solved"
        assert on(box) and kept(tmp_path) == 1
