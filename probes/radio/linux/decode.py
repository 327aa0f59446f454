"""From nl80211's attributes to what they mean. Pure and total: damaged attributes are missing ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from probes.radio import elements
from probes.radio.channels import channel, number_of
from probes.radio.linux.genl import Attributes, attributes, each, number
from probes.radio.linux.numbers import (
    ASSOCIATED,
    AUTHORIZED,
    P2P_CLIENT,
    PRIVACY,
    STATION,
    WIDTHS_MHZ,
    Attr,
    BssInfo,
    Sta,
    SurveyInfo,
)
from probes.radio.linux.rates import rate
from selfcare.model.wifi import Bss, Channel, Rate, Why

LOWEST_DBM, HIGHEST_DBM = -110, -1
"""A signal beyond is none: the floor of a 20 MHz channel at room temperature is -101 dBm."""
_HEADER, _BSSID = 24, 16
"""Bytes of a management frame's header, and where its third address is."""


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface that can be in somebody's Wi-Fi."""

    index: int
    name: str
    wiphy: int
    mac: str | None
    ssid: str | None
    channel: Channel | None
    several_links: bool


@dataclass(frozen=True, slots=True)
class Station:
    """What the adapter knows of its access point. ``open`` False: the keys are not agreed on yet."""

    mac: str | None
    open: bool
    rssi: float | Why
    average: float | Why
    tx: Rate | Why
    rx: Rate | Why
    connected_s: float | None
    packets: int | None
    retries: int | None
    failed: int | None
    beacons_lost: int | None


@dataclass(frozen=True, slots=True)
class Survey:
    """Of one channel: the floor, and milliseconds listened and found busy since some moment of the driver's."""

    mhz: int
    in_use: bool
    noise: float | Why
    listened_ms: int | None
    busy_ms: int | None


def interface(raw: bytes) -> Interface | None:
    """None for one that is of another kind: an access point's, a monitor's."""
    told = attributes(raw)
    index, wiphy = number(told.get(Attr.IFINDEX)), number(told.get(Attr.WIPHY))
    if index is None or wiphy is None or number(told.get(Attr.IFTYPE)) not in (STATION, P2P_CLIENT):
        return None
    links = [attributes(link) for _, link in each(told.get(Attr.MLO_LINKS, b""))]
    # Of several links, the first that carries a channel; the whole of them has none.
    where = next((found for part in (told, *links) if (found := _channel(part)) is not None), None)
    return Interface(
        index, told.get(Attr.IFNAME, b"").rstrip(b"\0").decode("utf-8", "replace"), wiphy, mac(told.get(Attr.MAC)),
        elements.name(told.get(Attr.SSID, b"")), where, bool(links),
    )  # fmt: skip


def _channel(told: Attributes) -> Channel | None:
    mhz, width = number(told.get(Attr.WIPHY_FREQ)), number(told.get(Attr.CHANNEL_WIDTH))
    if mhz is None:
        return None
    return channel(mhz, WIDTHS_MHZ.get(-1 if width is None else width), number(told.get(Attr.CENTER_FREQ1)))


def station(raw: bytes) -> Station:
    """The access point as a station of ours."""
    told = attributes(raw)
    info = attributes(told.get(Attr.STA_INFO, b""))
    flags = info.get(Sta.STA_FLAGS, b"")
    known, value = number(flags[:4]), number(flags[4:8])
    mean = Sta.BEACON_SIGNAL_AVG if Sta.BEACON_SIGNAL_AVG in info else Sta.SIGNAL_AVG
    return Station(
        mac=mac(told.get(Attr.MAC)),
        open=bool(value and value & AUTHORIZED) if known and known & AUTHORIZED else True,
        rssi=signal(info.get(Sta.SIGNAL)),
        average=signal(info.get(mean)),
        tx=rate(info.get(Sta.TX_BITRATE)),
        rx=rate(info.get(Sta.RX_BITRATE)),
        connected_s=_whole(info.get(Sta.CONNECTED_TIME)),
        packets=number(info.get(Sta.TX_PACKETS)),
        retries=number(info.get(Sta.TX_RETRIES)),
        failed=number(info.get(Sta.TX_FAILED)),
        beacons_lost=number(info.get(Sta.BEACON_LOSS)),
    )


def _whole(raw: bytes | None) -> float | None:
    told = number(raw)
    return None if told is None else float(told)


def signal(raw: bytes | None) -> float | Why:
    """In dBm. Zero is what a Wi-Fi 7 adapter says of all its links together: no signal of anything."""
    told = number(raw, signed=True)
    if told is None:
        return Why.NOT_OFFERED
    return float(told) if LOWEST_DBM <= told <= HIGHEST_DBM else Why.IMPLAUSIBLE


def survey(parts: Iterable[bytes], mhz: int | None) -> Survey | None:
    """That of the channel in use; where the driver marks none, that of the frequency in use."""
    told = [found for raw in parts if (found := _survey(raw)) is not None]
    return next((s for s in told if s.in_use), None) or next((s for s in told if s.mhz == mhz), None)


def _survey(raw: bytes) -> Survey | None:
    told = attributes(attributes(raw).get(Attr.SURVEY_INFO, b""))
    mhz = number(told.get(SurveyInfo.FREQUENCY))
    if mhz is None:
        return None
    return Survey(
        mhz, SurveyInfo.IN_USE in told, signal(told.get(SurveyInfo.NOISE)),
        number(told.get(SurveyInfo.TIME)), number(told.get(SurveyInfo.TIME_BUSY)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """An access point in sight; ``mld`` the common address of its several links (Wi-Fi 7)."""

    bss: Bss
    mld: str | None


def bss(raw: bytes, boottime_s: float) -> Seen | None:
    """One access point of what the kernel has heard; None where it is none of a Wi-Fi band."""
    told = attributes(attributes(raw).get(Attr.BSS, b""))
    own, mhz = mac(told.get(BssInfo.BSSID)), number(told.get(BssInfo.FREQUENCY))
    band = number_of(mhz or 0)
    if own is None or mhz is None or band is None:
        return None
    capability = number(told.get(BssInfo.CAPABILITY))
    heard = told.get(BssInfo.ELEMENTS) or told.get(BssInfo.BEACON_ELEMENTS, b"")
    said = elements.parse(heard, band[1], None if capability is None else bool(capability & PRIVACY))
    load = said.load
    if load is None and (beacon := told.get(BssInfo.BEACON_ELEMENTS)) not in (None, heard):
        load = elements.parse(beacon or b"").load  # an answer to a question may leave out what the beacon has
    strength = signal_mbm(told.get(BssInfo.SIGNAL_MBM))
    found = Bss(
        bssid=own,
        ssid=said.ssid,
        channel=channel(mhz, said.width_mhz, said.centre_mhz),
        rssi_dbm=None if isinstance(strength, Why) else strength,
        age_s=_age(told, boottime_s),
        generation=said.generation,
        security=said.security,
        load=load,
        joined=number(told.get(BssInfo.STATUS)) == ASSOCIATED,
    )
    return Seen(found, mac(told.get(BssInfo.MLD_ADDR)))


def signal_mbm(raw: bytes | None) -> float | Why:
    """In dBm, from hundredths of it."""
    told = number(raw, signed=True)
    if told is None:
        return Why.NOT_OFFERED
    return round(told / 100, 1) if LOWEST_DBM <= told / 100 <= HIGHEST_DBM else Why.IMPLAUSIBLE


def _age(told: Attributes, boottime_s: float) -> float | None:
    if (stamp := number(told.get(BssInfo.LAST_SEEN))) and boottime_s * 1e9 >= stamp:
        return round(boottime_s - stamp / 1e9, 3)
    ago = number(told.get(BssInfo.SEEN_MS_AGO))
    return None if ago is None else ago / 1000


def mac(raw: bytes | None) -> str | None:
    """The address as text; None for none and for all zeros."""
    return raw.hex(":") if raw is not None and len(raw) == 6 and any(raw) else None


def frame(raw: bytes | None) -> tuple[str | None, str | None, bytes]:
    """Sender, access point and body of a management frame, as nl80211 passes it on."""
    if raw is None or len(raw) < _HEADER:
        return None, None, b""
    return mac(raw[10:16]), mac(raw[_BSSID : _BSSID + 6]), raw[_HEADER:]
