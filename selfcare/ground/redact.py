"""Takes identifiers out of text before it is stored: a pipeline of pure functions.

In doubt it masks. What a developer needs to read a log (times, durations, versions,
percentages, loopback addresses) stays. The patterns stand here once: for the log (:func:`redact`), and for what
leaves this PC (``selfcare.redaction``), which says by ``give`` what stands in an identifier's place.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from selfcare.ground.redact_near import near, where
from selfcare.ground.redact_typed import named_steps, random_steps, typed_steps

# Possessive quantifiers and lookbehinds keep each pattern linear: a log line may be long and hostile.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+")
_HOME = re.compile(r"(?i)(/home/|/Users/|[A-Z]:[\\/]+Users[\\/]+)[^\\/\s\"':;,)]+")
_MAC = re.compile(r"(?i)(?<![0-9])[0-9a-f]{2}([:_-]|%3a|\\u003a|&#58;)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4,62}(?![0-9a-f])")
_MAC_DOTS = re.compile(r"(?i)(?<![0-9a-f.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![0-9a-f.])")
_IN_A_NAME = re.compile(r"(?i)(?<![0-9a-z])(?:enx|wlx|wwx)[0-9a-f]{12}(?![0-9a-z])")
"""An adapter that Linux names after its hardware address."""
_UUID = re.compile(r"(?i)(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])")
_LONG_HEX = re.compile(r"(?i)(?<![0-9a-z])(?:0x)?(?=[0-9]*[a-f])[0-9a-f]{12,}(?![0-9a-z])")
_REVERSE6 = re.compile(r"(?i)(?<![0-9a-f]\.)(?:[0-9a-f]\.){4,}+ip6\.arpa")
_COLONS = re.compile(r"(?<![0-9A-Fa-f.:])(?=[0-9A-Fa-f.]*+:[0-9A-Fa-f.]*+:)[0-9A-Fa-f.:]++(?:%[\w.-]++)?")
"""Of a run with two colons at least; looked at from its beginning only, so that a long one is gone through once."""
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_BOX_SSID = re.compile(
    r"(?i)\b(?:livebox|freebox|bbox|sfr|red|neuf|numericable|alice|dartybox|homenet|direct|tp-link|netgear|fritz!box)"
    r"(?:[-_][0-9a-z]{2,6})??[-_][0-9a-z]{4,}\b"
)
_KEYED = re.compile(
    r"(?i)(?<![^\W_])(e?ssid|network[ _]name|wifi[ _]name|password|passphrase|psk|secret|token"
    r"|serial(?:[ _]number)?|username)"
    r"([\"']?\s*[=:]\s*)(\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*'|[^,;)\]}\n\x01-\x03]+(?:[,;)\]}](?=[^\s\"'])[^\s,;)\]}\"]*)*)"
)
_CODE = re.compile(r"(?i)WIFI:(?=[TSPHR]:)(?:[^\\;\n]|\\[^\n]|;(?!;))*+(?:;;)?")
"""The text of a Wi-Fi's QR code, with its key."""
_BOXES = (
    "livebox", "freebox", "bbox", "sfr", "red", "neuf", "numericable", "alice", "dartybox", "homenet", "direct",
    "tp-link", "netgear", "fritz!box",
)  # fmt: skip
_KEYS = ("essid", "ssid", "network", "wifi", "password", "passphrase", "psk", "secret", "token", "serial", "username")
Give = Callable[[str, str], str | None]
"""What stands in the place of an identifier of this kind; None: it stays."""


def _home(give: Give) -> Callable[[str], str]:
    """Of everybody, and this user's own wherever it is."""

    def step(text: str) -> str:
        own = _own_home()
        if own:
            text = text.replace(own, "~")
        return _HOME.sub(lambda found: found[1] + _kept(give, "user", found[0][len(found[1]) :]), text)

    return step


@lru_cache(maxsize=1)
def _own_home() -> str:
    """This user's home; empty where it is too short to be one ("/", "/root" names nobody)."""
    try:
        home = str(Path.home())
    except RuntimeError:
        return ""
    return home if len(home) > 5 else ""


def _kept(give: Give, kind: str, found: str) -> str:
    """What is given for it, or itself."""
    given = give(kind, found)
    return found if given is None else given


def _keyed(give: Give) -> Callable[[re.Match[str]], str]:
    return lambda found: found[1] + found[2] + _kept(give, "masked", found[3])


def _code(give: Give) -> Callable[[re.Match[str]], str]:
    return lambda found: "WIFI:" + _kept(give, "masked", found[0][5:])


def _colons(give: Give) -> Callable[[re.Match[str]], str]:
    """An IPv6 address, or a time such as 12:04:11, which stays."""

    def step(match: re.Match[str]) -> str:
        run = match.group()
        following = match.string[match.end() : match.end() + 1]
        if (following.isalpha() or following == "_") and run.count(":") <= 2:
            return run  # A name of a program's part, as in std::bad_alloc.
        bare = run.partition("%")[0].rstrip(".")
        if bare.strip(":") in ("", "1") and bare.startswith("::"):
            return run
        if "::" not in bare and bare.count(":") < 7:
            return run
        tail = run[len(run.rstrip(".")) :] if "%" not in run else ""
        return _kept(give, "ipv6", run[: len(run) - len(tail)]) + tail

    return step


def _ipv4(give: Give) -> Callable[[re.Match[str]], str]:
    def step(match: re.Match[str]) -> str:
        try:
            address = ipaddress.IPv4Address(match.group())
        except ValueError:
            beyond = any(int(part) > 255 for part in match.group().split("."))
            return match.group() if beyond else _kept(give, "ipv4", match.group())
        plain = address.is_loopback or address.is_unspecified
        return match.group() if plain else _kept(give, "ipv4", match.group())

    return step


def _sub(pattern: re.Pattern[str], kind: str, give: Give) -> Callable[[str], str]:
    return lambda text: pattern.sub(lambda found: _kept(give, kind, found.group()), text)


def steps(give: Give) -> tuple[Callable[[str], str], ...]:
    """Each pattern's own, in order; the first ``WORDED`` are for texts, and not for what a page is made of.

    Kinds: masked (what a word such as "password" names), token, email, user, ssid, uuid, mac, ipv6, ipv4, hex, and
    those of ``typed_steps``.
    """
    return (
        lambda text: near(_KEYED, _KEYS, _keyed(give), near(_CODE, ("wifi:",), _code(give), text)),
        *named_steps(give),
        *random_steps(give),
        where("@", _sub(_EMAIL, "email", give)),
        _home(give),
        lambda text: near(_BOX_SSID, _BOXES, lambda found: _kept(give, "ssid", found.group()), text),
        _sub(_UUID, "uuid", give),
        *typed_steps(give),
        _sub(_IN_A_NAME, "mac", give),
        _sub(_MAC, "mac", give),
        _sub(_MAC_DOTS, "mac", give),
        where(("arpa", "ARPA"), _sub(_REVERSE6, "ipv6", give)),
        lambda text: _COLONS.sub(_colons(give), text),
        lambda text: _IPV4.sub(_ipv4(give), text),
        _sub(_LONG_HEX, "hex", give),
    )


WORDED = 1 + len(named_steps(lambda *_: None)) + len(random_steps(lambda *_: None))
_STEPS = steps(lambda kind, found: f"<{kind}>")


def redact(text: str) -> str:
    """``text`` without addresses, names of networks, people and devices, secrets or long numbers in base 16."""
    for step in _STEPS:
        text = step(text)
    return text
