"""What only the registry tells: leases, resolvers set by hand, adapters switched off, the hosts folder.

``read_*`` touch the registry and give plain dictionaries; the rest understands those anywhere.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.model.payloads.address import Lease

Values = Mapping[str, object]

_SERVICES = r"SYSTEM\CurrentControlSet\Services"
INTERFACES4 = _SERVICES + r"\Tcpip\Parameters\Interfaces"
INTERFACES6 = _SERVICES + r"\Tcpip6\Parameters\Interfaces"
PARAMETERS = _SERVICES + r"\Tcpip\Parameters"
_NETWORK_CLASS = r"SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318}"
_ENUM = r"SYSTEM\CurrentControlSet\Enum"
# A device switched off by a person (CONFIGFLAG_DISABLED), and what Wi-Fi cards are marked with.
_DISABLED, _WIRELESS = 0x01, 2
# A wall clock that was wrong at either end makes an absurd rest; then it is not told.
_SANE_S = 400 * 86_400


@dataclass(frozen=True, slots=True)
class DisabledAdapter:
    """A card that Windows' other calls do not list, because it is switched off."""

    guid: str
    name: str
    wireless: bool


def _words(value: object) -> tuple[str, ...]:
    """Addresses of a text or list, separated by commas or blanks."""
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
    found = []
    for word in re.split(r"[\s,;]+", text):
        with contextlib.suppress(ValueError):
            found.append(str(ipaddress.ip_address(word)))
    return tuple(dict.fromkeys(address for address in found if address not in ("0.0.0.0", "255.255.255.255")))


def _seconds(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**32 else None


def lease(values: Values, now: float | None = None) -> Lease | None:
    """The DHCP lease an interface's values tell; None where its address is not from DHCP."""
    if not values.get("EnableDHCP") or not _words(values.get("DhcpIPAddress")):
        return None
    server = _words(values.get("DhcpServer"))
    obtained, ends = _seconds(values.get("LeaseObtainedTime")), _seconds(values.get("LeaseTerminatesTime"))
    left = ends - (time.time() if now is None else now) if ends else None
    return Lease(
        server=server[0] if server else None,
        routers=_words(values.get("DhcpDefaultGateway")),
        resolvers=_words(values.get("DhcpNameServer")),
        domain=str(values.get("DhcpDomain") or "") or None,
        lease_s=_seconds(values.get("Lease")) or (ends - obtained if ends and obtained and ends > obtained else None),
        expires_in_s=left if left is not None and abs(left) < _SANE_S else None,
    )


def manual_resolvers(values4: Values, values6: Values) -> tuple[str, ...]:
    """Servers a person or program wrote, for the adapter or for the Wi-Fi network it is in."""
    written = [v.get(name) for v in (values4, values6) for name in ("NameServer", "ProfileNameServer")]
    return tuple(dict.fromkeys(address for value in written for address in _words(value)))


def dhcp_enabled(values: Values) -> bool | None:
    """The switch of the adapter's settings; None where it is not written."""
    value = values.get("EnableDHCP")
    return bool(value) if isinstance(value, int) else None


def disabled(connections: Mapping[str, Values], devices: Mapping[str, Values]) -> tuple[DisabledAdapter, ...]:
    """Cards that are switched off: ``connections`` by GUID, ``devices`` by their plug-and-play id."""
    found = []
    for guid, values in connections.items():
        device = str(values.get("PnPInstanceID") or "").upper()
        flags = devices.get(device, {}).get("ConfigFlags")
        # Real cards hang on a bus; what programs make is listed under ROOT or SWD.
        if device.startswith(("PCI\\", "USB\\", "SDBUS\\")) and isinstance(flags, int) and flags & _DISABLED:
            name = str(values.get("Name") or guid)
            found.append(DisabledAdapter(guid, name, values.get("MediaSubType") == _WIRELESS))
    return tuple(found)


def read(path: str) -> dict[str, object]:
    """All values of a key of the machine; empty where it cannot be read. Blocking."""
    found: dict[str, object] = {}
    if sys.platform == "win32":
        import winreg

        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            for number in range(winreg.QueryInfoKey(key)[1]):
                name, value, _ = winreg.EnumValue(key, number)
                found[name] = value
    return found


def _subkeys(path: str) -> list[str]:
    found: list[str] = []
    if sys.platform == "win32":
        import winreg

        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            for number in range(winreg.QueryInfoKey(key)[0]):
                found.append(winreg.EnumKey(key, number))
    return found


def read_disabled() -> tuple[DisabledAdapter, ...]:
    """Cards that are switched off. Blocking."""
    connections = {guid: read(rf"{_NETWORK_CLASS}\{guid}\Connection") for guid in _subkeys(_NETWORK_CLASS)}
    devices = {
        device.upper(): read(rf"{_ENUM}\{device}")
        for values in connections.values()
        if (device := str(values.get("PnPInstanceID") or ""))
    }
    return disabled(connections, devices)


def interface(guid: str) -> tuple[dict[str, object], dict[str, object]]:
    """The IPv4 and IPv6 settings of an adapter. Blocking."""
    return read(rf"{INTERFACES4}\{guid}"), read(rf"{INTERFACES6}\{guid}")


def expanded(value: Any, environment: Mapping[str, str]) -> str:
    r"""``%SystemRoot%\\x`` with its variable filled in, whatever its case."""
    known = {name.upper(): text for name, text in environment.items()}
    return re.sub(r"%([^%]+)%", lambda found: known.get(found[1].upper(), found[0]), str(value or ""))
