"""Requests by URL, as UPnP names things, on our own transport; and the description, which is enough to recognise."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.igd import description as described
from selfcare.boxes.ssdp import ssdp_search
from selfcare.boxes.wire import TOTAL_S, Place, Reply, Wire

MAX_DESCRIPTION = 256 * 1024
"""Bytes. The largest recorded description has 12 kB."""
MOST_PORTS = 2
"""A box may serve its description and its services on different ports, not on many."""
PATHS = ("/rootDesc.xml", "/igddesc.xml")
"""Where a description lies, for a port that was named by hand: miniupnpd and most boxes on it; FRITZ!Box."""
SEARCH_S, LIMIT_S = 1.2, TOTAL_S
"""Seconds for the search, and for one request."""


class Pages:
    """Bounded, pinned to the box, no redirect followed, whatever host a URL names."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._wires: dict[int, Wire] = {}
        self._closed = False

    async def close(self) -> None:
        """Lets go of the connections, for good."""
        self._closed = True
        for wire in self._wires.values():
            await wire.close()
        self._wires.clear()

    async def send(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """One request to the box."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        wire = self._wire(parts.port or 80)
        return await wire.request(method, path, headers=headers, data=body, limit_s=LIMIT_S, most=MAX_DESCRIPTION)

    def _wire(self, port: int) -> Wire:
        if self._closed:
            raise BoxError(BoxErrorCode.UNREACHABLE, kind="closed")
        if port not in self._wires:
            if len(self._wires) >= MOST_PORTS:
                raise BoxError(BoxErrorCode.REDIRECTED, kind="ports")
            address = self.place.address
            host = f"[{address}]" if ":" in address else address
            self._wires[port] = Wire(Place(address, port, self.place.interface), host=host)
        return self._wires[port]

    async def description(self, url: str) -> described.Description:
        """One request. ``NOT_THIS_BOX`` where something else answers than a UPnP description."""
        reply = await self.send("GET", url)
        if reply.status != 200:
            raise BoxError(BoxErrorCode.NOT_THIS_BOX, status=reply.status)
        return described.parse(reply.xml(), url)


async def located(pages: Pages) -> tuple[str, described.Description]:
    """The description and where it was. With an explicit port by its usual names, else as the gateway announces it."""
    place = pages.place
    host = f"[{place.address}]" if ":" in place.address else place.address
    if place.port is not None:
        urls = [f"http://{host}:{place.port}{path}" for path in PATHS]
    else:
        urls = [one.location for one in (await ssdp_search(place.address, wait_s=SEARCH_S))[:1]]
    return await _first_gateway(pages, urls)


async def _first_gateway(pages: Pages, urls: list[str]) -> tuple[str, described.Description]:
    last = BoxError(BoxErrorCode.UNREACHABLE)
    for url in urls:
        try:
            description = await pages.description(url)
        except BoxError as error:
            last = error
            # Only "something else is here" leaves the other name open; a breach or silence is the answer.
            if error.code not in (BoxErrorCode.NOT_THIS_BOX, BoxErrorCode.UNREADABLE):
                break
            continue
        if description.is_gateway:
            return url, description
        last = BoxError(BoxErrorCode.NOT_THIS_BOX)
    raise last
