"""``selfcare repair``: finds what is wrong and mends what it can, with consent, proof and undo."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable

from selfcare.app.options import RepairOptions
from selfcare.app.services import Services
from selfcare.cli import out, show, show_repair
from selfcare.cli.asking import Asking
from selfcare.contract import ExitCode, event_line, repair_document, repair_exit_code
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.isp import load_profile
from selfcare.model.events import Event
from selfcare.model.remedy import RepairResult
from selfcare.model.repair import HandError


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command."""
    parser = commands.add_parser("repair", help=catalogue.text("cli.repair.help"), allow_abbrev=False)
    parser.set_defaults(run=run)
    add_options(parser, catalogue)


def add_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    """What ``repair`` and ``fix run`` have in common."""
    text = catalogue.text
    parser.add_argument("--yes", action="store_true", help=text("cli.repair.yes"))
    parser.add_argument("--dry-run", action="store_true", help=text("cli.repair.dry_run"))
    parser.add_argument("--profile", metavar="FILE", help=text("cli.check.profile"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=text("cli.repair.json"))
    form.add_argument("--events", action="store_true", help=text("cli.check.events"))


def options(arguments: argparse.Namespace) -> RepairOptions:
    """From the words of the command."""
    profile = load_profile(arguments.profile) if arguments.profile is not None else None
    return RepairOptions(arguments.dry_run, profile)


def listener(arguments: argparse.Namespace, services: Services) -> Callable[[Event], None]:
    """Who hears the events: a program, a person who watches, or nobody."""
    if arguments.events:
        return lambda event: out.line(event_line(event))
    if arguments.json or not sys.stderr.isatty():
        return lambda event: None
    return show.Progress(services.catalogue, sys.stderr)


def write(result: RepairResult, arguments: argparse.Namespace, services: Services) -> None:
    """The result in the form asked for."""
    if arguments.json:
        out.line(json.dumps(repair_document(result), ensure_ascii=False, indent=2))
    elif not arguments.events:
        out.line(show_repair.as_text(result, services.catalogue))


def trouble(error: HandError, services: Services) -> int:
    """Says why nothing can be changed at all."""
    sys.stderr.write(f"selfcare: {show_repair.error_text(error.code, services.catalogue)}\n")
    if error.code in ("needs_privilege", "no_agent"):
        return ExitCode.NEEDS_PRIVILEGE
    return ExitCode.REFUSED if error.code == "refused" else ExitCode.FAULT


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Carries the command out and returns the exit code."""
    out.prepare(machine=arguments.json or arguments.events)
    chosen = options(arguments)
    services.warm_up()
    asking = Asking(services.catalogue, arguments.yes)
    try:
        result = asyncio.run(services.repairs().run(chosen, asking, listener(arguments, services)))
    except HandError as error:
        return trouble(error, services)
    write(result, arguments, services)
    return repair_exit_code(result)
