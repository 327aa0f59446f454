"""A gateway's description, pure: what it is, which of its services are of use, and where they lie."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.figures import word
from selfcare.boxes.soap import local

CONNECTIONS = ("WANIPConnection", "WANPPPConnection")
WANTED = ("WANCommonInterfaceConfig", *CONNECTIONS)
"""Services by the name between ``service:`` and the version. Any version: a Livebox has ``WANPPPConnection:2``."""
MOST_SERVICES, MOST_DEVICES, DEEPEST = 6, 24, 5


@dataclass(frozen=True, slots=True)
class Service:
    """``name`` and ``version`` out of ``service_type``; the URLs are absolute and on the box."""

    service_type: str
    service_id: str
    scpd_url: str
    control_url: str

    @property
    def name(self) -> str:
        """WANIPConnection."""
        return self.service_type.split(":")[-2]

    @property
    def version(self) -> int:
        """1 or 2."""
        digits = self.service_type.rpartition(":")[2]
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 1


@dataclass(frozen=True, slots=True)
class Description:
    """The root device and the services that are of use, in the order of the box."""

    device_type: str
    friendly_name: str | None = None
    manufacturer: str | None = None
    model_name: str | None = None
    model_number: str | None = None
    serial_number: str | None = None
    udn: str | None = None
    services: tuple[Service, ...] = ()

    @property
    def is_gateway(self) -> bool:
        """Whether it says so, or offers what only a gateway has."""
        return ":InternetGatewayDevice:" in self.device_type or any(s.name in CONNECTIONS for s in self.services)

    @property
    def version(self) -> int:
        """Of the IGD standard: 1 or 2."""
        return 2 if self.device_type.endswith(":2") or any(s.version == 2 for s in self.services) else 1


def child(element: Element, name: str) -> Element | None:
    """The first child of this name, whatever its namespace (some boxes leave it out)."""
    return next((one for one in element if local(one) == name), None)


def text(element: Element, name: str) -> str:
    """A child's trimmed text, "" where there is none."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""


def parse(root: Element, location: str) -> Description:
    """``location`` is where it was read. URLs that leave the box raise ``REDIRECTED``: nothing there is ever asked."""
    device = child(root, "device")
    if local(root) != "root" or device is None:
        raise BoxError(BoxErrorCode.NOT_THIS_BOX)
    base = text(root, "URLBase") or location
    on_the_box(base, location)
    services: list[Service] = []
    for one in _devices(device):
        for entry in child(one, "serviceList") or ():
            service = _service(entry, base, location)
            if service is not None and len(services) < MOST_SERVICES:
                services.append(service)
    return Description(
        text(device, "deviceType")[:200],
        word(text(device, "friendlyName")),
        word(text(device, "manufacturer")),
        word(text(device, "modelName")),
        word(text(device, "modelNumber")),
        word(text(device, "serialNumber")),
        word(text(device, "UDN").removeprefix("uuid:")),
        tuple(services),
    )


def _devices(root: Element) -> Iterator[Element]:
    """The root device and those in it: not deeper, and not more, than a gateway has."""
    left, level = MOST_DEVICES, [root]
    for _ in range(DEEPEST):
        following: list[Element] = []
        for device in level[:left]:
            yield device
            following += [one for one in child(device, "deviceList") or () if local(one) == "device"]
        left -= len(level)
        level = following
        if left <= 0:
            return


def _service(entry: Element, base: str, location: str) -> Service | None:
    kind = text(entry, "serviceType")
    parts = kind.split(":")
    if len(parts) < 2 or parts[-2] not in WANTED or len(kind) > 200 or not text(entry, "controlURL"):
        return None
    scpd, control = (_joined(base, text(entry, name)) for name in ("SCPDURL", "controlURL"))
    for url in (scpd, control):
        on_the_box(url, location)
    return Service(kind, text(entry, "serviceId")[:200], scpd, control)


def _joined(base: str, path: str) -> str:
    try:
        return urljoin(base, path)
    except ValueError as error:
        raise BoxError(BoxErrorCode.UNREADABLE, kind="url") from error


def on_the_box(url: str, location: str) -> None:
    """Plain HTTP on the host that the description came from, whatever the port."""
    try:
        parts, here = urlsplit(url), urlsplit(location).hostname
        same = ipaddress.ip_address(parts.hostname or "") == ipaddress.ip_address(here or "")
        _ = parts.port
    except ValueError:
        same, parts = False, None
    if not same or parts is None or parts.scheme != "http" or parts.username is not None:
        raise BoxError(BoxErrorCode.REDIRECTED, kind="description")


def plain(description: Description) -> str:
    """The same, rewritten as the UPnP library wants it: one embedded device per service, so that none hides another."""
    devices = "".join(
        f"<device><deviceType>service-{number}</deviceType><serviceList>{_plain_service(service)}</serviceList></device>"
        for number, service in enumerate(description.services)
    )
    return (
        '<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
        f"<deviceType>{escape(description.device_type)}</deviceType><deviceList>{devices}</deviceList></device></root>"
    )


def _plain_service(service: Service) -> str:
    fields = {
        "serviceType": service.service_type,
        "serviceId": service.service_id,
        "SCPDURL": service.scpd_url,
        "controlURL": service.control_url,
        "eventSubURL": "",
    }
    return f"<service>{''.join(f'<{name}>{escape(value)}</{name}>' for name, value in fields.items())}</service>"
