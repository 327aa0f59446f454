"""Which channel of each band others use least, from what this PC hears; pure.

What others take of the air of a channel is, for each of their access points in sight, the overlap of the spectra times
how much of it we hear times the use they announce. Own access points do not count: where they are heard says nothing
of what they would meet. The PC does not stand where the box stands, and whoever downloads at the moment looks, to
others' access points on the same channel, as their use: so only a clear gain is advice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from selfcare.app.wifi.ports import Channels
from selfcare.model.wifi import Band, Bss, Channel, WifiReading

FRESH_S = 60.0
"""Older neighbours are no evidence of now (docs/design/wifi.md, rule 3)."""
DECODED_DBM = -82.0
"""From here on a radio waits for another's frames (IEEE 802.11-2020, 17.3.10.6: preambles, 20 MHz)."""
UNHEARD_DBM = -92.0
"""Ten decibels below, it is part of the noise: a 20 MHz receiver's floor is some -94 dBm."""
SILENT_USE = 0.1
"""Of an access point that announces no use: beacons, and a home's usual traffic. Ours; homes differ widely."""
CLEAR_GAIN = 0.2
"""A fifth of the air. Ours, for the sake of those who are asked to change: a change costs every device a reconnection.
Cisco's automatic choice of channels (RRM, "medium") wants ten decibels, which is more."""
CLEAR_RATIO = 0.5
"""And at most half of what is shared now."""
_BASES = {Band.GHZ_24: 2407, Band.GHZ_5: 5000, Band.GHZ_6: 5950}
_PLAIN_24, _HIGH_24 = (1, 6, 11), 13
_NO_HIGH = frozenset({"US", "CA", "MX", "TW", "00"})
"""Where channel 13 is not to be used, or nobody knows."""
_FREE_5 = (36, 40, 44, 48)
_DFS_5 = (52, 56, 60, 64, 100, 104, 108, 112, 116, 120, 124, 128)
"""Radar comes first there: a minute of silence before a change, ten for 120 to 128 in Europe, and a sudden end."""
_STARTS_5 = (36, 52, 100, 116, 132, 149)
"""Where the blocks of 80 MHz begin; the pairs of 160 are the first two and the next two."""
_PREFERRED_6 = tuple(range(5, 234, 16))
"""The channels where devices look for a network first (IEEE 802.11ax, 26.17.2.3.3)."""


def advise(reading: WifiReading, allowed: Mapping[str, Collection[int]] | None = None) -> tuple[Channels, ...]:
    """A line for each band in which this PC's network, or anybody's, is heard.

    ``allowed``: the channels that the box offers for a band ("2.4", "5", "6"), where it was asked. Channels shared
    with radars are offered only where the box offers them, or is on one.
    """
    heard = tuple(b for b in reading.neighbours if b.age_s is None or b.age_s <= FRESH_S)
    bands = [band for band in Band if any(b.channel is not None and b.channel.band is band for b in heard)]
    whole = reading.scan_age_s is not None and reading.scan_age_s <= FRESH_S
    return tuple(_band(band, reading, heard, whole, (allowed or {}).get(band.value)) for band in bands)


def _band(
    band: Band, reading: WifiReading, heard: Iterable[Bss], whole: bool, allowed: Collection[int] | None
) -> Channels:
    mine, others = _apart(band, reading, heard)
    width = (mine.width_mhz if mine is not None else None) or (20 if band is Band.GHZ_24 else 80)
    numbers = _numbers(band, mine, reading.radio.country if reading.radio is not None else None, allowed)
    told = mine.width_mhz if mine is not None else None
    shares = {number: share(_spectrum(band, number, width), others) for number in numbers}
    narrower = _narrower(band, mine, others)
    if mine is None or not whole:  # without a search, a silent channel is one that nobody listened to
        return Channels(band.value, mine.number if mine else None, None, told, None, tuple(shares.items()))
    if mine.number not in shares:
        shares = {mine.number: share(mine.spans, others), **shares}
    better = _better(band, mine, shares, _spectrum(band, mine.number, width))
    return Channels(band.value, mine.number, better, told, narrower, tuple(sorted(shares.items())))


def _apart(band: Band, reading: WifiReading, heard: Iterable[Bss]) -> tuple[Channel | None, tuple[Bss, ...]]:
    """The channel of this PC's network in this band (its nearest access point), and the others of the band."""
    link = reading.link
    name, joined = (link.ssid, link.bssid) if link is not None else (None, None)
    here = [b for b in heard if b.channel is not None and b.channel.band is band and b.rssi_dbm is not None]
    devices = {_device(b.bssid) for b in here if b.joined or b.bssid == joined or (name and b.ssid == name)}
    if joined is not None:
        devices.add(_device(joined))
    own = [b for b in here if _device(b.bssid) in devices or (name and b.ssid == name)]
    others = tuple(b for b in here if b not in own)
    if link is not None and link.channel is not None and link.channel.band is band:
        return link.channel, others
    named = [b for b in own if name and b.ssid == name]
    nearest = max(named, key=lambda b: b.rssi_dbm or -100.0, default=None)
    return (nearest.channel if nearest is not None else None), others


def _device(bssid: str) -> str:
    """What the networks of one access point have in common: guests' and others differ at the ends of the address."""
    return bssid.lower()[3:14]


def share(spans: tuple[float, float], others: Iterable[Bss]) -> float:
    """How much of the air between these MHz the others take: 0 is free, more than 1 is more than there is.

    What an access point announces is the use of its whole channel: of several on one channel the highest counts, unless
    those that announce none come to more.
    """
    told: dict[int, float] = {}
    guessed: dict[int, float] = {}
    for bss in others:
        if bss.channel is None or bss.rssi_dbm is None:
            continue
        weight = _heard(bss.rssi_dbm) * _overlap(spans, bss.channel.spans)
        if bss.load is not None:
            told[bss.channel.number] = max(told.get(bss.channel.number, 0.0), weight * bss.load.use)
        else:
            guessed[bss.channel.number] = guessed.get(bss.channel.number, 0.0) + weight * SILENT_USE
    return round(sum(max(told.get(n, 0.0), guessed.get(n, 0.0)) for n in {*told, *guessed}), 3)


def _heard(rssi_dbm: float) -> float:
    """1 where a radio waits for it, 0 where it is noise."""
    return min(1.0, max(0.0, (rssi_dbm - UNHEARD_DBM) / (DECODED_DBM - UNHEARD_DBM)))


def _overlap(ours: tuple[float, float], theirs: tuple[float, float]) -> float:
    """How much of the narrower of the two lies in the other, 0 to 1."""
    common = min(ours[1], theirs[1]) - max(ours[0], theirs[0])
    return max(0.0, common) / min(ours[1] - ours[0], theirs[1] - theirs[0])


def _spectrum(band: Band, number: int, width: int) -> tuple[float, float]:
    """What a channel of this width takes, by its primary: the block it belongs to."""
    centre = _BASES[band] + 5.0 * number
    if band is Band.GHZ_24 or width <= 20:
        return centre - 10, centre + 10
    start = max((s for s in _STARTS_5 if s <= number), default=36) if band is Band.GHZ_5 else 1
    if band is Band.GHZ_5 and width >= 160 and start in (52, 116):
        start -= 16  # the second half of a block of 160
    low = start + (number - start) // (width // 5) * (width // 5)
    first = _BASES[band] + 5.0 * low - 10
    return first, first + width


def _numbers(band: Band, mine: Channel | None, country: str | None, allowed: Collection[int] | None) -> tuple[int, ...]:
    if band is Band.GHZ_24:
        high = _HIGH_24 in allowed if allowed else country is not None and country not in _NO_HIGH
        usual: tuple[int, ...] = (*_PLAIN_24, *((_HIGH_24,) if high else ()))
    elif band is Band.GHZ_5:
        radar = mine is not None and mine.number in _DFS_5
        usual = (*_FREE_5, *_DFS_5) if allowed or radar else _FREE_5
    else:
        usual = _PREFERRED_6
    return tuple(n for n in usual if allowed is None or n in allowed)


def _better(band: Band, mine: Channel, shares: Mapping[int, float], now: tuple[float, float]) -> int | None:
    """The emptiest by a clear gain; of equals the first, so one without radars, and 13 last: old devices lack it."""
    limit = shares[mine.number]
    elsewhere = [n for n in shares if n != mine.number and _spectrum(band, n, int(now[1] - now[0])) != now]
    if band is Band.GHZ_24:
        elsewhere = [n for n in elsewhere if n in (*_PLAIN_24, _HIGH_24)]
    best = min(elsewhere, key=lambda n: shares[n], default=None)
    if best == _HIGH_24 and band is Band.GHZ_24:  # it must be worth what cannot see it
        plain = min((n for n in elsewhere if n != _HIGH_24), key=lambda n: shares[n], default=None)
        best = best if plain is None or _clear(shares[plain], shares[best]) else plain
    return best if best is not None and _clear(limit, shares[best]) else None


def _clear(now: float, then: float) -> bool:
    return now - then >= CLEAR_GAIN and then <= CLEAR_RATIO * now


def _narrower(band: Band, mine: Channel | None, others: Iterable[Bss]) -> int | None:
    """20 MHz on 2.4 GHz wherever anybody else is heard there: of its three channels, 40 MHz take two."""
    wide = band is Band.GHZ_24 and mine is not None and (mine.width_mhz or 20) > 20
    strong = any(b.rssi_dbm is not None and b.rssi_dbm >= DECODED_DBM for b in others)
    return 20 if wide and strong else None
