"""``selfcare wifi``: the Wi-Fi of this PC, read once, second by second, room by room; and its code for others."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Any

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue

if TYPE_CHECKING:
    from selfcare.app.wifi.ports import WifiDesk

WHATS = ("walks", "qr", "channel")
Work = Callable[["WifiDesk", argparse.Namespace, Catalogue], Coroutine[Any, Any, int]]


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command."""
    text = catalogue.text
    parser = commands.add_parser("wifi", help=text("cli.wifi.help"), allow_abbrev=False)
    parser.set_defaults(run=run)
    parser.add_argument("what", nargs="*", metavar="walks|qr|channel", help=text("cli.wifi.what"))
    way = parser.add_mutually_exclusive_group()
    for name in ("watch", "walk", "scan"):
        way.add_argument(f"--{name}", action="store_true", help=text(f"cli.wifi.{name}"))
    parser.add_argument("--sound", action="store_true", help=text("cli.wifi.sound"))
    parser.add_argument("--key", action="store_true", help=text("cli.wifi.key"))
    _register_channel(parser, catalogue)
    parser.add_argument("--json", action="store_true", help=text("cli.wifi.json"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))


def _register_channel(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    text = catalogue.text
    parser.add_argument("--band", choices=("2.4", "5"), help=text("cli.wifi.channel.opt.band"))
    which = parser.add_mutually_exclusive_group()
    for name in ("width", "split"):
        which.add_argument(f"--{name}", action="store_true", help=text(f"cli.wifi.channel.opt.{name}"))
    parser.add_argument("--yes", action="store_true", help=text("cli.wifi.channel.opt.yes"))
    # Of the words of `selfcare box`, with which it shares the way to the box.
    parser.set_defaults(driver=None, address=None, show_identifiers=False, word="wifi")


def run(arguments: argparse.Namespace, services: Services) -> int:
    """One of its ways. What cannot be done is told by its code."""
    from selfcare.ground.errors import SelfcareError

    if arguments.what == ["channel"] and not (arguments.watch or arguments.walk or arguments.scan):
        from selfcare.cli.wifi_channel import run as run_channel

        return run_channel(arguments, services)
    out.prepare(machine=arguments.json)
    catalogue = services.catalogue
    work = _work(arguments, catalogue)

    async def whole() -> int:
        desk = services.wifi()
        try:
            return await work(desk, arguments, catalogue)
        finally:
            await desk.close()

    try:
        return asyncio.run(whole())
    except SelfcareError as error:
        sys.stderr.write(out.harmless(f"selfcare: {_sentence(error, catalogue)}\n"))
        return ExitCode.CANNOT_TELL


def _work(arguments: argparse.Namespace, catalogue: Catalogue) -> Work:
    from selfcare.cli.main import UsageError

    what = arguments.what
    if what and (arguments.watch or arguments.walk or arguments.scan or what[0] not in WHATS[:2]):
        raise UsageError(catalogue.text("cli.wifi.unknown", word=out.harmless(" ".join(what))))
    if what[:1] == ["qr"] and len(what) == 1:
        from selfcare.cli.wifi_qr import show

        return show
    if what:
        from selfcare.cli.wifi_walks import kept

        return kept
    if arguments.watch:
        from selfcare.cli.wifi_watch import watch

        return watch
    if arguments.walk:
        from selfcare.cli.wifi_walk import walk

        return walk
    return _read


async def _read(desk: WifiDesk, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from selfcare.contract.wifi import wifi_document, wifi_exit_code

    scan = await _scanned(desk, catalogue) if arguments.scan else None
    reading = await desk.read()
    advice = desk.channels(reading)
    if arguments.json:
        document(wifi_document(reading, advice, datetime.now().astimezone(), scan))
    else:
        from selfcare.cli.show_wifi import reading_lines, searched

        lines = [*reading_lines(reading, advice, catalogue)]
        if scan is not None:
            lines[:0] = searched(scan.outcome, reading, catalogue)
        out.line(out.harmless("\n".join(lines)))
    return wifi_exit_code(reading)


async def _scanned(desk: WifiDesk, catalogue: Catalogue) -> Any:
    sys.stderr.write(catalogue.text("cli.wifi.scanning") + "\n")
    return await desk.scan()


def document(data: dict[str, Any], indent: int | None = 2) -> None:
    """One JSON document, or one line of them."""
    out.line(out.escaped(json.dumps(data, ensure_ascii=False, indent=indent)))


def _sentence(error: Any, catalogue: Catalogue) -> str:
    from selfcare.app.support.said import trouble

    key = f"cli.wifi.error.{error.code}"
    if catalogue.has(key):
        return catalogue.text(key, **error.values)
    return trouble(Catalogue(catalogue.language, SUPPORT), error.code, error.values)
