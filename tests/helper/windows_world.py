"""A Windows of dictionaries: what the mechanisms' calls would find and change there, with Windows' own manners."""

from __future__ import annotations

import copy
import socket
from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import mechanisms, point
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Journal
from selfcare.helper.mechanisms.windows import (
    calls,
    devices,
    hosts,
    proxy,
    ras,
    registry,
    services,
    tool,
)
from selfcare.helper.mechanisms.windows.structures import ForwardRow, Inet, InterfaceRow

GUID = "{0A1B2C3D-0000-4000-8000-000000000001}"
OTHER = "{0A1B2C3D-0000-4000-8000-000000000002}"
CARD, OFF, VPN = "Connexion réseau (2)", "Wi-Fi", "Büro-VPN"
PLACE4, PLACE6 = rf"{registry.INTERFACES4}\{GUID}", rf"{registry.INTERFACES6}\{GUID}"
PLUGGED = r"USB\VID_0BDA&PID_8153\000001"
CARD_PLUGGED = r"PCI\VEN_8086&DEV_15BC\000002"
PREFIXES = """
Précédence  Étiquette  Préfixe
----------  ---------  --------------------------------
        50          0  ::1/128
        40          1  ::/0
        35          4  ::ffff:0:0/96
        30          2  2002::/16
"""


def inet(address: str) -> Inet:
    family = calls.AF_INET6 if ":" in address else calls.AF_INET
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    rest = (b"\0" * 4 if ":" in address else b"") + packed
    made = Inet(family=family)
    made.rest[: len(rest)] = list(rest)
    return made


def route(destination: str, gateway: str, index: int = 7, metric: int = 5) -> ForwardRow:
    address, _, length = destination.partition("/")
    return ForwardRow(
        luid=700 + index, index=index, prefix=inet(address), prefix_length=int(length), next_hop=inet(gateway),
        metric=metric, protocol=3,
    )  # fmt: skip


def interface(name: str, guid: str, index: int, if_type: int = 6) -> InterfaceRow:
    made = InterfaceRow(luid=700 + index, index=index, if_type=if_type, flags=1, oper_status=1)
    made.guid[:] = list(calls.guid_bytes(guid))
    units = name.encode("utf-16-le")
    made.alias[: len(units) // 2] = [int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2)]
    return made


class Windows:
    """``state`` is all of it, to be compared."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.old = folder, False
        self.root, self.user = True, "S-1-5-21-1-2-3-1001"
        self.rows = [interface(CARD, GUID, 7), interface(VPN, OTHER, 9, if_type=23), interface("lo", OTHER, 1, 24)]
        self.routes = [route("0.0.0.0/0", "192.168.1.1"), route("0.0.0.0/0", "192.168.1.77", metric=1)]
        self.values: dict[tuple[str, str, str], Any] = {}
        self.mtus: dict[int, int | None] = {calls.AF_INET: 1500, calls.AF_INET6: 1500}
        self.precedence, self.flags = 35, 0x1 | 0x2 | 0x4
        self.services: dict[str, int] = {}
        self.dialled: list[str] = []
        self.stopped: set[str] = set()
        self.flushed = self.renewed = 0
        self._fill()
        self._patch(patch)

    def _fill(self) -> None:
        machine, user = registry.MACHINE, registry.USER
        path = rf"{registry.NETWORK_CLASS}\{OTHER}\Connection"
        self.values |= {
            (machine, PLACE4, "EnableDHCP"): [4, 0],
            (machine, PLACE4, "IPAddress"): [7, ["192.168.1.50", "10.0.0.5"]],
            (machine, PLACE4, "SubnetMask"): [7, ["255.255.255.0", "255.0.0.0"]],
            (machine, PLACE4, "DefaultGateway"): [7, ["192.168.1.1"]],
            (machine, PLACE4, "NameServer"): [1, "192.168.1.66 10.0.0.66"],
            (machine, PLACE4, "ProfileNameServer"): [1, "203.0.113.1"],
            (machine, PLACE6, "NameServer"): [1, ""],
            (user, proxy.SETTINGS, "ProxyEnable"): [4, 1],
            (user, proxy.SETTINGS, "ProxyServer"): [1, "192.0.2.9:3128"],
            (user, proxy.SETTINGS, "AutoConfigURL"): [1, "http://192.0.2.9/p.pac"],
            (user, proxy.ENVIRONMENT, "HTTPS_PROXY"): [2, "http://192.0.2.9:3128"],
            (machine, path, "Name"): [1, OFF],
            (machine, path, "PnPInstanceID"): [1, PLUGGED],
            (machine, rf"{registry.NETWORK_CLASS}\{GUID}\Connection", "PnPInstanceID"): [1, CARD_PLUGGED],
            (machine, rf"{registry.ENUM}\{CARD_PLUGGED}", "ConfigFlags"): [4, 0],
            (machine, rf"{registry.ENUM}\{PLUGGED}", "ConfigFlags"): [4, 1],
        }
        self.rows[1].guid[:] = list(calls.guid_bytes("{0A1B2C3D-0000-4000-8000-000000000009}"))
        (self.folder / "hosts").write_bytes(b"\xef\xbb\xbf198.51.100.7 www.example.com other.example\r\n# \xe9\r\n")

    def _patch(self, patch: pytest.MonkeyPatch) -> None:
        for name in ("interfaces", "mtu", "set_mtu", "delete_route", "create_route", "needs_root",
                     "can_set_resolvers", "set_resolvers", "flush_names", "adapter_map", "renew"):  # fmt: skip
            patch.setattr(calls, name, getattr(self, f"_{name}"))
        patch.setattr(calls, "routes", lambda: [ForwardRow.from_buffer_copy(bytes(row)) for row in self.routes])
        patch.setattr(calls, "user", lambda: self.user)
        patch.setattr(registry, "get", lambda *place: copy.deepcopy(self.values.get(place)))
        patch.setattr(registry, "put", self._registry_put)
        patch.setattr(registry, "keys", self._keys)
        patch.setattr(tool, "tell", self._tell)
        patch.setattr(tool, "ask", self._ask)
        patch.setattr(devices, "change", self._change)
        patch.setattr(devices, "started", lambda name: name not in self.stopped)
        patch.setattr(hosts, "path", lambda: self.folder / "hosts")
        patch.setattr(proxy, "live_flags", lambda: self.flags)
        patch.setattr(proxy, "set_live_flags", self._set_live_flags)
        patch.setattr(proxy, "tell_everybody", lambda: None)
        patch.setattr(services, "state", self.services.get)
        patch.setattr(services, "stop", lambda name: self._service(name, services.STOPPED))
        patch.setattr(services, "start", lambda name: self._service(name, services.RUNNING))
        patch.setattr(ras, "connections", lambda: [ras.Dialled(1, name, "book") for name in self.dialled])
        patch.setattr(ras, "parameters", lambda book, entry: entry)
        patch.setattr(ras, "hang_up", lambda found: self._at("RasHangUp", lambda: self.dialled.remove(found.entry)))
        patch.setattr(ras, "dial", lambda book, entry: self._at("RasDial", lambda: self.dialled.append(entry)))

    @property
    def state(self) -> dict[str, Any]:
        found = {str(place): value for place, value in self.values.items() if value != [1, ""]}
        found["routes"] = sorted(bytes(row).hex() for row in self.routes)
        found["files"] = {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
        rest = (self.mtus, self.precedence, self.flags, self.services, sorted(self.dialled), self.stopped)
        return copy.deepcopy(found | {"rest": rest})

    def changes(self) -> Changes:
        return Changes(Journal(self.folder / "journal"), lambda verb: mechanisms.find(verb, "win32"))

    # -- the calls -------------------------------------------------------------------------------

    def _at(self, name: str, doing: Any) -> None:
        point.reached(f"before {name}")
        doing()
        point.reached(f"after {name}")

    def _needs_root(self) -> None:
        if not self.root:
            raise Refusal("needs_privilege", "")

    def _interfaces(self) -> list[InterfaceRow]:
        return self.rows

    def _mtu(self, luid: int, family: int) -> int | None:
        assert luid == 707
        return self.mtus[family]

    def _set_mtu(self, luid: int, family: int, size: int) -> None:
        self._at("SetIpInterfaceEntry", lambda: self.mtus.update({family: size}))

    def _delete_route(self, row: ForwardRow) -> None:
        kept = [each for each in self.routes if bytes(each)[:72] != bytes(row)[:72]]
        self._at("DeleteIpForwardEntry2", lambda: setattr(self, "routes", kept))

    def _create_route(self, row: ForwardRow) -> None:
        self._at("CreateIpForwardEntry2", lambda: self.routes.append(row))

    def _can_set_resolvers(self) -> bool:
        return not self.old

    def _set_resolvers(self, guid: str, *, ipv6: bool, profile: bool, servers: str) -> bool:
        """Windows writes its own spelling: commas, whatever it was told."""
        place = (registry.MACHINE, PLACE6 if ipv6 else PLACE4, "ProfileNameServer" if profile else "NameServer")
        assert guid == GUID
        self._at("SetInterfaceDnsSettings", lambda: self.values.update({place: [1, servers.replace(" ", ",")]}))
        return True

    def _flush_names(self) -> None:
        self.flushed += 1

    def _adapter_map(self, index: int) -> int:
        return index

    def _renew(self, found: int) -> None:
        self.renewed += 1

    def _registry_put(self, root: str, path: str, name: str, value: Any) -> None:
        point.reached(f"before {name}")
        self.values.pop((root, path, name), None)
        if value is not None:
            self.values[root, path, name] = value
        point.reached(f"after {name}")

    def _keys(self, root: str, path: str) -> list[str]:
        inside = [place[1][len(path) + 1 :] for place in self.values if place[0] == root and place[1].startswith(path)]
        return sorted({each.partition("\\")[0] for each in inside if each})

    def _change(self, name: str, what: int) -> None:
        place = (registry.MACHINE, rf"{registry.ENUM}\{name}", "ConfigFlags")
        flags = {devices.ENABLE: 0, devices.DISABLE: 1}.get(what, self.values[place][1])
        if what == devices.RESTART:  # two steps of its own
            self._at("stop", lambda: self.stopped.add(name))
        self._at("SetupDiChangeState", lambda: self.values.update({place: [4, flags]}))
        self.stopped.discard(name)

    def _set_live_flags(self, flags: int) -> None:
        def rewritten() -> None:
            self.flags = flags
            self.values[registry.USER, proxy.SETTINGS, "ProxyEnable"] = [4, int(bool(flags & 2))]

        self._at("InternetSetOption", rewritten)

    def _service(self, name: str, state: int) -> None:
        self._at("service", lambda: self.services.update({name: state}))

    # -- netsh -----------------------------------------------------------------------------------

    def _ask(self, *words: str, timeout: float = 0) -> bytes:
        assert words == ("netsh", "interface", "ipv6", "show", "prefixpolicies")
        return PREFIXES.replace("35", str(self.precedence)).encode("cp850")

    def _tell(self, *words: str, timeout: float = 0) -> None:
        assert words[:2] == ("netsh", "interface")
        told = dict(word.split("=", 1) for word in words if "=" in word)
        doing = {
            "address": self._address, "dnsservers": self._dnsservers, "prefixpolicy": self._prefixpolicy,
        }[words[4]]  # fmt: skip
        self._at("netsh", lambda: doing(words[2], words[3], told))

    def _prefixpolicy(self, family: str, word: str, told: dict[str, str]) -> None:
        assert told["prefix"] == "::ffff:0:0/96" and told["label"] == "4" and told["store"] == "active"
        self.precedence = int(told["precedence"])

    def _dnsservers(self, family: str, word: str, told: dict[str, str]) -> None:
        assert told["name"] == "7"
        place = (registry.MACHINE, PLACE6 if family == "ipv6" else PLACE4, "NameServer")
        old = self.values.get(place, [1, ""])[1] if word == "add" else ""
        made = ",".join(filter(None, [old, told.get("address", "")]))
        self.values[place] = [1, "" if told.get("source") == "dhcp" else made]

    def _address(self, family: str, word: str, told: dict[str, str]) -> None:
        assert told["name"] == "7" and family == "ipv4"

        def lists(*names: str) -> list[list[str]]:
            return [self.values.setdefault((registry.MACHINE, PLACE4, name), [7, []])[1] for name in names]

        addresses, masks, gateways, metrics = lists(
            "IPAddress", "SubnetMask", "DefaultGateway", "DefaultGatewayMetric"
        )  # fmt: skip
        if word == "set":
            self.values[registry.MACHINE, PLACE4, "EnableDHCP"] = [4, int(told["source"] == "dhcp")]
            for each in (addresses, masks, gateways, metrics):
                each.clear()
        if "mask" in told:
            addresses.append(told["address"])
            masks.append(told["mask"])
        if "gwmetric" in told:
            gateways.append(told["gateway"])
            metrics.append(told["gwmetric"])
