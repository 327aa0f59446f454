"""``selfcare box pair`` and ``forget``. A password is typed, or read from standard input; never an argument."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.app.boxes import BoxDesk, Found, Pairing
    from selfcare.boxes.secret import Secret

_MOST = 1024


def run_pair(arguments: argparse.Namespace, services: Services) -> int:
    """Says what to do at each step, and where the secret was kept."""
    from selfcare.cli.box import with_box

    return with_box(arguments, services, _pair)


async def _pair(desk: BoxDesk, found: Found, arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.boxes.driver import PairingKind, PairingState

    say = services.catalogue.text
    if found.pairing is PairingKind.NONE:
        sys.stderr.write(say("box.pairing.none") + "\n")
        await _written(desk, found, arguments, "not_needed", None)
        return ExitCode.OK
    secret = None
    if found.pairing is PairingKind.PASSWORD and not arguments.button:
        secret = _password(arguments, services.catalogue)
        if secret is None:
            sys.stderr.write(say("cli.box.no_password") + "\n")
            return ExitCode.USAGE
    elif not arguments.json:
        sys.stderr.write(say(f"box.pairing.{'button' if arguments.button else found.pairing.value}") + "\n")
    last: Pairing | None = None
    async for pairing in desk.pair(found, secret):
        if last is None or pairing.step.instruction != last.step.instruction:
            _tell(pairing, services.catalogue)  # a box that is waiting says so every other second
        last = pairing
    state = last.step.state if last is not None else PairingState.DENIED
    await _written(desk, found, arguments, state.value, last)
    return ExitCode.OK if state is PairingState.GRANTED else ExitCode.REFUSED


def _password(arguments: argparse.Namespace, catalogue: Catalogue) -> Secret | None:
    import getpass

    from selfcare.boxes.secret import Secret

    if arguments.password_stdin:
        typed = sys.stdin.readline(_MOST).rstrip("\r\n")
    elif sys.stdin.isatty():
        sys.stderr.write(catalogue.text("box.pairing.password") + "\n")
        typed = getpass.getpass(catalogue.text("cli.box.ask_password"))
    else:
        return None
    return Secret(typed) if typed else None


def _tell(pairing: Pairing, catalogue: Catalogue) -> None:
    step = pairing.step
    general = f"box.pairing.{step.state.value}"
    sys.stderr.write((catalogue.first(step.instruction, general)) + "\n")
    if pairing.kept is None:
        return
    if pairing.kept.where.value == "file":
        sys.stderr.write(catalogue.text("box.secret.file") + "\n")
    if pairing.kept.set_aside is not None:
        sys.stderr.write(catalogue.text("box.secret.set_aside", name=pairing.kept.set_aside.name) + "\n")


async def _written(
    desk: BoxDesk, found: Found, arguments: argparse.Namespace, state: str, last: Pairing | None
) -> None:  # fmt: skip
    if not arguments.json:
        return
    from selfcare.cli.box import head_of, shown_of, write
    from selfcare.contract.box import box_document

    kept = last.kept if last is not None else None
    result: dict[str, Any] = {
        "state": state,
        "stored": kept.where.value if kept is not None else None,
        "rights": list(last.step.rights) if last is not None else [],
    }
    write(box_document(arguments.word, await head_of(desk, found), result, shown=shown_of(arguments)))


def run_forget(arguments: argparse.Namespace, services: Services) -> int:
    """Takes the secret away from this computer."""
    from selfcare.cli.box import with_box

    return with_box(arguments, services, _forget)


async def _forget(desk: BoxDesk, found: Found, arguments: argparse.Namespace, services: Services) -> int:
    state = "forgotten" if await desk.forget(found) else "not_known"
    if arguments.json:
        await _written(desk, found, arguments, state, None)
    else:
        out.line(services.catalogue.text(f"box.pairing.{state}"))
    return ExitCode.OK
