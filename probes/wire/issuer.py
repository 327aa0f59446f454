"""Who vouches for a certificate: just enough of DER (X.690) to read a certificate's issuer.

The standard library tells this only for certificates it trusts, and here the others matter.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_SEQUENCE, _SET, _OID, _INTEGER, _VERSION = 0x30, 0x31, 0x06, 0x02, 0xA0
_COMMON_NAME, _ORGANISATION = b"\x55\x04\x03", b"\x55\x04\x0a"
_TEXTS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}
_MAX_TEXT = 80


@dataclass(frozen=True, slots=True)
class Issued:
    """``issuer``: organisation and name as one text. ``self_signed``: subject and issuer are the same name."""

    issuer: str
    self_signed: bool
    fingerprint: str


def issued(der: bytes) -> Issued | None:
    """The issuer of a certificate, None when the bytes are none."""
    try:
        certificate = _content(der, 0, _SEQUENCE)[0]
        fields = _children(_content(certificate, 0, _SEQUENCE)[0])
        if fields and fields[0][0] == _VERSION:
            fields = fields[1:]
        # serialNumber, signature, issuer, validity, subject (RFC 5280 §4.1)
        serial, _signature, issuer, _validity, subject = fields[:5]
        if (serial[0], issuer[0], subject[0]) != (_INTEGER, _SEQUENCE, _SEQUENCE):
            return None
        return Issued(_name(issuer[1]), issuer[1] == subject[1], hashlib.sha256(der).hexdigest()[:16])
    except (ValueError, IndexError, UnicodeError):
        return None


def _content(data: bytes, at: int, tag: int | None = None) -> tuple[bytes, int]:
    """The content of the element at ``at`` and where the next one starts."""
    if tag is not None and data[at] != tag:
        raise ValueError("another element")
    length, start = data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ValueError("length")
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise ValueError("cut")
    return data[start : start + length], start + length


def _children(data: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data) and len(found) < 64:
        content, after = _content(data, at)
        found.append((data[at], content))
        at = after
    return found


def _name(raw: bytes) -> str:
    texts: dict[bytes, str] = {}
    for kind, relative in _children(raw):
        if kind != _SET:
            continue
        for _, pair in _children(relative):
            (tag, oid), (coding, value) = _children(pair)[:2]
            if tag == _OID and coding in _TEXTS:
                text = value.decode(_TEXTS[coding], "replace")
                texts[oid] = "".join(c for c in text if c.isprintable())[:_MAX_TEXT]
    parts = dict.fromkeys(texts[oid] for oid in (_ORGANISATION, _COMMON_NAME) if texts.get(oid))
    return ", ".join(parts)
