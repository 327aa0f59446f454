"""Searching for a ticket by our id, so that "not there" can be believed: it decides whether it is sent again.

A desk may ignore a filter (and answer with everything), not understand it (and answer with nothing), ignore the page,
or show no external id in its lists, or nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from selfcare.desks import reading, tmf621_told
from selfcare.desks.tmf621_shape import Version
from selfcare.desks.wire import Answer, Wire, segment
from selfcare.model.ticket import DeskError, Failure, Receipt

PAGE = 50
"""Tickets asked for at once."""
MOST_PAGES = 20
MOST_BYTES = 16 * 1024 * 1024
"""Of all the pages of one look: lists are asked for without files, a ticket is some kilobytes."""
MOST_S = 180.0
"""Seconds for a whole search: three requests of a minute."""
_ONLY_LOOK = 3
"""Pages without a filter, newest first, after a filter found nothing: what was just filed is among them."""
_OPENED = 5
"""Tickets opened one by one where a list does not say whose they are."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look brought: ``ours``; ``silent`` ones, without any external id; whether there were ``others``;
    ``ended``: there was no more.
    """  # noqa: D205

    ours: tuple[Mapping[str, Any], ...]
    silent: tuple[Mapping[str, Any], ...]
    others: bool
    ended: bool

    @property
    def empty(self) -> bool:
        """Nothing at all was shown."""
        return not (self.ours or self.silent or self.others)


@dataclass(slots=True)
class Finder:
    """One desk's tickets."""

    wire: Wire
    version: Version

    async def find(self, identity: str) -> tuple[Receipt, ...]:
        """Oldest first.

        Raises:
            DeskError: ``desk_search_endless``: nobody can say that it is not among those that are shown.
        """
        try:
            async with asyncio.timeout(MOST_S):
                return await self._found(identity)
        except TimeoutError:
            raise DeskError(Failure.NOT_SENT, "desk_slow") from None

    async def _found(self, identity: str) -> tuple[Receipt, ...]:
        answered = False
        for query in self.version.searches(identity):
            try:
                seen = await self._look(identity, query, MOST_PAGES)
            except DeskError as error:
                if error.failure is not Failure.REFUSED:
                    raise
                continue
            answered = True
            if seen.ours or seen.others:  # it was found; or the filter does nothing, and all was looked at
                return await self._settled(identity, seen)
            if seen.silent:
                return await self._by_control(identity, seen)
        return await self._plainly(identity, answered)

    async def _by_control(self, identity: str, seen: Seen) -> tuple[Receipt, ...]:
        """Those shown do not say whose they are: where the same question with an id of nobody's is answered by
        nothing, they are ours.
        """  # noqa: D205
        nobodys = str(uuid4())
        for query, control in zip(self.version.searches(identity), self.version.searches(nobodys), strict=True):
            try:
                again = await self._look(identity, query, 1)
                if not again.empty and (await self._look(nobodys, control, 1)).empty:
                    return _receipts(seen.silent)
            except DeskError as error:
                if error.failure is not Failure.REFUSED:
                    raise
        return await self._settled(identity, seen)

    async def _plainly(self, identity: str, answered: bool) -> tuple[Receipt, ...]:
        """Without a filter. ``answered``: with one it found nothing, to be believed where this look is not allowed."""
        try:
            seen = await self._look(identity, {}, _ONLY_LOOK if answered else MOST_PAGES)
        except DeskError as error:
            if answered and (error.failure is Failure.REFUSED or error.code == "desk_too_large"):
                return ()
            raise
        return _receipts(seen.ours) if answered else await self._settled(identity, seen)

    async def _settled(self, identity: str, seen: Seen) -> tuple[Receipt, ...]:
        """Of everything there is, or as much as was shown."""
        if seen.ours:
            return _receipts(seen.ours)
        if not seen.ended:
            raise DeskError(Failure.NOT_SENT, "desk_search_endless")
        newest = sorted(seen.silent, key=_age, reverse=True)[:_OPENED]
        opened = [await self._opened(reading.name(one.get("id"))) for one in newest]
        ours = tuple(one for one in opened if self.version.bears(one, identity))
        if not ours and len(seen.silent) > _OPENED and any(self.version.id_field in one for one in opened):
            raise DeskError(Failure.NOT_SENT, "desk_search_endless")  # only one by one do they say whose they are
        return _receipts(ours)

    async def _opened(self, ref: str) -> Mapping[str, Any]:
        answer = await self.wire.ask("GET", f"/troubleTicket/{segment(ref)}", good=frozenset({200}))
        return {**reading.record(answer.json()), "id": ref}

    async def _look(self, identity: str, query: Mapping[str, str], pages: int) -> Seen:
        known: dict[str, Mapping[str, Any]] = {}
        ended, size = False, 0
        for _ in range(pages):
            answer = await self._page(query, len(known))
            size += len(answer.body)
            if size > MOST_BYTES:
                raise DeskError(Failure.NOT_SENT, "desk_too_large")
            page = {reading.name(one.get("id")): one for one in _tickets(answer)}
            new, total = page.keys() - known.keys(), _total(answer)
            known = {**page, **known}
            if not new or len(known) >= total:
                turned = len(page) < PAGE and total == float("inf")  # else it is the same page again
                ended = turned or len(known) >= total
                break
        ours = tuple(one for one in known.values() if self.version.bears(one, identity))
        silent = tuple(one for one in known.values() if not one.get(self.version.id_field))
        return Seen(ours, silent, others=len(known) > len(ours) + len(silent), ended=ended)

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


def _receipts(found: tuple[Mapping[str, Any], ...]) -> tuple[Receipt, ...]:
    """Oldest first; without dates as the desk counts its numbers."""
    kept = sorted((one for one in found if not tmf621_told.is_double(one)), key=_age)
    return tuple(made for one in kept if (made := tmf621_told.receipt(one)) is not None)


def _age(found: Mapping[str, Any]) -> tuple[float, int, str]:
    name = reading.name(found.get("id"))
    return tmf621_told.seconds(reading.moment(found.get("creationDate"))), len(name), name
