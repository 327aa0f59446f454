"""What is set on the box now, in words, for the top of each card. Pure; no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce

from selfcare.app.box_words import duration, printable
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    Absent,
    DhcpServer,
    GuestNetwork,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.units import Seconds
from ui.box_set_forms import ports_text
from ui.box_set_state import Seen
from ui.box_words import listed, upper

Names = Mapping[str, str]
DAYS = 7


@dataclass(frozen=True, slots=True)
class Present:
    """A label and what is set. ``key`` is a Wi-Fi key, shown on request only and in no ``repr``."""

    label: str
    value: str = ""
    key: str = field(default="", repr=False)


def present(catalogue: Catalogue, seen: Seen, names: Names) -> tuple[Present, ...]:
    """The present state of one setting."""
    told = seen.told
    found: Iterable[Present] = ()
    if isinstance(told, GuestNetwork):
        found = _guest(catalogue, told)
    elif isinstance(told, WifiSettings):
        found = _wifi(catalogue, told)
    elif isinstance(told, ParentalControl):
        found = _parental(catalogue, told, names)
    return tuple(replace(one, value=upper(one.value)) for one in found)


def absent(catalogue: Catalogue, told: Absent) -> str:
    """Why it cannot be told, in one calm sentence."""
    return catalogue.text("ui.set.untold", why=catalogue.text(f"box.absent.{told.why.value}"))


def on_off(catalogue: Catalogue, on: bool | None) -> str:
    """As it is switched."""
    return catalogue.text("ui.set.unknown" if on is None else "ui.set.on" if on else "ui.set.off")


def _guest(catalogue: Catalogue, guest: GuestNetwork) -> Iterable[Present]:
    say = catalogue.text
    state = on_off(catalogue, guest.enable)
    if guest.enable and guest.remaining:
        state = say("ui.set.on_for", left=duration(catalogue, guest.remaining))
    yield Present(say("ui.set.now.guest"), state)
    if guest.ssid:
        yield Present(say("ui.set.name"), say("ui.set.named", name=printable(guest.ssid, 40)))
    if guest.key:
        yield Present(say("ui.set.key"), key=guest.key)


def _wifi(catalogue: Catalogue, wifi: WifiSettings) -> Iterable[Present]:
    say = catalogue.text
    if wifi.enable is not None:
        yield Present(say("ui.set.now.wifi"), on_off(catalogue, wifi.enable))
    radios = {radio.id: radio for radio in wifi.radios}
    for ssid in wifi.ssids:
        if not ssid.guest:
            yield Present(
                _network(catalogue, ssid, radios), _network_state(catalogue, ssid, radios.get(ssid.radio or ""))
            )
    known: dict[str, list[str]] = {}
    for ssid in wifi.ssids:
        if ssid.key and not ssid.guest:
            known.setdefault(ssid.key, []).append(band_of(catalogue, radios.get(ssid.radio or "")))
    for key, bands in known.items():
        of = [band for band in bands if band]
        label = (
            say("ui.set.of", what=say("ui.set.key"), of=listed(catalogue, of))
            if len(known) > 1 and of
            else say("ui.set.key")
        )
        yield Present(label, key=key)


def band_of(catalogue: Catalogue, radio: WifiRadio | None) -> str:
    """« 2,4 GHz »."""
    return catalogue.text(f"ui.set.band.{radio.band.value}") if radio is not None and radio.band is not None else ""


def _network(catalogue: Catalogue, ssid: WifiSsid, radios: Mapping[str, WifiRadio]) -> str:
    band = band_of(catalogue, radios.get(ssid.radio or ""))
    return catalogue.text("ui.set.network", band=band) if band else catalogue.text("ui.set.network.only")


def _network_state(catalogue: Catalogue, ssid: WifiSsid, radio: WifiRadio | None) -> str:
    say = catalogue.text
    parts = [say("ui.set.named", name=printable(ssid.ssid, 40))] if ssid.ssid else []
    if radio is not None:
        if radio.channel:
            parts.append(
                say("ui.set.channel.auto" if radio.auto_channel else "ui.set.channel.at", channel=radio.channel)
            )
        if radio.width:
            parts.append(say("ui.set.width.at", width=int(radio.width)))
    off = ssid.enable is False or (radio is not None and radio.enable is False)
    return ", ".join((*parts, say("ui.set.off"))) if off else ", ".join(parts) or on_off(catalogue, ssid.enable)


def _parental(catalogue: Catalogue, control: ParentalControl, names: Names) -> Iterable[Present]:
    say = catalogue.text
    if control.enable is False:
        yield Present(say("ui.set.now.parental"), say("ui.set.off"))
    ruled = [one for one in control.schedules if one.rule is not ParentalRule.PLANNED or one.slots]
    for one in ruled:
        yield Present(who(catalogue, one, names), rule_text(catalogue, one))
    if not ruled:
        yield Present(say("ui.set.now.parental"), say("ui.set.parental.nobody"))


def who(catalogue: Catalogue, one: ParentalSchedule, names: Names) -> str:
    """The device or the person."""
    known = [names[mac.lower()] for mac in one.phys_addresses if mac.lower() in names]
    person = printable(one.name, 30)
    if person and known and person not in known:
        return catalogue.text("ui.set.person", name=person, devices=listed(catalogue, known))
    return person or listed(catalogue, known) or catalogue.text("ui.set.device.unknown")


def rule_text(catalogue: Catalogue, one: ParentalSchedule) -> str:
    """What holds for them."""
    say = catalogue.text
    if one.rule is ParentalRule.PLANNED:
        times = [slot_text(catalogue, slot) for slot in grouped(one.slots)]
        joined = reduce(lambda first, more: say("ui.set.and_then", first=first, more=more), times)
        return say("ui.set.rule.planned", times=joined)
    if one.until is None:
        return say(f"ui.set.rule.{one.rule.value}")
    return say(f"ui.set.rule.{one.rule.value}.until", time=_until(catalogue, one.until))


def _until(catalogue: Catalogue, until: datetime) -> str:
    at = until.astimezone()
    today = at.date() == datetime.now().astimezone().date()
    return f"{at:%H:%M}" if today else catalogue.text("ui.set.when.day", day=f"{at:%d/%m}", time=f"{at:%H:%M}")


def grouped(slots: Iterable[ParentalSlot]) -> tuple[ParentalSlot, ...]:
    """The days that have the same hours in one, as people say it; a box may tell them one by one."""
    days: dict[tuple[Seconds, Seconds], set[int]] = {}
    for slot in slots:
        days.setdefault((slot.start, slot.end), set()).update(slot.weekdays)
    return tuple(ParentalSlot(start, end, tuple(sorted(on))) for (start, end), on in days.items())


def slot_text(catalogue: Catalogue, slot: ParentalSlot) -> str:
    """« lundi et mardi, de 21:00 à 24:00 »."""
    return catalogue.text(
        "ui.set.slot", days=days_text(catalogue, slot.weekdays), start=clock(slot.start), end=clock(slot.end)
    )


def days_text(catalogue: Catalogue, days: tuple[int, ...]) -> str:
    """« tous les jours », « en semaine », or the days."""
    chosen = tuple(sorted(set(days)))
    known = {tuple(range(7)): "all", tuple(range(5)): "week", (5, 6): "weekend"}
    if chosen in known:
        return catalogue.text(f"ui.set.days.{known[chosen]}")
    return listed(catalogue, [catalogue.text(f"ui.set.day.{day}") for day in chosen])


def clock(seconds: float) -> str:
    """``21:00``; the end of the day is ``24:00``."""
    return f"{int(seconds) // 3600:02}:{int(seconds) % 3600 // 60:02}"


def rule_line(catalogue: Catalogue, rule: PortMapping, names: Names) -> tuple[str, str]:
    """Its name, and what it opens to whom."""
    say = catalogue.text
    port = say("ui.set.port", ports=ports_text(rule), protocol=say(f"ui.set.protocol.{rule.protocol.value}"))
    device = names.get(rule.internal_client, rule.internal_client)
    lead = say("ui.set.leads_to", port=port, device=device, inner=rule.internal_port)
    if not rule.enable:
        lead = say("ui.set.rule_off", rule=lead)
    if rule.valid is False:
        lead = say("ui.set.rule_useless", rule=lead)
    return printable(rule.description, 40) or port, lead


def reservation_lines(catalogue: Catalogue, server: DhcpServer, names: Names) -> tuple[tuple[str, str, str], ...]:
    """Hardware address, who, and which address."""
    found = []
    for one in server.reservations or ():
        mac = one.phys_address.lower()
        who_ = names.get(mac) or printable(one.comment, 40) or catalogue.text("ui.set.device.unknown")
        found.append((mac, who_, catalogue.text("ui.set.always", address=one.ip_address)))
    return tuple(found)
