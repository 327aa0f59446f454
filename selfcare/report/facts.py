"""What an agent reads of the line: figures with unit, TR-181 path (Device:2) and grade. Names are stable.

A path stands only where the data model has one; ``source`` is ``box`` (its own word) or ``check`` (measured here).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.diagnosis import grades, thresholds
from selfcare.i18n import Catalogue

Grade = Callable[[Any, Mapping[str, Any]], str | None]


def _none(_value: object, _part: Mapping[str, Any]) -> str | None:
    return None


def _margin(value: float, _part: Mapping[str, Any]) -> str | None:
    return grades.margin(value)


def _light(value: float, part: Mapping[str, Any]) -> str | None:
    return grades.light(value, part.get("rx_low"), part.get("rx_high"), part.get("pon_mode"))


def _word(good: str, *fair: str) -> Grade:
    return lambda value, _part: grades.GOOD if value == good else grades.FAIR if value in fair else grades.BAD


def _few(value: float, _part: Mapping[str, Any]) -> str | None:
    return grades.at_most(value, thresholds.FEW_A_DAY, thresholds.MANY_A_DAY)


@dataclass(frozen=True, slots=True)
class Row:
    """Where a figure stands in ``box.status`` (``part`` of its status, "" for the payload itself; ``at`` in it)."""

    name: str
    part: str
    at: str
    path: str | None = None
    unit: str = ""
    grade: Grade = _none


_LINE, _CHANNEL, _LIGHT = "Device.DSL.Line.1.", "Device.DSL.Channel.1.", "Device.Optical.Interface.1."
_HEAT = "Device.DeviceInfo.TemperatureStatus.TemperatureSensor.1.Value"
ROWS: tuple[Row, ...] = (
    Row("session", "wan", "status", "Device.PPP.Interface.1.ConnectionStatus", "", _word("connected", "connecting")),
    Row("session_time", "wan", "up_time", "Device.IP.Interface.1.LastChange", "s"),
    Row("ipv6", "wan", "ipv6_status", "Device.IP.Interface.1.IPv6Status"),
    Row("shared_ipv4", "wan", "shared_ipv4"),
    Row("mtu", "wan", "mtu", "Device.IP.Interface.1.MaxMTUSize", "B"),
    Row("optical_status", "optical", "status", _LIGHT + "Status", "", _word("up", "initialising")),
    Row("optical_rx", "optical", "rx_power", _LIGHT + "OpticalSignalLevel", "dBm", _light),
    Row("optical_tx", "optical", "tx_power", _LIGHT + "TransmitOpticalLevel", "dBm"),
    Row("optical_rx_low", "optical", "rx_low", _LIGHT + "LowerOpticalThreshold", "dBm"),
    Row("optical_rx_high", "optical", "rx_high", _LIGHT + "UpperOpticalThreshold", "dBm"),
    Row("onu_state", "optical", "onu_state", None, "", _word("O5", "O1", "O2", "O3", "O4")),
    Row("dsl_status", "dsl", "status", _LINE + "LinkStatus", "", _word("up", "initialising")),
    Row("dsl_standard", "dsl", "standard", _LINE + "StandardUsed"),
    Row("dsl_sync_time", "dsl", "showtime", _LINE + "LastChange", "s"),
    Row("dsl_retrains", "dsl", "retrains"),
    Row("downstream_snr", "dsl.down", "noise_margin", _LINE + "DownstreamNoiseMargin", "dB", _margin),
    Row("upstream_snr", "dsl.up", "noise_margin", _LINE + "UpstreamNoiseMargin", "dB", _margin),
    Row("downstream_attenuation", "dsl.down", "attenuation", _LINE + "DownstreamAttenuation", "dB"),
    Row("upstream_attenuation", "dsl.up", "attenuation", _LINE + "UpstreamAttenuation", "dB"),
    Row("downstream_rate", "dsl.down", "rate", _CHANNEL + "DownstreamCurrRate", "kbit/s"),
    Row("upstream_rate", "dsl.up", "rate", _CHANNEL + "UpstreamCurrRate", "kbit/s"),
    Row("downstream_max_rate", "dsl.down", "max_rate", _LINE + "DownstreamMaxBitRate", "kbit/s"),
    Row("upstream_max_rate", "dsl.up", "max_rate", _LINE + "UpstreamMaxBitRate", "kbit/s"),
    Row("crc_errors", "dsl.down", "crc_errors", _CHANNEL + "Stats.Total.XTURCRCErrors"),
    Row("errored_secs", "dsl.down", "errored_secs", _LINE + "Stats.Total.ErroredSecs", "s"),
    Row("severely_errored_secs", "dsl.down", "severely_errored_secs", _LINE + "Stats.Total.SeverelyErroredSecs", "s"),
    Row("rsrp", "cellular", "rsrp", None, "dBm",
        lambda value, _: grades.at_least(value, thresholds.RSRP_BAD_DBM, thresholds.RSRP_GOOD_DBM)),
    Row("rsrq", "cellular", "rsrq", None, "dB"),
    Row("rssi", "cellular", "rssi", "Device.Cellular.Interface.1.RSSI", "dBm"),
    Row("sinr", "cellular", "sinr", None, "dB",
        lambda value, _: grades.at_least(value, thresholds.SINR_BAD_DB, thresholds.SINR_GOOD_DB)),
    Row("box_up_time", "device", "up_time", "Device.DeviceInfo.UpTime", "s"),
    Row("box_temperature", "device", "temperature", _HEAT, "°C"),
    Row("box_restarts_day", "", "restarts_day", None, "", _few),
    Row("line_drops_day", "", "disconnections_day", None, "", _few),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """How a figure is worded: ``report.fact.<name>`` and its value as people of the language write it."""

    words: Catalogue
    at: str

    def fact(
        self, name: str, value: object, unit: str, grade: str | None, path: str | None, source: str
    ) -> dict[str, Any]:
        """One entry of ``line`` or ``wifi``."""
        said = self.words.text(
            "report.fact", label=self.words.text(f"report.fact.{name}"), value=self.figure(value, unit)
        )
        return {"name": name, "path": path, "value": value, "unit": unit, "grade": grade, "at": self.at,
                "source": source, "text": said}  # fmt: skip

    def figure(self, value: object, unit: str) -> str:
        """With a comma in French, and the unit behind a space that does not break."""
        if isinstance(value, bool):
            return self.words.text(f"report.value.{'yes' if value else 'no'}")
        if isinstance(value, int | float):
            text = f"{value:.1f}" if isinstance(value, float) and not float(value).is_integer() else f"{value:.0f}"
            text = text.replace(".", ",") if self.words.language == "fr" else text
            return f"{text}\u00a0{unit}" if unit else text
        key = f"report.value.{value}"
        return self.words.text(key) if self.words.has(key) else str(value)


def line(status_payload: Mapping[str, Any], check: Mapping[str, Any] | None, telling: Telling) -> list[dict[str, Any]]:
    """What the box says of the line, then what was measured on the way to the operator."""
    return [*_box(status_payload, telling), *_measured(check, "isp", telling)]


def _box(told: Mapping[str, Any], telling: Telling) -> Iterator[dict[str, Any]]:
    for row in ROWS:
        part = _part(told, row.part)
        value = part.get(row.at)
        if isinstance(value, bool | int | float) or (isinstance(value, str) and value):
            if row.name == "optical_rx" and grades.plausible_power(float(value)) is None:
                continue
            yield telling.fact(row.name, value, row.unit, row.grade(value, part), row.path, "box")


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Any = told
    for step in ("status", *name.split(".")) if name else ():
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _measured(check: Mapping[str, Any] | None, what: str, telling: Telling) -> Iterator[dict[str, Any]]:
    """Delay and loss: the first series, which is the one the check draws."""
    from selfcare.report.source import payload

    found = payload(check, f"latency.{what}").get("series") or [{}]
    told = found[0].get("summary") if isinstance(found[0], Mapping) else None
    summary = told if isinstance(told, Mapping) else {}
    if isinstance(delay := summary.get("median_ms"), int | float):
        grade = grades.delay(delay) if what == "isp" else None
        yield telling.fact(f"{what}_delay", delay, "ms", grade, None, "check")
    if isinstance(lost := summary.get("loss_pct"), int | float):
        grade = grades.loss(summary.get("loss_low_pct"), summary.get("sent"))
        yield telling.fact(f"{what}_loss", lost, "%", grade, None, "check")


def wifi(check: Mapping[str, Any] | None, radios: Iterable[tuple[str, Any]], telling: Telling) -> list[dict[str, Any]]:
    """How this PC is joined to the box, and the box's radios (``radios``: name and value, already without names)."""
    from selfcare.report.source import payload

    links = payload(check, "link.interfaces")
    adapters: list[Mapping[str, Any]] = list(links.get("interfaces", ()))
    primary = next((one for one in adapters if one.get("name") == links.get("primary")), dict[str, Any]())
    found = []
    if primary.get("kind") in ("ethernet", "wifi"):
        found.append(telling.fact("link_kind", primary["kind"], "", None, None, "check"))
    if isinstance(speed := primary.get("speed_mbps"), int | float):
        path = "Device.Ethernet.Interface.1.CurrentBitRate" if primary.get("kind") == "ethernet" else None
        found.append(telling.fact("link_speed", speed, "Mbit/s", None, path, "check"))
    found += _measured(check, "gateway", telling)
    for name, value in radios:
        found.append(telling.fact(name, value, _UNITS.get(name, ""), _graded(name, value), _PATHS.get(name), "box"))
    return found


_PATHS = {
    "wifi_on": "Device.WiFi.Radio.1.Enable",
    "radio_band": "Device.WiFi.Radio.1.OperatingFrequencyBand",
    "radio_channel": "Device.WiFi.Radio.1.Channel",
    "radio_width": "Device.WiFi.Radio.1.OperatingChannelBandwidth",
    "radio_up": "Device.WiFi.Radio.1.Status",
    "network": "Device.WiFi.SSID.1.SSID",
    "security": "Device.WiFi.AccessPoint.1.Security.ModeEnabled",
    "device_signal": "Device.WiFi.AccessPoint.1.AssociatedDevice.1.SignalStrength",
}
_UNITS = {"radio_width": "MHz", "radio_band": "GHz", "device_signal": "dBm"}


def _graded(name: str, value: Any) -> str | None:
    return grades.signal(value) if name == "device_signal" else None
