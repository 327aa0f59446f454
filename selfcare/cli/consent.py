"""Before a deep check: says what it may send and how much, and asks."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from selfcare.app.options import CheckOptions
from selfcare.app.services import Services
from selfcare.cli.amounts import amount
from selfcare.model.probe import ProbeSpec, Tier
from selfcare.model.profile import Profile

SPEED_SERVER = "speed_server"
"""What a probe that fills the line ``needs`` of the profile."""


def given(options: CheckOptions, services: Services, assume: bool) -> bool:
    """Prints the cost of a deep check; True if the person agrees (or ``--yes`` was given).

    On a metered connection only ``--yes`` will do: a hasty "o" must not cost money.
    """
    text = services.catalogue.text
    profile = options.profile or services.profile_in_use()
    chosen = [p for p in affordable(services.probes(), profile) if not options.only or p.id in options.only]
    _tell(chosen, options, services, profile)
    if assume:
        return True
    if services.metered():
        sys.stderr.write(text("cli.deep.metered") + "\n")
        return False
    if not sys.stdin.isatty():
        sys.stderr.write(text("cli.deep.no_terminal") + "\n")
        return False
    sys.stderr.write(text("cli.deep.question") + " ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("o", "oui", "y", "yes")


def affordable(probes: Sequence[ProbeSpec], profile: Profile) -> list[ProbeSpec]:
    """The probes that can run with this profile: without a speed server nothing fills the line."""
    return [p for p in probes if SPEED_SERVER not in p.needs or profile.speed_servers]


def _tell(chosen: Sequence[ProbeSpec], options: CheckOptions, services: Services, profile: Profile) -> None:
    text, catalogue = services.catalogue.text, services.catalogue
    up = amount(sum(p.cost.bytes_up for p in chosen), catalogue)
    down = amount(sum(p.cost.bytes_down for p in chosen), catalogue)
    lines = [text("cli.deep.cost", up=up, down=down, seconds=int(options.limit_s))]
    deep = [p for p in chosen if p.tier is Tier.DEEP]
    for probe in deep:
        title = catalogue.first(f"probe.{probe.id}", probe.id)
        cost = {"up": amount(probe.cost.bytes_up, catalogue), "down": amount(probe.cost.bytes_down, catalogue)}
        lines.append(text("cli.deep.probe", title=title, **cost))
        if probe.cost.loads_line and profile.speed_servers:
            lines.append(text("cli.deep.loads", server=profile.speed_servers[0].host))
    sys.stderr.write("\n".join(lines if deep else [*lines, text("cli.deep.none")]) + "\n")
