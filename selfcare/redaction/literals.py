"""Known identifiers looked for in a text: of hundreds, only those are spelt out of which some piece stands there.

A home in a block of flats knows some hundred neighbours' networks; each has up to a hundred spellings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from selfcare.redaction import forms

SHORTEST = 3
"""Characters of a spelling that is looked for."""
_GRAM = 4
"""Letters by which a text is asked at once for all pieces; what has a shorter one is always looked for."""
_MAC = 12
"""Digits of a hardware address."""
_RUN = re.compile(rb"[a-z0-9]+")
_HEX = re.compile(rb"[0-9a-f]{12,}")
_PLAIN_MAC = re.compile(r"[0-9A-Fa-f:._ -]+")
_BETWEEN = b":-_. +"
_ESCAPES = re.compile(rb"(?:\\u[0-9a-f]{4}){3,}|(?:%[0-9a-f]{2}){3,}|(?:&#x?[0-9a-f]+;){3,}")
"""Three letters and more, each escaped: no spelling of an identifier is shorter."""
Pairs = list[tuple[bytes, bytes]]


def piece(kind: str, text: str) -> bytes:
    """What of it stands in every spelling, in small letters; b"" where there is nothing of that kind.

    Of a name: the longest run of letters and digits of ASCII, which no keyboard, accent or escape takes apart. Of a
    hardware address: its digits, to be looked for without what separates them (:func:`squeezed`).
    """
    if kind == "mac":
        digits = forms.mac(text) if _PLAIN_MAC.fullmatch(text) else None
        return digits.encode() if digits is not None and len(digits) == _MAC else b""
    if kind not in ("ssid", "host", "person"):
        return b""  # numbers are grouped anew, addresses turned round
    runs = _RUN.findall(unicodedata.normalize("NFC", text).encode("utf-8", "replace").lower())
    longest = max(runs, key=len, default=b"")
    return longest if len(longest) >= SHORTEST else b""


def squeezed(low: bytes) -> bytes:
    """Without what stands between the digits of a hardware address."""
    return low.replace(b"%3a", b"").replace(b"%20", b"").translate(None, _BETWEEN)


@dataclass(slots=True)
class _Known:
    """``at``: its place among all. ``spelt``, ``hidden``: made when they are first needed."""

    at: int
    kind: str
    text: str
    token: bytes
    piece: bytes
    spelt: Pairs | None = None
    hidden: Pairs | None = None


@dataclass(slots=True)
class Literals:
    """``ordinary``: whether a spelling is a word of the language."""

    named: Iterable[tuple[str, str, str]]
    ordinary: Callable[[str], bool]
    _all: list[_Known] = field(default_factory=list, init=False)
    _always: list[_Known] = field(default_factory=list, init=False)
    _by_gram: dict[bytes, list[_Known]] = field(default_factory=dict, init=False)
    _macs: dict[bytes, list[_Known]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for at, (kind, text, token) in enumerate(self.named):
            one = _Known(at, kind, text, token.encode(), piece(kind, text))
            self._all.append(one)
            if len(one.piece) < _GRAM:
                self._always.append(one)
            elif kind == "mac":
                self._macs.setdefault(one.piece, []).append(one)
            else:
                self._by_gram.setdefault(one.piece[:_GRAM], []).append(one)

    def within(self, low: bytes) -> Pairs:
        """Spellings (small letters) and their tokens that may stand in a text (small letters): longest first."""
        found: dict[bytes, bytes] = {}
        for one in sorted([*self._always, *self._near(low)], key=lambda one: one.at):  # of two alike, the first
            for spelling, token in self._spelt(one):
                found.setdefault(spelling, token)
        if any(sign in low for sign in (b"\\u00", b"%", b"&#")) and (escaped := _ESCAPES.findall(low)):
            text = b" ".join(escaped)
            for one in self._all:
                for spelling, token in self._hidden(one):
                    if spelling in text:
                        found.setdefault(spelling, token)
        return sorted(found.items(), key=lambda one: -len(one[0]))

    def _near(self, low: bytes) -> Iterable[_Known]:
        words = set(_RUN.findall(low))  # a page says each a hundred times
        there = {word[at : at + _GRAM] for word in words for at in range(len(word) - _GRAM + 1)} & self._by_gram.keys()
        if there:
            text = b" ".join(words)
            yield from (one for gram in there for one in self._by_gram[gram] if one.piece in text)
        if self._macs and len(low) >= _MAC:
            runs = {run for way in (squeezed(low), low.translate(None, _BETWEEN)) for run in _HEX.findall(way)}
            digits = {run[at : at + _MAC] for run in runs for at in range(len(run) - _MAC + 1)}
            yield from (one for found in digits & self._macs.keys() for one in self._macs[found])

    def _spelt(self, one: _Known) -> Pairs:
        if one.spelt is None:
            one.spelt = [
                (spelling.encode("utf-8", "replace").lower(), one.token)
                for spelling in forms.spellings(one.kind, one.text)
                if len(spelling) >= SHORTEST and (spelling == one.text or not self.ordinary(spelling))
            ]
        return one.spelt

    def _hidden(self, one: _Known) -> Pairs:
        if one.hidden is None:
            one.hidden = [(text.encode().lower(), one.token) for text in forms.letter_by_letter(one.text)]
        return one.hidden
