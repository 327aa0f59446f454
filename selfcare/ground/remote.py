"""Whether somebody works on this PC from afar: then their way in must not be cut."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from selfcare.model.remedy import RemoteLogin

_SIGNS = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "XRDP_SESSION")
_SERVERS = ("sshd", "sshd-session", "dropbear", "mosh-server", "xrdp-sesman", "in.telnetd")
_DEEP = 64


def remote_login(environment: Mapping[str, str] = os.environ) -> RemoteLogin | None:
    """By what the remote login leaves in the environment of its programs; None where there is no sign of one.

    ``sudo`` keeps none of it, so the programs that started this one are looked at as well.
    """
    said = _said(environment)
    if said is None:
        for number in _above():
            said = _said(_environment(number)) or (RemoteLogin(None) if _name(number) in _SERVERS else None)
            if said is not None:
                break
    return said


def _said(environment: Mapping[str, str]) -> RemoteLogin | None:
    words = environment.get("SSH_CONNECTION", "").split()
    if len(words) == 4:  # their address and port, ours and its port
        return RemoteLogin(words[2].split("%")[0])
    if any(environment.get(name) for name in _SIGNS) or environment.get("SESSIONNAME", "").upper().startswith("RDP-"):
        return RemoteLogin(None)
    return None


def _above() -> Iterator[int]:
    """The processes that led to this one, as far as they share this network (Linux; elsewhere none)."""
    number, here = os.getppid(), _network("self")
    for _ in range(_DEEP):
        if number <= 1 or _network(str(number)) not in (here, ""):
            return
        yield number
        try:
            number = int(Path(f"/proc/{number}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return


def _network(process: str) -> str:
    """Which network a process is in, "" where we may not know."""
    with suppress(OSError):
        return str(Path(f"/proc/{process}/ns/net").readlink())
    return ""


def _name(number: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{number}/comm").read_text(errors="replace").strip()
    return ""


def _environment(number: int) -> dict[str, str]:
    """What it was started with; nothing where we may not read it."""
    try:
        lines = Path(f"/proc/{number}/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return {}
    return {name: value for name, found, value in (line.partition("=") for line in lines) if found}
