"""From a guide's TOML file to ``selfcare.model.guide.Guide``; unknown words are refused, so that a slip is seen.

    id = "box-restart"            # as the file
    topic = "box"                 # minutes, risk, languages, codes, shows: see ``Guide``
    start = "way"

    [steps.way]                   # each step: its kind, then that kind's fields (``selfcare.model.guide``)
    kind = "branch"
    cases = [{ when = { can = ["reboot"] }, to = "restart" }]
    otherwise = "by_hand"

A test is its name, or a table ``{ test = "box.guest_is", on = true }``; ``"$port"`` is what was answered as ``port``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from selfcare.guides.errors import GuideError
from selfcare.model.guide import (
    Ask,
    Branch,
    Check,
    Choice,
    Condition,
    Do,
    End,
    Guide,
    Instruct,
    Kind,
    Outcome,
    Risk,
    Step,
    Test,
    Topic,
)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_KINDS: Mapping[str, type[Step]] = {
    "instruct": Instruct, "ask": Ask, "check": Check, "do": Do, "branch": Branch, "outcome": Outcome,
}  # fmt: skip


def load_guide(path: Path) -> Guide:
    """One file, as far as its words can be understood; ``selfcare.guides.validate`` says whether it makes sense.

    Raises:
        GuideError: it cannot be understood.
    """
    name = path.stem
    try:
        raw = path.read_bytes()
        data = tomllib.loads(raw.decode("utf-8"))
    except (OSError, ValueError) as error:
        raise GuideError(name, str(error)) from error
    if data.get("id") != name:
        raise GuideError(name, f"its id is {data.get('id')!r}")
    tables = _table(name, data.pop("steps", None))
    steps = {key: _fenced(name, key, partial(_step, key, table)) for key, table in tables.items()}
    digest = hashlib.sha256(raw).hexdigest()[:12]
    return _fenced(name, "", lambda: _guide(data, steps, digest))


def _fenced(guide: str, step: str, make: Callable[[], T]) -> T:
    try:
        return make()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise GuideError(guide, f"{type(error).__name__}: {error}", step) from error


def _table(guide: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise GuideError(guide, "it has no steps")
    return value


def _guide(data: dict[str, Any], steps: dict[str, Step], digest: str) -> Guide:
    made = {
        **data,
        "topic": Topic(data["topic"]),
        "risk": Risk(data.get("risk", "none")),
        "languages": _words(data.get("languages", ["fr"])),
        "codes": _words(data.get("codes", [])),
        "shows": _tests(data.get("shows", [])),
    }
    return Guide(**made, steps=steps, digest=digest)


def _step(name: str, data: dict[str, Any]) -> Step:
    made = dict(data)
    kind = _KINDS[made.pop("kind")]
    read: Mapping[str, Callable[[Any], Any]] = {
        "verify": _tests, "tests": _tests, "facts": _words, "guides": _words, "choices": _choices,
        "cases": lambda v: tuple((condition(c["when"]), c["to"]) for c in v if _only(c, {"when", "to"})),
        "end": End, "arguments": _arguments,
    }  # fmt: skip
    for key, value in made.items():
        if key in read:
            made[key] = read[key](value)
    if kind is Ask:
        made["kind"] = Kind(made.pop("of"))
    if kind is Do:
        made.setdefault("arguments", {})
    step: Step = kind(name, **made)
    _typed(step)
    return step


def _typed(step: Step) -> None:
    """What was not turned into something is a word or a yes: a list where one step is meant must not get through."""
    for one in dataclasses.fields(step):
        value = getattr(step, one.name)
        if isinstance(value, list) or (isinstance(value, dict) and one.name != "arguments"):
            raise ValueError(f"{one.name} is {value!r}")
        if one.type == "str" and not (isinstance(value, str) and value):
            raise ValueError(f"{one.name} is {value!r}")


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError(f"a list of words, not {value!r}")
    return tuple(value)


def _tests(value: Any) -> tuple[Test, ...]:
    return tuple(_test(one) for one in value)


def _test(value: Any) -> Test:
    if isinstance(value, str):
        return Test(value)
    arguments = dict(value)
    return Test(arguments.pop("test"), _arguments(arguments))


def _arguments(value: Any) -> dict[str, Any]:
    if not all(isinstance(one, str | int | float | bool) for one in value.values()):
        raise ValueError(f"plain values, not {value!r}")
    return dict(value)


def _choices(value: Any) -> tuple[Choice, ...]:
    return tuple(_choice({"id": one} if isinstance(one, str) else one) for one in value)


def _choice(value: Mapping[str, Any]) -> Choice:
    _only(value, {"id", "to", "when"})
    return Choice(value["id"], value.get("to"), condition(value["when"]) if "when" in value else None)


def _only(value: Mapping[str, Any], allowed: set[str]) -> bool:
    if extra := set(value) - allowed:
        raise ValueError(f"unknown: {', '.join(sorted(extra))}")
    return True


def condition(value: Mapping[str, Any]) -> Condition:
    """Raises ``ValueError`` or ``TypeError`` where it is none."""
    made: dict[str, Any] = {}
    for key, given in value.items():
        if key in ("answers", "outcomes"):
            made[key] = {name: _words(several) for name, several in given.items()}
        elif key in ("paired", "pairable"):
            if not isinstance(given, bool):
                raise ValueError(f"{key} is {given!r}")
            made[key] = given
        else:
            made[key] = _words(given)
    return Condition(**made)
