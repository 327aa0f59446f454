"""async-upnp-client on our own transport: its plain factory for the services, ours for everything that is received.

Imported in a thread, when a gateway's services are first asked: the library takes some 150 ms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import voluptuous
from async_upnp_client.client import UpnpAction, UpnpDevice, UpnpRequester, UpnpService
from async_upnp_client.client_factory import UpnpFactory
from async_upnp_client.const import HttpRequest, HttpResponse
from async_upnp_client.exceptions import UpnpError

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.igd import description as described
from selfcare.boxes.igd.pages import Pages
from selfcare.boxes.igd.standard import scpd as standard_scpd
from selfcare.boxes.soap import answer
from selfcare.boxes.wire import Reply

_BROKEN = (UpnpError, voluptuous.Error, KeyError, ValueError, TypeError, AttributeError, RecursionError)
"""What the library raises at a service description that is not one."""


class PagesRequester(UpnpRequester):
    """Every request of the library goes through :class:`Pages`."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._ready: dict[str, str] = {}

    def give(self, url: str, body: str) -> None:
        """What a GET of this URL shall be answered with, without asking the box (again)."""
        self._ready[url] = body

    async def async_http_request(self, http_request: HttpRequest) -> HttpResponse:
        """The library's side."""
        if http_request.method == "GET" and http_request.url in self._ready:
            return HttpResponse(200, {}, self._ready[http_request.url])
        reply = await self.send(http_request)
        return HttpResponse(reply.status, dict(reply.headers), reply.text())

    async def send(self, request: HttpRequest) -> Reply:
        """One request to the box."""
        headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        body = request.body.encode() if request.body is not None else None
        return await self._pages.send(request.method, request.url, headers, body)


class Gateway:
    """A described gateway: its services, and how to call them."""

    def __init__(
        self, requester: PagesRequester, url: str, description: described.Description, device: UpnpDevice
    ) -> None:
        self.url, self.description = url, description
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


async def gateway(pages: Pages, url: str, description: described.Description) -> Gateway:
    """The services of a description that was read from ``url``: their own descriptions in one wave."""
    requester = PagesRequester(pages)
    wanted = {service.scpd_url: service.name for service in description.services}
    bodies = await asyncio.gather(*(_scpd(pages, page) for page in wanted))
    for (page, name), body in zip(wanted.items(), bodies, strict=True):
        requester.give(page, body or standard_scpd(name))
    requester.give(url, described.plain(description))
    factory = UpnpFactory(requester, non_strict=True)
    try:
        device = await factory.async_create_device(url)
    except _BROKEN:
        # What the box says of its services cannot be used: they are what the standard says.
        for page, name in wanted.items():
            requester.give(page, standard_scpd(name))
        try:
            device = await factory.async_create_device(url)
        except _BROKEN as error:
            raise BoxError(BoxErrorCode.UNREADABLE, kind="description") from error
    return Gateway(requester, url, description, device)


async def _scpd(pages: Pages, page: str) -> str | None:
    """A service's description, None where it is none: the standard's own takes its place."""
    reply = await pages.send("GET", page)
    if reply.status != 200:
        return None
    try:
        reply.xml()
    except BoxError:
        return None
    return reply.text()
