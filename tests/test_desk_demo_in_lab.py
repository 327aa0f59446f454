"""The demonstration to its end: the command, as a viewer starts it."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from tests.lab.mounts import REPO
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.full,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]


def test_the_whole_story_is_told() -> None:
    """Each part demands what it tells (a code, one copy, a probable outage), or the story ends with an error."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.lab.demo", "--once", "--lang", "en", "--port", str(port)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("[")]
    assert "solved. No ticket" in done.stdout and "filed, report attached" in done.stdout
    assert "one copy" in done.stdout and "probable collective outage" in done.stdout
    assert "4 homes have the answer" in done.stdout, told
