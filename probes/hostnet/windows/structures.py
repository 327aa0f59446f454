"""Structures of iphlpapi, wlanapi and winhttp on 64-bit Windows, and memory that cannot be read past its end.

Every field has an explicit size, so that the layout is the same on every system. The sizes
are asserted by a test against the vendor's documentation.
"""

from __future__ import annotations

import ctypes
import socket
from dataclasses import dataclass
from typing import TypeVar

_u8, _u16, _u32, _u64, _i32 = ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_int32
POINTER = _u64


class SocketAddress(ctypes.Structure):
    """SOCKET_ADDRESS."""

    _fields_ = (("address", POINTER), ("length", _i32))


class UnicastAddress(ctypes.Structure):
    """IP_ADAPTER_UNICAST_ADDRESS_LH."""

    _fields_ = (
        ("length", _u32), ("flags", _u32), ("next", POINTER), ("address", SocketAddress),
        ("prefix_origin", _i32), ("suffix_origin", _i32), ("dad_state", _i32),
        ("valid_lifetime", _u32), ("preferred_lifetime", _u32), ("lease_lifetime", _u32), ("prefix_length", _u8),
        ("pad", _u8 * 7),
    )  # fmt: skip


class ListedAddress(ctypes.Structure):
    """IP_ADAPTER_DNS_SERVER_ADDRESS and IP_ADAPTER_GATEWAY_ADDRESS_LH, which look the same."""

    _fields_ = (("length", _u32), ("reserved", _u32), ("next", POINTER), ("address", SocketAddress))


class AdapterAddresses(ctypes.Structure):
    """IP_ADAPTER_ADDRESSES_LH."""

    _fields_ = (
        ("length", _u32), ("index", _u32), ("next", POINTER), ("adapter_name", POINTER),
        ("first_unicast", POINTER), ("first_anycast", POINTER), ("first_multicast", POINTER), ("first_dns", POINTER),
        ("dns_suffix", POINTER), ("description", POINTER), ("friendly_name", POINTER),
        ("physical_address", _u8 * 8), ("physical_address_length", _u32), ("flags", _u32), ("mtu", _u32),
        ("if_type", _u32), ("oper_status", _i32), ("index6", _u32), ("zone_indices", _u32 * 16),
        ("first_prefix", POINTER), ("transmit_speed", _u64), ("receive_speed", _u64),
        ("first_wins", POINTER), ("first_gateway", POINTER), ("metric4", _u32), ("metric6", _u32), ("luid", _u64),
        ("dhcp4_server", SocketAddress), ("compartment", _u32), ("network_guid", _u8 * 16),
        ("connection_type", _i32), ("tunnel_type", _i32), ("dhcp6_server", SocketAddress),
        ("dhcp6_duid", _u8 * 130), ("dhcp6_duid_length", _u32), ("dhcp6_iaid", _u32), ("first_suffix", POINTER),
    )  # fmt: skip


class Inet(ctypes.Structure):
    """SOCKADDR_INET: either family in 28 bytes."""

    _fields_ = (("family", _u16), ("port", _u16), ("rest", _u8 * 20), ("scope", _u32))


class ForwardRow(ctypes.Structure):
    """MIB_IPFORWARD_ROW2."""

    _fields_ = (
        ("luid", _u64), ("index", _u32), ("prefix", Inet), ("prefix_length", _u8), ("pad1", _u8 * 3),
        ("next_hop", Inet), ("site_prefix_length", _u8), ("pad2", _u8 * 3), ("valid_lifetime", _u32),
        ("preferred_lifetime", _u32), ("metric", _u32), ("protocol", _i32), ("loopback", _u8), ("autoconfigure", _u8),
        ("publish", _u8), ("immortal", _u8), ("age_s", _u32), ("origin", _i32),
    )  # fmt: skip


class NeighbourRow(ctypes.Structure):
    """MIB_IPNET_ROW2."""

    _fields_ = (
        ("address", Inet), ("index", _u32), ("luid", _u64), ("physical_address", _u8 * 32),
        ("physical_address_length", _u32), ("state", _i32), ("flags", _u8), ("pad", _u8 * 3),
        ("reachability_ms", _u32),
    )  # fmt: skip


class InterfaceRow(ctypes.Structure):
    """MIB_IF_ROW2."""

    _fields_ = (
        ("luid", _u64), ("index", _u32), ("guid", _u8 * 16), ("alias", _u16 * 257), ("description", _u16 * 257),
        ("physical_address_length", _u32), ("physical_address", _u8 * 32), ("permanent_address", _u8 * 32),
        ("mtu", _u32), ("if_type", _u32), ("tunnel_type", _i32), ("media_type", _i32), ("physical_medium", _i32),
        ("access_type", _i32), ("direction_type", _i32), ("flags", _u8), ("pad", _u8 * 3), ("oper_status", _i32),
        ("admin_status", _i32), ("media_state", _i32), ("network_guid", _u8 * 16), ("connection_type", _i32),
        ("transmit_speed", _u64), ("receive_speed", _u64), ("counters", _u64 * 18),
    )  # fmt: skip


class WlanInterface(ctypes.Structure):
    """WLAN_INTERFACE_INFO."""

    _fields_ = (("guid", _u8 * 16), ("description", _u16 * 256), ("state", _i32))


class WlanRadio(ctypes.Structure):
    """WLAN_PHY_RADIO_STATE; 1 is on, 2 is off."""

    _fields_ = (("phy", _u32), ("software", _i32), ("hardware", _i32))


class WlanRadioState(ctypes.Structure):
    """WLAN_RADIO_STATE."""

    _fields_ = (("count", _u32), ("phys", WlanRadio * 64))


class ProxyConfig(ctypes.Structure):
    """WINHTTP_CURRENT_USER_IE_PROXY_CONFIG."""

    _fields_ = (("auto_detect", _i32), ("pac_url", POINTER), ("proxy", POINTER), ("bypass", POINTER))


# Documented sizes on 64-bit Windows.
SIZES: dict[type[ctypes.Structure], int] = {
    SocketAddress: 16, UnicastAddress: 64, ListedAddress: 32, AdapterAddresses: 448, Inet: 28, ForwardRow: 104,
    NeighbourRow: 88, InterfaceRow: 1352, WlanInterface: 532, WlanRadio: 12, WlanRadioState: 772, ProxyConfig: 32,
}  # fmt: skip

S = TypeVar("S", bound=ctypes.Structure)


@dataclass(frozen=True, slots=True)
class Memory:
    """A copy of a buffer and the address it had: pointers into it are followed, others lead nowhere."""

    base: int
    data: bytes

    def read(self, kind: type[S], pointer: int) -> S | None:
        """A structure; None where it would not lie wholly inside."""
        at = pointer - self.base
        if pointer == 0 or at < 0 or at + ctypes.sizeof(kind) > len(self.data):
            return None
        return kind.from_buffer_copy(self.data, at)

    def text(self, pointer: int, limit: int = 512) -> str:
        """A UTF-16 text that ends with a zero; "" where there is none."""
        at = pointer - self.base
        if pointer == 0 or not 0 <= at < len(self.data):
            return ""
        return utf16(self.data[at : at + 2 * limit])

    def ascii(self, pointer: int, limit: int = 128) -> str:
        """A text of one byte per character."""
        at = pointer - self.base
        if pointer == 0 or not 0 <= at < len(self.data):
            return ""
        return self.data[at : at + limit].split(b"\0", 1)[0].decode("ascii", "replace")

    def address(self, where: SocketAddress) -> str | None:
        """The IP address behind a SOCKET_ADDRESS."""
        at = where.address - self.base
        if where.address == 0 or not 0 <= at < len(self.data):
            return None
        return ip_text(self.data[at : at + max(0, min(where.length, ctypes.sizeof(Inet)))])


def utf16(data: bytes) -> str:
    """A UTF-16 text up to its zero, whatever follows it."""
    units = [data[i : i + 2] for i in range(0, len(data) - 1, 2)]
    end = units.index(b"\0\0") if b"\0\0" in units else len(units)
    return b"".join(units[:end]).decode("utf-16-le", "replace")


_AF_INET, _AF_INET6 = 2, 23


def ip_text(sockaddr: bytes) -> str | None:
    """The address in a Windows SOCKADDR, with the index of its interface where it needs one."""
    if len(sockaddr) < 8:
        return None
    family = int.from_bytes(sockaddr[:2], "little")
    if family == _AF_INET:
        return socket.inet_ntop(socket.AF_INET, sockaddr[4:8])
    if family != _AF_INET6 or len(sockaddr) < 24:
        return None
    text = socket.inet_ntop(socket.AF_INET6, sockaddr[8:24])
    scope = int.from_bytes(sockaddr[24:28], "little")
    return f"{text}%{scope}" if scope and text.startswith("fe80") else text
