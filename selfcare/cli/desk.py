"""``selfcare desk …``: the operator's ticket desk. Its libraries are an extra, imported here alone, when asked."""

from __future__ import annotations

import argparse
import importlib

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, Catalogue

WORDS = {
    "serve": "desk_serve", "migrate": "desk_serve", "agent": "desk_people", "token": "desk_people",
    "lines": "desk_lines", "mail": "desk_mail", "retain": "desk_data", "erase": "desk_data", "export": "desk_data",
    "demo": "desk_demo",
}  # fmt: skip
"""Each word and the module that does it (``run(arguments, services)``)."""
Parser = argparse.ArgumentParser


def register(commands: argparse._SubParsersAction[Parser], catalogue: Catalogue) -> None:
    """Adds the command with its words."""
    text = catalogue.text
    parser = commands.add_parser("desk", help=text("cli.desk.help"), allow_abbrev=False)
    words = parser.add_subparsers(metavar=text("cli.command"), required=True)
    made: dict[str, Parser] = {}
    for word in WORDS:
        made[word] = one = words.add_parser(word, help=text(f"cli.desk.{word}"), allow_abbrev=False)
        if word not in ("agent", "token"):
            _common(one, catalogue, word)
    _nested(made["agent"], catalogue, "agent", ("add", "list", "reset", "disable"))
    _nested(made["token"], catalogue, "token", ("new", "list", "revoke"))
    made["lines"].add_argument("file", metavar="FILE.csv", help=text("cli.desk.lines_file"))
    for word in ("erase", "export"):
        made[word].add_argument("subscriber", metavar="SUBSCRIBER", help=text("cli.desk.subscriber"))
    made["erase"].add_argument("--yes", action="store_true", help=text("cli.desk.erase_yes"))
    made["export"].add_argument("--out", metavar="FOLDER", required=True, help=text("cli.desk.export_out"))
    made["demo"].add_argument("--once", action="store_true", help=text("cli.desk.demo_once"))


def _common(parser: Parser, catalogue: Catalogue, word: str) -> None:
    text = catalogue.text
    parser.set_defaults(run=run, word=word)
    if word != "demo":
        parser.add_argument("--config", metavar="FILE", help=text("cli.desk.config"))
    parser.add_argument("--data", metavar="FOLDER", help=text("cli.desk.data"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))


def _nested(parser: Parser, catalogue: Catalogue, word: str, inner: tuple[str, ...]) -> None:
    text = catalogue.text
    words = parser.add_subparsers(metavar=text("cli.command"), required=True)
    for name in inner:
        one = words.add_parser(name, help=text(f"cli.desk.{word}_{name}"), allow_abbrev=False)
        _common(one, catalogue, word)
        one.set_defaults(inner=name)
        if name != "list":
            shown = "LOGIN" if word == "agent" else "NAME"
            one.add_argument("name", metavar=shown, help=text(f"cli.desk.{word}_name"))
        if (word, name) == ("agent", "add"):
            one.add_argument("--name", dest="shown", default="", metavar="NAME", help=text("cli.desk.agent_shown"))
            roles = ("reader", "agent", "lead", "admin")
            one.add_argument("--role", choices=roles, default="agent", help=text("cli.desk.agent_role"))
        if (word, name) == ("token", "new"):
            one.add_argument("--days", type=int, default=365, metavar="N", help=text("cli.desk.token_days"))


def run(arguments: argparse.Namespace, services: Services) -> int:
    """One of its words; where the extra is not installed, how to install it."""
    from selfcare.cli.desk_open import missing

    out.prepare(machine=False)
    if lacking := missing():
        return _not_installed(arguments, services, lacking)
    done: int = importlib.import_module(f"selfcare.cli.{WORDS[arguments.word]}").run(arguments, services)
    return done


def _not_installed(arguments: argparse.Namespace, services: Services, lacking: str) -> int:
    import sys

    sys.stderr.write("selfcare: " + services.catalogue.text("cli.desk.extra", what=lacking) + "\n")
    if arguments.word == "mail":  # the mail server keeps it, and comes again
        return 75
    return ExitCode.NEEDS_PRIVILEGE
