"""Draws a QR code: black on white, whatever the theme, with its quiet zone of four modules."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from selfcare.model.report import Picture

QUIET = 4
"""Modules on every side (ISO/IEC 18004, 6.3.8)."""
SCALE = 4
"""Pixels a module, at least: with fewer, phones begin to fail."""


def png(picture: Picture, scale: int = 8) -> bytes:
    """One bit a pixel; ``scale`` pixels a module, never fewer than four."""
    scale = max(scale, SCALE)
    side = (len(picture.modules) + 2 * QUIET) * scale
    lines = b"".join(_line(row, scale) * scale for row in _rows(picture))
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _line(row: list[bool], scale: int) -> bytes:
    """Unfiltered; a set bit is white."""
    text = "".join(("0" if black else "1") * scale for black in row)
    return b"\0" + int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def svg(picture: Picture, scale: int = 8) -> bytes:
    """One path of horizontal strokes; grows without blur."""
    side, scale = len(picture.modules) + 2 * QUIET, max(scale, SCALE)
    strokes = "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z"
        for y, row in enumerate(_rows(picture))
        for start, end in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side * scale}" height="{side * scale}" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{strokes}"/></svg>\n'
    ).encode()


def terminal(picture: Picture) -> str:
    """Two rows a line, in black and white of its own: a dark terminal would turn it inside out."""
    rows = _rows(picture)
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    signs = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    lines = ("".join(signs[pair] for pair in zip(*two, strict=True)) for two in zip(rows[::2], rows[1::2], strict=True))
    return "\n".join(f"\x1b[38;2;0;0;0;48;2;255;255;255m{line}\x1b[0m" for line in lines)


def _rows(picture: Picture) -> list[list[bool]]:
    """With the quiet zone; true is black."""
    side, blank = len(picture.modules) + 2 * QUIET, [False] * QUIET
    empty = [[False] * side for _ in range(QUIET)]
    return [*empty, *([*blank, *row, *blank] for row in picture.modules), *(list(row) for row in empty)]


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for x, black in enumerate([*row, False]):
        if black and start is None:
            start = x
        elif not black and start is not None:
            yield start, x
            start = None
