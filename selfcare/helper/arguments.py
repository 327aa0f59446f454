"""The verbs and what each may be told: interfaces, addresses, names, numbers. Never a path, an option or a program."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Mapping
from typing import Any

from selfcare.helper import host
from selfcare.helper.errors import Refusal

Check = Callable[[Any], Any]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_ENTRY = re.compile(r"[0-9]{8}T[0-9]{9}Z-[0-9a-f]{8}", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# One access point's address: no group's, and not the one that stands for any.
_BSSID = re.compile(r"(?!00(:00){5})[0-9a-f][02468ace](:[0-9a-f]{2}){5}", re.ASCII)
_OWN_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "broadcasthost")


def _text(value: Any, limit: int) -> str:
    if type(value) is not str or not 0 < len(value) <= limit or not value.isascii():
        raise ValueError
    return value


def _matching(pattern: re.Pattern[str]) -> Check:
    def check(value: Any) -> str:
        text = _text(value, 64)
        if not pattern.fullmatch(text):
            raise ValueError
        return text

    return check


def interface(value: Any) -> str:
    """A network interface that exists now; never the loopback. What a name may look like is the system's affair."""
    return host.interface(value)


def _address(value: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """One machine's address, without a zone (it would be an interface's name in disguise)."""
    found = ipaddress.ip_address(_text(value, 45))
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    if "%" in value or mapped or found.is_multicast or found.is_unspecified or found.is_loopback or found.is_reserved:
        raise ValueError
    return found


def _server(value: Any) -> str:
    found = _address(value)
    if found.version == 6 and found.is_link_local:
        raise ValueError
    return str(found)


def _list(check: Check, limit: int) -> Check:
    def every(value: Any) -> list[Any]:
        if type(value) is not list or not 1 <= len(value) <= limit:
            raise ValueError
        made = [check(item) for item in value]
        if len(set(made)) != len(made):
            raise ValueError
        return made

    return every


def _number(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError
        return value

    return check


def _destination(value: Any) -> str:
    text = _text(value, 49)
    if text == "default":
        return text
    network = ipaddress.ip_network(text)
    if "%" in text or "/" not in text or network.is_multicast or network.is_loopback:
        raise ValueError
    return str(network)


def _gateway(value: Any) -> str:
    return "" if value == "" else str(_address(value))


def _name(value: Any) -> str:
    text = _text(value, 253)
    if text in _OWN_NAMES or text == socket.gethostname().lower():
        raise ValueError
    if not all(_LABEL.fullmatch(label) for label in text.split(".")):
        raise ValueError
    return text


def _yes(value: Any) -> bool:
    if value is not True:
        raise ValueError
    return True


METRIC = _number(0, 2**32 - 1)
CHANGES: Mapping[str, Mapping[str, Check]] = {
    "dhcp.renew": {"interface": interface},
    "dns.flush": {},
    "dns.set": {"interface": interface, "servers": _list(_server, 4)},
    "dns.auto": {"interface": interface},
    "ip.auto": {"interface": interface},
    "adapter.restart": {"interface": interface},
    "adapter.enable": {"interface": interface},
    "route.remove": {"destination": _destination, "gateway": _gateway, "interface": interface, "metric": METRIC},
    "tunnel.stop": {"interface": interface, "connection": _matching(_UUID)},
    "hosts.disable": {"names": _list(_name, 32)},
    "proxy.off": {},
    "clock.set": {"seconds": _number(1_577_836_800, 4_102_444_800)},  # the years 2020 to 2099
    **{verb: {"on": _yes} for verb in ("ipv4.prefer", "wifi.radio")},
    "mtu.set": {"interface": interface, "bytes": _number(1280, 9000)},
    "wifi.prefer": {"interface": interface, "band": _matching(re.compile("2[.]4|5|6|any"))},
    "wifi.stick": {"interface": interface, "bssid": _matching(_BSSID)},
    **{verb: {"interface": interface} for verb in ("wifi.reconnect", "wifi.rejoin")},
}
_READ: Mapping[str, Mapping[str, Check]] = {
    "hello": {},
    "change.list": {},
    "change.recover": {},
    "change.keep": {"entry": _matching(_ENTRY), "entries": _list(_matching(_ENTRY), 16)},
    "change.undo": {"entry": _matching(_ENTRY)},
}
READING = frozenset(_READ)
_ONE_OF = {"tunnel.stop": ("connection", "interface"), "change.keep": ("entries", "entry")}  # one or the other


def is_change(verb: str) -> bool:
    """Whether this verb changes something, and so is journaled."""
    return verb in CHANGES


def entry_name(value: str) -> bool:
    """Whether this has the form of an entry's name, and so can be no path."""
    return bool(_ENTRY.fullmatch(value))


def checked(verb: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments in their one spelling.

    Raises:
        Refusal: one is missing, unknown, of another type, or outside what it may be.
    """
    checks = CHANGES.get(verb) or _READ.get(verb) or {}
    first, second = _ONE_OF.get(verb, ("", ""))
    wanted = {first if first in args else second} if first else {*checks}
    if set(args) != wanted:
        raise Refusal("bad_argument", f"{verb}: arguments")
    made = {}
    for name, value in args.items():
        try:
            made[name] = checks[name](value)
        except ValueError as error:
            raise Refusal("bad_argument", f"{verb}: {name}") from error
    return made
