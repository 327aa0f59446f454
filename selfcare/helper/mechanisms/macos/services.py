"""Network services: found by their interface in the settings, never by a name, which people choose and translate."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.helper import host
from selfcare.helper.errors import Refusal
from selfcare.helper.mechanisms.macos import store

INACTIVE = "__INACTIVE__"
LARGEST = 8 * 2**20
KINDS = ("Ethernet", "FireWire")  # the others (PPP, VPN, IPSec) ride on one of these
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the current set. ``said``: everything the settings say of it."""

    id: str
    name: str
    interface: str
    said: dict[str, Any]

    @property
    def active(self) -> bool:
        """Whether it is switched on."""
        return INACTIVE not in self.said

    @property
    def wifi(self) -> bool:
        """Whether its interface is the radio."""
        return bool(_below(self.said, "Interface").get("Hardware") == "AirPort")

    @property
    def path(self) -> str:
        """Where it is in the settings."""
        return f"/NetworkServices/{self.id}"

    def entity(self, name: str) -> dict[str, Any] | None:
        """One part of it: DNS, IPv4, IPv6, Proxies. What is there and no part is nothing that we could put back."""
        value = self.said.get(name)
        if value is not None and not isinstance(value, dict):
            raise Refusal("failed", f"the settings of {name} cannot be read")
        return value


def need_root() -> None:
    """These settings are root's: nothing is tried before."""
    if not host.is_root():
        raise Refusal("needs_privilege", "the settings of a service")


def load() -> dict[str, Any]:
    """The settings, whole."""
    try:
        with store.PREFERENCES.open("rb") as file:
            data = file.read(LARGEST + 1)
        found = plistlib.loads(data) if len(data) <= LARGEST else None
    except OSError:
        raise
    except Exception as error:  # damaged bytes: plistlib names most errors, and any escape means the same
        raise Refusal("failed", "the settings cannot be read") from error
    if not isinstance(found, dict):
        raise Refusal("failed", "the settings cannot be read")
    return found


def services() -> list[Service]:
    """Those of the current set, in its order."""
    tree = load()
    current = tree.get("CurrentSet")
    network = _walk(tree, f"{current}/Network") if isinstance(current, str) else {}
    order = _below(network, "Global", "IPv4").get("ServiceOrder")
    ids = [each for each in (order if isinstance(order, list) else []) if isinstance(each, str)]
    ids += sorted(key for key in _below(network, "Service") if key not in ids)
    found = [_service(tree, number) for number in ids if number in _below(network, "Service") and _ID.fullmatch(number)]
    return [service for service in found if service is not None]


def _service(tree: Tree, number: str) -> Service | None:
    said = _below(tree, "NetworkServices", number)
    about = _below(said, "Interface")
    device, name = about.get("DeviceName"), said.get("UserDefinedName", about.get("UserDefinedName"))
    if about.get("Type") not in KINDS or not isinstance(device, str):
        return None
    return Service(number, name if isinstance(name, str) else "", device, dict(said))


def of_interface(interface: str, *, active: bool = True) -> Service:
    """The service that sets this interface up.

    Raises:
        Refusal: none does, or several do.
    """
    found = [service for service in services() if service.interface == interface and service.active >= active]
    if active is False:
        found = [service for service in found if service.active] or found
    if len(found) != 1:
        raise Refusal("unknown_owner", f"{interface} has {len(found)} services")
    return found[0]


def wifi_interfaces() -> list[str]:
    """Of every Wi-Fi that has a service."""
    return sorted({service.interface for service in services() if service.wifi})


def by_id(number: str) -> Service:
    """One that is known already."""
    found = _service(load(), number)
    if found is None:
        raise Refusal("failed", "the service is gone")
    return found


def _walk(tree: Tree, path: str) -> Tree:
    return _below(tree, *path.strip("/").split("/"))


def _below(tree: Tree, *names: str) -> Tree:
    for name in names:
        value = tree.get(name)
        if not isinstance(value, dict):
            return {}
        tree = value
    return tree
