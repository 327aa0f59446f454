"""The box and its line: what the Freebox OS API sent, turned into the model. Pure.

Units by the vendor's documentation (mafreebox.freebox.fr/doc, API 4 and 16): ``rate_*`` byte/s, ``bandwidth_*``
bit/s, DSL ``rate``/``maxrate`` kbit/s, ``snr_10``/``attn_10`` tenths of dB (``snr``/``attn`` whole dB), ``sfp_pwr_*``
hundredths of dBm, ``uptime_val`` s, sensors degrees Celsius. LTE levels carry no unit there: only what can be nothing
but dBm is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from selfcare.boxes.figures import lasting
from selfcare.boxes.freebox.lenient import address, count, flag, items, kbps, mapping, moment, number, rows, text, whole
from selfcare.model.box import (
    AccessMedium,
    BoxFamily,
    CellularInterface,
    ConnectionStatus,
    DeviceInfo,
    DslDirection,
    DslLine,
    LineEvent,
    LinkStatus,
    Mode,
    OpticalInterface,
    PortRange,
    WanStatus,
    WanTraffic,
)
from selfcare.model.units import Bytes, Celsius, Db, Dbm, Seconds

MODELS: Mapping[str, str] = {
    "fbxgw-r1/full": "Freebox Révolution",
    "fbxgw-r2/full": "Freebox Révolution",
    "fbxgw-r1/mini": "Freebox Mini 4K",
    "fbxgw-r2/mini": "Freebox Mini 4K",
    "fbxgw-r1/one": "Freebox One",
    "fbxgw-r2/one": "Freebox One",
    "fbxgw7": "Freebox Delta",
    "fbxgw8": "Freebox Pop",
    "fbxgw9": "Freebox Ultra",
}
"""``box_model`` prefix to the name people know."""
_STATES = {
    "up": ConnectionStatus.CONNECTED,
    "going_up": ConnectionStatus.CONNECTING,
    "going_down": ConnectionStatus.DISCONNECTED,
    "down": ConnectionStatus.DISCONNECTED,
}
_MEDIA = {
    "ftth": AccessMedium.FIBRE,
    "xdsl": AccessMedium.DSL,
    "ethernet": AccessMedium.ETHERNET,
    "backup_4g": AccessMedium.CELLULAR,
}
_TRAINING = ("training", "started", "chan_analysis", "msg_exchange")
_STANDARDS = {"adsl2plus": "ADSL2+", "adsl2": "ADSL2", "adsl": "ADSL", "vdsl2": "VDSL2", "vdsl": "VDSL"}


def identity(reply: Any) -> DeviceInfo | None:
    """``/api_version``, which has no envelope; None where this is no Freebox."""
    told = mapping(reply)
    api, uid, kind = text(told.get("api_version")), text(told.get("uid")), text(told.get("device_type"))
    model = text(told.get("box_model"))
    named = any(
        word is not None and word.lower().startswith(("freebox", "fbxgw", "iliadbox")) for word in (kind, model)
    )
    if api is None or major(told) is None or not named:
        return None
    return DeviceInfo(
        BoxFamily.FREEBOX,
        model_name=_model_name(model) or text(told.get("box_model_name")) or kind,
        product_class=model or kind,
        manufacturer="Free",
        api_version=api,
        uid=uid,
    )


def major(told: Mapping[str, Any]) -> int | None:
    """The first part of ``api_version``."""
    words = text(told.get("api_version"))
    return whole(words.split(".")[0], 1, 999) if words else None


def _model_name(model: str | None) -> str | None:
    return next((name for prefix, name in MODELS.items() if model and model.startswith(prefix)), None)


def device(who: DeviceInfo, system: Any, lan: Any, update: Any = None) -> DeviceInfo:
    """``system/``, ``lan/config/`` and from API 11 on ``update/`` added to what ``/api_version`` told."""
    told = mapping(system)
    return DeviceInfo(
        BoxFamily.FREEBOX,
        model_name=who.model_name,
        product_class=who.product_class or text(mapping(told.get("model_info")).get("name")),
        manufacturer=who.manufacturer,
        software_version=text(told.get("firmware_version")),
        api_version=who.api_version,
        serial_number=text(told.get("serial")),
        mac_address=text(told.get("mac")),
        uid=who.uid,
        up_time=lasting(whole(told.get("uptime_val"), 0)),
        mode=mode(lan),
        temperature=_temperature(told),
        updating=_updating(update),
    )


def _updating(update: Any) -> bool | None:
    """``auto_up_to_date`` stands in the documentation's example, though not in its table."""
    word = text(mapping(update).get("state")) or ""
    return {"upgrading": True, "error": False}.get(word, False if word.endswith("up_to_date") else None)


def mode(lan: Any) -> Mode | None:
    """``lan/config/``: the key is ``mode`` in every example, ``type`` in the documentation's table."""
    told = mapping(lan)
    word = text(told.get("mode")) or text(told.get("type"))
    return {"router": Mode.ROUTER, "bridge": Mode.BRIDGE}.get(word or "")


def _temperature(told: Mapping[str, Any]) -> Celsius | None:
    """The hottest of the processors: ``sensors[]`` from API 6 on (a value may be missing), ``temp_cpu*`` before."""
    named = [(text(each.get("id")) or "", number(each.get("value"))) for each in rows(told.get("sensors"))]
    named += [(key, number(told.get(key))) for key in ("temp_cpum", "temp_cpub", "temp_sw")]
    cpus = [value for name, value in named if "cpu" in name and value is not None and 0 < value < 150]
    rest = [value for name, value in named if "hdd" not in name and value is not None and 0 < value < 150]
    hottest = cpus or rest
    return Celsius(max(hottest)) if hottest else None


def wan(connection: Any, ipv6: Any = None) -> WanStatus:
    """``connection/``, and the delegated prefix of ``connection/ipv6/config/``."""
    told = mapping(connection)
    sixth = address(told.get("ipv6"), 6)
    status = _STATES.get(text(told.get("state")) or "")
    up = status is ConnectionStatus.CONNECTED  # what a line that is down could carry is not known
    return WanStatus(
        status=status,
        medium=medium(told),
        protocol=text(told.get("type")),
        ipv4_address=address(told.get("ipv4"), 4),
        ipv6_address=sixth,
        ipv6_prefix=_prefix(ipv6) if sixth is not None else None,
        ipv6_status=ConnectionStatus.CONNECTED if sixth is not None else None,
        ports=_ports(told.get("ipv4_port_range")),
        down_capacity=kbps(told.get("bandwidth_down"), 1 / 1000) if up else None,
        up_capacity=kbps(told.get("bandwidth_up"), 1 / 1000) if up else None,
    )


def medium(connection: Any) -> AccessMedium | None:
    """What the session goes over now: with 4G backup that is not the line itself."""
    return _MEDIA.get(text(mapping(connection).get("media")) or "")


def _prefix(ipv6: Any) -> str | None:
    told = rows(mapping(ipv6).get("delegations"))
    return next((found for each in told if (found := text(each.get("prefix"))) is not None), None)


def _ports(value: Any) -> PortRange | None:
    ends = [whole(end, 0, 65535) for end in items(value)[:2]]
    first, last = ends if len(ends) == 2 else (None, None)
    return PortRange(first, last) if first is not None and last is not None and first <= last and last else None


def wan_traffic(connection: Any) -> WanTraffic:
    """Bytes since the connection; ``rate_*`` in byte/s."""
    told = mapping(connection)
    received, sent = count(told.get("bytes_down")), count(told.get("bytes_up"))
    return WanTraffic(
        received=Bytes(received) if received is not None else None,
        sent=Bytes(sent) if sent is not None else None,
        down_rate=kbps(told.get("rate_down"), 8 / 1000),
        up_rate=kbps(told.get("rate_up"), 8 / 1000),
    )


def dsl(xdsl: Any) -> DslLine | None:
    """``connection/xdsl/``; None where it has no state, so that a box without DSL does not show a line of zeros."""
    told = mapping(xdsl)
    status = mapping(told.get("status"))
    word = text(status.get("status"))
    if word is None:
        return None
    up = word == "showtime"
    return DslLine(
        status=_link(word),
        training=word if word in _TRAINING else None,
        standard=_standard(status),
        showtime=lasting(whole(status.get("uptime"), 0)) if up else None,
        down=_direction(mapping(told.get("down")), up),
        up=_direction(mapping(told.get("up")), up),
    )


def _link(word: str) -> LinkStatus:
    if word == "showtime":
        return LinkStatus.UP
    if word == "disabled":
        return LinkStatus.DISABLED
    return LinkStatus.INITIALISING if word in _TRAINING else LinkStatus.DOWN


def _standard(status: Mapping[str, Any]) -> str | None:
    words = (text(status.get("protocol")), text(status.get("modulation")))
    for word in words:
        for start, name in _STANDARDS.items():
            if word is not None and word.lower().startswith(start):
                return name
    return words[0] or words[1]


def _direction(told: Mapping[str, Any], up: bool) -> DslDirection:
    """Without a sync the box fills rates and levels with zeros: there is no rate of 0 and no margin of 0 dB then."""
    return DslDirection(
        rate=kbps(told.get("rate"), 1) if up else None,
        max_rate=kbps(told.get("maxrate"), 1) if up else None,
        noise_margin=_db(told, "snr") if up else None,
        attenuation=_db(told, "attn") if up else None,
        crc_errors=count(told.get("crc")),
        fec_errors=count(told.get("fec")),
        hec_errors=count(told.get("hec")),
        errored_secs=count(told.get("es")),
        severely_errored_secs=count(told.get("ses")),
    )


def _db(told: Mapping[str, Any], key: str) -> Db | None:
    """``snr_10`` is tenths of dB; where it is missing, ``snr`` is whole dB."""
    tenths, plain = number(told.get(f"{key}_10")), number(told.get(key))
    figure = tenths / 10 if tenths is not None else plain
    return Db(figure) if figure is not None and -50 <= figure <= 150 else None


def has_dsl(xdsl: Any) -> bool:
    """Whether there is a telephone line at all: a box on fibre answers ``down`` with nothing but zeros, or an error."""
    line = dsl(xdsl)
    if line is None or line.status is LinkStatus.DISABLED:
        return False
    both = (mapping(mapping(xdsl).get("down")), mapping(mapping(xdsl).get("up")))
    return line.status is not LinkStatus.DOWN or any(number(told.get("es")) or number(told.get("crc")) for told in both)


def optical(ftth: Any) -> OpticalInterface:
    """``connection/ftth/``: no state of the terminal is told; no power where ``sfp_has_power_report`` is false."""
    told = mapping(ftth)
    present, signal, link = flag(told.get("sfp_present")), flag(told.get("sfp_has_signal")), flag(told.get("link"))
    reports = flag(told.get("sfp_has_power_report")) is not False
    return OpticalInterface(
        status=None if link is None else LinkStatus.UP if link else LinkStatus.DOWN,
        signal=signal,
        rx_power=_light(told.get("sfp_pwr_rx")) if reports else None,
        tx_power=_light(told.get("sfp_pwr_tx")) if reports else None,
        module_present=present,
    )


def has_module(ftth: Any) -> bool:
    """Whether an optical module is plugged in."""
    return flag(mapping(ftth).get("sfp_present")) is True


def _light(value: Any) -> Dbm | None:
    """Hundredths of dBm. Exactly 0 is what a module without a figure leaves, not one milliwatt."""
    figure = number(value)
    if figure is None or figure == 0 or not -60 <= figure / 100 <= 20:
        return None
    return Dbm(figure / 100)


def cellular(lte: Any, backup: bool) -> CellularInterface | None:
    """``connection/lte/…``: the strongest enabled band. None where there is no radio."""
    radio = mapping(mapping(lte).get("radio"))
    if not radio:
        return None
    bands = [each for each in rows(radio.get("bands")) if flag(each.get("enabled")) is not False]
    best = max(bands, key=lambda each: _level(each.get("rsrp"), -150, -30) or -999.0, default={})
    rsrp, rsrq = _level(best.get("rsrp"), -150, -30), _level(best.get("rsrq"), -40, -1)
    rssi, band = _level(best.get("rssi"), -130, -20), whole(best.get("band"), 1, 300)
    return CellularInterface(
        associated=flag(radio.get("associated")),
        rsrp=Dbm(rsrp) if rsrp is not None else None,
        rsrq=Db(rsrq) if rsrq is not None else None,
        rssi=Dbm(rssi) if rssi is not None else None,
        band=f"B{band}" if band is not None else None,
        backup=backup,
    )


def _level(value: Any, least: float, most: float) -> float | None:
    figure = number(value)
    return figure if figure is not None and least <= figure <= most else None


def line_events(logs: Any) -> tuple[LineEvent, ...]:
    """``connection/logs/``, undocumented: whatever has a date and says up or down, newest first."""
    found = []
    for each in rows(logs):
        at, word = moment(each.get("date")), text(each.get("state")) or text(each.get("type"))
        if at is not None and word in ("up", "down"):
            what = "link" if text(each.get("type")) == "link" else "session"
            found.append(LineEvent(at, word == "up", what, text(each.get("link"))))
    return tuple(sorted(found, key=lambda event: event.at, reverse=True))


def started(up_time: Seconds | None, now: datetime) -> datetime | None:
    """When the box last started."""
    from datetime import timedelta

    if up_time is None or lasting(up_time) is None:
        return None
    return now - timedelta(seconds=up_time)
