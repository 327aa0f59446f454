"""``selfcare wifi --watch``: a line a second until somebody presses q, or the reader goes away."""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING

from selfcare.app.wifi.live import closing
from selfcare.cli import out
from selfcare.cli.show_wifi import channel, dbm, number
from selfcare.cli.wifi_screen import END, Keyboard, Screen, key_by_key
from selfcare.contract import ExitCode
from selfcare.diagnosis.places import Shown
from selfcare.i18n import Catalogue
from selfcare.model.wifi import LivePoint, Place

if TYPE_CHECKING:
    from selfcare.app.wifi.ports import WifiDesk

_BARS = {Place.GOOD: 4, Place.FAIR: 3, Place.WEAK: 2, Place.BAD: 1}
"""A picture of the word beside it: both by the same grade, or three bars would stand beside « faible »."""


async def watch(desk: WifiDesk, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Ends with 0 when somebody ends it; what cannot be read at all is told first, with its own code."""
    from selfcare.cli.show_wifi import reading_lines
    from selfcare.contract.wifi import wifi_exit_code

    screen = Screen(sound=arguments.sound)
    first = await desk.read()
    code = wifi_exit_code(first)
    if code is ExitCode.CANNOT_TELL:
        if not arguments.json:
            screen.line(out.harmless_name(" ".join(reading_lines(first, (), catalogue))))
        return code
    with key_by_key() as terminal:
        if terminal and not arguments.json:
            screen.line(catalogue.text("cli.wifi.watching"))
        showing = asyncio.create_task(_show(desk, screen, arguments.json, catalogue))
        waits = [showing, asyncio.create_task(_quit())] if terminal else [showing]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            ended = await asyncio.gather(*waits, return_exceptions=True)
    for trouble in ended:
        if isinstance(trouble, Exception):
            raise trouble
    return ExitCode.OK


async def _quit() -> None:
    keyboard = Keyboard()
    while (await keyboard.key()) not in ("q", "Q", "\x03", "\x1b", END):
        pass


async def _show(desk: WifiDesk, screen: Screen, machine: bool, catalogue: Catalogue) -> None:
    from selfcare.contract.wifi import moment_document

    shown = Shown()
    async with closing(desk.live(1.0)) as points:
        async for point in points:
            now = datetime.now().astimezone()
            shown = shown.then(point.grade)
            if machine:
                screen.plain(out.escaped(json.dumps(moment_document(point, now), ensure_ascii=False)))
            else:
                grade = shown.grade
                screen.line(f"{now:%H:%M:%S}  {screen.coloured(moment(point, grade, catalogue), grade)}")
            screen.ring(shown.grade)
            if screen.gone:
                return


def moment(point: LivePoint, grade: Place, catalogue: Catalogue) -> str:
    """One moment in words and figures."""
    text = catalogue.text
    if point.stale:
        return text("cli.wifi.moment.stale")
    link = point.link
    if link is None:
        return ", ".join(filter(None, [text("cli.wifi.moment.none"), _box(point, catalogue)]))
    level = link.rssi_dbm if link.rssi_dbm is not None else link.rssi_average_dbm
    parts = [f"{bars(grade)} {text(f'wifi.place.{grade.value}')}"]
    if level is not None:
        parts.append(dbm(level, catalogue))
    if link.channel is not None:
        parts.append(channel(link.channel, catalogue))
    return out.harmless_name(", ".join([*parts, *filter(None, [_box(point, catalogue)])]))


def _box(point: LivePoint, catalogue: Catalogue) -> str:
    if point.lost:
        return catalogue.text("cli.wifi.moment.lost")
    return "" if point.rtt_ms is None else catalogue.text("cli.wifi.moment.box", ms=number(point.rtt_ms, catalogue))


def bars(grade: Place) -> str:
    """Four at most."""
    count = _BARS.get(grade, 0)
    return "|" * count + "." * (4 - count)
