"""Before a deep check: says what it may send and how much, and asks."""

from __future__ import annotations

import sys

from selfcare.app.deep import DeepCost, deep_cost
from selfcare.app.numbers import amount
from selfcare.app.options import CheckOptions
from selfcare.app.services import Services
from selfcare.i18n import Catalogue


def given(options: CheckOptions, services: Services, assume: bool) -> bool:
    """Prints the cost of a deep check; True if the person agrees (or ``--yes`` was given).

    On a metered connection only ``--yes`` will do: a hasty "o" must not cost money.
    """
    text = services.catalogue.text
    profile = options.profile or services.profile_in_use()
    _tell(deep_cost(services.probes(), profile, options), services.catalogue)
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


def _tell(cost: DeepCost, catalogue: Catalogue) -> None:
    text = catalogue.text
    up, down = amount(catalogue, cost.bytes_up), amount(catalogue, cost.bytes_down)
    lines = [text("cli.deep.cost", up=up, down=down, seconds=cost.seconds)]
    for probe in cost.deep:
        title = catalogue.first(f"probe.{probe.id}", probe.id)
        bytes_of = {"up": amount(catalogue, probe.cost.bytes_up), "down": amount(catalogue, probe.cost.bytes_down)}
        lines.append(text("cli.deep.probe", title=title, **bytes_of))
        if probe.cost.loads_line and cost.server is not None:
            lines.append(text("cli.deep.loads", server=cost.server))
    sys.stderr.write("\n".join(lines if cost.deep else [*lines, text("cli.deep.none")]) + "\n")
