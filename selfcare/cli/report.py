"""``selfcare report``: make one, look at it, copy it, verify one. Nothing is sent by any of these."""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.cli.support import with_support
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue
from selfcare.model.report import USUAL, Reach, ReportOptions, Section, Want, Wish

if TYPE_CHECKING:
    from selfcare.app.support.port import SupportPort
    from selfcare.model.report import Report, Verified

Act = Callable[[argparse.Namespace, "SupportPort", Services], Awaitable[int]]
_REACH = tuple(one.name for one in dataclasses.fields(Reach))
_CODES = "selfcare.cli.report_codes"
_UNREADABLE = frozenset({
    "report_too_large", "report_unreadable", "report_odd", "report_no_manifest", "report_bad_manifest",
})  # fmt: skip


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command, and what else reads or writes a report where it is there."""
    text = catalogue.text
    parser = commands.add_parser("report", help=text("cli.report.help"), allow_abbrev=False)
    sub = parser.add_subparsers(metavar=text("cli.command"), required=True)
    for name, act in (("make", _make), ("show", _show), ("text", _text)):
        one = sub.add_parser(name, help=text(f"cli.report.{name}"), allow_abbrev=False)
        one.set_defaults(run=_running(act))
        _options(one, catalogue)
        if name == "make":
            one.add_argument("--out", type=Path, metavar="FILE", help=text("cli.report.out"))
    one = sub.add_parser("verify", help=text("cli.report.verify"), allow_abbrev=False)
    one.set_defaults(run=verify)
    one.add_argument("file", type=Path, metavar="FILE", help=text("cli.report.file"))
    one.add_argument("--json", action="store_true", help=text("cli.report.json"))
    one.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))
    if importlib.util.find_spec(_CODES) is not None:
        importlib.import_module(_CODES).register(sub, catalogue)


def _options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    text, sections = catalogue.text, [one.value for one in Section]
    parser.add_argument("--case", metavar="ID", help=text("cli.report.case"))
    parser.add_argument("--without", action="append", choices=sections, default=[], help=text("cli.report.without"))
    parser.add_argument(
        "--with", action="append", dest="adding", choices=sections, default=[], help=text("cli.report.with")
    )
    wants = [one.value for one in Want]
    parser.add_argument("--want", action="append", choices=wants, default=[], help=text("cli.report.want"))
    parser.add_argument("--words", default="", help=text("cli.report.words"))
    parser.add_argument("--reach", action="append", metavar="NAME=VALUE", default=[], help=text("cli.report.reach"))
    parser.add_argument("--json", action="store_true", help=text("cli.report.json"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))


def options_of(arguments: argparse.Namespace, catalogue: Catalogue) -> ReportOptions:
    """What was asked for at the command line.

    Raises:
        UsageError: ``--reach`` names nothing that is there.
    """
    sections = (USUAL | {Section(one) for one in arguments.adding}) - {Section(one) for one in arguments.without}
    reach = dict(_reach(one, catalogue) for one in arguments.reach)
    wants = tuple(Want(one) for one in arguments.want) or (Want.REPAIR,)
    return ReportOptions(sections, wish=Wish(wants, arguments.words, Reach(**reach)), language=catalogue.language)


def _reach(text: str, catalogue: Catalogue) -> tuple[str, str]:
    from selfcare.cli.main import UsageError

    name, equals, value = text.partition("=")
    if not equals or name not in _REACH:
        raise UsageError(catalogue.text("cli.report.reach_wrong", text=text, known=", ".join(f"{n}=" for n in _REACH)))
    return name, value


def _running(act: Act) -> Callable[[argparse.Namespace, Services], int]:
    def run(arguments: argparse.Namespace, services: Services) -> int:
        out.prepare(machine=arguments.json)
        return with_support(services, lambda port: act(arguments, port, services))

    return run


async def report_of(arguments: argparse.Namespace, port: SupportPort, services: Services) -> Report:
    """Made anew, of the case that was named or of the open one; who wants a report has a problem: it opens one.

    Raises:
        UsageError: there is no such case.
    """
    from selfcare.cli.main import UsageError

    options = options_of(arguments, services.catalogue)
    case = await port.case(arguments.case)
    if case is None and arguments.case is not None:
        raise UsageError(services.catalogue.text("cli.report.no_case"))
    head = case.head if case is not None else await port.begin(arguments.words)
    return await port.report(head.id, options)


async def _make(arguments: argparse.Namespace, port: SupportPort, services: Services) -> int:
    report = await report_of(arguments, port, services)
    path = await port.save(report, arguments.out or Path.cwd() / report.name)
    if arguments.json:
        out.line(out.escaped(json.dumps({**summary(report), "file": str(path)}, ensure_ascii=False, indent=2)))
        return ExitCode.OK
    words = Catalogue(services.catalogue.language, SUPPORT)
    size = words.text("report.size", kb=-(-len(report.archive) // 1000))
    told = [words.text("report.made", path=path, size=size), *_cut(report, words), words.text("report.nothing_left")]
    out.line(out.harmless("\n".join(told)))
    return ExitCode.OK


async def _show(arguments: argparse.Namespace, port: SupportPort, services: Services) -> int:
    report = await report_of(arguments, port, services)
    if arguments.json:
        replaced = [dataclasses.asdict(one) for one in report.replaced]
        told = {**summary(report), "document": report.document, "replaced": replaced}
        out.line(out.escaped(json.dumps(told, ensure_ascii=False, indent=2)))
    else:
        out.line(out.harmless("\n".join(lines(report, Catalogue(services.catalogue.language, SUPPORT)))))
    return ExitCode.OK


async def _text(arguments: argparse.Namespace, port: SupportPort, services: Services) -> int:
    report = await report_of(arguments, port, services)
    told = json.dumps({"case": report.case, "text": report.text}, ensure_ascii=False) if arguments.json else report.text
    out.line(out.escaped(told) if arguments.json else out.harmless(told))
    return ExitCode.OK


def summary(report: Report) -> dict[str, Any]:
    """What a program wants to know of a report; the identifiers that were taken out are not in it."""
    return {
        "schema": "selfcare.report-made/1", "case": report.case, "id": report.id, "made": report.made,
        "sha256": report.sha256, "bytes": len(report.archive), "fingerprint": report.fingerprint,
        "sections": sorted(one.value for one in report.sections), "omitted": list(report.omitted),
        "files": [{"name": part.name, "bytes": len(part.data)} for part in report.parts],
    }  # fmt: skip


def lines(report: Report, words: Catalogue) -> list[str]:
    """For a terminal: what would leave, and what was taken out of it."""
    size = words.text("report.size", kb=-(-len(report.archive) // 1000))
    files = [f"  {part.name}  {words.text('report.size', kb=-(-len(part.data) // 1000))}" for part in report.parts]
    found = [
        f"{report.name}  {size}",
        "",
        report.text,
        "",
        words.text("report.files"),
        *files,
        "",
        *_ticked(report, words),
    ]
    if report.replaced:
        found += ["", words.text("report.replaced"), *(f"  {one.token} = {one.original}" for one in report.replaced)]
    return found


def _ticked(report: Report, words: Catalogue) -> list[str]:
    inside = ", ".join(words.text(f"report.section.{one.value}") for one in Section if one in report.sections)
    outside = ", ".join(words.text(f"report.section.{one.value}") for one in Section if one not in report.sections)
    told = [words.text("report.sections", list=inside)] if inside else []
    return [*told, *([words.text("report.left_out", list=outside)] if outside else []), *_cut(report, words)]


def _cut(report: Report, words: Catalogue) -> list[str]:
    return [words.text("report.omitted", list=", ".join(report.omitted))] if report.omitted else []


def verify(arguments: argparse.Namespace, services: Services) -> int:
    """0: as it was made. 1: signed file or files differ, or the signature does not fit. 3: it cannot be read."""
    from selfcare.cli.main import UsageError
    from selfcare.report.verify import MOST
    from selfcare.report.verify import verify as verified

    out.prepare(machine=arguments.json)
    try:
        with arguments.file.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as error:
        raise UsageError(f"{arguments.file}: {error.strerror}") from None
    found = verified(data)
    if arguments.json:
        told = {"schema": "selfcare.report-verified/1", "good": found.good, **dataclasses.asdict(found)}
        out.line(out.escaped(json.dumps(told, ensure_ascii=False, indent=2)))
    else:
        out.line(out.harmless("\n".join(verdict(found, Catalogue(services.catalogue.language, SUPPORT)))))
    if found.error in _UNREADABLE:
        return ExitCode.CANNOT_TELL
    return ExitCode.OK if found.good else ExitCode.FAULT


def verdict(found: Verified, words: Catalogue) -> list[str]:
    """What was found, and what it proves."""
    if found.error:
        return [words.text(f"error.{found.error}")]
    if found.good:
        values = {"case": found.case, "fingerprint": found.fingerprint}
        return [words.text("report.verify.good", **values), words.text("report.verify.means")]
    told = [words.text("report.verify.changed", case=found.case)]
    if not found.signed:
        told.append(words.text("report.verify.unsigned"))
    return [*told, *(f"  {name}: {words.text(f'report.check.{one.value}')}" for name, one in found.files.items())]
