"""One identifier in one spelling, so that the same thing gets the same token however it was written. Pure."""

from __future__ import annotations

import html
import ipaddress
import json
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

REMOVED = "[removed]"
"""In the place of what is not even told apart: secrets, ids, names of people. Safe in JSON, HTML and CSV."""
PERSON = "~"
_SEPARATED = re.compile(r"(?i)[0-9a-f]{2}(:|-|_|%3a|\\u003a|&#58;|)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4,6}")
_DOTTED = re.compile(r"(?i)[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}")
_NUMBERS = 6
"""Digits of a number that may be grouped when it is typed."""
_SURE = 5
"""Characters of a name that is looked for without its accents, too: « été » is not « ete »."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_HOME_V4 = [
    ipaddress.ip_network(text) for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
"""Everybody's: private (RFC 1918), shared (RFC 6598), of the link, of groups."""
_SOLICITED = ipaddress.ip_network("ff02::1:ff00:0/104")


def mac(text: str) -> str | None:
    """Twelve hex digits; None for what is no hardware address. A client id (``01:`` before it) is the address."""
    text = text.strip()
    found = _SEPARATED.fullmatch(text)
    if found is None and not _DOTTED.fullmatch(text):
        return None
    plain = text.replace(found[1], "") if found is not None and found[1] else text.replace(".", "")
    digits = plain.lower()
    if len(digits) == 14 and digits.startswith("01"):
        digits = digits[2:]
    return digits


def locally_administered(digits: str) -> bool:
    """Whether the address was made up (a telephone's, to be left alone) and names no maker (IEEE 802, bit 2)."""
    return bool(int(digits[:2], 16) & 2)


def eui64_mac(address: ipaddress.IPv6Address) -> str | None:
    """The hardware address inside an IPv6 address (RFC 4291 appendix A)."""
    low = address.packed[8:]
    if low[3:5] != b"\xff\xfe":
        return None
    return (bytes([low[0] ^ 2]) + low[1:3] + low[5:]).hex()


def address(text: str) -> Address | None:
    """Without zone; an IPv4 address in an IPv6 one is the IPv4 address."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0].strip("[]"))
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def everybodys(found: Address) -> bool:
    """Whether the address says nothing of whose it is. Of the link may hold a hardware address: not in here."""
    if isinstance(found, ipaddress.IPv4Address):
        return any(found in network for network in _HOME_V4)
    if found.is_loopback or found.is_unspecified:
        return True
    if found.is_multicast:
        return found not in _SOLICITED
    unique_local = found.is_private and int(found) >> 121 == 0x7E  # fc00::/7
    return unique_local and eui64_mac(found) is None


def spellings(kind: str, text: str) -> frozenset[str]:
    """Every way in which one identifier may stand in a file of ours, but for capital letters of ASCII."""
    plain = set[str]()
    for way in _ways(text):
        plain |= {way, way.lower(), way.upper(), way.title(), way.swapcase()}
    if kind in ("secret", "serial") and sum(one.isdigit() for one in text) >= _NUMBERS:
        plain |= _grouped(text)
    if kind == "mac" and (digits := mac(text)) is not None and len(digits) == 12:
        pairs = [digits[at : at + 2] for at in range(0, 12, 2)]
        plain |= {sign.join(pairs) for sign in (":", "-", "_", " ", ".", "")}
        plain.add(".".join(digits[at : at + 4] for at in range(0, 12, 4)))
    if kind in ("ipv4", "ipv6") and (found := address(text.partition("/")[0])) is not None:
        plain |= {str(found), found.exploded}
        if isinstance(found, ipaddress.IPv4Address):
            parts = str(found).split(".")
            plain |= {"-".join(parts), ".".join(reversed(parts)), "-".join(reversed(parts))}
    return frozenset(_escaped(plain))


def _ways(text: str) -> frozenset[str]:
    """As keyboards, systems and our own pages write it: quotes, accents in one piece or two, blanks, none of both."""
    ways = {text, text.replace("\u2019", "'"), text.replace("'", "\u2019"), " ".join(text.split())}
    ways |= {unicodedata.normalize(form, one) for form in ("NFC", "NFD") for one in tuple(ways)}
    ways |= {"".join(one if one.isprintable() else " " for one in way) for way in tuple(ways)}
    if len(text) > _SURE:
        plain = unicodedata.normalize("NFD", text)
        ways.add("".join(one for one in plain if not unicodedata.combining(one)))
    return frozenset(ways)


def _grouped(text: str) -> set[str]:
    """A number as people group it."""
    bare = re.sub(r"[\s.()/_\u00a0-]", "", text)
    cut = (" ".join(bare[at : at + size] for at in range(0, len(bare), size)) for size in (2, 3, 4))
    return {bare, *cut}


def _escaped(plain: Iterable[str]) -> Iterable[str]:
    for text in plain:
        yield text
        yield json.dumps(text, ensure_ascii=False)[1:-1]
        yield json.dumps(text)[1:-1]
        yield html.escape(text)
        yield html.escape(text, quote=False)
        yield "".join(one if one.isascii() else f"&#{ord(one)};" for one in html.escape(text))
        yield "".join(one if one.isascii() else f"&#x{ord(one):x};" for one in html.escape(text))
        yield quote(text, safe="")
        yield quote(text)
        yield quote_plus(text)


def letter_by_letter(text: str) -> frozenset[str]:
    r"""Escaped where there was no need to: ``\u0061``, ``%61``, ``&#97;``, ``&#x61;``. Only a hostile text has it."""
    units = json.dumps(text)[1:-1]
    return frozenset({
        "".join(one if len(one) > 1 else f"\\u{ord(one):04x}" for one in re.findall(r"\\u[0-9a-f]{4}|.", units, re.S)),
        "".join(f"%{one:02x}" for one in text.encode()),
        "".join(f"&#{ord(one)};" for one in text),
        "".join(f"&#x{ord(one):x};" for one in text),
    })  # fmt: skip
