"""``selfcare wifi --walk``: through the home with the PC in hand, room by room; at the end a plan with words."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from selfcare.app.wifi.live import closing
from selfcare.cli import out
from selfcare.cli.wifi_plan import walk_lines, when
from selfcare.cli.wifi_screen import END, Keyboard, Screen, key_by_key
from selfcare.cli.wifi_watch import moment
from selfcare.contract import ExitCode
from selfcare.diagnosis.places import Shown
from selfcare.ground.errors import SelfcareError
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.app.wifi.ports import WalkSession, WifiDesk
    from selfcare.model.wifi import WalkRecord

_LONGEST = 80
"""Characters of a line somebody types; a name has fewer."""
_ENTER, _BACK = ("\r", "\n"), ("\x7f", "\b")
_KEEP = ("g", "k")
"""« garder », "keep"."""


async def walk(desk: WifiDesk, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Says everything on the terminal; with ``--json`` the finished walk alone goes to standard output."""
    from selfcare.cli.main import UsageError
    from selfcare.contract.wifi import wifi_exit_code

    if arguments.json and sys.stdin.isatty():
        raise UsageError(catalogue.text("cli.wifi.walk.no_json"))
    code = wifi_exit_code(await desk.read())
    if code is ExitCode.CANNOT_TELL:
        sys.stderr.write(catalogue.text("cli.wifi.walk.nothing") + "\n")
        return code
    # Another program types rooms and nothing else; what was cut off is kept then, as soon as this walk is.
    before = None if arguments.json else await asyncio.to_thread(desk.unfinished)
    with key_by_key():
        walking = Walking(arguments, catalogue)
        as_it_is = before if before is not None and await walking.only_keep(before) else None
        session = desk.walk(before)
        try:
            record = await (session.finish(as_it_is.box_room) if as_it_is is not None else walking.run(session))
        except BaseException:
            await session.abandon()
            raise
    return await _told(desk, record, arguments, catalogue)


class Walking:
    """One walk at the terminal."""

    def __init__(self, arguments: argparse.Namespace, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._screen, self._quiet = Screen(sound=arguments.sound), bool(arguments.json)
        self._keyboard, self._typed = Keyboard(), ""
        self._now = ""

    async def only_keep(self, before: WalkRecord) -> bool:
        """Says that a walk was cut off; whether to keep it as it is, and not to go on with it."""
        rooms = ", ".join(out.harmless_name(room.name) for room in before.rooms)
        self._say(self._catalogue.text("cli.wifi.walk.unfinished", when=when(before.ended), rooms=rooms))
        return (await self._line("cli.wifi.walk.unfinished.ask")).casefold() in _KEEP

    async def run(self, session: WalkSession) -> WalkRecord:
        """Room after room until an empty line; then where the box stands."""
        self._session = session
        self._say(self._catalogue.text("cli.wifi.walk.intro"))
        showing = asyncio.create_task(self._show())
        try:
            while name := await self._line("cli.wifi.walk.ask"):
                self._enter(name)
            self._session.leave()
        finally:
            showing.cancel()
            (ended,) = await asyncio.gather(showing, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended
        rooms = self._session.so_far().rooms
        box = await self._line("cli.wifi.walk.ask_box") if any(room.samples for room in rooms) else ""
        return await self._session.finish(box[:40] or None)

    def _enter(self, name: str) -> None:
        try:
            self._session.enter(name)
        except SelfcareError as error:
            self._say(self._catalogue.text(f"cli.wifi.error.{error.code}", **error.values))
            return
        self._say(self._catalogue.text("cli.wifi.walk.entered", name=out.harmless_name(name)))

    async def _line(self, prompt: str) -> str:
        self._prompt, self._typed = self._catalogue.text(prompt), ""
        self._redraw()
        while True:
            key = await self._keyboard.key()
            if key == END or key in _ENTER:
                typed, self._typed = self._typed.strip(), ""
                return typed
            if key in _BACK:
                self._typed = self._typed[:-1]
            elif key.isprintable() and len(self._typed) < _LONGEST:
                self._typed += key
            self._redraw()

    async def _show(self) -> None:
        shown = Shown()
        async with closing(self._session.points()) as points:
            async for point in points:
                shown = shown.then(point.grade)
                said = moment(point, shown.grade, self._catalogue)
                self._now = self._screen.coloured(said, shown.grade)
                self._screen.ring(shown.grade)
                self._redraw()

    def _redraw(self) -> None:
        if not self._quiet:
            self._screen.anew("  ".join(filter(None, [self._now, self._prompt, out.harmless_name(self._typed)])))

    def _say(self, text: str) -> None:
        if self._quiet:
            sys.stderr.write(text + "\n")
        else:
            self._screen.line(text)


async def _told(desk: WifiDesk, record: WalkRecord, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from selfcare.cli.wifi import document
    from selfcare.contract.wifi import walks_document

    if arguments.json:
        document(walks_document((record,) if record.rooms else ()))
        return ExitCode.OK
    if not record.rooms:
        out.line("\n" + catalogue.text("cli.wifi.walk.empty"))
        return ExitCode.OK
    others = await asyncio.to_thread(desk.walks)
    lines = ["", *walk_lines(record, catalogue, others), catalogue.text("cli.wifi.walk.kept")]
    out.line(out.harmless("\n".join(lines)))
    return ExitCode.OK
