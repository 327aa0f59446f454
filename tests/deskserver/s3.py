"""A server that speaks S3: moto's, in an environment of its own (it brings more than the whole project needs)."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

OWN = Path("~/.cache/selfcare-s3").expanduser()


def python() -> str:
    """Whose Python has it; made once, which needs a package registry."""
    if importlib.util.find_spec("moto") is not None:
        return sys.executable
    if not (OWN / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(OWN)], check=True)
        wanted = [str(OWN / "bin/python"), "-m", "pip", "install", "-q", "moto[s3,server]>=5"]
        if subprocess.run(wanted, capture_output=True, check=False).returncode:
            pytest.skip("moto, which speaks S3, cannot be installed")
        (OWN / "ready").touch()
    return str(OWN / "bin/python")


@contextlib.contextmanager
def speaking() -> Iterator[str]:
    """Its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [python(), "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _until(address)
            yield address
        finally:
            server.kill()


def _until(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no server speaks S3")
