"""``selfcare wifi qr``: the network of this PC as a code for the camera of another device. It holds the key."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.app.wifi.ports import Pass, WifiDesk

_CODES = {"type_it": ExitCode.NEEDS_PRIVILEGE, "nameless": ExitCode.NEEDS_PRIVILEGE, "wrong_key": ExitCode.USAGE}


async def show(desk: WifiDesk, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Never in JSON, never into a file: what holds a key is shown to whoever stands before the screen."""
    from selfcare.app.wifi.ports import PassRefused
    from selfcare.cli.main import UsageError

    if arguments.json:
        raise UsageError(catalogue.text("cli.wifi.qr.no_json"))
    if not _seen():
        sys.stderr.write(catalogue.text("cli.wifi.qr.screen") + "\n")
        return ExitCode.USAGE
    found = await desk.share(_asked(catalogue) if arguments.key else None)
    if found is PassRefused.TYPE_IT and not arguments.key and sys.stdin.isatty():
        sys.stderr.write(catalogue.text("cli.wifi.qr.type_it") + "\n")
        found = await desk.share(_asked(catalogue))
    if isinstance(found, PassRefused):
        sys.stderr.write(catalogue.text(f"cli.wifi.qr.{found.value}") + "\n")
        return _CODES.get(found.value, ExitCode.CANNOT_TELL)
    _draw(found, catalogue)
    return ExitCode.OK


def _seen() -> bool:
    """Whether somebody looks: a file, or another program, would keep the key."""
    return sys.stdout.isatty()


def _asked(catalogue: Catalogue) -> str:
    """Unseen while it is typed; from a pipe the first line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(catalogue.text("cli.wifi.qr.key") + " ")


def _draw(made: Pass, catalogue: Catalogue) -> None:
    from selfcare.app.wifi.share import KEYLESS, picture
    from selfcare.report import draw

    out.line(out.harmless(catalogue.text("cli.wifi.qr.shown", name=out.harmless_name(made.ssid))))
    if made.security not in KEYLESS:
        out.line(catalogue.text("cli.wifi.qr.holds"))
    out.line(draw.terminal(picture(made)))
