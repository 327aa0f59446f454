"""What the probes that use the raw process share: the adapter and network of the home."""

from __future__ import annotations

import ipaddress

from probes.framework import ProbeContext
from probes.hostnet.gateways import box_config
from selfcare.model.payloads.address import AddressPayload, IpConfig
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, NotRunReason


def home_link(ctx: ProbeContext) -> tuple[Interface, IpConfig]:
    """The adapter that leads to the box, with its configuration; refused where there is none to ask on."""
    addressing = ctx.need("addr.lease", AddressPayload)
    link = ctx.need("link.interfaces", LinkPayload)
    config = box_config(addressing, ctx.get("route.table", RoutePayload), link) or addressing.get(addressing.primary)
    adapter = link.get(config.interface) if config else None
    if config is None or adapter is None:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    if adapter.carrier is not True:
        raise CannotRun(NotRunReason.NO_LINK)
    if adapter.kind not in (InterfaceKind.ETHERNET, InterfaceKind.WIFI):
        raise CannotRun(NotRunReason.NO_INTERFACE)
    return adapter, config


def own_address(config: IpConfig) -> ipaddress.IPv4Interface:
    """The adapter's own IPv4 address with its network."""
    for each in config.v4():
        found = ipaddress.IPv4Interface(f"{each.address}/{each.prefix}")
        if not found.ip.is_link_local:
            return found
    raise CannotRun(NotRunReason.NO_ADDRESS)
