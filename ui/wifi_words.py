"""What the Wi-Fi page says of the Wi-Fi now. Pure; no Qt."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from statistics import median

from selfcare.app.box_words import printable
from selfcare.app.numbers import number
from selfcare.i18n import Catalogue
from selfcare.model.wifi import Channel, Link, Place, RadioState, Rate, Room, Security, WifiAccess
from ui.wifi_state import MOMENTS, WifiView, steady

TONES = {
    Place.GOOD: "fine", Place.FAIR: "accent", Place.WEAK: "suspect", Place.BAD: "fault", Place.UNKNOWN: "idle",
}  # fmt: skip
ICONS = {Place.GOOD: "check", Place.FAIR: "wifi", Place.WEAK: "bang", Place.BAD: "cross", Place.UNKNOWN: "query"}
WORST_DBM, BEST_DBM = -90.0, -40.0
"""The ends of the gauge: below nothing is received, above nothing gets better."""
_LEAVE = {
    "win32": "ms-settings:privacy-location",
    "darwin": "x-apple.systempreferences:com.apple.preference.security?Privacy_LocationServices",
}
"""Where a subscriber lets programs know the place, which is what these systems take Wi-Fi for."""
_OFF = {RadioState.SOFT_OFF: "soft", RadioState.HARD_OFF: "hard", RadioState.DISABLED: "disabled"}
_WELL = (Place.GOOD, Place.FAIR)


@dataclass(frozen=True, slots=True)
class Gauge:
    """The signal as a picture: ``share`` 0 to 1, the word in it, and what a screen reader says of it."""

    share: float
    word: str
    tone: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Now:
    """The top of the page. ``gauge`` None: a badge stands in its place. ``leave``: an address that opens settings.

    ``check``: a check would say more, or what can be mended from here. ``turn_on``: the radio can be, from here.
    """

    icon: str
    tone: str
    headline: str
    lines: tuple[str, ...] = ()
    gauge: Gauge | None = None
    rows: tuple[tuple[str, str], ...] = ()
    leave: str = ""
    check: bool = False
    turn_on: bool = False


def now(catalogue: Catalogue, view: WifiView, platform: str = sys.platform) -> Now:
    """One sentence, and what it stands on."""
    say, reading = catalogue.text, view.reading
    if reading is None or view.old:
        if view.trouble:
            return Now("query", "idle", say("ui.wifi.now.unreadable"), (say("ui.wifi.now.unreadable.lead"),))
        return Now("pulse", "accent", say("ui.wifi.now.looking"))
    access = reading.access
    if access not in (WifiAccess.TOLD, WifiAccess.NAMELESS):
        leave = _LEAVE.get(platform, "") if access is WifiAccess.DENIED else ""
        key = f"ui.wifi.now.{access}"
        lead = catalogue.first(f"{key}.lead.{platform}", f"{key}.lead")
        lines = [lead]
        if reading.by_cable:
            none = access is WifiAccess.NO_ADAPTER
            lines = [say("ui.wifi.now.cable.without")] if none else [lead, say("ui.wifi.now.cable.lead")]
        return Now("lock" if access is WifiAccess.DENIED else "query", "idle", say(key), tuple(lines), leave=leave)
    state = reading.radio.state if reading.radio is not None else RadioState.UNKNOWN
    if state in _OFF:
        lead = say("ui.wifi.now.cable.without" if reading.by_cable else f"ui.wifi.now.off.{_OFF[state]}")
        soft = state is RadioState.SOFT_OFF
        return Now("bar", "idle", say("ui.wifi.now.off"), (lead,), check=True, turn_on=soft)
    if not view.joined:
        key = "ui.wifi.now.joining" if reading.joining else "ui.wifi.now.apart"
        if reading.by_cable and not reading.joining:
            return Now("wifi", "idle", say(key), (say("ui.wifi.now.cable.without"),))
        return Now("wifi", "idle", say(key), (say(f"{key}.lead"),), check=not reading.joining)
    return _in_network(catalogue, view, platform)


def _in_network(catalogue: Catalogue, view: WifiView, platform: str) -> Now:
    say, reading, point = catalogue.text, view.reading, view.point
    assert reading is not None
    nameless = reading.access is WifiAccess.NAMELESS
    lines = [say("ui.wifi.now.nameless")] if nameless else []
    leave = _LEAVE.get(platform, "") if nameless else ""
    if view.searching and (view.silent or (point is not None and point.stale)):  # one question at a time
        return Now("pulse", "accent", say("ui.wifi.air.searching"), (say("ui.wifi.now.searching"), *lines), leave=leave)
    if view.silent or (point is not None and point.stale):
        return Now("query", "idle", say("ui.wifi.now.stale"), (say("ui.wifi.now.stale.lead"), *lines), leave=leave)
    link = point.link if point is not None else reading.link
    assert link is not None
    place, signal = steady(view.points), signal_place(usual_signal(view))
    if reading.by_cable:  # how it passes here is nobody's trouble now: no word of a better place, no colour of alarm
        quiet = replace(gauge(catalogue, usual_signal(view), signal), tone="idle")
        return Now(
            "cable", "fine", say("ui.wifi.now.cable"), (say("ui.wifi.now.cable.lead"), *lines),
            quiet, _rows(catalogue, view, link), leave,
        )  # fmt: skip
    key, lead = _how(view, place, signal)
    lines.insert(0, say(f"ui.wifi.now.{lead}.lead"))
    tone = "suspect" if key == "hop" else TONES[place]
    return Now(
        ICONS[place], tone, say(f"ui.wifi.now.{key}"), tuple(lines), gauge(catalogue, usual_signal(view), signal),
        _rows(catalogue, view, link), leave, place in (Place.WEAK, Place.BAD) or lead == "signal",
    )  # fmt: skip


def _how(view: WifiView, place: Place, signal: Place) -> tuple[str, str]:
    """Ends of the keys of headline and lead. A good signal alone does not say that anything gets through."""
    if place in (Place.WEAK, Place.BAD):
        key = "hop" if signal in _WELL else place.value
        return key, key
    recent = view.points[-MOMENTS:]
    if place is Place.UNKNOWN or any(p.rtt_ms is not None or p.lost for p in recent):
        return place.value, place.value
    if len(view.points) < MOMENTS:  # the box is being looked for
        return Place.UNKNOWN.value, Place.UNKNOWN.value
    return f"signal.{place.value}", "signal"


def signal_place(dbm: float | None) -> Place:
    """The signal alone as a word; the limits are the diagnosis' own."""
    if dbm is None:
        return Place.UNKNOWN
    from selfcare.app.box_signal import grade
    from selfcare.model.units import Dbm

    return Place(grade(Dbm(dbm)))


def usual_signal(view: WifiView) -> float | None:
    """Of the last moments, or of the reading where none came yet."""
    seen = [p.link.rssi_dbm for p in view.points[-MOMENTS:] if p.link is not None and p.link.rssi_dbm is not None]
    if seen:
        return median(seen)
    link = view.reading.link if view.reading is not None else None
    return link.rssi_dbm if link is not None else None


def gauge(catalogue: Catalogue, dbm: float | None, place: Place) -> Gauge:
    """The signal as a picture with a word; nothing is drawn where it is not told."""
    share = 0.0 if dbm is None else min(1.0, max(0.03, (dbm - WORST_DBM) / (BEST_DBM - WORST_DBM)))
    word = catalogue.text(f"ui.wifi.signal.{place}")
    return Gauge(share, word, TONES[place], catalogue.text("ui.wifi.signal.spoken", word=word))


def network(catalogue: Catalogue, ssid: str | None) -> str:
    """A name as it may be shown: others choose these."""
    return printable(ssid, 60) or catalogue.text("ui.wifi.nameless")


def channel_words(catalogue: Catalogue, channel: Channel | None) -> str:
    """Band and channel; empty where it is not told."""
    if channel is None:
        return ""
    return catalogue.text("ui.wifi.band.channel", band=band_words(catalogue, channel.band.value), n=channel.number)


def band_words(catalogue: Catalogue, band: str) -> str:
    """The band in GHz, as the language writes it."""
    return catalogue.text("ui.wifi.band", band=number(catalogue, float(band)))


def ms(catalogue: Catalogue, value: float) -> str:
    """Milliseconds."""
    return catalogue.text("ui.unit.ms", value=number(catalogue, value))


def dbm_words(catalogue: Catalogue, value: float) -> str:
    """For an agent on the phone."""
    return catalogue.text("ui.wifi.dbm", value=number(catalogue, round(value)))


def rate_words(catalogue: Catalogue, rate: Rate | None) -> str:
    """The link's rate; empty where it is not told."""
    if rate is None:
        return ""
    return catalogue.text("ui.wifi.rate", value=number(catalogue, round(rate.kbit_s / 1000, 1)))


def answer_words(catalogue: Catalogue, view: WifiView) -> str:
    """How long the box takes, by the middle of the last moments; that it does not answer; empty: it was not asked."""
    recent = view.points[-MOMENTS:]
    times = [p.rtt_ms for p in recent if p.rtt_ms is not None]
    lost = sum(p.lost for p in recent)
    if not times:
        return catalogue.text("ui.wifi.now.no_answer") if lost else ""
    words = ms(catalogue, round(median(times), 1))
    return catalogue.text("ui.wifi.now.some_lost", time=words, lost=lost, of=lost + len(times)) if lost else words


def _rows(catalogue: Catalogue, view: WifiView, link: Link) -> tuple[tuple[str, str], ...]:
    """What one may want to know of it; what is not told has no row."""
    say = catalogue.text
    told = (
        ("network", network(catalogue, link.ssid)),
        ("band", channel_words(catalogue, link.channel)),
        ("rate", rate_words(catalogue, link.tx or link.rx)),
        ("answer", answer_words(catalogue, view)),
        ("closed", say(f"ui.wifi.security.{link.security}") if link.security in _UNSAFE else ""),
    )
    return tuple((say(f"ui.wifi.row.{name}"), words) for name, words in told if words)


_UNSAFE = (Security.OPEN, Security.WEP)


# -- for who helps on the phone -------------------------------------------------------------------


def details(catalogue: Catalogue, view: WifiView, named: bool = True) -> tuple[tuple[str, str], ...]:
    """Every figure there is, named as an agent names it; what the system does not tell says why.

    ``named``: with what the system calls the adapter, which may be its address.
    """
    point, reading = view.point, view.reading
    link = point.link if point is not None else reading.link if reading is not None else None
    if reading is None or link is None or not view.joined:
        return ()
    radio, say = reading.radio, catalogue.text
    told: tuple[tuple[str, str | None], ...] = (
        ("rssi", _figure(catalogue, "ui.wifi.dbm", link.rssi_dbm)),
        ("average", _figure(catalogue, "ui.wifi.dbm", link.rssi_average_dbm)),
        ("noise", _figure(catalogue, "ui.wifi.dbm", link.noise_dbm)),
        ("snr", _figure(catalogue, "ui.wifi.db", link.snr_db)),
        ("channel", _channel(catalogue, link.channel)),
        ("generation", None if link.generation is None else say("ui.wifi.generation", n=link.generation)),
        ("tx", _rate(catalogue, link.tx)),
        ("rx", _rate(catalogue, link.rx)),
        ("retries", _share(catalogue, link.tx_retries, link.tx_packets)),
        ("failed", _share(catalogue, link.tx_failed, link.tx_packets)),
        ("beacons", None if link.beacons_lost is None else number(catalogue, link.beacons_lost)),
        ("busy", None if link.busy_share is None else _percent(catalogue, link.busy_share)),
        ("security", None if link.security is None else say(f"ui.wifi.security.{link.security}")),
        ("connected", None if link.connected_s is None else _since(catalogue, link.connected_s)),
        ("saving", None if link.power_save is None else say("ui.wifi.on" if link.power_save else "ui.wifi.not_on")),
        ("country", None if radio is None or not radio.country else radio.country),
        (
            "adapter",
            None if radio is None else " ".join(filter(None, (radio.interface if named else "", radio.driver))),
        ),
    )
    rows = [(say(f"ui.wifi.detail.{name}"), words) for name, words in told if words]
    missing = sorted({why.value for why in link.missing.values()})
    rows += [(say("ui.wifi.detail.missing"), say(f"ui.wifi.why.{why}")) for why in missing]
    return tuple(rows)


def report(catalogue: Catalogue, view: WifiView) -> str:
    """The same as text to copy: no name of a network and no address is in it."""
    lines = [f"{name}: {words}" for name, words in details(catalogue, view, named=False)]
    answer = answer_words(catalogue, view)
    if answer:
        lines.append(f"{catalogue.text('ui.wifi.row.answer')}: {answer}")
    return "\n".join(lines)


def _figure(catalogue: Catalogue, key: str, value: float | None) -> str | None:
    return None if value is None else catalogue.text(key, value=number(catalogue, round(value)))


def _channel(catalogue: Catalogue, channel: Channel | None) -> str | None:
    if channel is None:
        return None
    words = channel_words(catalogue, channel)
    if channel.width_mhz is None:
        return words
    return catalogue.text("ui.wifi.width", channel=words, width=channel.width_mhz)


def _rate(catalogue: Catalogue, rate: Rate | None) -> str | None:
    if rate is None:
        return None
    parts = [rate_words(catalogue, rate)]
    parts += [] if rate.mcs is None else [f"MCS {rate.mcs}"]
    parts += [] if rate.streams is None else [catalogue.text("ui.wifi.streams", n=rate.streams)]
    return ", ".join(parts)


def _share(catalogue: Catalogue, some: int | None, of: int | None) -> str | None:
    return None if some is None or not of else _percent(catalogue, some / of)


def _percent(catalogue: Catalogue, share: float) -> str:
    return catalogue.text("ui.wifi.percent", value=number(catalogue, round(100 * share, 1)))


def _since(catalogue: Catalogue, seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return catalogue.text("ui.wifi.minutes", n=minutes)
    return catalogue.text("ui.wifi.hours", h=minutes // 60, m=minutes % 60)


def room_words(catalogue: Catalogue, room: Room) -> str:
    """A room's grade with its figures."""
    parts = [catalogue.text(f"wifi.place.{room.grade}")]
    if room.rssi_dbm is not None:
        parts.append(dbm_words(catalogue, room.rssi_dbm))
    if room.rtt_ms is not None:
        parts.append(catalogue.text("ui.wifi.room.answer", time=ms(catalogue, round(room.rtt_ms, 1))))
    if room.loss_pct:
        parts.append(catalogue.text("ui.wifi.room.loss", share=_percent(catalogue, room.loss_pct / 100)))
    return ", ".join(parts)
