"""``pc.firewall``: does this computer let its own packets out, and the answers in?"""

from __future__ import annotations

from pathlib import Path

from probes.framework import ProbeContext, probe
from probes.hostnet import counters
from probes.hostnet.gateways import box_config
from probes.wire.departure import tcp_fate, udp_fate
from probes.wire.gathering import collect
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.reach import Departure, Fate, FirewallPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec

# The kernel repeats a SYN after one second: only then does it show whether the first one left.
DEADLINE_S = 1.15
GRACE_S = 0.05
WEB_PORTS = (443, 80)
_UDP_PORTS = (53, 443, 123)
_ANCHORS_EACH = 2
_UNITS = Path("/etc/systemd/system")
_FIREWALLS = ("nftables", "firewalld", "ufw", "iptables", "opensnitch", "opensnitchd")


@probe(
    ProbeSpec(
        id="pc.firewall",
        version=1,
        layer=Layer.ADDRESS,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("pc_lets_through",),
        cost=ProbeCost(bytes_up=2500, bytes_down=1500),
        time_limit_ms=2000,
    )
)
async def measure(ctx: ProbeContext) -> FirewallPayload:
    """At once when the web's two ports answer; at most 1.15 s, when nothing does."""
    addressing = ctx.need("addr.lease", AddressPayload)
    routing = ctx.need("route.table", RoutePayload)
    config = box_config(addressing, routing, ctx.get("link.interfaces", LinkPayload))
    anchors = [a.address for a in ctx.profile.anchors]
    targets = [a for a in anchors if ":" not in a][:_ANCHORS_EACH] if _has_default(routing, 4) else []
    if _has_default(routing, 6):
        targets += [a for a in anchors if ":" in a][:1]
    if not targets:
        raise CannotRun(NotRunReason.NO_ROUTE if anchors else NotRunReason.NOT_CONFIGURED)

    before = counters.read() if ctx.platform is Platform.LINUX else None
    tries = [Departure(_family(a), "udp", port, udp_fate(a, port)) for a in targets for port in _UDP_PORTS]
    gateway = config.gateway4 if config else None
    questions = [_tcp(address, port, routing.owner4) for address in targets for port in WEB_PORTS]
    if gateway is not None:
        tries.append(Departure(4, "udp", 53, udp_fate(gateway, 53), inside=True))
        questions.append(_tcp(gateway, 80, None, inside=True))
    tries += await collect(questions, deadline=DEADLINE_S + 0.1, settled=_enough, grace=GRACE_S)
    after = counters.read() if before is not None else None
    return FirewallPayload(tuple(tries), counters.lost_between(before, after), tools())


def _has_default(routing: RoutePayload, family: int) -> bool:
    owner = routing.owner4 if family == 4 else routing.owner6
    return owner is not None or any(r.family == family for r in routing.routes)


def _family(address: str) -> int:
    return 6 if ":" in address else 4


async def _tcp(address: str, port: int, device: str | None, inside: bool = False) -> Departure:
    return Departure(_family(address), "tcp", port, await tcp_fate(address, port, DEADLINE_S, device), inside)


def _enough(tries: list[Departure]) -> bool:
    """Both ports of the web answered from outside over one family."""
    answered = {t.port for t in tries if t.fate is Fate.ANSWERED and not t.inside}
    return answered >= set(WEB_PORTS)


def tools() -> tuple[str, ...]:
    """Firewalls that start with the computer, by their systemd units; the rules themselves only root may read."""
    try:
        started = {unit.stem for unit in _UNITS.glob("*.wants/*.service")}
    except OSError:
        return ()
    return tuple(name for name in _FIREWALLS if name in started)
