"""``selfcare COMMAND``: parses, runs one command, ends with a contract exit code."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence

from selfcare import __version__
from selfcare.app.services import Services
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, Catalogue, system_language

INTERRUPTED = 130
"""The shells' own word for "ended by Ctrl-C" (128 + SIGINT); not an outcome of the program."""

COMMANDS = (
    "check",
    "repair",
    "fix",
    "undo",
    "box",
    "wifi",
    "guide",
    "ask",
    "case",
    "report",
    "ticket",
    "probes",
    "desk",
)
"""Each a module ``selfcare.cli.<name>`` with ``register``; in the order of the help."""
Build = Callable[[str | None], Services]


class UsageError(Exception):
    """The words of the command are off; the message is already in the reader's language."""


def main(argv: Sequence[str], build: Build) -> int:
    """Runs one command and returns its exit code. Only this function writes to the terminal's error stream."""
    try:
        return _run(argv, build)
    except (UsageError, ValueError) as error:
        from selfcare.isp import ProfileError

        if not isinstance(error, UsageError | ProfileError):
            raise
        sys.stderr.write(f"selfcare: {error}\n")
        return ExitCode.USAGE
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(argv: Sequence[str], build: Build) -> int:
    language = _asked_language(argv)
    catalogue = Catalogue(language or system_language())
    parser = _parser(catalogue, argv)
    try:
        arguments = parser.parse_args(list(argv))
    except SystemExit as ended:
        return ExitCode.USAGE if ended.code else ExitCode.OK
    if getattr(arguments, "run", None) is None:
        parser.print_help(sys.stderr)
        return ExitCode.USAGE
    code: int = arguments.run(arguments, build(language))
    return code


def _asked_language(argv: Sequence[str]) -> str | None:
    """``--lang`` decides the language of the help itself, so it is read before the parser exists."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    early.add_argument("--lang", choices=LANGUAGES)
    try:
        known, _ = early.parse_known_args(list(argv))
    except argparse.ArgumentError:
        return None
    return str(known.lang) if known.lang else None


def _parser(catalogue: Catalogue, argv: Sequence[str]) -> argparse.ArgumentParser:
    """Of the command that is asked for alone, if there is one: the others' modules take longer than many a command."""
    parser = argparse.ArgumentParser(prog="selfcare", description=catalogue.text("cli.description"), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"selfcare {__version__}")
    commands = parser.add_subparsers(metavar=catalogue.text("cli.command"))
    for name in argv[:1] if argv and argv[0] in COMMANDS else COMMANDS:
        importlib.import_module(f"selfcare.cli.{name}").register(commands, catalogue)
    return parser
