"""``selfcare box …``: the box read from the terminal. What changes it is in ``box_change.py``.

Nothing that talks to a box is imported before a command is run.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import re
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.ground.errors import SelfcareError
from selfcare.i18n import LANGUAGES, Catalogue

if TYPE_CHECKING:
    from selfcare.app.boxes import BoxDesk, Detection, Found
    from selfcare.boxes.errors import BoxError
    from selfcare.boxes.wire import Place
    from selfcare.contract.box import BoxHead, Shown
    from selfcare.model.box import BoxStatus

FAMILIES = ("freebox", "livebox", "sfr", "bbox", "fritz", "legacy", "igd", "natpmp")
"""``BoxFamily`` as text: the model of boxes takes some 20 ms to import, which every command would pay for."""
READINGS = {"hosts": "hosts", "wifi": "wifi", "guest": "guest", "parental": "parental", "forward": "forwards"}
"""The ``Capability`` that each word reads."""
_BRACKETED = re.compile(r"\[(?P<host>[^\]]+)\](?::(?P<port>[0-9]{1,5}))?")
_PLAIN = re.compile(r"(?P<host>[^:]+):(?P<port>[0-9]{1,5})")
Act = Callable[["BoxDesk", "Found", argparse.Namespace, Services], Awaitable[int]]


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command with its words."""
    from selfcare.cli.box_pair import run_forget, run_pair

    text = catalogue.text
    parser = commands.add_parser("box", help=text("cli.box.help"), allow_abbrev=False)
    words = parser.add_subparsers(metavar=text("cli.command"), required=True)
    add_word(words, "detect", catalogue, run_detect)
    pairing = add_word(words, "pair", catalogue, run_pair)
    pairing.add_argument("--password-stdin", action="store_true", help=text("cli.box.password_stdin"))
    pairing.add_argument("--button", action="store_true", help=text("cli.box.button"))
    add_word(words, "forget", catalogue, run_forget)
    add_word(words, "status", catalogue, run_status)
    for name in READINGS:
        reading = add_word(words, name, catalogue, run_reading)
        if name in ("wifi", "guest"):
            reading.add_argument("--show-key", action="store_true", help=text("cli.box.show_key"))
    _register_list(words, catalogue)


def _register_list(words: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    from selfcare.cli.box_matrix import run_list

    text = catalogue.text
    listed = words.add_parser("list", help=text("cli.box.list"), allow_abbrev=False)
    listed.set_defaults(run=run_list)
    listed.add_argument("--markdown", action="store_true", help=text("cli.probes.markdown"))
    listed.add_argument("--json", action="store_true", help=text("cli.box.list_json"))
    listed.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))


def add_word(
    words: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    catalogue: Catalogue,
    run: Callable[[argparse.Namespace, Services], int],
) -> argparse.ArgumentParser:
    """One word with the options that all of them have."""
    text = catalogue.text
    parser = words.add_parser(name, help=text(f"cli.box.{name}"), allow_abbrev=False)
    parser.set_defaults(run=run, word=name)
    parser.add_argument("--json", action="store_true", help=text("cli.box.json"))
    parser.add_argument("--driver", choices=FAMILIES, metavar="NAME", help=text("cli.box.driver"))
    parser.add_argument(
        "--address", type=_address(catalogue), metavar="HOST[:PORT]", help=text("cli.box.address")
    )  # fmt: skip
    parser.add_argument("--show-identifiers", action="store_true", help=text("cli.box.identifiers"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))
    return parser


def _address(catalogue: Catalogue) -> Callable[[str], tuple[str, int | None]]:
    def parse(text: str) -> tuple[str, int | None]:
        wrong = argparse.ArgumentTypeError(catalogue.text("cli.box.address_wrong", text=text))
        found = _BRACKETED.fullmatch(text) or _PLAIN.fullmatch(text)
        host, port = (found["host"], found["port"]) if found else (text, None)
        try:
            address = str(ipaddress.ip_address(host))
        except ValueError:
            raise wrong from None
        if port is not None and not 0 < int(port) < 65536:
            raise wrong
        return address, None if port is None else int(port)

    return parse


def place_of(arguments: argparse.Namespace) -> Place | None:
    """The address that was asked for; None: the gateway."""
    from selfcare.boxes.wire import Place

    return None if arguments.address is None else Place(*arguments.address)


def shown_of(arguments: argparse.Namespace) -> Shown:
    """What may be shown in a document."""
    from selfcare.contract.box import Shown

    return Shown(arguments.show_identifiers, getattr(arguments, "show_key", False))


def with_box(arguments: argparse.Namespace, services: Services, act: Act) -> int:
    """Finds the box, lets ``act`` talk with it, and says in words what went wrong."""
    out.prepare(machine=arguments.json)
    return asyncio.run(_with_box(arguments, services, act))


async def _with_box(arguments: argparse.Namespace, services: Services, act: Act) -> int:
    from selfcare.boxes.errors import BoxError
    from selfcare.model.box import BoxFamily

    async with services.boxes() as desk:
        found: Found | None = None
        try:
            family = BoxFamily(arguments.driver) if arguments.driver else None
            detection = await desk.detect(place_of(arguments), family)
            found = detection.box
            if found is None:
                return nobody(detection, arguments, services)
            return await act(desk, found, arguments, services)
        except (BoxError, SelfcareError) as error:
            return await failed(error, desk, found, arguments, services)


def nobody(detection: Detection, arguments: argparse.Namespace, services: Services) -> int:
    """No known box answers there."""
    from selfcare.cli.show_box import detection_lines
    from selfcare.contract.box import Failure, box_document

    lines = list(detection_lines(detection, False, services.catalogue))
    if arguments.json:
        failure = Failure("unreachable", lines[0])
        write(box_document(arguments.word, None, failure=failure, hints=detection.hints))
    else:
        sys.stderr.write("\n".join(lines) + "\n")
    return ExitCode.CANNOT_TELL


async def failed(
    error: BoxError | SelfcareError,
    desk: BoxDesk,
    found: Found | None,
    arguments: argparse.Namespace,
    services: Services,
) -> int:
    """Says why, in the document or on the error stream."""
    from selfcare.app.box_words import code_text, error_text
    from selfcare.contract.box import Failure, box_document, box_exit_code

    family = None if found is None else found.family.value
    if isinstance(error, SelfcareError):
        failure = Failure(error.code, code_text(services.catalogue, error.code, family))
    else:
        text = error_text(services.catalogue, error, family)
        failure = Failure(error.code.value, text, error.right, error.retry_after)
    if arguments.json:
        head = None if found is None else await head_of(desk, found)
        write(box_document(arguments.word, head, failure=failure, shown=shown_of(arguments)))
    else:
        sys.stderr.write(failure.text + "\n")
    return box_exit_code(failure.code)


async def head_of(desk: BoxDesk, found: Found) -> BoxHead:
    """Whom a document is about."""
    from selfcare.contract.box import BoxHead

    paired = await desk.paired(found)
    certainty, pairing = found.certainty.value, found.pairing.value
    return BoxHead(found.family.value, certainty, pairing, paired, found.device, desk.trouble(found))


def write(document: dict[str, Any]) -> None:
    """One JSON document. It may be read on a terminal: what such a one would obey is written as its number."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    out.line("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


def run_detect(arguments: argparse.Namespace, services: Services) -> int:
    """Who is it? The hints are waited for."""
    out.prepare(machine=arguments.json)
    return asyncio.run(_detect(arguments, services))


async def _detect(arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.boxes.errors import BoxError
    from selfcare.cli.show_box import detection_lines
    from selfcare.contract.box import box_document
    from selfcare.model.box import BoxFamily

    async with services.boxes() as desk:
        try:
            family = BoxFamily(arguments.driver) if arguments.driver else None
            detection = await desk.detect(place_of(arguments), family, thorough=True)
        except BoxError as error:
            return await failed(error, desk, None, arguments, services)
        if detection.box is None:
            return nobody(detection, arguments, services)
        head = await head_of(desk, detection.box)
        if arguments.json:
            write(box_document("detect", head, shown=shown_of(arguments), hints=detection.hints))
        else:
            out.line("\n".join(detection_lines(detection, head.paired, services.catalogue)))
        return ExitCode.OK


def run_status(arguments: argparse.Namespace, services: Services) -> int:
    """What the box says of itself and of the line."""
    return with_box(arguments, services, _status)


async def _status(desk: BoxDesk, found: Found, arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.cli.show_box import status_lines
    from selfcare.contract.box import box_document

    status = await desk.status(found)
    if arguments.json:
        head = await head_of(desk, found)
        write(box_document("status", head, status, shown=shown_of(arguments), hints=found.hints))
    else:
        out.line("\n".join(status_lines(found, status, desk.trouble(found), services.catalogue)))
    # A refused secret is something to be done, although the rest was read.
    return ExitCode.NEEDS_PRIVILEGE if desk.trouble(found) or told_nothing(status) else ExitCode.OK


def told_nothing(status: BoxStatus) -> bool:
    """A box that keeps everything for those who are paired was found, but not read."""
    from dataclasses import fields

    from selfcare.model.box import Absent, Why

    values = [getattr(status, field.name) for field in fields(status)]
    absent = [value for value in values if isinstance(value, Absent)]
    others = len(values) - len(absent) - len(("taken", "device", "paired", "adds"))
    return others == 0 and any(value.why is Why.NEEDS_PAIRING for value in absent)


def run_reading(arguments: argparse.Namespace, services: Services) -> int:
    """One reading: devices, Wi-Fi, guests, parental control, open ports."""
    return with_box(arguments, services, _reading)


async def _reading(desk: BoxDesk, found: Found, arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.app.box_words import code_text
    from selfcare.cli.show_box_home import LINES
    from selfcare.contract.box import box_document
    from selfcare.ground.anonymous import without
    from selfcare.model.box import Absent, Capability, Why

    value = await desk.read(found, Capability(READINGS[arguments.word]))
    absent = value if isinstance(value, Absent) else None
    if arguments.json:
        write(box_document(arguments.word, await head_of(desk, found), value, shown=shown_of(arguments)))
    elif absent is None:
        seen = without(value, identifiers=False, keys=not shown_of(arguments).keys)
        out.line("\n".join(LINES[arguments.word](seen, services.catalogue)))
    else:
        code = desk.trouble(found) or absent.code
        text = services.catalogue.text
        sentence = code_text(services.catalogue, code, found.family.value) if code else None
        sys.stderr.write((sentence or text(f"box.absent.{absent.why.value}")) + "\n")
    if absent is None:
        return ExitCode.OK
    let_in = (Why.NEEDS_PAIRING, Why.NEEDS_RIGHT)
    return ExitCode.NEEDS_PRIVILEGE if absent.why in let_in or desk.trouble(found) else ExitCode.CANNOT_TELL
