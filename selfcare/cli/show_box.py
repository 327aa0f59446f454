"""What a box says of itself and of the line, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from selfcare.app.box_words import code_text, duration, figure, printable
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


def title(found: Found, catalogue: Catalogue) -> str:
    """The box in one line."""
    name = printable(found.device.model_name) or catalogue.text(f"box.family.{found.family.value}")
    return catalogue.text("cli.box.found", name=name, address=found.place.address)


def detection_lines(detection: Detection, paired: bool, catalogue: Catalogue) -> Iterator[str]:
    """Who was found, by what, and whether it is paired."""
    text, found = catalogue.text, detection.box
    if found is None:
        yield text("cli.box.nobody", address=detection.place.address)
        if detection.looks_like is not None:
            yield text("cli.box.looks_like", family=text(f"box.family.{detection.looks_like.value}"))
    else:
        yield title(found, catalogue)
        yield from device_lines(found.device, catalogue)
        if found.certainty == "generic":
            yield text("cli.box.generic")
        yield text("cli.box.paired" if paired else "cli.box.not_paired")
        if found.family == "legacy" or found.pairing == "none":
            yield text("box.pairing.none")
        elif not paired:
            yield text("cli.box.pair_with")
    yield from (_INDENT + text(f"cli.box.hint.{h.kind.value}", text=printable(h.text)) for h in detection.hints)


def device_lines(device: DeviceInfo, catalogue: Catalogue, identifiers: bool = False) -> Iterator[str]:
    """Software, time since the start, mode."""
    text = catalogue.text
    if device.software_version:
        yield text("cli.box.firmware", version=printable(device.software_version))
    if device.up_time is not None:
        yield text("cli.box.up", time=duration(catalogue, device.up_time))
    if device.mode is Mode.BRIDGE:
        yield text("cli.box.bridge")
    if device.updating:
        yield text("cli.box.updating")
    if identifiers and device.serial_number:
        yield text("cli.box.identity", serial=printable(device.serial_number))


def status_lines(found: Found, status: BoxStatus, trouble: str | None, catalogue: Catalogue) -> Iterator[str]:
    """Everything that it says; what it does not say is left out unless there is something to do about it."""
    yield title(found, catalogue)
    yield from device_lines(status.device, catalogue)
    sayings: tuple[tuple[str, Any, Callable[[Any, Catalogue], str]], ...] = (
        ("wan", status.wan, _wan), ("dsl", status.dsl, _dsl), ("optical", status.optical, _optical),
        ("cellular", status.cellular, _cellular), ("wan_traffic", status.traffic, _traffic),
        ("ports", status.ports, _ports), ("tv", status.tv, _states), ("phone", status.phone, _states),
        ("line_events", status.events, _dated), ("restarts", status.restarts, _dated),
    )  # fmt: skip
    for name, value, say in sayings:
        said = _absent(value, catalogue) if isinstance(value, Absent) else say(value, catalogue)
        if said:
            label = catalogue.text(f"box.capability.{name}")
            yield catalogue.text("cli.box.line", label=label[:1].upper() + label[1:], text=said)
    if trouble:
        yield code_text(catalogue, trouble, found.family.value)
    if status.adds:
        what = ", ".join(catalogue.text(f"box.capability.{name}") for name in status.adds)
        yield catalogue.text("cli.box.adds", what=what)
        yield catalogue.text("cli.box.pair_with")


def _absent(value: Absent, catalogue: Catalogue) -> str:
    """Saying ten times over that the box does not tell would bury what it does tell."""
    quiet = (Why.CANNOT, Why.OTHER_LINE, Why.NOT_ASKED, Why.NEEDS_PAIRING)
    return "" if value.why in quiet else catalogue.text(f"box.absent.{value.why.value}")


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
    for key, name in (("rate", "rate"), ("margin", "noise_margin"), ("attenuation", "attenuation")):
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
        parts.append(text("cli.box.light.state", state=light.onu_state.value))
    return ", ".join(parts)


def _cellular(radio: CellularInterface, catalogue: Catalogue) -> str:
    parts = [] if radio.associated is None else [catalogue.text(f"cli.box.link.{'up' if radio.associated else 'down'}")]
    if radio.rsrp is not None:
        parts.append(catalogue.text("cli.box.signal", rsrp=figure(catalogue, radio.rsrp)))
    return ", ".join(parts)


def _traffic(traffic: WanTraffic, catalogue: Catalogue) -> str:
    if traffic.down_rate is None and traffic.up_rate is None:
        return ""
    down, up = figure(catalogue, traffic.down_rate), figure(catalogue, traffic.up_rate)
    return catalogue.text("cli.box.rates", down=down, up=up)


def _ports(ports: tuple[EthernetPort, ...], catalogue: Catalogue) -> str:
    parts = []
    for port in ports:
        name = printable(port.name, 20)
        if port.up and port.rate is not None:
            parts.append(catalogue.text("cli.box.port.rate", name=name, rate=figure(catalogue, port.rate / 1000)))
        elif port.up is not None:
            parts.append(catalogue.text(f"cli.box.port.{'up' if port.up else 'down'}", name=name))
    return ", ".join(parts)


def _states(things: tuple[Any, ...], catalogue: Catalogue) -> str:
    said = [t.state.value if t.state is not None else "none" for t in things]
    return ", ".join(catalogue.text(f"cli.box.activity.{state}") for state in said)


def _dated(things: tuple[Any, ...], catalogue: Catalogue) -> str:
    if not things:
        return catalogue.text("cli.box.none")
    last = max(thing.at for thing in things).astimezone()
    return catalogue.text("cli.box.count", count=len(things), at=f"{last:%Y-%m-%d %H:%M}")
