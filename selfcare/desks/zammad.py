"""Zammad by its REST API v1, after its documentation and source (docs/design/support.md); never run against a real one.

With Elasticsearch a new ticket is found some seconds late; the list of one's own tickets knows it at once. So both are
asked, and what they give is looked at: only our tag in the title counts.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from selfcare.desks import helpdesk as ours
from selfcare.desks.port import Can
from selfcare.desks.reading import moment, record, records, text, word
from selfcare.desks.wire import Login
from selfcare.model.support import DeskEndpoint
from selfcare.model.ticket import Attachment, DeskError, Failure, KnownOutage, Note, Receipt, Reply, State, Ticket, Told

STATES = {
    "new": State.ACKNOWLEDGED, "open": State.IN_PROGRESS, "pending reminder": State.PENDING,
    "pending close": State.RESOLVED, "closed": State.CLOSED, "merged": State.CANCELLED, "removed": State.CANCELLED,
}  # fmt: skip
"""Zammad's own states. A profile adds an operator's: ``extra["state.<word>"]``."""
_GONE = frozenset({"merged", "removed"})
_PAGE, _PAGES = 100, 10
_REPLIES = 50


class ZammadDesk:
    """``endpoint.url``: Zammad's address, with or without ``/api/v1``; ``queue``: the group, else « Users ».

    ``endpoint.extra``: ``customer`` = ``mail`` (the token is an agent's: the subscriber is named by mail address),
    ``web`` (address of the pages for people), ``promised`` (a field with a date), ``state.<word>``, ``asks``.
    """

    name = "zammad"
    can = frozenset({Can.FIND, Can.FOLLOW_UP, Can.STATUS, Can.ANSWER})

    def __init__(self, endpoint: DeskEndpoint, login: Login) -> None:
        base, login = endpoint.url.rstrip("/"), ours.worded(endpoint, login)
        self._api = ours.Api.at(base if base.endswith("/api/v1") else f"{base}/api/v1", login)
        self._endpoint, self._extra = endpoint, endpoint.extra

    # -- tickets ----------------------------------------------------------------------------------

    async def find(self, ticket: Ticket) -> tuple[Receipt, ...]:
        """By search, then down the list. Of several, each is looked into; one that was merged does not count."""
        tag = ours.tag(ticket)
        rows = {**await self._searched(tag), **await self._listed(tag)}
        alive = [one for _, one in sorted(rows.items()) if word(one.get("state")) not in _GONE]
        receipts = [self._receipt(one) for one in alive[: ours.LOOKED_AT]]
        if len(receipts) < 2:
            return tuple(receipts)
        return tuple([one for one in receipts if await self._is_ours(one, ticket)])

    async def _searched(self, tag: str) -> dict[int, Mapping[str, Any]]:
        """The short half of the tag alone: without Elasticsearch the words are compared as they stand."""
        asked = {"query": tag.split()[-1].strip("[]"), "limit": "50", "expand": "true"}
        return _tagged(await self._api.get("/tickets/search", asked), tag)

    async def _listed(self, tag: str) -> dict[int, Mapping[str, Any]]:
        """All a subscriber may see are few; an agent's account sees too many, and the search has to do."""
        found: dict[int, Mapping[str, Any]] = {}
        for page in range(1, _PAGES + 1):
            answer = await self._api.get("/tickets", {"expand": "true", "page": str(page), "per_page": str(_PAGE)})
            found |= _tagged(answer, tag)
            if not isinstance(answer, list) or len(answer) < _PAGE:
                break
        return found

    async def _is_ours(self, receipt: Receipt, ticket: Ticket) -> bool:
        """Not an agent's copy with our title, not a second copy that was given up."""
        articles = await self._articles(receipt.ref)
        if any(ours.is_double(word(one.get("subject"))) for one in articles):
            return False
        return bool(articles) and ticket.id in text(articles[0].get("body"), 100_000)

    async def create(self, ticket: Ticket) -> Receipt:
        """One request: ticket, article and files in one transaction of the server."""
        order: dict[str, object] = {
            "title": ours.subject(ticket), "group": self._endpoint.queue or "Users",
            "article": _article(ours.subject(ticket), ours.body(ticket), ticket.attachments),
        }  # fmt: skip
        if self._extra.get("customer") == "mail" and ticket.reach.mail:
            order["customer_id"] = f"guess:{ticket.reach.mail}"
        answer = await self._api.order("POST", "/tickets", order)
        made = record(answer.json())
        ref = ours.needed(made.get("id"), answer)
        return Receipt(ref, word(made.get("number")) or ref, url=self._page(ref))

    async def merge(self, keep: Receipt, extra: Receipt) -> None:
        """``ticket_merge`` where we may (an agent's right; « failed » comes with a 200), else our word on the copy."""
        path = f"/ticket_merge/{ours.step(extra.ref)}/{ours.step(keep.number)}"
        try:
            answer = await self._api.order("PUT", path, {})
            if record(answer.json()).get("result") == "success":
                return
        except DeskError as error:
            if error.failure not in (Failure.REFUSED, Failure.GONE):
                raise
        if not any(ours.is_double(word(one.get("subject"))) for one in await self._articles(extra.ref)):
            await self._say(extra.ref, ours.double_subject(keep), ours.double_body(keep))

    # -- files ------------------------------------------------------------------------------------

    async def attached(self, receipt: Receipt) -> frozenset[str]:
        """Zammad names a file once it has it: with a ticket in one transaction, with a later article right after it."""
        articles = await self._articles(receipt.ref)
        names = (ours.own_name(one.get("filename")) for article in articles for one in _files(article))
        return frozenset(name for name in names if name)

    async def attach(self, receipt: Receipt, ticket: Ticket, attachment: Attachment) -> None:
        """By an article, unless a file of this name with these very bytes is there."""
        articles = await self._articles(receipt.ref)
        pairs = [(article, one) for article in articles for one in _files(article)]
        named = [pair for pair in pairs if ours.own_name(pair[1].get("filename")) == attachment.name]
        for article, one in named[-ours.LOOKED_AT :]:
            if hashlib.sha256(await self._content(receipt.ref, article, one)).hexdigest() == attachment.sha256:
                return
        words = f"{attachment.name}\nSHA-256: {attachment.sha256}\n"
        await self._say(receipt.ref, f"[{ticket.case}] {attachment.name}", words, (attachment,))

    async def _content(self, ref: str, article: Mapping[str, Any], file: Mapping[str, Any]) -> bytes:
        path = f"/ticket_attachment/{ours.step(ref)}/{ours.needed(article.get('id'))}/{ours.needed(file.get('id'))}"
        return await self._api.raw(path)

    # -- notes ------------------------------------------------------------------------------------

    async def noted(self, receipt: Receipt, note: Note) -> bool:
        """By the note's id, in subject or text."""
        return any(
            note.id in text(one.get(part), 100_000)
            for one in await self._articles(receipt.ref)
            for part in ("subject", "body")
        )

    async def add_note(self, receipt: Receipt, note: Note) -> None:
        """An article that is not internal."""
        await self._say(receipt.ref, ours.note_subject(note), ours.note_body(note), note.attachments)

    async def _say(self, ref: str, subject: str, words: str, files: Iterable[Attachment] = ()) -> None:
        order = {"ticket_id": int(ours.step(ref)), **_article(subject, words, files)}
        await self._api.order("POST", "/ticket_articles", order)

    # -- how it stands ----------------------------------------------------------------------------

    async def status(self, receipt: Receipt) -> Told:
        """Articles of agents that are not internal. Zammad promises nothing, unless a profile names a field."""
        row = record(await self._api.get(f"/tickets/{ours.step(receipt.ref)}", {"expand": "true"}))
        said = [one for one in await self._articles(receipt.ref) if one.get("internal") is False]
        told = [one for one in said if word(one.get("sender")) != "System"]
        theirs = [one for one in told if word(one.get("sender")) == "Agent" and not _from_us(one)][-_REPLIES:]
        waits = word(row.get("state")) == self._extra.get("asks", "pending reminder")
        asked = told[-1] if told and waits and told[-1] in theirs else None
        return Told(self._receipt(row), tuple(_reply(one, one is asked) for one in theirs))

    def _receipt(self, row: Mapping[str, Any]) -> Receipt:
        ref, state = ours.needed(row.get("id")), word(row.get("state"))
        field = self._extra.get("promised", "")
        promised = moment(row.get(field)) if field else ""
        return Receipt(ref, word(row.get("number")) or ref, self._state(state), promised, self._page(ref), state)

    def _state(self, state: str) -> State:
        own = self._extra.get(f"state.{state}", "")
        return State(own) if own in set(State) else STATES.get(state, State.ACKNOWLEDGED)

    def _page(self, ref: str) -> str:
        web = self._extra.get("web", "").rstrip("/")
        return f"{web}/#ticket/zoom/{ref}" if web else ""

    async def _articles(self, ref: str) -> list[Mapping[str, Any]]:
        return records(await self._api.get(f"/ticket_articles/by_ticket/{ours.step(ref)}"))

    async def outages(self) -> tuple[KnownOutage, ...]:
        """Zammad tells of none."""
        return ()

    async def close(self) -> None:
        """Lets go of connections."""
        await self._api.close()


def _tagged(answer: object, tag: str) -> dict[int, Mapping[str, Any]]:
    """By number, those whose title bears the tag."""
    rows = records(answer)
    return {
        int(ours.needed(one.get("id"))): one for one in rows if tag in " ".join(text(one.get("title"), 1000).split())
    }


def _article(subject: str, words: str, files: Iterable[Attachment]) -> dict[str, object]:
    packed = [
        {"filename": ours.stored_name(one.name), "data": base64.b64encode(one.data).decode(), "mime-type": one.mime}
        for one in files
    ]
    said: dict[str, object] = {
        "subject": subject, "body": words, "content_type": "text/plain", "type": "web", "internal": False,
    }  # fmt: skip
    return {**said, "attachments": packed} if packed else said


def _files(article: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return records(article.get("attachments"))


def _from_us(article: Mapping[str, Any]) -> bool:
    """Written with an agent's token, but by this program."""
    words = text(article.get("body"), 100_000)
    return ours.MARK in words or ours.NOTE_MARK in words or ours.DOUBLE_MARK in words or "\nSHA-256: " in words


def _reply(article: Mapping[str, Any], asks: bool) -> Reply:
    body = article.get("body")
    words = text(body) if article.get("content_type") == "text/plain" else ours.from_html(text(body, 100_000))
    who = word(article.get("from"))
    return Reply(ours.needed(article.get("id")), moment(article.get("created_at")), words, who, asks)
