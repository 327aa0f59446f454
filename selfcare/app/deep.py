"""What a deep check may cost, for the question that comes before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selfcare.app.options import CheckOptions
from selfcare.diagnosis import thresholds
from selfcare.model.payloads.capacity import Load
from selfcare.model.probe import ProbeSpec, Tier
from selfcare.model.profile import Profile

SPEED_SERVER = "speed_server"
"""What a probe that fills the line ``needs`` of the profile."""


@dataclass(frozen=True, slots=True)
class DeepCost:
    """Upper bounds of one deep check. ``deep`` are the measurements an ordinary check leaves out.

    ``server`` is the machine that helps to fill the line; None: the line is not filled.
    """

    bytes_up: int
    bytes_down: int
    seconds: int
    deep: tuple[ProbeSpec, ...]
    server: str | None


def affordable(probes: Sequence[ProbeSpec], profile: Profile) -> list[ProbeSpec]:
    """The probes that can run with this profile: without a speed server nothing fills the line."""
    return [p for p in probes if SPEED_SERVER not in p.needs or profile.speed_servers]


def deep_cost(probes: Sequence[ProbeSpec], profile: Profile, options: CheckOptions) -> DeepCost:
    """What this check may send and receive, at most."""
    chosen = [p for p in affordable(probes, profile) if not options.only or p.id in options.only]
    loads = any(p.cost.loads_line for p in chosen) and bool(profile.speed_servers)
    return DeepCost(
        sum(p.cost.bytes_up for p in chosen),
        sum(p.cost.bytes_down for p in chosen),
        int(options.limit_s),
        tuple(p for p in chosen if p.tier is Tier.DEEP),
        profile.speed_servers[0].host if loads else None,
    )


def held_back_by_pc(load: Load) -> bool:
    """Whether our own process was the limit, and not the line."""
    return load.cpu_share >= thresholds.BUSY_CPU
