"""Default routes and their owner, as the route payload wants them."""

from __future__ import annotations

from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import Route, RoutePayload

# A VPN covers the whole Internet with two halves, so that the real default route stays.
_HALVES = frozenset({"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "::/1", "8000::/1", "2000::/3"})


def tunnels_up(link: LinkPayload) -> tuple[str, ...]:
    """VPN-like interfaces that are switched on."""
    return tuple(i.name for i in link.interfaces if i.kind is InterfaceKind.TUNNEL and i.admin_up)


def read_linux(link: LinkPayload, anchors4: tuple[str, ...], anchors6: tuple[str, ...]) -> RoutePayload:
    """By netlink, over all routing tables (policy routing VPNs keep theirs aside). Blocking; raises OSError."""
    from probes.hostnet import netlink

    names = {i.index: i.name for i in link.interfaces}
    found = [
        Route(r.family, r.destination, r.gateway, names.get(r.index, str(r.index)), r.metric)
        for r in netlink.routes()
        if r.destination in _HALVES
    ]
    found.sort(key=lambda r: (r.family, r.metric or 0))
    return RoutePayload(
        routes=tuple(dict.fromkeys(found)),
        owner4=_owner(anchors4, names),
        owner6=_owner(anchors6, names),
        tunnels=tunnels_up(link),
    )


def _owner(anchors: tuple[str, ...], names: dict[int, str]) -> str | None:
    """Asks for several addresses: one of them may have a host route of its own."""
    from probes.hostnet import netlink

    owners = [index for index in map(netlink.route_to, anchors) if index is not None]
    if not owners:
        return None
    return names.get(max(owners, key=owners.count))


def read_generic(link: LinkPayload) -> RoutePayload:
    """By netifaces: default routes only, and their order as the system gives it."""
    from probes.hostnet._netifaces import default_gateways

    gateways = default_gateways()
    routes = tuple(
        Route(family, "0.0.0.0/0" if family == 4 else "::/0", gateway, interface, None)
        for family, gateway, interface, _ in gateways
    )

    def owner(wanted: int) -> str | None:
        return next((name for family, _, name, default in gateways if family == wanted and default), None)

    return RoutePayload(routes, owner(4), owner(6), tunnels_up(link))
