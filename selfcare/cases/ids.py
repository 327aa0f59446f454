"""The readable id of a case, ``CAS-7K3M-92QX``: short enough to be read out, and a slip of one sign is noticed.

Eight signs of Crockford's base 32 (no I, L, O, U): seven are random (35 bits), the eighth is a check sign. Over GF(32)
it is ``c + Σ 2^k · sign_k``: the weights differ from each other and from zero, so every single wrong sign and every
swap of any two signs changes the sum; of anything else 31 in 32. ``c`` makes the id of our documents a valid one.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

PREFIX = "CAS"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNS = 8
"""Signs of an id; the last one is the check sign."""
_FIELD = 0b100101
"""x^5 + x^2 + 1: primitive over GF(2), so that the powers of 2 run through all 31 values but zero."""
_CONSTANT = 24
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\W_]+")
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}


def mint() -> str:
    """A new one. 35 random bits: whoever files a million of them has one chance in 34,000 that the next was there."""
    return made_of([secrets.randbelow(32) for _ in range(SIGNS - 1)])


def made_of(signs: list[int]) -> str:
    """The id of seven values below 32, with its check sign."""
    return _written("".join(ALPHABET[one] for one in (*signs, _check(signs))))


def parse(text: str) -> str | None:
    """The id in its one spelling, from any that a person may use; None: it is none, or a sign of it is wrong.

    Small letters, spaces, other dashes or none, without the prefix; O for zero, I and L for one.
    """
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:200])).upper()
    if len(plain) == len(PREFIX) + SIGNS and plain.startswith(PREFIX):
        plain = plain[len(PREFIX) :]
    plain = plain.translate(_ALIKE)
    if len(plain) != SIGNS or any(sign not in _VALUE for sign in plain):
        return None
    *signs, last = (_VALUE[sign] for sign in plain)
    return _written(plain) if _check(signs) == last else None


def _written(signs: str) -> str:
    return f"{PREFIX}-{signs[:4]}-{signs[4:]}"


def _check(signs: list[int]) -> int:
    """By Horner's rule: the sign nearest the check sign has weight 2, the check sign itself 1."""
    total = 0
    for sign in signs:
        total = _doubled(total ^ sign)
    return total ^ _CONSTANT


def _doubled(value: int) -> int:
    """Times 2 in GF(32)."""
    value <<= 1
    return value ^ _FIELD if value & 0b100000 else value
