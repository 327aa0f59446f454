"""IPv4 first, while IPv6 is broken: the C library's order of addresses."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from selfcare.helper.change import Mechanism
from selfcare.helper.mechanisms.rewriting import Rewriting

GAI = Path("/etc/gai.conf")
# One line of the table replaces all of the built-in one, so here is the whole of it with IPv4 (::ffff:0:0/96) first.
TABLE = b"""# selfcare: IPv4 first while IPv6 is broken
precedence ::1/128 50
precedence ::/0 40
precedence 2002::/16 30
precedence ::/96 20
precedence ::ffff:0:0/96 100
"""


def preferring(args: dict[str, Any]) -> dict[Path, bytes]:
    """The file with our table; somebody else's table is put out of force, not away."""
    try:
        old = GAI.read_bytes()
    except FileNotFoundError:
        old = b""
    if TABLE in old:
        return {}
    lines = [b"# selfcare: " + line if line.split()[:1] == [b"precedence"] else line for line in BytesIO(old)]
    rest = b"".join(lines)
    return {GAI: rest + (b"" if rest.endswith(b"\n") or not rest else b"\n") + TABLE}


MECHANISMS: dict[str, Mechanism] = {"ipv4.prefer": Rewriting(preferring)}
