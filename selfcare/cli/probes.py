"""``selfcare probes``: what can be measured, what it needs and costs."""

from __future__ import annotations

import argparse
import json
from typing import Any

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.probe import ProbeSpec


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command."""
    parser = commands.add_parser("probes", help=catalogue.text("cli.probes.help"), allow_abbrev=False)
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help=catalogue.text("cli.probes.json"))
    parser.add_argument("--lang", choices=LANGUAGES, help=catalogue.text("cli.lang"))


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Lists every registered probe."""
    out.prepare(machine=arguments.json)
    specs = services.probes()
    if arguments.json:
        out.line(json.dumps([_object(s) for s in specs], ensure_ascii=False, indent=2))
        return ExitCode.OK
    width = max(len(s.id) for s in specs)
    for spec in specs:
        title = services.catalogue.first(f"probe.{spec.id}", spec.id)
        needs = ", ".join(spec.requires) or "–"
        out.line(f"{spec.id:<{width}}  {spec.tier.value}  {spec.layer.value:<8} {title}  [{needs}]")
    return ExitCode.OK


def _object(spec: ProbeSpec) -> dict[str, Any]:
    return {
        "id": spec.id,
        "version": spec.version,
        "layer": spec.layer.value,
        "tier": spec.tier.value,
        "requires": list(spec.requires),
        "needs": list(spec.needs),
        "answers": list(spec.answers),
        "platforms": sorted(p.value for p in spec.platforms),
        "time_limit_ms": spec.time_limit_ms,
        "cost": {
            "bytes_up": spec.cost.bytes_up,
            "bytes_down": spec.cost.bytes_down,
            "loads_line": spec.cost.loads_line,
        },
    }
