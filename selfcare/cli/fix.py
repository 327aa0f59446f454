"""``selfcare fix list|show|run ID``: one remedy by hand, as an agent on the phone asks for it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from selfcare.app.proposals import why
from selfcare.app.services import Services
from selfcare.cli import out, repair, show_repair
from selfcare.cli.asking import Asking
from selfcare.contract import ExitCode, repair_exit_code
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.remedy import NotPossible, RepairResult, StepOutcome
from selfcare.model.repair import HandError
from selfcare.remedies import Remedy

_STANDS_IN = ("dns.trial", "dns.alternate")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command with its three words."""
    text = catalogue.text
    parser = commands.add_parser("fix", help=text("cli.fix.help"), allow_abbrev=False)
    words = parser.add_subparsers(metavar=text("cli.command"), required=True)
    listed = words.add_parser("list", help=text("cli.fix.list"), allow_abbrev=False)
    shown = words.add_parser("show", help=text("cli.fix.show"), allow_abbrev=False)
    done = words.add_parser("run", help=text("cli.fix.run"), allow_abbrev=False)
    listed.set_defaults(run=run_list)
    shown.set_defaults(run=run_show)
    done.set_defaults(run=run_fix)
    listed.add_argument("--markdown", action="store_true", help=text("cli.probes.markdown"))
    for one in (listed, shown):
        one.add_argument("--json", action="store_true", help=text("cli.fix.json"))
        one.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))
    for one in (shown, done):
        one.add_argument("id", metavar="ID", help=text("cli.fix.id"))
    done.add_argument("--wait", action="store_true", help=text("cli.fix.wait"))
    repair.add_options(done, catalogue)


def as_object(remedy: Remedy, catalogue: Catalogue) -> dict[str, Any]:
    """The declaration, for programs."""
    return {
        "id": remedy.id,
        "title": catalogue.text(f"remedy.{remedy.id}.title"),
        "why": why(catalogue, remedy.id),
        "codes": list(remedy.codes),
        "risk": remedy.risk.value,
        "reversible": remedy.reversible,
        "temporary": remedy.temporary,
        "person": remedy.person,
        "everyday": remedy.everyday,
        "duration_s": remedy.duration_s,
        "verify": list(remedy.verify),
    }


def run_list(arguments: argparse.Namespace, services: Services) -> int:
    """Everything that can be done, what is useful any day first."""
    out.prepare(machine=arguments.json or arguments.markdown)
    if arguments.markdown:
        out.line(show_repair.as_markdown(services.repairs().remedies, services.catalogue))
        return ExitCode.OK
    remedies = sorted(services.repairs().remedies, key=lambda r: (r.person, not r.everyday))
    if arguments.json:
        out.line(json.dumps([as_object(r, services.catalogue) for r in remedies], ensure_ascii=False, indent=2))
        return ExitCode.OK
    for remedy in remedies:
        out.line("\n".join(show_repair.remedy_lines(remedy, services.catalogue)))
    return ExitCode.OK


def _found(name: str, services: Services) -> Remedy | None:
    chosen = next((r for r in services.repairs().remedies if r.id == name), None)
    if chosen is None:
        sys.stderr.write("selfcare: " + services.catalogue.text("cli.fix.unknown", id=name) + "\n")
    return chosen


def run_show(arguments: argparse.Namespace, services: Services) -> int:
    """One remedy as declared; nothing is measured."""
    out.prepare(machine=arguments.json)
    chosen = _found(arguments.id, services)
    if chosen is None:
        return ExitCode.USAGE
    if arguments.json:
        out.line(json.dumps(as_object(chosen, services.catalogue), ensure_ascii=False, indent=2))
    else:
        out.line("\n".join(show_repair.remedy_lines(chosen, services.catalogue)))
    return ExitCode.OK


def run_fix(arguments: argparse.Namespace, services: Services) -> int:
    """Measures, proposes, asks, does it, proves it."""
    out.prepare(machine=arguments.json or arguments.events)
    chosen = _found(arguments.id, services)
    if chosen is None:
        return ExitCode.USAGE
    options, desk = repair.options(arguments), services.repairs()
    services.warm_up()
    listen = repair.listener(arguments, services)
    try:
        asking = Asking(services.catalogue, arguments.yes)
        result = asyncio.run(desk.fix(chosen.id, options, asking, listen))
        repair.write(result, arguments, services)
        if arguments.wait and _stands_in(result):
            sys.stderr.write(services.catalogue.text("cli.fix.waiting") + "\n")
            ended = asyncio.run(desk.stand_in(listen))
            sys.stderr.write(services.catalogue.text("repair.ended" if ended else "cli.fix.stays") + "\n")
    except NotPossible as reason:
        sys.stderr.write(f"selfcare: {services.catalogue.text(f'repair.impossible.{reason.reason}')}\n")
        return ExitCode.OK if reason.reason == "nothing_to_do" else ExitCode.FAULT
    except HandError as error:
        return repair.trouble(error, services)
    return repair_exit_code(result, by_hand=True)


def _stands_in(result: RepairResult) -> bool:
    kept = (s.proposal.remedy for s in result.steps if s.outcome is StepOutcome.KEPT)
    return any(name in _STANDS_IN for name in kept)
