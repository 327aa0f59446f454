"""``link.peers``: does the gateway keep its hardware address, and who else routes on this link?

What an ordinary user gets to see of an impostor or an intruder: the kernel's neighbour
table and its announcements, everybody who answers a question to all routers (IPv6), and
whoever answers for an address that boxes have by default, on this cable (IPv4).
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable

from probes.framework import ProbeContext, probe
from probes.hostnet import neighwatch, netlink
from probes.hostnet.gateways import box_config
from probes.names import random_questions
from probes.wire import onlink
from probes.wire.dnsask import Server, ask
from probes.wire.gathering import collect
from probes.wire.multicast import responders
from probes.wire.settled import link_local_settled
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import AddressPayload, IpConfig
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
# Where the boxes of the French operators are unless somebody moved them: Livebox and SFR, Bbox and Freebox, Freebox.
_BOXES = ("192.168.1.1", "192.168.1.254", "192.168.0.254")
# Nobody has this one (RFC 5737): who answers for it answers for everybody.
_NOBODY = "192.0.2.1"


@probe(
    ProbeSpec(
        id="link.peers",
        version=1,
        layer=Layer.LINK,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=(
            "gateway_mac_changed",
            "gateway_mac_agrees",
            "other_router_on_link",
            "other_router_reaches_outside",
            "box_elsewhere_on_link",
        ),
        cost=ProbeCost(bytes_up=1500, bytes_down=2500),
        platforms=frozenset({Platform.LINUX}),
        time_limit_ms=4700,
    )
)
async def measure(ctx: ProbeContext) -> PeersPayload:
    """Listens 0.45 s, once this PC can be answered; 0.7 s more only if somebody else routes here."""
    addressing = ctx.need("addr.lease", AddressPayload)
    link = ctx.need("link.interfaces", LinkPayload)
    config = box_config(addressing, ctx.get("route.table", RoutePayload), link)
    adapter = link.get(config.interface if config else addressing.primary)
    if adapter is None:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    if not adapter.carrier:
        raise CannotRun(NotRunReason.NO_LINK)
    if (own := addressing.get(adapter.name)) is not None:
        await link_local_settled(own, adapter.index)  # without one the question over IPv4 is still worth it
    try:
        return await _look(ctx, adapter, config)
    except (OSError, ImportError) as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error


async def _look(ctx: ProbeContext, adapter: Interface, config: IpConfig | None) -> PeersPayload:
    gateway = config.gateway4 if config else None
    mine = {a.address for a in config.v4()} if config else set()
    known = [a for a in _BOXES if a != gateway and a not in mine]
    started = time.monotonic()
    watch = neighwatch.open_watch()
    try:
        before = await in_thread(netlink.neighbours, adapter.index)
        # The gateway too: who it is must be known before anybody can be called another.
        knocked = bool(mine) and gateway is not None and onlink.knock(adapter.name, (gateway, *known, _NOBODY))
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
    boxes = _others(onlink.holders(after, (*known, _NOBODY)), macs) if knocked and macs else None
    # One of our own network is a router only if it answers as one; it may be any machine of the home.
    candidates = [LinkRouter(a, table.get(a), False) for a in boxes or () if config and _own_network(config, a)]
    resolved = await _resolving(ctx, adapter.name, [*found, *candidates])
    routers = tuple(r for r in resolved if ":" in r.address or r.resolves is not None)
    return PeersPayload(
        interface=adapter.name,
        gateway=gateway,
        gateway_macs=macs,
        same_mac=_same(table.items(), gateway, macs),
        asked=asked,
        routers=routers,
        listened_s=round(listened, 3),
        boxes=boxes,
    )


def _others(holders: dict[str, str], gateway_macs: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are neither the gateway under a second address nor a machine that answers for everybody."""
    ignored = {*gateway_macs, holders.get(_NOBODY)}
    return tuple(address for address, mac in holders.items() if mac not in ignored)


def _own_network(config: IpConfig, address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return any(parsed in ipaddress.ip_network(f"{a.address}/{a.prefix}", strict=False) for a in config.v4())


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
