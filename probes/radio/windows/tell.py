"""What the bytes of ``wlanapi`` say. Total: too few bytes, or counts beyond them, give less, never an error."""

from __future__ import annotations

import ctypes
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from probes.hostnet.windows.structures import WlanInterface, WlanRadioState, utf16
from probes.radio import elements
from probes.radio.channels import channel, number_of
from probes.radio.texts.words import Missing
from probes.radio.windows.structures import (
    LIST_HEAD,
    BssEntry,
    Capability,
    Connection,
    PhyCounters,
    Profile,
    Quality,
    QualityLink,
    Ssid,
    Statistics,
)  # fmt: skip
from selfcare.model.wifi import Band, Bss, Channel, RadioState, Security

S = TypeVar("S", bound=ctypes.Structure)

NOT_READY, CONNECTED, AD_HOC, ASSOCIATING, AUTHENTICATING = 0, 1, 2, 5, 7
_MOST = 512
"""No home hears more access points, and no PC has more profiles; more is damage."""
_OFF = 2
_GENERATIONS = {7: 4, 8: 5, 10: 6, 11: 7}
"""DOT11_PHY_TYPE: ht, vht, he, eht."""
_OLD_PHYS = frozenset({2, 4, 5, 6, 7, 8})
"""DOT11_PHY_TYPE without those that may use 6 GHz."""
_WEP = frozenset({1, 5, 0x101})
_AUTHS = {
    2: Security.WEP, 3: Security.ENTERPRISE, 4: Security.WPA, 6: Security.ENTERPRISE, 7: Security.WPA2,
    8: Security.ENTERPRISE, 9: Security.WPA3, 10: Security.OWE, 11: Security.ENTERPRISE,
}  # fmt: skip
"""DOT11_AUTH_ALGORITHM."""
_ESS_PRIVACY = 0x10
_DAY_S = 86_400.0


def one(kind: type[S], data: bytes, at: int = 0) -> S | None:
    """A structure at a place; None where it would not lie wholly inside."""
    if at < 0 or at + ctypes.sizeof(kind) > len(data):
        return None
    return kind.from_buffer_copy(data, at)


def _entries(kind: type[S], data: bytes, count: int) -> Iterator[S]:
    for number in range(min(count, _MOST)):
        entry = one(kind, data, LIST_HEAD + number * ctypes.sizeof(kind))
        if entry is None:
            return
        yield entry


def number(data: bytes) -> int | None:
    """A LONG."""
    return int.from_bytes(data[:4], "little", signed=True) if len(data) >= 4 else None


@dataclass(frozen=True, slots=True)
class Adapter:
    """One of WlanEnumInterfaces. ``state``: WLAN_INTERFACE_STATE."""

    guid: str
    description: str
    state: int


def adapters(data: bytes) -> list[Adapter]:
    """WLAN_INTERFACE_INFO_LIST."""
    rows = _entries(WlanInterface, data, int.from_bytes(data[:4], "little"))
    return [
        Adapter(f"{{{uuid.UUID(bytes_le=bytes(row.guid))}}}".upper(), utf16(bytes(row.description)), row.state)
        for row in rows
    ]


def radio_state(data: bytes) -> RadioState:
    """WLAN_RADIO_STATE: on where one of its radios is; off by whichever switch is off for all of them."""
    state = one(WlanRadioState, data)
    radios = state.phys[: min(state.count, 64)] if state is not None else []
    if not radios:
        return RadioState.UNKNOWN
    if any(radio.hardware == 1 and radio.software == 1 for radio in radios):
        return RadioState.ON
    if all(radio.hardware == _OFF for radio in radios):
        return RadioState.HARD_OFF
    return RadioState.SOFT_OFF if all(_OFF in (r.software, r.hardware) for r in radios) else RadioState.UNKNOWN


def best_generation(data: bytes) -> int | None:
    """WLAN_INTERFACE_CAPABILITY: the newest the adapter can do."""
    told = one(Capability, data)
    phys = told.phys[: min(told.count, 64)] if told is not None else []
    return max((_GENERATIONS[phy] for phy in phys if phy in _GENERATIONS), default=None)


def generation(phy: int) -> int | None:
    """DOT11_PHY_TYPE as a generation."""
    return _GENERATIONS.get(phy)


def name(raw: Ssid) -> str | None:
    """The network's name."""
    return elements.name(bytes(raw.octets)[: raw.length]) if raw.length <= 32 else None


def address(raw: ctypes.Array[ctypes.c_uint8]) -> str | None:
    """The access point's address; None for all zeros."""
    octets = bytes(raw)
    return octets.hex(":") if any(octets) else None


def connection(data: bytes) -> Connection | None:
    """WLAN_CONNECTION_ATTRIBUTES."""
    return one(Connection, data)


def security(told: Connection) -> Security | None:
    """How the link is closed, not what the network offers beside it."""
    auth, cipher = told.security.auth, told.security.cipher
    if auth == 1:
        return Security.WEP if cipher in _WEP else Security.OPEN if cipher == 0 else None
    return _AUTHS.get(auth)


@dataclass(frozen=True, slots=True)
class Now:
    """WLAN_REALTIME_CONNECTION_QUALITY. Over several links, ``rssi`` and ``where`` are those of the strongest."""

    phy: int
    percent: int
    rx_kbit_s: int
    tx_kbit_s: int
    rssi: int | None = None
    where: Channel | None = None


def realtime(data: bytes) -> Now | None:
    """None before Windows 11 22H2, and in no network."""
    head = one(Quality, data)
    if head is None:
        return None
    size, links = ctypes.sizeof(QualityLink), []
    for at in range(min(head.links, 16)):
        link = one(QualityLink, data, ctypes.sizeof(Quality) + at * size)
        if link is not None:
            links.append(link)
    best = max((link for link in links if link.rssi < 0), key=lambda link: int(link.rssi), default=None)
    if best is None:
        return Now(head.phy, head.quality, head.rx_rate, head.tx_rate)
    # Named in MHz and described in kHz; seen in MHz.
    mhz = best.mhz // 1000 if best.mhz > 100_000 else best.mhz
    return Now(head.phy, head.quality, head.rx_rate, head.tx_rate, best.rssi, channel(mhz, best.width))


def by_number(primary: int | None, phy: int) -> Channel | None:
    """The channel by its number alone: where the PHY may be at 6 GHz, only numbers that 6 GHz does not have."""
    if primary is None or not 1 <= primary <= 196 or (phy not in _OLD_PHYS and primary % 4 == 1):
        return None
    mhz = 2484 if primary == 14 else 2407 + 5 * primary if primary < 14 else 5000 + 5 * primary
    return channel(mhz) if primary <= 14 or number_of(mhz) == (primary, Band.GHZ_5) else None


def neighbours(data: bytes, now: float, joined: str | None = None) -> tuple[Bss, ...]:
    """WLAN_BSS_LIST. ``now``: Unix seconds, to which the entries' times are compared."""
    count = int.from_bytes(data[4:8], "little")
    found = []
    for index, entry in enumerate(_entries(BssEntry, data, count)):
        bssid = address(entry.bssid)
        if bssid is not None:
            at = LIST_HEAD + index * ctypes.sizeof(BssEntry) + entry.elements_at
            found.append(_bss(entry, data[at : at + min(entry.elements_size, 4096)], bssid, now, joined))
    return tuple(found)


def _bss(entry: BssEntry, raw: bytes, bssid: str, now: float, joined: str | None) -> Bss:
    mhz = round(entry.frequency / 1000)
    where = number_of(mhz)
    said = elements.parse(raw, where[1] if where else None, bool(entry.capability & _ESS_PRIVACY))
    age = now - (entry.heard / 1e7 - 11_644_473_600)
    return Bss(
        bssid=bssid, ssid=name(entry.ssid) or said.ssid, channel=channel(mhz, said.width_mhz, said.centre_mhz),
        rssi_dbm=Missing().rssi(entry.rssi), age_s=max(age, 0.0) if -2 < age < _DAY_S else None,
        generation=said.generation or _GENERATIONS.get(entry.phy), security=said.security, load=said.load,
        joined=bssid == joined,
    )  # fmt: skip


def profiles(data: bytes) -> tuple[str, ...]:
    """WLAN_PROFILE_INFO_LIST."""
    names = (utf16(bytes(row.name)) for row in _entries(Profile, data, int.from_bytes(data[:4], "little")))
    return tuple(dict.fromkeys(each for each in names if each))


@dataclass(frozen=True, slots=True)
class Counters:
    """Frames of all PHYs together: sent, sent after another try, given up."""

    sent: int
    retried: int
    failed: int


def counters(data: bytes) -> Counters | None:
    """WLAN_STATISTICS; None where the driver keeps none (all zero, or all ones)."""
    head = one(Statistics, data)
    if head is None:
        return None
    size, phys = ctypes.sizeof(PhyCounters), []
    for at in range(min(head.count, 64)):
        phy = one(PhyCounters, data, ctypes.sizeof(Statistics) + at * size)
        if phy is not None:
            phys.append(phy)
    sums = [sum(getattr(phy, field) for phy in phys) for field in ("sent", "retried", "failed")]
    if not sums[0] or any(each >= 1 << 62 for each in sums):
        return None
    return Counters(*sums)
