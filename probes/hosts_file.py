"""``hosts.file``: entries that override public names, compared with what the Internet says."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass

from probes.framework import ProbeContext, probe
from probes.hostnet import hostsfile
from probes.web_address import resolve_directly
from probes.wire.gathering import FENCE_S, collect
from probes.wire.tcp import try_tcp
from probes.wire.threads import in_thread
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.routes import HostsCheck, HostsEntry, HostsPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import Profile

DEADLINE_S = 1.2
_RESOLVE_S = 0.7
MAX_CHECKS = 16
_PORTS = (80, 443)


@probe(
    ProbeSpec(
        id="hosts.file",
        version=1,
        layer=Layer.NAME,
        answers=("site_names_true",),
        # Sixteen entries at most: four questions and eight connection attempts each.
        cost=ProbeCost(bytes_up=16_000, bytes_down=16_000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> HostsPayload:
    """Entries for the profile's important names, at most sixteen; sends nothing when none overrides. At most 1.2 s."""
    important = {name.lower() for name in ctx.profile.important_names}
    try:
        entries, total = await in_thread(_read, important)
    except FileNotFoundError:
        return HostsPayload((), 0)
    except OSError as error:
        denied = isinstance(error, PermissionError)
        raise CannotRun(NotRunReason.PERMISSION_DENIED if denied else NotRunReason.SOURCE_UNAVAILABLE) from error
    # Only names of the profile are asked about outside: the others are nobody's business.
    chosen = [entry for entry in entries if entry.important][:MAX_CHECKS]
    checks = await collect([_check(entry, ctx.profile) for entry in chosen], deadline=DEADLINE_S + FENCE_S)
    order = {(entry.name, entry.address): place for place, entry in enumerate(chosen)}
    return HostsPayload(tuple(sorted(checks, key=lambda c: order[c.name, c.address])), total)


def _read(important: set[str]) -> tuple[list[HostsEntry], int]:
    return hostsfile.parse(hostsfile.read(hostsfile.path()), important, (socket.gethostname(),))


@dataclass(slots=True)
class _Findings:
    """Both sides of an entry, as they come in."""

    reachable: bool | None = None
    real: tuple[str, ...] = ()
    real_reachable: bool | None = None


async def _check(entry: HostsEntry, profile: Profile) -> HostsCheck:
    found = _Findings()
    await collect([_entry_side(entry, found), _real_side(entry, profile, found)], deadline=DEADLINE_S + FENCE_S)
    return HostsCheck(
        name=entry.name,
        address=entry.address,
        important=entry.important,
        dns_addresses=found.real,
        differs=entry.address not in found.real if found.real else None,
        reachable=found.reachable,
        real_reachable=found.real_reachable,
    )


async def _entry_side(entry: HostsEntry, found: _Findings) -> None:
    found.reachable = await _takes_web(entry.address, DEADLINE_S)


async def _real_side(entry: HostsEntry, profile: Profile, found: _Findings) -> None:
    started = time.monotonic()
    rrtype = "AAAA" if ":" in entry.address else "A"
    found.real = await resolve_directly(entry.name, profile, _RESOLVE_S, rrtype)
    if found.real:
        left = max(DEADLINE_S - (time.monotonic() - started), 0.1)
        found.real_reachable = await _takes_web(found.real[0], left)


async def _takes_web(address: str, deadline: float) -> bool:
    """Whether an address takes a web connection; a refusal is no web page."""
    tries = await collect(
        [try_tcp(address, port, deadline) for port in _PORTS],
        deadline=deadline + FENCE_S,
        settled=lambda so_far: any(t.answer is TcpAnswer.OPEN for t in so_far),
    )
    return any(t.answer is TcpAnswer.OPEN for t in tries)
