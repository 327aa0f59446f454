"""``selfcare check``: one check, as text, as the contract's JSON, or as the event stream."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable

from selfcare.app.options import CheckOptions
from selfcare.app.services import Services
from selfcare.cli import consent, contacts, show
from selfcare.contract import ExitCode, document, event_line, exit_code
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.isp import load_profile
from selfcare.model.check import CheckResult
from selfcare.model.events import Event
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command with its options (the contract's, and two output forms)."""
    text = catalogue.text
    parser = commands.add_parser("check", help=text("cli.check.help"), allow_abbrev=False)
    parser.set_defaults(run=run)
    parser.add_argument("--deep", action="store_true", help=text("cli.check.deep"))
    parser.add_argument("--yes", action="store_true", help=text("cli.check.yes"))
    parser.add_argument("--only", default="", metavar="A,B", help=text("cli.check.only"))
    parser.add_argument("--timeout", type=_seconds, metavar="S", help=text("cli.check.timeout"))
    parser.add_argument("--symptom", choices=[s.value for s in SymptomKind], help=text("cli.check.symptom"))
    parser.add_argument("--since", metavar="ISO8601", help=text("cli.check.since"))
    parser.add_argument("--other-devices", choices=[o.value for o in OtherDevices], default=OtherDevices.UNKNOWN.value,
                        help=text("cli.check.other_devices"))  # fmt: skip
    parser.add_argument("--profile", metavar="FILE", help=text("cli.check.profile"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))
    parser.add_argument("--list-contacts", action="store_true", help=text("cli.check.list_contacts"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=text("cli.check.json"))
    form.add_argument("--events", action="store_true", help=text("cli.check.events"))
    form.add_argument("--verbose", "-v", action="store_true", help=text("cli.check.verbose"))


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0.1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("0.1 … 3600")
    return seconds


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Carries the command out and returns the exit code."""
    profile = load_profile(arguments.profile) if arguments.profile else services.profile_in_use()
    if arguments.list_contacts:
        return contacts.show(profile, services.catalogue, services.probes(), as_json=arguments.json)
    only = tuple(name.strip() for name in arguments.only.split(",") if name.strip())
    problem = _problem(arguments, only, services)
    if problem is not None:
        sys.stderr.write(f"selfcare: {problem}\n")
        return ExitCode.USAGE
    symptom = _symptom(arguments)
    options = CheckOptions(arguments.deep, only, arguments.timeout, symptom, profile)
    if arguments.deep and not consent.given(options, services, assume=arguments.yes):
        return ExitCode.REFUSED
    result = asyncio.run(_checked(services, options, _listener(arguments, services)))
    _write(result, arguments, services)
    return exit_code(result.verdict)


def _problem(arguments: argparse.Namespace, only: tuple[str, ...], services: Services) -> str | None:
    """What is wrong with the words of the command, in the reader's language."""
    unknown = sorted(set(only) - {p.id for p in services.probes()})
    if unknown:
        return services.catalogue.text("cli.check.unknown_probe", probes=", ".join(unknown))
    if arguments.since and not _is_instant(arguments.since):
        return services.catalogue.text("cli.check.bad_since", value=arguments.since)
    return None


def _is_instant(value: str) -> bool:
    from datetime import datetime

    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _symptom(arguments: argparse.Namespace) -> Symptom | None:
    if arguments.symptom is None:
        return None
    return Symptom(SymptomKind(arguments.symptom), arguments.since, OtherDevices(arguments.other_devices))


async def _checked(services: Services, options: CheckOptions, listen: Callable[[Event], None]) -> CheckResult:
    return await services.run_check(options, listen)


def _listener(arguments: argparse.Namespace, services: Services) -> Callable[[Event], None]:
    if arguments.events:
        return lambda event: _line(event_line(event))
    if arguments.json or not sys.stderr.isatty():
        return lambda event: None
    return show.Progress(services.catalogue, sys.stderr)


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _write(result: CheckResult, arguments: argparse.Namespace, services: Services) -> None:
    if arguments.events:
        return
    if arguments.json:
        _line(json.dumps(document(result), ensure_ascii=False, indent=2))
        return
    _line(show.as_text(result, services.catalogue, verbose=arguments.verbose))
