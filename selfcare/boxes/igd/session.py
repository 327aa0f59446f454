"""A UPnP gateway as the ports: who it is, its session, its counters, its port mappings. Nothing to log in to."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.igd import forwards, parse
from selfcare.boxes.igd.pages import Pages, located
from selfcare.boxes.secret import Secret
from selfcare.boxes.soap import UpnpFault
from selfcare.boxes.ssdp import local_address
from selfcare.boxes.wire import Place
from selfcare.model.box import Absent, BoxFamily, ConnectionStatus, DeviceInfo, PortMapping, WanStatus, WanTraffic, Why

if TYPE_CHECKING:
    from async_upnp_client.client import UpnpService

    from selfcare.boxes.igd.upnp import Gateway


class IgdSession:
    """Opened lazily: description, then the services' own, then the questions; each kind in one wave."""

    family = BoxFamily.IGD
    unsettable: ClassVar[Mapping[str, str]] = {"forward/range": ""}
    """See ``driver.unsettable``: one mapping is one port."""
    rights: frozenset[str] | None = None

    def __init__(self, place: Place) -> None:
        self._place, self._pages = place, Pages(place)
        self._gateway: Gateway | None = None
        self._connection: UpnpService | None = None
        self._lock = asyncio.Lock()

    async def log_in(self, credential: Secret) -> None:
        """There is nothing to log in to."""
        raise BoxError(BoxErrorCode.UNSUPPORTED)

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._pages.close()
        self._gateway = self._connection = None

    async def device(self) -> DeviceInfo:
        """From the description, read anew each time: another box may be there by now."""
        before, gateway = self._gateway, await self._opened()
        if before is None:
            return parse.device(gateway.description)
        description = await self._pages.description(gateway.url)
        if description != gateway.description and self._gateway is gateway:
            self._gateway = self._connection = None
        return parse.device(description)

    async def wan(self) -> WanStatus | Absent:
        """Session and public address."""
        gateway, connection = await self._opened(), await self._active()
        if connection is None:
            return Absent(Why.CANNOT)
        info, address, link = await asyncio.gather(
            gateway.call(connection, "GetStatusInfo"),
            self._address(gateway, connection),
            self._optional("GetCommonLinkProperties"),
        )
        return parse.wan(info, address, link)

    async def _address(self, gateway: Gateway, connection: UpnpService) -> dict[str, str]:
        """Some boxes refuse to name an address while they have none: the state is told all the same."""
        try:
            return await gateway.call(connection, "GetExternalIPAddress")
        except UpnpFault:
            return {}

    async def wan_traffic(self) -> WanTraffic | Absent:
        """Counters since whenever; they wrap."""
        received, sent = await asyncio.gather(
            self._optional("GetTotalBytesReceived"), self._optional("GetTotalBytesSent")
        )
        found = parse.traffic(received, sent)
        return Absent(Why.CANNOT) if found.received is None and found.sent is None else found

    async def forwards(self) -> tuple[PortMapping, ...] | Absent:
        """The list where the box has one, else entry by entry."""
        connection = await self._active()
        if connection is None:
            return Absent(Why.CANNOT)
        if "GetListOfPortMappings" in connection.actions:
            try:
                return await forwards.by_list(self._call)
            except BoxError as error:
                # Optional, and oftener broken than used: the old way is mandatory.
                if error.code in (BoxErrorCode.UNREACHABLE, BoxErrorCode.TOO_SLOW, BoxErrorCode.TOO_LARGE):
                    raise
        return await forwards.by_index(self._call)

    async def put_forward(self, mapping: PortMapping) -> None:
        """Makes it; one with another id is taken away once the new one stands."""
        await self._needed()
        await forwards.put(self._call, mapping, local_address(self._place.address))
        wanted = {
            parse.key(parse.NAMES[one], mapping.external_port, mapping.remote_host)
            for one in forwards.both(mapping.protocol)
        }
        if mapping.id is not None and mapping.id not in wanted:
            await self._delete_id(mapping.id)

    async def any_forward(self, mapping: PortMapping) -> int:
        """IGD 2 only: the box chooses the external port where the wanted one is taken, and says which."""
        await self._needed()
        return await forwards.put_any(self._call, mapping, local_address(self._place.address))

    async def delete_forward(self, mapping: PortMapping) -> None:
        """Some boxes say that they have none of it, some say nothing."""
        await self._needed()
        await forwards.delete(self._call, mapping)

    async def _delete_id(self, name: str) -> None:
        protocol, _, rest = name.partition(":")
        external, _, remote = rest.partition(":")
        key = {"NewRemoteHost": remote, "NewExternalPort": external, "NewProtocol": protocol.upper()}
        await self._call("DeletePortMapping", key)

    async def _call(self, name: str, values: Mapping[str, str]) -> dict[str, str]:
        return await (await self._opened()).call(await self._active(), name, values)

    async def _optional(self, name: str) -> dict[str, str]:
        """Of WANCommonInterfaceConfig; nothing where the box has no such service or refuses."""
        gateway = await self._opened()
        try:
            return await gateway.call(gateway.common, name)
        except BoxError as error:
            if error.code in (BoxErrorCode.UNREACHABLE, BoxErrorCode.TOO_SLOW, BoxErrorCode.TOO_LARGE):
                raise
            return {}

    async def _needed(self) -> None:
        if await self._active() is None:
            raise BoxError(BoxErrorCode.UNSUPPORTED)

    async def _opened(self) -> Gateway:
        async with self._lock:
            if self._gateway is None:
                url, description = await located(self._pages)
                # The import would hold up whatever is being measured meanwhile.
                upnp = await asyncio.to_thread(importlib.import_module, "selfcare.boxes.igd.upnp")
                self._gateway = await upnp.gateway(self._pages, url, description)
            assert self._gateway is not None
            return self._gateway

    async def _active(self) -> UpnpService | None:
        """A box may have several connections (telephone, television): the one that is connected."""
        gateway = await self._opened()
        if self._connection is None and len(gateway.connections) == 1:
            self._connection = gateway.connections[0]
        if self._connection is not None or not gateway.connections:
            return self._connection
        states = await asyncio.gather(*(_state(gateway, one) for one in gateway.connections))
        if ConnectionStatus.CONNECTED not in states:
            return gateway.connections[0]  # none is up: asked again the next time
        self._connection = gateway.connections[states.index(ConnectionStatus.CONNECTED)]
        return self._connection


async def _state(gateway: Gateway, service: UpnpService) -> ConnectionStatus | None:
    try:
        return parse.status((await gateway.call(service, "GetStatusInfo")).get("NewConnectionStatus"))
    except BoxError:
        return None
