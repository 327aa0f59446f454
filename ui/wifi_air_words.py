"""The networks around, by band and channel: the hills of the chart, the same in words, and the advice. Pure; no Qt."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace

from selfcare.app.wifi.ports import Channels, ScanOutcome
from selfcare.i18n import Catalogue
from selfcare.model.wifi import Band, Bss, Channel
from ui.wifi_state import KEPT_S, OLD_S, WifiView
from ui.wifi_words import band_words, channel_words, dbm_words, network, signal_place

FLOOR_DBM, TOP_DBM = -95.0, -30.0
"""The ends of the chart's height."""
LISTED = 40
"""Networks named one by one; a block of flats shows more than anybody reads."""
_BANDS = {
    Band.GHZ_24: (2401.0, 2483.0, tuple((2407.0 + 5 * n, n) for n in range(1, 14))),
    Band.GHZ_5: (5165.0, 5735.0, tuple((5000.0 + 5 * n, n) for n in (*range(36, 65, 4), *range(100, 145, 4)))),
    Band.GHZ_6: (5940.0, 6430.0, tuple((5950.0 + 5 * n, n) for n in range(1, 94, 8))),
}
"""MHz from and to, and the middle of each channel that is named below (ETSI EN 300 328, 301 893, 303 687)."""
_BEYOND = (5895.0, tuple((5000.0 + 5 * n, n) for n in range(149, 174, 4)))
"""Channels above 144 are shown only where somebody is there."""


@dataclass(frozen=True, slots=True)
class Hill:
    """One network: from, to, in MHz, as high as it is strong (dBm). ``kin``: another door into the own network."""

    low: float
    high: float
    dbm: float
    own: bool
    kin: bool = False


@dataclass(frozen=True, slots=True)
class Air:
    """A band. ``ticks``: MHz and number of each channel named; ``spoken`` says in words what the picture shows."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, int], ...]
    hills: tuple[Hill, ...]
    spoken: str
    mine: str = ""


def bands(catalogue: Catalogue, view: WifiView) -> tuple[Air, ...]:
    """One chart for each band where anybody is, this PC's own network among them."""
    there = around(view)
    found = ((band, [b for b in there if b.channel is not None and b.channel.band is band]) for band in Band)
    own = next((b.ssid for b in there if b.joined), None)
    return tuple(_air(catalogue, band, some, own) for band, some in found if some)


def around(view: WifiView) -> tuple[Bss, ...]:
    """Everybody in sight; the own network also where the system did not list it."""
    reading = view.reading
    if reading is None:
        return ()
    link, there = reading.link, reading.neighbours
    own = link.bssid if link is not None else None
    marked = tuple(replace(bss, joined=True) if _own(bss, own) else bss for bss in there)
    if link is None or link.channel is None or any(bss.joined for bss in marked):
        return marked
    return (Bss(link.bssid or "", link.ssid, link.channel, link.rssi_dbm, joined=True), *marked)


def _own(bss: Bss, own: str | None) -> bool:
    return bss.joined or (own is not None and bss.bssid.lower() == own.lower())


def _air(catalogue: Catalogue, band: Band, some: list[Bss], name: str | None) -> Air:
    low, high, ticks = _BANDS[band]
    hills = tuple(_hill(b, b.channel, name) for b in some if b.channel is not None)
    if band is Band.GHZ_5 and any(h.high > high for h in hills):
        high, ticks = _BEYOND[0], ticks + _BEYOND[1]
    # The own network last: it is painted over the others.
    hills = tuple(sorted(hills, key=lambda h: (h.own, h.kin, -h.dbm)))
    key = "ui.wifi.air.band.one" if len(some) == 1 else "ui.wifi.air.band"
    title = catalogue.text(key, band=band_words(catalogue, band.value), n=len(some))
    mine = catalogue.text("ui.wifi.air.mine") if any(h.own or h.kin for h in hills) else ""
    return Air(title, low, high, ticks, hills, _spoken(catalogue, some), mine)


def _hill(bss: Bss, channel: Channel, name: str | None) -> Hill:
    low, high = channel.spans
    kin = not bss.joined and name is not None and bss.ssid == name
    return Hill(low, high, min(TOP_DBM, max(FLOOR_DBM, bss.rssi_dbm or FLOOR_DBM)), bss.joined, kin)


def _spoken(catalogue: Catalogue, some: list[Bss]) -> str:
    """Channel by channel: how many, and how strong the strongest is."""
    by_channel: dict[int, list[Bss]] = {}
    for bss in some:
        if bss.channel is not None:
            by_channel.setdefault(bss.channel.number, []).append(bss)
    return " ".join(_of_channel(catalogue, n, there) for n, there in sorted(by_channel.items()))


def _of_channel(catalogue: Catalogue, n: int, there: list[Bss]) -> str:
    mine = any(b.joined for b in there)
    heard = [b.rssi_dbm for b in there if b.rssi_dbm is not None and not b.joined]
    others = len(there) - mine
    key = f"ui.wifi.air.channel.{'mine' if mine else 'theirs'}{'' if others != 1 else '.one'}"
    if mine and not others:
        key = "ui.wifi.air.channel.alone"
    strongest = catalogue.text(f"ui.wifi.heard.{signal_place(max(heard))}") if heard else ""
    words = catalogue.text(key, n=n, others=others)
    if not strongest:
        return f"{words}."
    key = "one_other" if others == 1 else "strongest"
    return catalogue.text(f"ui.wifi.air.channel.{key}", words=words, how=strongest)


def listed(catalogue: Catalogue, view: WifiView) -> tuple[tuple[str, str], ...]:
    """Networks by name with what is known of them, the own first, then the strongest."""
    order = sorted(around(view), key=lambda b: (not b.joined, -(b.rssi_dbm or FLOOR_DBM)))
    own = next((b.ssid for b in order if b.joined), None)
    return tuple(
        (network(catalogue, b.ssid), _about(catalogue, b, own is not None and b.ssid == own)) for b in order[:LISTED]
    )


def _about(catalogue: Catalogue, bss: Bss, kin: bool) -> str:
    say = catalogue.text
    parts = [say("ui.wifi.air.yours")] if bss.joined else [say("ui.wifi.air.kin")] if kin else []
    parts.append(channel_words(catalogue, bss.channel))
    if bss.rssi_dbm is not None:
        parts.append(f"{say(f'ui.wifi.heard.{signal_place(bss.rssi_dbm)}')} ({dbm_words(catalogue, bss.rssi_dbm)})")
    if bss.load is not None:
        parts.append(say("ui.wifi.air.load", use=round(100 * bss.load.use)))
    return ", ".join(part for part in parts if part)


def age(catalogue: Catalogue, view: WifiView, now_s: float | None = None) -> str:
    """From when the picture is. ``now_s``: monotonic; it grows old also where no look ends any more."""
    if view.searching:
        return catalogue.text("ui.wifi.air.searching")
    seconds = _heard_ago(view, time.monotonic() if now_s is None else now_s)
    if not around(view):
        return catalogue.text("ui.wifi.air.none")
    if seconds is None:
        return catalogue.text("ui.wifi.air.age.unknown")
    if seconds <= OLD_S:
        return catalogue.text("ui.wifi.air.age.now")
    return catalogue.text("ui.wifi.air.age.old", n=round(seconds / 60) or 1)


def _heard_ago(view: WifiView, now_s: float) -> float | None:
    """Of the system's own search; where it tells of none, of the one that was asked for."""
    reading = view.reading
    if reading is not None and reading.scan_age_s is not None:
        return now_s - reading.taken_s + reading.scan_age_s
    return None if view.heard_s is None else now_s - view.heard_s


def outcome(catalogue: Catalogue, view: WifiView, platform: str = sys.platform) -> str:
    """How the last search ended. Why it was refused is another matter on each system."""
    if view.searched is None:
        return ""
    many = len(around(view)) if view.searched is ScanOutcome.DONE else 0
    key = "one" if many == 1 else "none" if view.searched is ScanOutcome.DONE and not many else view.searched.value
    return catalogue.first(f"ui.wifi.search.{key}.{platform}", f"ui.wifi.search.{key}", n=many)


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence for each band; ``change``: another channel of the band this PC is in would be better."""

    lines: tuple[str, ...]
    change: bool = False


def advice(catalogue: Catalogue, view: WifiView, now_s: float | None = None) -> Advice:
    """What the desk advises, in words, and from when that is. It advises; nothing is changed from here.

    Without a search there is none: where nobody compared, a channel is not praised either.
    """
    if view.heard_s is None:
        return Advice(())
    ago = (time.monotonic() if now_s is None else now_s) - view.heard_s
    lines = [line for one in view.channels if (line := _advice(catalogue, one))]
    if ago > KEPT_S or not lines:
        return Advice(())
    if ago > OLD_S:
        lines.insert(0, catalogue.text("ui.wifi.channel.then", n=round(ago / 60) or 1))
    return Advice(tuple(lines), any(one.now is not None and worth(one) for one in view.channels))


def worth(one: Channels) -> bool:
    """Whether another channel or width would be better."""
    return one.better is not None or one.better_width_mhz not in (None, one.width_mhz)


def _advice(catalogue: Catalogue, one: Channels) -> str:
    band, say = band_words(catalogue, one.band), catalogue.text
    if one.better is None and one.now is None:
        return ""
    if one.better is None:
        key = "narrow" if worth(one) else "stay"
        return say(f"ui.wifi.channel.{key}", band=band, now=one.now, width=one.better_width_mhz)
    key = "ui.wifi.channel.better" if one.now is not None else "ui.wifi.channel.free"
    line = say(key, band=band, now=one.now, better=one.better)
    if worth(replace(one, better=None)):
        line = f"{line} {say('ui.wifi.channel.width', width=one.better_width_mhz)}"
    return line
