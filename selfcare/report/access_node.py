"""Where a home hangs on its operator's network, as a name that is the same for its neighbours and nobody else's.

So that a desk sees that many homes broke at once. It is made of the network (/24, /48) of the operator's first router,
and is a short digest of it: no address of anybody's, and never of the network that this home's own address is in.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_LENGTH = {4: 24, 6: 48}
"""Bits of what routers of one place share; what is longer could be one home's."""
_SIGNS = 10
"""Of 32 signs each: 50 bits, so that two networks of one operator never share a name by chance."""


def access_node(operator: str, path: Mapping[str, Any], networks: Sequence[str], own: Iterable[object]) -> str | None:
    """``isp-…``, or None where the first public router is not surely the operator's, or is in this home's own network.

    Args:
        operator: id of the profile.
        path: payload of ``path.hops``, as it was measured.
        networks: the operator's own, of the profile (CIDR).
        own: addresses of this home, as far as they are known.
    """
    router = next((one.get("address") for one in path.get("hops") or () if one.get("kind") == "public"
                   and one.get("answer") == "time_exceeded"), None)  # fmt: skip
    near = _network(router)
    if not operator or near is None or near in {_network(one) for one in own}:
        return None
    spans = (ipaddress.ip_network(one, strict=False) for one in networks)
    if not any(ipaddress.ip_address(str(router)) in one for one in spans):
        return None
    digest = hashlib.sha256(f"selfcare.access_node|{operator}|{near}".encode()).digest()
    return "isp-" + base64.b32encode(digest).decode().lower()[:_SIGNS]


def _network(address: object) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        found = ipaddress.ip_address(str(address).partition("/")[0].partition("%")[0])
    except ValueError:
        return None
    return ipaddress.ip_network((found, _LENGTH[found.version]), strict=False)


_OWN = frozenset({"external", "ip_address", "ipv4_address", "ipv6_address", "ipv6_addresses", "ipv6_prefix"})


def own_addresses(value: object, deep: int = 12) -> Iterable[object]:
    """Every address of this home in a check's document, by the names that probes give them."""
    if isinstance(value, Mapping) and deep:
        for name, one in value.items():
            if name in _OWN:
                yield from one if isinstance(one, list | tuple) else (one,)
            yield from own_addresses(one, deep - 1)
    elif isinstance(value, list | tuple) and deep:
        for one in value:
            yield from own_addresses(one, deep - 1)
