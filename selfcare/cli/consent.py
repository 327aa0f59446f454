"""Before a deep check: says what it may send and how much, and asks."""

from __future__ import annotations

import sys

from selfcare.app.options import CheckOptions
from selfcare.app.services import Services
from selfcare.model.probe import Tier


def given(options: CheckOptions, services: Services, assume: bool) -> bool:
    """Prints the cost of a deep check; True if the person agrees (or ``--yes`` was given)."""
    text = services.catalogue.text
    chosen = [p for p in services.probes() if not options.only or p.id in options.only]
    up = sum(p.cost.bytes_up for p in chosen)
    down = sum(p.cost.bytes_down for p in chosen)
    deep = [p.id for p in chosen if p.tier is Tier.DEEP]
    sys.stderr.write(
        text("cli.deep.cost", up=up // 1000 + 1, down=down // 1000 + 1, seconds=int(options.limit_s)) + "\n"
    )
    if not deep:
        sys.stderr.write(text("cli.deep.none") + "\n")
    if assume:
        return True
    if not sys.stdin.isatty():
        sys.stderr.write(text("cli.deep.no_terminal") + "\n")
        return False
    sys.stderr.write(text("cli.deep.question") + " ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("o", "oui", "y", "yes")
