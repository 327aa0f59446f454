"""Whether somebody works on this PC from afar: then their way in must not be cut."""

from __future__ import annotations

import os
from collections.abc import Mapping

from selfcare.model.remedy import RemoteLogin


def remote_login(environment: Mapping[str, str] = os.environ) -> RemoteLogin | None:
    """By what the remote login leaves in the environment of its programs; None where there is no sign of one."""
    words = environment.get("SSH_CONNECTION", "").split()
    if len(words) == 4:  # their address and port, ours and its port
        return RemoteLogin(words[2].split("%")[0])
    other = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "XRDP_SESSION")
    if any(environment.get(name) for name in other) or environment.get("SESSIONNAME", "").upper().startswith("RDP-"):
        return RemoteLogin(None)
    return None
