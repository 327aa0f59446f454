"""GLPI by its REST API v1, after ``apirest.md`` and its source (docs/design/support.md); never run against a real one.

A session is opened at the first call and closed at the end. Files take two steps, the document and its link to the
ticket; whichever was done before is seen and not done again. GLPI answers 201 to a document whose file it did not take.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from selfcare.desks import helpdesk as ours
from selfcare.desks.port import Can
from selfcare.desks.reading import moment, record, records, text, word
from selfcare.desks.wire import Answer, Login
from selfcare.model.support import DeskEndpoint
from selfcare.model.ticket import (
    Attachment,
    DeskError,
    Failure,
    KnownOutage,
    Note,
    Receipt,
    Reply,
    Severity,
    State,
    Ticket,
    Told,
)

STATES = {
    "1": State.ACKNOWLEDGED, "2": State.IN_PROGRESS, "3": State.IN_PROGRESS, "4": State.PENDING,
    "5": State.RESOLVED, "6": State.CLOSED,
}  # fmt: skip
"""GLPI's ``CommonITILObject``: new, assigned, planned, waiting, solved, closed."""
_WAITING = "4"
_URGENCY = {Severity.BLOCKING: 5, Severity.MAJOR: 4, Severity.MINOR: 3}
_DUPLICATES = 2
"""``Ticket_Ticket::DUPLICATE_WITH``."""
_REPLIES = 50
_LIST = {"range": "0-199", "sort": "id", "order": "ASC", "get_hateoas": "false"}
_LONG = 100_000


class GlpiDesk:
    """``endpoint.url``: GLPI's address, with or without ``/apirest.php``. ``login`` gives the user's token and,
    where the operator's GLPI wants one, the ``App-Token``: neither stands in a profile.

    ``endpoint.extra``: ``entity``, ``category`` (numbers), ``web`` (address of the pages for people), ``timezone`` (of
    the server's dates, which name none; else Europe/Paris).
    """  # noqa: D205

    name = "glpi"
    can = frozenset({Can.FIND, Can.ATTACHES_APART, Can.FOLLOW_UP, Can.STATUS, Can.ANSWER})

    def __init__(self, endpoint: DeskEndpoint, login: Login) -> None:
        base, login = endpoint.url.rstrip("/"), ours.worded(endpoint, login)
        self._api = ours.Api.at(base if base.endswith("apirest.php") else f"{base}/apirest.php", login)
        self._extra = endpoint.extra
        self._session = ""

    # -- tickets ----------------------------------------------------------------------------------

    async def find(self, ticket: Ticket) -> tuple[Receipt, ...]:
        """By the name, in the database itself: no index that is late. Of several, each is looked into."""
        tag = ours.tag(ticket)
        rows = await self._rows("/Ticket", {"searchText[name]": tag.split()[-1].strip("[]")})
        named = [one for one in rows if tag in _line(one.get("name"))][: ours.LOOKED_AT]
        if len(named) > 1:
            named = [one for one in named if await self._is_ours(one, ticket)]
        return tuple(self._receipt(one) for one in named)

    async def _is_ours(self, row: Mapping[str, Any], ticket: Ticket) -> bool:
        """Not an agent's copy with our name, not a second copy that was given up."""
        if ticket.id not in text(row.get("content"), _LONG):
            return False
        said = await self._followups(ours.needed(row.get("id")))
        return not any(ours.is_double(_said(one)) for one in said)

    async def create(self, ticket: Ticket) -> Receipt:
        """The ticket without its files."""
        wanted: dict[str, object] = {
            "name": ours.subject(ticket), "content": _markup(ours.body(ticket)), "type": 1,
            "urgency": _URGENCY[ticket.severity],
        }  # fmt: skip
        for field, name in (("entity", "entities_id"), ("category", "itilcategories_id")):
            if (number := self._extra.get(field, "")).isdecimal():
                wanted[name] = int(number)
        ref = await self._made("Ticket", wanted)
        return Receipt(ref, ref, url=self._page(ref))

    async def merge(self, keep: Receipt, extra: Receipt) -> None:
        """The API merges nothing: our word on the copy, which :meth:`find` leaves out; a link, and closed if we may."""
        copy, kept = ours.step(extra.ref), ours.step(keep.ref)
        if not any(ours.is_double(_said(one)) for one in await self._followups(copy)):
            await self._follow_up(copy, ours.double_body(keep))
        link = {"tickets_id_1": int(copy), "tickets_id_2": int(kept), "link": _DUPLICATES}
        for method, path, wanted in (("POST", "/Ticket_Ticket", link), ("PUT", f"/Ticket/{copy}", {"status": 6})):
            try:
                await self._order(method, path, {"input": wanted})
            except DeskError as error:  # a subscriber may do neither: the word is there
                if error.failure not in (Failure.REFUSED, Failure.GONE):
                    raise

    # -- files ------------------------------------------------------------------------------------

    async def attached(self, receipt: Receipt) -> frozenset[str]:
        """Documents linked to the ticket that have a file."""
        linked = await self._linked(receipt.ref)
        found = [await self._document(number) for number in linked[:50]]
        names = (ours.own_name(one.get("filename")) for one in found if word(one.get("sha1sum")))
        return frozenset(name for name in names if name)

    async def attach(self, receipt: Receipt, ticket: Ticket, attachment: Attachment) -> None:
        """Step 1, the document, unless its whole file is there; step 2, its link, unless that is there."""
        number = await self._uploaded(ticket, attachment) or await self._upload(ticket, attachment)
        if number not in await self._linked(receipt.ref):
            link = {"documents_id": int(number), "items_id": int(ours.step(receipt.ref)), "itemtype": "Ticket"}
            await self._made("Document_Item", link)

    async def _uploaded(self, ticket: Ticket, attachment: Attachment) -> str:
        rows = await self._rows("/Document", {"searchText[name]": _document_name(ticket, attachment)})
        digest = _sha1(attachment)
        return next((ours.needed(one.get("id")) for one in rows if word(one.get("sha1sum")).lower() == digest), "")

    async def _upload(self, ticket: Ticket, attachment: Attachment) -> str:
        stored = ours.stored_name(attachment.name)
        wanted = {"input": {"name": _document_name(ticket, attachment), "_filename": [stored]}}
        form = aiohttp.FormData(quote_fields=False)  # the name is ASCII already
        form.add_field("uploadManifest", ours.dumped(wanted), content_type="application/json")
        form.add_field("filename[0]", attachment.data, filename=stored, content_type=attachment.mime)
        answer = await self._order("POST", "/Document", form=form)
        number = ours.needed(record(answer.json()).get("id"), answer)
        if word((await self._document(number)).get("sha1sum")).lower() != _sha1(attachment):
            raise DeskError(Failure.REFUSED, "desk_refused_file")  # its kind is not allowed there, or it is too large
        return number

    async def _document(self, number: str) -> Mapping[str, Any]:
        return record(await self._get(f"/Document/{number}", {"get_hateoas": "false"}))

    async def _linked(self, ref: str) -> list[str]:
        rows = await self._rows(f"/Ticket/{ours.step(ref)}/Document_Item", {})
        return [ours.needed(one.get("documents_id")) for one in rows]

    # -- notes ------------------------------------------------------------------------------------

    async def noted(self, receipt: Receipt, note: Note) -> bool:
        """By the note's id in a follow-up."""
        return any(note.id in _said(one) for one in await self._followups(ours.step(receipt.ref)))

    async def add_note(self, receipt: Receipt, note: Note) -> None:
        """Its files as the ticket's, then a follow-up that is not private: where that is, everything is."""
        for file in note.attachments:
            await self.attach(receipt, _bearer(note), file)
        await self._follow_up(ours.step(receipt.ref), ours.note_body(note))

    async def _follow_up(self, ref: str, words: str) -> None:
        await self._made("ITILFollowup", {"itemtype": "Ticket", "items_id": int(ref), "content": _markup(words)})

    async def _followups(self, ref: str) -> list[Mapping[str, Any]]:
        return await self._rows(f"/Ticket/{ref}/ITILFollowup", {})

    # -- how it stands ----------------------------------------------------------------------------

    async def status(self, receipt: Receipt) -> Told:
        """Follow-ups of others that are not private, and what was written as the solution."""
        ref = ours.step(receipt.ref)
        row = record(await self._get(f"/Ticket/{ref}", {"get_hateoas": "false"}))
        own = ours.identity(row.get("users_id_recipient"))
        letters = [one for one in await self._followups(ref) if word(one.get("is_private")) == "0"]
        theirs = [one for one in letters if ours.identity(one.get("users_id")) != own and not _from_us(one)]
        waits = word(row.get("status")) == _WAITING
        asked = letters[-1] if letters and waits and letters[-1] in theirs else None
        replies = [self._reply(one, one is asked) for one in theirs[-_REPLIES:]]
        solved = await self._rows(f"/Ticket/{ref}/ITILSolution", {}) if word(row.get("status")) in ("5", "6") else []
        return Told(self._receipt(row), tuple(replies + [self._reply(one, False, "solution-") for one in solved]))

    def _reply(self, row: Mapping[str, Any], asks: bool, kind: str = "") -> Reply:
        at = self._when(row.get("date") or row.get("date_creation"))
        return Reply(kind + ours.needed(row.get("id")), at, _said(row), word(row.get("users_id")), asks)

    def _receipt(self, row: Mapping[str, Any]) -> Receipt:
        """``time_to_resolve`` is what GLPI shows as the date a ticket is due by its agreement."""
        ref, status = ours.needed(row.get("id")), word(row.get("status"))
        state = STATES.get(status, State.ACKNOWLEDGED)
        return Receipt(ref, ref, state, self._when(row.get("time_to_resolve")), self._page(ref), status)

    def _when(self, value: object) -> str:
        """« 2026-12-01 12:00:00 », of the server's clock, as ISO 8601 with its offset."""
        given = moment(value)
        if not given:
            return ""
        at = datetime.fromisoformat(given)
        if at.tzinfo is None:
            try:
                at = at.replace(tzinfo=ZoneInfo(self._extra.get("timezone", "Europe/Paris")))
            except (KeyError, ValueError, OSError):  # no such zone, or none on this machine: the date as it stands
                return at.isoformat()
        return at.isoformat()

    def _page(self, ref: str) -> str:
        web = self._extra.get("web", "").rstrip("/")
        return f"{web}/front/ticket.form.php?id={ref}" if web else ""

    # -- the API ----------------------------------------------------------------------------------

    async def _made(self, kind: str, wanted: Mapping[str, object]) -> str:
        answer = await self._order("POST", f"/{kind}", {"input": wanted})
        return ours.needed(record(answer.json()).get("id"), answer)

    async def _rows(self, path: str, params: Mapping[str, str]) -> list[Mapping[str, Any]]:
        return records(await self._get(path, {**_LIST, **params}))

    async def _get(self, path: str, params: Mapping[str, str]) -> Any:
        headers = await self._opened()
        try:
            return await self._api.get(path, params, headers)
        except DeskError as error:
            if error.failure is not Failure.SIGN_IN:
                raise
        return await self._api.get(path, params, await self._opened(anew=True))  # the session had run out

    async def _order(
        self, method: str, path: str, body: object = None, *, form: aiohttp.FormData | None = None
    ) -> Answer:  # fmt: skip
        """A session that has run out refuses before anything is done; a form cannot be sent twice: it waits."""
        headers = await self._opened()
        try:
            return await self._api.order(method, path, body, form=form, headers=headers)
        except DeskError as error:
            if error.failure is not Failure.SIGN_IN:
                raise
            self._session = ""
            if form is not None:
                raise DeskError(Failure.NOT_SENT, error.code) from error
        return await self._api.order(method, path, body, headers=await self._opened())

    async def _opened(self, *, anew: bool = False) -> Mapping[str, str]:
        if anew or not self._session:
            token = record(await self._api.get("/initSession")).get("session_token")
            if not isinstance(token, str) or not token.isascii() or not token.isalnum() or len(token) > 200:
                raise DeskError(Failure.NOT_SENT, "desk_unreadable")
            self._session = token
        return {"Session-Token": self._session}

    async def outages(self) -> tuple[KnownOutage, ...]:
        """GLPI tells of none."""
        return ()

    async def close(self) -> None:
        """Closes the session where there is one; a server that does not answer lets it run out by itself."""
        try:
            if self._session:
                await self._api.raw("/killSession", {"Session-Token": self._session})
        except DeskError:
            pass
        finally:
            self._session = ""
            await self._api.close()


def _markup(words: str) -> str:
    """GLPI's texts are HTML: ours is escaped, lines kept."""
    return "<p>" + html.escape(words, quote=False).replace("\n", "<br>") + "</p>"


def _said(row: Mapping[str, Any]) -> str:
    """The text of a follow-up. GLPI 9 and 10 escape the HTML once more before they store it."""
    held = text(row.get("content"), _LONG)
    return ours.from_html(html.unescape(held) if "<" not in held else held)


def _line(value: object) -> str:
    return " ".join(html.unescape(text(value, 1000)).split())


def _from_us(row: Mapping[str, Any]) -> bool:
    said = _said(row)
    return ours.NOTE_MARK in said or ours.DOUBLE_MARK in said


def _document_name(ticket: Ticket, attachment: Attachment) -> str:
    """One for each file of each ticket: what a search finds after a cut."""
    return f"{ticket.case} {ticket.id} {attachment.sha256[:12]}"


def _sha1(attachment: Attachment) -> str:
    """GLPI's own check sum; nothing is protected by it here."""
    return hashlib.sha1(attachment.data, usedforsecurity=False).hexdigest()


def _bearer(note: Note) -> Ticket:
    """Names a note's files by the note's id."""
    return Ticket(id=note.id, case=note.case, subject="", text="", severity=Severity.MINOR)
