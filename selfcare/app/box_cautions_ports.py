"""What speaks against a port rule: against its ports, another rule, the box's own ports, a shared address. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping

from selfcare.model.box import DeviceInfo, PortMapping, PortRange, Protocol, WanStatus
from selfcare.model.box.change import Caution

RESERVED: Mapping[str, tuple[tuple[Protocol, int, int], ...]] = {
    "SFR": (
        (Protocol.UDP, 9, 9), (Protocol.UDP, 68, 68), (Protocol.BOTH, 1287, 1288), (Protocol.TCP, 1290, 1339),
        (Protocol.UDP, 2427, 2427), (Protocol.BOTH, 5060, 5060), (Protocol.TCP, 5086, 5086),
        (Protocol.UDP, 8254, 8254), (Protocol.UDP, 15086, 15086), (Protocol.UDP, 35500, 35599),
        (Protocol.BOTH, 64035, 65535),
    ),
}  # fmt: skip
"""Ports an operator's box keeps for itself (SFR/RED's own notes on forwarding)."""


def rule(mapping: PortMapping, rules: Iterable[PortMapping], device: DeviceInfo) -> list[Caution]:
    """A rule that is to come, beside those that are there."""
    found: list[Caution] = []
    width = mapping.last - mapping.external_port
    wanted = (mapping.external_port, mapping.last, mapping.internal_port, mapping.internal_port + width)
    if width < 0 or not all(1 <= port <= 65535 for port in wanted):
        return [Caution("bad_port", {}, True)]
    if not _is_address(mapping.internal_client):
        return [Caution("bad_address", {}, True)]
    for rule in rules:
        if rule.id is not None and rule.id == mapping.id:
            continue
        if meet(rule, mapping) and (rule.internal_client, rule.internal_port) != (
            mapping.internal_client,
            mapping.internal_port,
        ):
            code = "other_device" if rule.internal_client != mapping.internal_client else "collides"
            values = {"client": rule.internal_client, "port": rule.internal_port, "rule": rule.description or ""}
            found.append(Caution(code, values, True))
    if reserved(mapping, device):
        found.append(Caution("reserved_port", {"port": mapping.external_port}))
    return found


def reserved(mapping: PortMapping, device: DeviceInfo) -> bool:
    """Whether such a box keeps one of these ports for itself, by its operator's own notes."""
    maker = (device.manufacturer or device.family.value).upper()
    return any(
        meet(PortMapping(first, 1, "", protocol, external_last=last), mapping)
        for name, ports in RESERVED.items()
        if name in maker
        for protocol, first, last in ports
    )


def _is_address(text: str) -> bool:
    try:
        return not ipaddress.IPv4Address(text).is_unspecified
    except ValueError:
        return False


def meet(one: PortMapping, other: PortMapping) -> bool:
    """Whether the two want the same port from outside."""
    protocols = Protocol.BOTH in (one.protocol, other.protocol) or one.protocol is other.protocol
    return protocols and one.external_port <= other.last and other.external_port <= one.last


def line(mapping: PortMapping, wan: WanStatus) -> list[Caution]:
    """Where the address is shared with other subscribers."""
    share: PortRange | None = wan.ports
    if share is not None and not share.whole and not (mapping.external_port in share and mapping.last in share):
        return [Caution("outside_port_range", {"first": share.first, "last": share.last}, True)]
    if wan.shared_ipv4 and (share is None or share.whole):
        return [Caution("shared_address")]
    return []
