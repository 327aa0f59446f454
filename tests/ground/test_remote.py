"""Signs of somebody who works here from afar."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from selfcare.ground import remote
from selfcare.ground.remote import remote_login
from selfcare.model.remedy import RemoteLogin

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("environment", "expected"), [
    ({}, None),
    ({"SSH_CONNECTION": "203.0.113.9 50000 192.168.1.20 22"}, RemoteLogin("192.168.1.20")),
    ({"SSH_CONNECTION": "fe80::9%eth0 50000 fe80::1%eth0 22"}, RemoteLogin("fe80::1")),
    ({"SSH_CONNECTION": "nonsense"}, RemoteLogin(None)),
    ({"SSH_CONNECTION": ""}, None),
    ({"SSH_TTY": "/dev/pts/3"}, RemoteLogin(None)),
    ({"SESSIONNAME": "RDP-Tcp#0"}, RemoteLogin(None)),
    ({"SESSIONNAME": "Console"}, None),
])  # fmt: skip
def test_remote_login(
    environment: dict[str, str], expected: RemoteLogin | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_above", lambda: iter(()))  # whoever runs this test may have come from afar
    assert remote_login(environment) == expected


ASK = "from selfcare.ground.remote import remote_login; print(remote_login({}))"


@pytest.mark.skipif(sys.platform != "linux", reason="by /proc")
def test_sudo_forgets_where_its_user_came_from() -> None:
    """The environment is clean; the shell above still has the sign of the login."""
    env = {"SSH_CONNECTION": "203.0.113.9 50000 192.168.1.20 22", "PATH": os.environ["PATH"]}
    clean = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ASK!r}], env={{}})"]
    done = subprocess.run(clean, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(RemoteLogin("192.168.1.20"))


@pytest.mark.skipif(sys.platform != "linux", reason="by /proc")
def test_a_login_s_server_above_is_a_sign_too(tmp_path: Path) -> None:
    shell = tmp_path / "sshd"
    shell.symlink_to("/bin/sh")
    for name, expected in ((str(shell), str(RemoteLogin(None))), ("/bin/sh", "None")):
        line = [name, "-c", f"{sys.executable} -c '{ASK}'; true"]
        done = subprocess.run(line, env={}, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected
