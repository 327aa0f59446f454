"""The closed set of things the raw process can be told, each checked when it is read.

One JSON object a line in both directions: ``{"verb": …, fields}`` in, ``{"verb": …, "result": …}``
or ``{"error": …}`` out.
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass, fields
from typing import Any

MAX_SECONDS = 15.0
# A home network; more addresses would be a scan of somebody else's.
MAX_ADDRESSES = 1024
MAX_LINE = 4096
_INTERFACE = re.compile(r"[^\s/\0]{1,15}\Z")


class Refused(ValueError):
    """What was asked is not one of the verbs, or one of its values is out of bounds."""


@dataclass(frozen=True, slots=True)
class DuplicateAddress:
    """RFC 5227: who else answers for this address of ours?"""

    interface: str
    address: str


@dataclass(frozen=True, slots=True)
class DhcpDiscover:
    """Which servers offer an address? Nothing is requested from any."""

    interface: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ArpWatch:
    """Who answers for this address, or claims it, within so many seconds?"""

    interface: str
    address: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ArpSweep:
    """Who is there in this network? ``address`` is our own, so that the machines asked need not ask back."""

    interface: str
    address: str
    network: str
    seconds: float


Verb = DuplicateAddress | DhcpDiscover | ArpWatch | ArpSweep
NAMES: dict[str, type[Verb]] = {
    "duplicate_address": DuplicateAddress,
    "dhcp_discover": DhcpDiscover,
    "arp_watch": ArpWatch,
    "arp_sweep": ArpSweep,
}


def name_of(verb: Verb) -> str:
    """The word for it on the line."""
    return next(name for name, kind in NAMES.items() if kind is type(verb))


def write(verb: Verb) -> str:
    """The line that asks for it."""
    values = {each.name: getattr(verb, each.name) for each in fields(verb)}
    return json.dumps({"verb": name_of(verb), **values})


def read(line: str) -> Verb:
    """The verb a line asks for.

    Raises:
        Refused: anything else than one of the verbs with all its fields in bounds.
    """
    if len(line) > MAX_LINE:
        raise Refused("too long")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refused("not JSON") from error
    kind = NAMES.get(str(data.get("verb"))) if isinstance(data, dict) else None
    if kind is None:
        raise Refused("no such verb")
    values = {key: value for key, value in data.items() if key != "verb"}
    if set(values) != {each.name for each in fields(kind)}:
        raise Refused("fields")
    return kind(**{key: _checked(key, value) for key, value in values.items()})


def _checked(key: str, value: Any) -> Any:
    try:
        return _CHECKS[key](value)
    except (ValueError, TypeError) as error:
        raise Refused(key) from error


def _interface(value: Any) -> str:
    if not isinstance(value, str) or not _INTERFACE.match(value) or value in (".", ".."):
        raise ValueError
    return value


def _address(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return str(ipaddress.IPv4Address(value))


def _network(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    network = ipaddress.IPv4Network(value)
    if network.num_addresses > MAX_ADDRESSES:
        raise ValueError
    return str(network)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_SECONDS:
        raise ValueError
    return float(value)


_CHECKS = {"interface": _interface, "address": _address, "network": _network, "seconds": _seconds}
