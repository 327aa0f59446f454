"""The second pass: every known identifier in every spelling, then every pattern, on text as it will leave.

Linear in the length of the text: literals are looked for as bytes, patterns have possessive quantifiers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from selfcare.ground.redact import WORDED, steps
from selfcare.redaction import forms
from selfcare.redaction.forms import PERSON, REMOVED
from selfcare.redaction.known import role_of
from selfcare.redaction.literals import Literals
from selfcare.redaction.tokens import SHORTEST, TOKEN, Tokens

_EMAIL_ESCAPED = re.compile(r"(?i)(?<![\w.+-])[\w.+-]++(?:%40|&#64;|&#x40;|\\u0040)[\w-]++(?:\.[\w-]++)+")
_BEARER = re.compile(r"(?i)\b(bearer|basic)(\s+)[\w+/=.~-]{8,}")
_NAME = re.compile(
    r"(?i)(?<![\w.@-])(?:[\w-]++\.)+(?:fr|com|net|org|eu|io|dev|info|biz|tv|be|ch|de|uk|lu|it|es|ca|us|ovh|paris|bzh"
    r"|cloud|online|site|app|xyz|lan|local|home|internal)(?![\w-])(?!\.\w)"
)
"""Of a machine of the outside or of a home, by its end: ids of ours and paths have dots as well."""
SHORT, MANY = 512, 4096
"""Characters of a text worth remembering, and how many such."""
_LETTERS = (("\\n", "\x01"), ("\\t", "\x02"), ("\\r", "\x03"))
"""Of JSON: two characters, of which the second one would be taken for the first letter of a word."""
_BEYOND_ASCII = re.compile(r"(?<!\\)((?:\\\\)*)\\u((?!00[0-7]|[dD][89a-fA-F])[0-9a-fA-F]{4})")
"""Of JSON that somebody wrote in ASCII; halves of what is beyond 16 bits stay as they are."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAMED = re.compile(r"(?i)\b(?:class|id)\s*=\s*(\"[^\"]*\"|'[^']*')")
_WORD = re.compile(r"[\w-]+")
_WORDY = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DIGITS = 8
"""A shorter number is a year, a port, a figure as well."""
_VALUE = re.compile(rb"\"(?:[^\"\\]++|\\.)*+\"(\s*:)?", re.S)
_NUMBER = re.compile(r"\s*-?[0-9.eE+-]+\s*")


class Form(StrEnum):
    """What a file is: what of it is text. Lines of a log are JSON or not, whole or not."""

    TEXT = "text"
    LOG = "log"
    JSON = "json"
    HTML = "html"


Ordinary = Callable[[str], bool]
"""Whether a single word is one of the language (of our own sentences): whoever is called so is not named by it."""


def nothing_ordinary(_word: str) -> bool:
    """Every word may be a name."""
    return False


class Masker:
    """Made when all identifiers are known. ``confirmed``: what may stand as it was typed (the contact block).

    ``ordinary`` is asked about known names that are a single word of letters.
    """

    def __init__(self, tokens: Tokens, ordinary: Ordinary = nothing_ordinary, confirmed: frozenset[str] = frozenset(),
                 *, literals: bool = True, patterns: bool = True) -> None:  # fmt: skip
        self._tokens, self._ordinary = tokens, ordinary
        self._confirmed = frozenset(_bare(one) for one in confirmed if one)
        self._words = frozenset(word for one in confirmed for word in _WORD.findall(one.casefold()))
        self._literals, self._patterns = literals, patterns
        self._steps = steps(self._give)
        self._plain_steps = self._steps[WORDED:]
        self._known: Literals | None = None
        self._structure: frozenset[str] = frozenset()
        self._form = Form.TEXT
        self._said: dict[tuple[int, str], str] = {}
        self._seen: dict[str, str | None] = {}
        """A hostile text may say one address a hundred thousand times."""

    def text(self, text: str) -> str:
        """Free text, of whoever wrote it. A report says most of its short ones many times."""
        key = (len(self._tokens.staying), text)
        if (known := self._said.get(key)) is not None:
            return known
        made = self.final(text.encode("utf-8", "replace")).decode()
        if len(text) <= SHORT and len(self._said) < MANY:
            self._said[key] = made
        return made

    def final(self, data: bytes, form: Form = Form.TEXT) -> bytes:
        """A whole file: of JSON the values that are text, of HTML all but its own words (tags, styles)."""
        self._form = form
        self._structure = _own_words(data) if form is Form.HTML else frozenset()
        if form is Form.LOG and b"\\u" in data:
            text = data.decode("utf-8", "replace")
            data = _BEYOND_ASCII.sub(lambda found: found[1] + chr(int(found[2], 16)), text).encode()
        if self._literals:
            data = self._without_known(data)
        if not self._patterns:
            return data
        text = data.decode("utf-8", "replace")
        if form is not Form.TEXT:
            for two, one in _LETTERS:
                text = text.replace(two, one)
        for step in self._plain_steps if form is Form.HTML else self._steps:
            text = step(text)
        if any(one in text for one in ("%40", "&#", "\\u0040")):
            text = _EMAIL_ESCAPED.sub(lambda found: self._given("email", found[0]), text)
        text = _NAME.sub(lambda found: self._given("name", found[0]), text)
        text = _BEARER.sub(lambda found: found[1] + found[2] + REMOVED, text)
        if form is not Form.TEXT:
            for two, one in _LETTERS:
                text = text.replace(one, two)
        return text.encode()

    def _given(self, kind: str, found: str) -> str:
        given = self._give(kind, found)
        return found if given is None else given

    # -- patterns ---------------------------------------------------------------------------------

    def _give(self, kind: str, found: str) -> str | None:
        if _bare(found) in self._confirmed or found.lower() in self._tokens.staying:
            return None
        if kind in ("ipv4", "ipv6"):
            if found not in self._seen:
                self._seen[found] = self._address(found)
            return self._seen[found]
        if kind == "mac":
            plain = re.sub(r"[\s-]", "", found) if found.count(":") != 5 else found
            return self._tokens.mac(plain[3:] if plain[:3].lower() in ("enx", "wlx", "wwx") else plain)
        if kind == "masked":
            return self._named(found)
        if kind == "ssid":
            return None if TOKEN.fullmatch(found) or found.lower() in self._structure else self._tokens.ssid(found)
        if kind in ("host", "name"):
            return self._machine(kind, found)
        if kind == "user":
            return None if found == PERSON else PERSON
        if kind == "hex" and len(found) == 12:
            return self._tokens.mac(found)
        return self._tokens.removed(kind)

    def _machine(self, kind: str, found: str) -> str | None:
        """What somebody's machine is called; names of the profile, and those in our own sentences, stay."""
        if TOKEN.fullmatch(found) or self._tokens.known_name(found) or (kind == "name" and self._ordinary(found)):
            return None
        return self._tokens.host(found, "site" if kind == "name" else role_of(found))

    def _address(self, found: str) -> str | None:
        if "arpa" in found.lower():
            return self._tokens.removed("ipv6")
        at = forms.address(found.replace("-", ".") if ":" not in found else found)
        if at is None:  # more colons than an address has: what it is in parts is not known
            return self._tokens.removed("address")
        return None if forms.everybodys(at) else self._tokens.address(at, found)

    def _named(self, found: str) -> str | None:
        """What stands behind "password" or "ssid": as much of it as can be a value."""
        quote = found[0] if found[0] in "\"'" and len(found) > 1 and found[-1] == found[0] else ""
        most = r"[^\"]*+" if self._form is Form.TEXT else r"[^\"<&\\{\[]*+"
        value = found[1:-1] if quote else re.match(most, found)[0]  # type: ignore[index]
        plain = value.strip()
        if not plain or TOKEN.fullmatch(plain) or plain == REMOVED[:-1] or plain in ("null", "true", "false"):
            return None
        if not quote and self._form is Form.JSON and _NUMBER.fullmatch(value):
            return None
        rest = "" if quote else found[len(value) :]
        return f"{quote}{self._tokens.removed('secret')}{quote}{rest}"

    # -- known identifiers ------------------------------------------------------------------------

    def _without_known(self, data: bytes) -> bytes:
        if self._known is None:
            self._known = Literals(list(self._looked_for()), self._ordinary)
        low = data.lower()
        open_ = _texts(data) if self._form is Form.JSON else None
        taken: list[tuple[int, int, bytes]] = []
        for spelling, token in self._known.within(low):
            at = low.find(spelling)
            while at >= 0:
                end = at + len(spelling)
                apart = _apart(low, at, end)
                if apart and not self._is_structure(spelling) and (open_ is None or all(open_[at:end])):
                    taken.append((at, end, token))
                at = low.find(spelling, end if apart or spelling.isalnum() else at + 1)
        return _put(data, taken) if taken else data

    def _is_structure(self, spelling: bytes) -> bool:
        return bool(self._structure) and spelling.decode("utf-8", "replace") in self._structure

    def _looked_for(self) -> Iterator[tuple[str, str, str]]:
        """Without words of our own, and what is too short or may be told."""
        shown = {self._tokens.originals[one][1] for one in self._tokens.reveal if one in self._tokens.originals}
        for kind, text, token in self._identifiers():
            told = text in shown or _bare(text) in self._confirmed or text.casefold() in self._words
            if not told and len(text) >= SHORTEST and not self._is_a_word(kind, text):
                yield kind, text, token

    def _is_a_word(self, kind: str, text: str) -> bool:
        if text.isdecimal():
            return len(text) < _DIGITS
        words = _WORDY.fullmatch(text) or (kind in ("ssid", "host") and " " in text)
        return bool(words) and self._ordinary(text)

    def _identifiers(self) -> Iterator[tuple[str, str, str]]:
        """Those of this report, and those that earlier ones of the case met."""
        tokens = self._tokens
        for text in tokens.secrets:
            yield "secret", text, REMOVED
        for text in tokens.persons:
            yield "person", text, PERSON
        seen = set[str]()
        for token, (kind, text) in tokens.originals.items():
            seen.add(token)
            if token not in tokens.reveal:
                yield kind, text, token
        for kind, known in tokens.stored.items():
            for normal, token in known.items():
                if token not in seen | tokens.reveal and not (tokens.show_public and kind in ("ipv4", "ipv6")):
                    yield kind, normal, token


def _bare(text: str) -> str:
    """One way of writing a telephone number, an address or a name."""
    plain = re.sub(r"[\s.()/_\u00a0-]", "", text).casefold()
    return "0" + plain[3:] if plain.startswith("+33") else plain


def _apart(low: bytes, at: int, end: int) -> bool:
    """Not a part of a longer word, as "line" is of "online"."""
    first, last = _first(low[at : at + 4]), _last(low[max(0, at - 4) : end][-4:])
    if last.isalnum() and _first(low[end : end + 4]).isalnum():
        return False
    if not first.isalnum() or not _last(low[max(0, at - 4) : at]).isalnum():
        return True
    # After \n of JSON, a percent sign's two digits or \u2019 a name begins though a letter stands before it.
    return (
        low[at - 2 : at] in (b"\\n", b"\\t", b"\\r") or low[at - 3 : at - 2] == b"%" or low[at - 6 : at - 4] == b"\\u"
    )


def _first(piece: bytes) -> str:
    return piece.decode("utf-8", "ignore")[:1]


def _last(piece: bytes) -> str:
    return piece.decode("utf-8", "ignore")[-1:]


def _texts(data: bytes) -> bytearray:
    """A byte for each of a JSON file: 1 within a value that is text. Names of values are ours."""
    inside = bytearray(len(data))
    for found in _VALUE.finditer(data):
        if found[1] is None:
            inside[found.start() + 1 : found.end() - 1] = b"\1" * (found.end() - found.start() - 2)
    return inside


def _put(data: bytes, taken: list[tuple[int, int, bytes]]) -> bytes:
    """Where two overlap, the one that was found first (the longer one) counts."""
    parts: list[bytes] = []
    free: list[tuple[int, int, bytes]] = []
    covered = bytearray(len(data))
    for at, end, token in taken:
        if not any(covered[at:end]):
            covered[at:end] = b"\1" * (end - at)
            free.append((at, end, token))
    last = 0
    for at, end, token in sorted(free):
        parts += [data[last:at], token]
        last = end
    return b"".join([*parts, data[last:]])


def _own_words(data: bytes) -> frozenset[str]:
    """Names of tags, of their attributes, of styles: what a page is made of; what it says is not in here."""
    text, found, at = data.decode("utf-8", "replace"), set[str](), 0
    endless = set[str]()
    while (at := text.find("<", at)) >= 0:
        end = text.find(">", at)
        if end < 0:
            break
        tag = text[at : end + 1].lower()
        name = next((one for one in ("style", "script") if tag.startswith(f"<{one}")), "")
        for named in _NAMED.findall(tag):
            found.update(_WORD.findall(named))
        found.update(_WORD.findall(_QUOTED.sub("", tag)))
        if name and name not in endless and "json" not in tag:
            close = text.find(f"</{name}", end)
            if close < 0:
                endless.add(name)
            else:
                found.update(_WORD.findall(text[end:close].lower()))
                end = close - 1
        at = end + 1
    return frozenset(found)
