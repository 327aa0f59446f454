"""A PC made up of a few values in a file, and mechanisms that change them one after the other: one for every verb."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selfcare.helper import mechanisms, point
from selfcare.helper.change import EXACT, MEANWHILE, NEVER
from selfcare.helper.journal import Entry, Plan, State

NOTHING, AUTO = "nothing", "by itself"
START: dict[str, Any] = {
    "dns eth0": ["192.168.1.66"], "dns eth0 manual": True, "address eth0": "192.168.1.200", "address eth0 manual": True,
    "link eth0": "up", "link eth0 carrier": True, "card eth1": "off", "card eth1 connected": False, "tunnel tun0": "up",
    "tunnel tun0 routes": 2, "hosts": "1.2.3.4 a.example", "hosts mode": 0o640, "proxy": "10.0.0.9:3128",
    "profile": "export http_proxy", "gai": None, "route 192.168.77.1 50": "there", "route 192.168.1.77 10": "there",
    "route 192.168.1.78 20": "there", "mtu eth0": 9000, "clock": "wrong",
    "wifi wlan0": "joined", "wifi wlan0 place": "", "profile wlan0": "old", "profile wlan0 new": False, "radio": False,
}  # fmt: skip


class System:
    """Each value is changed in one step, as a call to the system is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def reset(self) -> None:
        self.path.write_text(json.dumps(START))

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.path.read_text())
        return found

    def set(self, key: str, value: Any) -> None:
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        new.write_text(json.dumps(self.read() | {key: value}))
        new.replace(self.path)

    def find(self, verb: str) -> Made:
        """The mechanism of this verb on this system; what undoing means is what it really means."""
        return Made(self, mechanisms.find(verb).undo, WANTED[verb])


def _both(key: str, value: Any, second: str, other: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Two values, of which the first may have the interface in its name."""
    return lambda args: {key.format(**args): value, second.format(**args): other}


WANTED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "dns.set": lambda args: {f"dns {args['interface']}": args["servers"], f"dns {args['interface']} manual": True},
    "dns.auto": _both("dns {interface}", AUTO, "dns {interface} manual", False),
    "ip.auto": lambda args: {
        "address eth0": AUTO, "address eth0 manual": False, "dns eth0": AUTO, "dns eth0 manual": False,
    },
    "dhcp.renew": _both("link {interface}", "up", "link {interface} carrier", True),
    "adapter.restart": _both("link {interface}", "up", "link {interface} carrier", True),
    "adapter.enable": _both("card {interface}", "on", "card {interface} connected", True),
    "route.remove": lambda args: {f"route {args['gateway']} {args['metric']}": None},
    "tunnel.stop": _both("tunnel {interface}", "down", "tunnel {interface} routes", 0),
    "hosts.disable": lambda args: {"hosts": f"# selfcare: without {args['names']}", "hosts mode": 0o644},
    "proxy.off": lambda args: {"proxy": None, "profile": ""},
    "ipv4.prefer": lambda args: {"gai": "precedence ::ffff:0:0/96 100"},
    "mtu.set": lambda args: {f"mtu {args['interface']}": args["bytes"]},
    "wifi.reconnect": lambda args: {f"wifi {args['interface']}": "joined"},
    "wifi.prefer": lambda args: {f"wifi {args['interface']} place": args["band"]},
    "wifi.stick": lambda args: {f"wifi {args['interface']} place": args["bssid"]},
    "wifi.rejoin": _both("profile {interface} new", True, "profile {interface}", None),
    "wifi.radio": lambda args: {"radio": True},
    "clock.set": lambda args: {"clock": "right"},
    "dns.flush": lambda args: {},
}  # fmt: skip


class Made:
    """A mechanism on the made-up system."""

    def __init__(self, system: System, undo: str, wanted: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self.system, self.undo, self.wanted = system, undo, wanted

    def plan(self, args: dict[str, Any]) -> Plan:
        wanted, now = self.wanted(args), self.system.read()
        if self.undo not in (EXACT, MEANWHILE):
            return Plan({}, {}, {})
        before = {key: now.get(key, "there") for key in wanted}
        return Plan({}, before, wanted, {key: [NOTHING] for key in wanted}, {"kept": b"\0as it was\xff"})

    def apply(self, entry: Entry) -> None:
        for key, value in self.wanted(entry.args).items():
            if self.undo != NEVER:
                self._step(key, NOTHING)
            self._step(key, value)

    def read(self, entry: Entry) -> State:
        now = self.system.read()
        return {key: now.get(key, "there") for key in entry.before}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        assert files() == {"kept": b"\0as it was\xff"}
        for key in reversed(entry.before):
            self._step(key, entry.before[key])

    def _step(self, key: str, value: Any) -> None:
        point.reached(f"before {key}")
        self.system.set(key, value)
        point.reached(f"after {key}")
