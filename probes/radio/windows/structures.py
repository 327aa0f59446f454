"""Structures of ``wlanapi.h``, as 64-bit Windows lays them out. Names are ours, order and sizes are Microsoft's."""

from __future__ import annotations

import ctypes

_u8, _u16, _u32, _u64, _i32 = ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_int32

LIST_HEAD = 8
"""Bytes before the first entry of a list; which of them count the entries differs."""


class Ssid(ctypes.Structure):
    """DOT11_SSID."""

    _fields_ = (("length", _u32), ("octets", _u8 * 32))


class Association(ctypes.Structure):
    """WLAN_ASSOCIATION_ATTRIBUTES; rates in kbit/s."""

    _fields_ = (
        ("ssid", Ssid), ("bss_type", _i32), ("bssid", _u8 * 6), ("phy", _i32), ("phy_index", _u32),
        ("quality", _u32), ("rx_rate", _u32), ("tx_rate", _u32),
    )  # fmt: skip


class Protection(ctypes.Structure):
    """WLAN_SECURITY_ATTRIBUTES."""

    _fields_ = (("enabled", _i32), ("onex", _i32), ("auth", _i32), ("cipher", _i32))


class Connection(ctypes.Structure):
    """WLAN_CONNECTION_ATTRIBUTES."""

    _fields_ = (
        ("state", _i32), ("mode", _i32), ("profile", _u16 * 256), ("association", Association),
        ("security", Protection),
    )  # fmt: skip


class Rates(ctypes.Structure):
    """WLAN_RATE_SET."""

    _fields_ = (("length", _u32), ("rates", _u16 * 126))


class BssEntry(ctypes.Structure):
    """WLAN_BSS_ENTRY; frequency in kHz, times in units of 100 ns."""

    _fields_ = (
        ("ssid", Ssid), ("phy_index", _u32), ("bssid", _u8 * 6), ("bss_type", _i32), ("phy", _i32), ("rssi", _i32),
        ("quality", _u32), ("allowed", _u8), ("beacon_period", _u16), ("timestamp", _u64), ("heard", _u64),
        ("capability", _u16), ("frequency", _u32), ("rates", Rates), ("elements_at", _u32), ("elements_size", _u32),
    )  # fmt: skip


class Profile(ctypes.Structure):
    """WLAN_PROFILE_INFO."""

    _fields_ = (("name", _u16 * 256), ("flags", _u32))


class QualityLink(ctypes.Structure):
    """WLAN_REALTIME_CONNECTION_QUALITY_LINK_INFO."""

    _fields_ = (("number", _u8), ("mhz", _u32), ("width", _u32), ("rssi", _i32), ("rates", Rates))


class Quality(ctypes.Structure):
    """WLAN_REALTIME_CONNECTION_QUALITY, before its links. Windows 11 22H2; names nothing, so it needs no consent."""

    _fields_ = (
        ("phy", _i32), ("quality", _u32), ("rx_rate", _u32), ("tx_rate", _u32), ("several", _i32), ("links", _u32),
    )  # fmt: skip


class Capability(ctypes.Structure):
    """WLAN_INTERFACE_CAPABILITY."""

    _fields_ = (
        ("kind", _i32), ("countries", _i32), ("ssids", _u32), ("bssids", _u32), ("count", _u32), ("phys", _i32 * 64),
    )  # fmt: skip


class MacCounters(ctypes.Structure):
    """WLAN_MAC_FRAME_STATISTICS."""

    _fields_ = (("sent", _u64), ("received", _u64), ("others", _u64 * 10))


class PhyCounters(ctypes.Structure):
    """WLAN_PHY_FRAME_STATISTICS. ``retried``: frames that got through after one or more tries."""

    _fields_ = (
        ("sent", _u64), ("multicast", _u64), ("failed", _u64), ("retried", _u64), ("others", _u64 * 14),
    )  # fmt: skip


class Statistics(ctypes.Structure):
    """WLAN_STATISTICS, before its counters of each PHY."""

    _fields_ = (
        ("handshake_failures", _u64), ("countermeasures", _u64), ("reserved", _u64), ("unicast", MacCounters),
        ("multicast", MacCounters), ("count", _u32), ("pad", _u32),
    )  # fmt: skip


# Documented sizes on 64-bit Windows.
SIZES: dict[type[ctypes.Structure], int] = {
    Ssid: 36, Association: 68, Protection: 16, Connection: 604, Rates: 256, BssEntry: 360, Profile: 516,
    QualityLink: 272, Quality: 24, Capability: 276, MacCounters: 96, PhyCounters: 144, Statistics: 224,
}  # fmt: skip
