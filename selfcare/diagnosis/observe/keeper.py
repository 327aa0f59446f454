"""Whether the machine that has the gateway's address is the box: what only a box, or some router, does there.

Whoever else has that address (a file server set up by hand, say) looks like a box whose line is dead: it answers,
and nothing beyond it does.
"""

from __future__ import annotations

from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.addressing import NatPayload, PeersPayload
from selfcare.model.payloads.gateway import GatewayPayload, TcpAnswer
from selfcare.model.payloads.path import HopAnswer, PathPayload
from selfcare.model.tri import Tri

SOURCES: dict[str, str] = {"gateway_routes": "path.hops", "gateway_in_doubt": "lan.arp_watch"}
_DNS_PORT = 53
_ASKED = ("gateway.reach", "dns.box", "path.hops", "nat.path", "link.peers")


def routes(view: View) -> Drawn:
    """Whether the gateway does a box's work: names, a packet's last hop, its outer address, or IPv6 as a router.

    NO needs all of them silent, and a machine there that answers.
    """
    source = _box_work(view)
    if source is not None:
        yield "gateway_routes", Tri.YES, source
    elif view.waiting(*_ASKED) or view.get("path.hops", PathPayload) is None:
        return
    elif view.tri("box_forwarder_alive") is Tri.NO and view.tri("gateway_answers") is Tri.YES:
        yield "gateway_routes", Tri.NO, "path.hops"


def _box_work(view: View) -> str | None:
    """The measurement that saw it, if any did."""
    if view.tri("box_forwarder_alive") is Tri.YES:
        return "dns.box"
    reach = view.get("gateway.reach", GatewayPayload)
    if reach is not None and any(t.port == _DNS_PORT and t.answer is TcpAnswer.OPEN for t in reach.tcp):
        return "gateway.reach"
    path = view.get("path.hops", PathPayload)
    gateways = view.gateways()
    if path is not None and any(h.address in gateways and h.answer is not HopAnswer.SILENT for h in path.hops):
        return "path.hops"
    nat = view.get("nat.path", NatPayload)
    if nat is not None and nat.result is not None:
        return "nat.path"
    peers = view.get("link.peers", PeersPayload)
    if peers is not None and any(r.is_gateway for r in peers.routers):
        return "link.peers"
    return None


def doubt(view: View) -> Drawn:
    """Whether a dead line and a stranger at the gateway's address look the same here.

    Not where our own packets may not get there, or go elsewhere on purpose.
    """
    genuine, own = view.tri("gateway_genuine"), view.tri("gateway_routes")
    if genuine is Tri.NO:
        yield "gateway_in_doubt", Tri.YES, view.facts["gateway_genuine"].measurement
    elif genuine is Tri.YES:
        # Its work alone clears nobody: a wrong router at the box's address does it too, and has no line.
        yield "gateway_in_doubt", Tri.NO, view.facts["gateway_genuine"].measurement
    elif own is Tri.NO and view.tri("outside_answers") is Tri.NO and not _unheard(view):
        yield "gateway_in_doubt", Tri.YES, view.facts["gateway_routes"].measurement


def _unheard(view: View) -> bool:
    """What this PC says does not reach the gateway, or is not meant for it."""
    elsewhere = ("tunnel_owns_default", "gateway_off_lease", "route_misdirected", "loss_heavy")
    stopped = view.waiting("pc.firewall") or view.tri("pc_lets_through") is Tri.NO
    return stopped or any(view.tri(fact) is Tri.YES for fact in elsewhere)


OBSERVERS = (routes, doubt)
