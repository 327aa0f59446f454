"""Debian's programs in a folder of their own: unpacked and not installed, so that no service of them ever starts."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

OWN = Path("~/.cache/selfcare-debian").expanduser()


def unpacked(*packages: str) -> Path:
    """Where they lie as below ``/``; once, which needs Debian's packages."""
    there = OWN / packages[0]
    if (there / "ready").exists():
        return there
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip(f"{packages[0]} can be had from Debian's packages alone")
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        got = subprocess.run(["apt-get", "download", *packages], cwd=folder, capture_output=True, check=False)
        if got.returncode:
            pytest.skip(f"{packages[0]} cannot be had from Debian's packages")
        for one in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", str(one), str(there)], check=True)
    (there / "ready").touch()
    return there
