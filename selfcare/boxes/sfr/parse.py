"""What an SFR Box says of itself and its line, as the model's: pure, lenient on shape, strict on units.

Attributes are text; ``""`` is common for a number. They sit in one element named as the namespace, or in ``<rsp>``.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from selfcare.boxes.figures import lasting
from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    ConnectionStatus,
    DeviceInfo,
    DslDirection,
    DslLine,
    LinkStatus,
    Mode,
    OpticalInterface,
    WanStatus,
    Why,
)
from selfcare.model.units import Celsius, Db, Dbm, Kbps, Seconds, Volts

MODELS: Mapping[str, str] = {
    "NB4-": "Neufbox 4",
    "NB5-": "Neufbox 5",
    "NB6-": "Neufbox Evolution (NB6)",
    "NB6V-": "Box Evolution (NB6V)",
    "NB6VAC-": "Box Plus (NB6VAC)",
    "ALGD1-": "Box THD (câble)",
    "BOX10H-": "SFR Box 10+",
}
"""Beginning of ``product_id`` → the name people know. Those of Box 7 and 8 were never seen: they have none here."""

_MEDIUM: Mapping[str, AccessMedium] = {
    "adsl": AccessMedium.DSL,
    "vdsl": AccessMedium.DSL,
    "dsl": AccessMedium.DSL,
    "ftth": AccessMedium.FIBRE,
    "fttb": AccessMedium.CABLE,
    "gprs": AccessMedium.CELLULAR,
}
_EXAMPLE_DSL = {
    "linemode": "G.DMT", "uptime": "4857", "counter": "1", "crc": "0", "status": "up", "noise_down": "4.5",
    "noise_up": "4.2", "attenuation_down": "3.2", "attenuation_up": "5.2", "rate_down": "8000", "rate_up": "800",
}  # fmt: skip
"""The specification's example. Firmware 3DCM020200r015 (cable) gives it as its own line: no reading at all."""
_TRAINING = re.compile(r"G\.99[0-9]|training|started|channel analysis|message exchange", re.IGNORECASE)


def text(fields: Mapping[str, str], name: str) -> str | None:
    """Cut, stripped, None for nothing: the specification's own examples have spaces inside the quotes."""
    return fields.get(name, "").strip()[:120] or None


def number(fields: Mapping[str, str], name: str, low: float, high: float) -> float | None:
    """A plain decimal inside what is physically possible, else None."""
    said = text(fields, name)
    if said is None or not re.fullmatch(r"[-+]?[0-9]{1,15}(\.[0-9]{1,9})?", said):
        return None
    value = float(said)
    return value if math.isfinite(value) and low <= value <= high else None


def count(fields: Mapping[str, str], name: str) -> int | None:
    """A whole number from 0."""
    value = number(fields, name, 0, 2**53)
    return int(value) if value is not None and value == int(value) else None


def flag(fields: Mapping[str, str], name: str, yes: str = "on", no: str = "off") -> bool | None:
    """One of two words."""
    said = (text(fields, name) or "").lower()
    return True if said == yes else False if said == no else None


def ipv4(fields: Mapping[str, str], name: str) -> str | None:
    """An address that is one; ``""`` and 0.0.0.0 are none."""
    try:
        address = ipaddress.IPv4Address(text(fields, name) or "")
    except ValueError:
        return None
    return None if address.is_unspecified else str(address)


def ipv6(fields: Mapping[str, str], name: str) -> str | None:
    """Likewise; a prefix length behind it is left away."""
    try:
        address = ipaddress.IPv6Address((text(fields, name) or "").partition("/")[0])
    except ValueError:
        return None
    return None if address.is_unspecified else str(address)


def mac(fields: Mapping[str, str], name: str) -> str | None:
    """``aa:bb:cc:dd:ee:ff``."""
    said = (text(fields, name) or "").lower()
    return said if re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", said) else None


def fields_of(root: Element, *names: str) -> dict[str, str] | None:
    """The attributes of the first element of one of these names, or ``<rsp>``'s own; None for an empty reply."""
    for name in names:
        found = root.find(name)
        if found is not None:
            return dict(found.attrib)
    own = {key: value for key, value in root.attrib.items() if key not in ("stat", "version")}
    return own or None


def medium(word: str | None) -> AccessMedium | None:
    """``net_infra`` and ``infra``."""
    return _MEDIUM.get((word or "").lower())


def device(root: Element) -> tuple[DeviceInfo, AccessMedium | None] | None:
    """``system.getInfo``; None where no ``product_id`` is told: not this family.

    The hardware address names the box, since older firmware tells no serial number.
    """
    fields = fields_of(root, "system")
    product = text(fields or {}, "product_id")
    if fields is None or product is None:
        return None
    address, serial = text(fields, "mac_addr"), text(fields, "serial_number")
    info = DeviceInfo(
        family=BoxFamily.SFR,
        model_name=next((name for prefix, name in MODELS.items() if product.startswith(prefix)), None),
        product_class=product,
        manufacturer="SFR",
        software_version=text(fields, "version_mainfirmware"),
        api_version="1.0",
        serial_number=serial,
        mac_address=mac(fields, "mac_addr"),
        uid=address.lower() if address else serial,
        up_time=_seconds(fields, "uptime"),
        mode={"router": Mode.ROUTER, "bridge": Mode.BRIDGE}.get((text(fields, "net_mode") or "").lower()),
        temperature=temperature(fields),
        updating=False,
    )
    return info, medium(text(fields, "net_infra"))


def temperature(fields: Mapping[str, str]) -> Celsius | None:
    """Thousandths of °C on NB boxes (27560), °C on cable boxes and Box 10+ (48.5): no box is at 1000 °C. 0 is none."""
    value = number(fields, "temperature", -40_000, 150_000)
    if value is None or value == 0:
        return None
    degrees = value / 1000 if abs(value) > 1000 else value
    return Celsius(degrees) if -40 <= degrees <= 150 else None


def wan(root: Element, ftth: Element | None = None) -> WanStatus | Absent:
    """``wan.getInfo``, and ``ftth.getInfo`` for the link below where that was asked.

    ``wanfibre="out"`` is the plug of the optical terminal: with it out the link is down. ``status="down"`` alone does
    not say whose fault it is, so it is no statement about the link.
    """
    fields = fields_of(root, "wan")
    if fields is None:
        return Absent(Why.CANNOT)
    mode = text(fields, "mode") or ""
    status = _connection(fields, "status")
    return WanStatus(
        status=status,
        medium=medium(text(fields, "infra")) or medium(mode.partition("/")[0]),
        link=_fibre_link(ftth),
        protocol=mode.partition("/")[2].lower() or None,
        up_time=_seconds(fields, "uptime") if status is ConnectionStatus.CONNECTED else None,
        ipv4_address=ipv4(fields, "ip_addr"),
        ipv6_address=ipv6(fields, "ipv6_addr"),
        ipv6_status=_connection(fields, "status6"),
    )


def _fibre_link(root: Element | None) -> LinkStatus | None:
    fields = fields_of(root, "ftth") if root is not None else None
    if fields is None:
        return None
    up = flag(fields, "status", "up", "down")
    if up:
        return LinkStatus.UP
    return LinkStatus.DOWN if flag(fields, "wanfibre", "in", "out") is False else None


def dsl(root: Element, line: AccessMedium | None) -> DslLine | Absent:
    """``dsl.getInfo``: rates in kbit/s, margin and attenuation in dB, as the box writes them.

    Args:
        root: the reply.
        line: what ``system.getInfo`` calls the line. Boxes on fibre answer with zeros and "down": that is no fault of
            a telephone line. Where the line is not known, or is a 4G backup, only figures that are there count.
    """
    if line in (AccessMedium.FIBRE, AccessMedium.CABLE, AccessMedium.ETHERNET):
        return Absent(Why.OTHER_LINE)
    fields = fields_of(root, "dsl")
    if fields is None or not _measured(fields, line):
        return Absent(Why.CANNOT)
    status = _dsl_status(fields)
    if status is None:
        return Absent(Why.UNREADABLE)
    up = status is LinkStatus.UP
    syncs = count(fields, "counter")
    return DslLine(
        status=status,
        training=text(fields, "training"),
        standard=text(fields, "linemode"),
        showtime=_seconds(fields, "uptime") if up else None,
        retrains=None if syncs is None else max(syncs - 1, 0),
        loss_of=_loss(text(fields, "line_status")),
        down=_direction(fields, "down", up),
        up=_direction(fields, "up", up),
    )


def _measured(fields: Mapping[str, str], line: AccessMedium | None) -> bool:
    if all(text(fields, name) == value for name, value in _EXAMPLE_DSL.items()):
        return False
    if line is AccessMedium.DSL:
        return True
    return _dsl_status(fields) is LinkStatus.UP and bool(number(fields, "rate_down", 1, 1e7))


def _dsl_status(fields: Mapping[str, str]) -> LinkStatus | None:
    """``training`` tells more than ``status``, where the firmware has it."""
    if flag(fields, "status", "up", "down"):
        return LinkStatus.UP
    if _TRAINING.search(text(fields, "training") or ""):
        return LinkStatus.INITIALISING
    return LinkStatus.DOWN if flag(fields, "status", "up", "down") is False else None


def _direction(fields: Mapping[str, str], way: str, up: bool) -> DslDirection:
    """Without a sync every figure is 0, which is none."""
    if not up:
        return DslDirection()
    rate = number(fields, f"rate_{way}", 1, 1e7)
    noise = number(fields, f"noise_{way}", -64, 64)
    attenuation = number(fields, f"attenuation_{way}", 0, 128)
    return DslDirection(
        rate=None if rate is None else Kbps(rate),
        noise_margin=None if noise is None else Db(noise),
        attenuation=None if attenuation is None else Db(attenuation),
        crc_errors=count(fields, "crc") if way == "down" else None,
    )


def _loss(word: str | None) -> str | None:
    """``Loss Of Signal`` → ``signal``; "No Defect" and "Unknown" are no loss; "Of Frame" is spelt so."""
    found = re.fullmatch(r"(?:loss )?of (signal quality|signal|frame|power)", (word or "").lower())
    return found.group(1) if found else None


def optical(root: Element) -> OpticalInterface | Absent:
    """``ont.getInfo`` of SFR's separate optical terminal: light in dBm, °C, V, as the terminal writes them.

    A terminal that writes 0.00 dBm both ways has measured nothing.
    """
    ont = root.find("ont")
    info = {e.get("name", ""): e.get("value", "") for e in ont.findall("info")} if ont is not None else {}
    if ont is None or not (info or ont.attrib):
        return Absent(Why.CANNOT)
    lost = flag(info, "losssignal", "active", "inactive")
    rx, tx = number(info, "receive", -60, 20), number(info, "transmit", -60, 20)
    if not rx and not tx:
        rx = tx = None
    heat, volts = number(info, "temp", -40, 150), number(info, "vcc", 0.5, 20)
    return OpticalInterface(
        status=_pon_status(dict(ont.attrib), info, lost),
        signal=None if lost is None else not lost,
        rx_power=None if rx is None else Dbm(rx),
        tx_power=None if tx is None else Dbm(tx),
        temperature=None if heat is None else Celsius(heat),
        voltage=None if volts is None else Volts(volts),
    )


def _pon_status(ont: Mapping[str, str], info: Mapping[str, str], lost: bool | None) -> LinkStatus | None:
    """``ranged`` is the terminal's place in the operator's tree; light without it is a terminal not (yet) let in."""
    if lost:
        return LinkStatus.DOWN
    ranged = flag(info, "ranged", "active", "inactive")
    if ranged is None:
        return {True: LinkStatus.UP, False: LinkStatus.DOWN}.get(flag(ont, "status", "up", "down"))  # type: ignore[arg-type]
    return LinkStatus.UP if ranged else LinkStatus.INITIALISING


def _connection(fields: Mapping[str, str], name: str) -> ConnectionStatus | None:
    up = flag(fields, name, "up", "down")
    return None if up is None else ConnectionStatus.CONNECTED if up else ConnectionStatus.DISCONNECTED


def _seconds(fields: Mapping[str, str], name: str) -> Seconds | None:
    return lasting(number(fields, name, 0, 1e10))
