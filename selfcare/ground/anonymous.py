"""Takes what identifies somebody out of data of the model, field by field; what a reader needs to judge stays."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from typing import Any, TypeVar

MASKED = "masked"
IDENTIFIERS = frozenset({
    "serial_number", "mac_address", "uid", "phys_address", "phys_addresses", "host_name", "ssid", "bssid", "comment",
    "description", "name", "remote_host",
})  # fmt: skip
"""Fields that hold a name, a hardware address or a serial number. ``name`` is a person's, and a socket's (kept)."""
ADDRESSES = frozenset({
    "ip_address", "ipv4_address", "ipv6_address", "ipv6_prefix", "ipv6_addresses", "gateway", "internal_client",
    "dns_servers", "box_address", "min_address", "max_address",
})  # fmt: skip
"""Fields of addresses: a public one is this household's, a private or shared one is everybody's."""
SECRETS = frozenset({"key"})
_NAMED_BY_PEOPLE = frozenset({"PortMapping", "ParentalSchedule"})
"""Some boxes make their ``id`` of a rule's name, of hardware addresses, of who may come in."""
_PLAIN_ID = re.compile(r"[0-9]{1,6}|(?:natpmp:)?(?:tcp|udp|both):[0-9]{1,5}")
_NAMES_OF_THINGS = frozenset({"EthernetPort"})
_SHARED = ipaddress.ip_network("100.64.0.0/10")
_MAC = re.compile(r"(?i)[0-9a-f]{2}([:-]?)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}")
T = TypeVar("T")


def without_identifiers(value: T) -> T:
    """A copy whose identifiers say "masked" and whose secrets are gone; what is absent stays absent."""
    return _walk(value, True, False)  # type: ignore[no-any-return]


def without(value: T, *, identifiers: bool, keys: bool) -> T:
    """A copy without those of the two that are True."""
    return _walk(value, identifiers, not keys)  # type: ignore[no-any-return]


def _walk(value: Any, identifiers: bool, keys: bool) -> Any:
    if isinstance(value, tuple):
        return tuple(_walk(item, identifiers, keys) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    thing = type(value).__name__ in _NAMES_OF_THINGS
    new: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        was = getattr(value, field.name)
        if field.name in SECRETS:
            new[field.name] = was if keys else None
        elif identifiers and field.name in ADDRESSES:
            new[field.name] = _each(was, _address)
        elif identifiers and field.name in IDENTIFIERS and not (thing and field.name == "name"):
            new[field.name] = _each(was, lambda text: MASKED)
        elif identifiers and field.name == "id" and type(value).__name__ in _NAMED_BY_PEOPLE:
            new[field.name] = _each(was, lambda text: text if _PLAIN_ID.fullmatch(text) else MASKED)
        elif identifiers and isinstance(was, str) and _MAC.fullmatch(was):
            new[field.name] = MASKED  # a Freebox names its networks by their hardware address
        else:
            new[field.name] = _walk(was, identifiers, keys)
    return dataclasses.replace(value, **new)


def _each(value: Any, mask: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_each(item, mask) for item in value)
    return mask(value) if isinstance(value, str) and value else value


def _address(text: str) -> str:
    bare = text.partition("/")[0].partition("%")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return MASKED
    if address.version == 4 and address in _SHARED:
        return text
    # A link-local address of IPv6 may hold the hardware address.
    plain = address.is_private and not (address.version == 6 and address.is_link_local)
    return text if plain or address.is_unspecified else MASKED
