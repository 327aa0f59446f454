"""Request Tracker 5 by REST2: tried on a real 5.0.3 (docs/design/support.md).

RT does not tell two deliveries apart, answers 200 to what it refuses (« Permission Denied » in a list) and gives
addresses of another machine in ``_url``: so what it did is looked at, and only its numbers are used.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from selfcare.desks import helpdesk as ours
from selfcare.desks.port import Can
from selfcare.desks.reading import moment, record, records, text, word
from selfcare.desks.wire import Login
from selfcare.model.support import DeskEndpoint
from selfcare.model.ticket import (
    Attachment,
    DeskError,
    Failure,
    KnownOutage,
    Note,
    Receipt,
    Reply,
    State,
    Ticket,
    Told,
)

STATES = {
    "new": State.ACKNOWLEDGED, "open": State.IN_PROGRESS, "stalled": State.PENDING, "resolved": State.RESOLVED,
    "rejected": State.REJECTED, "deleted": State.CANCELLED,
}  # fmt: skip
"""RT's default lifecycle. A profile adds an operator's own words: ``extra["state.<word>"]``."""
_PAGE, _PAGES = 100, 10
_REPLIES = 50
_NEVER = "1970-01-01T00:00:00Z"
"""How RT writes a date that is not set."""
_FILE_FIELDS = "Filename,Subject,TransactionId,ContentType"


def _ours_of(value: object) -> str:
    return word(record(value).get("id"))


class RtDesk:
    """``endpoint.url``: RT's address, with or without ``/REST/2.0``; ``queue``: else « General ».

    ``endpoint.extra``: ``field`` (a custom field for our whole id), ``web`` (address of the pages for people),
    ``state.<word>`` (TMF621's word for an operator's own status), ``asks`` (the status that waits for an answer).
    """

    name = "rt"
    can = frozenset({Can.FIND, Can.FOLLOW_UP, Can.STATUS, Can.ANSWER})

    def __init__(self, endpoint: DeskEndpoint, login: Login) -> None:
        base, login = endpoint.url.rstrip("/"), ours.worded(endpoint, login)
        self._api = ours.Api.at(base if base.endswith("/REST/2.0") else f"{base}/REST/2.0", login)
        self._endpoint, self._extra, self._login = endpoint, endpoint.extra, login
        self._account: str | None = None

    # -- tickets ----------------------------------------------------------------------------------

    async def find(self, ticket: Ticket) -> tuple[Receipt, ...]:
        """RT's search is immediate and leaves out what was merged. Of several, each is looked into."""
        case, short = ours.tag(ticket).split()
        query = f"(Subject LIKE {quoted(case)} AND Subject LIKE {quoted(short)})"
        if field := self._extra.get("field"):  # an agent may have changed the subject; the field may not be there
            query += f" OR CF.{quoted_field(field)} = {quoted(ticket.id)}"
        asked = {"query": query, "fields": "Status,Due", "orderby": "id", "order": "ASC", "per_page": str(_PAGE)}
        found = records(record(await self._api.get("/tickets", asked)).get("items"))
        receipts = [self._receipt(one, ours.needed(one.get("id"))) for one in found[: ours.LOOKED_AT]]
        if len(receipts) < 2:
            return tuple(receipts)
        return tuple([one for one in receipts if await self._is_ours(one, ticket)])

    async def _is_ours(self, receipt: Receipt, ticket: Ticket) -> bool:
        """Not an agent's copy with our subject (its text lacks our id), not a second copy that was given up."""
        files = await self._files(receipt.ref, pages=2)
        if any(ours.is_double(word(one.get("Subject"))) for one in files):
            return False
        first = min(files, key=_transaction, default=None)
        said = await self._said([one for one in files if first and _transaction(one) == _transaction(first)])
        return ticket.id in said

    async def create(self, ticket: Ticket) -> Receipt:
        """One request: ticket, text and files are there together or not at all."""
        order: dict[str, object] = {
            "Queue": self._endpoint.queue or "General", "Subject": ours.subject(ticket),
            "Content": ours.body(ticket), "ContentType": "text/plain",
        }  # fmt: skip
        if requestor := await self._me() or ticket.reach.mail:
            order["Requestor"] = requestor
        if field := self._extra.get("field"):
            order["CustomFields"] = {field: ticket.id}
        if ticket.attachments:
            order["Attachments"] = _packed(ticket.attachments)
        answer = await self._api.order("POST", "/ticket", order)
        number = ours.needed(record(answer.json()).get("id"), answer)
        return Receipt(number, number, url=self._page(number))

    async def _me(self) -> str:
        """Who the account belongs to. RT makes nobody the requestor by itself, and subscribers see theirs only.

        There is no « who am I » in 5.0.3: a token bears its user's number (``1-27-…``), a password comes with a name.
        """
        if self._account is None:
            user = _user_of((await self._login()).get("Authorization", ""))
            about = await self._about(user) if user else {}
            self._account = word(about.get("EmailAddress")) or word(about.get("Name"))
        return self._account

    async def _about(self, user: str) -> Mapping[str, Any]:
        try:
            return record(await self._api.get(f"/user/{quote(user, safe='')}"))
        except DeskError as error:
            if error.failure in (Failure.GONE, Failure.REFUSED):
                return {}
            raise

    async def merge(self, keep: Receipt, extra: Receipt) -> None:
        """``MergeInto``, then a look whether it was done; else our word on the copy, which :meth:`find` leaves out."""
        into, path = ours.step(keep.ref), f"/ticket/{ours.step(extra.ref)}"
        try:
            await self._api.order("PUT", path, {"MergeInto": int(into)})
        except DeskError as error:
            if error.failure is not Failure.REFUSED:
                raise
        if ours.identity(record(await self._api.get(path)).get("id")) == into:
            return
        if not any(ours.is_double(word(one.get("Subject"))) for one in await self._files(extra.ref)):
            await self._say(extra.ref, ours.double_subject(keep), ours.double_body(keep))

    # -- files ------------------------------------------------------------------------------------

    async def attached(self, receipt: Receipt) -> frozenset[str]:
        """RT takes a request whole or not at all: a name that is there is a file that is there."""
        names = (ours.own_name(one.get("Filename")) for one in await self._files(receipt.ref))
        return frozenset(name for name in names if name)

    async def attach(self, receipt: Receipt, ticket: Ticket, attachment: Attachment) -> None:
        """By a reply, unless a file of this name with these very bytes is there."""
        files = await self._files(receipt.ref)
        named = [one for one in files if ours.own_name(one.get("Filename")) == attachment.name]
        for one in named[-ours.LOOKED_AT :]:
            if hashlib.sha256(await self._content(one)).hexdigest() == attachment.sha256:
                return
        words = f"{attachment.name}\nSHA-256: {attachment.sha256}\n"
        await self._say(receipt.ref, f"[{ticket.case}] {attachment.name}", words, (attachment,))

    # -- notes ------------------------------------------------------------------------------------

    async def noted(self, receipt: Receipt, note: Note) -> bool:
        """By the note's id in the subjects of what was written."""
        return any(note.id in text(one.get("Subject"), 1000) for one in await self._files(receipt.ref))

    async def add_note(self, receipt: Receipt, note: Note) -> None:
        """A reply on the ticket: a comment would be for agents only."""
        await self._say(receipt.ref, ours.note_subject(note), ours.note_body(note), note.attachments)

    async def _say(self, ref: str, subject: str, words: str, files: Iterable[Attachment] = ()) -> None:
        order: dict[str, object] = {"Subject": subject, "Content": words, "ContentType": "text/plain"}
        if packed := _packed(files):
            order["Attachments"] = packed
        await self._api.order("POST", f"/ticket/{ours.step(ref)}/correspond", order)

    # -- how it stands ----------------------------------------------------------------------------

    async def status(self, receipt: Receipt) -> Told:
        """With replies of others; RT itself keeps comments from whoever may not read them, and so do we."""
        ticket = record(await self._api.get(f"/ticket/{ours.step(receipt.ref)}"))
        number = ours.needed(ticket.get("id"))  # another one where an agent has merged it
        said = [
            one async for one in self._pages(f"/ticket/{number}/history", fields="Type,Creator,Created", orderby="id")
        ]
        own = {_ours_of(ticket.get("Creator"))} | {_ours_of(one) for one in records(ticket.get("Requestor"))}
        own |= {_ours_of(one.get("Creator")) for one in said if one.get("Type") == "Create"}
        letters = [one for one in said if one.get("Type") == "Correspond"]
        theirs = [one for one in letters if _ours_of(one.get("Creator")) not in own][-_REPLIES:]
        waits = word(ticket.get("Status")) == self._extra.get("asks", "stalled")
        asked = letters[-1] if letters and waits and letters[-1] in theirs else None
        files = await self._files(number) if theirs else []
        replies = [await self._reply(one, files, one is asked) for one in theirs]
        return Told(self._receipt(ticket, number), tuple(replies))

    async def _reply(self, letter: Mapping[str, Any], files: list[Mapping[str, Any]], asks: bool) -> Reply:
        number = ours.needed(letter.get("id"))
        said = await self._said([one for one in files if ours.identity(one.get("TransactionId")) == number])
        return Reply(number, moment(letter.get("Created")), said, _ours_of(letter.get("Creator")), asks)

    def _receipt(self, ticket: Mapping[str, Any], number: str) -> Receipt:
        status, due = word(ticket.get("Status")), moment(ticket.get("Due"))
        return Receipt(
            number, number, self._state(status), "" if due == _NEVER else due, self._page(number), status
        )  # fmt: skip

    def _state(self, status: str) -> State:
        """An operator's own word that no profile explains says only that the ticket is there."""
        own = self._extra.get(f"state.{status}", "")
        return State(own) if own in set(State) else STATES.get(status, State.ACKNOWLEDGED)

    def _page(self, number: str) -> str:
        web = self._extra.get("web", "").rstrip("/")
        return f"{web}/Ticket/Display.html?id={number}" if web else ""

    # -- reading ----------------------------------------------------------------------------------

    async def _files(self, ref: str, pages: int = _PAGES) -> list[Mapping[str, Any]]:
        """All parts of all that was written on a ticket: names and subjects, not contents."""
        path = f"/ticket/{ours.step(ref)}/attachments"
        return [one async for one in self._pages(path, pages, fields=_FILE_FIELDS)]

    async def _said(self, parts: list[Mapping[str, Any]]) -> str:
        """The text of one transaction: the plain one, else the HTML one without its markup."""
        for mime in ("text/plain", "text/html"):
            for one in parts:
                if not word(one.get("Filename")) and one.get("ContentType") == mime:
                    found = (await self._content(one)).decode(errors="replace")
                    return text(found) if mime == "text/plain" else ours.from_html(found)
        return ""

    async def _content(self, part: Mapping[str, Any]) -> bytes:
        held = record(await self._api.get(f"/attachment/{ours.needed(part.get('id'))}")).get("Content")
        try:
            return base64.b64decode(held if isinstance(held, str) else "")
        except (binascii.Error, ValueError):
            raise DeskError(Failure.NOT_SENT, "desk_unreadable") from None

    async def _pages(self, path: str, pages: int = _PAGES, **params: str) -> AsyncIterator[Mapping[str, Any]]:
        """Every entry of a list. What one may not read is missing from a page, so that only an empty one is the end."""
        for page in range(1, pages + 1):
            asked = {"per_page": str(_PAGE), "page": str(page), **params}
            answer = record(await self._api.get(path, asked))
            found = records(answer.get("items"))
            for one in found:
                yield one
            total = answer.get("total")  # told to whoever may see everything; else null
            if not found or (isinstance(total, int) and total <= page * _PAGE):
                return

    async def outages(self) -> tuple[KnownOutage, ...]:
        """RT tells of none."""
        return ()

    async def close(self) -> None:
        """Lets go of connections."""
        await self._api.close()


def quoted(value: str) -> str:
    """A word of TicketSQL: backslash and quote escaped, as a real RT reads it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def quoted_field(name: str) -> str:
    """A custom field's name; braces cannot be escaped, and a profile is not trusted to write a query."""
    return "{" + name.translate({ord(one): None for one in "{}'\"\\"}) + "}"


def _user_of(authorization: str) -> str:
    """The number in a token, the name beside a password; "" of anything else."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "token":
        parts = rest.split("-")
        return ours.identity(parts[1]) if len(parts) > 2 else ""
    if scheme.lower() != "basic":
        return ""
    try:
        name = base64.b64decode(rest).decode().partition(":")[0]
    except ValueError:
        return ""
    return name if name not in (".", "..") else ""


def _transaction(part: Mapping[str, Any]) -> int:
    return int(ours.identity(part.get("TransactionId")) or 10**18)


def _packed(files: Iterable[Attachment]) -> list[dict[str, str]]:
    return [
        {
            "FileName": ours.stored_name(one.name), "FileType": ours.stored_mime(one.mime),
            "FileContent": base64.b64encode(one.data).decode(),
        }
        for one in files
    ]  # fmt: skip
