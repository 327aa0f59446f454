"""``path.hops``: who answers on the way out, and who is the first beyond the home."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import replace

from probes.framework import ProbeContext, probe
from probes.hostnet.gateways import box_config
from probes.wire.threads import in_thread
from probes.wire.ttl import IcmpError, trace
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.path import Hop, HopAnswer, HopKind, PathPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec

DEADLINE_S = 1.0
GRACE_S = 0.15
MAX_TTL = 6
_CGNAT = ipaddress.IPv4Network("100.64.0.0/10")
_TIME_EXCEEDED, _UNREACHABLE = 11, 3
# Codes of ICMP "destination unreachable".
_CODES = {
    0: HopAnswer.NET_UNREACHABLE,
    1: HopAnswer.HOST_UNREACHABLE,
    2: HopAnswer.DESTINATION,
    3: HopAnswer.DESTINATION,
    6: HopAnswer.NET_UNREACHABLE,
    7: HopAnswer.HOST_UNREACHABLE,
    9: HopAnswer.ADMIN_PROHIBITED,
    10: HopAnswer.ADMIN_PROHIBITED,
    13: HopAnswer.ADMIN_PROHIBITED,
}
_REFUSALS = (HopAnswer.NET_UNREACHABLE, HopAnswer.HOST_UNREACHABLE, HopAnswer.ADMIN_PROHIBITED)


@probe(
    ProbeSpec(
        id="path.hops",
        version=1,
        layer=Layer.PATH,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("beyond_box_answers",),
        cost=ProbeCost(bytes_up=1500, bytes_down=3000),
        platforms=frozenset({Platform.LINUX, Platform.WINDOWS}),
        time_limit_ms=2000,
    )
)
async def measure(ctx: ProbeContext) -> PathPayload:
    """Six lives at once towards an anchor, a second anchor if the first is called unreachable. At most 1 s."""
    targets = [anchor.address for anchor in ctx.profile.anchors if ":" not in anchor.address][:2]
    if not targets:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    addressing = ctx.need("addr.lease", AddressPayload)
    routing = ctx.get("route.table", RoutePayload)
    config = box_config(addressing, routing, ctx.get("link.interfaces", LinkPayload))
    gateway = config.gateway4 if config else None
    # Past a VPN: the way of interest is the one through the box.
    tunnelled = routing is not None and routing.owner4 in routing.tunnels
    device = config.interface if tunnelled and config else None

    end = time.monotonic() + DEADLINE_S
    payload = await _trace(targets[0], gateway, device, DEADLINE_S, ctx.platform)
    refused = any(hop.answer in _REFUSALS for hop in payload.hops) and not payload.reached
    if refused and len(targets) > 1 and (left := end - time.monotonic()) > 0.1:
        other = await _trace(targets[1], gateway, device, left, ctx.platform)
        if other.reached or (other.first_isp_hop and not payload.first_isp_hop):
            payload = other
    return replace(payload, operator_network=in_networks(payload.hops, ctx.profile.networks))


def in_networks(hops: tuple[Hop, ...], networks: tuple[str, ...]) -> bool | None:
    """Whether the nearest public router is one of the operator's own; None where that cannot be said."""
    near = next((h.address for h in hops if h.kind is HopKind.PUBLIC and h.answer is HopAnswer.TIME_EXCEEDED), None)
    if near is None:
        return None
    return any(ipaddress.ip_address(near) in ipaddress.ip_network(n) for n in networks) or None


async def _trace(
    target: str, gateway: str | None, device: str | None, deadline: float, platform: Platform
) -> PathPayload:
    if platform is Platform.WINDOWS:
        if device is not None:
            # Windows' echo requests take the way of the routes: into the tunnel.
            raise CannotRun(NotRunReason.UNSUPPORTED_PLATFORM)
        return await _windows(target, gateway, deadline)

    def settled(heard: dict[int, IcmpError]) -> float | None:
        hops = describe(heard, target, gateway)
        return GRACE_S if _reached(hops) or first_isp_hop(hops) else None

    heard, error = await trace(target, MAX_TTL, deadline, settled, device)
    if isinstance(error, PermissionError):
        raise CannotRun(NotRunReason.PERMISSION_DENIED)
    if error is not None:
        raise CannotRun(NotRunReason.NO_ROUTE)
    hops = describe(heard, target, gateway)
    return PathPayload(target, "udp_ttl", hops, _reached(hops), first_isp_hop(hops))


def describe(heard: dict[int, IcmpError], target: str, gateway: str | None) -> tuple[Hop, ...]:
    """One line per TTL, up to the one that reached the target."""
    hops = []
    for ttl in range(1, MAX_TTL + 1):
        error = heard.get(ttl)
        answer = _answer(error, target)
        if error is None or answer is HopAnswer.SILENT:
            hops.append(Hop(ttl, None, HopKind.SILENT, HopAnswer.SILENT))
            continue
        hops.append(Hop(ttl, error.address, classify(error.address, ttl, gateway), answer, error.rtt_ms))
        if answer is HopAnswer.DESTINATION:
            break
    return tuple(hops)


def _answer(error: IcmpError | None, target: str) -> HopAnswer:
    if error is None:
        return HopAnswer.SILENT
    if error.icmp_type == _TIME_EXCEEDED:
        return HopAnswer.TIME_EXCEEDED
    if error.icmp_type != _UNREACHABLE:
        return HopAnswer.SILENT
    if error.address == target:
        # The target itself spoke, whatever it said.
        return HopAnswer.DESTINATION
    answer = _CODES.get(error.icmp_code, HopAnswer.HOST_UNREACHABLE)
    # "Port unreachable" from another than the target is a router that rejects.
    return HopAnswer.ADMIN_PROHIBITED if answer is HopAnswer.DESTINATION else answer


def classify(address: str, ttl: int, gateway: str | None) -> HopKind:
    """What kind of place an address is; the first private hop is the box even if its address is not known."""
    parsed = ipaddress.IPv4Address(address)
    if address == gateway:
        return HopKind.GATEWAY
    if parsed in _CGNAT:
        return HopKind.CGNAT
    if parsed.is_private:
        return HopKind.GATEWAY if ttl == 1 and gateway is None else HopKind.PRIVATE
    return HopKind.PUBLIC


def first_isp_hop(hops: tuple[Hop, ...]) -> str | None:
    """The nearest router that cannot be in the home; private addresses may be another router of the home.

    Where all routers are silent the target is the first that speaks: it is nobody's first hop.
    """
    for hop in hops:
        if hop.kind in (HopKind.CGNAT, HopKind.PUBLIC) and hop.ttl > 1 and hop.answer is not HopAnswer.DESTINATION:
            return hop.address
    return None


def _reached(hops: tuple[Hop, ...]) -> bool:
    return any(hop.answer is HopAnswer.DESTINATION for hop in hops)


# Windows' own numbers for the same messages.
_IP_SUCCESS, _IP_NET, _IP_HOST, _IP_TTL_EXPIRED = 0, 11002, 11003, 11013


async def _windows(target: str, gateway: str | None, deadline: float) -> PathPayload:
    """By echo requests with short lives."""
    from probes.wire.gathering import collect
    from probes.wire.icmp_windows import send_echo

    async def one(ttl: int) -> tuple[int, tuple[str, int, float] | None]:
        try:
            return ttl, await in_thread(send_echo, target, int(deadline * 1000), ttl)
        except (OSError, AttributeError):
            return ttl, None

    kinds = {_IP_SUCCESS: (3, 3), _IP_NET: (3, 0), _IP_HOST: (3, 1), _IP_TTL_EXPIRED: (11, 0)}
    heard = {}
    for ttl, reply in await collect(
        [one(ttl) for ttl in range(1, MAX_TTL + 1)],
        deadline=deadline,
        # The target has answered: nearer hops that are silent so far get a moment more.
        settled=lambda so_far: any(r is not None and r[1] == _IP_SUCCESS for _, r in so_far),
        grace=GRACE_S,
    ):
        if reply is not None and reply[1] in kinds:
            heard[ttl] = IcmpError(ttl, reply[0], *kinds[reply[1]], reply[2])
    hops = describe(heard, target, gateway)
    return PathPayload(target, "icmp_ttl", hops, _reached(hops), first_isp_hop(hops))
