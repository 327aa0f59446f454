"""``selfcare guide list|show|run``: what is done step by step with somebody, in the terminal."""

from __future__ import annotations

import argparse
import sys

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, Catalogue

FAMILIES = ("freebox", "livebox", "sfr", "bbox", "fritz", "legacy", "igd", "natpmp")
"""As ``selfcare box --driver``; the guides' own list is not imported for the help of all commands."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command with its three words."""
    text = catalogue.text
    parser = commands.add_parser("guide", help=text("cli.guide.help"), allow_abbrev=False)
    words = parser.add_subparsers(metavar=text("cli.command"), required=True)
    listed = words.add_parser("list", help=text("cli.guide.list"), allow_abbrev=False)
    shown = words.add_parser("show", help=text("cli.guide.show"), allow_abbrev=False)
    gone = words.add_parser("run", help=text("cli.guide.run"), allow_abbrev=False)
    listed.set_defaults(run=run_list)
    shown.set_defaults(run=run_show)
    gone.set_defaults(run=run_guide)
    listed.add_argument("--left", action="store_true", help=text("cli.guide.left"))
    listed.add_argument("--markdown", action="store_true", help=text("cli.probes.markdown"))
    shown.add_argument("id", metavar="ID", help=text("cli.guide.id"))
    shown.add_argument("--family", choices=FAMILIES, metavar="NAME", default="", help=text("cli.guide.family"))
    _run_options(gone, catalogue)
    for one in (listed, shown, gone):
        one.add_argument("--json", action="store_true", help=text("cli.guide.json"))
        one.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))


def _run_options(gone: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    text = catalogue.text
    gone.add_argument("id", nargs="?", metavar="ID", help=text("cli.guide.id"))
    gone.add_argument("--answer", action="append", metavar="NAME=VALUE", default=[], help=text("cli.guide.answer"))
    gone.add_argument("--yes", action="store_true", help=text("cli.guide.yes"))
    which = gone.add_mutually_exclusive_group()
    which.add_argument("--resume", nargs="?", const="", metavar="NAME", help=text("cli.guide.resume"))
    which.add_argument("--discard", metavar="NAME", help=text("cli.guide.discard"))
    which.add_argument("--undo", metavar="ENTRY", help=text("cli.guide.undo"))
    gone.add_argument("--show-identifiers", action="store_true", help=text("cli.box.identifiers"))


def run_list(arguments: argparse.Namespace, services: Services) -> int:
    """By topic; or the runs that were left in the middle."""
    from selfcare.cli import show_guide
    from selfcare.contract import guide as contract

    out.prepare(machine=arguments.json or arguments.markdown)
    if arguments.markdown:
        from selfcare.cli.guide_pages import as_markdown

        out.line(as_markdown(services.boxes().drivers(), services.catalogue))
        return ExitCode.OK
    desk = services.guides()
    if arguments.left:
        left = desk.left()
        if arguments.json:
            out.line(out.escaped(contract.text(contract.left_document(left))))
        else:
            out.line(out.harmless("\n".join(show_guide.left_lines(left, services.catalogue))))
        return ExitCode.OK
    listed = desk.listed()
    if arguments.json:
        out.line(contract.text(contract.list_document(listed)))
    else:
        out.line("\n".join(show_guide.list_lines(listed, services.catalogue)))
    return ExitCode.OK


def run_show(arguments: argparse.Namespace, services: Services) -> int:
    """One guide as it is written; nothing is measured."""
    from selfcare.cli import show_guide
    from selfcare.contract import guide as contract
    from selfcare.guides import GuideError, guide
    from selfcare.guides.words import GuideWords

    out.prepare(machine=arguments.json)
    try:
        chosen = guide(arguments.id)
    except GuideError:
        return unknown(arguments.id, services.catalogue)
    words = GuideWords(services.catalogue.language)
    document = contract.outline_document(chosen, words, arguments.family)
    if arguments.json:
        out.line(contract.text(document))
    else:
        out.line("\n".join(show_guide.outline_lines(document, services.catalogue)))
    return ExitCode.OK


def unknown(name: str, catalogue: Catalogue) -> int:
    """There is no such guide."""
    sys.stderr.write("selfcare: " + catalogue.text("cli.guide.unknown", id=name) + "\n")
    return ExitCode.USAGE


def run_guide(arguments: argparse.Namespace, services: Services) -> int:
    """Goes through one with whoever sits here."""
    from selfcare.cli.guide_run import run

    return run(arguments, services)
