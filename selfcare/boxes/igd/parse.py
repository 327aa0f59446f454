"""UPnP IGD replies turned into the model. Pure. Values come as text by their UPnP names."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.figures import LIMIT_32, ipv4, is_public, is_shared, lasting, port, truth, whole, word
from selfcare.boxes.igd.description import Description
from selfcare.boxes.soap import local
from selfcare.model.box import (
    BoxFamily,
    ConnectionStatus,
    DeviceInfo,
    LinkStatus,
    PortMapping,
    Protocol,
    WanStatus,
    WanTraffic,
)
from selfcare.model.units import Bytes

Values = Mapping[str, object]

MOST_ENTRIES = 256
"""Port mappings of one list."""
IGD2_LONGEST = 604_800
"""Seconds: in IGD 2 a lease of 0 means this (WANIPConnection:2, §2.3.16)."""
STATUS = {
    "connected": ConnectionStatus.CONNECTED,
    "connecting": ConnectionStatus.CONNECTING,
    "authenticating": ConnectionStatus.CONNECTING,
    "pendingdisconnect": ConnectionStatus.CONNECTED,
    "disconnecting": ConnectionStatus.DISCONNECTED,
    "disconnected": ConnectionStatus.DISCONNECTED,
    "unconfigured": ConnectionStatus.DISCONNECTED,
}
"""``NewConnectionStatus`` (WANIPConnection:2 table 2-5, WANPPPConnection:1 table 7), in small letters."""
NAMES = {protocol.value.upper(): protocol for protocol in (Protocol.TCP, Protocol.UDP)}


def device(description: Description) -> DeviceInfo:
    """Who it is. UPnP tells no firmware and no time since the start."""
    model = " ".join(filter(None, (description.model_name, description.model_number)))
    return DeviceInfo(
        family=BoxFamily.IGD,
        model_name=description.friendly_name or description.model_name,
        product_class=model or None,
        manufacturer=description.manufacturer,
        api_version=f"IGD {description.version}",
        serial_number=description.serial_number,
        uid=description.udn,
    )


def status(value: object) -> ConnectionStatus | None:
    """None for a word that is not in the standard."""
    return STATUS.get(str(value or "").strip().lower())


def wan(info: Values, address: Values, link: Values) -> WanStatus:
    """``GetStatusInfo``, ``GetExternalIPAddress``, ``GetCommonLinkProperties``.

    Of the link only "Up" is believed: a common daemon says "Down" whenever it has no address, and a link that is down
    would be the line's fault. Kind and rate of the access are what somebody configured there, not what is.
    """
    state, found = status(info.get("NewConnectionStatus")), ipv4(address.get("NewExternalIPAddress"))
    told = address.get("NewExternalIPAddress") is not None
    seconds = lasting(whole(info.get("NewUptime")))
    connected = state is ConnectionStatus.CONNECTED
    lacking = connected and told and (found is None or not is_public(found))
    up = str(link.get("NewPhysicalLinkStatus") or "").strip().lower() == "up"
    return WanStatus(
        status=state,
        link=LinkStatus.UP if up else None,
        last_error=word(info.get("NewLastConnectionError")),
        up_time=seconds if connected else None,
        ipv4_address=found,
        shared_ipv4=True if found is not None and is_shared(found) else None,
        public_ipv4=False if lacking else (True if found is not None and is_public(found) else None),
    )


def traffic(received: Values, sent: Values) -> WanTraffic:
    """``GetTotalBytesReceived``, ``GetTotalBytesSent``: 32 bits by the standard, unless a box counts further."""
    down, up = whole(received.get("NewTotalBytesReceived")), whole(sent.get("NewTotalBytesSent"))
    further = any(number is not None and number >= LIMIT_32 for number in (down, up))
    return WanTraffic(
        received=Bytes(down) if down is not None else None,
        sent=Bytes(up) if up is not None else None,
        wraps_at=None if further or (down is None and up is None) else LIMIT_32,
    )


def mapping(values: Values) -> PortMapping | None:
    """One entry, of ``GetGenericPortMappingEntry`` or of a list. None where it is not one."""
    external, internal = port(values.get("NewExternalPort")), port(values.get("NewInternalPort"))
    client, protocol = ipv4(values.get("NewInternalClient")), NAMES.get(str(values.get("NewProtocol")).strip().upper())
    if external is None or internal is None or client is None or protocol is None:
        return None
    lease = lasting(whole(values.get("NewLeaseDuration", values.get("NewLeaseTime"))))
    enabled, remote = truth(values.get("NewEnabled")), ipv4(values.get("NewRemoteHost"))
    return PortMapping(
        external_port=external,
        internal_port=internal,
        internal_client=client,
        protocol=protocol,
        enable=enabled is not False,
        remote_host=remote,
        description=word(values.get("NewPortMappingDescription", values.get("NewDescription"))),
        lease=lease or None,
        origin="upnp",
        id=key(protocol, external, remote),
    )


def key(protocol: Protocol, external: int, remote: str | None = None) -> str:
    """UPnP mappings have no id: protocol, external port and remote host are one (WANIPConnection:2 §2.3.1)."""
    return f"{protocol.value}:{external}" + (f":{remote}" if remote else "")


def listing(text: str) -> tuple[PortMapping, ...]:
    """``GetListOfPortMappings``: XML within the XML. Broken entries are left out."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise BoxError(BoxErrorCode.UNREADABLE, kind="listing") from error
    entries = ({local(one): (one.text or "").strip() for one in entry} for entry in root[:MOST_ENTRIES])
    return tuple(found for entry in entries if (found := mapping(entry)) is not None)
