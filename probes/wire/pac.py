"""What a proxy script (PAC) can answer, read without running it: every text that names a proxy."""

from __future__ import annotations

import re

# The words FindProxyForURL may return, separated by semicolons inside one text.
_TEXTS = re.compile(r"\"([^\"\n]{1,400})\"|'([^'\n]{1,400})'")
_CHOICE = re.compile(r"(PROXY|HTTP|HTTPS|SOCKS|SOCKS4|SOCKS5)[ \t]+(\[[0-9a-fA-F:]{2,39}\]|[\w.-]{1,253}):(\d{1,5})\Z")
_MAX = 8


def choices(script: str) -> tuple[tuple[str, str, int] | None, ...] | None:
    """Kind, host and port of each proxy named, in the order of the script; None stands for "direct".

    None instead of a tuple: this is no proxy script.
    """
    if "FindProxyForURL" not in script:
        return None
    found: dict[tuple[str, str, int] | None, None] = {}
    for match in _TEXTS.finditer(script):
        for word in (match.group(1) or match.group(2)).split(";"):
            if word.strip() == "DIRECT":
                found.setdefault(None)
            elif (named := _CHOICE.match(word.strip())) and 0 < int(named.group(3)) < 65_536:
                found.setdefault((named.group(1), named.group(2).strip("[]"), int(named.group(3))))
    return tuple(found)[:_MAX]
