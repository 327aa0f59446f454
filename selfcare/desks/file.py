"""A ticket as files in a folder: an operator's share, a stick, a shop's counter. Nothing is sent by this."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path

from selfcare.desks.port import Can
from selfcare.desks.wire import Login, nobody
from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import SelfcareError
from selfcare.model.support import DeskEndpoint
from selfcare.model.ticket import Attachment, DeskError, Failure, KnownOutage, Note, Receipt, Ticket, Told

TICKET = "ticket.json"


class FileDesk:
    """``<folder>/<case>-<8 hex of the ticket's id>/ticket.json``, attachments beside it, notes as ``note-….txt``.

    ``ticket.json`` is written last: a folder without it is a ticket that was not finished, and is so the next time.
    """

    can = frozenset({Can.FIND, Can.FOLLOW_UP})

    def __init__(self, endpoint: DeskEndpoint, login: Login = nobody) -> None:
        self._folder = Path(endpoint.extra.get("folder", ""))
        self.name = "file"

    async def find(self, ticket: Ticket) -> tuple[Receipt, ...]:
        """There, or not."""
        there = await asyncio.to_thread((self._place(ticket) / TICKET).is_file)
        return (self._receipt(ticket),) if there else ()

    async def create(self, ticket: Ticket) -> Receipt:
        """Whole or not at all: what says that it is there comes last."""
        await asyncio.to_thread(self._write, ticket)
        return self._receipt(ticket)

    def _write(self, ticket: Ticket) -> None:
        place = self._place(ticket)
        head = {
            "id": ticket.id, "case": ticket.case, "subject": ticket.subject, "text": ticket.text, "code": ticket.code,
            "severity": ticket.severity.value, "facts": dict(ticket.facts),
            "attachments": {one.name: one.sha256 for one in ticket.attachments},
        }  # fmt: skip
        try:
            place.mkdir(parents=True, exist_ok=True)
            for one in ticket.attachments:
                write_atomic(place / _plain(one.name), one.data)
            write_atomic(place / TICKET, json.dumps(head, ensure_ascii=False, indent=2).encode())
        except (OSError, SelfcareError) as error:
            raise DeskError(Failure.NOT_SENT, getattr(error, "code", "write_failed")) from error

    async def merge(self, keep: Receipt, extra: Receipt) -> None:
        """There cannot be two."""

    async def attached(self, receipt: Receipt) -> frozenset[str]:
        """They come with it."""
        return frozenset()

    async def attach(self, receipt: Receipt, ticket: Ticket, attachment: Attachment) -> None:
        """They come with it."""

    async def noted(self, receipt: Receipt, note: Note) -> bool:
        """There, or not."""
        return await asyncio.to_thread(self._note(receipt, note).is_file)

    async def add_note(self, receipt: Receipt, note: Note) -> None:
        """A file beside it; what comes with the note first."""

        def write() -> None:
            path = self._note(receipt, note)
            try:
                for one in note.attachments:
                    write_atomic(path.parent / _plain(f"{note.id[:8]}-{one.name}"), one.data)
                write_atomic(path, note.text.encode())
            except (OSError, SelfcareError) as error:
                raise DeskError(Failure.NOT_SENT, getattr(error, "code", "write_failed")) from error

        await asyncio.to_thread(write)

    async def status(self, receipt: Receipt) -> Told:
        """Files do not answer."""
        return Told(receipt)

    async def outages(self) -> tuple[KnownOutage, ...]:
        """Files tell of none."""
        return ()

    async def close(self) -> None:
        """Nothing is held."""

    def _place(self, ticket: Ticket) -> Path:
        return self._folder / _plain(f"{ticket.case}-{hashlib.sha256(ticket.id.encode()).hexdigest()[:8]}")

    def _receipt(self, ticket: Ticket) -> Receipt:
        place = self._place(ticket)
        return Receipt(str(place), ticket.case)

    def _note(self, receipt: Receipt, note: Note) -> Path:
        return Path(receipt.ref) / _plain(f"note-{note.id}.txt")


def _plain(name: str) -> str:
    """One name, in one folder, on any disk."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name).lstrip(".")
    return kept[:100] or "_"
