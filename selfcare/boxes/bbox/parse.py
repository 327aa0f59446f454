"""What a Bbox sends, turned into the model. Pure. Numbers come as int or text at random, booleans as 0 and 1.

Units (docs/design/boxes-bbox.md): noise and attenuation 0.1 dB, rates kbit/s, temperature thousandths of a degree.
Those of DSL are known from one public client only, not from a recorded line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selfcare.boxes.bbox.values import address_of, flag, inner, items, network, number, port, text, whole, within
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.figures import lasting
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ActivityState,
    BoxFamily,
    ConnectionStatus,
    DeviceInfo,
    DslDirection,
    DslLine,
    EthernetPort,
    LinkStatus,
    OpticalInterface,
    Phone,
    PortRange,
    WanStatus,
    WanTraffic,
    Why,
)
from selfcare.model.units import Bytes, Celsius, Db

MODELS = {"F@st5330": "Bbox Miami / Must", "F@st5688": "Bbox Wi-Fi 6", "F@st5696": "Bbox (F@st5696b)",
          "TVW620": "Bbox (TVW620.I)"}  # fmt: skip
"""Product name prefix to the name people know; where that is not known for certain, the product's own."""
MOST_OBJECTS = 32
"""Of the list that a reply is. Two were recorded, one is usual."""
_INTERNET_OK = 2  # in every sample; no other value was ever seen with its meaning


def merged(reply: Any) -> dict[str, Any]:
    """The one object of a reply: a list of objects is merged, a bare object taken as it is.

    ``GET hosts`` was recorded as two objects, the second with an empty ``hosts.list``: lists are joined, not replaced.
    """
    result: dict[str, Any] = {}
    if isinstance(reply, list) and len(reply) > MOST_OBJECTS:
        raise BoxError(BoxErrorCode.UNREADABLE, kind="shape")  # each costs the size of all: minutes, for a long list
    for each in reply if isinstance(reply, list) else [reply]:
        if not isinstance(each, Mapping):
            raise BoxError(BoxErrorCode.UNREADABLE, kind="shape")
        result = _joined(result, each)
    return result


def _joined(one: Any, other: Any) -> Any:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {**one, **{name: _joined(one.get(name), value) for name, value in other.items()}}
    if isinstance(one, list) and isinstance(other, list):
        return one + other
    return other


def part(reply: Any, *path: str) -> dict[str, Any]:
    """A nested object; whatever is missing or of another type on the way is ``UNREADABLE``."""
    here: Any = merged(reply)
    for name in path:
        here = here.get(name) if isinstance(here, Mapping) else None
        if isinstance(here, list) and here and isinstance(here[0], Mapping):
            here = merged(here)
    if not isinstance(here, Mapping):
        raise BoxError(BoxErrorCode.UNREADABLE, kind="shape", path="/".join(path))
    return dict(here)


def device(reply: Any) -> DeviceInfo:
    """``GET device`` (and ``device/summary``, which tells less)."""
    data = part(reply, "device")
    name = text(data.get("modelname"))
    running = inner(data, "running") or inner(data, "main")
    serial = text(data.get("serialnumber"))
    return DeviceInfo(
        family=BoxFamily.BBOX,
        model_name=next((known for prefix, known in MODELS.items() if name and name.startswith(prefix)), name),
        product_class=name,
        manufacturer="Sagemcom" if name and name.startswith("F@st") else None,
        software_version=text(running.get("version")),
        api_version="1",
        serial_number=serial,
        uid=serial,
        up_time=lasting(number(data.get("uptime"))),
        number_of_reboots=whole(data.get("numberofboots")),
    )


def temperature(reply: Any) -> Celsius | None:
    """``GET device/cpu``: thousandths of a degree. Less than one degree would be another unit, or nothing."""
    raw = within(inner(inner(part(reply, "device"), "cpu"), "temperature").get("main"), 1000, 150_000)
    return None if raw is None else Celsius(raw / 1000)


def medium(reply: Any) -> AccessMedium | None:
    """``GET device``: which of the lines is in use; None on firmware 11, which does not tell."""
    using = inner(part(reply, "device"), "using")
    if flag(using.get("ftth")):
        return AccessMedium.FIBRE
    if flag(using.get("adsl")) or flag(using.get("vdsl")):
        return AccessMedium.DSL
    return None


_LINKS = {"ftth": AccessMedium.FIBRE, "sfp": AccessMedium.FIBRE, "xdsl": AccessMedium.DSL, "adsl": AccessMedium.DSL,
          "vdsl": AccessMedium.DSL, "lte": AccessMedium.CELLULAR, "4g": AccessMedium.CELLULAR,
          "cable": AccessMedium.CABLE, "docsis": AccessMedium.CABLE}  # fmt: skip


def wan(reply: Any) -> WanStatus:
    """``GET wan/ip``."""
    data = part(reply, "wan")
    ip, link, internet = inner(data, "ip"), inner(data, "link"), inner(data, "internet")
    address = address_of(ip.get("address"))
    kind = (text(link.get("type")) or "").lower()
    prefixes = [network(each.get("prefix")) or network(each.get("ipaddress")) for each in items(ip, "ip6prefix")]
    addresses = [address_of(each.get("ipaddress")) for each in items(ip, "ip6address")]
    ports = _ports(ip)
    return WanStatus(
        status=_session(internet, ip, address),
        medium=_LINKS.get(kind),
        link=_up(link.get("state")),
        ipv4_address=address,
        ipv6_address=next((each for each in addresses if each), None),
        ipv6_prefix=next((each for each in prefixes if each), None),
        gateway=address_of(ip.get("gateway")),
        dns_servers=tuple(a for each in str(ip.get("dnsservers") or "")[:500].split(",") if (a := address_of(each))),
        ports=ports,
        shared_ipv4=_shared(ip, ports),
        mtu=whole(ip.get("mtu")),
    )


def _session(internet: Mapping[str, Any], ip: Mapping[str, Any], address: str | None) -> ConnectionStatus | None:
    """A state that is not the one known as good says nothing alone: only together with the address."""
    good = whole(internet.get("state")) == _INTERNET_OK
    if good and _up(ip.get("state")) is LinkStatus.UP:
        return ConnectionStatus.CONNECTED
    if not good and address is None and _up(ip.get("state")) is LinkStatus.DOWN:
        return ConnectionStatus.DISCONNECTED
    return None


def _shared(ip: Mapping[str, Any], ports: PortRange | None) -> bool | None:
    known = [flag(ip.get(name)) for name in ("cgnatenable", "maptenable")]
    if any(known) or (ports is not None and not ports.whole):
        return True
    return False if any(each is False for each in known) else None


def _ports(ip: Mapping[str, Any]) -> PortRange | None:
    """``portrange`` "lo:hi" counts only where MAP-T is on."""
    first, _, last = str(ip.get("portrange") or "")[:40].partition(":")
    low, high = (0 if first.strip() == "0" else port(first)), port(last)
    if not flag(ip.get("maptenable")) or low is None or high is None:
        return None
    return PortRange(low, high) if low < high else None


def _up(value: object) -> LinkStatus | None:
    return {"up": LinkStatus.UP, "down": LinkStatus.DOWN}.get((text(value) or "").lower())


def traffic(reply: Any) -> WanTraffic:
    """``GET wan/ip/stats``: bytes since the session began. The unit of ``bandwidth`` is disputed, so it is left out."""
    stats = inner(inner(part(reply, "wan"), "ip"), "stats")
    received, sent = (whole(inner(stats, side).get("bytes")) for side in ("rx", "tx"))
    return WanTraffic(None if received is None else Bytes(received), None if sent is None else Bytes(sent))


_DSL = {"connected": LinkStatus.UP, "showtime": LinkStatus.UP, "idle": LinkStatus.DOWN, "down": LinkStatus.DOWN,
        "training": LinkStatus.INITIALISING, "handshake": LinkStatus.INITIALISING,
        "initializing": LinkStatus.INITIALISING}  # fmt: skip


def dsl(reply: Any, stats: Any = None) -> DslLine:
    """``GET wan/xdsl`` and ``wan/xdsl/stats``. Figures of a line that is not synchronised are absent, not 0."""
    data = inner(part(reply, "wan"), "xdsl")
    status = _DSL.get((text(data.get("state")) or "").lower())
    if status is None:
        raise BoxError(BoxErrorCode.UNREADABLE, kind="dsl_state")
    counters = inner(inner(part(stats, "wan"), "xdsl"), "stats") if stats is not None else {}
    alive = status is LinkStatus.UP
    return DslLine(
        status=status,
        standard=text(data.get("modulation")),
        showtime=lasting(number(data.get("showtime"))) if alive else None,
        retrains=whole(data.get("sync_count")),
        down=_direction(inner(data, "down"), counters, "local", alive),
        up=_direction(inner(data, "up"), counters, "remote", alive),
    )


def _direction(data: Mapping[str, Any], counters: Mapping[str, Any], side: str, alive: bool) -> DslDirection:
    if not alive:  # ``bitrates`` is left out in any case: two clients give it two units
        return DslDirection()
    noise = within(data.get("noise"), -640, 640)
    attenuation = within(data.get("attenuation"), 0, 1280)  # bounds of ITU-T G.997.1, in tenths
    return DslDirection(
        noise_margin=None if noise is None else Db(noise / 10),
        attenuation=None if attenuation is None else Db(attenuation / 10),
        crc_errors=whole(counters.get(f"{side}_crc")),
        fec_errors=whole(counters.get(f"{side}_fec")),
        hec_errors=whole(counters.get(f"{side}_hec")),
    )


def optical(reply: Any) -> OpticalInterface:
    """``GET wan/ftth/stats``: whether the link is up. This family tells neither light nor registration."""
    data = inner(inner(part(reply, "wan"), "ftth"), "stats") or inner(part(reply, "wan"), "ftth")
    status = _up(data.get("state"))
    if status is None:
        raise BoxError(BoxErrorCode.UNREADABLE, kind="ftth_state")
    return OpticalInterface(status=status)


def ports(reply: Any) -> tuple[EthernetPort, ...]:
    """``GET device/led`` (recorded) tells the sockets of the box."""
    found = [(whole(each.get("id")), _up(each.get("state"))) for each in items(merged(reply), "ethernetPort")]
    return tuple(
        EthernetPort(str(name), None if state is None else state is LinkStatus.UP) for name, state in found if name
    )


def phone(reply: Any) -> tuple[Phone, ...]:
    """``GET voip``: anything but "Up" is not registered. The ``uri`` holds the number and is not kept."""
    lines = []
    for each in items(merged(reply), "voip"):
        status, call = text(each.get("status")), (text(each.get("callstate")) or "").lower()
        state = None if status is None else ActivityState.UP if status == "Up" else ActivityState.DOWN
        lines.append(Phone(state, off_hook=None if not call else call != "idle"))
    return tuple(lines)


OTHER_LINE = Absent(Why.OTHER_LINE)
