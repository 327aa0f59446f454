"""Bytes as text that stands both in a QR code's alphanumeric mode and, unescaped, in the fragment of an address.

The 45 characters of that mode (ISO/IEC 18004, table 5) without space and ``%``, which an address would escape. Two
bytes are three characters (43 ** 3 > 65,536), a last single byte two. Exactly one spelling for the same bytes.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:"
_BASE = len(ALPHABET)
_VALUE = {character: at for at, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """``len(data) * 3 / 2`` characters, rounded up."""
    found = []
    for at in range(0, len(data) - 1, 2):
        found.append(_written(data[at] << 8 | data[at + 1], 3))
    if len(data) % 2:
        found.append(_written(data[-1], 2))
    return "".join(found)


def decode(text: str) -> bytes:
    """The bytes.

    Raises:
        ValueError: :func:`encode` never writes this.
    """
    found = bytearray()
    for at in range(0, len(text), 3):
        piece = text[at : at + 3]
        size, value = len(piece) - 1, _read(piece)
        if size < 1 or value >= 256**size:
            raise ValueError("more than its bytes can say, or a character left over")
        found += value.to_bytes(size, "big")
    return bytes(found)


def _written(value: int, characters: int) -> str:
    found = ""
    for _ in range(characters):
        value, digit = divmod(value, _BASE)
        found = ALPHABET[digit] + found
    return found


def _read(piece: str) -> int:
    value = 0
    for character in piece:
        digit = _VALUE.get(character)
        if digit is None:
            raise ValueError("not one of the 43 characters")
        value = value * _BASE + digit
    return value
