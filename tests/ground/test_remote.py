"""Signs of somebody who works here from afar."""

from __future__ import annotations

import pytest

from selfcare.ground.remote import remote_login
from selfcare.model.remedy import RemoteLogin


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
def test_remote_login(environment: dict[str, str], expected: RemoteLogin | None) -> None:
    assert remote_login(environment) == expected
