"""TR-064 values turned into the model. Pure: dictionaries by argument name, as fritzconnection gives them.

Units: AVM's TR-064 documents (wandslifconfigSCPD, wancommonifconfigSCPD, hostsSCPD, wlanconfigSCPD).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

from selfcare.boxes.figures import LIMIT_32, addresses, ipv4, is_public, is_shared, lasting, truth, whole, word
from selfcare.boxes.igd.parse import status
from selfcare.boxes.soap import text_of
from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    ConnectionStatus,
    DeviceInfo,
    DslDirection,
    DslLine,
    LinkStatus,
    WanStatus,
    WanTraffic,
    Why,
)
from selfcare.model.units import Bytes, Db, Kbps

Values = Mapping[str, object]
MEDIUM = {
    "DSL": AccessMedium.DSL,
    "Ethernet": AccessMedium.ETHERNET,
    "X_AVM-DE_Fiber": AccessMedium.FIBRE,
    "X_AVM-DE_Cable": AccessMedium.CABLE,
    "X_AVM-DE_LTE": AccessMedium.CELLULAR,
    "X_AVM-DE_UMTS": AccessMedium.CELLULAR,
    "X_AVM-DE_Mobile": AccessMedium.CELLULAR,
}
LINK = {
    "Up": LinkStatus.UP,
    "Down": LinkStatus.DOWN,
    "Initializing": LinkStatus.INITIALISING,
    "EstablishingLink": LinkStatus.INITIALISING,
    "Disabled": LinkStatus.DISABLED,
    "NoSignal": LinkStatus.DOWN,
    "Error": LinkStatus.DOWN,
}


def udn_of(root: Element) -> str | None:
    """The box's hardware address, the last part of its UDN: the same in every description of it."""
    return word((text_of(root, "UDN") or "").rpartition("-")[2])


def described(root: Element) -> DeviceInfo:
    """``tr64desc.xml``: no login needed. Its friendly name is what the owner typed, so the model's own goes first."""
    return DeviceInfo(
        family=BoxFamily.FRITZ,
        model_name=word(text_of(root, "modelName")) or word(text_of(root, "friendlyName")),
        product_class=word(text_of(root, "modelName")),
        manufacturer=word(text_of(root, "manufacturer")),
        software_version=word(text_of(root, "Display")),
        api_version="TR-064",
        uid=udn_of(root),
    )


def device(before: DeviceInfo, info: Values) -> DeviceInfo:
    """``DeviceInfo1.GetInfo``: what it adds to the description."""
    return replace(
        before,
        software_version=word(info.get("NewSoftwareVersion")) or before.software_version,
        serial_number=word(info.get("NewSerialNumber")),
        product_class=before.product_class or word(info.get("NewModelName")),
        up_time=lasting(whole(info.get("NewUpTime"))),
    )


def wan(info: Values, link: Values) -> WanStatus:
    """``WANPPPConnection1``/``WANIPConnection1.GetInfo`` and ``GetCommonLinkProperties`` (bit/s)."""
    state, address = status(info.get("NewConnectionStatus")), ipv4(info.get("NewExternalIPAddress"))
    connected = state is ConnectionStatus.CONNECTED
    told = info.get("NewExternalIPAddress") is not None
    physical = LINK.get(str(link.get("NewPhysicalLinkStatus")))
    lacking = connected and told and (address is None or not is_public(address))
    return WanStatus(
        status=state,
        medium=MEDIUM.get(str(link.get("NewWANAccessType"))),
        link=physical,
        protocol=_protocol(info),
        last_error=word(info.get("NewLastConnectionError")),
        up_time=lasting(whole(info.get("NewUptime"))) if connected else None,
        ipv4_address=address,
        gateway=ipv4(info.get("NewRemoteIPAddress")),
        dns_servers=addresses(info.get("NewDNSServers")),
        shared_ipv4=True if address is not None and is_shared(address) else None,
        public_ipv4=False if lacking else (True if address is not None and is_public(address) else None),
        down_capacity=_kbps(link.get("NewLayer1DownstreamMaxBitRate"), physical),
        up_capacity=_kbps(link.get("NewLayer1UpstreamMaxBitRate"), physical),
    )


def _protocol(info: Values) -> str | None:
    """Only where the transport is named: "IP_Routed" stands beside PPPoE as well."""
    return {"PPPoE": "pppoe", "PPPoA": "pppoa"}.get(str(info.get("NewTransportType")))


def _kbps(value: object, link: LinkStatus | None) -> Kbps | None:
    """Bit/s; nought, or what is left from before the link went down, is no rate."""
    bits = whole(value)
    return Kbps(bits / 1000) if bits and link is LinkStatus.UP else None


def traffic(received: Values, sent: Values, monitor: Values) -> WanTraffic:
    """Counters of 32 bits; ``X_AVM-DE_GetOnlineMonitor`` tells byte/s, twenty values, the newest first."""
    down, up = whole(received.get("NewTotalBytesReceived")), whole(sent.get("NewTotalBytesSent"))
    further = any(number is not None and number >= LIMIT_32 for number in (down, up))
    return WanTraffic(
        received=Bytes(down) if down is not None else None,
        sent=Bytes(up) if up is not None else None,
        down_rate=_newest(monitor.get("Newds_current_bps")),
        up_rate=_newest(monitor.get("Newus_current_bps")),
        wraps_at=None if further or (down is None and up is None) else LIMIT_32,
    )


def _newest(value: object) -> Kbps | None:
    number = whole(str(value).split(",")[0].strip()) if value is not None else None
    return Kbps(number * 8 / 1000) if number is not None else None


def dsl(info: Values, total: Values, link: Values) -> DslLine | Absent:
    """``WANDSLInterfaceConfig1``: rates kbit/s, margins and attenuations 0.1 dB; powers have no unit and are left out.

    Noughts are told of a line that is not up: they are no figures then.
    """
    medium = MEDIUM.get(str(link.get("NewWANAccessType")))
    if truth(info.get("NewEnable")) is False or (medium is not None and medium is not AccessMedium.DSL):
        return Absent(Why.OTHER_LINE)
    state = LINK.get(str(info.get("NewStatus")))
    if state is None:
        return Absent(Why.UNREADABLE)
    retrains = whole(total.get("NewLinkRetrain"), LIMIT_32)
    if state is not LinkStatus.UP:
        return DslLine(state, retrains=retrains)
    near = {"crc": "NewCRCErrors", "fec": "NewFECErrors", "hec": "NewHECErrors"}
    far = {"crc": "NewATUCCRCErrors", "fec": "NewATUCFECErrors", "hec": "NewATUCHECErrors"}
    down = replace(
        _direction(info, total, "Downstream", near),
        errored_secs=whole(total.get("NewErroredSecs"), LIMIT_32),
        severely_errored_secs=whole(total.get("NewSeverelyErroredSecs"), LIMIT_32),
    )
    return DslLine(state, retrains=retrains, down=down, up=_direction(info, total, "Upstream", far))


def _direction(info: Values, total: Values, way: str, counters: Mapping[str, str]) -> DslDirection:
    rate, most = whole(info.get(f"New{way}CurrRate"), 10**8), whole(info.get(f"New{way}MaxRate"), 10**8)
    counted = {name: whole(total.get(key), LIMIT_32) for name, key in counters.items()}
    return DslDirection(
        rate=Kbps(rate) if rate else None,
        max_rate=Kbps(most) if most else None,
        noise_margin=_tenths(info.get(f"New{way}NoiseMargin")),
        attenuation=_tenths(info.get(f"New{way}Attenuation")),
        crc_errors=counted["crc"],
        fec_errors=counted["fec"],
        hec_errors=counted["hec"],
    )


def _tenths(value: object) -> Db | None:
    """Tenths of a dB; a margin may be below nought, and some boxes write the sign."""
    try:
        number = int(str(value))
    except ValueError:
        return None
    return Db(number / 10) if -640 <= number <= 1300 else None
