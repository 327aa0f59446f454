"""A report as one QR code, or as two or three numbered ones that may be scanned in any order.

At most version 22 with error correction M: a phone needs some 4 camera pixels a module, and its picture has no more to
give. An address in byte mode and the data behind ``#`` in alphanumeric mode (a phone opens the operator's page, and
the data goes to nobody before a tap there); without an address a prefix and the data, for an agent's scanner.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from selfcare.ground.errors import SelfcareError
from selfcare.ground.install_key import InstallKey
from selfcare.model.report import Picture
from selfcare.report import base43, compact, seal

PREFIX = "SLF1:"
MOST_VERSION = 22
MOST_PICTURES = 3
ROOM = 782 * 8
"""Bits of data in version 22 at level M (ISO/IEC 18004, table 7)."""
PART = 0xF0
"""First byte of a part; a whole code begins with its version, which will never be as high."""
PART_HEAD = 6
"""Bytes: ``PART``, number and count in half a byte each, four of the whole's SHA-256."""


def pictures(document: Mapping[str, object], key: InstallKey, page: str = "") -> tuple[Picture, ...]:
    """Of a finished document; ``page`` is the operator's (https), "" for the raw form."""
    return made(document, key, page)[0]


def made(
    document: Mapping[str, object], key: InstallKey, page: str = ""
) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    """The pictures, and the names of what had no room.

    Raises:
        SelfcareError: ``code_too_large``: an address so long that nothing is left for the data.
    """
    texts, left_out = _texts(document, key, page.partition("#")[0])
    return tuple(_picture(page.partition("#")[0], text) for text in texts), left_out


def _texts(document: Mapping[str, object], key: InstallKey, page: str) -> tuple[list[str], tuple[str, ...]]:
    """One picture, if need be without the extras; else up to three with all that fits."""
    every = (*compact.EXTRAS, *compact.TRIMMED)
    tries = [(1, n) for n in range(len(compact.EXTRAS) + 1)] + [(MOST_PICTURES, n) for n in range(len(every) + 1)]
    codes: dict[int, bytes] = {}
    for most, dropped in tries:
        if dropped not in codes:
            codes[dropped] = seal.sealed(compact.dumps(document, every[:dropped]), key)
        for count in range(1, most + 1):
            texts = [base43.encode(part) for part in parts(codes[dropped], count)]
            if all(bits(page, text) <= ROOM for text in texts):
                return texts, tuple(dict.fromkeys(name.partition(":")[0] for name in every[:dropped]))
    raise SelfcareError("code_too_large")


def parts(code: bytes, count: int) -> list[bytes]:
    """The code as it is, or cut in ``count`` pieces that know where they belong."""
    if count == 1:
        return [code]
    size, mark = -(-len(code) // count), hashlib.sha256(code).digest()[:4]
    return [bytes([PART, at << 4 | count]) + mark + code[at * size : (at + 1) * size] for at in range(count)]


def bits(page: str, text: str) -> int:
    """That the data takes in versions 10 to 26 (ISO/IEC 18004, 7.4: mode, length, characters)."""
    if not page:
        text = PREFIX + text
    address = 4 + 16 + 8 * (len(page.encode()) + 1) if page else 0
    return address + 4 + 11 + len(text) // 2 * 11 + len(text) % 2 * 6


def _picture(page: str, text: str) -> Picture:
    import segno
    from segno.consts import MODE_ALPHANUMERIC, MODE_BYTE

    content: Any = (
        [(f"{page}#", MODE_BYTE), (text, MODE_ALPHANUMERIC)] if page else [(PREFIX + text, MODE_ALPHANUMERIC)]
    )
    symbol = segno.make_qr(content, error="M", boost_error=False)
    modules = tuple(tuple(bool(module & 1) for module in row) for row in symbol.matrix)
    return Picture(int(symbol.version), modules, f"{page}#{text}" if page else PREFIX + text)
