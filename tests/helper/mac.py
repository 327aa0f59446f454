"""A simulated Mac: settings in a real property list, configd's store, the tools and the frameworks that are used.

It behaves as Apple's documents and sources say; it is no Mac, and what passes here has not run on one.
"""

from __future__ import annotations

import copy
import plistlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import host, tools
from selfcare.helper.errors import Refusal
from selfcare.helper.mechanisms.macos import framework, store
from tests.helper.mac_frameworks import Frameworks

WIFI, CABLE, OFF, VPN, LATER = (f"{n}{n}{n}{n}0000-0000-4000-8000-00000000000{n}" for n in "ABCDE")


def interface(device: str, name: str, hardware: str = "Ethernet") -> dict[str, Any]:
    return {"DeviceName": device, "Hardware": hardware, "Type": "Ethernet", "UserDefinedName": name}


def settings() -> dict[str, Any]:
    """Of the real shape, with invented values: a Wi-Fi with proxies, a manual cable, a cable that is switched off."""
    wifi = {
        "Interface": interface("en0", "Wi-Fi", "AirPort"), "UserDefinedName": "WLAN – der Küche",
        "DNS": {"SearchDomains": ["home.example"]}, "IPv4": {"ConfigMethod": "DHCP"},
        "IPv6": {"ConfigMethod": "Manual", "Addresses": ["2001:db8::7"], "PrefixLength": [64], "Router": "2001:db8::1"},
        "Proxies": {
            "ExceptionsList": ["*.local", "169.254/16"], "FTPPassive": 1, "HTTPEnable": 1, "HTTPPort": 3128,
            "HTTPProxy": "10.0.0.9", "HTTPSEnable": 1, "HTTPSPort": 3128, "HTTPSProxy": "10.0.0.9",
            "ProxyAutoConfigEnable": 0, "ProxyAutoConfigURLString": "",
        },
    }  # fmt: skip
    cable = {
        "Interface": interface("en7", "USB LAN"), "UserDefinedName": "USB LAN",
        "DNS": {"ServerAddresses": ["192.168.1.66"]},
        "IPv4": {"ConfigMethod": "Manual", "Addresses": ["192.168.1.9"], "SubnetMasks": ["255.255.255.0"],
                 "Router": "192.168.1.66"},
        "IPv6": {"ConfigMethod": "Automatic"}, "Proxies": {},
    }  # fmt: skip
    off = {"Interface": interface("en8", "Dock"), "UserDefinedName": "Dock", "IPv4": {"ConfigMethod": "DHCP"},
           "IPv6": {}, "__INACTIVE__": True}  # fmt: skip
    vpn = {"Interface": {"Type": "VPN", "SubType": "org.example.vpn"}, "UserDefinedName": "work"}
    known = {WIFI: wifi, CABLE: cable, OFF: off, VPN: vpn}
    links = {number: {"__LINK__": f"/NetworkServices/{number}"} for number in known}
    network = {"Global": {"IPv4": {"ServiceOrder": [WIFI, CABLE, OFF, VPN]}}, "Service": links}
    return {
        "CurrentSet": "/Sets/S", "NetworkServices": known, "Sets": {"S": {"Network": network}}, "Model": "Mac99,1",
    }  # fmt: skip


class Mac:
    """``native``: whether SystemConfiguration lets us in; else networksetup must do."""

    def __init__(self, folder: Path, *, native: bool = True) -> None:
        self.path, self.native = folder / "preferences.plist", native
        self.refused: set[str] = set()  # calls of SystemConfiguration that fail
        self.profiles: Any = {}
        self.store({**settings()})
        self.force: dict[str, Any] = {}
        self.apply()
        self.links = {name: {"up": True, "mtu": 1500} for name in ("en0", "en7", "en8", "utun4", "utun9")}
        self.links["en8"]["up"] = False
        self.power = True
        self.tunnel = VPN  # the service that utun4 belongs to
        self.routes = [
            "default 192.168.1.1 UGScg en0", "default 192.168.1.1 UGScIg en7", "127 127.0.0.1 UCS lo0",
            "10.9/16 192.168.1.3 UGSc en7", "10.8/16 link#9 UCS en7", "192.168.1 link#8 UCS en0",
            "192.168.1.1 2:0:0:0:0:1 UHLWIir en0 1180",
        ]  # fmt: skip
        self.given = [self.routes[1]]  # what configd gives an interface that comes up
        self.vpn = {VPN: "Connected", LATER: "Disconnected"}
        self.said: list[str] = []
        self.frameworks = Frameworks(self)

    def store(self, tree: dict[str, Any]) -> None:
        self.path.write_bytes(plistlib.dumps(tree))

    def load(self) -> Any:
        return plistlib.loads(self.path.read_bytes())

    def apply(self) -> None:
        """What configd's monitor of settings does: services that are on, parts that are on."""
        self.force = {}
        for number, service in self.load()["NetworkServices"].items():
            if "__INACTIVE__" in service:
                continue
            for name, value in service.items():
                if isinstance(value, dict) and "__INACTIVE__" not in value:
                    self.force[f"Setup:/Network/Service/{number}/{name}"] = value
        self.changed()

    def whole(self) -> Any:
        """Everything there is, to compare; an empty part of a service and none are the same."""
        routes = sorted(" ".join(line.split()[:4]) for line in self.routes)
        force = {key: value for key, value in self.force.items() if value}
        tree = self.load()
        if not self.native:
            for service in tree["NetworkServices"].values():
                for name in ("DNS", "IPv6", "Proxies"):
                    if service.get(name) == {}:
                        del service[name]
        return copy.deepcopy((tree, force, self.links, self.power, routes, self.vpn))

    # -- tools -----------------------------------------------------------------------------------

    def run(self, name: str, words: tuple[str, ...], data: bytes | None, timeout: float, held: Any) -> bytes:
        """In place of ``tools._run``."""
        assert all(type(word) is str for word in words)
        self.said.append(" ".join((name, *words)))
        said = getattr(self, f"do_{name}")(*words, **({} if data is None else {"data": data}))
        self.changed()
        return str(said or "").encode()

    def changed(self) -> None:
        """Something may have (``mac_program.py`` keeps it for the next process)."""

    def do_ifconfig(self, name: str, *words: str) -> str | None:
        link = self.links.get(name)
        if link is None:
            raise Refusal("failed", f"ifconfig: interface {name} does not exist")
        match words:
            case ["up" | "down"]:
                link["up"] = words[0] == "up"
                if link["up"]:
                    self.routes += [line for line in self.given if line not in self.routes and line.endswith(name)]
                else:
                    self.routes = [line for line in self.routes if line.split()[3] != name]
            case ["mtu", size]:
                link["mtu"] = int(size)
            case []:
                flags = "UP,BROADCAST,RUNNING" if link["up"] else "BROADCAST"
                address = "\tinet 192.168.1.9 netmask 0xffffff00 broadcast 192.168.1.255\n" if link["up"] else ""
                return f"{name}: flags=8863<{flags}> mtu {link['mtu']}\n\tether 02:00:00:00:00:07\n{address}"
            case _:
                raise AssertionError(words)
        return None

    def do_netstat(self, *words: str) -> str:
        assert words in (("-rn", "-f", "inet"), ("-rn", "-f", "inet6"))
        head = "Routing tables\n\nInternet:\nDestination        Gateway            Flags        Netif Expire\n"
        return head + "\n".join(self.routes if words[2] == "inet" else [])

    def do_route(self, numeric: str, verb: str, *words: str) -> str | None:
        assert numeric == "-n"
        if verb == "get":
            return "   route to: 198.51.100.1\ndestination: default\n    gateway: 192.168.1.1\n  interface: en0\n"
        family, kind, named, *via = words
        assert family == "-inet" and kind in ("-net", "-host") and len(via) in (1, 2)
        via_of = via[0] if len(via) == 1 else {"en0": "link#8", "en7": "link#9"}[via[1]]
        short = named if named == "default" else self._short(named)
        device = via[1] if len(via) == 2 else "en7" if named != "default" else "en0"
        found = [line for line in self.routes if line.split()[0] == short and "I" not in line.split()[2]]
        if verb == "delete" and found and found[0].split()[1] == via_of:
            self.routes.remove(found[0])
        elif verb == "add" and not found and self.links[device]["up"]:
            flags = "UCS" if len(via) == 2 else "UGScg" if named == "default" else "UGSc"
            self.routes.append(f"{short} {via_of} {flags} {device}")
        return f"{verb} net {named}"  # whatever became of it

    @staticmethod
    def _short(named: str) -> str:
        base, _, length = named.partition("/")
        octets = base.split(".")[: max(1, -(-int(length) // 8))]
        return ".".join(octets) + (f"/{length}" if int(length) != 8 * len(octets) or int(length) == 16 else "")

    def do_scutil(self, *words: str, data: bytes = b"") -> str:
        match words:
            case ["--nc", "list"]:
                lines = [f'* ({state})      {number} VPN (org.example.vpn) "work (Connected)" [VPN:org.example]'
                         for number, state in self.vpn.items()]  # fmt: skip
                return "Available network connection services in the current set (*=enabled):\n" + "\n".join(lines)
            case ["--nc", "stop" | "start" as verb, number]:
                self.vpn[number] = "Connecting" if verb == "start" else "Disconnected"
                return ""
            case []:
                assert data == f"show State:/Network/Service/{VPN}/IPv4\nquit\n".encode()
                return "<dictionary> {\n  Addresses : <array> {\n    0 : 10.8.0.2\n  }\n  InterfaceName : utun4\n}\n"
        raise AssertionError(words)

    def do_profiles(self, *words: str) -> str:
        return plistlib.dumps(self.profiles).decode()

    def do_ipconfig(self, *words: str) -> None:
        assert words == ("set", "en0", "DHCP")

    def do_killall(self, *words: str) -> None:
        assert words == ("-HUP", "mDNSResponder")

    def do_dscacheutil(self, *words: str) -> None:
        assert words == ("-flushcache",)

    def do_networksetup(self, option: str, name: str, *rest: str) -> str | None:
        if option in ("-getairportpower", "-setairportpower"):
            assert name == "en0"
            self.power = {"on": True, "off": False}[rest[0]] if rest else self.power
            return f"Wi-Fi Power ({name}): {'On' if self.power else 'Off'}\n"
        tree = self.load()
        found = [s for s in tree["NetworkServices"].values() if s.get("UserDefinedName") == name]
        if not found:
            return f"{name} is not a recognized network service.\n** Error: The parameters were not valid."
        self._networksetup(found[0], option, rest)
        self.store(tree)
        self.apply()
        return None

    def _networksetup(self, service: dict[str, Any], option: str, rest: tuple[str, ...]) -> None:
        switches = {
            "-setwebproxystate": "HTTPEnable", "-setsecurewebproxystate": "HTTPSEnable",
            "-setautoproxystate": "ProxyAutoConfigEnable",
        }  # fmt: skip
        if option in switches:
            service["Proxies"][switches[option]] = int(rest == ("on",))
        elif option == "-setdnsservers":
            service.setdefault("DNS", {})["ServerAddresses"] = list(rest)
            if rest == ("Empty",):  # what is left may be an empty part
                del service["DNS"]["ServerAddresses"]
        elif option == "-setnetworkserviceenabled":
            service.pop("__INACTIVE__", None)
            service |= {} if rest == ("on",) else {"__INACTIVE__": True}
        else:
            self._addresses(service, option, *rest)

    def _addresses(self, service: dict[str, Any], *words: str) -> None:
        match words:
            case ["-setdhcp"]:
                service["IPv4"] = {"ConfigMethod": "DHCP"}
            case ["-setmanual", address, mask, router]:
                service["IPv4"] = {
                    "ConfigMethod": "Manual", "Addresses": [address], "SubnetMasks": [mask], "Router": router,
                }  # fmt: skip
            case ["-setv6LinkLocal"]:
                service["IPv6"] = {"ConfigMethod": "LinkLocal"}
            case ["-setv6automatic"]:
                service["IPv6"] = {"ConfigMethod": "Automatic"}
            case ["-setv6manual", address, length, router]:
                service["IPv6"] = {
                    "ConfigMethod": "Manual", "Addresses": [address], "PrefixLength": [int(length)], "Router": router,
                }  # fmt: skip
            case _:
                raise AssertionError(words)


@pytest.fixture
def on_a_mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Mac]]:
    """The macOS mechanisms work on the Mac this makes."""
    all_made: list[Mac] = []

    def made(name: str = "mac", *, native: bool = True) -> Mac:
        folder = tmp_path / name
        folder.mkdir()
        mac = Mac(folder, native=native)
        monkeypatch.setattr(store, "PREFERENCES", mac.path)
        monkeypatch.setattr(framework.ctypes, "CDLL", mac.frameworks.load)
        monkeypatch.setattr(tools, "_run", mac.run)
        monkeypatch.setattr(host, "is_root", lambda: True)
        monkeypatch.setattr(socket, "if_nameindex", lambda: list(enumerate(mac.links, start=1)))
        all_made.append(mac)
        return mac

    yield made
    assert [mac.frameworks.wrong for mac in all_made if mac.frameworks.wrong] == []
