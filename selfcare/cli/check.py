"""``selfcare check``: one check, as text, as the contract's JSON, or as the event stream."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable

from selfcare.app.options import CheckOptions
from selfcare.app.services import Services
from selfcare.cli import consent, contacts, out, show
from selfcare.cli.symptoms import symptom_of, symptom_options, wrong_symptom
from selfcare.contract import ExitCode, document, event_line, exit_code
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.isp import load_profile
from selfcare.model.check import CheckResult
from selfcare.model.events import Event


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command with its options (the contract's, and two output forms)."""
    text = catalogue.text
    parser = commands.add_parser("check", help=text("cli.check.help"), allow_abbrev=False)
    parser.set_defaults(run=run)
    parser.add_argument("--deep", action="store_true", help=text("cli.check.deep"))
    parser.add_argument("--yes", action="store_true", help=text("cli.check.yes"))
    parser.add_argument("--only", metavar="A,B", help=text("cli.check.only"))
    parser.add_argument("--timeout", type=_seconds, metavar="S", help=text("cli.check.timeout"))
    symptom_options(parser, catalogue)
    parser.add_argument("--profile", metavar="FILE", help=text("cli.check.profile"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))
    parser.add_argument("--list-contacts", action="store_true", help=text("cli.check.list_contacts"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=text("cli.check.json"))
    form.add_argument("--events", action="store_true", help=text("cli.check.events"))
    form.add_argument("--verbose", "-v", action="store_true", help=text("cli.check.verbose"))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("0.1 … 3600")
    return seconds


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Carries the command out and returns the exit code."""
    out.prepare(machine=arguments.json or arguments.events)
    profile = services.profile_in_use() if arguments.profile is None else load_profile(arguments.profile)
    only = tuple(name.strip() for name in (arguments.only or "").split(","))
    problem = _problem(arguments, only, services)
    if problem is not None:
        sys.stderr.write(f"selfcare: {problem}\n")
        return ExitCode.USAGE
    if arguments.list_contacts:
        return contacts.show(profile, services.catalogue, services.probes(), as_json=arguments.json)
    only = tuple(name for name in only if name)
    symptom = symptom_of(arguments)
    options = CheckOptions(arguments.deep, only, arguments.timeout, symptom, profile)
    if arguments.deep and not consent.given(options, services, assume=arguments.yes):
        return ExitCode.REFUSED
    # On a cold disk an import takes seconds; within the check it would hold up every probe beyond its deadline.
    services.warm_up()
    result = asyncio.run(_checked(services, options, _listener(arguments, services)))
    _write(result, arguments, services)
    return exit_code(result.verdict)


def _problem(arguments: argparse.Namespace, only: tuple[str, ...], services: Services) -> str | None:
    """What is wrong with the words of the command, in the reader's language."""
    text = services.catalogue.text
    unknown = sorted(set(only) - {p.id for p in services.probes()}) if arguments.only is not None else []
    if unknown:
        return text("cli.check.unknown_probe", probes=", ".join(name or '""' for name in unknown))
    if (wrong := wrong_symptom(arguments, services.catalogue)) is not None:
        return wrong
    if arguments.list_contacts and arguments.events:
        return text("cli.check.no_events")
    return None


async def _checked(services: Services, options: CheckOptions, listen: Callable[[Event], None]) -> CheckResult:
    return await services.run_check(options, listen)


def _listener(arguments: argparse.Namespace, services: Services) -> Callable[[Event], None]:
    if arguments.events:
        return lambda event: out.line(event_line(event))
    if arguments.json or not sys.stderr.isatty():
        return lambda event: None
    return show.Progress(services.catalogue, sys.stderr)


def _write(result: CheckResult, arguments: argparse.Namespace, services: Services) -> None:
    if arguments.events:
        return
    if arguments.json:
        out.line(json.dumps(document(result), ensure_ascii=False, indent=2))
        return
    out.line(show.as_text(result, services.catalogue, verbose=arguments.verbose))
