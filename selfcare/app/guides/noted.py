"""What of a step may stand in the case's history: no name, no address, no key, whoever forgot that they were in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from selfcare.ground.redact import redact
from selfcare.model.guide import Value

MASK = "<answer>"


def nameless(data: Mapping[str, object], answers: Iterable[Value]) -> dict[str, object]:
    """``answers``: what the person typed or chose; a text that holds one of them says no more than that."""
    typed = tuple(one.casefold() for one in answers if isinstance(one, str) and one)
    return {name: _plain(value, typed) for name, value in data.items()}


def _plain(value: object, typed: tuple[str, ...]) -> object:
    if isinstance(value, str):
        return MASK if any(one in value.casefold() for one in typed) else redact(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one, typed) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one, typed) for one in value]
    return value if isinstance(value, int | float | bool | None) else redact(str(value))
