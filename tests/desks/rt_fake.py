"""Request Tracker 5.0.3 as a real one was seen to answer (tests/desks/test_real_rt.py compares the two).

It does not tell two deliveries apart; it answers 200 to a change it refuses; its ``_url`` names another machine; who is
no agent sees no comments, gets ``total: null`` in histories, and finds tickets of others nowhere.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.desks.faulty import Call, FaultyServer, Plan, Reply

WRONG = "http://rt/rt/REST/2.0"
SUBSCRIBER, AGENT = "abonne", "root"
ABONNE, ROOT = "1-27-0a0a", "1-14-0b0b"
"""Their tokens: as RT's own, with the user's number in it."""
_USERS = {ABONNE: SUBSCRIBER, ROOT: AGENT}
FORBIDDEN = Reply(403, {"message": "Forbidden"})
MISSING = Reply(404, {"message": "Not Found"})
PART_FIELDS = ("Subject", "Filename", "ContentType", "TransactionId", "Created", "Creator", "MessageId")


@dataclass
class Part:
    id: int
    transaction: int
    creator: str
    subject: str
    name: str
    mime: str
    data: bytes


@dataclass
class Letter:
    """A transaction. ``kind``: Create, Correspond, Comment, Status, …"""

    id: int
    kind: str
    creator: str
    created: str
    parts: list[Part] = field(default_factory=list)
    old: str = ""
    new: str = ""
    field: str = ""


@dataclass
class RtTicket:
    id: int
    creator: str
    subject: str
    requestor: str = ""
    status: str = "new"
    due: str = "1970-01-01T00:00:00Z"
    fields: dict[str, str] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    into: int | None = None

    @property
    def files(self) -> list[Part]:
        return [part for letter in self.letters for part in letter.parts if part.name]


class RtFake(FaultyServer):
    """``tickets``: all there are. ``may_merge``: the subscriber has ModifyTicket. ``fields``: custom fields there are.

    Users by token: :data:`ABONNE` and :data:`ROOT`.
    """

    prefix = "/rt/REST/2.0"

    def __init__(
        self, plan: Plan | None = None, *, may_merge: bool = True, fields: tuple[str, ...] = ("Selfcare",),
        slow_s: float = 0.2,
    ) -> None:  # fmt: skip
        super().__init__(plan, slow_s=slow_s)
        self.may_merge, self.fields = may_merge, fields
        self.tickets: list[RtTicket] = []
        self._made = 0

    @property
    def counted(self) -> list[RtTicket]:
        """Those a person would count: neither merged into another nor marked as a second copy."""
        return [one for one in self.tickets if one.into is None and not _is_double(one)]

    def answer(self, call: Call) -> Reply:
        who = _USERS.get(call.headers.get("authorization", "").removeprefix("token "))
        if who is None:
            return Reply(401, {"message": "Unauthorized"})
        for method, pattern, do in (
            ("POST", r"/ticket", self._create), ("GET", r"/tickets", self._search),
            ("GET", r"/ticket/(\d+)", self._show),
            ("PUT", r"/ticket/(\d+)", self._change), ("GET", r"/ticket/(\d+)/history", self._history),
            ("GET", r"/ticket/(\d+)/attachments", self._attachments), ("GET", r"/attachment/(\d+)", self._attachment),
            ("POST", r"/ticket/(\d+)/(correspond|comment)", self._write), ("GET", r"/user/(\d+)", self._user),
        ):  # fmt: skip
            if call.method == method and (found := re.fullmatch(pattern, call.path)):
                return do(call, who, *found.groups())
        return MISSING

    # -- what an agent does (tests call it) -------------------------------------------------------

    def write(self, number: int, words: str, *, who: str = AGENT, kind: str = "Correspond", mime: str = "text/plain") -> Letter:  # fmt: skip  # noqa: E501
        return self._letter(self.tickets[number - 1], kind, who, {"Content": words, "ContentType": mime})

    # -- calls ------------------------------------------------------------------------------------

    def _create(self, call: Call, who: str) -> Reply:
        order = json.loads(call.body)
        queue = order.get("Queue", "")
        if queue != "General":
            return Reply(403, {"message": f"No permission to create tickets in the queue '{queue}'"})
        requestor = order.get("Requestor", "").removesuffix("@example.org")  # nobody, where none is named
        ticket = RtTicket(len(self.tickets) + 1, who, order.get("Subject", ""), requestor)
        known = order.get("CustomFields") or {}
        ticket.fields = {name: value for name, value in known.items() if name in self.fields}  # others: no word of it
        self.tickets.append(ticket)
        self._letter(ticket, "Create", who, order)
        number = str(ticket.id)
        value = {"type": "ticket", "id": number, "_url": f"{WRONG}/ticket/{number}"}
        return Reply(201, value, {"Location": f"/rt/REST/2.0/ticket/{number}"})

    def _letter(self, ticket: RtTicket, kind: str, who: str, order: dict[str, Any]) -> Letter:
        letter = Letter(self._next(), kind, who, "2026-11-22T18:41:52Z")
        files = order.get("Attachments") or []
        if files:
            letter.parts.append(self._part(letter, order.get("Subject", ""), "", "multipart/mixed", b""))
        head = "" if files else order.get("Subject", "")
        words = order.get("Content", "").encode()
        letter.parts.append(self._part(letter, head, "", order.get("ContentType", "text/plain"), words))
        for one in files:
            data, mime = base64.b64decode(one["FileContent"]), one["FileType"]
            letter.parts.append(self._part(letter, "", _mangled(one["FileName"]), mime, _recoded(data, mime)))
        ticket.letters.append(letter)
        return letter

    def _moved(self, ticket: RtTicket, status: str, who: str) -> None:
        moved = Letter(self._next(), "Status", who, "2026-11-22T18:41:52Z", [], ticket.status, status, "Status")
        ticket.letters.append(moved)
        ticket.status = status

    def _part(self, letter: Letter, subject: str, name: str, mime: str, data: bytes) -> Part:
        return Part(self._next(), letter.id, letter.creator, subject, name, mime, data)

    def _next(self) -> int:
        self._made += 1
        return self._made

    def _search(self, call: Call, who: str) -> Reply:
        try:
            found = [one for one in self.tickets if one.into is None and _matches(call.query["query"], one)]
        except ValueError as error:
            return Reply(400, {"message": f"Wrong query, {error}"})
        rows = [_named("ticket", one.id, call, Subject=one.subject, Status=one.status, Due=one.due) for one in found if self._sees(who, one)]  # fmt: skip  # noqa: E501
        return _page(rows, call, known=True)

    def _show(self, call: Call, who: str, number: str) -> Reply:
        ticket = self._of(number)
        if ticket is None:
            return MISSING
        if not self._sees(who, ticket):
            return FORBIDDEN
        requestors = [_user(ticket.requestor)] if ticket.requestor else []
        return Reply(200, {
            "id": ticket.id, "Subject": ticket.subject, "Status": ticket.status, "Due": ticket.due,
            "Creator": _user(ticket.creator), "Requestor": requestors, "Type": "ticket",
            "EffectiveId": {"id": str(ticket.id), "type": "ticket"},
        })  # fmt: skip

    def _change(self, call: Call, who: str, number: str) -> Reply:
        ticket, order = self._of(number), json.loads(call.body)
        if ticket is None:
            return MISSING
        if not self._sees(who, ticket):
            return FORBIDDEN
        if who != AGENT and not self.may_merge:
            return Reply(200, ["Permission Denied"])
        said = []
        if "Status" in order:
            said.append(f"Ticket {ticket.id}: Status changed from '{ticket.status}' to '{order['Status']}'")
            self._moved(ticket, order["Status"], who)
        if "Due" in order:
            ticket.due = order["Due"].replace(" ", "T") + "Z"
            said.append(f"Ticket {ticket.id}: Due changed")
        if into := order.get("MergeInto"):
            said.append(self._merge(ticket, str(into)))
        return Reply(200, said)

    def _merge(self, ticket: RtTicket, into: str) -> str:
        other = self._of(into)
        if other is None or other is ticket:
            return "Can't merge into itself" if other else "Permission Denied"
        ticket.into = other.id
        other.letters = sorted(other.letters + ticket.letters, key=lambda one: one.id)
        ticket.letters = []
        return "Merge Successful"

    def _history(self, call: Call, who: str, number: str) -> Reply:
        ticket = self._of(number)
        if ticket is None or not self._sees(who, ticket):
            return _page([], call, known=False)
        rows = [
            _named("transaction", one.id, call, Type=one.kind, Creator=_user(one.creator), Created=one.created,
                   OldValue=one.old, NewValue=one.new, Field=one.field)
            for one in ticket.letters if who == AGENT or one.kind != "Comment"
        ]  # fmt: skip
        return _page(rows, call, known=False)

    def _attachments(self, call: Call, who: str, number: str) -> Reply:
        ticket = self._of(number)
        if ticket is None or not self._sees(who, ticket):
            return _page([], call, known=False)
        asked = set(call.query.get("fields", "").split(","))
        if asked - set(PART_FIELDS) - {""}:
            return Reply(500, None)  # as the real one does for « Parent »
        rows = [
            _named("attachment", part.id, call, Subject=part.subject, Filename=part.name, ContentType=part.mime,
                   TransactionId=str(part.transaction), Creator=_user(part.creator))
            for letter in ticket.letters if who == AGENT or letter.kind != "Comment" for part in letter.parts
        ]  # fmt: skip
        return _page(rows, call, known=False)

    def _attachment(self, call: Call, who: str, number: str) -> Reply:
        for ticket in self.tickets:
            for letter in ticket.letters:
                for part in letter.parts:
                    if part.id == int(number):
                        if not self._sees(who, ticket) or (letter.kind == "Comment" and who != AGENT):
                            return FORBIDDEN
                        return Reply(200, _whole(part))
        return MISSING

    def _write(self, call: Call, who: str, number: str, kind: str) -> Reply:
        ticket, order = self._of(number), json.loads(call.body)
        if ticket is None or not self._sees(who, ticket) or (kind == "comment" and who != AGENT):
            return Reply(400, {"message": "Permission Denied"})
        if order.get("Content") and not order.get("ContentType"):
            return Reply(400, {"message": "ContentType is a required field for application/json"})
        letter = self._letter(ticket, kind.capitalize(), who, order)
        if kind == "correspond" and ticket.status == "new":  # a stalled one stays so, whoever answers
            self._moved(ticket, "open", "RT_System")
        said = ["Correspondence added" if kind == "correspond" else "Comments added"]
        if status := order.get("Status"):
            said.append(f"Status changed from '{ticket.status}' to '{status}'")
            self._moved(ticket, status, who)
        return Reply(201, said, {"Location": f"/REST/2.0/transaction/{letter.id}"})

    def _user(self, call: Call, who: str, number: str) -> Reply:
        name = {27: SUBSCRIBER, 14: AGENT}.get(int(number))
        if name is None or who not in (AGENT, name):
            return MISSING if name is None else FORBIDDEN
        return Reply(200, {"id": int(number), "Name": name, "EmailAddress": f"{name}@example.org", "Privileged": 0})

    def _of(self, number: str) -> RtTicket | None:
        """A merged one answers as the one it went into."""
        if not 0 < int(number) <= len(self.tickets):
            return None
        ticket = self.tickets[int(number) - 1]
        return self._of(str(ticket.into)) if ticket.into else ticket

    @staticmethod
    def _sees(who: str, ticket: RtTicket) -> bool:
        return who in (AGENT, ticket.requestor)


def _whole(part: Part) -> dict[str, object]:
    many = part.mime.startswith("multipart/")
    content = None if many else base64.encodebytes(part.data).decode()
    found = {"id": part.id, "ContentType": part.mime, "Subject": part.subject, "Content": content}
    return {**found, "Filename": part.name} if part.name else found


def _is_double(ticket: RtTicket) -> bool:
    return any(part.subject.startswith("Selfcare-Duplicate-Of:") for one in ticket.letters for part in one.parts)


def _user(name: str) -> dict[str, str]:
    return {"type": "user", "id": name, "_url": f"{WRONG}/user/{name}"}


def _named(kind: str, number: int, call: Call, **values: object) -> dict[str, object]:
    asked = call.query.get("fields", "").split(",")
    found = {name: value for name, value in values.items() if name in asked}
    return {"id": str(number), "type": kind, "_url": f"{WRONG}/{kind}/{number}", **found}


def _page(rows: list[dict[str, object]], call: Call, *, known: bool) -> Reply:
    size, page = min(int(call.query.get("per_page", 20)), 100), int(call.query.get("page", 1))
    shown = rows[(page - 1) * size : page * size]
    total = len(rows) if known else None
    pages = -(-len(rows) // size) if known else None
    return Reply(
        200, {"items": shown, "count": len(shown), "total": total, "page": page, "per_page": size, "pages": pages}
    )


def _recoded(data: bytes, mime: str) -> bytes:
    """Text that is no UTF-8 is taken for Latin-1 and written anew."""
    if not mime.startswith("text/"):
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()
    return data


def _mangled(name: str) -> str:
    return "".join(one if one.isascii() else "\ufffd" for one in name)


_WORD = r"'((?:[^'\\]|\\.)*)'"


def _matches(query: str, ticket: RtTicket) -> bool:
    """The little TicketSQL that is needed: Subject LIKE, CF.{} =, AND before OR, one pair of parentheses."""
    if re.sub(_WORD, "", query).count("'"):
        raise ValueError("no such column")
    bare = query.replace("(Subject", "Subject").replace("') ", "' ").removesuffix(")")
    return any(all(_holds(term, ticket) for term in part.split(" AND ")) for part in bare.split(" OR "))


def _holds(term: str, ticket: RtTicket) -> bool:
    if found := re.fullmatch(rf"\s*Subject LIKE {_WORD}\s*", term):
        return _unescaped(found[1]).lower() in ticket.subject.lower()
    if found := re.fullmatch(rf"\s*CF\.{{([^{{}}]+)}} = {_WORD}\s*", term):
        return ticket.fields.get(found[1]) == _unescaped(found[2])
    raise ValueError(f"near '{term}'")


def _unescaped(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word)
