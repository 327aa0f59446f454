"""The Windows Python under Wine, as tests use it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.lab import rootfs
from tests.lab.lab import Lab

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "installers" / "windows" / "winpy.sh"


def installed() -> Path:
    """The folder of the Windows Python, installed here if root may; else the test is skipped, and says why."""
    folder = Path(os.environ.get("SELFCARE_WINPY") or Path.home() / ".cache" / "selfcare-winpy")
    if os.geteuid() != 0 and shutil.which("wine") is None:
        pytest.skip("Wine is not installed, and only root may install it")
    done = subprocess.run(
        [SCRIPT, "install"], env={**os.environ, "SELFCARE_WINPY": str(folder)}, capture_output=True, text=True,
        timeout=900, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"Windows Python could not be installed: {done.stderr.strip()[-200:]}")
    return folder


def run(home: Path, words: Sequence[str], timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, "run", *words], env={**os.environ, "SELFCARE_WINPY": str(home)}, capture_output=True, text=True,
        timeout=timeout, check=False, cwd=ROOT,
    )  # fmt: skip


def on_the_lab(home: Path, fault: str, words: Sequence[str], timeout: float = 120) -> Any:
    if reason := rootfs.why_unavailable():
        pytest.skip(reason)
    with Lab(fault) as lab:
        done = lab.run([str(SCRIPT), "here", *words], timeout=timeout, cwd=ROOT, env={"SELFCARE_WINPY": str(home)})
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
