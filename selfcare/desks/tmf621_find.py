"""Searching for a ticket by our id, so that "not there" can be believed: it decides whether it is sent again.

A desk may ignore a filter (and answer with everything), not understand it (and answer with nothing), ignore the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.desks import reading, tmf621_told
from selfcare.desks.tmf621_shape import Version
from selfcare.desks.wire import Answer, Wire
from selfcare.model.ticket import DeskError, Failure, Receipt

PAGE = 50
"""Tickets asked for at once."""
MOST_PAGES = 20
_ONLY_LOOK = 3
"""Pages without a filter, newest first, after a filter found nothing: what was just filed is among them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look brought. ``all_ours``: nothing else was among it; ``ended``: there was no more."""

    ours: tuple[Mapping[str, Any], ...]
    all_ours: bool
    ended: bool


@dataclass(slots=True)
class Finder:
    """One desk's tickets."""

    wire: Wire
    version: Version

    async def find(self, identity: str) -> tuple[Receipt, ...]:
        """Oldest first.

        Raises:
            DeskError: ``desk_search_endless``: so many tickets are shown that nobody can say it is not among them.
        """
        answered = False
        for query in self.version.searches(identity):
            try:
                seen = await self._look(identity, query, MOST_PAGES)
            except DeskError as error:
                if error.failure is not Failure.REFUSED:
                    raise
                continue
            answered = True
            if seen.ours or not seen.all_ours:  # it was found; or the filter does nothing, and all was looked at
                return _settled(seen)
        return await self._plainly(identity, answered)

    async def _plainly(self, identity: str, answered: bool) -> tuple[Receipt, ...]:
        """Without a filter. ``answered``: with one it found nothing, to be believed where this look is not allowed."""
        try:
            seen = await self._look(identity, {}, _ONLY_LOOK if answered else MOST_PAGES)
        except DeskError as error:
            if answered and (error.failure is Failure.REFUSED or error.code == "desk_too_large"):
                return ()
            raise
        return _receipts(seen.ours) if answered else _settled(seen)

    async def _look(self, identity: str, query: Mapping[str, str], pages: int) -> Seen:
        ours: dict[str, Mapping[str, Any]] = {}
        known: set[str] = set()
        all_ours = True
        for _ in range(pages):
            answer = await self._page(query, len(known))
            page = _tickets(answer)
            new = [one for one in page if reading.name(one.get("id")) not in known]
            known |= {reading.name(one.get("id")) for one in new}
            mine = [one for one in new if self.version.bears(one, identity)]
            ours |= {reading.name(one.get("id")): one for one in mine}
            all_ours = all_ours and len(mine) == len(new)
            if not new or len(known) >= _total(answer):
                stuck = len(page) == PAGE or len(known) < _total(answer) < float("inf")  # the same page again
                return Seen(tuple(ours.values()), all_ours, ended=not stuck or len(known) >= _total(answer))
        return Seen(tuple(ours.values()), all_ours, ended=False)

    async def _page(self, query: Mapping[str, str], offset: int) -> Answer:
        params = {**query, **self.version.newest_first, "fields": self.version.fields, "limit": str(PAGE)}
        if offset:
            params["offset"] = str(offset)
        return await self.wire.ask("GET", "/troubleTicket", params=params, good=frozenset({200, 204, 206}))


def _tickets(answer: Answer) -> list[Mapping[str, Any]]:
    """Those with an id. A list is expected: anything else says nothing of what is there."""
    if answer.status == 204:
        return []
    found = answer.json()
    if not isinstance(found, list):
        raise answer.unreadable()
    return [one for one in reading.records(found) if reading.name(one.get("id"))]


def _total(answer: Answer) -> float:
    """How many there are in all, where it is said (TMF630)."""
    said = answer.headers.get("x-total-count", "")
    return int(said) if said.isdecimal() and len(said) < 9 else float("inf")


def _settled(seen: Seen) -> tuple[Receipt, ...]:
    if not seen.ours and not seen.ended:
        raise DeskError(Failure.NOT_SENT, "desk_search_endless")
    return _receipts(seen.ours)


def _receipts(found: tuple[Mapping[str, Any], ...]) -> tuple[Receipt, ...]:
    """Oldest first; without dates as the desk counts its numbers."""
    kept = sorted((one for one in found if not tmf621_told.is_double(one)), key=_age)
    return tuple(made for one in kept if (made := tmf621_told.receipt(one)) is not None)


def _age(found: Mapping[str, Any]) -> tuple[float, int, str]:
    name = reading.name(found.get("id"))
    return tmf621_told.seconds(reading.moment(found.get("creationDate"))), len(name), name
