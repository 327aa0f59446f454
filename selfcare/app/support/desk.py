"""Support as one thing for a front end: cases, reports, tickets, who it is. See ``port.SupportPort``."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from selfcare.app.support.port import Advice, Filed, Needs, Reminder, SignIn
from selfcare.app.support.reports import Reports
from selfcare.app.support.tickets import Tickets
from selfcare.app.support.tools import Parts, Tools
from selfcare.cases.worded import worded
from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import SelfcareError
from selfcare.model.case import Case, CaseHead, Contact
from selfcare.model.report import Decoded, Offline, Reach, Report, ReportOptions, Verified, Wish
from selfcare.model.symptom import Symptom
from selfcare.model.ticket import DeskError, KnownOutage, Parcel, Phase

if TYPE_CHECKING:
    from selfcare.app.support.identity import Identity

_WAITING = (Phase.QUEUED, Phase.SENDING, Phase.UNKNOWN, Phase.ATTACHING)


class SupportDesk:
    """For one event loop; what blocks runs in threads. A desk's refusal becomes an error with its code."""

    def __init__(self, parts: Parts) -> None:
        self._tools = Tools(parts)
        self._who: Identity | None = None
        self._tickets = Tickets(self._tools, lambda: self._identity)
        self._reports = Reports(self._tools, self._tickets)
        self._reach, self._up = Reach(), False

    @property
    def _identity(self) -> Identity:
        """With it comes the network's library: only for who has a desk."""
        if self._who is None:
            from selfcare.app.support.identity import Identity

            self._who = Identity(self._tools)
        return self._who

    # -- cases ------------------------------------------------------------------------------------

    async def cases(self) -> tuple[CaseHead, ...]:
        """Newest first; what is older than 12 months goes first."""
        heads = await asyncio.to_thread(self._retained)
        if self._tickets.exists:
            with contextlib.suppress(SelfcareError):  # an outbox that cannot be written keeps nobody from reading
                self._tickets.box.retain()
        return heads

    def _retained(self) -> tuple[CaseHead, ...]:
        """With a case goes the map of its tokens: the identifiers themselves are in it."""
        from selfcare.redaction.vault import Vault

        vault = Vault(self._tools.parts.data)
        mapped = vault.cases()  # before the cases are looked at: another window may be opening one
        self._tools.book.retain()
        heads = self._tools.book.heads()
        for name in set(mapped) - {one.id for one in heads}:
            with contextlib.suppress(SelfcareError):
                vault.delete(name)
        return heads

    async def case(self, name: str | None = None) -> Case | None:
        """By its id; None: the open one. What was tried is told in sentences."""

        def read() -> Case | None:
            found = self._tools.book.case(name)
            language = self._tools.parts.language
            return None if found is None else replace(found, tried=worded(found.tried, language))

        return await asyncio.to_thread(read)

    async def begin(self, words: str = "", symptom: Symptom | None = None, *, new: bool = False) -> CaseHead:
        """The open case, else a new one."""
        return await asyncio.to_thread(self._tools.book.open, words, symptom, new=new)

    async def end(self, case: str) -> None:
        """Solved, or given up."""
        await asyncio.to_thread(self._tools.book.close, case)

    async def note(self, case: str, text: str, *, tried: bool = False) -> None:
        """Theirs."""
        await asyncio.to_thread(self._tools.book.note, case, text, tried=tried)

    async def contact(self, case: str, contact: Contact) -> None:
        """An exchange with support."""
        await asyncio.to_thread(self._tools.book.contact, case, contact)

    async def export(self, case: str, to: Path) -> Path:
        """All of it."""

        def write() -> Path:
            document = self._tools.book.export(case)
            path = to if to.suffix else to / f"{document.get('case', case)}.json"
            write_atomic(path, json.dumps(document, ensure_ascii=False, indent=2).encode())
            return path

        return await asyncio.to_thread(write)

    async def delete(self, case: str) -> None:
        """With its map of tokens, and what of it was not sent. What may be at the desk already stays there."""
        from selfcare.redaction.vault import Vault

        found = await self.case(case)
        if found is None:
            raise SelfcareError("case_unknown", case=case[:40])
        name = found.head.id
        if self._tickets.exists:
            self._tickets.box.erase(name)
        await asyncio.to_thread(Vault(self._tools.parts.data).delete, name)
        await asyncio.to_thread(self._tools.book.delete, name)
        if self._tickets.exists:
            self._tickets.box.erase(name)  # what another window put in meanwhile; from now on it cannot

    # -- whom to reach ----------------------------------------------------------------------------

    async def advice(self, case: str | None = None) -> Advice:
        """The best channel now."""
        from selfcare.app.support.reaching import advice

        return await advice(self._tools, await self.case(case))

    async def reminders(self) -> tuple[Reminder, ...]:
        """What is due."""
        from selfcare.app.support.reaching import reminders

        filed = await self._tickets.tickets(None, ask=False) if self._tickets.exists else ()
        return await reminders(self._tools, filed)

    # -- reports ----------------------------------------------------------------------------------

    async def report(self, case: str, options: ReportOptions) -> Report:
        """Made anew."""
        return await self._reports.make(case, options)

    async def save(self, report: Report, to: Path) -> Path:
        """On a disk or a stick."""
        return await self._reports.save(report, to)

    async def verify(self, path: Path) -> Verified:
        """Of whoever."""
        return await self._reports.verify(path)

    async def offline(self, report: Report) -> Offline:
        """Codes."""
        return await self._reports.offline(report)

    async def decode(self, text: str) -> Decoded:
        """A code read out or scanned."""
        from selfcare.report.codes import decode

        return await asyncio.to_thread(decode, text, self._tools.parts.language)

    async def draft(self, report: Report, wish: Wish, to: Path) -> Path:
        """A letter for their own mail program."""
        return await self._reports.draft(report, wish, to)

    # -- tickets ----------------------------------------------------------------------------------

    async def needs(self, wish: Wish) -> Needs:
        """Before filing."""
        self._reach = wish.reach
        needs = await self._identity.needs(wish)
        if needs.sign_in is SignIn.NOTHING and await self._shut():
            return replace(needs, sign_in=await self._identity.again())
        return needs

    async def _shut(self) -> bool:
        """Whether something waits because the desk did not take the sign-in."""
        name = (await self._tools.profile()).id
        return self._tickets.exists and any(
            one.desk == name and one.phase is Phase.WAITING_SIGN_IN for one in self._tickets.box.parcels()
        )

    async def outages(self) -> tuple[KnownOutage, ...]:
        """The operator's own."""
        return await self._tickets.outages()

    async def file(self, report: Report, wish: Wish) -> Parcel:
        """Queued and tried."""
        return await self._tickets.file(report, wish)

    async def outbox(self) -> tuple[Parcel, ...]:
        """All of it."""
        return self._tickets.box.parcels() if self._tickets.exists else ()

    async def flush(self) -> tuple[Parcel, ...]:
        """As when a line is back."""
        if not self._tickets.exists:
            return ()
        return (await self._tickets.flush(line_is_back=True)).parcels

    async def tick(self) -> tuple[Parcel, ...]:
        """The line is asked only while something waits for it."""
        if not self._tickets.exists:
            return ()
        waits = any(one.phase in _WAITING for one in self._tickets.box.parcels())
        up = waits and await self._tools.parts.line_up()
        back, self._up = up and not self._up, up
        return (await self._tickets.flush(line_is_back=back)).parcels

    async def cancel(self, parcel: str) -> Parcel:
        """Not sent, or looked for."""
        return await self._tickets.cancel(parcel)

    async def tickets(self, case: str | None = None, *, ask: bool = True) -> tuple[Filed, ...]:
        """With the desk's word."""
        return await self._tickets.tickets(case, ask=ask) if self._tickets.exists else ()

    async def answer(self, parcel: str, reply: str, text: str) -> Parcel:
        """Once."""
        return await self._tickets.answer(parcel, reply, text)

    # -- who it is --------------------------------------------------------------------------------

    async def sign_in(self, show: Callable[[str], None]) -> Needs:
        """At the operator's page; what waited for it goes on."""
        return await self._known(self._identity.sign_in(show))

    async def register(self, mail: str) -> Needs:
        """With what the last wish said of the contract."""
        reach = Reach(mail=mail, contract=self._reach.contract, line_number=self._reach.line_number)
        return await self._known(self._identity.register(reach))

    async def confirm(self, code: str) -> Needs:
        """The code of the mail."""
        return await self._known(self._identity.confirm(code))

    async def token(self, text: str) -> Needs:
        """Into the keyring."""
        return await self._known(self._identity.token(text))

    async def _known(self, asked: Awaitable[Needs]) -> Needs:
        try:
            needs = await asked
        except DeskError as error:
            raise SelfcareError(error.code) from error
        if needs.sign_in is SignIn.NOTHING and self._tickets.exists:
            self._tickets.box.signed_in((await self._tools.profile()).id)
        return needs

    def speak(self, language: str) -> None:
        """From now on."""
        self._tools.parts.language = language

    async def close(self) -> None:
        """Nothing is lost: everything is on the disk."""
        self._tickets.close()
