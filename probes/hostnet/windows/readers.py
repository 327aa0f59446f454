"""Reads this PC under Windows: the calls, put together. All functions block for some milliseconds."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Sequence

from probes.hostnet.neighbours import Neighbour
from probes.hostnet.windows import adapters, assemble, calls, registry, tables
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import RoutePayload

# ARP asks once a second: an entry that young has not been given its chance.
_PATIENCE_S = 0.9


def read_link(anchors: Sequence[str]) -> LinkPayload:
    """Adapters. Raises OSError."""
    found = adapters.parse(calls.adapters())
    rows = {}
    for raw in found:
        index = assemble.number(raw)
        row = tables.interface(calls.interface(index))
        if row is not None:
            rows[index] = row
    owners = [calls.best_interface(anchor) for anchor in anchors]
    snapshot = assemble.Snapshot(
        found, rows=rows, radios=_radios(), disabled=registry.read_disabled(), owners=owners
    )  # fmt: skip
    return assemble.link(snapshot)


def _radios() -> dict[str, bool | None]:
    with contextlib.suppress(OSError, AttributeError):
        _, states = calls.wlan_radios()
        return {guid: tables.radio_blocked(data) for guid, data in states.items()}
    return {}


def read_addresses(link: LinkPayload) -> AddressPayload:
    """Addressing of the adapters. Raises OSError."""
    found = adapters.parse(calls.adapters())
    settings = {raw.guid: registry.interface(raw.guid) for raw in found}
    return assemble.addresses(assemble.Snapshot(found, settings=settings), link)


def read_routes(link: LinkPayload, anchors4: Sequence[str], anchors6: Sequence[str]) -> RoutePayload:
    """The routing table, and whom the system would hand packets to public addresses. Raises OSError."""
    found = adapters.parse(calls.adapters())
    metrics = {assemble.number(raw): (raw.metric4, raw.metric6) for raw in found}
    tunnels = {i.index for i in link.interfaces if i.kind is InterfaceKind.TUNNEL}
    resolvers = tuple(dict.fromkeys(r for raw in found if assemble.number(raw) in tunnels for r in raw.resolvers))
    return assemble.routing(
        link, tables.routes(calls.routes()), metrics, _owner(anchors4), _owner(anchors6), resolvers
    )  # fmt: skip


def _owner(anchors: Sequence[str]) -> int | None:
    """Asks for several addresses: one of them may have a host route of its own."""
    owners = [index for index in map(calls.best_interface, anchors) if index is not None]
    return max(owners, key=owners.count) if owners else None


def neighbour(entries: Sequence[tables.RawNeighbour], index: int, gateway: str | None, elapsed_s: float) -> Neighbour:
    """What the table proves. Windows calls an entry reachable for up to 45 s, so that is no proof of life."""
    bare = (gateway or "").partition("%")[0]
    entry = next((e for e in entries if e.index == index and e.address == bare), None)
    if entry is None:
        return Neighbour()
    dead = entry.state in (tables.UNREACHABLE, tables.INCOMPLETE) and elapsed_s >= _PATIENCE_S
    return Neighbour(False if dead else None, entry.mac)


def read_neighbours(index: int, elapsed_s: float, *gateways: str | None) -> list[Neighbour]:
    """A judgement per gateway."""
    entries = [entry for table in calls.neighbours() for entry in tables.neighbours(table)]
    return [neighbour(entries, index, gateway, elapsed_s) for gateway in gateways]


@functools.lru_cache(maxsize=1)
def hosts_folder() -> str | None:
    """The folder of the hosts file as the registry names it; None where it does not."""
    value = registry.read(registry.PARAMETERS).get("DataBasePath")
    return registry.expanded(value, os.environ) or None
