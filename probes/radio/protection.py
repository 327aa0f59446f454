"""How a network is closed, from its RSN and vendor elements (IEEE 802.11-2020 9.4.2.24, Wi-Fi Alliance WPA3 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selfcare.model.wifi import Security

_IEEE, _MICROSOFT = b"\x00\x0f\xac", b"\x00\x50\xf2"
_WPA, _OVERRIDES = _MICROSOFT + b"\x01", (b"\x50\x6f\x9a\x29", b"\x50\x6f\x9a\x2a")
_OTHER_WAYS = 32
"""No network offers more ways in than that; a number above it is damage."""

# Table 9-151, authentication and key management suites.
_ENTERPRISE = frozenset({1, 3, 5, 11, 12, 13, 14, 15, 16, 17, 22, 23})
_PSK = frozenset({2, 4, 6, 19, 20})
_SAE = frozenset({8, 9, 24, 25})
_OWE = 18


def judged(rsn: bytes | None, vendor: Iterable[bytes], privacy: bool | None) -> Security | None:
    """None where it is closed in a way we do not know, or nothing tells open from WEP."""
    suites = set(_suites(rsn, _IEEE)) if rsn is not None else set()
    old: set[int] = set()
    closed = rsn is not None
    for body in vendor:
        if body[:4] in _OVERRIDES:  # what newer devices are to read in place of the RSN element
            suites |= set(_suites(body[4:], _IEEE))
        elif body[:4] == _WPA:
            closed = True
            old |= set(_suites(body[4:], _MICROSOFT))
    if closed:
        return _of_suites(suites) or _of_old(old)
    return None if privacy is None else Security.WEP if privacy else Security.OPEN


def of_suite(suite: int) -> Security | None:
    """By one suite as the kernel names it: the three bytes of who defined it, and its number."""
    number = suite & 0xFF
    return _of_suites({number}) if suite >> 8 == 0x000FAC else _of_old({number}) if suite >> 8 == 0x0050F2 else None


def _of_suites(suites: set[int]) -> Security | None:
    if suites & _SAE:
        return Security.TRANSITION if suites & _PSK else Security.WPA3
    if suites & _PSK:
        return Security.WPA2
    if suites & _ENTERPRISE:
        return Security.ENTERPRISE
    return Security.OWE if _OWE in suites else None


def _of_old(suites: set[int]) -> Security | None:
    return Security.WPA if 2 in suites else Security.ENTERPRISE if 1 in suites else None


def _suites(body: bytes, owner: bytes) -> Iterator[int]:
    """The key management suites in an element of version 1: version, group cipher, ciphers, suites."""
    if body[:2] != b"\x01\x00":
        return
    at = 6
    for wanted in (False, True):
        count = int.from_bytes(body[at : at + 2], "little")
        at += 2
        if not 0 < count <= _OTHER_WAYS or at + 4 * count > len(body):
            return
        for one in range(at, at + 4 * count, 4) if wanted else ():
            if body[one : one + 3] == owner:
                yield body[one + 3]
        at += 4 * count
