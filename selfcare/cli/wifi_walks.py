"""``selfcare wifi walks [show|delete ID]``: the walks that are kept."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from selfcare.cli import out
from selfcare.cli.wifi import document
from selfcare.cli.wifi_plan import walk_lines, when
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.app.wifi.ports import WifiDesk
    from selfcare.model.wifi import WalkRecord

_DO = ("show", "delete")


async def kept(desk: WifiDesk, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """The list, or one of them; without a name the newest."""
    from selfcare.cli.main import UsageError
    from selfcare.contract.wifi import walks_document

    _, *more = arguments.what
    if len(more) > 2 or (more and more[0] not in _DO) or more == ["delete"]:
        raise UsageError(catalogue.text("cli.wifi.unknown", word=out.harmless(" ".join(arguments.what))))
    walks = await asyncio.to_thread(desk.walks)
    if more[:1] == ["delete"]:
        return await _delete(desk, more[1], catalogue)
    chosen = walks if not more else walks[:1] if len(more) == 1 else tuple(one for one in walks if one.id == more[1])
    if len(more) == 2 and not chosen:
        return _missing(more[1], catalogue)
    if arguments.json:
        document(walks_document(chosen))
    else:
        lines = [_line(one, catalogue) for one in walks] if not more else _whole(chosen, walks, catalogue)
        out.line(out.harmless("\n".join(lines or [catalogue.text("cli.wifi.walks.none")])))
    return ExitCode.OK


def _line(walk: WalkRecord, catalogue: Catalogue) -> str:
    text = catalogue.text
    rooms = ", ".join(f"{room.name} ({text(f'wifi.place.{room.grade.value}')})" for room in walk.rooms)
    return f"{walk.id}  {when(walk.begun)}  {rooms}"


def _whole(chosen: tuple[WalkRecord, ...], walks: tuple[WalkRecord, ...], catalogue: Catalogue) -> list[str]:
    return [line for one in chosen for line in walk_lines(one, catalogue, walks)]


async def _delete(desk: WifiDesk, name: str, catalogue: Catalogue) -> int:
    if not await asyncio.to_thread(desk.forget_walk, name):
        return _missing(name, catalogue)
    out.line(catalogue.text("cli.wifi.walks.deleted"))
    return ExitCode.OK


def _missing(name: str, catalogue: Catalogue) -> int:
    sentence = catalogue.text("cli.wifi.walks.unknown", name=out.harmless(name[:40]))
    sys.stderr.write(f"selfcare: {sentence}\n")
    return ExitCode.USAGE
