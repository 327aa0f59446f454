"""A TMF621 desk, v5 or v4: tickets filed, searched, followed. How a version writes is told by its :class:`Version`.

The base address ends with the API's own (``…/tmf-api/troubleTicket/v5``). An address inside an answer (``href``,
``Location``) is never followed: its last step may name a ticket, the way there is always our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from selfcare.desks import reading, tmf621_told, tmf656
from selfcare.desks.port import Can
from selfcare.desks.tmf621_find import Finder
from selfcare.desks.tmf621_lists import ListChanger, changed
from selfcare.desks.tmf621_marks import DOUBLE, bears, marked
from selfcare.desks.tmf621_shape import Version, file, whole
from selfcare.desks.wire import Answer, Login, Wire, segment
from selfcare.model.support import DeskEndpoint
from selfcare.model.ticket import Attachment, DeskError, Failure, KnownOutage, Note, Receipt, Ticket, Told

TICKETS = "/troubleTicket"
_THERE_ALREADY = frozenset({"desk_http_409", "desk_http_422"})
"""Conflict; and a key (Idempotency-Key) that was used before. Whether it is ours is seen by a search."""


@dataclass(slots=True)
class Tmf621Desk:
    """One operator's desk. ``whole_s``: seconds for one request.

    ``extra`` of the endpoint: ``attachments`` (``apart``: brought after the ticket, for a desk that wants small
    requests; ``none``: never), ``severity.blocking`` … and ``ticket_type`` (the operator's own words).
    """

    endpoint: DeskEndpoint
    login: Login
    version: Version
    whole_s: float = 60.0
    name: str = field(init=False)
    can: frozenset[Can] = field(init=False)
    _wire: Wire = field(init=False)
    _finder: Finder = field(init=False)
    _lists: ListChanger = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is opened yet."""
        self.name = f"tmf621-{self.version.name}"
        can = {Can.FIND, Can.FOLLOW_UP, Can.STATUS, Can.ANSWER}
        can |= {Can.ATTACHES_APART} if self.endpoint.extra.get("attachments") == "apart" else set()
        can |= {Can.OUTAGES} if self.endpoint.outages else set()
        self.can = frozenset(can)
        self._wire = Wire(self.endpoint.url, self.login, whole_s=self.whole_s)
        self._finder = Finder(self._wire, self.version)
        self._lists = ListChanger(self._wire, self.version)

    async def find(self, ticket: Ticket) -> tuple[Receipt, ...]:
        """Every ticket that bears this id, oldest first; second copies that were given up are left out."""
        return await self._finder.find(ticket.id)

    async def create(self, ticket: Ticket) -> Receipt:
        """Files it, once. A conflict may mean that it is there: it is looked for, and then that one is it."""
        files = self.endpoint.extra.get("attachments", "") not in ("apart", "none")
        body = self.version.new(ticket, self.endpoint.extra, files)
        try:
            answer = await self._wire.ask(
                "POST", TICKETS, json_body=body, headers={"Idempotency-Key": ticket.id}, good=frozenset({200, 201})
            )
        except DeskError as error:
            if error.code in _THERE_ALREADY:
                return await self._there(ticket, error)
            if error.failure is Failure.GONE:  # of an order to make something, the address is wrong
                raise DeskError(Failure.REFUSED, error.code) from error
            raise
        return _created(answer)

    async def _there(self, ticket: Ticket, error: DeskError) -> Receipt:
        found = await self.find(ticket)
        if found:
            return found[0]
        if error.code == "desk_http_409":  # being made right now by an earlier try, perhaps
            raise DeskError(Failure.UNKNOWN, error.code, error.again_s) from error
        raise error

    async def merge(self, keep: Receipt, extra: Receipt) -> None:
        """Cancelled with a reason. A desk that lets nobody cancel, or keeps no reason, gets a note that says so."""
        reason = f"Doublon de {keep.number} / duplicate of {keep.number} {DOUBLE}"
        body = self.version.change(status="cancelled", statusChangeReason=reason)
        try:
            await changed(self._wire, extra.ref, body, self.version.merge_patch)
        except DeskError as error:
            if error.failure is Failure.GONE:  # somebody took it away already
                return
            if error.failure is not Failure.REFUSED:
                raise
        found = await self._got(extra)
        if not tmf621_told.is_double(found):
            await self._lists.add(found, "note", self.version.note(reason, extra.ref))

    async def attached(self, receipt: Receipt) -> frozenset[str]:
        """By name, where what is there is whole."""
        found = reading.records((await self._got(receipt)).get("attachment"))
        return frozenset(reading.text(one.get("name"), reading.SHORT) for one in found if whole(one)) - {""}

    async def attach(self, receipt: Receipt, ticket: Ticket, attachment: Attachment) -> None:
        """Brings one file, unless it is there."""
        found = await self._got(receipt)
        there = reading.records(found.get("attachment"))
        if not any(one.get("name") == attachment.name and whole(one) for one in there):
            await self._lists.add(found, "attachment", file(attachment))

    async def noted(self, receipt: Receipt, note: Note) -> bool:
        """By its mark in any text: a desk may give notes ids of its own."""
        return _noted(await self._got(receipt), note)

    async def add_note(self, receipt: Receipt, note: Note) -> None:
        """Once: one that is there is not added. Its files are brought first, so that its text finds them there."""
        found = await self._got(receipt)
        if _noted(found, note):
            return
        there = [one.get("name") for one in reading.records(found.get("attachment"))]
        for attachment in note.attachments:
            if attachment.name not in there:
                await self._lists.add(found, "attachment", file(attachment))
                found = await self._got(receipt)
        await self._lists.add(found, "note", self.version.note(marked(note.text, note.id), note.id))
        if not _noted(await self._got(receipt), note):
            raise DeskError(Failure.UNKNOWN, "desk_not_shown")

    async def status(self, receipt: Receipt) -> Told:
        """Asked for, not called for: a PC at home has no address a desk could call (TMF621's hub)."""
        told = tmf621_told.told(await self._got(receipt))
        if told is None:
            raise DeskError(Failure.NOT_SENT, "desk_unreadable")
        return told

    async def outages(self) -> tuple[KnownOutage, ...]:
        """Of the operator's TMF656, where it has one."""
        return await tmf656.outages(self.endpoint, self.login, self.whole_s) if self.endpoint.outages else ()

    async def close(self) -> None:
        """Lets go of connections."""
        await self._wire.close()

    async def _got(self, receipt: Receipt) -> Mapping[str, Any]:
        answer = await self._wire.ask("GET", f"{TICKETS}/{segment(receipt.ref)}", good=frozenset({200}))
        found = answer.json()
        if not isinstance(found, dict) or found.get("id") not in (None, receipt.ref):
            raise answer.unreadable()
        return {**found, "id": receipt.ref}


def _noted(found: Mapping[str, Any], note: Note) -> bool:
    return any(bears(reading.text(one.get("text")), note.id) for one in reading.records(found.get("note")))


def _created(answer: Answer) -> Receipt:
    """Of a 201: its body, or the last step of where it says the ticket is. Unreadable: then it was taken unseen."""
    try:
        made = tmf621_told.receipt(reading.record(answer.json()))
    except DeskError:
        made = None
    if made is not None:
        return made
    where = urlsplit(answer.headers.get("location", "")[: 4 * reading.SHORT]).path
    ref = reading.name(unquote(where.rstrip("/").rpartition("/")[2]))
    if not ref or ref.lower() == TICKETS.strip("/").lower():
        raise answer.unreadable()
    return Receipt(ref=ref, number=ref)
