"""What is inside a QR code's text, read by other means than the program's: its letters themselves are chance."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

import cbor2

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:"
PART, PART_HEAD, SEAL_HEAD = 0xF0, 6, 1 + 32 + 64
"""docs/design/support-codes.md: a numbered picture's head; version, key and signature before what is told."""


def inside(texts: Sequence[str]) -> str:
    """What stands before the data in each picture, and the data as JSON."""
    heads, parts = list[str](), list[tuple[int, bytes]]()
    for text in texts:
        head, mark, data = text.partition("#" if "#" in text else "SLF1:")
        assert mark, "neither an address nor the plain form"
        code = _bytes(data)
        parts.append((code[1] >> 4, code[PART_HEAD:]) if code[0] == PART else (0, code))
        heads.append(head)
    whole = b"".join(code for _, code in sorted(parts))
    told = cbor2.loads(zlib.decompress(whole[SEAL_HEAD:]))
    assert told, "a code that tells nothing hides nothing"
    return json.dumps([heads, told], ensure_ascii=False, default=str)


def _bytes(data: str) -> bytes:
    found = bytearray()
    for at in range(0, len(data), 3):
        value = 0
        for letter in data[at : at + 3]:
            value = value * len(DIGITS) + DIGITS.index(letter)
        found += value.to_bytes(len(data[at : at + 3]) - 1, "big")
    return bytes(found)
