"""``selfcare probes``: what can be measured, what for, what it needs and costs."""

from __future__ import annotations

import argparse
import json

from selfcare.app.services import Services
from selfcare.cli import out, probe_list
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, Catalogue


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command."""
    parser = commands.add_parser("probes", help=catalogue.text("cli.probes.help"), allow_abbrev=False)
    parser.set_defaults(run=run)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=catalogue.text("cli.probes.json"))
    form.add_argument("--markdown", action="store_true", help=catalogue.text("cli.probes.markdown"))
    parser.add_argument("--lang", choices=LANGUAGES, help=catalogue.text("cli.lang"))


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Lists every registered probe."""
    out.prepare(machine=arguments.json or arguments.markdown)
    specs, catalogue = services.probes(), services.catalogue
    if arguments.json:
        text = json.dumps([probe_list.as_object(s, catalogue) for s in specs], ensure_ascii=False, indent=2)
    elif arguments.markdown:
        text = probe_list.as_markdown(specs, catalogue)
    else:
        text = probe_list.as_text(specs, catalogue)
    out.line(text)
    return ExitCode.OK
