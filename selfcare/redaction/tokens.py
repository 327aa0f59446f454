"""Tokens for identifiers: the same one for the same thing, in every file and every later report of a case.

The key is random and the case's own; without it, and the map beside it, a token leads nowhere. Both stay here.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from selfcare.model.report import Replaced
from selfcare.redaction import forms
from selfcare.redaction.forms import PERSON, REMOVED

SHORTEST = 3
"""Characters of a name that is looked for in a text: a shorter one is in every second word."""
TOKEN = re.compile(
    r"(?:ll-)?mac-[0-9a-f]{4,64}|(?:ipv[46]|ll)-[0-9a-z-]{1,80}|wifi-[A-Z]{1,4}|serial-(?:[0-9A-Za-z]{4}|x)"
    r"|[a-z]{2,12}-[0-9]{1,5}|~|\[removed\]"
)
"""What ours look like: they stay what they are when a text is gone through once more."""
_NUMBERED = ("ssid", "host")
_PLAIN_ENDS = frozenset({"localhost", "home", "lan", "local", "localdomain", "internal", "home.arpa", "box", "os"})
_ASKED = frozenset({
    "version.bind", "id.server", "hostname.bind", "mafreebox.freebox.fr", "livebox.home", "fritz.box", "mabbox.bytel.fr"
})  # fmt: skip
"""Names every such box or server has."""
_MINTED = re.compile(r"x[0-9a-f]{12}")
"""A label that a probe of ours puts before a name of the profile, so that no cache can answer."""


@dataclass(frozen=True, slots=True)
class Public:
    """What names nobody: the words of the profile, the operator's id and its networks (CIDR)."""

    words: frozenset[str] = frozenset()
    operator: str = ""
    networks: tuple[str, ...] = ()


@dataclass(slots=True)
class Tokens:
    """Of one report; begun from what the case's earlier ones noted (``stored``: kind, then normal form, then token).

    ``reveal``: tokens that were chosen to be shown in clear. ``show_public``: public addresses are not replaced.
    """

    key: bytes
    public: Public = field(default_factory=Public)
    reveal: frozenset[str] = frozenset()
    show_public: bool = False
    stored: dict[str, dict[str, str]] = field(default_factory=dict)
    originals: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Token to kind and first spelling, of this report."""
    persons: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    staying: set[str] = field(default_factory=set)
    """Texts in lower case that a pattern takes for an identifier and that are none: versions, ids of ours."""
    times: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[str] = field(default_factory=Counter)

    # -- one identifier ---------------------------------------------------------------------------

    def mac(self, text: str) -> str:
        """``mac-7f3a``; what is none is removed."""
        digits = forms.mac(text)
        return self._given("mac", digits, text, "mac-") if digits else self.removed("mac")

    def ssid(self, text: str) -> str:
        """``wifi-A``."""
        return self._given("ssid", text, text, "wifi-")

    def host(self, text: str, role: str = "device") -> str:
        """``tv-1``. A name everybody's box has stays."""
        plain = text.strip().rstrip(".").lower()
        if not plain or TOKEN.fullmatch(plain) or self.known_name(plain):
            return text
        if (found := forms.address(plain)) is not None:
            return self.address(found, text)
        if forms.mac(plain) is not None:
            return self.mac(plain)
        return self._given("host", plain, text, f"{role}-")

    def serial(self, text: str) -> str:
        """Its last four characters: enough to be compared with the label, too few to be misused."""
        plain = re.sub(r"[^0-9A-Za-z]", "", text)
        token = f"serial-{plain[-4:]}" if len(plain) >= 8 else "serial-x"
        return self._noted("serial", text, token)

    def person(self, text: str) -> str:
        """``~``."""
        if text:
            self.persons.add(text)
        return PERSON

    def secret(self, text: str) -> str:
        """Removed, and looked for everywhere else."""
        if text and text != REMOVED and not TOKEN.fullmatch(text):
            self.secrets.add(text)
        return self.removed("secret")

    def removed(self, kind: str) -> str:
        """Counted."""
        self.by_kind[kind] += 1
        return REMOVED

    def place(self, text: str, role: str = "site") -> str:
        """An address with or without prefix, port or zone, a name, an ``https://`` address."""
        if not text or TOKEN.fullmatch(text) or text.lower() in self.public.words:
            return text
        if "://" in text:
            return self._url(text)
        bare, slash, length = text.partition("/")
        if (found := forms.address(bare)) is not None:
            return self.address(found, bare) + (slash + length if length.isdecimal() else "")
        host, colon, port = text.rpartition(":")
        if colon and port.isdecimal():
            return f"{self.place(host, role)}:{port}"
        return self.host(text, role) if re.fullmatch(r"[\w.\-]{1,255}", text) else self.removed("host")

    def _url(self, text: str) -> str:
        """Without what follows the host: that may hold anything."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError:
            return self.removed("host")
        if not host or not re.fullmatch(r"[a-z]{2,8}", parts.scheme):
            return self.removed("host")
        return f"{parts.scheme}://{self.place(host)}" + (f":{port}" if port else "")

    def address(self, found: forms.Address, text: str) -> str:
        """Private and shared ones stay; a public one says whose network it is of; one of the link hides its machine."""
        if forms.everybodys(found) or str(found) in self.public.words:
            return str(found)
        six = isinstance(found, ipaddress.IPv6Address)
        if isinstance(found, ipaddress.IPv6Address):
            inside = forms.eui64_mac(found)
            of_the_link = found.is_link_local or found.is_multicast
            if of_the_link or (inside is not None and not found.is_global):
                return "ll-" + self.mac(inside) if inside else self._given("ipv6", str(found), text, "ll-")
        if self.show_public:
            self.staying.add(str(found))
            return str(found)
        kind = "ipv6" if six else "ipv4"
        return self._given(kind, str(found), text, f"{kind}-{self._network(found)}-")

    def _network(self, found: forms.Address) -> str:
        inside = any(found in ipaddress.ip_network(one, strict=False) for one in self.public.networks)
        return self.public.operator if inside and self.public.operator else "public"

    def known_name(self, name: str) -> bool:
        """Whether a name of the outside stands in the profile, or every home has it."""
        plain = name.rstrip(".").lower()
        if plain in _PLAIN_ENDS or plain in _ASKED:
            return True
        first, _, rest = plain.partition(".")
        return plain in self.public.words or (_MINTED.fullmatch(first) is not None and rest in self.public.words)

    # -- the map ----------------------------------------------------------------------------------

    def _given(self, kind: str, normal: str, text: str, prefix: str) -> str:
        known = self.stored.setdefault(kind, {})
        token = known.get(normal)
        if token is None:
            taken = set(known.values())
            numbered = kind in _NUMBERED
            token = _next(prefix, taken) if numbered else self._hashed(kind, normal, prefix, taken)
            known[normal] = token
        return self._noted(kind, text, token)

    def _hashed(self, kind: str, normal: str, prefix: str, taken: set[str]) -> str:
        digest = hmac.new(self.key, f"{kind}\0{normal}".encode(), hashlib.sha256).hexdigest()
        return next(made for size in range(4, 65, 2) if (made := prefix + digest[:size]) not in taken)

    def _noted(self, kind: str, text: str, token: str) -> str:
        self.originals.setdefault(token, (kind, text))
        self.times[token] += 1
        self.by_kind[kind] += 1
        return text if token in self.reveal else token

    def replaced(self) -> tuple[Replaced, ...]:
        """For its owner's eyes."""
        found = self.originals.items()
        return tuple(Replaced(token, kind, text, self.times[token]) for token, (kind, text) in sorted(found))


def _next(prefix: str, taken: Iterable[str]) -> str:
    """``wifi-A`` … ``wifi-Z``, ``wifi-AA``; ``tv-1``, ``tv-2``."""
    used = set(taken)
    if prefix == "wifi-":
        return next(made for at in range(len(used) + 1, 100_000) if (made := prefix + _letters(at)) not in used)
    numbers = {one.rpartition("-")[2] for one in used if one.startswith(prefix)}
    return next(prefix + str(at) for at in range(len(numbers) + 1, 100_000) if str(at) not in numbers)


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def from_stored(key: bytes, stored: Mapping[str, Mapping[str, str]], public: Public, reveal: frozenset[str],
                *, show_public: bool) -> Tokens:  # fmt: skip
    """With a copy of the map: only a report that was made is noted."""
    return Tokens(key, public, reveal, show_public, {kind: dict(known) for kind, known in stored.items()})
