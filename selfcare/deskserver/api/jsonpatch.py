"""RFC 6902 on a document of ours; what it changes at the top is then merged like any other PATCH."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from selfcare.deskserver.api.bounds import refused
from selfcare.deskserver.model import DeskRefusal

MOST = 100
"""Operations of one request."""


def changed(document: dict[str, Any], operations: Any) -> dict[str, Any]:
    """The top-level members that are other afterwards; None: it was taken away.

    Raises:
        DeskRefusal: 400 ``bad_patch``, 422 ``patch_not_possible`` (RFC 5789: understood, and not to be done).
    """
    if not isinstance(operations, list) or not 0 < len(operations) <= MOST:
        raise refused("bad_patch")
    after = deepcopy(document)
    for at, one in enumerate(operations):
        if not isinstance(one, dict) or not isinstance(one.get("path"), str):
            raise refused("bad_patch", f"[{at}]")
        _do(after, one, f"[{at}]")
    _nothing_lost(document, after)
    names = {*document, *after}
    return {name: after.get(name) for name in names if document.get(name) != after.get(name)}


def _nothing_lost(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Of what was said and brought nothing is taken away or rewritten: not by a subscriber, not by a system."""
    for name in ("note", "attachment"):
        left = after.get(name) or []
        if not isinstance(left, list) or any(one not in left for one in before.get(name, [])):
            raise DeskRefusal(403, "not_yours", where=name)


def _do(document: dict[str, Any], one: dict[str, Any], where: str) -> None:
    steps = _steps(one["path"], where)
    kind = one.get("op")
    if kind in ("add", "replace", "test") and "value" not in one:
        raise refused("bad_patch", where)
    if kind == "test":
        if _at(document, steps, where) != one["value"]:
            raise DeskRefusal(422, "patch_not_possible", where=where)
    elif kind == "add":
        _add(document, steps, deepcopy(one["value"]), where)
    elif kind == "replace":
        _take(document, steps, where)
        _add(document, steps, deepcopy(one["value"]), where)
    elif kind == "remove":
        _take(document, steps, where)
    elif kind in ("copy", "move") and isinstance(one.get("from"), str):
        source = _steps(one["from"], where)
        value = deepcopy(_at(document, source, where))
        if kind == "move":
            _take(document, source, where)
        _add(document, steps, value, where)
    else:
        raise refused("bad_patch", where)


def _steps(path: str, where: str) -> list[str]:
    if not path.startswith("/") or len(path) > 500 or path.count("/") > 12:
        raise refused("bad_patch", where)
    return [one.replace("~1", "/").replace("~0", "~") for one in path[1:].split("/")]


def _at(document: Any, steps: list[str], where: str) -> Any:
    for step in steps:
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list):
            document = document[_index(step, len(document) - 1, where)]
        else:
            raise DeskRefusal(422, "patch_not_possible", where=where)
    return document


def _index(step: str, most: int, where: str) -> int:
    if not (step.isascii() and step.isdecimal() and len(step) < 6) or int(step) > most:
        raise DeskRefusal(422, "patch_not_possible", where=where)
    return int(step)


def _add(document: dict[str, Any], steps: list[str], value: Any, where: str) -> None:
    if len(steps) == 2 and steps[1] == "-":
        document.setdefault(steps[0], [])  # a list without entries is not shown, and is there all the same
    place = _at(document, steps[:-1], where)
    if isinstance(place, dict):
        place[steps[-1]] = value
    elif isinstance(place, list):
        place.insert(len(place) if steps[-1] == "-" else _index(steps[-1], len(place), where), value)
    else:
        raise DeskRefusal(422, "patch_not_possible", where=where)


def _take(document: dict[str, Any], steps: list[str], where: str) -> None:
    place = _at(document, steps[:-1], where)
    if isinstance(place, dict) and steps[-1] in place:
        del place[steps[-1]]
    elif isinstance(place, list):
        del place[_index(steps[-1], len(place) - 1, where)]
    else:
        raise DeskRefusal(422, "patch_not_possible", where=where)
