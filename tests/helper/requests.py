"""Good requests, and a judge of what was let through that does not know the helper's own rules."""

from __future__ import annotations

import json
import string

from selfcare.helper.protocol import Request

GOOD = {
    "dhcp.renew": {"interface": "eth0"},
    "dns.flush": {},
    "dns.set": {"interface": "wlp3s0", "servers": ["9.9.9.9", "2620:fe::fe"]},
    "dns.auto": {"interface": "eth0"},
    "ip.auto": {"interface": "eth0"},
    "adapter.restart": {"interface": "eth0"},
    "adapter.enable": {"interface": "eth0"},
    "route.remove": {"destination": "default", "gateway": "192.168.1.1", "interface": "eth0", "metric": 100},
    "tunnel.stop": {"interface": "eth0"},
    "hosts.disable": {"names": ["www.example.com"]},
    "proxy.off": {},
    "clock.set": {"seconds": 1_795_000_000},
    "ipv4.prefer": {"on": True},
    "mtu.set": {"interface": "eth0", "bytes": 1400},
    "wifi.reconnect": {"interface": "wlp3s0"},
    "wifi.prefer": {"interface": "wlp3s0", "band": "5"},
    "wifi.stick": {"interface": "wlp3s0", "bssid": "02:00:00:00:01:00"},
    "wifi.rejoin": {"interface": "wlp3s0"},
    "wifi.radio": {"on": True},
}


def line(verb: object, args: object, **more: object) -> bytes:
    return json.dumps({"v": 1, "id": 7, "verb": verb, "args": args, **more}).encode()


SAFE = set(string.ascii_letters + string.digits + ".:/_-")


def harmless(made: Request) -> bool:
    """What was let through is of a shape that no tool could mistake: judged anew, by another rule than the check's."""
    values = [v for value in made.args.values() for v in (value if isinstance(value, list) else [value])]
    for value in values:
        if isinstance(value, str) and (not set(value) <= SAFE or value.startswith(("-", "/", ".")) or ".." in value):
            return False
        if not isinstance(value, str | int):
            return False
    names = {
        "interface",
        "servers",
        "destination",
        "gateway",
        "metric",
        "connection",
        "names",
        "seconds",
        "on",
        "bytes",
        "entry",
        "band",
        "bssid",
    }
    interface = made.args.get("interface", "eth0")
    return set(made.args) <= names and interface in ("eth0", "wlp3s0")
