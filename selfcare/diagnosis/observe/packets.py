"""Facts about packet sizes and about what IPv6 costs (part of the area of ``observe.addressing``)."""

from __future__ import annotations

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.addressing import Ipv6CostPayload, LargePayload, MtuPayload
from selfcare.model.payloads.gateway import GatewayPayload
from selfcare.model.payloads.link import Interface, LinkPayload
from selfcare.model.tri import Tri

SYMPTOMS: tuple[str, ...] = ("pc_mtu_fits", "large_packets_pass", "ipv6_works", "ipv6_prompt")
SOURCES: dict[str, str] = {
    "pc_mtu_too_small": "link.interfaces",
    "pc_mtu_oversized": "link.interfaces",
    "pc_mtu_fits": "mtu.path",
    "large_packets_pass": "mtu.large",
    "large_packets_lost": "mtu.large",
    "small_segments_pass": "mtu.large",
    "large_reach_box": "mtu.path",
    "path_black_hole": "mtu.path",
    "ipv6_slower": "ipv6.cost",
    "ipv6_prompt": "ipv6.cost",
    "ipv6_impaired": "ipv6.reach",
    "box_answers_ipv6": "gateway.reach",
}


def own_size(view: View) -> Drawn:
    """The packet size this PC is set to."""
    link = view.get("link.interfaces", LinkPayload)
    adapter = link.get(link.primary) if link is not None else None
    if adapter is None or adapter.mtu is None:
        return
    small = adapter.mtu < thresholds.MIN_MTU_BYTES
    over = adapter.mtu > thresholds.STANDARD_MTU_BYTES
    yield "pc_mtu_too_small", Tri.of(small), "link.interfaces"
    yield "pc_mtu_oversized", Tri.of(over), "link.interfaces"
    view.number("pc_mtu_bytes", float(adapter.mtu), "octets", "link.interfaces")
    if small:
        yield "pc_mtu_fits", Tri.NO, "link.interfaces"
    elif not over:
        yield "pc_mtu_fits", Tri.YES, "link.interfaces"
    else:
        yield "pc_mtu_fits", _oversize_passes(view, adapter), "mtu.path"


def _oversize_passes(view: View, adapter: Interface) -> Tri:
    """Packets of the PC's own size are lost on the home network while ordinary ones arrive."""
    payload = view.get("mtu.path", MtuPayload)
    if payload is None or payload.gateway_largest is None:
        return Tri.UNKNOWN
    if payload.gateway_largest >= (adapter.mtu or 0):
        return Tri.YES
    return Tri.NO if payload.gateway_largest <= thresholds.STANDARD_MTU_BYTES else Tri.UNKNOWN


def large(view: View) -> Drawn:
    """Full-size packets on their way out and back; a stall counts only where small ones pass at the same moment."""
    payload = view.get("mtu.large", LargePayload)
    if payload is None or not payload.tries:
        return
    if any(t.passed for t in payload.tries):
        yield "large_packets_pass", Tri.YES, "mtu.large"
        yield "large_packets_lost", Tri.NO, "mtu.large"
        return
    small = [t for t in payload.tries if t.capped_passed]
    if small:
        yield "small_segments_pass", Tri.YES, "mtu.large"
        yield "large_packets_lost", Tri.YES, "mtu.large"
        if not _full_size_seen(view):
            yield "large_packets_pass", Tri.NO, "mtu.large"


def _full_size_seen(view: View) -> bool:
    """Full packets went there and back by echo: what stalled was lost by chance, not for its size."""
    payload = view.get("mtu.path", MtuPayload)
    seen = payload.outside_largest if payload is not None else None
    return payload is not None and seen is not None and seen >= min(payload.link_mtu, thresholds.STANDARD_MTU_BYTES)


def sizes(view: View) -> Drawn:
    """What passed with "do not fragment"."""
    payload = view.get("mtu.path", MtuPayload)
    if payload is None:
        return
    full = min(payload.link_mtu, thresholds.STANDARD_MTU_BYTES)
    if payload.gateway_largest is not None:
        yield "large_reach_box", Tri.of(payload.gateway_largest >= full), "mtu.path"
    if payload.outside_largest is not None:
        view.number("path_mtu_bytes", float(payload.outside_largest), "octets", "mtu.path")
        hole = payload.believed is not None and payload.outside_largest < payload.believed
        yield "path_black_hole", Tri.of(hole), "mtu.path"


def ipv6_cost(view: View) -> Drawn:
    """How much later a connection over IPv6 is than over IPv4."""
    payload = view.get("ipv6.cost", Ipv6CostPayload)
    if payload is None or payload.v4_ms is None:
        return
    if payload.v6_ms is not None:
        extra = payload.v6_ms - payload.v4_ms
        slower = extra > thresholds.IPV6_EXTRA_MS
        view.number("ipv6_extra_ms", max(extra, 0.0), "ms", "ipv6.cost")
        yield "ipv6_slower", Tri.of(slower), "ipv6.cost"
        yield "ipv6_prompt", Tri.of(not slower), "ipv6.cost"


def ipv6_state(view: View) -> Drawn:
    """IPv6 that is offered but does not work as IPv4 does."""
    works, slower = view.tri("ipv6_works"), view.tri("ipv6_slower")
    if works is Tri.NO or slower is Tri.YES:
        yield "ipv6_impaired", Tri.YES, "ipv6.reach" if works is Tri.NO else "ipv6.cost"
    elif view.tri("ipv6_offered") is Tri.NO or works is Tri.YES:
        yield "ipv6_impaired", Tri.NO, "ipv6.reach"
    gateway = view.get("gateway.reach", GatewayPayload)
    if gateway is not None and gateway.gateway6 is not None:
        yield "box_answers_ipv6", Tri.of(gateway.neighbour6), "gateway.reach"


OBSERVERS = (own_size, large, sizes, ipv6_cost, ipv6_state)
