"""How one value of ``rapport.json`` stands in a code: small, and read back from a stranger's bytes without trust.

``pack`` gives None for what is empty or of another kind than it should be: that is left out. ``unpack`` raises
``ValueError`` for what ``pack`` never writes.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

from selfcare.report.cbor import Value

_HUNDREDTH = 100
_QUARTERS = 128
"""An offset from UTC, in quarters of an hour, +64 so that it is never negative: minutes and offset in one number."""


class Kind(Protocol):
    """Of a value."""

    def pack(self, value: object) -> Value: ...  # noqa: D102
    def unpack(self, value: Value) -> object: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Text:
    """At most ``most`` characters; what steers a terminal or turns writing round is not text."""

    most: int = 64

    def pack(self, value: object) -> Value:  # noqa: D102
        return self._plain(value)[: self.most] or None if isinstance(value, str) else None

    def unpack(self, value: Value) -> object:  # noqa: D102
        if not isinstance(value, str):
            raise ValueError("no text")
        return self._plain(value)[: self.most]

    def _plain(self, text: str) -> str:
        return "".join(" " if c in "\r\n\t" else c for c in text if c in "\r\n\t" or unicodedata.category(c)[0] != "C")


@dataclass(frozen=True, slots=True)
class Word:
    """One of a closed list, by its place: the list only ever grows at its end. Another word stands as it is."""

    words: tuple[str, ...]

    def pack(self, value: object) -> Value:  # noqa: D102
        if not isinstance(value, str) or not value:
            return None
        return self.words.index(value) if value in self.words else Text(40).pack(value)

    def unpack(self, value: Value) -> object:  # noqa: D102
        if isinstance(value, int) and not isinstance(value, bool):
            return self.words[value] if 0 <= value < len(self.words) else "other"
        return Text(40).unpack(value)


class Number:
    """To the hundredth; a whole number in CBOR."""

    def pack(self, value: object) -> Value:  # noqa: D102
        usable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
        return round(value * _HUNDREDTH) if usable else None  # type: ignore[operator]  # NaN is no less than 1e15 either

    def unpack(self, value: Value) -> object:  # noqa: D102
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("no number")
        return value / _HUNDREDTH if value % _HUNDREDTH else value // _HUNDREDTH


class Scalar:
    """A number, a text, or yes and no."""

    def pack(self, value: object) -> Value:  # noqa: D102
        if isinstance(value, bool):
            return value
        return Text().pack(value) if isinstance(value, str) else Number().pack(value)

    def unpack(self, value: Value) -> object:  # noqa: D102
        if isinstance(value, bool):
            return value
        return Text().unpack(value) if isinstance(value, str) else Number().unpack(value)


class Moment:
    """ISO 8601 with offset, to the minute."""

    def pack(self, value: object) -> Value:  # noqa: D102
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            return None
        offset = at.utcoffset() if at is not None else None
        if at is None or offset is None:
            return None
        return int(at.timestamp()) // 60 * _QUARTERS + round(offset.total_seconds() / 900) + _QUARTERS // 2

    def unpack(self, value: Value) -> object:  # noqa: D102
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**33:
            raise ValueError("no time")
        minutes, quarters = divmod(value, _QUARTERS)
        zone = timezone(timedelta(minutes=15 * (quarters - _QUARTERS // 2)))
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(zone).isoformat()


class Uuid:
    """16 bytes instead of 36 characters."""

    def pack(self, value: object) -> Value:  # noqa: D102
        try:
            return uuid.UUID(value).bytes if isinstance(value, str) else None
        except ValueError:
            return None

    def unpack(self, value: Value) -> object:  # noqa: D102
        if not isinstance(value, bytes):
            raise ValueError("no id")
        return str(uuid.UUID(bytes=value))


@dataclass(frozen=True, slots=True)
class Each:
    """A list: the first ``most``."""

    kind: Kind
    most: int = 12

    def pack(self, value: object) -> Value:  # noqa: D102
        items = list(value)[: self.most] if isinstance(value, list | tuple) else []
        return [one for one in (self.kind.pack(item) for item in items) if one is not None] or None

    def unpack(self, value: Value) -> object:  # noqa: D102
        if not isinstance(value, list) or len(value) > self.most:
            raise ValueError("no list, or a long one")
        return [self.kind.unpack(one) for one in value]


@dataclass(frozen=True, slots=True)
class Record:
    """Named values under numbers. A number is never given to another name; unknown ones are passed over."""

    fields: Mapping[int, tuple[str, Kind]]

    def pack(self, value: object) -> Value:  # noqa: D102
        if not isinstance(value, Mapping):
            return None
        packed = {number: kind.pack(value.get(name)) for number, (name, kind) in self.fields.items()}
        return {number: one for number, one in packed.items() if one is not None} or None

    def unpack(self, value: Value) -> object:  # noqa: D102
        if not isinstance(value, dict):
            raise ValueError("no record")
        known = ((self.fields[number], one) for number, one in value.items() if number in self.fields)
        return {name: kind.unpack(one) for (name, kind), one in known}


def record(*fields: tuple[int, str, Kind]) -> Record:
    """From a table."""
    return Record({number: (name, kind) for number, name, kind in fields})
