"""What is in the air: who else is in sight, how fresh that is, and how much of our channel others take. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.diagnosis import wifi_limits
from selfcare.diagnosis.observe.view import View
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.wifi import Band, Bss, Channel, Link, WifiAccess, WifiReading

LINK, SCAN = "wifi.link", "wifi.scan"
_TOLD = (WifiAccess.TOLD, WifiAccess.NAMELESS)
_LOCAL = 0x02 << 40
"""The bit of a hardware address that says "given by the device itself": a box sets it for its second networks."""


def payload(view: View) -> WifiPayload | None:
    """The look at the Wi-Fi. A system that refuses to be asked has told nothing, not even that there is none."""
    seen = view.get(LINK, WifiPayload) or view.get(SCAN, WifiPayload)
    return seen if seen is not None and seen.reading.access in _TOLD else None


def link(view: View) -> Link | None:
    """The association of this moment, if it was told."""
    seen = payload(view)
    return seen.reading.link if seen is not None else None


def _scan(view: View) -> WifiReading | None:
    """The reading that knows the neighbours best: a search made for this check, else what the system last heard."""
    for probe in (SCAN, LINK):
        seen = view.get(probe, WifiPayload)
        if seen is not None and seen.reading.access in _TOLD and _of_now(seen.reading.scan_age_s):
            return seen.reading
    return None


def source(view: View) -> str:
    """Which measurement the neighbours come from."""
    return SCAN if view.get(SCAN, WifiPayload) is not None and _scan(view) is not None else LINK


def _of_now(age_s: float | None) -> bool:
    return age_s is not None and 0 <= age_s <= wifi_limits.HEARD_OF_NOW_S


def searched(view: View) -> bool:
    """Whether there was a search of this moment, so that who is not in it is not in sight."""
    return _scan(view) is not None


def in_sight(view: View) -> tuple[Bss, ...]:
    """Access points heard within the last minute; older ones are no evidence of now."""
    found: dict[str, Bss] = {}
    for probe in (LINK, SCAN):
        seen = view.get(probe, WifiPayload)
        if seen is None or seen.reading.access not in _TOLD:
            continue
        whole = _of_now(seen.reading.scan_age_s)
        for bss in seen.reading.neighbours:
            if _of_now(bss.age_s) if bss.age_s is not None else whole:
                found[bss.bssid.lower()] = bss
    return tuple(found[bssid] for bssid in sorted(found))


def own(link: Link, around: Iterable[Bss]) -> Bss | None:
    """The access point this PC is joined to, as the search saw it."""
    if link.bssid is None:
        return next((bss for bss in around if bss.joined), None)
    return next((bss for bss in around if bss.bssid.lower() == link.bssid.lower()), None)


def same_name(link: Link, around: Iterable[Bss]) -> list[Bss]:
    """Other access points of the network this PC is in."""
    mine = (link.bssid or "").lower()
    if not link.ssid or not mine:
        return []
    return [b for b in around if b.ssid == link.ssid and b.bssid.lower() != mine and not b.joined]


def _number(mac: str) -> int | None:
    digits = mac.replace(":", "").replace("-", "").replace(".", "")
    try:
        return int(digits, 16) if len(digits) == 12 else None
    except ValueError:
        return None


def same_device(one: str, other: str) -> bool:
    """Whether two hardware addresses look like one device's: boxes number their sockets and networks in a row.

    Where one is self-given the first byte may be anything: boxes count their further networks there.
    """
    a, b = _number(one), _number(other)
    if a is None or b is None:
        return False
    if (a | b) & _LOCAL:
        a, b = a & ~(0xFF << 40), b & ~(0xFF << 40)
    return abs(a - b) <= wifi_limits.SAME_DEVICE_MACS


def self_given(mac: str) -> bool:
    """A hardware address that no maker gave: phones invent one for each hotspot they open."""
    number = _number(mac)
    return number is not None and bool(number & _LOCAL)


def devices(around: Iterable[Bss]) -> list[Bss]:
    """One entry per transmitter, its strongest: several names of one box on one channel share one radio."""
    found: list[Bss] = []
    for bss in sorted(around, key=lambda b: (-(b.rssi_dbm or -200.0), b.bssid)):
        if not any(_channel(f) == _channel(bss) and same_device(f.bssid, bss.bssid) for f in found):
            found.append(bss)
    return found


def _channel(bss: Bss) -> int | None:
    return bss.channel.mhz if bss.channel is not None else None


def overlap(ours: Channel, bss: Bss) -> float:
    """How much of our channel this neighbour takes when it sends, 0 to 1: shared spectrum times how it is heard."""
    if bss.channel is None or bss.rssi_dbm is None or bss.channel.band is not ours.band:
        return 0.0
    (low, high), (their_low, their_high) = ours.spans, bss.channel.spans
    shared = max(0.0, min(high, their_high) - max(low, their_low)) / (high - low)
    floor, full = wifi_limits.OVERLAP_FLOOR_DBM, wifi_limits.OVERLAP_FULL_DBM
    heard = min(1.0, max(0.0, (bss.rssi_dbm - floor) / (full - floor)))
    return shared * heard


def crowd(link: Link, around: Iterable[Bss]) -> float | None:
    """The sum over all other networks' transmitters; those of our own name take part in the home's own traffic."""
    if link.channel is None:
        return None
    others = [b for b in around if b.bssid.lower() != (link.bssid or "").lower() and not b.joined]
    strangers = [b for b in others if b.ssid is None or b.ssid != link.ssid]
    # Nor are a mesh's hidden networks and those for guests, beside each access point of our name.
    ours = [b.bssid for b in same_name(link, around)] + ([link.bssid] if link.bssid is not None else [])
    strangers = [b for b in strangers if not any(same_device(b.bssid, own) for own in ours)]
    return sum(overlap(link.channel, bss) for bss in devices(strangers))


def faster_bands(link: Link, around: Iterable[Bss]) -> list[Bss]:
    """The same network on 5 or 6 GHz, strong enough to be worth it."""
    wide = (Band.GHZ_5, Band.GHZ_6)
    found = [b for b in same_name(link, around) if b.channel is not None and b.channel.band in wide]
    return [b for b in found if b.rssi_dbm is not None and b.rssi_dbm >= wifi_limits.BAND5_WORTH_DBM]


def level(link: Link) -> float | None:
    """The signal in dBm: the driver's running mean where it has one, as a single frame wavers by some dB."""
    return link.rssi_average_dbm if link.rssi_average_dbm is not None else link.rssi_dbm
