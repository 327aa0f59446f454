"""``selfcare ticket new``: what will leave is shown first; consent; then these very bytes are queued and sent."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue
from selfcare.model.report import USUAL, Reach, Report, ReportOptions, Section, Want, Wish

if TYPE_CHECKING:
    from selfcare.app.support.port import SupportPort

_YES = ("o", "oui", "y", "yes")
_REACH = ("name", "phone", "mail", "contract", "line-number", "when")


def new_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    """What is wrong, what is wanted, what may leave."""
    text = catalogue.text
    parser.add_argument("--case", metavar="CAS-…", help=text("cli.ticket.case"))
    parser.add_argument("--new-case", action="store_true", help=text("cli.ticket.new_case"))
    parser.add_argument("--words", metavar="TEXT", default="", help=text("cli.ticket.words"))
    parser.add_argument("--want", action="append", choices=[one.value for one in Want], help=text("cli.ticket.want"))
    for name in _REACH:
        parser.add_argument(f"--{name}", metavar="…", default="", help=text(f"cli.ticket.{name}"))
    sections = [one.value for one in Section]
    parser.add_argument("--without", action="append", choices=sections, default=[], help=text("cli.ticket.without"))
    parser.add_argument(
        "--with", action="append", choices=sections, default=[], dest="also", help=text("cli.ticket.with")
    )
    parser.add_argument("--save", metavar="FILE", help=text("cli.ticket.save"))
    parser.add_argument("--draft", metavar="FILE", help=text("cli.ticket.draft"))
    parser.add_argument("--yes", action="store_true", help=text("cli.ticket.yes"))


async def new(arguments: argparse.Namespace, catalogue: Catalogue, port: SupportPort) -> int:
    """From the words to the ticket, or to a file where there is no desk."""
    wish = wish_of(arguments)
    if arguments.new_case and arguments.case is not None:
        from selfcare.cli.main import UsageError

        raise UsageError(Catalogue(catalogue.language).text("cli.ticket.case_twice"))
    head = await port.begin(wish.words, new=arguments.new_case) if arguments.case is None else None
    case = arguments.case or (head.id if head is not None else "")
    report = await port.report(case, options_of(arguments, wish, catalogue.language))
    if arguments.save:
        out.line(str(await port.save(report, Path(arguments.save))))
        return ExitCode.OK
    advice = await port.advice(case)
    if arguments.draft or advice.desk is None:
        return await _without_desk(arguments, catalogue, port, report, wish)
    needs = await port.needs(wish)
    if needs.fields or needs.sign_in.value != "nothing":
        fields = ", ".join(catalogue.text(f"reach.{name}") for name in needs.fields)
        told = catalogue.text("ticket.needs", fields=fields) if fields else ""
        sys.stderr.write(f"{told or catalogue.text(f'ticket.sign_in.{needs.sign_in.value}')}\n")
        return ExitCode.NEEDS_PRIVILEGE
    for known in await port.outages():
        sys.stderr.write(out.harmless(catalogue.text("ticket.outage", text=known.text)) + "\n")
    if not agreed(arguments.yes, report, advice.operator or advice.desk.kind.value, catalogue):
        return ExitCode.REFUSED
    from selfcare.cli.ticket import show_parcels

    return show_parcels(arguments, catalogue, (await port.file(report, wish),))


async def _without_desk(
    arguments: argparse.Namespace, catalogue: Catalogue, port: SupportPort, report: Report, wish: Wish
) -> int:
    """A letter for their own mail program; without a name for it, what there is to do."""
    if arguments.draft:
        out.line(str(await port.draft(report, wish, Path(arguments.draft))))
        return ExitCode.OK
    sys.stderr.write(catalogue.text("ticket.no_desk") + "\n")
    out.line(out.harmless(report.text))
    return ExitCode.CANNOT_TELL


def wish_of(arguments: argparse.Namespace) -> Wish:
    """As the options say."""
    reach = Reach(**{name.replace("-", "_"): getattr(arguments, name.replace("-", "_"))[:200] for name in _REACH})
    wants = tuple(dict.fromkeys(Want(one) for one in arguments.want or ["repair"]))
    return Wish(wants, arguments.words[:4000], reach)


def options_of(arguments: argparse.Namespace, wish: Wish, language: str) -> ReportOptions:
    """What is ticked."""
    ticked = (USUAL | {Section(one) for one in arguments.also}) - {Section(one) for one in arguments.without}
    return ReportOptions(ticked, wish=wish, language=language)


def agreed(yes: bool, report: Report, to: str, catalogue: Catalogue) -> bool:
    """Says what leaves, and to whom; only a plain yes is one."""
    text = catalogue.text
    lines = [text("ticket.preview", to=to, size=(len(report.archive) + 999) // 1000, case=report.case)]
    lines += [f"  {part.name}: {len(part.data)}" for part in report.parts]
    lines += [text("ticket.left_out", names=", ".join(report.omitted))] if report.omitted else []
    sys.stderr.write(out.harmless("\n".join([*lines, "", report.text, ""])) + "\n")
    if yes:
        return True
    if not sys.stdin.isatty():
        sys.stderr.write(text("ticket.no_terminal") + "\n")
        return False
    sys.stderr.write(text("ticket.question", to=to) + " ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES
