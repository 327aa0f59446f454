"""What ``scutil --dns``, ``scutil --nwi`` and ``ipconfig getpacket`` print; never translated."""

from __future__ import annotations

import contextlib
import ipaddress
import re
from dataclasses import dataclass

from selfcare.model.payloads.address import Lease

_MOST = 20_000
_OPTION = re.compile(r"^(\w+) \((\w+)\): ?(.*)$")
_LISTED = re.compile(r"[^\s,{}]+")


@dataclass(frozen=True, slots=True)
class Resolver:
    """One resolver of ``scutil --dns``; ``domain`` where it is only for that one, ``scoped`` in the second section."""

    servers: tuple[str, ...]
    domain: str | None
    index: int | None
    interface: str | None
    scoped: bool


def dns(text: str) -> tuple[Resolver, ...]:
    """``scutil --dns``: the resolvers in their order."""
    found: list[Resolver] = []
    scoped = False
    block: list[tuple[str, str]] | None = None
    for line in [*text.splitlines()[:_MOST], ""]:
        if re.match(r"^resolver #\d+", line):
            block = []
        elif line.startswith("DNS configuration"):
            # The second section, in parentheses, is for questions that are tied to an interface.
            scoped = "(" in line
        elif block is not None and " : " in line:
            key, _, value = line.partition(" : ")
            block.append((key.strip(), value.strip()))
        elif block is not None and not line.strip():
            found.append(_resolver(block, scoped))
            block = None
    return tuple(found)


def _resolver(block: list[tuple[str, str]], scoped: bool) -> Resolver:
    servers = [value for key, value in block if key.startswith("nameserver[")]
    pairs = dict(block)
    place = re.match(r"(\d{1,6}) \(([^)]+)\)", pairs.get("if_index", ""))
    return Resolver(
        servers=tuple(dict.fromkeys(s for s in servers if _is_address(s))),
        domain=pairs.get("domain"),
        index=int(place[1]) if place else None,
        interface=place[2] if place else None,
        scoped=scoped,
    )


def in_use(resolvers: tuple[Resolver, ...]) -> tuple[str, ...]:
    """The servers for all names: those of the first resolver without a domain of its own."""
    return next((r.servers for r in resolvers if not r.scoped and r.domain is None and r.servers), ())


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def nwi(text: str) -> dict[int, tuple[str, ...]]:
    """``scutil --nwi``: interfaces that carry IPv4 (4) and IPv6 (6), the preferred first."""
    found: dict[int, list[str]] = {4: [], 6: []}
    family = 0
    for line in text.splitlines()[:_MOST]:
        if "network interface information" in line:
            family = 6 if line.startswith("IPv6") else 4
        elif family and (place := re.match(r"^\s+([A-Za-z][\w.-]*) : flags\s+: 0x", line)):
            found[family].append(place[1])
    return {number: tuple(names) for number, names in found.items()}


def getpacket(text: str) -> Lease | None:
    """``ipconfig getpacket en0``: the last DHCP answer; None for an empty or other text."""
    options: dict[str, str] = {}
    for line in text.splitlines()[:_MOST]:
        match = _OPTION.match(line.strip())
        if match is not None:
            options[match[1]] = match[3]
    if "dhcp_message_type" not in options and "server_identifier" not in options:
        return None
    server = _addresses(options.get("server_identifier", ""))
    return Lease(
        server=server[0] if server else None,
        routers=_addresses(options.get("router", "")),
        resolvers=_addresses(options.get("domain_name_server", "")),
        domain=options.get("domain_name") or None,
        lease_s=_hex(options.get("lease_time", "")),
        expires_in_s=None,
    )


def _addresses(text: str) -> tuple[str, ...]:
    found = []
    for word in _LISTED.findall(text):
        with contextlib.suppress(ValueError):
            found.append(str(ipaddress.ip_address(word)))
    return tuple(found)


def _hex(text: str) -> int | None:
    return int(text, 16) if re.fullmatch(r"0x[0-9a-fA-F]{1,8}", text) else None
