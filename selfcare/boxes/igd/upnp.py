"""async-upnp-client on our own transport: its plain factory for the services, ours for everything that is received.

Imported when a gateway is first asked: the library takes some ten ms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import voluptuous
from async_upnp_client.client import UpnpAction, UpnpDevice, UpnpRequester, UpnpService
from async_upnp_client.client_factory import UpnpFactory
from async_upnp_client.const import HttpRequest, HttpResponse
from async_upnp_client.exceptions import UpnpError

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.igd import description as described
from selfcare.boxes.igd.standard import scpd as standard_scpd
from selfcare.boxes.soap import answer
from selfcare.boxes.wire import Place, Reply, Wire

MAX_DESCRIPTION = 256 * 1024
"""Bytes. The largest recorded description has 12 kB."""
MOST_PORTS = 2
"""A box may serve its description and its services on different ports, not on many."""
_BROKEN = (UpnpError, voluptuous.Error, KeyError, ValueError, TypeError, AttributeError, RecursionError)
"""What the library raises at a service description that is not one."""


class WireRequester(UpnpRequester):
    """Every request of the library goes through :class:`Wire`: bounded, pinned to the box, no redirect followed."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._wires: dict[int, Wire] = {}
        self._ready: dict[str, str] = {}

    async def close(self) -> None:
        """Lets go of the connections."""
        for wire in self._wires.values():
            await wire.close()
        self._wires.clear()

    def give(self, url: str, body: str) -> None:
        """What a GET of this URL shall be answered with, without asking the box (again)."""
        self._ready[url] = body

    async def async_http_request(self, http_request: HttpRequest) -> HttpResponse:
        """The library's side."""
        if http_request.method == "GET" and http_request.url in self._ready:
            return HttpResponse(200, {}, self._ready[http_request.url])
        reply = await self.send(http_request)
        return HttpResponse(reply.status, dict(reply.headers), reply.text())

    async def send(self, request: HttpRequest, most: int = MAX_DESCRIPTION) -> Reply:
        """One request to the box."""
        parts = urlsplit(request.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        body = request.body.encode() if request.body is not None else None
        return await self._wire(parts.port or 80).request(request.method, path, headers=headers, data=body, most=most)

    def _wire(self, port: int) -> Wire:
        if port not in self._wires:
            if len(self._wires) >= MOST_PORTS:
                raise BoxError(BoxErrorCode.REDIRECTED, kind="ports")
            address = self._place.address
            host = f"[{address}]" if ":" in address else address
            self._wires[port] = Wire(Place(address, port, self._place.interface), host=host)
        return self._wires[port]


class Gateway:
    """A described gateway: its services, and how to call them."""

    def __init__(self, requester: WireRequester, description: described.Description, device: UpnpDevice) -> None:
        self.description = description
        self._requester = requester
        services = [next(iter(one.services.values())) for one in device.embedded_devices.values()]
        self.connections = [one for one in services if _name(one) in described.CONNECTIONS]
        self.common = next((one for one in services if _name(one) == "WANCommonInterfaceConfig"), None)

    async def call(
        self, service: UpnpService | None, name: str, values: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """One action with its arguments as UPnP text. ``UNSUPPORTED`` where the service has none of this name."""
        if service is None or name not in service.actions:
            raise BoxError(BoxErrorCode.UNSUPPORTED, action=name)
        try:
            request = _request(service.actions[name], values or {})
        except _BROKEN as error:
            raise BoxError(BoxErrorCode.UNREADABLE, kind="scpd", action=name) from error
        return answer(await self._requester.send(request), name)


def _name(service: UpnpService) -> str:
    return service.service_type.split(":")[-2]


def _request(action: UpnpAction, values: Mapping[str, str]) -> HttpRequest:
    typed = {one.name: one.coerce_python(values[one.name]) for one in action.in_arguments() if one.name in values}
    return action.create_request(**typed)


async def read_description(requester: WireRequester, url: str) -> described.Description:
    """One request. ``NOT_THIS_BOX`` where something else answers than a UPnP description."""
    reply = await requester.send(HttpRequest("GET", url, {}, None))
    if reply.status != 200:
        raise BoxError(BoxErrorCode.NOT_THIS_BOX, status=reply.status)
    return described.parse(reply.xml(), url)


async def gateway(requester: WireRequester, url: str, description: described.Description) -> Gateway:
    """The services of a description that was read from ``url``: their own descriptions in one wave."""
    pages = {service.scpd_url: service.name for service in description.services}
    bodies = await asyncio.gather(*(_scpd(requester, page) for page in pages))
    for (page, name), body in zip(pages.items(), bodies, strict=True):
        requester.give(page, body or standard_scpd(name))
    requester.give(url, described.plain(description))
    factory = UpnpFactory(requester, non_strict=True)
    try:
        device = await factory.async_create_device(url)
    except _BROKEN:
        # What the box says of its services cannot be used: they are what the standard says.
        for page, name in pages.items():
            requester.give(page, standard_scpd(name))
        try:
            device = await factory.async_create_device(url)
        except _BROKEN as error:
            raise BoxError(BoxErrorCode.UNREADABLE, kind="description") from error
    return Gateway(requester, description, device)


async def _scpd(requester: WireRequester, page: str) -> str | None:
    """A service's description, None where it is none: the standard's own takes its place."""
    reply = await requester.send(HttpRequest("GET", page, {}, None))
    if reply.status != 200:
        return None
    try:
        reply.xml()
    except BoxError:
        return None
    return reply.text()
