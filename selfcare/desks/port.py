"""What the outbox asks of a desk. Every method raises :class:`DeskError` and nothing else; each is bounded in time."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from selfcare.model.ticket import Attachment, KnownOutage, Note, Receipt, Ticket, Told


class Can(StrEnum):
    """What a desk is able to. Without ``FIND`` exactly once cannot be promised (mail): every copy bears the same id.

    ``ATTACHES_APART``: ``create`` leaves the files out, :meth:`Desk.attach` brings them one by one.
    """

    FIND = "find"
    ATTACHES_APART = "attaches_apart"
    FOLLOW_UP = "follow_up"
    STATUS = "status"
    ANSWER = "answer"
    OUTAGES = "outages"


class Desk(Protocol):
    """One desk. The caller makes it for one loop and closes it."""

    name: str
    can: frozenset[Can]

    async def find(self, ticket: Ticket) -> tuple[Receipt, ...]:
        """Every ticket that bears this id, oldest first; those given up as a second copy are left out."""
        ...

    async def create(self, ticket: Ticket) -> Receipt:
        """Files it, with its attachments unless the desk attaches apart. Never retried in here."""
        ...

    async def merge(self, keep: Receipt, extra: Receipt) -> None:
        """A second copy (the network delivered twice) is closed with a word on which one counts."""
        ...

    async def attached(self, receipt: Receipt) -> frozenset[str]:
        """Names of the attachments that are there, whole."""
        ...

    async def attach(self, receipt: Receipt, ticket: Ticket, attachment: Attachment) -> None:
        """Brings one file; a step that was done before is not done twice where the desk can tell."""
        ...

    async def noted(self, receipt: Receipt, note: Note) -> bool:
        """Whether a note with this id is there."""
        ...

    async def add_note(self, receipt: Receipt, note: Note) -> None:
        """A follow-up on the same ticket."""
        ...

    async def status(self, receipt: Receipt) -> Told:
        """How it stands, and what was answered."""
        ...

    async def outages(self) -> tuple[KnownOutage, ...]:
        """Collective outages the operator tells of; none where it tells nothing."""
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...
