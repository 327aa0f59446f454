"""JSON lines in, JSON lines out: one object a line, every field known, nothing else let through."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from selfcare.helper.arguments import READING, checked, is_change
from selfcare.helper.errors import Refusal

VERSION = 1
LINE = 8192  # bytes, with the line's end
GUARD_S = (1.0, 900.0)
IDS = 2**53  # every JSON reader holds integers up to this


@dataclass(frozen=True, slots=True)
class Request:
    """One line, understood and valid."""

    id: int
    verb: str
    args: Mapping[str, Any]
    guard_s: float = 60.0


def understand(line: bytes) -> Request:
    """The request this line is.

    Raises:
        Refusal: it is none; ``request_id`` tells whose answer that is.
    """
    told = _object(line)
    if set(told) - {"v", "id", "verb", "args", "guard_s"} or not {"v", "id", "verb", "args"} <= set(told):
        raise Refusal("bad_argument", "fields")
    if type(told["v"]) is not int or told["v"] != VERSION:
        raise Refusal("bad_argument", "version")
    if type(told["id"]) is not int or not 0 <= told["id"] <= IDS:
        raise Refusal("bad_argument", "id")
    verb, args = told["verb"], told["args"]
    if type(verb) is not str or not (verb in READING or is_change(verb)):
        raise Refusal("bad_argument", "verb")
    if type(args) is not dict:
        raise Refusal("bad_argument", "args")
    guard = told.get("guard_s", 60.0)
    if "guard_s" in told and not is_change(verb):
        raise Refusal("bad_argument", "guard_s")
    if type(guard) not in (int, float) or not GUARD_S[0] <= guard <= GUARD_S[1]:  # no NaN is between them
        raise Refusal("bad_argument", "guard_s")
    return Request(told["id"], verb, checked(verb, args), float(guard))


def request_id(line: bytes) -> int | None:
    """Whose answer a refusal is, None when the line does not say."""
    try:
        told = _object(line).get("id")
    except Refusal:
        return None
    return told if type(told) is int and 0 <= told <= IDS else None


def answer(number: int | None, ok: Mapping[str, Any]) -> bytes:
    """The line that says it was done."""
    return json.dumps({"id": number, "ok": ok}).encode() + b"\n"


def refusal(number: int | None, error: Refusal) -> bytes:
    """The line that says why not."""
    told = {"id": number, "error": {"code": error.code, "detail": error.detail}}
    return json.dumps(told).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LINE:
        raise Refusal("bad_argument", "line too long")
    try:
        told = json.loads(line.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_argument", "not JSON") from error
    if type(told) is not dict:
        raise Refusal("bad_argument", "not an object")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of one line must never see two different requests."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a field twice")
    return made


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


@dataclass
class Lines:
    """Cuts what comes in into lines; one that is too long is given once, cut, and the rest of it dropped."""

    _rest: bytes = b""
    _dropping: bool = field(default=False)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that are whole now."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            if not self._dropping:
                yield line
            self._dropping = False
        if len(self._rest) > LINE:
            if not self._dropping:
                yield self._rest[: LINE + 1]
            self._rest, self._dropping = b"", True
