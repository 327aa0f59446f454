"""What a box says of itself and of the line, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from selfcare.app.box_words import code_text, duration, figure, printable, rate
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    Absent,
    BoxStatus,
    CellularInterface,
    ConnectionStatus,
    DeviceInfo,
    DslLine,
    EthernetPort,
    Mode,
    OpticalInterface,
    WanStatus,
    WanTraffic,
    Why,
)

if TYPE_CHECKING:
    from selfcare.boxes.detect import Detection, Found

_INDENT = "  "
MOST = 8
"""Of things of one kind on a line: a status stays on one screen of 25 lines."""
_REFUSALS = (Why.REFUSED, Why.NEEDS_RIGHT)
_GROUPS = {
    "line": ("wan", "wan_traffic", "dsl", "optical", "cellular", "line_events", "restarts", "ports"),
    "phone": ("tv", "phone"),
    "wifi": ("wifi", "guest"),
    "hosts": ("hosts", "dhcp"),
    "parental": ("parental",),
    "forwards": ("forwards",),
}
_SETTABLE = {
    "wifi": ("set_wifi", "set_guest"),
    "parental": ("set_parental",),
    "forwards": ("set_forwards",),
    "addresses": ("set_reservations",),
    "reboot": ("reboot",),
}
"""Capabilities as people think of them."""
Row = tuple[str, str]


def title(found: Found, catalogue: Catalogue) -> str:
    """The box in one line."""
    name = printable(found.device.model_name) or catalogue.text(f"box.family.{found.family.value}")
    return catalogue.text("cli.box.found", name=name, address=found.place.address)


def table(rows: Iterable[Row], catalogue: Catalogue) -> Iterator[str]:
    """Labels in one column."""
    known = list(rows)
    width = max((len(label) for label, _ in known), default=0)
    return (catalogue.text("cli.box.line", label=label.ljust(width), text=said) for label, said in known)


def detection_lines(detection: Detection, paired: bool, catalogue: Catalogue) -> Iterator[str]:
    """Who was found, by what, and whether it is paired."""
    text, found = catalogue.text, detection.box
    if found is None:
        yield text("cli.box.nobody", address=detection.place.address)
        if detection.looks_like is not None:
            yield text("cli.box.looks_like", family=text(f"box.family.{detection.looks_like.value}"))
    else:
        yield title(found, catalogue)
        yield from table(device_rows(found.device, catalogue), catalogue)
        yield from device_notes(found.device, catalogue)
        if found.certainty == "generic":
            yield text("cli.box.generic")
        yield text("cli.box.paired" if paired else "cli.box.not_paired")
        if found.family == "legacy" or found.pairing == "none":
            yield text("box.pairing.none")
        elif not paired:
            yield text("cli.box.pair_with")
    yield from (_INDENT + text(f"cli.box.hint.{h.kind.value}", text=printable(h.text)) for h in detection.hints)


def device_rows(device: DeviceInfo, catalogue: Catalogue) -> Iterator[Row]:
    """Software, time since the start."""
    if device.software_version:
        yield catalogue.text("cli.box.firmware"), printable(device.software_version)
    if device.up_time is not None:
        yield catalogue.text("cli.box.up"), duration(catalogue, device.up_time)


def device_notes(device: DeviceInfo, catalogue: Catalogue) -> Iterator[str]:
    """What explains much of the rest."""
    if device.mode is Mode.BRIDGE:
        yield catalogue.text("cli.box.bridge")
    if device.updating:
        yield catalogue.text("cli.box.updating")


def status_lines(found: Found, status: BoxStatus, trouble: str | None, catalogue: Catalogue) -> Iterator[str]:
    """Everything that it says; what it does not say is left out unless there is something to do about it."""
    yield title(found, catalogue)
    yield from device_notes(status.device, catalogue)
    yield from table([*device_rows(status.device, catalogue), *_rows(status, catalogue)], catalogue)
    refused = [name for name, value, _ in _sayings(status) if _is_refusal(value)]
    if refused:
        what = ", ".join(catalogue.text(f"box.capability.{name}") for name in refused)
        yield catalogue.text("cli.box.refused", what=what)
    if trouble:
        yield code_text(catalogue, trouble, found.family.value)
    else:  # a box that is paired adds nothing by being paired: what is to be done about it was just said
        yield from _adds(status.adds, catalogue)


def _sayings(status: BoxStatus) -> tuple[tuple[str, Any, Callable[[Any, Catalogue], str]], ...]:
    return (
        ("wan", status.wan, _wan), ("dsl", status.dsl, _dsl), ("optical", status.optical, _optical),
        ("cellular", status.cellular, _cellular), ("wan_traffic", status.traffic, _traffic),
        ("ports", status.ports, _ports), ("tv", status.tv, _states), ("phone", status.phone, _states),
        ("line_events", status.events, _dated), ("restarts", status.restarts, _dated),
    )  # fmt: skip


def _label(name: str, catalogue: Catalogue) -> str:
    label = catalogue.text(f"box.capability.{name}")
    return label[:1].upper() + label[1:]


def _rows(status: BoxStatus, catalogue: Catalogue) -> Iterator[Row]:
    for name, value, say in _sayings(status):
        said = _absent(value, catalogue) if isinstance(value, Absent) else say(value, catalogue)
        if said:
            yield _label(name, catalogue), said


def _is_refusal(value: object) -> bool:
    return isinstance(value, Absent) and value.why in _REFUSALS


def _absent(value: Absent, catalogue: Catalogue) -> str:
    """Saying ten times over that the box does not tell would bury what it does tell; refusals have their sentence."""
    quiet = (Why.CANNOT, Why.OTHER_LINE, Why.NOT_ASKED, Why.NEEDS_PAIRING, *_REFUSALS)
    return "" if value.why in quiet else catalogue.text(f"box.absent.{value.why.value}")


def _adds(adds: Collection[str], catalogue: Catalogue) -> Iterator[str]:
    """What pairing would bring: a sentence for what is read, one for what is set."""
    for key, groups in (("cli.box.adds.read", _GROUPS), ("cli.box.adds.set", _SETTABLE)):
        things = [name for name, members in groups.items() if any(member in adds for member in members)]
        if things:
            yield catalogue.text(key, what=", ".join(catalogue.text(f"cli.box.thing.{name}") for name in things))
    if adds:
        yield catalogue.text("cli.box.pair_with")


def _wan(wan: WanStatus, catalogue: Catalogue) -> str:
    text, parts = catalogue.text, []
    if wan.status is not None:
        parts.append(text(f"cli.box.session.{wan.status.value}"))
    elif wan.link is not None:
        parts.append(text(f"cli.box.link.{wan.link.value}"))
    if wan.up_time is not None and wan.status is ConnectionStatus.CONNECTED:
        parts.append(text("cli.box.session.since", time=duration(catalogue, wan.up_time)))
    if wan.last_error and wan.status is not ConnectionStatus.CONNECTED:
        parts.append(text("cli.box.session.error", reason=printable(wan.last_error)))
    if wan.walled:
        parts.append(text("cli.box.session.walled"))
    if wan.shared_ipv4 or (wan.ports is not None and not wan.ports.whole):
        parts.append(text("cli.box.session.shared"))
    elif wan.public_ipv4 is False:
        parts.append(text("cli.box.session.no_public"))
    if wan.ports is not None and not wan.ports.whole:
        parts.append(text("cli.box.session.ports", first=wan.ports.first, last=wan.ports.last))
    return ", ".join(parts)


def _dsl(line: DslLine, catalogue: Catalogue) -> str:
    parts = [catalogue.text(f"cli.box.link.{line.status.value}")]
    if line.standard:
        parts.append(printable(line.standard, 20))
    if line.down.rate is not None or line.up.rate is not None:
        parts.append(_both_ways(line.down.rate, line.up.rate, catalogue))
    for key, name in (("margin", "noise_margin"), ("attenuation", "attenuation")):
        down, up = getattr(line.down, name), getattr(line.up, name)
        if down is not None or up is not None:
            values = {"down": figure(catalogue, down), "up": figure(catalogue, up)}
            parts.append(catalogue.text(f"cli.box.dsl.{key}", **values))
    if line.down.crc_errors is not None:
        parts.append(catalogue.text("cli.box.dsl.errors", crc=figure(catalogue, line.down.crc_errors)))
    return ", ".join(parts)


def _optical(light: OpticalInterface, catalogue: Catalogue) -> str:
    text, parts = catalogue.text, []
    if light.signal is False:
        parts.append(text("cli.box.light.none"))
    if light.status is not None:
        parts.append(text(f"cli.box.link.{light.status.value}"))
    if light.rx_power is not None and light.signal is not False:
        parts.append(text("cli.box.light.rx", rx=figure(catalogue, light.rx_power)))
    if light.tx_power is not None:
        parts.append(text("cli.box.light.tx", tx=figure(catalogue, light.tx_power)))
    if light.onu_state is not None:
        parts.append(text(f"cli.box.light.state.{light.onu_state.value}"))
    return ", ".join(parts)


def _cellular(radio: CellularInterface, catalogue: Catalogue) -> str:
    parts = [] if radio.associated is None else [catalogue.text(f"cli.box.link.{'up' if radio.associated else 'down'}")]
    if radio.rsrp is not None:
        parts.append(catalogue.text("cli.box.signal", rsrp=figure(catalogue, radio.rsrp)))
    return ", ".join(parts)


def _traffic(traffic: WanTraffic, catalogue: Catalogue) -> str:
    if traffic.down_rate is None and traffic.up_rate is None:
        return ""
    return _both_ways(traffic.down_rate, traffic.up_rate, catalogue)


def _both_ways(down: float | None, up: float | None, catalogue: Catalogue) -> str:
    return catalogue.text("cli.box.rates", down=rate(catalogue, down), up=rate(catalogue, up))


def _ports(ports: tuple[EthernetPort, ...], catalogue: Catalogue) -> str:
    parts = []
    for port in ports:
        name = printable(port.name, 20)
        if port.up and port.rate is not None:
            parts.append(catalogue.text("cli.box.port.rate", name=name, rate=rate(catalogue, port.rate)))
        elif port.up is not None:
            parts.append(catalogue.text(f"cli.box.port.{'up' if port.up else 'down'}", name=name))
    return few(parts)


def few(parts: list[str]) -> str:
    """The first ones; that there are more is seen."""
    return ", ".join(parts[:MOST]) + (", …" if len(parts) > MOST else "")


def _states(things: tuple[Any, ...], catalogue: Catalogue) -> str:
    said = [t.state.value if t.state is not None else "none" for t in things]
    return few([catalogue.text(f"cli.box.activity.{state}") for state in said])


def _dated(things: tuple[Any, ...], catalogue: Catalogue) -> str:
    if not things:
        return catalogue.text("cli.box.never")
    last = max(thing.at for thing in things).astimezone()
    return catalogue.text("cli.box.times", count=len(things), at=f"{last:%Y-%m-%d %H:%M}")
