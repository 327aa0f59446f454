"""Walks as plans of tiles, each with its word, and the Wi-Fi's last reading as a table; of any document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from selfcare.report import page_read as read
from selfcare.report.page_forms import Forms
from selfcare.report.page_tables import Cell, Table
from selfcare.report.page_words import Words

_TONES = {"good": "good", "fair": "fair", "weak": "poor", "bad": "bad"}
_OLD_S = 60.0
"""What was heard longer before the check is not told as of the check."""
_ROOMS, _WALKS, _CHANNELS, _SIDE = 60, 5, 60, 24


@dataclass(frozen=True, slots=True)
class Tile:
    """A room on the plan: its name, its word, what was measured. ``box``: the box stands here."""

    name: str
    grade: str
    tone: str
    figures: tuple[str, ...]
    box: bool = False


@dataclass(frozen=True, slots=True)
class Floor:
    """Rows of tiles; None where nothing stands."""

    title: str
    rows: tuple[tuple[Tile | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk."""

    title: str
    note: str
    floors: tuple[Floor, ...]


def walks(document: Mapping[str, object], words: Words, forms: Forms) -> tuple[Walk, ...]:
    """Newest first; none where they were left out, or nobody walked."""
    return tuple(_walk(one, words, forms) for one in read.rows(document.get("walks"), _WALKS))


def _walk(one: Mapping[str, object], words: Words, forms: Forms) -> Walk:
    rooms = read.rows(one.get("rooms"), _ROOMS)
    levels = sorted({_at(room, "floor") for room in rooms}, reverse=True)
    floors = tuple(
        _floor([room for room in rooms if _at(room, "floor") == level], one, level if len(levels) > 1 else None,
               words, forms) for level in levels
    )  # fmt: skip
    counts = [words.t(f"walk.{name}", count=forms.number(found))
              for name in ("roams", "drops") if (found := read.figure(one.get(name)))]  # fmt: skip
    box = read.words(one.get("box_name"), 60)
    if box and read.figure(one.get("box_room")) is None:
        counts.append(words.t("walk.box_elsewhere", room=box))
    at = forms.when(one.get("at")) or words.t("unknown")
    network = read.words(one.get("network"), 40)
    title = words.t(f"walk.title{'' if network else '.unnamed'}", at=at, network=network)
    return Walk(title, words.listed(tuple(counts)), floors)


def _floor(
    rooms: list[Mapping[str, object]], walk: Mapping[str, object], level: int | None, words: Words, forms: Forms
) -> Floor:
    """Empty rows and columns are left out; two on one place stand in the order of the document."""
    columns = sorted({_at(room, "x") for room in rooms})
    there: dict[tuple[int, int], Tile] = {}
    for room in rooms:
        there.setdefault((_at(room, "x"), _at(room, "y")), _tile(room, walk, words, forms))
    rows = tuple(tuple(there.get((x, y)) for x in columns) for y in sorted({_at(room, "y") for room in rooms}))
    return Floor(words.floor(level) if level is not None else "", rows)


def _at(room: Mapping[str, object], name: str) -> int:
    found = read.figure(room.get(name))
    return 0 if found is None else int(min(max(found, -_SIDE), _SIDE))


def _tile(room: Mapping[str, object], walk: Mapping[str, object], words: Words, forms: Forms) -> Tile:
    number, grade = read.figure(room.get("number")), read.words(room.get("grade"), 20)
    name = read.words(room.get("name"), 60) or words.t("walk.room", number=forms.number(number or 0))
    told = (
        ("signal", room.get("rssi_dbm"), "dBm"),
        ("delay", room.get("rtt_ms"), "ms"),
        ("loss", room.get("loss_pct"), "%"),
    )
    figures = tuple(
        words.t(f"walk.{name}", value=forms.quantity(value, unit))
        for name, value, unit in told if read.figure(value) is not None
    )  # fmt: skip
    box = number is not None and number == read.figure(walk.get("box_room"))
    return Tile(name, words.known(f"wifi.place.{grade}") or words.t("unknown"), _TONES.get(grade, "none"), figures, box)


def channels(document: Mapping[str, object], words: Words, forms: Forms) -> Table:
    """Who is on which channel, counted."""
    title, given = words.t("air.title"), document.get("air")
    if given is None:
        return Table("air", title, note=words.t("none.air"))
    found = read.mapping(given).get("channels")
    rows = tuple(_channel(one, words, forms) for one in read.rows(found, _CHANNELS))
    if not rows:
        return Table("air", title, note=words.t("none.air"))
    columns = tuple(words.t(f"air.column.{at}") for at in range(len(rows[0])))
    age = read.figure(read.mapping(given).get("scan_age_s"))
    if age is None:
        title = words.t("air.title.unknown")
    elif age > _OLD_S:
        title = words.t("air.title.then", age=forms.lasting(age / 60))
    return Table("air", title, columns, rows, more=read.more(found, _CHANNELS))


def _band(value: object) -> object:
    """As a figure, so that it is written as the language writes one."""
    return {"2.4": 2.4, "5": 5, "6": 6}.get(value, value) if isinstance(value, str) else value


def _channel(one: Mapping[str, object], words: Words, forms: Forms) -> tuple[Cell, ...]:
    use, band = read.figure(one.get("use")), forms.quantity(_band(one.get("band")), "GHz")
    return (
        Cell(words.t("air.channel", band=band, number=forms.quantity(one.get("channel")))),
        Cell(forms.quantity(one.get("count"))), Cell(forms.quantity(one.get("strongest_dbm"), "dBm")),
        Cell(forms.quantity(100 * use, "%") if use is not None else ""),
        Cell(words.t("air.own") if one.get("own") is True else ""),
    )  # fmt: skip
