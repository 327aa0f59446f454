"""How each change is made: one small file per kind and system, imported when first asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from selfcare.helper.bus import BusError, refused
from selfcare.helper.change import Mechanism
from selfcare.helper.errors import Refusal, of_file
from selfcare.helper.journal import Entry, Plan, State

LINUX = {
    "dhcp.renew": "dhcp_renew", "dns.flush": "dns_flush", "dns.set": "dns_set", "dns.auto": "nm_profile",
    "ip.auto": "nm_profile", "adapter.restart": "adapter", "adapter.enable": "adapter", "route.remove": "route",
    "tunnel.stop": "tunnel", "hosts.disable": "hosts", "proxy.off": "proxy", "clock.set": "clock",
    "ipv4.prefer": "gai", "mtu.set": "mtu",
}  # fmt: skip
WINDOWS = {
    "dhcp.renew": "windows.dhcp_renew", "dns.flush": "windows.dns_flush", "dns.set": "windows.dns_set",
    "dns.auto": "windows.dns_set", "ip.auto": "windows.ip_auto", "adapter.restart": "windows.adapter",
    "adapter.enable": "windows.adapter", "route.remove": "windows.route", "tunnel.stop": "windows.tunnel",
    "hosts.disable": "windows.hosts", "proxy.off": "windows.proxy", "clock.set": "clock",
    "ipv4.prefer": "windows.prefixes", "mtu.set": "windows.mtu",
}  # fmt: skip
TABLES = {"linux": LINUX, "win32": WINDOWS}


def find(verb: str, system: str = sys.platform) -> Mechanism:
    """The mechanism of this verb; every module has a table ``MECHANISMS``."""
    if system not in TABLES:
        raise Refusal("unknown_owner", f"nothing is changed on {system} yet")
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
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refusal("failed", f"not understood: {error!r}") from error


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
            return self.inner.read(entry)

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        with in_our_words():
            self.inner.restore(entry, files)
