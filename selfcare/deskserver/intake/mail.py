"""Mails in: a copy of what the app files, an answer of a person, or somebody new. Nothing is ever answered to a mail.

Who a mail is from is not proven by what it says. An archive in it that is signed by a registered PC's key proves whose
report that is, so it joins what this PC filed. An address proves nothing: what comes by it is ``by="mail"``, a word and
files, and never a change of contact or state beyond waking a ticket. What names a ticket of somebody else becomes a
ticket of its own, and agents are told where it may belong.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from base64 import b64decode
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from selfcare.deskserver.access import households
from selfcare.deskserver.access.audit import told as audited
from selfcare.deskserver.access.may import Act, demand
from selfcare.deskserver.api.files import harmless, kind_of
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core.notes import same_file
from selfcare.deskserver.core.tickets import CASE, TICKET, attach, file, note
from selfcare.deskserver.intake.mail_read import Letter, OddMail, read
from selfcare.deskserver.model import Caller, DeskRefusal, External, Filed, Filing, NewNote, Upload
from selfcare.deskserver.schema import external_ids, mails, notes, subscribers, tickets
from selfcare.i18n import Catalogue
from selfcare.i18n.catalogue import DESK
from selfcare.report.pack import MANIFEST
from selfcare.report.verify import verify

MESSAGE = "rfc5322"
"""Type of the external id that is a mail's Message-ID."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``what``: ``ticket`` (a new one), ``joined``, ``kept_out`` (a machine's, a list's). ``ref``: the ticket's, or "".

    ``again``: this mail was here before; nothing was done.
    """

    what: str
    ref: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """Whose it is. ``proven``: by a signature in it."""

    id: int
    key: str
    proven: bool


def routes() -> list[BaseRoute]:
    """``POST /intake/mail``: a raw message, from the operator's own mail server."""
    return [Route("/intake/mail", _posted, methods=["POST"])]


async def _posted(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    caller: Caller = await request.app.state.api_caller(request)
    demand(caller, Act.READ)
    if not caller.name.startswith("system:"):
        raise DeskRefusal(403, "not_allowed")
    outcome = await take(desk, await request.body(), caller)
    return JSONResponse({"outcome": outcome.what, "ref": outcome.ref, "again": outcome.again})


async def take(desk: Desk, raw: bytes, caller: Caller) -> Outcome:
    """One mail, as it came. Durable when this returns; the same mail again does nothing.

    Raises:
        DeskRefusal: 422 ``mail_unreadable``, 413 ``mail_large``, 429 (too many of one sender, or on one ticket).
    """
    try:
        letter = await asyncio.to_thread(read, raw)
    except OddMail as error:
        raise DeskRefusal(413 if error.args[0] == "mail_large" else 422, error.args[0]) from None
    before = await desk.database.read(lambda c: _before(c, letter.message_id))
    if before is not None:
        return before
    uploads, left = await _stored(desk, letter)
    keys = await asyncio.to_thread(_signers, letter)
    now = desk.now()
    outcome = await desk.database.write(lambda c: _written(c, desk, letter, uploads, left, keys, caller, now))
    desk.wake("reading")
    desk.wake("events")
    return outcome


async def _stored(desk: Desk, letter: Letter) -> tuple[tuple[Upload, ...], int]:
    """By content, never by what they claim; what is none of the kinds a ticket has is left out, and counted."""
    found, left = list[Upload](), letter.left
    if letter.auto:
        return (), 0
    for one in letter.files:
        try:
            mime, kind = kind_of(one.data)
        except DeskRefusal:
            left += 1
            continue
        if len(one.data) > desk.settings.limits.file:
            left += 1
            continue
        digest = hashlib.sha256(one.data).hexdigest()
        await desk.blobs.put(digest, one.data)
        found.append(Upload(harmless(one.name, kind), mime, len(one.data), digest, kind))
    return tuple(found), left


def _signers(letter: Letter) -> dict[str, str]:
    """Of reports in it that are whole: the public key (hex) and the case they are of. The first three are looked at."""
    found: dict[str, str] = {}
    for one in [one for one in letter.files if one.data.startswith(b"PK")][:3]:
        seen = verify(one.data)
        if seen.good and seen.case:
            with zipfile.ZipFile(io.BytesIO(one.data)) as zipped:  # its bounds were looked at by ``verify``
                found[b64decode(json.loads(zipped.read(MANIFEST))["key"]).hex()] = seen.case
    return found


def _before(c: Connection, message_id: str) -> Outcome | None:
    row = c.execute(
        select(mails.c.outcome, tickets.c.ref)
        .join(tickets, tickets.c.id == mails.c.ticket_id, isouter=True).where(mails.c.message_id == message_id)
    ).first()  # fmt: skip
    return Outcome(row.outcome, row.ref or "", again=True) if row is not None else None


def _written(
    c: Connection, desk: Desk, letter: Letter, uploads: tuple[Upload, ...], left: int, keys: dict[str, str],
    caller: Caller, now: int,
) -> Outcome:  # fmt: skip
    if (before := _before(c, letter.message_id)) is not None:  # in the meantime
        return before
    if letter.auto or not letter.sender:
        outcome, ticket = Outcome("kept_out"), None
    else:
        filed = _Joining(c, desk, letter, uploads, left, keys, now).done()
        outcome, ticket = Outcome("ticket" if filed.new else "joined", filed.ref), filed.ticket
    row = {"message_id": letter.message_id, "ticket_id": ticket, "at": now, "outcome": outcome.what}
    try:
        with c.begin_nested():
            c.execute(insert(mails).values(**row))
    except IntegrityError:
        raise DeskRefusal(503, "busy") from None  # another process takes the same mail: asked again, it is known
    audited(c, caller, "mail", f"ticket:{outcome.ref}" if outcome.ref else "mail", now, outcome.what)
    return outcome


class _Joining:
    """One mail that a person or their program sent, in one transaction."""

    def __init__(
        self, c: Connection, desk: Desk, letter: Letter, uploads: tuple[Upload, ...], left: int, keys: dict[str, str],
        now: int,
    ) -> None:  # fmt: skip
        self._c, self._letter, self._uploads, self._left, self._keys = c, letter, uploads, left, keys
        self._limits, self._now, self._language = desk.settings.limits, now, desk.settings.language
        self._words = Catalogue(self._language, DESK)

    def done(self) -> Filed:
        """The ticket it is on now."""
        signed = self._signed()
        for whose in (signed,) if signed is not None else self._by_address():
            if (there := self._ticket_of(whose)) is not None and (
                filed := self._added(there, whose.proven)
            ) is not None:
                return filed
        return self._filed(signed or self._sender())

    def _signed(self) -> _Known | None:
        """The subscriber whose PC signed a report in it: of the case that the mail is about."""
        for key, case in self._keys.items():
            if case == self._letter.case and (whose := households.of_key(self._c, bytes.fromhex(key))) is not None:
                return _Known(*whose, proven=True)
        return None

    def _by_address(self) -> list[_Known]:
        """Who confirmed this address; and who wrote from it before."""
        rows = self._c.execute(
            select(subscribers.c.id, subscribers.c.key)
            .where(((subscribers.c.mail == self._letter.sender) & subscribers.c.proven)
                   | (subscribers.c.key == f"mail:{self._letter.sender}"))
            .order_by(subscribers.c.proven.desc(), subscribers.c.id).limit(20)
        )  # fmt: skip
        return [_Known(int(row.id), str(row.key), proven=False) for row in rows]

    def _ticket_of(self, whose: _Known) -> int | None:
        """That of theirs which the mail names: by our id, by what it answers, by its number; by its case, if open."""
        ids = [one for one in (self._letter.ticket, self._letter.own, self._letter.answers) if one]
        if ids:
            by_id = select(external_ids.c.ticket_id).where(
                external_ids.c.scope == whose.key, external_ids.c.type == TICKET, external_ids.c.value.in_(ids)
            )
            if (found := self._c.execute(by_id).scalar()) is not None:
                return int(found)
        wanted = select(tickets.c.id).where(tickets.c.subscriber_id == whose.id).order_by(tickets.c.id.desc()).limit(1)
        if self._letter.ref:
            return self._c.execute(wanted.where(tickets.c.ref == self._letter.ref)).scalar()
        if self._letter.case:
            mine = wanted.where(tickets.c.case_id == self._letter.case)
            still = self._c.execute(mine.where(tickets.c.closed_at.is_(None))).scalar()
            fresh = bool(self._letter.ticket)  # a new ticket of an old case is a new ticket
            return still if still is not None or fresh else self._c.execute(mine).scalar()
        return None

    def _added(self, ticket: int, proven: bool) -> Filed | None:
        """None: that ticket is over for good, and what comes now is something new."""
        try:
            with self._c.begin_nested():
                return self._put(ticket, proven)
        except DeskRefusal as error:
            if error.status != 409:
                raise
            return None

    def _put(self, ticket: int, proven: bool) -> Filed:
        """A copy brings its files and says nothing twice. Files of nobody proven stand below a word of theirs."""
        row = self._c.execute(select(tickets.c.ref, tickets.c.description).where(tickets.c.id == ticket)).one()
        new = [one for one in self._uploads if same_file(self._c, ticket, one) is None]
        merged = bool(self._letter.text) and self._letter.text != row.description.strip()
        text, below = self._letter.text if merged else "", None
        if not text and ((new and not proven) or not (self._letter.ticket or self._uploads)):
            text = self._words.text("intake.mail.no_text")
        if text:
            number = note(self._c, ticket, self._note(text, ticket), self._now, self._limits)
            below = None if proven else number
        for one in new:
            attach(self._c, ticket, one, self._now, below, self._limits)
        self._said_left(ticket)
        if self._letter.ticket:
            self._claim(ticket)
        return Filed(ticket, row.ref, new=False, merged=merged)

    def _note(self, text: str, ticket: int) -> NewNote:
        """Under the id that our app gave it, unless that is another word's by now: ids of mails are anybody's."""
        who = f"{self._letter.name} <{self._letter.sender}>" if self._letter.name else self._letter.sender
        taken = select(notes.c.id).where(
            notes.c.ticket_id == ticket, notes.c.external_id == self._letter.own, notes.c.text != text
        )
        own = "" if self._c.execute(taken).first() is not None else self._letter.own
        return NewNote(text, "mail", who, own or self._letter.message_id, "mail")

    def _claim(self, ticket: int) -> None:
        """The app's own filing of the same id, when it comes, is this one."""
        scope = self._c.execute(select(tickets.c.scope).where(tickets.c.id == ticket)).scalar_one()
        row = {"scope": scope, "type": TICKET, "value": self._letter.ticket}
        there = select(external_ids.c.id).where(*(external_ids.c[name] == value for name, value in row.items()))
        if self._c.execute(there).first() is None:
            self._c.execute(insert(external_ids).values(ticket_id=ticket, owner="selfcare", **row))

    def _sender(self) -> _Known:
        """Whoever writes from this address: not proven, apart from who confirmed it."""
        key = f"mail:{self._letter.sender}"
        number = households.named(self._c, key, self._now, mail=self._letter.sender, name=self._letter.name)
        return _Known(number, key, proven=False)

    def _filed(self, whose: _Known) -> Filed:
        letter = self._letter
        externals = [External(letter.ticket, TICKET, "selfcare")] if letter.ticket else []
        externals.append(External(letter.message_id, MESSAGE, "mail"))
        if letter.case:
            externals.append(External(letter.case, CASE, "selfcare"))
        filing = Filing(
            scope=whose.key, subscriber=whose.id, name=letter.subject or self._words.text("intake.mail.no_subject"),
            description=letter.text or self._words.text("intake.mail.no_text"), severity="major", kind="fault",
            channel="mail", externals=tuple(externals), case=letter.case, language=self._language,
            contact={} if whose.proven else {"mail": letter.sender, **({"name": letter.name} if letter.name else {})},
            uploads=self._uploads[: self._limits.files],
        )  # fmt: skip
        filed = file(self._c, filing, self._now, self._limits)
        self._said_left(filed.ticket)
        if filed.new and not whose.proven and (other := self._perhaps(filed.ticket)):
            text = self._words.text("intake.mail.perhaps", ref=other)
            note(self._c, filed.ticket, NewNote(text, "desk", internal=True), self._now, self._limits)
        return filed

    def _perhaps(self, ticket: int) -> str:
        """Somebody else's ticket that it names: told to agents alone."""
        if self._letter.ref:
            named = tickets.c.ref == self._letter.ref
        elif self._letter.case:
            named = tickets.c.case_id == self._letter.case
        else:
            return ""
        found = select(tickets.c.ref).where(named, tickets.c.id != ticket).order_by(tickets.c.id.desc()).limit(3)
        return ", ".join(self._c.execute(found).scalars())

    def _said_left(self, ticket: int) -> None:
        if self._left:
            text = self._words.text("intake.mail.files_left", count=self._left)
            external = f"left:{self._letter.message_id}"
            note(self._c, ticket, NewNote(text, "desk", external=external, internal=True), self._now, self._limits)
