"""Routing table, neighbour table, one interface's state, Wi-Fi radios: bytes into plain records."""

from __future__ import annotations

import ctypes
import uuid
from dataclasses import dataclass
from typing import TypeVar

from probes.hostnet.windows.structures import (
    ForwardRow,
    InterfaceRow,
    NeighbourRow,
    WlanInterface,
    WlanRadioState,
    ip_text,
    utf16,
)

# The number of rows comes first and is padded to the rows' alignment.
_HEAD = 8
# Both are followed by the list's own index.
_WLAN_HEAD = 8
UNREACHABLE, INCOMPLETE = 0, 1
_HARDWARE, _CONNECTOR = 0x01, 0x04
_RADIO_OFF = 2
_NO_SPEED = 2**64 - 1

R = TypeVar("R", ForwardRow, NeighbourRow)


@dataclass(frozen=True, slots=True)
class RawRoute:
    """``metric`` without the interface's own, which is added to compare."""

    index: int
    destination: str
    gateway: str | None
    metric: int


@dataclass(frozen=True, slots=True)
class RawNeighbour:
    """``state`` as the API numbers it: 0 unreachable, 1 incomplete, 5 reachable."""

    index: int
    address: str
    mac: str | None
    state: int


@dataclass(frozen=True, slots=True)
class RawInterface:
    """What only MIB_IF_ROW2 tells. ``connected`` None where the driver does not say."""

    hardware: bool
    connector: bool
    admin_up: bool
    connected: bool | None
    physical_medium: int
    speed_bps: int | None


def _rows(data: bytes, kind: type[R]) -> list[R]:
    count = int.from_bytes(data[:4], "little")
    size = ctypes.sizeof(kind)
    room = max(0, (len(data) - _HEAD) // size)
    return [kind.from_buffer_copy(data, _HEAD + size * number) for number in range(min(count, room))]


def table_size(count: int, row: type[ctypes.Structure]) -> int:
    """Bytes of a table with that many rows."""
    return _HEAD + count * ctypes.sizeof(row)


def routes(data: bytes) -> tuple[RawRoute, ...]:
    """MIB_IPFORWARD_TABLE2."""
    found = []
    for row in _rows(data, ForwardRow):
        prefix = ip_text(bytes(row.prefix))
        hop = ip_text(bytes(row.next_hop))
        if prefix is not None:
            gateway = None if hop in (None, "0.0.0.0", "::") else hop
            found.append(RawRoute(row.index, f"{prefix.partition('%')[0]}/{row.prefix_length}", gateway, row.metric))
    return tuple(found)


def neighbours(data: bytes) -> tuple[RawNeighbour, ...]:
    """MIB_IPNET_TABLE2."""
    found = []
    for row in _rows(data, NeighbourRow):
        address = ip_text(bytes(row.address))
        if address is not None:
            raw = bytes(row.physical_address)[: min(row.physical_address_length, 32)]
            mac = ":".join(f"{byte:02x}" for byte in raw) if any(raw) else None
            found.append(RawNeighbour(row.index, address.partition("%")[0], mac, row.state))
    return tuple(found)


def interface(data: bytes) -> RawInterface | None:
    """MIB_IF_ROW2; None where the bytes are too few."""
    if len(data) < ctypes.sizeof(InterfaceRow):
        return None
    row = InterfaceRow.from_buffer_copy(data)
    return RawInterface(
        hardware=bool(row.flags & _HARDWARE),
        connector=bool(row.flags & _CONNECTOR),
        admin_up=row.admin_status == 1,
        connected={1: True, 2: False}.get(row.media_state),
        physical_medium=row.physical_medium,
        speed_bps=row.transmit_speed if 0 < row.transmit_speed < _NO_SPEED else None,
    )


def wlan_interfaces(data: bytes) -> dict[str, int]:
    """WLAN_INTERFACE_INFO_LIST: the state of each Wi-Fi interface by its GUID."""
    size = ctypes.sizeof(WlanInterface)
    count = min(int.from_bytes(data[:4], "little"), max(0, (len(data) - _WLAN_HEAD) // size))
    rows = (WlanInterface.from_buffer_copy(data, _WLAN_HEAD + size * number) for number in range(count))
    return {f"{{{uuid.UUID(bytes_le=bytes(row.guid))}}}".upper(): row.state for row in rows}


def wlan_description(data: bytes) -> str:
    """The driver's name of the first interface of the list."""
    return utf16(data[_WLAN_HEAD + 16 : _WLAN_HEAD + 16 + 512])


def radio_blocked(data: bytes) -> bool | None:
    """WLAN_RADIO_STATE: True when no radio is on in both hardware and software, None where none is told."""
    if len(data) < ctypes.sizeof(WlanRadioState):
        return None
    state = WlanRadioState.from_buffer_copy(data)
    radios = state.phys[: min(state.count, 64)]
    return all(_RADIO_OFF in (radio.software, radio.hardware) for radio in radios) if radios else None
