"""What the Wi-Fi tells, as lines for a terminal: words first, figures beside them, and kindly what is not told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from selfcare.app import box_words
from selfcare.cli import out
from selfcare.diagnosis import places
from selfcare.i18n import Catalogue
from selfcare.model.wifi import (
    Band,
    Bss,
    Channel,
    Link,
    Place,
    Radio,
    RadioState,
    Rate,
    ScanOutcome,
    Why,
    WifiAccess,
    WifiReading,
)

if TYPE_CHECKING:
    from selfcare.app.wifi.ports import Channels
    from selfcare.model.wifi import WifiEvent

Row = tuple[str, str]
_NAMED_MOST = 4
_EVENTS_MOST = 8
_TELLS = (WifiAccess.TOLD, WifiAccess.NAMELESS)
_KIND_FIRST = (Why.NO_CONSENT, Why.NO_RIGHT)


def reading_lines(reading: WifiReading, advice: Sequence[Channels], catalogue: Catalogue) -> Iterator[str]:
    """A whole reading."""
    yield from _head(reading, catalogue)
    link = _link(reading.link, catalogue) if reading.link is not None else ()
    radio = _radio(reading.radio, catalogue) if reading.radio is not None else ()
    yield from table([*link, *radio], catalogue)
    yield from _around(reading, advice, catalogue)
    yield from _events(reading.events, catalogue)
    yield from _untold(reading, catalogue)


def table(rows: Iterable[Row], catalogue: Catalogue) -> Iterator[str]:
    """Labels in one column."""
    known = list(rows)
    width = max((len(label) for label, _ in known), default=0)
    return (catalogue.text("cli.wifi.row", label=label.ljust(width), text=said) for label, said in known)


def _head(reading: WifiReading, catalogue: Catalogue) -> Iterator[str]:
    text, radio = catalogue.text, reading.radio
    if radio is not None and radio.state not in (RadioState.ON, RadioState.UNKNOWN):
        yield text(f"cli.wifi.state.{radio.state.value}")
        if radio.state is RadioState.SOFT_OFF:
            yield text("cli.wifi.state.soft_off.how")
    elif reading.access not in _TELLS:
        yield text(f"cli.wifi.access.{reading.access.value}")
        if reading.access is WifiAccess.DENIED:
            yield from _leave(reading, catalogue)
    elif reading.link is None:
        yield text("cli.wifi.joining" if reading.joining else "cli.wifi.not_joined")
    else:
        grade = text(f"wifi.place.{places.moment(reading.link, None, False).value}")
        name = out.harmless_name(reading.link.ssid or "")
        yield text("cli.wifi.joined", name=name, grade=grade) if name else text("cli.wifi.joined_nameless", grade=grade)
    if reading.access is WifiAccess.NAMELESS:
        yield from _leave(reading, catalogue)
    if reading.by_cable:
        without = reading.link is None and reading.access in (*_TELLS, WifiAccess.NO_ADAPTER)
        yield text("cli.wifi.cable.without" if without else "cli.wifi.cable")


def searched(outcome: ScanOutcome, reading: WifiReading, catalogue: Catalogue) -> Iterator[str]:
    """How a search ended. Why it was refused is another matter on each system; where leave is given is said once."""
    key = f"cli.wifi.scanned.{outcome.value}"
    yield catalogue.first(f"{key}.{_system(reading)}", key)
    told = reading.access in (WifiAccess.DENIED, WifiAccess.NAMELESS)
    if outcome is ScanOutcome.DENIED and not told and _system(reading) in _SYSTEMS.values():
        yield from _leave(reading, catalogue)


def _leave(reading: WifiReading, catalogue: Catalogue) -> Iterator[str]:
    """Where to give it, in this system's own words, and that nothing else depends on it."""
    yield catalogue.first(f"cli.wifi.leave.{_system(reading)}", "cli.wifi.leave")
    yield catalogue.text("cli.wifi.leave.why")


def _system(reading: WifiReading) -> str:
    source = reading.source.partition(".")[0].partition(" ")[0].lower()
    return _SYSTEMS.get(source, source)


_SYSTEMS = {
    "wlanapi": "windows", "netsh": "windows", "corewlan": "macos", "system_profiler": "macos", "wdutil": "macos",
    "airport": "macos",
}  # fmt: skip


def _link(link: Link, catalogue: Catalogue) -> Iterator[Row]:
    yield from _air(link, catalogue)
    yield from _rates(link, catalogue)
    yield from _network(link, catalogue)


def _air(link: Link, catalogue: Catalogue) -> Iterator[Row]:
    text = catalogue.text
    if link.channel is not None:
        yield text("cli.wifi.channel"), channel(link.channel, catalogue)
    if link.rssi_dbm is not None:
        yield text("cli.wifi.signal"), graded(places.signal(link.rssi_dbm), dbm(link.rssi_dbm, catalogue), catalogue)
    if link.noise_dbm is not None:
        said = dbm(link.noise_dbm, catalogue)
        snr = link.snr_db
        told = said if snr is None else text("cli.wifi.noise_snr", noise=said, snr=number(snr, catalogue))
        yield text("cli.wifi.noise"), told
    if link.busy_share is not None:
        yield text("cli.wifi.busy"), text("cli.wifi.share", share=number(100 * link.busy_share, catalogue))


def _rates(link: Link, catalogue: Catalogue) -> Iterator[Row]:
    text = catalogue.text
    for key, rate in (("cli.wifi.tx", link.tx), ("cli.wifi.rx", link.rx)):
        if rate is not None:
            yield text(key), _rate(rate, catalogue)
    if link.tx_packets and link.tx_retries is not None:
        share = number(100 * link.tx_retries / link.tx_packets, catalogue)
        yield text("cli.wifi.retries"), text("cli.wifi.retried", share=share, failed=link.tx_failed or 0)


def _network(link: Link, catalogue: Catalogue) -> Iterator[Row]:
    text = catalogue.text
    if link.security is not None:
        yield text("cli.wifi.security"), text(f"cli.wifi.security.{link.security.value}")
    if link.generation is not None:
        yield text("cli.wifi.generation"), f"Wi-Fi {link.generation}"
    if link.bssid is not None:
        yield text("cli.wifi.point"), link.bssid
    if link.connected_s is not None:
        yield text("cli.wifi.since"), lasting(link.connected_s, catalogue)
    if link.power_save is not None:
        yield text("cli.wifi.power_save"), text("cli.wifi.on" if link.power_save else "cli.wifi.off")


def _radio(radio: Radio, catalogue: Catalogue) -> Iterator[Row]:
    text = catalogue.text
    bands = ", ".join(text("cli.wifi.ghz", band=decimal(b.value, catalogue)) for b in sorted(radio.bands))
    can = [bands, f"Wi-Fi {radio.generation}" if radio.generation else ""]
    can.append(text("cli.wifi.streams", count=radio.streams) if radio.streams else "")
    yield text("cli.wifi.adapter"), " · ".join(filter(None, [radio.interface, radio.driver or "", *can]))
    if radio.country is not None:
        key = "cli.wifi.country.world" if radio.country == "00" else "cli.wifi.country.of"
        yield text("cli.wifi.country"), text(key, country=radio.country)


def _rate(rate: Rate, catalogue: Catalogue) -> str:
    parts = [box_words.rate(catalogue, rate.kbit_s)]
    if rate.mcs is not None:
        parts.append(f"MCS {rate.mcs}")
    if rate.streams is not None:
        parts.append(catalogue.text("cli.wifi.streams", count=rate.streams))
    if rate.width_mhz is not None:
        parts.append(f"{rate.width_mhz} MHz")
    return ", ".join(parts)


# -- around --------------------------------------------------------------------------------------------


def _around(reading: WifiReading, advice: Sequence[Channels], catalogue: Catalogue) -> Iterator[str]:
    """Neighbours by channel, and whether another channel would be freer."""
    text = catalogue.text
    found = [one for one in reading.neighbours if one.channel is not None]
    if not found:
        return
    age = reading.scan_age_s
    yield ""
    yield text("cli.wifi.around_then") if age is None else text("cli.wifi.around_age", age=lasting(age, catalogue))
    for place in sorted({(one.channel.band, one.channel.number) for one in found if one.channel is not None}):
        here = [b for b in found if b.channel is not None and (b.channel.band, b.channel.number) == place]
        yield "  " + _on_channel(here, *place, catalogue)
    for one in advice:
        band_name = decimal(one.band, catalogue)
        if one.better is not None and one.now is not None:
            yield "  " + text("cli.wifi.better", band=band_name, now=one.now, better=one.better)


def _on_channel(here: Sequence[Bss], band: Band, at: int, catalogue: Catalogue) -> str:
    text = catalogue.text
    strongest = max((b.rssi_dbm for b in here if b.rssi_dbm is not None), default=None)
    use = max((b.load.use for b in here if b.load is not None), default=None)
    names = list(dict.fromkeys(out.harmless_name(b.ssid or "") or text("cli.wifi.hidden") for b in here))
    shown = ", ".join(names[:_NAMED_MOST]) + (", …" if len(names) > _NAMED_MOST else "")
    name = decimal(band.value, catalogue)
    parts = [text("cli.wifi.on_channel", band=name, number=at, count=len(here), names=shown)]
    if strongest is not None:
        parts.append(text("cli.wifi.strongest", dbm=dbm(strongest, catalogue)))
    if use is not None:
        parts.append(text("cli.wifi.use", share=number(100 * use, catalogue)))
    return ", ".join(parts) + (" ←" if any(b.joined for b in here) else "")


def _events(events: Sequence[WifiEvent], catalogue: Catalogue) -> Iterator[str]:
    if not events:
        return
    yield ""
    yield catalogue.text("cli.wifi.events")
    for one in sorted(events, key=lambda each: each.at, reverse=True)[:_EVENTS_MOST]:
        key = f"cli.wifi.event.{one.kind.value}"
        ours = f"{key}.by_us" if one.by_us else f"{key}.key" if one.key_refused else key
        said = catalogue.first(ours, key, channel=one.channel or "?")
        reason = "" if one.reason is None else " " + catalogue.text("cli.wifi.reason", reason=one.reason)
        yield f"  {_when(one.at)}  {said}{reason}"


def _when(at: float) -> str:
    try:
        return datetime.fromtimestamp(at).strftime("%d/%m %H:%M")
    except (ValueError, OverflowError, OSError):
        return "??"


def _untold(reading: WifiReading, catalogue: Catalogue) -> Iterator[str]:
    """By reason, so that a sentence says it once."""
    told = {**reading.missing, **(reading.link.missing if reading.link is not None else {})}
    reasons: dict[Why, list[str]] = {}
    for name, why in told.items():
        if why is not Why.NOT_JOINED:
            reasons.setdefault(why, []).append(catalogue.first(f"cli.wifi.field.{name}", name))
    if reasons:
        yield ""
        yield catalogue.text("cli.wifi.untold")
    for why in sorted(reasons, key=lambda one: (one not in _KIND_FIRST, one.value)):
        names = ", ".join(dict.fromkeys(reasons[why]))
        yield "  " + catalogue.text(f"cli.wifi.why.{why.value}", names=names)


# -- words and figures ---------------------------------------------------------------------------------


def channel(one: Channel, catalogue: Catalogue) -> str:
    """``5 GHz, canal 36, 80 MHz``."""
    text = catalogue.text
    said = text("cli.wifi.band_channel", band=decimal(one.band.value, catalogue), number=one.number)
    return f"{said}, {one.width_mhz} MHz" if one.width_mhz is not None else said


def graded(grade: Place, figure: str, catalogue: Catalogue) -> str:
    """The word first, the figure behind it."""
    return catalogue.text("cli.wifi.graded", grade=catalogue.text(f"wifi.place.{grade.value}"), figure=figure)


def dbm(value: float, catalogue: Catalogue) -> str:
    """Whole decibels: the tenth is the driver's own invention."""
    return f"{value:.0f} dBm".replace("-", "\N{MINUS SIGN}") if catalogue.language == "fr" else f"{value:.0f} dBm"


def number(value: float, catalogue: Catalogue) -> str:
    """At most one decimal."""
    shown = f"{value:.1f}".removesuffix(".0") if abs(value) < 10 else f"{value:.0f}"
    return decimal(shown, catalogue)


def decimal(shown: str, catalogue: Catalogue) -> str:
    """With the language's own comma."""
    return shown.replace(".", ",") if catalogue.language == "fr" else shown


def lasting(seconds: float, catalogue: Catalogue) -> str:
    """Seconds of the first minute; then two units at most."""
    if seconds < 60:
        return catalogue.text("cli.wifi.seconds", count=round(max(0.0, seconds)))
    return box_words.duration(catalogue, seconds)
