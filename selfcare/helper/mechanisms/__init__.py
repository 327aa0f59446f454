"""How each change is made: one small file per kind and system, imported when first asked for."""

from __future__ import annotations

import importlib
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from selfcare.helper.bus import BusError, refused
from selfcare.helper.change import Mechanism
from selfcare.helper.errors import Refusal, of_file
from selfcare.helper.journal import Entry, Plan, State, boot
from selfcare.helper.mechanisms.ways import VOLATILE

LINUX = {
    "dhcp.renew": "dhcp_renew", "dns.flush": "dns_flush", "dns.set": "dns_set", "dns.auto": "dns_auto",
    "ip.auto": "nm_profile", "adapter.restart": "adapter", "adapter.enable": "adapter", "route.remove": "route",
    "tunnel.stop": "tunnel", "hosts.disable": "hosts", "proxy.off": "proxy", "clock.set": "clock",
    "ipv4.prefer": "gai", "mtu.set": "mtu", "wifi.reconnect": "wifi", "wifi.prefer": "wifi", "wifi.stick": "wifi",
    "wifi.rejoin": "wifi_rejoin", "wifi.radio": "wifi_radio",
}  # fmt: skip
MACOS = {
    "dhcp.renew": "macos.dhcp_renew", "dns.flush": "macos.dns_flush", "dns.set": "macos.settings",
    "dns.auto": "macos.settings", "ip.auto": "macos.settings", "adapter.restart": "macos.adapter",
    "adapter.enable": "macos.adapter", "route.remove": "macos.route", "tunnel.stop": "macos.tunnel",
    "hosts.disable": "hosts", "proxy.off": "macos.settings", "clock.set": "clock", "ipv4.prefer": "macos.settings",
    "mtu.set": "macos.mtu", "wifi.reconnect": "macos.wifi", "wifi.prefer": "macos.wifi", "wifi.stick": "macos.wifi",
    "wifi.rejoin": "macos.wifi", "wifi.radio": "macos.wifi",
}  # fmt: skip
WINDOWS = {
    "dhcp.renew": "windows.dhcp_renew", "dns.flush": "windows.dns_flush", "dns.set": "windows.dns_set",
    "dns.auto": "windows.dns_set", "ip.auto": "windows.ip_auto", "adapter.restart": "windows.adapter",
    "adapter.enable": "windows.adapter", "route.remove": "windows.route", "tunnel.stop": "windows.tunnel",
    "hosts.disable": "windows.hosts", "proxy.off": "windows.proxy", "clock.set": "clock",
    "ipv4.prefer": "windows.prefixes", "mtu.set": "windows.mtu", "wifi.reconnect": "windows.wifi",
    "wifi.prefer": "windows.wifi", "wifi.stick": "windows.wifi", "wifi.rejoin": "windows.wifi",
    "wifi.radio": "windows.wifi",
}  # fmt: skip
TABLES = {"linux": LINUX, "darwin": MACOS, "win32": WINDOWS}


def find(verb: str, system: str = sys.platform) -> Mechanism:
    """The mechanism of this verb; every module has a table ``MECHANISMS``."""
    if system not in TABLES:
        raise Refusal("unknown_owner", f"nothing is changed on {system} yet")
    if verb not in TABLES[system]:  # of another version's journal: the others are still put back
        raise Refusal("failed", f"{verb} is not known to this version")
    module = importlib.import_module(f"{__name__}.{TABLES[system][verb]}")
    return Careful(module.MECHANISMS[verb])


@contextmanager
def in_our_words() -> Iterator[None]:
    """Whatever goes wrong in a mechanism is a refusal: the helper must live to put things back."""
    try:
        yield
    except OSError as error:
        raise of_file(error) from error
    except BusError as error:
        raise refused(error) from error
    except (ValueError, LookupError, TypeError, AttributeError, RuntimeError, struct.error) as error:
        raise Refusal("failed", f"not understood: {error!r}") from error


def forgotten(entry: Entry) -> bool:
    """A change in memory only, once the PC was restarted or the adapter pulled out: what it replaced went with it.

    To put that back would be a new change: a way to a network that the PC is no longer on, a VPN that was dead.
    """
    if not entry.how.get(VOLATILE):
        return False
    if "" not in (entry.boot, boot()) and entry.boot != boot():
        return True
    return "interface" in entry.how and entry.how["interface"] not in {name for _, name in socket.if_nameindex()}


class Careful:
    """A mechanism whose only way of failing is a ``Refusal``."""

    def __init__(self, inner: Mechanism) -> None:
        self.inner, self.undo = inner, inner.undo

    def plan(self, args: dict[str, Any]) -> Plan:
        with in_our_words():
            return self.inner.plan(args)

    def apply(self, entry: Entry) -> None:
        with in_our_words():
            self.inner.apply(entry)

    def read(self, entry: Entry) -> State:
        with in_our_words():
            return dict(entry.before) if forgotten(entry) else self.inner.read(entry)

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        with in_our_words():
            self.inner.restore(entry, files)
