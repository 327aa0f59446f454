"""Which type an object of a document was: by its keys, as a document says no types."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from selfcare.redaction.fields import MODULES


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """What a field may hold: closed words, instants, free text."""

    words: frozenset[str]
    instant: bool
    text: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """A type of the model."""

    name: str
    slots: dict[str, Slot]


@cache
def shapes() -> tuple[Shape, ...]:
    """Every type a payload is made of."""
    waiting: list[Any] = [
        kind for module in MODULES for kind in vars(module).values() if dataclasses.is_dataclass(kind)
    ]
    found: dict[str, Shape] = {}
    while waiting:
        kind = waiting.pop()
        if f"{kind.__module__}.{kind.__name__}" in found:
            continue
        hints = typing.get_type_hints(kind)
        fields = {one.name: hints[one.name] for one in dataclasses.fields(kind)}
        parts = {name: list(_parts(hint)) for name, hint in fields.items()}
        found[f"{kind.__module__}.{kind.__name__}"] = Shape(
            kind.__name__, {name: _slot(leaves) for name, leaves in parts.items()}
        )
        waiting += [one for leaves in parts.values() for one in leaves if dataclasses.is_dataclass(one)]
    return tuple(found.values())


def _parts(hint: Any) -> Iterator[Any]:
    """The types a hint is made of, unions, tuples and mappings taken apart."""
    if isinstance(hint, typing.NewType):
        yield from _parts(hint.__supertype__)
        return
    inner = typing.get_args(hint)
    if not inner:
        yield hint
    for one in inner:
        if one is not Ellipsis:
            yield from _parts(one)


def _slot(leaves: list[Any]) -> Slot:
    closed = [one for one in leaves if isinstance(one, type) and issubclass(one, Enum)]
    words = frozenset(str(word.value) for one in closed for word in one)
    return Slot(words, datetime in leaves, str in leaves)


@cache
def shape_of(keys: frozenset[str]) -> tuple[Shape, ...]:
    """Those with exactly these keys; else the smallest that has them all (an older document); else none."""
    exact = tuple(one for one in shapes() if one.slots.keys() == keys)
    if exact:
        return exact
    wider = sorted((one for one in shapes() if keys <= one.slots.keys()), key=lambda one: len(one.slots))
    return tuple(one for one in wider if len(one.slots) == len(wider[0].slots))
