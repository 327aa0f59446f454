"""Tickets of this PC: queued before they are sent, sent once, asked after; each turn is a line of the case."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from selfcare.app.support.filing import answer_of, note_of, ticket_of
from selfcare.app.support.identity import Identity
from selfcare.app.support.port import Filed
from selfcare.app.support.tools import Tools
from selfcare.ground.errors import SelfcareError
from selfcare.isp import ProfileError, load_profile
from selfcare.model.profile import Profile
from selfcare.model.report import Report, Wish
from selfcare.model.ticket import DeskError, KnownOutage, Parcel, Phase, Told
from selfcare.outbox.send import flush, status
from selfcare.outbox.store import FILE, Outbox
from selfcare.report.consent import consent

if TYPE_CHECKING:
    from selfcare.desks.port import Desk

OUTAGES_S = 3.0
"""Seconds for the operator's known outages: somebody waits to open a ticket."""
STATUS_S = 15.0
_TICKET = "ticket"


class Tickets:
    """For one loop. The outbox is opened at the first question."""

    def __init__(self, tools: Tools, identity: Identity) -> None:
        self._tools, self._identity = tools, identity
        self._outbox: Outbox | None = None

    @property
    def box(self) -> Outbox:
        """One connection, of this loop's thread."""
        if self._outbox is None:
            self._outbox = Outbox(self._tools.parts.data)
        return self._outbox

    @property
    def exists(self) -> bool:
        """Whether anything was ever put into it: looking makes no file."""
        return self._outbox is not None or (self._tools.parts.data / FILE).exists()

    def close(self) -> None:
        """A later question opens it again."""
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None

    # -- filing -----------------------------------------------------------------------------------

    async def file(self, report: Report, wish: Wish) -> Parcel:
        """Consent noted, then queued, then one try."""
        profile = await self._tools.profile()
        if profile.support.desk is None:
            raise SelfcareError("no_desk")
        await self._consent(report, profile.display_name)
        there = self.box.ticket_of(report.case, profile.id)
        if there is None:
            ticket = ticket_of(report, wish, self._tools.words)
            queued = self.box.add(ticket, profile.id)
            there = None if queued.id == ticket.id else queued
        if there is not None:
            queued = self.box.add_note(note_of(report, wish), there.id)
        await self._line(report.case, queued, "queued", report=report.id)
        await self.flush()
        return self.box.parcel(queued.id)

    async def _consent(self, report: Report, to: str) -> None:
        """What was agreed to, before anything may leave by it."""
        data = {"id": report.id, "did": "consent", **asdict(consent(report, to, self.box.clock.iso()))}
        await asyncio.to_thread(self._tools.book.report, report.case, data)

    async def answer(self, parcel: str, reply: str, text: str) -> Parcel:
        """Once for each question: its id makes the note's, so that twice is once."""
        about = self.box.parcel(parcel)
        told, _ = self.box.told(parcel)
        asked = next((one for one in (told.replies if told else ()) if one.id == reply), None)
        if asked is None or not text.strip():
            raise SelfcareError("answer_unknown" if asked is None else "answer_empty")
        name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"selfcare:{parcel}:{reply}"))
        note = replace(answer_of(about.case, text, ""), id=name)
        queued = self.box.add_note(note, parcel)
        await self._line(about.case, queued, "answered", reply=reply, text=note.text)
        await self.flush()
        return self.box.parcel(queued.id)

    async def cancel(self, parcel: str) -> Parcel:
        """What may be at the desk is looked for by the flush that follows."""
        found = self.box.cancel(parcel)
        await self._line(found.case, found, "cancel")
        if found.phase is not Phase.CANCELLED:
            await self.flush()
        return self.box.parcel(parcel)

    async def flush(self, *, line_is_back: bool = False) -> tuple[tuple[Parcel, ...], float | None]:
        """What is due; and seconds until something is due again."""
        before = {one.id: one.phase for one in self.box.parcels()}
        desks = await self._desks({one.desk for one in self.box.parcels()})
        done = await flush(self.box, desks.get, line_is_back=line_is_back)
        for one in done.parcels:
            if one.phase is not before.get(one.id) and one.phase in (Phase.DONE, Phase.REFUSED, Phase.CANCELLED):
                await self._line(one.case, one, one.phase.value)
        return done.parcels, done.next_s

    async def _desks(self, names: set[str]) -> dict[str, Desk]:
        """Those whose profile is known here; a parcel for another one waits."""
        from selfcare.desks.choose import desk_of

        found: dict[str, Desk] = {}
        for name in sorted(names):
            profile = await self._profile(name)
            if profile is not None and profile.support.desk is not None:
                desk = profile.support.desk
                found[name] = desk_of(desk, await self._identity.login(profile, desk))
        return found

    async def _profile(self, name: str) -> Profile | None:
        mine = await self._tools.profile()
        if mine.id == name:
            return mine
        with contextlib.suppress(ProfileError):
            return await asyncio.to_thread(load_profile, name)
        return None

    # -- asking -----------------------------------------------------------------------------------

    async def tickets(self, case: str | None, *, ask: bool) -> tuple[Filed, ...]:
        """Tickets, newest first; each with the desk's word, the last one known where it does not answer now."""
        filed = list[Filed]()
        for one in reversed(self.box.parcels(case)):
            if one.kind == _TICKET:
                trouble = await self._ask(one) if ask and one.receipt is not None else ""
                told, at = self.box.told(one.id)
                filed.append(Filed(self.box.parcel(one.id), told, at, trouble))
        return tuple(filed)

    async def _ask(self, one: Parcel) -> str:
        """Keeps what the desk says; why it did not."""
        before, _ = self.box.told(one.id)
        try:
            async with self._desk(one.desk) as desk, asyncio.timeout(STATUS_S):
                await self._note_news(one, before, await status(one.id, desk, self.box))
        except TimeoutError:
            return "desk_slow"
        except (DeskError, SelfcareError) as error:
            return error.code
        return ""

    async def _note_news(self, one: Parcel, before: Told | None, told: Told) -> None:
        known = {reply.id for reply in before.replies} if before else set()
        for reply in told.replies:
            if reply.id not in known:
                data = {"reply": reply.id, "at": reply.at, "who": reply.who, "text": reply.text, "asks": reply.asks}
                await self._line(one.case, one, "reply", **data)
        if before is None or before.receipt.state is not told.receipt.state:
            await self._line(one.case, one, "state", state=told.receipt.state.value, promised=told.receipt.promised)

    async def outages(self) -> tuple[KnownOutage, ...]:
        """None where nobody tells of one in time."""
        profile = await self._tools.profile()
        if profile.support.desk is None or not profile.support.desk.outages:
            return ()
        try:
            async with self._desk(profile.id) as desk, asyncio.timeout(OUTAGES_S):
                return await desk.outages()
        except (DeskError, SelfcareError, TimeoutError):
            return ()

    @contextlib.asynccontextmanager
    async def _desk(self, name: str) -> AsyncIterator[Desk]:
        desk = (await self._desks({name})).get(name)
        if desk is None:
            raise SelfcareError("no_desk")
        try:
            yield desk
        finally:
            await desk.close()

    async def _line(self, case: str, one: Parcel, did: str, **more: object) -> None:
        """In the case. It may have been deleted meanwhile: then nothing is written about it any more."""
        receipt = one.receipt
        data = {"id": one.id, "did": did, "kind": one.kind, "desk": one.desk, "subject": one.subject, **more}
        if receipt is not None:
            data |= {"number": receipt.number, "promised": receipt.promised}
        if one.why:
            data["why"] = one.why
        with contextlib.suppress(SelfcareError):
            await asyncio.to_thread(self._tools.book.ticket, case, data)
