"""``link.peers``: does the gateway keep its hardware address, and who else routes on this link?

What an ordinary user gets to see of an impostor or an intruder: the kernel's neighbour
table and its announcements, and everybody who answers a question to all routers.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable

from probes.framework import ProbeContext, probe
from probes.hostnet import neighwatch, netlink
from probes.hostnet.gateways import box_config
from probes.names import random_questions
from probes.wire.dnsask import Server, ask
from probes.wire.gathering import collect
from probes.wire.multicast import responders
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.addressing import LinkRouter, PeersPayload
from selfcare.model.payloads.dns import DnsStatus
from selfcare.model.payloads.link import Interface, LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec

# Routers answer in a few ms; over Wi-Fi a multicast may wait for the next beacon but one.
LISTEN_S = 0.45
DNS_S = 0.7
_ALL_ROUTERS = "ff02::2"
# More answers than this is not a home network; the rest would tell nothing new.
_MAX_ROUTERS = 8
_RESOLVED = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)


@probe(
    ProbeSpec(
        id="link.peers",
        version=1,
        layer=Layer.LINK,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("gateway_mac_changed", "gateway_mac_agrees", "other_router_on_link", "other_router_reaches_outside"),
        cost=ProbeCost(bytes_up=1500, bytes_down=2500),
        platforms=frozenset({Platform.LINUX}),
        time_limit_ms=2500,
    )
)
async def measure(ctx: ProbeContext) -> PeersPayload:
    """Listens 0.45 s; 0.7 s more only if somebody else routes here."""
    addressing = ctx.need("addr.lease", AddressPayload)
    link = ctx.need("link.interfaces", LinkPayload)
    config = box_config(addressing, ctx.get("route.table", RoutePayload), link)
    adapter = link.get(config.interface if config else addressing.primary)
    if adapter is None:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    if not adapter.carrier:
        raise CannotRun(NotRunReason.NO_LINK)
    try:
        return await _look(ctx, adapter, config.gateway4 if config else None)
    except (OSError, ImportError) as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error


async def _look(ctx: ProbeContext, adapter: Interface, gateway: str | None) -> PeersPayload:
    started = time.monotonic()
    watch = neighwatch.open_watch()
    try:
        before = await in_thread(netlink.neighbours, adapter.index)
        asked, answered = await responders(f"{_ALL_ROUTERS}%{adapter.name}", LISTEN_S)
        after = await in_thread(netlink.neighbours, adapter.index)
        changes = neighwatch.drain(watch)
        listened = time.monotonic() - started
    finally:
        watch.close()
    seen = [(e.address, e.mac) for e in before]
    seen += [(c.address, c.mac) for c in changes if c.index == adapter.index]
    seen += [(e.address, e.mac) for e in after]
    macs = tuple(dict.fromkeys(mac for address, mac in seen if mac and address == gateway))
    table = {e.address: e.mac for e in after}
    found = [_router(address, table.get(address), macs) for address in answered[:_MAX_ROUTERS]]
    return PeersPayload(
        interface=adapter.name,
        gateway=gateway,
        gateway_macs=macs,
        same_mac=_same(table.items(), gateway, macs),
        asked=asked,
        routers=await _resolving(ctx, adapter.name, found),
        listened_s=round(listened, 3),
    )


def _same(table: Iterable[tuple[str, str | None]], gateway: str | None, macs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(a for a, mac in table if mac in macs and a != gateway and ":" not in a))


def _router(address: str, mac: str | None, gateway_macs: tuple[str, ...]) -> LinkRouter:
    mac = mac or mac_of(address)
    return LinkRouter(address, mac, mac in gateway_macs if mac and gateway_macs else None)


def mac_of(address: str) -> str | None:
    """The hardware address inside a link-local address made from it (EUI-64), if it is one."""
    raw = ipaddress.IPv6Address(address.partition("%")[0]).packed[8:]
    if raw[3:5] != b"\xff\xfe":
        return None
    return (bytes((raw[0] ^ 2,)) + raw[1:3] + raw[5:]).hex(":")


async def _resolving(ctx: ProbeContext, interface: str, found: list[LinkRouter]) -> tuple[LinkRouter, ...]:
    """Asks the name service of those that are not the gateway: a living line behind one of them tells much."""
    questions = random_questions(ctx, 1)

    async def one(router: LinkRouter) -> LinkRouter:
        if router.is_gateway is not False or not questions:
            return router
        answer = await ask(Server(f"{router.address}%{interface}"), questions[0], DNS_S)
        told = answer.status in _RESOLVED
        heard = told or answer.rtt_ms is not None
        return LinkRouter(router.address, router.mac, False, told if heard else None)

    return tuple(await collect([one(r) for r in found], deadline=DNS_S + 0.2))
