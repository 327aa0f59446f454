"""``dns.local``: a resolver on this very computer, where the system is told to ask one."""

from __future__ import annotations

import ipaddress

from probes.framework import ProbeContext, probe
from probes.names import random_questions
from probes.wire.dnsask import Server
from probes.wire.dnsmessage import Question
from probes.wire.dnspath import ask_all
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.dns import DnsPayload, NameKind
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec

DEADLINE_S = 0.6
# Any resolver answers this out of itself, whatever became of the network.
_SELF = Question("localhost", NameKind.LOCAL)


@probe(
    ProbeSpec(
        id="dns.local",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces", "addr.lease"),
        answers=("resolver_local", "local_resolver_listens"),
        cost=ProbeCost(bytes_up=500, bytes_down=800),
        time_limit_ms=1500,
    )
)
async def measure(ctx: ProbeContext) -> DnsPayload:
    """Asks the resolvers at addresses of this computer; an empty payload when there is none."""
    addressing = ctx.get("addr.lease", AddressPayload)
    config = addressing.get(addressing.primary) if addressing else None
    known = config.resolvers if config else ()
    if ctx.platform is not Platform.WINDOWS:
        known = (*await in_thread(_named_in_file), *known)
    elif not known:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
    servers = tuple(dict.fromkeys(address for address in known if _is_here(address)))[:2]
    if not servers:
        return DnsPayload((), ())
    questions = (_SELF, *random_questions(ctx, 1))
    return await ask_all([Server(address) for address in servers], questions, deadline=DEADLINE_S)


def _named_in_file() -> tuple[str, ...]:
    from probes.hostnet import resolvconf

    return resolvconf.named()


def _is_here(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
