"""Where this PC's box is, without a check and without sending anything: what a talk with the box begins with."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probes import addr_lease, link_interfaces, route_table
from probes.framework import ProbeContext, current_platform
from probes.hostnet import bus, gateways, native, networkmanager
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Platform
from selfcare.model.profile import Profile


@dataclass(frozen=True, slots=True)
class HomeGateway:
    """``mac`` from the neighbour table, ``dhcp`` the lease's options by the system's names; None: not told here."""

    address: str
    interface: str
    mac: str | None = None
    dhcp: Mapping[str, str] | None = None


async def home_gateway(profile: Profile) -> HomeGateway | None:
    """The next hop that is the home's box, by IPv4 where it has such an address; None where there is none."""
    payloads: dict[str, Any] = {}
    ctx = ProbeContext(profile, payloads, current_platform())
    try:
        payloads["link.interfaces"] = await link_interfaces.measure(ctx)
        payloads["addr.lease"] = await addr_lease.measure(ctx)
        payloads["route.table"] = await route_table.measure(ctx)
    except CannotRun:
        # Without routes the primary adapter's gateway will do; without addresses there is none.
        if "addr.lease" not in payloads:
            return None
    return await _found(ctx)


async def gateway_of(ctx: ProbeContext) -> HomeGateway | None:
    """The same from the payloads of a check, without the lease's options: nothing is asked again."""
    if ctx.get("addr.lease", AddressPayload) is None:
        return None
    return await _found(ctx, options=False)


async def _found(ctx: ProbeContext, options: bool = True) -> HomeGateway | None:
    link = ctx.get("link.interfaces", LinkPayload)
    config = gateways.box_config(ctx.need("addr.lease", AddressPayload), ctx.get("route.table", RoutePayload), link)
    address = (config.gateway4 or config.gateway6) if config is not None else None
    if config is None or address is None:
        return None
    adapter = link.get(config.interface) if link else None
    mac = None
    if adapter is not None:
        table = await in_thread(native.neighbours, ctx.platform, config.interface, adapter.index, 0.0, address)
        mac = table[0].mac
    told = await _options(ctx.platform, config.interface) if options else None
    index = adapter.index if adapter is not None else None
    return HomeGateway(scoped(address, index), config.interface, mac, told)


def scoped(address: str, index: int | None) -> str:
    """With the adapter's number where the address means nothing without: a home of IPv6 alone has such a gateway."""
    found = ipaddress.ip_address(address)
    bare = found.version == 6 and found.is_link_local and "%" not in address
    return f"{address}%{index}" if bare and index is not None else address


async def _options(platform: Platform, interface: str) -> Mapping[str, str] | None:
    """NetworkManager tells all options of a lease; elsewhere they are root's, or not kept."""
    if platform is not Platform.LINUX:
        return None
    async with bus.system_bus() as connection:
        devices = await networkmanager.devices(connection) if connection is not None else None
    return next((d.options4 for d in devices or () if d.interface == interface), None)
