"""Structures of the calls that change something, on 64-bit Windows; their sizes are checked by a test."""

from __future__ import annotations

import ctypes

_u8, _u16, _u32, _u64, _i32 = ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_int32
POINTER = _u64


class Guid(ctypes.Structure):
    """GUID."""

    _fields_ = (("bytes", _u8 * 16),)


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


class IpInterfaceRow(ctypes.Structure):
    """MIB_IPINTERFACE_ROW."""

    _fields_ = (
        ("family", _u16), ("luid", _u64), ("index", _u32), ("reassembly", _u32), ("identifier", _u64),
        ("advertisements", _u32 * 2), ("switches", _u8 * 9), ("pad", _u8 * 3), ("discovery", _i32),
        ("neighbours", _u32 * 4), ("link_local", _i32), ("link_local_timeout", _u32), ("zones", _u32 * 16),
        ("site_prefix_length", _u32), ("metric", _u32), ("mtu", _u32), ("about", _u8 * 4), ("reachable", _u32),
        ("offload", _u8 * 2), ("no_default_routes", _u8), ("pad2", _u8),
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


class DnsSettings(ctypes.Structure):
    """DNS_INTERFACE_SETTINGS, version 1."""

    _fields_ = (
        ("version", _u32), ("flags", _u64), ("domain", POINTER), ("servers", POINTER), ("search", POINTER),
        ("registration", _u32), ("register_adapter", _u32), ("llmnr", _u32), ("query_adapter", _u32),
        ("profile_servers", POINTER),
    )  # fmt: skip


class AdapterMap(ctypes.Structure):
    """IP_ADAPTER_INDEX_MAP."""

    _fields_ = (("index", _u32), ("name", _u16 * 128))


class DeviceInfo(ctypes.Structure):
    """SP_DEVINFO_DATA."""

    _fields_ = (("size", _u32), ("kind", _u8 * 16), ("instance", _u32), ("reserved", POINTER))


class PropertyChange(ctypes.Structure):
    """SP_PROPCHANGE_PARAMS."""

    _fields_ = (("size", _u32), ("function", _u32), ("change", _u32), ("scope", _u32), ("profile", _u32))


class ProxyOption(ctypes.Structure):
    """INTERNET_PER_CONN_OPTIONW."""

    _fields_ = (("option", _u32), ("value", _u64))


class ProxyOptions(ctypes.Structure):
    """INTERNET_PER_CONN_OPTION_LISTW."""

    _fields_ = (("size", _u32), ("connection", POINTER), ("count", _u32), ("wrong", _u32), ("options", POINTER))


class RasConnection(ctypes.Structure):
    """RASCONNW, which is packed to four bytes."""

    _pack_ = 4
    _fields_ = (
        ("size", _u32), ("handle", POINTER), ("entry", _u16 * 257), ("device_type", _u16 * 17),
        ("device", _u16 * 129), ("phonebook", _u16 * 260), ("sub_entry", _u32), ("guid", _u8 * 16), ("flags", _u32),
        ("logon", _u32 * 2), ("correlation", _u8 * 16),
    )  # fmt: skip


class RasDialParameters(ctypes.Structure):
    """RASDIALPARAMSW, which is packed to four bytes."""

    _pack_ = 4
    _fields_ = (
        ("size", _u32), ("entry", _u16 * 257), ("phone", _u16 * 129), ("callback", _u16 * 129), ("user", _u16 * 257),
        ("password", _u16 * 257), ("domain", _u16 * 16), ("sub_entry", _u32), ("callback_id", POINTER),
        ("index", _u32),
    )  # fmt: skip


class ServiceStatus(ctypes.Structure):
    """SERVICE_STATUS."""

    _fields_ = (
        ("kind", _u32), ("state", _u32), ("accepted", _u32), ("exit_code", _u32), ("own_exit_code", _u32),
        ("checkpoint", _u32), ("wait_ms", _u32),
    )  # fmt: skip


# Documented sizes on 64-bit Windows.
SIZES: dict[type[ctypes.Structure], int] = {
    Guid: 16, Inet: 28, ForwardRow: 104, IpInterfaceRow: 168, InterfaceRow: 1352, DnsSettings: 64, AdapterMap: 260,
    DeviceInfo: 32, PropertyChange: 20, ProxyOption: 16, ProxyOptions: 32, RasConnection: 1388,
    RasDialParameters: 2112, ServiceStatus: 28,
}  # fmt: skip


def text(units: ctypes.Array[ctypes.c_uint16]) -> str:
    """A text in a fixed field, up to its zero."""
    return bytes(units).decode("utf-16-le", "replace").partition("\0")[0]
