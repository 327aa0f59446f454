"""Which Wi-Fi this PC is in: NetworkManager over the bus, ``netsh`` on Windows. macOS hides the name from programs."""

from __future__ import annotations

import asyncio
import contextlib
import re
import subprocess
from typing import Any

from probes.hostnet import bus
from selfcare.model.home_pc import Joined
from selfcare.model.probe import Platform

_LIMIT_S = 3.0
_NM = "org.freedesktop.NetworkManager"
_ACTIVATED = 100
# The word is the same in every language; "BSSID" and "Point d'accès …" are other lines.
_SSID = re.compile(r"^\s*SSID\s*:\s?(.*)$")


async def read(platform: Platform) -> Joined:
    """The first network of several adapters."""
    if platform is Platform.LINUX:
        return await _by_manager()
    if platform is Platform.WINDOWS:
        return parse_netsh(await _netsh())
    return Joined()


async def _by_manager() -> Joined:
    async with bus.system_bus() as connection:
        if connection is None:
            return Joined()
        manager = "org.freedesktop.DBus.ObjectManager"
        told = await bus.call(connection, _NM, "/org/freedesktop", manager, "GetManagedObjects")
    return joined(told[0]) if told else Joined()


def joined(objects: Any) -> Joined:
    """From what NetworkManager manages. In none: it looks after a Wi-Fi adapter, and that is not connected."""
    if not isinstance(objects, dict):
        return Joined()
    adapters = [faces for faces in objects.values() if isinstance(faces, dict) and f"{_NM}.Device.Wireless" in faces]
    for faces in adapters:
        if faces.get(f"{_NM}.Device", {}).get("State") != _ACTIVATED:
            continue
        point = objects.get(faces[f"{_NM}.Device.Wireless"].get("ActiveAccessPoint"), {})
        name = point.get(f"{_NM}.AccessPoint", {}).get("Ssid")
        if not name:
            return Joined()
        return Joined(bytes(name).decode("utf-8", "replace"), known=True)
    return Joined(known=bool(adapters))


async def _netsh() -> str:
    with contextlib.suppress(OSError, TimeoutError):
        process = await asyncio.create_subprocess_exec(
            "netsh", "wlan", "show", "interfaces", stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        try:
            async with asyncio.timeout(_LIMIT_S):
                said, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            raise
        return said.decode("utf-8", "replace")
    return ""


def parse_netsh(text: str) -> Joined:
    """``netsh wlan show interfaces``. Without the line for the name (not joined, or not told) nothing is known."""
    for line in text.splitlines():
        found = _SSID.match(line)
        if found is not None and found[1].strip():
            # The console writes in a code page of its own: a name with accents cannot be compared.
            return Joined() if "\N{REPLACEMENT CHARACTER}" in found[1] else Joined(found[1].strip(), known=True)
    return Joined()
