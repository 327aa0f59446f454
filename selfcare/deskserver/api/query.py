"""What a list is asked for: fields, page, order, filters. What is not understood is refused, never passed over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from selfcare.deskserver.api.bounds import line, milliseconds, moment, refused
from selfcare.model.ticket import State

PAGE: Final = 50
MOST: Final = 100
"""Tickets of one page."""
FURTHEST: Final = 1_000_000
_PATHS = {"externalIdentifier.id": "external", "externalId": "external", "externalIdentifier[*].id": "external",
          "status": "status", "id": "id", "case": "case"}  # fmt: skip
_DATES = {f"{name}{dot}{how}": (ours, how) for name, ours in (("creationDate", "created"), ("lastUpdate", "updated"))
          for dot in (".", "") for how in ("gt", "gte", "lt", "lte")}  # fmt: skip
_ORDERS = {"creationDate": "created", "-creationDate": "-created", "lastUpdate": "updated", "-lastUpdate": "-updated",
           "+creationDate": "created", "+lastUpdate": "updated"}  # fmt: skip
_VALUE = r"(?:'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\")"
_IN_LIST = re.compile(rf"(?:\$\.?)?externalIdentifier\[\?\(@\.id\s*==\s*{_VALUE}\)\]")
_PLAIN = re.compile(rf"(?:\$\.?)?(?:\[\*\]|troubleTicket)?\[\?\(@\.(?P<name>status|id)\s*==\s*{_VALUE}\)\]")
_CURSOR = re.compile(r"o(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Wished:
    """A list's query. Moments: ms, both ends included. ``order``: ``created``, ``-updated`` and the like."""

    fields: str = ""
    offset: int = 0
    limit: int = PAGE
    order: str = "-created"
    external: str = ""
    status: str = ""
    ref: str = ""
    created: tuple[int | None, int | None] = (None, None)
    updated: tuple[int | None, int | None] = (None, None)


def wished(query: Iterable[tuple[str, str]], rich: bool) -> Wished:
    """``rich``: v5's. Raises :class:`DeskRefusal` 400 ``query_unknown`` with the name of what was not understood."""
    found: dict[str, str] = {}
    ranges: dict[str, list[int | None]] = {"created": [None, None], "updated": [None, None]}
    page: dict[str, str] = {}
    for name, value in query:
        value = line(value)
        if name in ("fields", "offset", "limit") or (rich and name in ("sort", "before", "after")):
            page[name] = value
        elif name in _PATHS:
            found[_PATHS[name]] = value
        elif name in _DATES:
            _within(ranges, *_DATES[name], value, name)
        elif name == "filter" and rich:
            found |= _filter(value)
        else:
            raise refused("query_unknown", name)
    return _made(found, ranges, page)


def _made(found: Mapping[str, str], ranges: Mapping[str, list[int | None]], page: Mapping[str, str]) -> Wished:
    status = found.get("status", "")
    if status and status not in {one.value for one in State}:
        raise refused("query_unknown", "status")
    limit = max(min(_count(page.get("limit", str(PAGE)), "limit"), MOST), 0)
    offset = _count(page.get("offset", "0"), "offset")
    if "after" in page:
        offset = _cursor(page["after"])
    elif "before" in page:
        end = _cursor(page["before"])
        offset, limit = max(end - limit, 0), min(limit, end)
    order = page.get("sort", "-creationDate")
    if order not in _ORDERS:
        raise refused("query_unknown", "sort")
    return Wished(
        page.get("fields", ""), offset, limit, _ORDERS[order], found.get("external", ""), status, found.get("id", ""),
        _pair(ranges["created"]), _pair(ranges["updated"]),
    )  # fmt: skip


def _pair(given: list[int | None]) -> tuple[int | None, int | None]:
    return given[0], given[1]


def _within(ranges: Mapping[str, list[int | None]], name: str, how: str, value: str, where: str) -> None:
    at = milliseconds(moment(value.replace(" ", "+"), where))
    if how.startswith("g"):
        ranges[name][0] = at + (how == "gt")
    else:
        ranges[name][1] = at - (how == "lt")


def _filter(value: str) -> dict[str, str]:
    if found := _IN_LIST.fullmatch(value):
        return {"external": found["one"] or found["two"] or ""}
    if found := _PLAIN.fullmatch(value):
        return {found["name"]: found["one"] or found["two"] or ""}
    raise refused("query_unknown", "filter")


def _count(text: str, where: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise refused("query_unknown", where)
    return min(int(text), FURTHEST)


def _cursor(text: str) -> int:
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise refused("query_unknown", "cursor")
    return int(found[1])


def headers(wish: Wished, shown: int, total: int, base: str, query: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Counts (TMF630), and where the pages before and after are (RFC 8288)."""
    kept = [(name, value) for name, value in query if name not in ("offset", "limit", "before", "after")]
    found = {"X-Total-Count": str(total), "X-Result-Count": str(shown)}
    size = wish.limit or PAGE
    last = max((total - 1) // size * size, 0)
    places = {"first": 0, "last": last}
    places |= {"prev": max(wish.offset - size, 0)} if wish.offset else {}
    places |= {"next": wish.offset + shown} if shown and wish.offset + shown < total else {}
    pages = (
        f'<{base}?{urlencode([*kept, ("offset", at), ("limit", size)])}>; rel="{rel}"' for rel, at in places.items()
    )
    link = ", ".join(pages)
    return found | ({"Link": link} if len(link) < 4000 else {})
