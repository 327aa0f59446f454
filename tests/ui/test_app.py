"""The program as a process: start, figures, end, refusal, second start; and what it imports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from selfcare.i18n import Catalogue

ROOT = Path(__file__).parents[2]
_SCRIPT = """
import sys, pathlib
from selfcare.i18n import Catalogue
from tests.ui.events import SCRIPTS, replay, services
from ui.app import run
folder = pathlib.Path(sys.argv[1])
sys.exit(run(services(folder, replay(SCRIPTS["ok"], Catalogue("fr"))), []))
"""


def start(folder: Path, **more: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "SELFCARE_ALLOW_ROOT_WINDOW": "1", "SELFCARE_HOME": str(folder),
        "SELFCARE_TIMING": str(folder / "timing"), "SELFCARE_STARTED_AT": str(time.time()), **more,
    }  # fmt: skip
    command = [sys.executable, "-c", _SCRIPT, str(folder / "data")]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def figures(folder: Path) -> dict[str, float]:
    try:
        lines = (folder / "timing").read_text().splitlines()
    except OSError:
        return {}
    return {k: v for line in lines for k, v in json.loads(line).items()}


def wait_for(folder: Path, name: str) -> float:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if name in figures(folder):
            return figures(folder)[name]
        time.sleep(0.02)
    raise AssertionError(f"no {name}")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_starts_measures_and_ends_politely(tmp_path: Path) -> None:
    process = start(tmp_path)
    assert 0 < wait_for(tmp_path, "first_paint_ms") < wait_for(tmp_path, "ready_ms")
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert process.stderr is not None and process.stderr.read() == ""
    # How long it took is judged by tests/bench: the machine of a test run is busy.
    assert figures(tmp_path)["max_gap_ms"] > 0
    assert (tmp_path / "log" / "selfcare.log").exists()


def test_no_source_is_read_and_kept() -> None:
    """PySide6 would read that of each module, for a feature that nobody here uses: 11 MB of memory."""
    ask = "import linecache, ui.app, ui.pages, selfcare.app.check; print(*linecache.cache, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    ours = (str(ROOT / "ui"), str(ROOT / "selfcare"))
    assert [name for name in done.stdout.splitlines() if name.startswith(ours)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_second_start_gives_way(tmp_path: Path) -> None:
    first = start(tmp_path)
    wait_for(tmp_path, "ready_ms")
    second = start(tmp_path, SELFCARE_TIMING=str(tmp_path / "second"))
    assert second.wait(60) == 0
    assert not (tmp_path / "second").exists()  # it never painted
    assert first.poll() is None
    first.terminate()
    assert first.wait(60) == 0


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs root to be refused")
def test_refuses_to_run_as_root(tmp_path: Path) -> None:
    process = start(tmp_path, SELFCARE_ALLOW_ROOT_WINDOW="")
    assert process.wait(60) == 5
    assert process.stderr is not None
    assert process.stderr.read().strip() == Catalogue("fr").text("ui.privileged")
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are found otherwise")
def test_without_a_screen_it_says_so(tmp_path: Path) -> None:
    process = start(tmp_path, QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert process.wait(60) == 2
    assert process.stderr is not None
    assert process.stderr.read().strip() == Catalogue("fr").text("ui.no_screen")


def _modules(code: str) -> set[str]:
    out = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(' '.join(sys.modules))"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return set(out.stdout.split())


@pytest.mark.parametrize("module", ["ui.app", "ui.pages.check"])
def test_the_first_paint_waits_for_nothing_heavy(module: str) -> None:
    loaded = _modules(f"import {module}")
    heavy = {
        "asyncio", "probes", "dns", "aiohttp", "pyroute2", "dbus_fast", "netifaces", "psutil", "msgspec",
        "logging.handlers", "socket", "ssl", "PySide6.QtNetwork", "PySide6.QtSvg", "selfcare.diagnosis",
        "selfcare.app.check", "selfcare.wiring", "selfcare.cli",
    }  # fmt: skip
    assert loaded & heavy == set()


def test_settings_open_without_the_engine() -> None:
    assert not _modules("import ui.pages.settings") & {"probes", "asyncio", "dns"}
