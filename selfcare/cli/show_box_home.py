"""Devices, Wi-Fi, guests, parental control and open ports of a box, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from selfcare.app.box_words import UNKNOWN, duration, figure, printable
from selfcare.i18n import Catalogue
from selfcare.model.box import GuestNetwork, HomeHost, ParentalControl, PortMapping, WifiSettings, WifiSsid

_INDENT = "  "


def switch(on: bool | None, catalogue: Catalogue) -> str:
    """On, off, or not told."""
    return catalogue.text("cli.box.untold" if on is None else "cli.box.on" if on else "cli.box.off")


def hosts_lines(hosts: tuple[HomeHost, ...], catalogue: Catalogue) -> Iterator[str]:
    """Those that are there first."""
    text = catalogue.text
    if not hosts:
        yield text("cli.box.none")
    for host in sorted(hosts, key=lambda h: (not h.active, h.host_name or "")):
        parts = [printable(host.host_name) or text("cli.box.host.unnamed"), printable(host.ip_address)]
        if host.active is not None:
            parts.append(text("cli.box.host.active" if host.active else "cli.box.host.away"))
        if host.layer is not None:
            parts.append(host.layer.value)
        if host.signal is not None:
            parts.append(f"{figure(catalogue, host.signal)} dBm")
        if host.blocked:
            parts.append(text("cli.box.host.blocked"))
        yield ", ".join(part for part in parts if part)


def wifi_lines(wifi: WifiSettings, catalogue: Catalogue) -> Iterator[str]:
    """The switch, each radio, each network. A key only where the caller left it in."""
    text = catalogue.text
    yield text("cli.box.line", label="Wi-Fi", text=switch(wifi.enable, catalogue))
    for radio in wifi.radios:
        band = radio.band.value if radio.band is not None else UNKNOWN
        parts = [switch(radio.enable, catalogue)]
        if radio.channel:
            parts.append(text("cli.box.channel", channel=radio.channel))
        if radio.width is not None:
            parts.append(f"{radio.width} MHz")
        yield text("cli.box.line", label=text("cli.box.radio", band=band), text=", ".join(parts))
    for ssid in wifi.ssids:
        yield _INDENT + _ssid(ssid, catalogue)


def _ssid(ssid: WifiSsid, catalogue: Catalogue) -> str:
    parts = [f"« {printable(ssid.ssid)} »" if catalogue.language == "fr" else f"“{printable(ssid.ssid)}”"]
    parts.append(switch(ssid.enable, catalogue))
    if ssid.hidden:
        parts.append(catalogue.text("cli.box.hidden"))
    if ssid.security is not None:
        parts.append(ssid.security.value.replace("_", "/").upper())
    if ssid.key is not None:
        parts.append(catalogue.text("cli.box.key", word=printable(ssid.key)))
    return ", ".join(parts)


def guest_lines(guest: GuestNetwork, catalogue: Catalogue) -> Iterator[str]:
    """On or off, its name, its end."""
    parts = [switch(guest.enable, catalogue)]
    if guest.ssid:
        parts.append(printable(guest.ssid))
    if guest.key is not None:
        parts.append(catalogue.text("cli.box.key", word=printable(guest.key)))
    if guest.remaining is not None:
        parts.append(catalogue.text("cli.box.guest.left", time=duration(catalogue, guest.remaining)))
    yield ", ".join(parts)


def parental_lines(control: ParentalControl, catalogue: Catalogue) -> Iterator[str]:
    """Each device or person with what is decided, and when it has no Internet."""
    text = catalogue.text
    if not control.schedules:
        yield text("cli.box.none")
    days = text("cli.box.days").split()
    for plan in control.schedules:
        name = printable(plan.name) or printable(", ".join(plan.phys_addresses))
        said = text(f"cli.box.rule.{plan.rule.value}")
        if plan.blocked_now:
            said = f"{said}, {text('cli.box.host.blocked')}"
        yield text("cli.box.line", label=name, text=said)
        for slot in plan.slots:
            when = {
                "start": _clock(slot.start),
                "end": _clock(slot.end),
                "days": " ".join(days[d] for d in slot.weekdays),
            }
            yield _INDENT + text("cli.box.slot", **when)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02d}:{int(seconds) // 60 % 60:02d}"


def forward_lines(rules: tuple[PortMapping, ...], catalogue: Catalogue) -> Iterator[str]:
    """Each rule with where it leads."""
    text = catalogue.text
    if not rules:
        yield text("cli.box.none")
    for rule in rules:
        port = str(rule.external_port) if rule.last == rule.external_port else f"{rule.external_port}-{rule.last}"
        where = {"port": port, "protocol": rule.protocol.value, "client": printable(rule.internal_client),
                 "internal": rule.internal_port}  # fmt: skip
        parts = [text("cli.box.forward.to", **where), switch(rule.enable, catalogue)]
        if rule.description:
            parts.append(printable(rule.description))
        if rule.valid is False:
            parts.append(text("cli.box.forward.invalid"))
        yield ", ".join(parts)


LINES: Mapping[str, Callable[[Any, Catalogue], Iterator[str]]] = {
    "hosts": hosts_lines,
    "wifi": wifi_lines,
    "guest": guest_lines,
    "parental": parental_lines,
    "forward": forward_lines,
}
"""By command."""
