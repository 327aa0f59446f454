"""``selfcare case``: what happened around a problem, to be read, added to, taken along, deleted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.cli.support import with_support
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue
from selfcare.model.case import Channel, Contact

if TYPE_CHECKING:
    from selfcare.app.support.port import SupportPort
    from selfcare.model.case import CaseHead

_YES = ("o", "oui", "y", "yes")
Parsers = argparse._SubParsersAction  # the type that argparse itself does not name
Do = Callable[["SupportPort", argparse.Namespace, Services], Coroutine[Any, Any, int]]


def register(commands: Parsers[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command and what it can do."""
    text = catalogue.text
    parser = commands.add_parser("case", help=text("cli.case.help"), allow_abbrev=False)
    whats = parser.add_subparsers(metavar=text("cli.command"), required=True)

    def add(name: str, do: Do, named: str | None = "--case") -> argparse.ArgumentParser:
        made = whats.add_parser(name, help=text(f"cli.case.{name}"), allow_abbrev=False)
        made.set_defaults(run=run, do=do)
        if named is not None:
            more: dict[str, Any] = {} if named.startswith("-") else {"nargs": "?" if name == "show" else None}
            made.add_argument(named, metavar="ID", help=text("cli.case.id"), **more)
        made.add_argument("--json", action="store_true", help=text("cli.case.json"))
        made.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))
        return made

    add("list", _list, None)
    add("show", _show, "case").add_argument("--all", action="store_true", help=text("cli.case.all"))
    note = add("note", _note)
    note.add_argument("text", nargs="+", metavar="…", help=text("cli.case.text"))
    note.add_argument("--tried", action="store_true", help=text("cli.case.tried"))
    _contact_options(add("contact", _contact), catalogue)
    add("export", _export).add_argument("file", type=Path, metavar="FILE", help=text("cli.case.file"))
    add("delete", _delete, "case").add_argument("--yes", action="store_true", help=text("cli.case.yes"))
    add("close", _close)


def _contact_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    text = catalogue.text
    channels = [channel.value for channel in Channel]
    parser.add_argument("--channel", choices=channels, required=True, help=text("cli.case.channel"))
    parser.add_argument("--at", metavar="ISO8601", help=text("cli.case.at"))
    parser.add_argument("--waited", type=_count, metavar="MIN", help=text("cli.case.waited"))
    parser.add_argument("--cost", type=_count, metavar="CENT", help=text("cli.case.cost"))
    for name in ("who", "reason", "answer", "reference"):
        parser.add_argument(f"--{name}", default="", metavar="…", help=text(f"cli.case.{name}"))
    parser.add_argument("--promised", default="", metavar="ISO8601", help=text("cli.case.promised"))


def _count(value: str) -> int:
    if not value.isdecimal() or len(value) > 6:
        raise argparse.ArgumentTypeError("0 … 999999")
    return int(value)


def run(arguments: argparse.Namespace, services: Services) -> int:
    """One of its words."""
    out.prepare(machine=arguments.json)
    do: Do = arguments.do
    return with_support(services, lambda port: do(port, arguments, services))


# -- reading ---------------------------------------------------------------------------------------


async def _list(port: SupportPort, arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.cli import show_case
    from selfcare.contract.case import cases_document

    heads = await port.cases()
    if arguments.json:
        _document(cases_document(heads))
        return ExitCode.OK
    said = Catalogue(services.catalogue.language, SUPPORT)
    lines = [show_case.head_line(one) for one in heads] or [said.text("case.none")]
    out.line(out.harmless("\n".join(lines)))
    return ExitCode.OK


async def _show(port: SupportPort, arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.cli import show_case
    from selfcare.contract.case import case_document

    _readable(arguments.case, services)
    case = await port.case(arguments.case)
    if case is None:
        return _missing(arguments.case, services)
    if arguments.json:
        _document(case_document(case, datetime.now().astimezone().isoformat(timespec="seconds")))
        return ExitCode.OK
    out.line(out.harmless(show_case.as_text(case, services.catalogue.language, everything=arguments.all)))
    return ExitCode.OK


def _document(data: dict[str, Any]) -> None:
    out.line(out.escaped(json.dumps(data, ensure_ascii=False, indent=2)))


# -- writing ---------------------------------------------------------------------------------------


async def _note(port: SupportPort, arguments: argparse.Namespace, services: Services) -> int:
    text = " ".join(arguments.text).strip()
    if not text:
        raise _usage(services, "cli.case.empty")
    case = await _meant(port, arguments, services)
    await port.note(case, text, tried=arguments.tried)
    return _said(services, arguments, "case.noted", case=case)


async def _contact(port: SupportPort, arguments: argparse.Namespace, services: Services) -> int:
    at, promised = _past(_instant(arguments.at, services), services), _day(arguments.promised, services)
    one = Contact(
        at or datetime.now().astimezone().isoformat(timespec="seconds"), Channel(arguments.channel), arguments.waited,
        arguments.cost, arguments.who, arguments.reason, arguments.answer, arguments.reference, promised,
    )  # fmt: skip
    case = await _meant(port, arguments, services)
    await port.contact(case, one)
    return _said(services, arguments, "case.noted", case=case)


async def _export(port: SupportPort, arguments: argparse.Namespace, services: Services) -> int:
    case = await _known(port, arguments, services)
    if case is None:
        return _missing(arguments.case, services)
    path = await port.export(case, arguments.file)
    return _said(services, arguments, "case.exported", case=case, file=path)


async def _close(port: SupportPort, arguments: argparse.Namespace, services: Services) -> int:
    case = await _known(port, arguments, services)
    if case is None:
        return _missing(arguments.case, services)
    await port.end(case)
    return _said(services, arguments, "case.closed", case=case)


async def _delete(port: SupportPort, arguments: argparse.Namespace, services: Services) -> int:
    case = await _known(port, arguments, services)
    if case is None:
        return _missing(arguments.case, services)
    if not (arguments.yes or _agreed(case, services)):
        sys.stderr.write(Catalogue(services.catalogue.language, SUPPORT).text("case.delete.kept") + "\n")
        return ExitCode.REFUSED
    await port.delete(case)
    return _said(services, arguments, "case.deleted", case=case)


def _agreed(case: str, services: Services) -> bool:
    said = Catalogue(services.catalogue.language, SUPPORT)
    if not sys.stdin.isatty():
        sys.stderr.write(said.text("case.delete.no_terminal") + "\n")
        return False
    sys.stderr.write(said.text("case.delete.question", case=case) + " ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES


# -- which one -------------------------------------------------------------------------------------


async def _known(port: SupportPort, arguments: argparse.Namespace, services: Services) -> str | None:
    """The id in its one spelling; of the open one where none is named."""
    _readable(arguments.case, services)
    found = await port.case(arguments.case)
    return None if found is None else found.head.id


async def _meant(port: SupportPort, arguments: argparse.Namespace, services: Services) -> str:
    """The open one, opened now where there is none: who notes something has something to tell."""
    found = await _known(port, arguments, services)
    if found is None and arguments.case is not None:
        from selfcare.ground.errors import SelfcareError

        raise SelfcareError("case_unknown", case=arguments.case)
    if found is not None:
        return found
    head: CaseHead = await port.begin()
    return head.id


def _readable(name: str | None, services: Services) -> None:
    from selfcare.cases.ids import parse

    if name is not None and parse(name) is None:
        raise _usage(services, "cli.case.bad_id", value=name)


def _missing(name: str | None, services: Services) -> int:
    from selfcare.cases.ids import parse

    said = Catalogue(services.catalogue.language, SUPPORT)
    sentence = said.text("case.none_open") if name is None else said.text("error.case_unknown", case=parse(name))
    sys.stderr.write(f"selfcare: {sentence}\n")
    return ExitCode.USAGE


def _instant(value: str | None, services: Services) -> str:
    from selfcare.cases.stretch import moment

    if value and moment(value) is None:
        raise _usage(services, "cli.case.bad_date", value=value)
    return value or ""


def _past(at: str, services: Services) -> str:
    """Nobody was reached tomorrow."""
    from selfcare.cases.stretch import AHEAD, moment

    then = moment(at)
    if then is not None and then > datetime.now().astimezone() + AHEAD:
        raise _usage(services, "cli.case.not_yet", value=at)
    return at


def _day(value: str, services: Services) -> str:
    """A day alone, as promises mostly are, or a time."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return _instant(value, services)


def _usage(services: Services, key: str, **values: object) -> Exception:
    from selfcare.cli.main import UsageError

    return UsageError(out.harmless(services.catalogue.text(key, **values)))


def _said(services: Services, arguments: argparse.Namespace, key: str, **values: object) -> int:
    if arguments.json:
        _document({"done": key.removeprefix("case."), **{name: str(value) for name, value in values.items()}})
    else:
        out.line(out.harmless(Catalogue(services.catalogue.language, SUPPORT).text(key, **values)))
    return ExitCode.OK
