"""Zammad as its documentation and source describe it (zammad-documentation api/ticket/*.rst, tickets_controller.rb).

A contract fake: never compared with a real one. ``late``: Elasticsearch, whose search knows a ticket some calls later.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.desks.faulty import Call, FaultyServer, Plan, Reply

CUSTOMER, AGENT = "Token token=c1", "Token token=a1"
FORBIDDEN = Reply(403, {"error": "Not authorized"})
MISSING = Reply(404, {"error": "Couldn't find Ticket"})


@dataclass
class Article:
    id: int
    sender: str
    subject: str
    body: str
    content_type: str
    internal: bool
    files: list[tuple[int, str, str, bytes]] = field(default_factory=list)


@dataclass
class ZammadTicket:
    id: int
    customer: str
    title: str
    state: str = "new"
    fields: dict[str, str | None] = field(default_factory=dict)
    articles: list[Article] = field(default_factory=list)
    seen: int = 0

    @property
    def number(self) -> str:
        return f"22{self.id:03}"


class ZammadFake(FaultyServer):
    """``tickets``: all there are. ``late``: searches that pass before a ticket is in the index."""

    prefix = "/api/v1"

    def __init__(self, plan: Plan | None = None, *, late: int = 0, slow_s: float = 0.2) -> None:
        super().__init__(plan, slow_s=slow_s)
        self.late = late
        self.tickets: list[ZammadTicket] = []
        self._made = 0

    @property
    def counted(self) -> list[ZammadTicket]:
        """Those a person would count."""
        return [
            one for one in self.tickets
            if one.state != "merged" and not any(a.subject.startswith("Selfcare-Duplicate-Of:") for a in one.articles)
        ]  # fmt: skip

    def answer(self, call: Call) -> Reply:
        who = {CUSTOMER: "Customer", AGENT: "Agent"}.get(call.headers.get("authorization", ""))
        if who is None:
            return Reply(401, {"error": "Authentication required"})
        for method, pattern, do in (
            ("POST", r"/tickets", self._create), ("GET", r"/tickets", self._list),
            ("GET", r"/tickets/search", self._search), ("GET", r"/tickets/(\d+)", self._show),
            ("GET", r"/ticket_articles/by_ticket/(\d+)", self._articles),
            ("POST", r"/ticket_articles", self._write), ("PUT", r"/ticket_merge/(\d+)/(\d+)", self._merge),
            ("GET", r"/ticket_attachment/(\d+)/(\d+)/(\d+)", self._file),
        ):  # fmt: skip
            if call.method == method and (found := re.fullmatch(pattern, call.path)):
                return do(call, who, *found.groups())
        return MISSING

    def write(self, ticket: ZammadTicket, words: str, *, sender: str = "Agent", internal: bool = False, mime: str = "text/html") -> None:  # fmt: skip  # noqa: E501
        ticket.articles.append(Article(self._next(), sender, "Re", words, mime, internal))

    def _create(self, call: Call, who: str) -> Reply:
        order = json.loads(call.body)
        if order.get("group") != "Users":
            return Reply(422, {"error": "Group can't be blank"})
        ticket = ZammadTicket(len(self.tickets) + 1, who, order["title"])
        self.tickets.append(ticket)
        self._add(ticket, who, order["article"])
        return Reply(201, {"id": ticket.id, "number": ticket.number, "title": ticket.title, "state_id": 1})

    def _add(self, ticket: ZammadTicket, who: str, order: dict[str, Any]) -> Article:
        article = Article(self._next(), who, order.get("subject", ""), order["body"], order["content_type"], order["internal"])  # fmt: skip  # noqa: E501
        for one in order.get("attachments", []):
            article.files.append((self._next(), one["filename"], one["mime-type"], base64.b64decode(one["data"])))
        ticket.articles.append(article)
        return article

    def _next(self) -> int:
        self._made += 1
        return self._made

    def _seen(self, who: str) -> list[ZammadTicket]:
        return [one for one in self.tickets if who == "Agent" or one.customer == who]

    def _list(self, call: Call, who: str) -> Reply:
        size, page = min(int(call.query.get("per_page", 100)), 100), int(call.query.get("page", 1))
        rows = [_row(one) for one in self._seen(who)]
        return Reply(200, rows[(page - 1) * size : page * size])

    def _search(self, call: Call, who: str) -> Reply:
        found = []
        for one in self._seen(who):
            one.seen += 1
            texts = [one.title, *(article.body for article in one.articles)]
            if one.seen > self.late and any(call.query["query"] in words for words in texts):
                found.append(one)
        return Reply(200, [_row(one) for one in reversed(found)])

    def _of(self, number: str, who: str) -> ZammadTicket | None:
        return next((one for one in self._seen(who) if one.id == int(number)), None)

    def _show(self, call: Call, who: str, number: str) -> Reply:
        ticket = self._of(number, who)
        return Reply(200, _row(ticket)) if ticket else MISSING

    def _articles(self, call: Call, who: str, number: str) -> Reply:
        ticket = self._of(number, who)
        if ticket is None:
            return MISSING
        return Reply(200, [_told(one, ticket) for one in ticket.articles if who == "Agent" or not one.internal])

    def _write(self, call: Call, who: str) -> Reply:
        order = json.loads(call.body)
        ticket = self._of(str(order["ticket_id"]), who)
        if ticket is None:
            return MISSING
        return Reply(201, _told(self._add(ticket, who, order), ticket))

    def _merge(self, call: Call, who: str, source: str, target: str) -> Reply:
        if who != "Agent":
            return FORBIDDEN
        into = next((one for one in self.tickets if one.number == target), None)
        gone = self._of(source, who)
        if into is None or gone is None:
            return Reply(200, {"result": "failed", "message": "The target ticket number could not be found."})
        into.articles += gone.articles
        gone.articles, gone.state = [], "merged"
        return Reply(200, {"result": "success", "target_ticket": {"id": into.id}, "source_ticket": {"id": gone.id}})

    def _file(self, call: Call, who: str, number: str, article: str, file: str) -> Reply:
        ticket = self._of(number, who)
        for one in ticket.articles if ticket else ():
            for at, _, _, data in one.files:
                if (one.id, at) == (int(article), int(file)):
                    return Reply(200, data)
        return MISSING


def _row(ticket: ZammadTicket) -> dict[str, object]:
    """``expand=true``: names beside the numbers."""
    return {
        "id": ticket.id, "number": ticket.number, "title": ticket.title, "state": ticket.state, "state_id": 1,
        "group": "Users", "created_at": "2026-11-22T18:41:52.790Z", **ticket.fields,
    }  # fmt: skip


def _told(article: Article, ticket: ZammadTicket) -> dict[str, object]:
    return {
        "id": article.id, "ticket_id": ticket.id, "subject": article.subject, "body": article.body,
        "content_type": article.content_type, "type": "web", "internal": article.internal, "sender": article.sender,
        "from": f"{article.sender} Nom", "created_at": "2026-11-22T18:41:52.790Z",
        "attachments": [
            {"id": at, "filename": name, "size": str(len(data)), "preferences": {"Mime-Type": mime}}
            for at, name, mime, data in article.files
        ],
    }  # fmt: skip
