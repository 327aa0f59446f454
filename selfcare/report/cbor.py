"""Reads the few things of CBOR (RFC 8949) that our codes hold, from anybody's bytes: bounded in depth, items and size.

Whole numbers, text, bytes, true, false, null, lists, and maps with whole numbers for keys; each of a length that is
said beforehand and is really there. No tags (dates, big numbers, shared references): none of ours has
any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

DEPTH = 8
ITEMS = 4096
"""Far more than any code of ours has."""

Value: TypeAlias = "int | str | bytes | bool | list[Value] | dict[int, Value] | None"
_SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None}


def loads(data: bytes) -> Value:
    """The one item that ``data`` is.

    Raises:
        ValueError: cut short, something left over, too deep, too many, or a kind of item we never write.
    """
    reader = _Reader(data)
    value = reader.item(0)
    if reader.at != len(data):
        raise ValueError("something is left over")
    return value


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0
    items: int = 0

    def item(self, depth: int) -> Value:
        self.items += 1
        if depth > DEPTH or self.items > ITEMS:
            raise ValueError("too deep or too many")
        first = self._take(1)[0]
        major, more = first >> 5, first & 31
        if major == 7:
            if more not in _SIMPLE:
                raise ValueError("a fraction, or something unknown")
            return _SIMPLE[more]
        return self._of(major, self._argument(more), depth)

    def _of(self, major: int, size: int, depth: int) -> Value:
        if major < 2:
            return size if major == 0 else -1 - size
        if major == 2:
            return self._take(size)
        if major == 3:
            return self._take(size).decode("utf-8")
        if major == 4:
            return [self.item(depth + 1) for _ in range(self._bounded(size))]
        if major == 5:
            return self._map(self._bounded(size), depth)
        raise ValueError("a tag")

    def _map(self, size: int, depth: int) -> dict[int, Value]:
        found: dict[int, Value] = {}
        for _ in range(size):
            key = self.item(depth + 1)
            if not isinstance(key, int) or isinstance(key, bool) or key in found:
                raise ValueError("a key that is no number, or stands twice")
            found[key] = self.item(depth + 1)
        return found

    def _bounded(self, size: int) -> int:
        if size > len(self.data) - self.at:  # every item is one byte at least
            raise ValueError("cut short")
        return size

    def _argument(self, more: int) -> int:
        if more < 24:
            return more
        if more > 27:
            raise ValueError("of unsaid length")
        return int.from_bytes(self._take(1 << (more - 24)), "big")

    def _take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise ValueError("cut short")
        self.at += size
        return self.data[self.at - size : self.at]
