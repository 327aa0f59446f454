"""Takes identifiers out of text before it is stored: a pipeline of pure functions.

In doubt it masks. What a developer needs to read a log (times, durations, versions,
percentages, loopback addresses) stays.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

# Possessive quantifiers and lookbehinds keep each pattern linear: a log line may be long and hostile.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+")
_HOME = re.compile(r"(?i)(/home/|/Users/|[A-Z]:[\\/]+Users[\\/]+)[^\\/\s\"':;,)]+")
_MAC = re.compile(r"(?i)(?<![0-9a-f])[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4,6}(?![0-9a-f])")
_MAC_DOTS = re.compile(r"(?i)(?<![0-9a-f.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![0-9a-f.])")
_UUID = re.compile(r"(?i)(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])")
_LONG_HEX = re.compile(r"(?i)(?<![0-9a-z])(?:0x)?(?=[0-9]*[a-f])[0-9a-f]{12,}(?![0-9a-z])")
_REVERSE6 = re.compile(r"(?i)(?:[0-9a-f]\.){4,}ip6\.arpa")
_COLONS = re.compile(r"[0-9A-Fa-f.:]++(?:%[\w.-]++)?")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_IPV4_DASHES = re.compile(r"(?<![\d-])\d{1,3}(?:-\d{1,3}){3}(?![\d-])")
_BOX_SSID = re.compile(
    r"(?i)\b(?:livebox|freebox|bbox|sfr|red|neuf|numericable|alice|dartybox|homenet|direct|tp-link|netgear|fritz!box)"
    r"(?:[-_][0-9a-z]{2,6})??[-_][0-9a-z]{4,}\b"
)
_KEYED = re.compile(
    r"(?i)\b(e?ssid|network[ _]name|wifi[ _]name|password|passphrase|psk|secret|token|serial(?:[ _]number)?|username)"
    r"([\"']?\s*[=:]\s*)(\"[^\"\n]*\"|'[^'\n]*'|[^,;)\]}\n]+)"
)


def _home(text: str) -> str:
    own = _own_home()
    if own:
        text = text.replace(own, "~")
    return _HOME.sub(r"\1<user>", text)


@lru_cache(maxsize=1)
def _own_home() -> str:
    """This user's home; empty where it is too short to be one ("/", "/root" names nobody)."""
    try:
        home = str(Path.home())
    except RuntimeError:
        return ""
    return home if len(home) > 5 else ""


def _colons(match: re.Match[str]) -> str:
    """An IPv6 address, or a time such as 12:04:11, which stays."""
    run = match.group()
    following = match.string[match.end() : match.end() + 1]
    if following.isalpha() or following == "_":
        return run  # A name of a program's part, as in std::bad_alloc.
    bare = run.partition("%")[0].rstrip(".")
    if bare.strip(":") in ("", "1") and bare.startswith("::"):
        return run
    if "::" not in bare and bare.count(":") < 7:
        return run
    tail = run[len(run.rstrip(".")) :] if "%" not in run else ""
    return f"<ipv6>{tail}"


def _ipv4(match: re.Match[str]) -> str:
    try:
        address = ipaddress.IPv4Address(match.group())
    except ValueError:
        return match.group() if any(int(part) > 255 for part in match.group().split(".")) else "<ipv4>"
    return match.group() if address.is_loopback or address.is_unspecified else "<ipv4>"


def _sub(pattern: re.Pattern[str], replacement: str) -> Callable[[str], str]:
    return lambda text: pattern.sub(replacement, text)


_STEPS: tuple[Callable[[str], str], ...] = (
    _sub(_KEYED, r"\1\2<masked>"),
    _sub(_EMAIL, "<email>"),
    _home,
    _sub(_BOX_SSID, "<ssid>"),
    _sub(_UUID, "<uuid>"),
    _sub(_MAC, "<mac>"),
    _sub(_MAC_DOTS, "<mac>"),
    _sub(_REVERSE6, "<ipv6>"),
    lambda text: _COLONS.sub(_colons, text),
    lambda text: _IPV4.sub(_ipv4, text),
    _sub(_IPV4_DASHES, "<ipv4>"),
    _sub(_LONG_HEX, "<hex>"),
)


def redact(text: str) -> str:
    """``text`` without addresses, names of networks, people and devices, secrets or long numbers in base 16."""
    for step in _STEPS:
        text = step(text)
    return text
