"""``dns.isp``: the operator's own resolvers, asked past the box."""

from __future__ import annotations

import contextlib
import ipaddress

from probes.framework import ProbeContext, probe
from probes.names import outside_questions
from probes.wire.dnsask import Server
from probes.wire.dnspath import ask_all
from selfcare.model.payloads.address import AddressPayload, IpConfig, Method
from selfcare.model.payloads.dns import DnsPayload
from selfcare.model.payloads.naming import Path
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import Profile

MAX_SERVERS = 4


@probe(
    ProbeSpec(
        id="dns.isp",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces", "addr.lease"),
        answers=("isp_resolver_answers",),
        cost=ProbeCost(bytes_up=4000, bytes_down=8000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> DnsPayload:
    """Asks the profile's operator resolvers, and those the network handed out that are not the box."""
    addressing = ctx.get("addr.lease", AddressPayload)
    config = addressing.get(addressing.primary) if addressing else None
    servers = operator_servers(ctx.profile, config)
    if not servers:
        raise CannotRun(NotRunReason.OPERATOR_UNKNOWN)
    return await ask_all([Server(address) for address in servers], outside_questions(ctx))


def own_servers(ctx: ProbeContext) -> list[tuple[Path, str]]:
    """The first resolver this PC uses and the first of the operator's, where they are known."""
    addressing = ctx.get("addr.lease", AddressPayload)
    config = addressing.get(addressing.primary) if addressing else None
    servers = [(Path.CONFIGURED, a) for a in (config.resolvers[:1] if config else ())]
    return servers + [(Path.ISP, a) for a in operator_servers(ctx.profile, config)[:1]]


def operator_servers(profile: Profile, config: IpConfig | None) -> tuple[str, ...]:
    """Addresses of the ISP's resolvers, as far as they are known.

    One handed out by the network counts when it is a public address outside the home's
    own prefixes (a box may have a global IPv6 address) and not a well-known public one.
    """
    handed: tuple[str, ...] = ()
    if config is not None:
        handed = config.lease.resolvers if config.lease else ()
        if config.resolvers_method is Method.DHCP:
            handed += config.resolvers
    elsewhere = {resolver.address for resolver in profile.public_resolvers}
    servers = [resolver.address for resolver in profile.operator_resolvers]
    servers += [a for a in handed if a not in elsewhere and _is_outside(a, config)]
    return tuple(dict.fromkeys(servers))[:MAX_SERVERS]


def _is_outside(address: str, config: IpConfig | None) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not parsed.is_global:
        return False
    for own in config.addresses if config else ():
        with contextlib.suppress(ValueError):
            if parsed in ipaddress.ip_network(f"{own.address}/{own.prefix}", strict=False):
                return False
    return True
