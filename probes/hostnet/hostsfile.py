"""The hosts file: which names of the outside it takes into its own hands."""

from __future__ import annotations

import functools
import ipaddress
import os
import re
import sys
from collections.abc import Collection
from pathlib import Path

from selfcare.model.payloads.routes import HostsEntry

# An ad-block list has a few megabytes; what a person wrote stands at the beginning or the end.
READ_LIMIT = 2 * 1024 * 1024
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_-]{1,63})+\.?\Z")
# Where blocking lists send thousands of names; that only matters for names people need.
_SINKS = frozenset({"0.0.0.0", "::", "127.0.0.1", "127.0.1.1", "127.0.0.2", "::1"})
# Names that only mean something at home.
_HOME_SUFFIXES = (".local", ".lan", ".home", ".internal", ".test", ".localhost", ".localdomain", ".arpa", ".box")


def path() -> Path:
    """Where this system keeps it."""
    if sys.platform == "win32":
        from probes.hostnet.windows import readers

        usual = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "drivers" / "etc"
        return Path(readers.hosts_folder() or usual) / "hosts"
    return Path("/etc/hosts")


def read(source: Path) -> bytes:
    """At most 2 MB: its first half and its last half when it is longer. Raises OSError."""
    with source.open("rb") as file:
        data = file.read(READ_LIMIT + 1)
        if len(data) <= READ_LIMIT:
            return data
        file.seek(-READ_LIMIT // 2, os.SEEK_END)
        return data[: READ_LIMIT // 2] + b"\n" + file.read(READ_LIMIT // 2)


def parse(data: bytes, important: Collection[str], own_names: Collection[str] = ()) -> tuple[list[HostsEntry], int]:
    """Entries that override public names, important ones first, and the number of names in all.

    Args:
        data: the file's bytes, whatever they are.
        important: names nobody should override, in lower case.
        own_names: names of this computer.
    """
    found: dict[tuple[str, str], HostsEntry] = {}
    total = 0
    own = {name.lower() for name in own_names}
    for line in _text(data).splitlines():
        words = line.split("#", 1)[0].split()
        if len(words) < 2 or (address := _address(words[0])) is None:
            continue
        total += len(words) - 1
        for word in words[1:]:
            name = word.lower().rstrip(".")
            # First what is quick: of a blocking list's thousands of names none passes.
            if (name in important or address not in _SINKS) and overrides(name) and name not in own:
                found.setdefault((name, address), HostsEntry(name, address, name in important))
    return sorted(found.values(), key=lambda entry: not entry.important), total


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Notepad saves "Unicode" if asked to; Windows itself then ignores the file, but a person sees entries.
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


@functools.lru_cache(maxsize=256)
def _address(word: str) -> str | None:
    try:
        return str(ipaddress.ip_address(word.partition("%")[0]))
    except ValueError:
        return None


def overrides(name: str) -> bool:
    """Whether a name belongs to the outside, so that an entry takes it into its own hands."""
    return _NAME.match(name) is not None and not name.endswith(_HOME_SUFFIXES)
