"""Which next hop is the box."""

from __future__ import annotations

import ipaddress

from selfcare.model.payloads.address import AddressPayload, IpConfig
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import RoutePayload


def box_config(addressing: AddressPayload, routing: RoutePayload | None, link: LinkPayload | None) -> IpConfig | None:
    """The configuration through which the home's box is reached.

    The primary adapter's, if it knows a gateway; else that of the adapter that owns the
    default route, unless it is a tunnel (its gateway is not the box).
    """
    primary = addressing.get(addressing.primary)
    if primary is not None and (primary.gateway4 or primary.gateway6):
        return primary
    for owner in (routing.owner4, routing.owner6) if routing else ():
        adapter = link.get(owner) if link else None
        config = addressing.get(owner)
        if config is None or (adapter is not None and adapter.kind is InterfaceKind.TUNNEL):
            continue
        if config.gateway4 or config.gateway6:
            return config
    return None


def in_own_subnet(gateway: str, config: IpConfig) -> bool | None:
    """Whether a gateway lies in a prefix of its interface; None where there is no address to compare."""
    target = ipaddress.ip_address(gateway.partition("%")[0])
    own = [a for a in config.addresses if a.family == target.version]
    if not own:
        return None
    return any(target in ipaddress.ip_network(f"{a.address}/{a.prefix}", strict=False) for a in own)
