"""``selfcare guide run``: one screen after the other, until the end or until nobody is there to answer."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from selfcare.app.services import Services
from selfcare.cli import out, show_guide
from selfcare.cli.guide import unknown
from selfcare.cli.guide_screens import Asked, ask
from selfcare.cli.guide_typing import NobodyThere, Terminal
from selfcare.contract import ExitCode
from selfcare.contract import guide as contract
from selfcare.ground.errors import SelfcareError

if TYPE_CHECKING:
    from selfcare.app.guides.answers import AnswerError
    from selfcare.app.guides.desk import GuideDesk
    from selfcare.app.guides.run import GuideRun
    from selfcare.i18n import Catalogue

_EXIT: Mapping[str, ExitCode] = {
    "solved": ExitCode.OK,
    "told": ExitCode.OK,
    "contact": ExitCode.FAULT,
    "impossible": ExitCode.REFUSED,
    "left": ExitCode.REFUSED,
}
_UNDONE: Mapping[str, ExitCode] = {"done": ExitCode.OK, "declined": ExitCode.REFUSED}


def run(arguments: argparse.Namespace, services: Services) -> int:
    """One of the four things that ``run`` may be asked for."""
    out.prepare(machine=arguments.json)
    if arguments.id is None and arguments.resume is None and not (arguments.discard or arguments.undo):
        sys.stderr.write("selfcare: " + services.catalogue.text("cli.guide.which") + "\n")
        return ExitCode.USAGE
    return asyncio.run(_run(arguments, services))


async def _run(arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.app.guides.answers import AnswerError
    from selfcare.guides import GuideError
    from selfcare.guides.walk import WalkError

    desk = services.guides()
    try:
        if arguments.discard:
            return await _discard(desk, arguments.discard, services.catalogue)
        if arguments.undo:
            return await _undo(desk, arguments, services)
        opened = await _opened(desk, arguments, services.catalogue)
        return opened if isinstance(opened, int) else await _gone_through(opened, arguments, services)
    except AnswerError as error:
        return _wrong(error, services.catalogue)
    except GuideError as error:
        return unknown(error.guide, services.catalogue)
    except WalkError as error:
        return _trouble(error.code, services.catalogue)
    except SelfcareError as error:
        return _trouble(error.code, services.catalogue)
    finally:
        await desk.close()


async def _opened(desk: GuideDesk, arguments: argparse.Namespace, catalogue: Catalogue) -> GuideRun | int:
    given = dict(_pair(text) for text in arguments.answer)
    if arguments.resume is None:
        return await desk.begin(arguments.id, given)
    fitting = [one for one in desk.left() if arguments.id in (None, one.guide)]
    name = arguments.resume or next((one.name for one in fitting), None)
    if name is None or name not in [one.name for one in fitting]:
        sys.stderr.write("selfcare: " + catalogue.text("cli.guide.no_run") + "\n")
        return ExitCode.USAGE
    return await desk.resume(name, given)


def _pair(text: str) -> tuple[str, str]:
    from selfcare.app.guides.answers import AnswerError

    name, sign, value = text.partition("=")
    if not sign:
        raise AnswerError("nobody_asks", name=text)
    return name, value


async def _gone_through(run: GuideRun, arguments: argparse.Namespace, services: Services) -> int:
    terminal = Terminal(services.catalogue, assume=arguments.yes, machine=arguments.json)
    try:
        terminal.say(*show_guide.heading(run.guide, run.tools.words, services.catalogue))
        terminal.say(*show_guide.present_state(await run.shows(), services.catalogue))
        code = await _steps(run, terminal)
    except (KeyboardInterrupt, asyncio.CancelledError):
        terminal.say(*show_guide.resumable(run, services.catalogue))
        raise
    except SelfcareError:
        terminal.say(*show_guide.resumable(run, services.catalogue))
        raise
    if arguments.json:
        out.line(out.escaped(contract.text(contract.run_document(run, identifiers=arguments.show_identifiers))))
    return code


async def _steps(run: GuideRun, terminal: Terminal) -> int:
    """Until the end; 3 where nobody is there, 5 where what is missing is that the box lets us in."""
    from selfcare.app.guides.answers import AnswerError
    from selfcare.app.guides.screen import Scene

    try:
        while True:
            screen = await run.proceed(
                terminal.consent, terminal.progress, lambda now: terminal.say(*show_guide.working(now))
            )
            if screen.scene is Scene.OVER:
                terminal.say(*show_guide.over_lines(run, screen, terminal.catalogue))
                assert screen.end is not None
                return _EXIT[screen.end.value]
            terminal.say(*show_guide.screen_lines(screen, terminal.catalogue))
            try:
                await _told(run, await ask(run, screen, terminal))
            except AnswerError as error:
                terminal.say(terminal.catalogue.text(f"guide.answer.{error.code}", **error.values))
                if not sys.stdin.isatty():
                    raise
    except NobodyThere:
        terminal.say(*show_guide.resumable(run, terminal.catalogue))
        pairing = run.screen().gesture == "pair"
        return ExitCode.NEEDS_PRIVILEGE if pairing else ExitCode.CANNOT_TELL


async def _told(run: GuideRun, asked: Asked) -> None:
    match asked.kind:
        case "answer":
            await run.answer(asked.text)
        case "confirm":
            run.confirm(asked.text or "done")
        case "back":
            run.back()
        case "stop":
            raise NobodyThere
        case _:
            pass


async def _discard(desk: GuideDesk, name: str, catalogue: Catalogue) -> int:
    if name not in [one.name for one in desk.left()]:
        sys.stderr.write("selfcare: " + catalogue.text("cli.guide.no_run") + "\n")
        return ExitCode.USAGE
    await desk.discard(name)
    out.line(catalogue.text("cli.guide.discarded"))
    return ExitCode.OK


async def _undo(desk: GuideDesk, arguments: argparse.Namespace, services: Services) -> int:
    name = desk.holder(arguments.undo)
    if name is None:
        sys.stderr.write("selfcare: " + services.catalogue.text("cli.guide.no_entry") + "\n")
        return ExitCode.USAGE
    terminal = Terminal(services.catalogue, assume=arguments.yes, machine=arguments.json)
    run = await desk.resume(name)
    try:
        acted = await run.undo(arguments.undo, terminal.consent, terminal.progress)
    except NobodyThere:
        sys.stderr.write(services.catalogue.text("cli.repair.no_terminal") + "\n")
        return ExitCode.REFUSED
    terminal.say(*acted.lines, services.catalogue.text(f"cli.guide.undone.{acted.outcome}"))
    if arguments.json:
        out.line(out.escaped(contract.text(contract.run_document(run, identifiers=arguments.show_identifiers))))
    return _UNDONE.get(acted.outcome, ExitCode.FAULT)


def _wrong(error: AnswerError, catalogue: Catalogue) -> int:
    sys.stderr.write("selfcare: " + out.harmless(catalogue.text(f"guide.answer.{error.code}", **error.values)) + "\n")
    return ExitCode.USAGE


def _trouble(code: str, catalogue: Catalogue) -> int:
    """The disk, the keyring, another window, another version."""
    keys = (f"guide.error.{code}", f"box.secret.{code}", "guide.error.failed")
    sys.stderr.write("selfcare: " + catalogue.first(*keys, code=code) + "\n")
    return ExitCode.REFUSED if code == "guide_run_busy" else ExitCode.CANNOT_TELL
