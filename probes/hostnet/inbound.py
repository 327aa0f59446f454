"""Whether this PC's own firewall lets a connection in, as far as it can be read. Blocking.

Linux: the kernel shows its rules to an administrator only (``nft -j list ruleset``); an ordinary user learns which
firewall starts with the computer, and that there is none where the kernel has no filter loaded at all. Windows and
macOS: no output of theirs was recorded that we could judge by, so nothing is said.
"""

from __future__ import annotations

import json
import os
import platform as platforms
import shutil
import subprocess
from pathlib import Path

from probes.hostnet.nftjudge import Packet, judge
from selfcare.model.home_pc import Inbound
from selfcare.model.probe import Platform

_LIMIT_S = 2.0
_MODULES = Path("/proc/modules")
_UFW = Path("/etc/ufw/ufw.conf")
_UNITS = Path("/etc/systemd/system")
_FIREWALLS = ("ufw", "firewalld", "nftables", "iptables")
_FILTERS = ("nf_tables", "iptable_filter", "iptable_raw", "iptable_mangle", "bpfilter")
_OLD_FILTERS = _FILTERS[1:]


def read(platform: Platform, ports: range, protocol: str, device: str | None) -> Inbound:
    """For connections that arrive on the adapter ``device``; of several ports all must be let in."""
    if platform is not Platform.LINUX:
        return Inbound(None, platform.value)
    name = linux_firewall()
    if _unfiltered():
        return Inbound(True)
    rules = _ruleset()
    if rules is None or _loaded(_OLD_FILTERS):  # rules of the old kind are not in this list
        return Inbound(None, name)
    said = {judge(rules, Packet(port, protocol, device)) for port in ports}
    return Inbound(False if False in said else None if None in said or not said else True, name or "nftables")


def _ruleset() -> object:
    """None: not for us (the kernel refuses an ordinary user), or not there."""
    program = shutil.which("nft", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin")))
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "-j", "list", "ruleset"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_LIMIT_S,
            check=True, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        found: object = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return found


def linux_firewall() -> str:
    """Which one starts with the computer: ``ufw``, ``firewalld``, ``nftables``, ``iptables``, or none."""
    try:
        started = {unit.stem for unit in _UNITS.glob("*.wants/*.service")}
    except OSError:
        started = set()
    for name in _FIREWALLS:
        if name in started and (name != "ufw" or ufw_on(_text(_UFW))):
            return name
    return ""


def ufw_on(text: str) -> bool:
    """``/etc/ufw/ufw.conf``: the unit starts always, the firewall only where this says so."""
    values = [line.partition("=")[2].strip().strip("\"'").lower() for line in text.splitlines()
              if line.strip().startswith("ENABLED=")]  # fmt: skip
    return values[-1:] == ["yes"]


def _unfiltered() -> bool:
    """No filter is loaded, and none is part of the kernel: then there is none that could keep anything out."""
    built_in = _text(Path("/lib/modules") / platforms.release() / "modules.builtin")
    return bool(built_in) and bool(_text(_MODULES)) and not _loaded(_FILTERS) and not _names(built_in, _FILTERS)


def _loaded(names: tuple[str, ...]) -> bool:
    return any(line.split(" ", 1)[0] in names for line in _text(_MODULES).splitlines())


def _names(built_in: str, names: tuple[str, ...]) -> bool:
    return any(Path(line).stem.replace("-", "_") in names for line in built_in.splitlines())


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
