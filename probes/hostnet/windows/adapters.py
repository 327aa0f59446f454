"""What GetAdaptersAddresses wrote, as plain records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from probes.hostnet.windows.structures import AdapterAddresses, ListedAddress, Memory, UnicastAddress

# A list that leads back to its start must end somewhere.
_MOST = 512
DHCP_ENABLED = 0x04
DAD_TENTATIVE, DAD_DUPLICATE = 1, 2
ORIGIN_MANUAL, ORIGIN_DHCP, ORIGIN_ROUTER = 1, 3, 4
_NO_SPEED = 2**64 - 1
# Windows names these where IPv6 has no servers; they lead nowhere (they were never assigned).
_PLACEHOLDER_DNS = frozenset({"fec0:0:0:ffff::1", "fec0:0:0:ffff::2", "fec0:0:0:ffff::3"})


@dataclass(frozen=True, slots=True)
class RawUnicast:
    """One address; origins and state as numbers of the API."""

    address: str
    prefix: int
    prefix_origin: int
    dad_state: int


@dataclass(frozen=True, slots=True)
class RawAdapter:
    """One adapter. ``guid`` is the key of the registry, ``name`` what the user calls it."""

    guid: str
    index: int
    index6: int
    name: str
    description: str
    mac: str | None
    if_type: int
    oper_status: int
    mtu: int
    speed_bps: int | None
    dhcp_enabled: bool
    metric4: int
    metric6: int
    dhcp_server: str | None
    dns_suffix: str
    unicast: tuple[RawUnicast, ...]
    resolvers: tuple[str, ...]
    gateways: tuple[str, ...]


def parse(memory: Memory) -> tuple[RawAdapter, ...]:
    """All adapters of a buffer that starts with the first one."""
    return tuple(_adapter(memory, raw) for raw in _chain(memory, memory.base, AdapterAddresses))


def _adapter(memory: Memory, raw: AdapterAddresses) -> RawAdapter:
    length = min(raw.physical_address_length, 8)
    mac = ":".join(f"{byte:02x}" for byte in raw.physical_address[:length])
    resolvers = _addresses(memory, raw.first_dns)
    return RawAdapter(
        guid=memory.ascii(raw.adapter_name),
        index=raw.index,
        index6=raw.index6,
        name=memory.text(raw.friendly_name) or f"if{raw.index or raw.index6}",
        description=memory.text(raw.description),
        mac=mac or None,
        if_type=raw.if_type,
        oper_status=raw.oper_status,
        # "No limit" is written as the largest number.
        mtu=raw.mtu if raw.mtu < 2**31 else 0,
        speed_bps=raw.transmit_speed if 0 < raw.transmit_speed < _NO_SPEED else None,
        dhcp_enabled=bool(raw.flags & DHCP_ENABLED),
        metric4=raw.metric4,
        metric6=raw.metric6,
        dhcp_server=memory.address(raw.dhcp4_server),
        dns_suffix=memory.text(raw.dns_suffix),
        unicast=tuple(_unicast(memory, raw.first_unicast)),
        resolvers=tuple(r for r in resolvers if r.partition("%")[0] not in _PLACEHOLDER_DNS),
        gateways=tuple(g for g in _addresses(memory, raw.first_gateway) if g not in ("0.0.0.0", "::")),
    )


def _unicast(memory: Memory, first: int) -> Iterator[RawUnicast]:
    for entry in _chain(memory, first, UnicastAddress):
        address = memory.address(entry.address)
        if address is not None:
            whole = 128 if ":" in address else 32
            yield RawUnicast(
                address.partition("%")[0], min(entry.prefix_length, whole), entry.prefix_origin, entry.dad_state
            )


def _addresses(memory: Memory, first: int) -> tuple[str, ...]:
    found = (memory.address(entry.address) for entry in _chain(memory, first, ListedAddress))
    return tuple(dict.fromkeys(address for address in found if address is not None))


T = TypeVar("T", AdapterAddresses, UnicastAddress, ListedAddress)


def _chain(memory: Memory, pointer: int, kind: type[T]) -> Iterator[T]:
    for _ in range(_MOST):
        entry = memory.read(kind, pointer)
        if entry is None:
            return
        yield entry
        pointer = entry.next
