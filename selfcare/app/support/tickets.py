"""Tickets of this PC: queued before they are sent, sent once, asked after; each turn is a line of the case."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from selfcare.app.support.filing import answer_of, asked_by, note_of, ticket_of
from selfcare.app.support.port import Filed
from selfcare.app.support.telling import Telling
from selfcare.app.support.tools import Tools
from selfcare.desks.choose import desk_of
from selfcare.ground.errors import SelfcareError
from selfcare.isp import ProfileError, load_profile
from selfcare.model.profile import Profile
from selfcare.model.report import Report, Wish
from selfcare.model.ticket import DeskError, KnownOutage, Parcel, Phase
from selfcare.outbox.place import FILE
from selfcare.outbox.send import Flushed, flush, status
from selfcare.outbox.store import Outbox
from selfcare.report.consent import consent

if TYPE_CHECKING:
    from selfcare.app.support.identity import Identity
    from selfcare.desks.port import Desk

OUTAGES_S = 3.0
"""Seconds for the operator's known outages: somebody waits to open a ticket."""
STATUS_S = 15.0
BUSY_S, BUSY_MOST_S = 0.25, 20.0
"""Seconds between two tries, and at most, while another window or command is sending: mostly it is done in two."""
_TICKET = "ticket"
_UNSENT = (Phase.REFUSED, Phase.CANCELLED)
_log = logging.getLogger(__name__)


class Tickets:
    """For one loop. The outbox is opened at the first question."""

    def __init__(self, tools: Tools, identity: Callable[[], Identity]) -> None:
        self._tools, self._identity = tools, identity
        self._outbox: Outbox | None = None
        self._telling = Telling(tools)

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
        """Consent noted, then queued, then one try. The same report twice is once; another is a word on the ticket."""
        profile = await self._tools.profile()
        if profile.support.desk is None:
            raise SelfcareError("no_desk")
        asked = asked_by(profile.support.desk)
        await self._consent(report, profile.display_name)
        ticket = replace(
            ticket_of(report, wish, self._tools.words, asked), id=self._name(f"ticket:{profile.id}:{report.id}")
        )
        queued = self.box.add(ticket, profile.id)
        if queued.id != ticket.id:
            note = replace(note_of(report, wish, asked), id=self._name(f"note:{queued.id}:{report.id}"))
            queued = self.box.add_note(note, queued.id)
        return await self._put(queued, "queued", report=report.id)

    def _name(self, of: str) -> str:
        """The same for the same thing, so that twice is once; another one where the last was refused or called back."""
        for turn in range(1000):
            name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"selfcare:{of}" + (f":{turn}" if turn else "")))
            entry = self.box.entry(name)
            if entry is None or entry.course.phase not in _UNSENT:
                return name
        return str(uuid.uuid4())

    async def _put(self, queued: Parcel, did: str, **more: object) -> Parcel:
        """The case is told, and it is tried: at once, or after whoever is sending just now."""
        try:
            await self._telling.queued(queued, self.box, did, **more)
        except SelfcareError:
            self.box.erase(queued.case)  # the case was deleted between the yes and this
            raise
        for _ in range(int(BUSY_MOST_S / BUSY_S)):
            if not (await self.flush()).busy:
                break
            await asyncio.sleep(BUSY_S)
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
        note = replace(answer_of(about.case, text, ""), id=self._name(f"{parcel}:{reply}"))
        queued = self.box.add_note(note, parcel)
        return await self._put(queued, "answered", reply=reply, text=note.text)

    async def cancel(self, parcel: str) -> Parcel:
        """What may be at the desk is looked for by the flush that follows."""
        found = self.box.cancel(parcel)
        await self._telling.line(found, "cancel")
        if found.phase is not Phase.CANCELLED:
            await self.flush()
        return self.box.parcel(parcel)

    async def flush(self, *, line_is_back: bool = False) -> Flushed:
        """What is due; then the cases are told."""
        before = self._signed_out()
        desks = await self._desks({one.desk for one in self.box.parcels()})
        done = await flush(self.box, desks.get, line_is_back=line_is_back)
        if not done.busy and await self._renewable(self._signed_out() - before):
            desks = await self._desks({one.desk for one in self.box.parcels()})
            done = await flush(self.box, desks.get)
        await self._telling.catch_up(self.box)
        return done

    def _signed_out(self) -> set[str]:
        """Desks that want to be signed in to."""
        return {one.desk for one in self.box.parcels() if one.phase is Phase.WAITING_SIGN_IN}

    async def _renewable(self, names: set[str]) -> bool:
        """A desk that did not take a token before its time: it gets another, once, where nobody is needed for that."""
        found = False
        for name in names:
            profile = await self._profile(name)
            if profile is None or profile.support.desk is None:
                continue
            with contextlib.suppress(SelfcareError):
                if await self._identity().spoilt(profile, profile.support.desk):
                    self.box.signed_in(name)
                    found = True
        return found

    async def _desks(self, names: set[str]) -> dict[str, Desk]:
        """Those whose profile is known here; a parcel for another one waits."""
        found: dict[str, Desk] = {}
        for name in sorted(names):
            profile = await self._profile(name)
            if profile is None or profile.support.desk is None:
                continue
            try:
                desk = profile.support.desk
                found[name] = desk_of(desk, await self._identity().login(profile, desk))
            except (DeskError, SelfcareError) as error:  # it waits; another operator's does not
                _log.warning("a desk cannot be used: %s", error.code)
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
        await self._telling.catch_up(self.box)
        for one in reversed(self.box.parcels(case)):
            if one.kind == _TICKET:
                trouble = await self._ask(one) if ask and one.receipt is not None else ""
                told, at = self.box.told(one.id)
                filed.append(Filed(self.box.parcel(one.id), told, at, trouble))
        return tuple(filed)

    async def _ask(self, one: Parcel) -> str:
        """Keeps what the desk says; why it did not."""
        try:
            async with self._desk(one.desk) as desk, asyncio.timeout(STATUS_S):
                told = await status(one.id, desk, self.box)
            await self._telling.news(one, told)
        except TimeoutError:
            return "desk_slow"
        except (DeskError, SelfcareError) as error:
            return error.code
        return ""

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
