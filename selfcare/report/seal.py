"""A code's bytes: version, public key, Ed25519 signature, deflated CBOR. Whoever holds it can tell it is unchanged.

The whole public key is in it (32 bytes), not its fingerprint: an agent without a register can verify it, and one with
a register compares the key with the one this subscriber registered. A signature alone proves no person.
zlib without a preset dictionary: a page in a browser inflates it by itself (``DecompressionStream``).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from selfcare.ground.install_key import InstallKey, verifies

VERSION = 1
KEY, SIGNATURE = 32, 64
HEAD = 1 + KEY + SIGNATURE
"""Bytes before what is told."""
MOST = 16 * 1024
"""Bytes it may inflate to: three pictures hold 2.2 kB, and CBOR of ours shrinks by a third."""
_FOR = b"selfcare.code/1\0"
"""So that a signature for something else is none for a code."""


@dataclass(frozen=True, slots=True)
class Opened:
    """``signed``: by ``key``, exactly this; only then is there ``data``."""

    key: bytes
    signed: bool
    data: bytes = b""


def sealed(data: bytes, key: InstallKey) -> bytes:
    """Deflated and signed."""
    body = zlib.compress(data, 9)
    return bytes([VERSION]) + key.public + key.sign(_signed(key.public, body)) + body


def opened(code: bytes) -> Opened:
    """Looks at the signature first: of what nobody signed, nothing is inflated.

    Raises:
        ValueError: too short, another version (``args[0]`` is ``"version"``), not deflated, or inflating without end.
    """
    if len(code) <= HEAD:
        raise ValueError("short")
    if code[0] != VERSION:
        raise ValueError("version")
    key, signature, body = code[1 : 1 + KEY], code[1 + KEY : HEAD], code[HEAD:]
    if not verifies(key, signature, _signed(key, body)):
        return Opened(key, False)
    return Opened(key, True, _inflated(body))


def _signed(key: bytes, body: bytes) -> bytes:
    return _FOR + bytes([VERSION]) + key + body


def _inflated(body: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(body, MOST)
    except zlib.error:
        raise ValueError("not deflated") from None
    if not reader.eof or reader.unused_data or reader.unconsumed_tail:
        raise ValueError("too large, cut short, or something left over")
    return data
