"""What the subscriber says is wrong, as options: of a check, and of a ticket."""

from __future__ import annotations

import argparse

from selfcare.i18n import Catalogue
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind


def symptom_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    """``catalogue``: of the program."""
    text = catalogue.text
    parser.add_argument("--symptom", choices=[s.value for s in SymptomKind], help=text("cli.check.symptom"))
    parser.add_argument("--since", metavar="ISO8601", help=text("cli.check.since"))
    parser.add_argument("--other-devices", choices=[o.value for o in OtherDevices],
                        help=text("cli.check.other_devices"))  # fmt: skip


def wrong_symptom(arguments: argparse.Namespace, catalogue: Catalogue) -> str | None:
    """Why it cannot be meant; None: it can."""
    if arguments.since is not None and instant(arguments.since) is None:
        return catalogue.text("cli.check.bad_since", value=arguments.since)
    if arguments.symptom is None and (arguments.since is not None or arguments.other_devices is not None):
        return catalogue.text("cli.check.needs_symptom")
    return None


def instant(value: str) -> str | None:
    """The instant in the form of the contract, whatever ISO 8601 form it was given in; None if it is none."""
    from datetime import datetime

    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant.isoformat() if instant.tzinfo is not None else None


def symptom_of(arguments: argparse.Namespace) -> Symptom | None:
    """As it was said; None: it was not."""
    if arguments.symptom is None:
        return None
    since = instant(arguments.since) if arguments.since is not None else None
    others = OtherDevices(arguments.other_devices) if arguments.other_devices else OtherDevices.UNKNOWN
    return Symptom(SymptomKind(arguments.symptom), since, others)
