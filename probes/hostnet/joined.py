"""Which Wi-Fi this PC is in: NetworkManager over the bus, ``netsh`` on Windows. macOS hides the name from programs."""

from __future__ import annotations

from typing import Any

from probes.hostnet import bus
from probes.radio.texts import netsh, words
from selfcare.model.home_pc import Joined
from selfcare.model.probe import Platform

_NM = "org.freedesktop.NetworkManager"
_ACTIVATED = 100


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
    from probes.radio.windows import console  # only ever wanted there

    done = await console.printed("wlan", "show", "interfaces")
    return "" if done is None else words.decoded(done[0])


def parse_netsh(text: str) -> Joined:
    """``netsh wlan show interfaces``. Without a name (not joined, hidden, or not told) nothing is known."""
    link = netsh.interfaces(text).link
    if link is None or link.ssid is None or "\N{REPLACEMENT CHARACTER}" in link.ssid:
        # The console writes in a code page of its own: a name with accents that was spoilt cannot be compared.
        return Joined()
    return Joined(link.ssid, known=True)
