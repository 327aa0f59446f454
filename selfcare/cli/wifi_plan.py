"""The plan of a walk as tiles of text, each with its word; and what another walk says of the same rooms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from selfcare.app.wifi.compare import compare, earlier
from selfcare.cli import out
from selfcare.cli.show_wifi import dbm, number
from selfcare.i18n import Catalogue
from selfcare.i18n.floors import floor_name
from selfcare.model.wifi import Room, WalkRecord

_WIDTH = 18
_COLUMNS_MOST = 4
"""Of a terminal of 80 columns; a plan that is wider is a list."""


def walk_lines(walk: WalkRecord, catalogue: Catalogue, others: tuple[WalkRecord, ...] = ()) -> Iterator[str]:
    """Head, plan, figures, and the comparison with the walk before."""
    text = catalogue.text
    name = out.harmless_name(walk.ssid or "") or text("cli.wifi.untold_name")
    yield text("cli.wifi.walk.head", when=when(walk.begun), name=name)
    if walk.box_room is not None:
        yield text("cli.wifi.walk.box_in", room=out.harmless_name(walk.box_room))
    for floor in sorted({room.floor for room in walk.rooms}, reverse=True):
        rooms = [room for room in walk.rooms if room.floor == floor]
        if len({one.floor for one in walk.rooms}) > 1:
            yield floor_name(catalogue, floor)
        yield from plan(rooms, catalogue)
    yield from (text("cli.wifi.walk.room", name=room.name, said=_figures(room, catalogue)) for room in walk.rooms)
    if walk.roams or walk.drops:
        yield text("cli.wifi.walk.changes", roams=walk.roams, drops=walk.drops)
    before = earlier(others, walk)
    if before is not None:
        yield text("cli.wifi.walk.compared", when=when(before.begun))
        yield from (
            text(f"cli.wifi.walk.change.{one.change.value}", name=one.name) for one in compare(before, walk)
        )  # fmt: skip


def plan(rooms: list[Room], catalogue: Catalogue) -> Iterator[str]:
    """Rows of tiles; empty rows and columns are left out."""
    columns, rows = sorted({room.x for room in rooms}), sorted({room.y for room in rooms})
    if not rooms or len(columns) > _COLUMNS_MOST:
        return
    edge = "+".join(["", *["-" * (_WIDTH + 2)] * len(columns), ""])
    for y in rows:
        tiles = [next((room for room in rooms if (room.x, room.y) == (x, y)), None) for x in columns]
        yield edge
        for part in range(3):
            yield "|".join(["", *(f" {_part(tile, part, catalogue):{_WIDTH}} " for tile in tiles), ""])
    yield edge


def _part(tile: Room | None, part: int, catalogue: Catalogue) -> str:
    if tile is None:
        return ""
    level = dbm(tile.rssi_dbm, catalogue) if tile.rssi_dbm is not None else ""
    said = (out.harmless_name(tile.name), catalogue.text(f"wifi.place.{tile.grade.value}"), level)[part]
    return said if len(said) <= _WIDTH else said[: _WIDTH - 1] + "…"


def _figures(room: Room, catalogue: Catalogue) -> str:
    text = catalogue.text
    parts = [text(f"wifi.place.{room.grade.value}")]
    if room.rssi_dbm is not None:
        parts.append(dbm(room.rssi_dbm, catalogue))
    if room.rtt_ms is not None:
        parts.append(text("cli.wifi.moment.box", ms=number(room.rtt_ms, catalogue)))
    if room.loss_pct:
        parts.append(text("cli.wifi.walk.loss", share=number(room.loss_pct, catalogue)))
    return ", ".join(parts)


def when(at: float) -> str:
    """By this PC's clock."""
    try:
        return datetime.fromtimestamp(at).strftime("%d/%m/%Y %H:%M")
    except (ValueError, OverflowError, OSError):
        return "??"
