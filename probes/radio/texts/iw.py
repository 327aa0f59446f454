"""``iw dev X link``, ``info``, ``station dump`` and ``scan``: English always, and of many versions."""

from __future__ import annotations

import re
from dataclasses import replace

from probes.radio.channels import centre_of, channel
from probes.radio.texts import made, words
from probes.radio.texts.words import Missing
from selfcare.model.wifi import (
    Band,
    Bss,
    BssLoad,
    Channel,
    Link,
    Radio,
    RadioState,
    Rate,
    Security,
    Why,
    WifiAccess,
    WifiReading,
)

SOURCE = "iw"
_ERROR = re.compile(r"\((-\d{1,3})\)")
_NO_RIGHT, _NO_DEVICE, _DOWN = (-1, -13), (-19, -95), (-100,)
_ON = re.compile(r"\(on ([^\s)]+)\)")


def _field(text: str, name: str) -> str | None:
    """What follows a label that begins a line, or a bullet."""
    found = re.search(rf"^[\s*]*{name}:?[ \t]+(\S.*?)\s*$", text, re.MULTILINE)
    return found[1] if found else None


def _count(text: str, name: str) -> int | None:
    value = _field(text, name)
    number = None if value is None else words.number(value)
    return None if number is None or number < 0 else int(number)


def _dbm(text: str, name: str) -> float | None:
    value = _field(text, name)
    return None if value is None else words.number(value)


def _rate(text: str, direction: str, missing: Missing) -> Rate | None:
    """Like "866.7 MBit/s VHT-MCS 9 80MHz short GI VHT-NSS 2", or "HE-MCS 11 HE-NSS 2 HE-GI 0"."""
    told = _field(text, f"{direction} bitrate") or ""
    mbit = re.match(r"(\d{1,9}(?:\.\d+)?)\s*MBit/s", told, re.IGNORECASE)
    if mbit is None:
        return None
    mcs, streams = re.search(r"MCS (\d{1,2})", told), re.search(r"NSS (\d)", told)
    width, kind = re.search(r"(\d{2,3})MHz", told), re.search(r"\b(EHT|HE|VHT)-", told)
    generation = {"EHT": 7, "HE": 6, "VHT": 5}[kind[1]] if kind else 4 if mcs else None
    return missing.rate(
        float(mbit[1]) * 1000, direction, mcs=int(mcs[1]) if mcs else None,
        streams=int(streams[1]) if streams else None,
        width_mhz=int(width[1]) if width else None, generation=generation,
        short_gi=True if "short GI" in told else None,
    )  # fmt: skip


def link(text: str) -> WifiReading:
    """The association. Over several links (Wi-Fi 7): the one of the highest band, which carries the most."""
    if re.search(r"^Not connected", text, re.MULTILINE):
        return made.reading(SOURCE)
    found = re.search(r"^Connected to (\S{17})", text, re.MULTILINE)
    if found is None:
        return _refused(text)
    links = re.findall(r"Link \d+ BSSID (\S{17})\s+freq: (\d+)", text)
    bssid, mhz = max(links, key=lambda each: int(each[1])) if links else (found[1], _field(text, "freq") or "")
    missing = Missing()
    missing.none(Why.UNREADABLE, "ssid", "bssid", "channel", "rssi_dbm")
    tx, rx = _rate(text, "tx", missing), _rate(text, "rx", missing)
    there = made.link(
        missing, ssid=_field(text, "SSID"), bssid=words.mac(bssid), channel=_wide(words.by_mhz(mhz), tx),
        rssi_dbm=missing.rssi(_dbm(text, "signal")), tx=tx, rx=rx, generation=_newest(tx, rx),
    )  # fmt: skip
    return made.reading(SOURCE, _radio(text), there, missing=_only_link())


def _wide(where: Channel | None, rate: Rate | None) -> Channel | None:
    """A rate names the width it was sent in, which is at most the channel's: told where it is above 20 MHz."""
    width = rate.width_mhz if rate else None
    return where if where is None or width is None else replace(where, width_mhz=width)


def _newest(*rates: Rate | None) -> int | None:
    return max((rate.generation for rate in rates if rate and rate.generation), default=None)


def _radio(text: str) -> Radio | None:
    found = _ON.search(text)
    return Radio(found[1], RadioState.ON) if found else None


def _only_link() -> dict[str, Why]:
    return {"neighbours": Why.NOT_OFFERED}


def info(text: str) -> WifiReading:
    """The interface: its name, and while it is in a network its name and channel."""
    name = _field(text, "Interface")
    if name is None:
        return _refused(text)
    radio = Radio(name, RadioState.UNKNOWN)
    ssid = _field(text, "ssid")
    if ssid is None:
        return made.reading(SOURCE, radio, missing=_only_link())
    told = _field(text, "channel") or ""
    mhz, width, centre = (
        re.search(pattern, told) for pattern in (r"\((\d{4}) MHz\)", r"width: (\d+) MHz", r"center1: (\d{4})")
    )
    where = None
    if mhz:
        where = channel(int(mhz[1]), int(width[1]) if width else None, int(centre[1]) if centre else None)
    return made.reading(SOURCE, radio, made.link(Missing(), ssid=ssid, channel=where), missing=_only_link())


def station(text: str) -> WifiReading:
    """Counters and signals of the association."""
    found = re.search(r"^Station (\S{17})", text, re.MULTILINE)
    if found is None:
        return made.reading(SOURCE) if not text.strip() else _refused(text)
    missing = Missing()
    tx, rx = _rate(text, "tx", missing), _rate(text, "rx", missing)
    missing.none(Why.UNREADABLE, "rssi_dbm")
    there: Link = made.link(
        missing, bssid=words.mac(found[1]), rssi_dbm=missing.rssi(_dbm(text, "signal")),
        rssi_average_dbm=missing.rssi(_dbm(text, "signal avg"), "rssi_average_dbm"), tx=tx, rx=rx,
        generation=_newest(tx, rx), connected_s=_count(text, "connected time"), tx_packets=_count(text, "tx packets"),
        tx_retries=_count(text, "tx retries"), tx_failed=_count(text, "tx failed"),
        beacons_lost=_count(text, "beacon loss"),
    )  # fmt: skip
    return made.reading(SOURCE, _radio(text), there, missing=_only_link())


def scan(text: str) -> WifiReading:
    """Access points in sight, from ``scan`` or ``scan dump``."""
    blocks = re.split(r"^BSS (?=\S{17}\s*\(on |\S{17}\s*$)", text, flags=re.MULTILINE)
    if len(blocks) < 2:
        return made.reading(SOURCE, missing={"link": Why.NOT_OFFERED}) if not text.strip() else _refused(text)
    found = [_bss(block) for block in blocks[1:]]
    ages = [bss.age_s for bss in found if bss.age_s is not None]
    return made.reading(
        SOURCE, _radio(text), neighbours=found, scan_age_s=min(ages, default=None), missing={"link": Why.NOT_OFFERED}
    )


def _bss(block: str) -> Bss:
    age = re.search(r"last seen: (\d{1,12}) ms ago", block)
    load = re.search(r"station count: (\d{1,5})\s+\* channel utilisation: (\d{1,3})/255", block)
    where = words.by_mhz(_field(block, "freq") or "")
    name = re.search(r"^\s*SSID: ([^\n]*)$", block, re.MULTILINE)
    return Bss(
        bssid=block[:17].lower(),
        ssid=name[1].strip() or None if name and "\\x00" not in name[1] else None,
        channel=None if where is None else _with_width(block, where),
        rssi_dbm=Missing().rssi(_dbm(block, "signal")),
        age_s=int(age[1]) / 1000 if age else None,
        generation=_offered(block, where),
        security=_security(block),
        load=BssLoad(int(load[1]), round(int(load[2]) / 255, 3)) if load and int(load[2]) <= 255 else None,
        joined="-- associated" in block.partition("\n")[0],
    )


def _offered(block: str, where: Channel | None) -> int | None:
    for words_, generation in (("EHT cap", 7), ("HE cap", 6), ("VHT cap", 5), ("HT cap", 4)):
        # There is no Wi-Fi 5 at 2.4 GHz, whatever is announced there.
        if re.search(rf"^\s*{words_}", block, re.MULTILINE) and not (
            generation == 5 and where is not None and where.band is Band.GHZ_24
        ):
            return generation
    return None


def _with_width(block: str, where: Channel) -> Channel:
    """From HT and VHT operation, as far as they are there."""
    wide = re.search(r"channel width: [123] \(", block)
    segments = [int(each) for each in re.findall(r"center freq segment [12]: (\d{1,3})", block)][:2]
    if wide and segments and segments[0]:
        twice = len(segments) == 2 and abs(segments[1] - segments[0]) == 8
        width = 160 if twice or "(160 MHz)" in block else 80
        centre = centre_of(segments[1] if twice else segments[0], where.band)
        return channel(where.mhz, width, centre) or where
    offset = re.search(r"secondary channel offset: (no secondary|above|below)", block)
    if offset is None:
        return where
    if offset[1] == "no secondary":
        return channel(where.mhz, 20) or where
    return channel(where.mhz, 40, where.mhz + (10 if offset[1] == "above" else -10)) or where


def _security(block: str) -> Security | None:
    capability = _field(block, "capability")
    rsn = re.search(r"^\s*RSN:(.*?)(?=^\s*[A-Z][\w ]+:\s|\Z)", block + "\n", re.MULTILINE | re.DOTALL)
    suites = re.search(r"Authentication suites: ([^\n]*)", rsn[1]) if rsn else None
    if suites:
        told = suites[1]
        if "SAE" in told:
            return Security.TRANSITION if "PSK" in told else Security.WPA3
        return words.security(told) or (Security.WPA2 if "PSK" in told else None)
    old = re.search(r"^\s*WPA:(?:.*?)Authentication suites: ([^\n]*)", block, re.MULTILINE | re.DOTALL)
    if old:
        return words.security(old[1]) or Security.WPA
    if capability is None:
        return None
    return Security.WEP if "Privacy" in capability else Security.OPEN


def _refused(text: str) -> WifiReading:
    """The kernel's error number is in the sentence, whatever its language."""
    found = _ERROR.search(text)
    code = int(found[1]) if found else 0
    if code in _NO_DEVICE or "nl80211 not found" in text:
        return made.refused(SOURCE, WifiAccess.NO_ADAPTER)
    if code in _DOWN:
        return made.reading(SOURCE, missing={"neighbours": Why.NOT_OFFERED})
    bare = made.refused(SOURCE, WifiAccess.UNREADABLE)
    return replace(bare, missing=dict.fromkeys(bare.missing, Why.NO_RIGHT)) if code in _NO_RIGHT else bare
