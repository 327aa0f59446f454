"""A port rule in the box's words. Pure: what to send for a wish, given the rules that are there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from selfcare.boxes.livebox.parse.rules import NUMBERS, ORIGINS
from selfcare.model.box import PortMapping

MOST_NAME = 60
"""Characters of a name of ours."""


def rule(mapping: PortMapping, key: str) -> dict[str, Any]:
    """Ports as text, the protocol as number; the name goes without its ``webui_``/``upnp_``, unlike when deleting."""
    origin, name = _parted(key)
    width = mapping.last - mapping.external_port
    sent: dict[str, Any] = {
        "id": name,
        "origin": origin,
        "sourceInterface": "data",
        "externalPort": _ports(mapping.external_port, mapping.last),
        "internalPort": _ports(mapping.internal_port, mapping.internal_port + width),
        "destinationIPAddress": mapping.internal_client,
        "protocol": NUMBERS[mapping.protocol],
        "enable": mapping.enable,
        "persistent": True,
        "description": mapping.description or name,
    }
    if mapping.remote_host:
        sent["sourcePrefix"] = mapping.remote_host
    if mapping.lease is not None:
        sent["leaseDuration"] = int(mapping.lease)
    return sent


def gone(found: PortMapping) -> dict[str, Any]:
    """A rule as the box told it, to be taken away."""
    key = found.id or ""
    return {"id": key, "destinationIPAddress": found.internal_client, "origin": _parted(key)[0]}


def new_key(mapping: PortMapping, there: Iterable[PortMapping]) -> str:
    """A name out of plain letters. Another rule's name would overwrite that rule: then a number goes behind."""
    taken = {item.id: item for item in there}
    origin = next((word for word, ours in ORIGINS.items() if ours == mapping.origin), "webui")
    name = mapping.description or f"{mapping.protocol.value}-{mapping.external_port}"
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name).strip()[:MOST_NAME] or "Selfcare"
    tries = [plain, *(f"{plain} {number}" for number in range(2, len(taken) + 3))]
    keys = [f"{origin}_{each}" for each in tries]
    return next(key for key in keys if key not in taken or _same_ports(taken[key], mapping))


def find(mapping: PortMapping, there: Iterable[PortMapping]) -> PortMapping | None:
    """By name, else by ports and protocol."""
    if mapping.id is not None:
        return next((item for item in there if item.id == mapping.id), None)
    return next((item for item in there if _same_ports(item, mapping)), None)


def clashes(mapping: PortMapping, key: str, there: Iterable[PortMapping]) -> bool:
    """Whether another rule has one of these ports: the box refuses without saying so."""
    return any(
        item.id != key
        and item.external_port <= mapping.last
        and mapping.external_port <= item.last
        and {NUMBERS[item.protocol], NUMBERS[mapping.protocol]} != {"6", "17"}
        for item in there
    )


def _same_ports(one: PortMapping, other: PortMapping) -> bool:
    return (one.external_port, one.last, one.protocol) == (other.external_port, other.last, other.protocol)


def _parted(key: str) -> tuple[str, str]:
    """Who made it, and its name."""
    origin, _, name = key.partition("_")
    return (origin, name) if origin in ORIGINS and name else ("webui", key)


def _ports(first: int, last: int) -> str:
    return str(first) if last == first else f"{first}-{last}"
