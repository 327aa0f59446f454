"""What the box tells of the line and of itself, as facts with labels. Pure; no Qt. Absent stays absent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from selfcare.app.box_words import duration, printable
from selfcare.app.numbers import number
from selfcare.ground.anonymous import without_identifiers
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    Absent,
    BoxStatus,
    CellularInterface,
    ConnectionStatus,
    DslLine,
    EthernetPort,
    OpticalInterface,
    WanStatus,
    WanTraffic,
    Why,
)
from ui.box_words import listed, upper

READINGS: tuple[tuple[str, str], ...] = (
    ("wan", "wan"), ("wan_traffic", "traffic"), ("dsl", "dsl"), ("optical", "optical"), ("cellular", "cellular"),
    ("line_events", "events"), ("restarts", "restarts"), ("ports", "ports"), ("tv", "tv"), ("phone", "phone"),
)  # fmt: skip
"""``Capability`` and the field of the status."""
_QUIET = (Why.NOT_ASKED,)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what the box said."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that belong together."""

    title: str
    facts: tuple[Fact, ...]


def groups(catalogue: Catalogue, status: BoxStatus) -> tuple[Group, ...]:
    """What is told, by what it is about; a group of which nothing is told is left out."""
    makers: tuple[tuple[str, Iterator[Fact]], ...] = (
        ("connection", _connection(catalogue, status)),
        ("optical", _told(status.optical, lambda light: _optical(catalogue, light))),
        ("dsl", _told(status.dsl, lambda line: _dsl(catalogue, line))),
        ("cellular", _told(status.cellular, lambda radio: _cellular(catalogue, radio))),
        ("services", _services(catalogue, status)),
        ("ports", _told(status.ports, lambda ports: _ports(catalogue, ports))),
        ("device", _device(catalogue, status)),
    )
    made = (Group(catalogue.text(f"ui.box.group.{name}"), tuple(facts)) for name, facts in makers)
    return tuple(group for group in made if group.facts)


def untold(catalogue: Catalogue, status: BoxStatus, hosts: object = None) -> tuple[str, ...]:
    """One calm line for each reason why something is not told."""
    why: dict[Why, list[str]] = {}
    fields = [(name, getattr(status, field)) for name, field in READINGS]
    for name, value in (*fields, ("hosts", hosts)):
        if isinstance(value, Absent) and value.why not in _QUIET and _would_tell(status, name, value):
            why.setdefault(value.why, []).append(catalogue.text(f"box.capability.{name}"))
    return tuple(
        catalogue.text(f"ui.box.untold.{reason.value}", what=listed(catalogue, why[reason]))
        for reason in Why if reason in why
    )  # fmt: skip


def _would_tell(status: BoxStatus, name: str, value: Absent) -> bool:
    """Of what only pairing opens, what this model is known to have: a stranger is not promised 4G on a fibre box."""
    return value.why is not Why.NEEDS_PAIRING or not status.adds or name in status.adds


def technical(catalogue: Catalogue, status: BoxStatus) -> tuple[Fact, ...]:
    """What identifies this box and this line, for who asks for it."""
    device, wan = status.device, status.wan
    values: list[tuple[str, object]] = [
        ("model", device.product_class), ("maker", device.manufacturer), ("api", device.api_version),
        ("serial", device.serial_number), ("mac", device.mac_address),
    ]  # fmt: skip
    if not isinstance(wan, Absent):
        values += [
            ("protocol", wan.protocol), ("ipv4", wan.ipv4_address), ("ipv6", wan.ipv6_address),
            ("prefix", wan.ipv6_prefix), ("gateway", wan.gateway), ("dns", ", ".join(wan.dns_servers)),
            ("mtu", wan.mtu), ("error", wan.last_error),
        ]  # fmt: skip
    return tuple(
        Fact(catalogue.text(f"ui.box.fact.{name}"), printable(str(value), 120)) for name, value in values if value
    )


def report(catalogue: Catalogue, name: str, status: BoxStatus) -> str:
    """All of it as plain text to be pasted anywhere: without name, number or address of this household."""
    bare = without_identifiers(status)
    lines = [name, f"{status.taken:%Y-%m-%d %H:%M}"]
    for group in (*groups(catalogue, bare), Group(catalogue.text("ui.box.technical"), technical(catalogue, bare))):
        lines += ["", group.title, *(_line(catalogue, fact) for fact in group.facts)]
    return "\n".join((*lines, "", *untold(catalogue, bare))).strip() + "\n"


def _line(catalogue: Catalogue, fact: Fact) -> str:
    return "  " + catalogue.text("cli.box.line", label=fact.label, text=fact.value)


def rate(catalogue: Catalogue, kbps: float | None) -> str:
    """In the unit people know; empty where it is not told."""
    if kbps is None:
        return ""
    if kbps >= 1_000_000:
        return catalogue.text("ui.box.figure", value=number(catalogue, kbps / 1_000_000), unit="Gbit/s")
    if kbps >= 1000:
        return catalogue.text("ui.box.figure", value=number(catalogue, kbps / 1000), unit="Mbit/s")
    return catalogue.text("ui.box.figure", value=number(catalogue, kbps), unit="kbit/s")


def _figure(catalogue: Catalogue, value: float | None, unit: str) -> str:
    return "" if value is None else catalogue.text("ui.box.figure", value=number(catalogue, value), unit=unit)


def _both(catalogue: Catalogue, down: str, up: str) -> str:
    """Both directions, or the one that is told."""
    which = "both" if down and up else "down" if down else "up" if up else ""
    return catalogue.text(f"ui.box.{which}", down=down, up=up) if which else ""


def _facts(catalogue: Catalogue, *pairs: tuple[str, str]) -> Iterator[Fact]:
    return (Fact(catalogue.text(f"ui.box.fact.{name}"), upper(value)) for name, value in pairs if value)


def _told(value: T | Absent, make: Callable[[T], Iterator[Fact]]) -> Iterator[Fact]:
    return iter(()) if isinstance(value, Absent) else make(value)


def _connection(catalogue: Catalogue, status: BoxStatus) -> Iterator[Fact]:
    yield from _told(status.wan, lambda wan: _wan(catalogue, wan))
    yield from _told(status.traffic, lambda traffic: _traffic(catalogue, traffic))


def _wan(catalogue: Catalogue, wan: WanStatus) -> Iterator[Fact]:
    say = catalogue.text
    since = wan.up_time is not None and wan.up_time > 0 and wan.status is ConnectionStatus.CONNECTED
    reason = wan.last_error if wan.status is not ConnectionStatus.CONNECTED else None
    capacity = _both(catalogue, rate(catalogue, wan.down_capacity), rate(catalogue, wan.up_capacity))
    yield from _facts(
        catalogue,
        ("session", "" if wan.status is None else say(f"ui.box.session.{wan.status.value}")),
        ("since", duration(catalogue, wan.up_time) if since and wan.up_time is not None else ""),
        ("reason", printable(reason)),
        ("medium", "" if wan.medium is None else say(f"ui.box.medium.{wan.medium.value}")),
        ("link", "" if wan.link is None else say(f"ui.box.link.{wan.link.value}")),
        ("capacity", capacity),
        ("public", _public(catalogue, wan)),
        ("ip6", "" if wan.ipv6_status is None else say(f"ui.box.session.{wan.ipv6_status.value}")),
    )


def _public(catalogue: Catalogue, wan: WanStatus) -> str:
    if wan.ports is not None and not wan.ports.whole:
        return catalogue.text("ui.box.public.ports", first=wan.ports.first, last=wan.ports.last)
    if wan.shared_ipv4:
        return catalogue.text("ui.box.public.shared")
    return catalogue.text("ui.box.public.none") if wan.public_ipv4 is False else ""


def _traffic(catalogue: Catalogue, traffic: WanTraffic) -> Iterator[Fact]:
    return _facts(
        catalogue, ("traffic", _both(catalogue, rate(catalogue, traffic.down_rate), rate(catalogue, traffic.up_rate)))
    )


def _dsl(catalogue: Catalogue, line: DslLine) -> Iterator[Fact]:
    say, down, up = catalogue.text, line.down, line.up

    def pair(name: str, unit: str) -> str:
        return _both(
            catalogue,
            _figure(catalogue, getattr(down, name), unit), _figure(catalogue, getattr(up, name), unit),
        )  # fmt: skip

    return _facts(
        catalogue,
        ("dsl_state", say(f"ui.box.link.{line.status.value}")),
        ("standard", printable(line.standard, 30)),
        ("sync", _both(catalogue, rate(catalogue, down.rate), rate(catalogue, up.rate))),
        ("possible", _both(catalogue, rate(catalogue, down.max_rate), rate(catalogue, up.max_rate))),
        ("margin", pair("noise_margin", "dB")),
        ("attenuation", pair("attenuation", "dB")),
        ("synced", "" if line.showtime is None else duration(catalogue, line.showtime)),
        ("retrains", "" if line.retrains is None else number(catalogue, line.retrains)),
        ("errors", "" if down.crc_errors is None else number(catalogue, down.crc_errors)),
    )


def _optical(catalogue: Catalogue, light: OpticalInterface) -> Iterator[Fact]:
    say = catalogue.text
    dark = light.signal is False
    state = "" if light.onu_state is None else say(f"ui.box.onu.{light.onu_state.value}")
    return _facts(
        catalogue,
        ("fibre_state", "" if light.status is None else say(f"ui.box.link.{light.status.value}")),
        ("rx", say("ui.box.light.none") if dark else _figure(catalogue, light.rx_power, "dBm")),
        ("tx", _figure(catalogue, light.tx_power, "dBm")),
        ("onu", state),
        ("pon", printable(light.pon_mode, 20)),
        ("optics_heat", _figure(catalogue, light.temperature, "°C")),
    )


def _cellular(catalogue: Catalogue, radio: CellularInterface) -> Iterator[Fact]:
    attached = "" if radio.associated is None else catalogue.text(f"ui.box.link.{'up' if radio.associated else 'down'}")
    return _facts(
        catalogue, ("mobile_state", attached), ("band", printable(radio.band, 20)),
        ("rsrp", _figure(catalogue, radio.rsrp, "dBm")), ("sinr", _figure(catalogue, radio.sinr, "dB")),
    )  # fmt: skip


def _services(catalogue: Catalogue, status: BoxStatus) -> Iterator[Fact]:
    for name, value in (("tv", status.tv), ("phone", status.phone)):
        if isinstance(value, Absent):
            continue
        for one in value:
            state = one.state.value if one.state is not None else "none"
            yield from _facts(catalogue, (name, catalogue.text(f"ui.box.{name}.{state}")))


def _ports(catalogue: Catalogue, ports: tuple[EthernetPort, ...]) -> Iterator[Fact]:
    for port in ports:
        if port.up is None:
            continue
        key = "linked_at" if port.up and port.rate else "linked" if port.up else "free"
        words = catalogue.text(f"ui.box.port.{key}", rate=rate(catalogue, port.rate))
        yield Fact(catalogue.text("ui.box.fact.port", name=printable(port.name, 30)), words)


def _device(catalogue: Catalogue, status: BoxStatus) -> Iterator[Fact]:
    device = status.device
    yield from _facts(
        catalogue,
        ("up", "" if device.up_time is None else duration(catalogue, device.up_time)),
        ("software", printable(device.software_version, 40)),
        ("heat", _figure(catalogue, device.temperature, "°C")),
    )
    for name, seen in (("cuts", status.events), ("restarts", status.restarts)):
        if not isinstance(seen, Absent):
            down = [one.at for one in seen if getattr(one, "up", False) is False]
            last = f"{max(down).astimezone():%d/%m %H:%M}" if down else ""
            key = "ui.box.counted" if down else f"ui.box.counted.no_{name}"
            yield from _facts(catalogue, (name, catalogue.text(key, count=len(down), last=last)))
