"""``selfcare undo [list|NAME]``: what was changed on this PC, and putting it back."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from selfcare.app.services import Services
from selfcare.cli import out, repair, show_repair
from selfcare.contract import ExitCode
from selfcare.contract.repair import entry
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.repair import Entry, HandError


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command."""
    text = catalogue.text
    parser = commands.add_parser("undo", help=text("cli.undo.help"), allow_abbrev=False)
    parser.set_defaults(run=run)
    parser.add_argument("what", nargs="?", metavar="list|NAME", help=text("cli.undo.what"))
    parser.add_argument("--json", action="store_true", help=text("cli.undo.json"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Lists, or puts one change back: the last one where none is named."""
    out.prepare(machine=arguments.json)
    desk = services.repairs()
    try:
        entries = asyncio.run(desk.changes())
        if arguments.what == "list":
            return _list(entries, arguments, services)
        chosen = _chosen(entries, arguments.what)
        if chosen is None:
            key = "cli.undo.nothing" if arguments.what is None else "cli.undo.unknown"
            sys.stderr.write("selfcare: " + services.catalogue.text(key) + "\n")
            return ExitCode.OK if arguments.what is None else ExitCode.USAGE
        asyncio.run(desk.undo(chosen.name))
    except HandError as error:
        return repair.trouble(error, services)
    out.line(services.catalogue.text("cli.undo.done", what=show_repair.entry_line(chosen, services.catalogue)))
    return ExitCode.OK


def _chosen(entries: tuple[Entry, ...], name: str | None) -> Entry | None:
    from selfcare.app.desk import undoable  # the engine comes with it: not for commands that change nothing

    return next((e for e in undoable(entries) if name in (None, e.name)), None)


def _list(entries: tuple[Entry, ...], arguments: argparse.Namespace, services: Services) -> int:
    if arguments.json:
        out.line(json.dumps([entry(e) for e in entries], ensure_ascii=False, indent=2))
        return ExitCode.OK
    for one in entries:
        out.line(show_repair.entry_line(one, services.catalogue))
    if not entries:
        out.line(services.catalogue.text("cli.undo.nothing"))
    return ExitCode.OK
