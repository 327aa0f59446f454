"""Facts about who else is on the link, shared addresses, packet sizes and IPv6.

What the raw socket hears and what an ordinary user gets to see are separate facts; the
symptoms are concluded from both.
"""

from __future__ import annotations

import ipaddress

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe import keeper, packets
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.address import Activation, IpConfig, Method
from selfcare.model.payloads.addressing import (
    ArpWatchPayload,
    ConflictPayload,
    DhcpClientPayload,
    DhcpServersPayload,
    DiscoveryPayload,
    NatPayload,
    PeersPayload,
)
from selfcare.model.payloads.gateway import GatewayPayload
from selfcare.model.payloads.path import Hop, HopAnswer, PathPayload
from selfcare.model.tri import Tri

# Whose NO a subscriber notices, or should hear of, although pages still come.
SYMPTOMS: tuple[str, ...] = ("address_unique", "lease_trusted", "gateway_genuine", *packets.SYMPTOMS)
SOURCES: dict[str, str] = {
    "dhcp_client_absent": "pc.dhcp_client",
    "address_conflict": "lan.conflict",
    "address_unique": "lan.conflict",
    "several_dhcp_servers": "lan.dhcp_servers",
    "lease_from_elsewhere": "addr.lease",
    "lease_trusted": "lan.dhcp_servers",
    "other_router_on_link": "link.peers",
    "other_router_reaches_outside": "link.peers",
    "box_elsewhere_on_link": "link.peers",
    "gateway_mac_changed": "link.peers",
    "gateway_mac_agrees": "link.peers",
    "gateway_first_hop": "path.hops",
    "gateway_mac_shared": "link.peers",
    "gateway_claimed_twice": "lan.arp_watch",
    "gateway_genuine": "lan.arp_watch",
    "address_shared": "nat.path",
    "shared_hop_seen": "path.hops",
    "second_nat": "nat.path",
    "lan_hosts_known": "lan.discovery",
    "second_router_near": "path.hops",
    **keeper.SOURCES,
    **packets.SOURCES,
}
# Virtual router redundancy has a hardware address of its own on purpose (RFC 9568, and Cisco's older HSRP).
_REDUNDANT = ("00:00:5e:00:01", "00:00:5e:00:02", "00:00:0c:07:ac", "00:00:0c:9f:f")
_CGNAT = ipaddress.IPv4Network("100.64.0.0/10")
_HOME = ipaddress.IPv4Network("192.168.0.0/16")


def dhcp_client(view: View) -> Drawn:
    """Nobody asks for an address: no client runs, or the one that does leaves this adapter alone."""
    payload = view.get("pc.dhcp_client", DhcpClientPayload)
    if payload is None:
        return
    others = [c for c in payload.clients if c != "NetworkManager"]
    ignored = payload.managed is False and not others
    yield "dhcp_client_absent", Tri.of(not payload.clients or ignored), "pc.dhcp_client"


def conflict(view: View) -> Drawn:
    """Somebody else has this PC's address: heard by ARP, or the kernel's and NetworkManager's own finding."""
    config = view.config()
    heard = view.get("lan.conflict", ConflictPayload)
    flagged = config is not None and (config.conflict or any(a.duplicate for a in config.addresses))
    if flagged or (heard is not None and heard.macs):
        source = "lan.conflict" if heard is not None and heard.macs else "addr.lease"
        yield "address_conflict", Tri.YES, source
        yield "address_unique", Tri.NO, source
    elif config is not None and _withheld(config):
        yield "address_conflict", Tri.YES, "addr.lease"
    elif config is not None and not view.waiting("lan.conflict"):
        yield "address_conflict", Tri.NO, "lan.conflict" if heard is not None else "addr.lease"
        if heard is not None:
            yield "address_unique", Tri.YES, "lan.conflict"


def _withheld(config: IpConfig) -> bool:
    """A manual address needs no waiting: it is kept back only when somebody else was found to have it."""
    waits = config.method4 is Method.MANUAL and config.activation is Activation.ACQUIRING and not config.v4()
    return waits and (config.acquiring_s or 0.0) >= thresholds.MANUAL_PATIENCE_S


def peers(view: View) -> Drawn:
    """What the neighbour table and the routers of the link say about the gateway."""
    payload = view.get("link.peers", PeersPayload)
    if payload is None:
        return
    macs = {*payload.gateway_macs, *_mac_reached(view, payload)}
    redundant = any(mac.startswith(_REDUNDANT) for mac in macs)
    if payload.gateway_macs and not redundant:
        yield "gateway_mac_changed", Tri.of(len(macs) > 1), "link.peers"
        known = [r.is_gateway for r in payload.routers if r.is_gateway is not None]
        if known and len(set(known)) == 1:
            # Where some agree and some do not, either kind may be the stranger.
            yield "gateway_mac_agrees", Tri.of(known[0]), "link.peers"
    others = [r for r in payload.routers if r.is_gateway is False]
    if others:
        yield "other_router_on_link", Tri.YES, "link.peers"
        told = [r.resolves for r in others if r.resolves is not None]
        yield "other_router_reaches_outside", Tri.of(any(told)) if told else Tri.UNKNOWN, "link.peers"
    elif payload.asked and payload.routers and all(r.is_gateway for r in payload.routers):
        # The gateway itself answered, so others could have. Where nobody does, they may speak no IPv6.
        yield "other_router_on_link", Tri.NO, "link.peers"


def _mac_reached(view: View, table: PeersPayload) -> set[str]:
    """The hardware address the gateway had when it was asked whether it is there, a moment before or after."""
    reach = view.get("gateway.reach", GatewayPayload)
    same = reach is not None and reach.gateway == table.gateway and reach.interface == table.interface
    return {reach.mac} if reach is not None and same and reach.mac else set()


def elsewhere(view: View) -> Drawn:
    """Whether something on this cable has the usual address of a box, in a network that is not this PC's."""
    payload = view.get("link.peers", PeersPayload)
    if payload is not None and payload.boxes is not None:
        foreign = [a for a in payload.boxes if not _own_network(view, a)]
        yield "box_elsewhere_on_link", Tri.of(bool(foreign)), "link.peers"


def first_hop(view: View) -> Drawn:
    """Whether our packets go to the gateway itself, or through somebody else on our own network first."""
    payload = view.get("path.hops", PathPayload)
    if payload is None or len(payload.hops) < 2:
        return
    first, second = payload.hops[0], payload.hops[1]
    gateways = view.gateways()
    if first.address in gateways:
        yield "gateway_first_hop", Tri.YES, "path.hops"
    elif _passed_on(first) and second.address in gateways and _own_network(view, first.address):
        yield "gateway_first_hop", Tri.NO, "path.hops"
        table = view.get("link.peers", PeersPayload)
        if table is not None and table.gateway_macs:
            # The machine in between is the very one that has the gateway's address in our table.
            yield "gateway_mac_shared", Tri.of(first.address in table.same_mac), "link.peers"


def _passed_on(hop: Hop) -> bool:
    return hop.address is not None and hop.answer is HopAnswer.TIME_EXCEEDED


def _own_network(view: View, address: str | None) -> bool:
    config = view.config()
    if config is None or address is None:
        return False
    parsed = ipaddress.ip_address(address)
    return any(parsed in ipaddress.ip_network(f"{a.address}/{a.prefix}", strict=False) for a in config.v4())


def genuine(view: View) -> Drawn:
    """Whether the gateway is who it says: NO needs a contradiction seen, YES its own word on the path."""
    watch = view.get("lan.arp_watch", ArpWatchPayload)
    if watch is not None and watch.macs:
        yield "gateway_claimed_twice", Tri.of(len(watch.macs) > 1), "lan.arp_watch"
    for fact, bad in (
        ("gateway_claimed_twice", Tri.YES),
        ("gateway_mac_changed", Tri.YES),
        ("gateway_first_hop", Tri.NO),
    ):
        if view.tri(fact) is bad:
            yield "gateway_genuine", Tri.NO, view.facts[fact].measurement
            return
    if view.waiting("path.hops", "link.peers", "lan.arp_watch"):
        return
    for fact, good in (
        ("gateway_first_hop", Tri.YES),
        ("gateway_mac_agrees", Tri.YES),
        ("gateway_claimed_twice", Tri.NO),
    ):
        if view.tri(fact) is good:
            yield "gateway_genuine", Tri.YES, view.facts[fact].measurement
            return
    if view.tri("gateway_neighbour") is Tri.NO:
        # Nobody answers for its address at all, so nobody can be pretending.
        yield "gateway_genuine", Tri.YES, "gateway.reach"


def lease(view: View) -> Drawn:
    """Whether the lease comes from the home's own server."""
    config = view.config()
    heard = view.get("lan.dhcp_servers", DhcpServersPayload)
    if config is not None and config.lease is not None and config.lease.server:
        yield "lease_from_elsewhere", Tri.of(config.lease.server not in view.gateways()), "addr.lease"
    if heard is not None and heard.offers:
        yield "several_dhcp_servers", Tri.of(_disagree(heard)), "lan.dhcp_servers"
    if view.waiting("link.peers", "lan.dhcp_servers"):
        return
    several = view.tri("several_dhcp_servers")
    if several is Tri.YES or _leads_nowhere(view):
        yield "lease_trusted", Tri.NO, "lan.dhcp_servers" if several is Tri.YES else "link.peers"
    elif several is Tri.NO:
        yield "lease_trusted", Tri.YES, "lan.dhcp_servers"
    elif view.tri("outside_answers") is Tri.YES and view.tri("configured_depends_on_isp") is Tri.YES:
        # What it sends this PC to leads out, whoever gave it: the router, and no resolver but that one's.
        yield "lease_trusted", Tri.YES, "web.address"
    elif view.tri("box_is_ours") is Tri.YES and _only_box_seen(view):
        # The subscriber's own box is the lease's router, and no other was seen.
        yield "lease_trusted", Tri.YES, "box.status"
    elif view.tri("other_router_on_link") is Tri.NO and view.tri("box_elsewhere_on_link") is Tri.NO:
        # The lease's router is the only one there is, whoever gave the lease.
        yield "lease_trusted", Tri.YES, "link.peers"


def _leads_nowhere(view: View) -> bool:
    """The lease's router leads nowhere, and another router of this cable may be the one that does."""
    other = (view.tri("other_router_reaches_outside"), view.tri("box_elsewhere_on_link"))
    leased = view.tri("address_manual") is Tri.NO and view.tri("operator_alive") is not Tri.YES
    return Tri.YES in other and leased and view.tri("outside_answers") is Tri.NO


def _only_box_seen(view: View) -> bool:
    others = (view.tri("other_router_on_link"), view.tri("box_elsewhere_on_link"))
    return Tri.YES not in others and view.tri("configured_depends_on_isp") is Tri.YES


def _disagree(heard: DhcpServersPayload) -> bool:
    """Two servers that send PCs different ways; a pair that says the same is one server in two machines."""
    servers = {offer.server for offer in heard.offers}
    return len(servers) > 1 and len({(o.routers, o.resolvers) for o in heard.offers}) > 1


def nat(view: View) -> Drawn:
    """Whether the home's IPv4 address is shared by the operator, or translated twice at home."""
    yield from _external(view)
    path = view.get("path.hops", PathPayload)
    if path is None:
        return
    beyond = [h for h in path.hops if h.address and h.address not in view.gateways() and h.ttl > 1]
    if any(h.answer is HopAnswer.TIME_EXCEEDED for h in path.hops):
        cgnat = any(ipaddress.IPv4Address(h.address or "0.0.0.0") in _CGNAT for h in beyond)
        yield "shared_hop_seen", Tri.of(cgnat), "path.hops"
    if beyond and view.tri("gateway_first_hop") is Tri.YES:
        yield "second_router_near", Tri.of(_near_home(beyond[0], path.hops[0])), "path.hops"


def _external(view: View) -> Drawn:
    payload = view.get("nat.path", NatPayload)
    if payload is None or payload.external is None:
        return
    external = ipaddress.IPv4Address(payload.external)
    # Operators also use 10/8 and 172.16/12 on their side: only 192.168/16 is a home for certain.
    if external in _CGNAT or view.tri("ipv4_shared_by_box") is not Tri.YES:
        # Where the ports of a public address are shared out, the address itself does not show it.
        yield "address_shared", Tri.of(external in _CGNAT), "nat.path"
    if external in _HOME or not external.is_private:
        yield "second_nat", Tri.of(external in _HOME), "nat.path"


def _near_home(hop: Hop, gateway: Hop) -> bool:
    """Operators number their routers from 10/8 and 100.64/10, hardly from 192.168/16, and theirs are further away."""
    if hop.rtt_ms is None or gateway.rtt_ms is None:
        return False
    # Against the gateway's own answer: a busy PC delays both alike.
    near = hop.rtt_ms - gateway.rtt_ms < thresholds.HOME_HOP_MS
    return near and hop.ttl == 2 and ipaddress.IPv4Address(hop.address or "0.0.0.0") in _HOME


def discovery(view: View) -> Drawn:
    """Whether the machines of the home are known; who they are is for the reader, not for the rules."""
    payload = view.get("lan.discovery", DiscoveryPayload)
    if payload is not None:
        yield "lan_hosts_known", Tri.of(bool(payload.hosts)), "lan.discovery"


# Who speaks for the box must be known before it is believed.
EARLY = (elsewhere,)
OBSERVERS = (dhcp_client, conflict, peers, first_hop, genuine, lease, nat, discovery, *packets.OBSERVERS)
