"""Lines of the hosts file that override names of the Internet, made comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selfcare.helper.change import Mechanism
from selfcare.helper.mechanisms.rewriting import Rewriting, lines_of

HOSTS = Path("/etc/hosts")
MARK = "# selfcare: "


def disabled(args: dict[str, Any]) -> dict[Path, bytes]:
    """The file without these names; every other byte of it stays, other names of the same line too."""
    try:
        old = HOSTS.read_bytes()
    except FileNotFoundError:
        return {}
    text = old.decode("utf-8", errors="surrogateescape")
    new = "".join(lines_without(text, set(args["names"]))).encode("utf-8", errors="surrogateescape")
    return {} if new == old else {HOSTS: new}


def lines_without(text: str, names: set[str], end: str = "\n") -> Iterator[str]:
    """The lines, those of these names made comments."""
    for line in lines_of(text):
        entry = line.partition("#")[0].split()
        said = [name for name in entry[1:] if name.lower().rstrip(".") in names]
        if not said:
            yield line
            continue
        yield MARK + line
        others = [name for name in entry[1:] if name not in said]
        if others:
            yield ("" if line.endswith("\n") else end) + "\t".join([entry[0], *others]) + end


MECHANISMS: dict[str, Mechanism] = {"hosts.disable": Rewriting(disabled)}
