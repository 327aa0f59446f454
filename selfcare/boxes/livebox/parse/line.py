"""The line in the Livebox's words: WAN state, DSL, optics, counters. Source: replies of Livebox 3 to 7, W7, S."""

from __future__ import annotations

import re
from typing import Any

from selfcare.boxes.figures import lasting
from selfcare.boxes.livebox.parse.values import address, mapping, names, number, prefix, text, whole
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ConnectionStatus,
    DslDirection,
    DslLine,
    LinkStatus,
    OnuState,
    OpticalInterface,
    WanStatus,
    WanTraffic,
    Why,
)
from selfcare.model.units import Bytes, Celsius, Db, Dbm, Kbps, Seconds, Volts

_CONNECTED = frozenset({"bound", "connected", "renewing", "rebinding"})
_CONNECTING = frozenset(
    {"init", "selecting", "requesting", "rebooting", "connecting", "authenticating", "pendingdisconnect"}
)
_DISCONNECTED = frozenset({"idle", "disconnected", "disconnecting", "unconfigured", "disabled"})
_NO_ERROR = frozenset({"none", "error_none", "0000"})
_DSL = {
    "up": LinkStatus.UP,
    "initializing": LinkStatus.INITIALISING,
    "establishinglink": LinkStatus.INITIALISING,
    "dormant": LinkStatus.DOWN,
    "nosignal": LinkStatus.DOWN,
    "down": LinkStatus.DOWN,
    "lowerlayerdown": LinkStatus.DOWN,
    "error": LinkStatus.DOWN,
    "disabled": LinkStatus.DISABLED,
}
_ONU = {
    OnuState.O1: LinkStatus.DOWN,
    OnuState.O5: LinkStatus.UP,
    OnuState.O6: LinkStatus.DOWN,
    OnuState.O7: LinkStatus.DOWN,
}
_HEARS = frozenset({OnuState.O2, OnuState.O3, OnuState.O4, OnuState.O5})
"""ITU-T G.984.3 §10.2: left O1, so the downstream is heard. In O1 it may be dark, or lit by another system: unknown."""
BIT_RATE_SUSPECT = 100
"""Some firmware gives MaxRate in bit/s next to a CurrRate in kbit/s: no line could carry a hundred times its sync."""
WRAP = 2**32
"""Counters of most models are 32 bit; one that is larger proves that this model's are not."""


def wan(value: Any) -> WanStatus:
    """``NMC:getWANStatus``."""
    told = mapping(value)
    link = _link(told.get("LinkState"))
    state = (text(told.get("WanState")) or "").lower()
    error = text(told.get("LastConnectionError"))
    return WanStatus(
        status=_session(told.get("ConnectionState"), state, link),
        medium=medium(told.get("LinkType"), told.get("GponState")),
        link=link,
        protocol=text(told.get("Protocol"), 20),
        last_error=None if error is None or error.lower() in _NO_ERROR else error,
        ipv4_address=address(told.get("IPAddress")),
        ipv6_address=address(told.get("IPv6Address")),
        ipv6_prefix=prefix(told.get("IPv6DelegatedPrefix")),
        ipv6_status=_session(told.get("ConnectionStateIPv6"), "", None),
        gateway=address(told.get("RemoteGateway")),
        dns_servers=tuple(found for part in names(told.get("DNSServers")) if (found := address(part))),
    )


def medium(link_type: object, gpon_state: object = None) -> AccessMedium | None:
    """``LinkType``; an Ethernet line is another device's (external optical terminal), whatever it is made of."""
    word = (text(link_type) or "").lower()
    if "dsl" in word:
        return AccessMedium.DSL
    if word == "sfp" or "pon" in word:
        return AccessMedium.FIBRE
    if word.startswith("eth"):
        return AccessMedium.ETHERNET
    if word in ("wwan", "mobile", "lte", "cellular"):
        return AccessMedium.CELLULAR
    return AccessMedium.FIBRE if not word and text(gpon_state) else None


def _link(value: object) -> LinkStatus | None:
    return {"up": LinkStatus.UP, "down": LinkStatus.DOWN}.get((text(value) or "").lower())


def _session(value: object, state: str, link: LinkStatus | None) -> ConnectionStatus | None:
    """A lease outlives a cut for a while: without a link there is no session, whatever the lease says."""
    word = (text(value) or "").lower()
    if state == "down" and link is LinkStatus.DOWN:
        return ConnectionStatus.DISCONNECTED
    if word in _CONNECTED:
        return ConnectionStatus.CONNECTED
    if word in _CONNECTING:
        return ConnectionStatus.CONNECTING
    if word in _DISCONNECTED or state == "down":
        return ConnectionStatus.DISCONNECTED
    return ConnectionStatus.CONNECTED if state == "up" else None


def dsl(mibs: Any, stats: Any = None) -> DslLine | Absent:
    """``NeMo.Intf.data:getMIBs {mibs:"dsl"}`` (0.1 dB, 0.1 dBm, kbit/s) and ``NeMo.Intf.dsl0:getDSLStats``.

    An empty ``dsl`` is a line of another kind. What a line without sync tells as 0 is left out.
    """
    lines = mapping(mapping(mibs).get("dsl"))
    told = next((mapping(line) for line in lines.values() if mapping(line)), None)
    if told is None:
        return Absent(Why.OTHER_LINE)
    word = (text(told.get("LinkStatus")) or "").lower()
    if word == "notpresent":
        return Absent(Why.CANNOT)
    status = _DSL.get(word)
    if status is None:
        return Absent(Why.UNREADABLE)
    counted = mapping(stats)
    synced = status is LinkStatus.UP
    return DslLine(
        status=status,
        standard=text(told.get("StandardUsed")) if synced else None,
        showtime=_seconds(told.get("LastChange")) if synced else None,
        retrains=whole(counted.get("LinkRetrain")),
        down=_direction(told, "Downstream", counted, "", synced),
        up=_direction(told, "Upstream", counted, "ATUC", synced),
    )


def _direction(told: Any, way: str, counted: Any, side: str, synced: bool) -> DslDirection:
    """Near-end counters are what this end received, so the downstream's; ``ATUC`` is the exchange's end."""
    near = not side
    errors = DslDirection(
        crc_errors=whole(counted.get(f"{side}CRCErrors")),
        fec_errors=whole(counted.get(f"{side}FECErrors")),
        hec_errors=whole(counted.get(f"{side}HECErrors")),
        errored_secs=whole(counted.get("ErroredSecs")) if near else None,
        severely_errored_secs=whole(counted.get("SeverelyErroredSecs")) if near else None,
    )
    if not synced:
        return errors
    rate = number(told.get(f"{way}CurrRate"), 1, 1e8)
    return DslDirection(
        rate=None if rate is None else Kbps(rate),
        max_rate=_max_rate(told.get(f"{way}MaxRate"), rate),
        noise_margin=_db(told.get(f"{way}NoiseMargin"), -64, 63),
        attenuation=_db(told.get(f"{way}Attenuation"), 0, 127),
        power=_dbm(told.get(f"{way}Power"), 10, -31, 31),
        crc_errors=errors.crc_errors,
        fec_errors=errors.fec_errors,
        hec_errors=errors.hec_errors,
        errored_secs=errors.errored_secs,
        severely_errored_secs=errors.severely_errored_secs,
    )


def _max_rate(value: object, rate: float | None) -> Kbps | None:
    """Without a sync rate next to it the unit cannot be told: left out."""
    most = number(value, 1, 1e11)
    if most is None or rate is None:
        return None
    return Kbps(most / 1000 if most > BIT_RATE_SUSPECT * rate else most)


def _db(value: object, low: float, high: float) -> Db | None:
    """Tenths. The bounds are those of ITU-T G.997.1; outside them stands for "not measured"."""
    found = number(value, low * 10, high * 10)
    return None if found is None else Db(found / 10)


def _dbm(value: object, scale: float, low: float, high: float) -> Dbm | None:
    found = number(value, low * scale, high * scale)
    return None if found is None else Dbm(found / scale)


def _seconds(value: object) -> Seconds | None:
    return lasting(number(value, 0))


def optical(mibs: Any) -> OpticalInterface | None:
    """``NeMo.Intf.veip0:getMIBs {mibs:"gpon"}``: 0.001 dBm, 0.1 mV, °C. None: no optics in this box.

    The laser's bias current has another scale on every model: not judged, so not read. -127.5 and -63.5 dBm are how
    ITU-T G.988 §9.2.1 writes "no limit of the operator's".
    """
    terminals = mapping(mapping(mibs).get("gpon"))
    told = next((mapping(item) for item in terminals.values() if mapping(item)), None)
    if told is None:
        return None
    state = onu_state(told.get("OnuState") or told.get("ONUState"))
    return OpticalInterface(
        status=None if state is None else _ONU.get(state, LinkStatus.INITIALISING),
        signal=True if state in _HEARS else None,
        rx_power=_light(told.get("SignalRxPower")),
        tx_power=_light(told.get("SignalTxPower")),
        rx_low=_limit(told.get("LowerOpticalThreshold")),
        rx_high=_limit(told.get("UpperOpticalThreshold")),
        onu_state=state,
        pon_mode=text(told.get("PonMode"), 20),
        temperature=_celsius(told.get("Temperature")),
        voltage=_volts(told.get("Voltage")),
    )


def sfp(value: Any) -> OpticalInterface | None:
    """``SFP:get`` of a Livebox 4 with its pluggable terminal; ``{}`` everywhere else: None."""
    told = mapping(value)
    if not any(key in told for key in ("OpticalSignalLevel", "ONTReady", "OperatingState")):
        return None
    number_of_state = whole(told.get("OperatingState"), 1, 7)
    state = None if number_of_state is None else OnuState(f"O{number_of_state}")
    return OpticalInterface(
        status=None if state is None else _ONU.get(state, LinkStatus.INITIALISING),
        signal=True if state in _HEARS else None,
        rx_power=_light(told.get("OpticalSignalLevel")),
        tx_power=_light(told.get("TransmitOpticalLevel")),
        onu_state=state,
        module_present=True,
        temperature=_celsius(told.get("ChipsetTemperature")),
    )


def onu_state(value: object) -> OnuState | None:
    """``O5_Operation`` and its like; a state that G.984 does not have is none."""
    found = re.match(r"O([1-7])(?![0-9])", text(value) or "", re.IGNORECASE)
    return None if found is None else OnuState(f"O{found.group(1)}")


def _light(value: object) -> Dbm | None:
    """Exactly 0 is what a receiver that measures nothing has; no line of a home brings a whole milliwatt."""
    return None if number(value) == 0 else _dbm(value, 1000, -60, 15)


def _limit(value: object) -> Dbm | None:
    return _dbm(value, 1000, -60, 15)


def _celsius(value: object) -> Celsius | None:
    found = number(value, -40, 150)
    return None if not found else Celsius(found)


def _volts(value: object) -> Volts | None:
    found = number(value, 10_000, 60_000)
    return None if found is None else Volts(found / 10_000)


def traffic(value: Any) -> WanTraffic | None:
    """``NeMo.Intf.veip0:getNetDevStats``; on the line's own interface "received" is what came down."""
    told = mapping(value)
    received, sent = whole(told.get("RxBytes")), whole(told.get("TxBytes"))
    if received is None or sent is None:
        return None
    return WanTraffic(Bytes(received), Bytes(sent), wraps_at=None if max(received, sent) >= WRAP else WRAP)
