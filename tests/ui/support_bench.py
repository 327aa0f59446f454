"""Support in memory, as the port's words say it behaves: it keeps what it is told, and a desk that can be cut off.

No operator's desk and no disk; what the pages show is read from here and nowhere else.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import segno

from selfcare.app.services import Services
from selfcare.app.support.port import (
    Advice,
    Decoded,
    Filed,
    Needs,
    Offline,
    Picture,
    Reminder,
    SignIn,
)
from selfcare.ground.errors import SelfcareError
from selfcare.model.case import Case, CaseHead, Channel, Contact, Downtime, Event, Tried
from selfcare.model.report import Part, Replaced, Report, ReportOptions, Section, Verified, Wish
from selfcare.model.support import DeskEndpoint, DeskKind, SupportChannel
from selfcare.model.symptom import Symptom
from selfcare.model.ticket import KnownOutage, Parcel, Phase, Receipt, Reply, State, Told

IDS = ("CAS-7K3M-92QX", "CAS-4H8T-D0WP", "CAS-9ZQ2-7F6N", "CAS-1B5R-XK3C")
LONG = "Depuis-hier-soir" * 12
PHONE = SupportChannel(
    Channel.PHONE, "3244", {"fr": "Service clients", "en": "Customer service"}, "",
    {"fr": "Appel gratuit depuis la Freebox", "en": "Free of charge from the box"},
    {"fr": "Tous les jours, de 7 h à minuit", "en": "Every day, 7 am to midnight"},
    source="https://assistance.free.fr", of="assistance.free.fr", checked=date(2026, 11, 20),
)  # fmt: skip
CHAT = SupportChannel(
    Channel.CHAT, "https://assistance.free.fr/contact", {"fr": "Conseiller en ligne", "en": "Adviser online"}
)
FORUM = SupportChannel(
    Channel.FORUM, "forum.exemple.fr", {"fr": "Entraide entre abonnés", "en": "Subscribers help each other"}
)
MAIL = SupportChannel(Channel.MAIL, "contact@exemple.fr")
DESK = DeskEndpoint(DeskKind.TMF621_V5, "https://tickets.exemple.fr/tmf-api", needs=("line_number",))


@dataclass
class SupportBench:
    """What is so, and what a test may change: ``cut`` (nobody answers), ``broken`` (a code per method), ``hold``."""

    now: datetime = field(default_factory=lambda: datetime.now().astimezone().replace(microsecond=0))
    heads: list[CaseHead] = field(default_factory=list)
    events: dict[str, list[Event]] = field(default_factory=dict)
    tried: dict[str, tuple[Tried, ...]] = field(default_factory=dict)
    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    known_outages: tuple[KnownOutage, ...] = ()
    reminded: tuple[Reminder, ...] = ()
    best: SupportChannel | None = PHONE
    others: tuple[SupportChannel, ...] = (CHAT, FORUM, MAIL)
    desk: DeskEndpoint | None = DESK
    operator: str = "Free"
    sign: SignIn = SignIn.NOTHING
    cut: bool = False
    broken: dict[str, str] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    language: str = "fr"
    calls: list[str] = field(default_factory=list)
    sent: list[tuple[Report, Wish]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    came_back: bool = True
    verdict: str = "La box est connectée, mais la ligne ne répond plus."

    def into(self, services: Services) -> Services:
        return replace(services, support=lambda: self)

    # -- cases ----------------------------------------------------------------------------------

    async def cases(self) -> tuple[CaseHead, ...]:
        self._met("cases")
        return tuple(reversed(self.heads))

    async def case(self, name: str | None = None) -> Case | None:
        self._met("case")
        head = self._open() if name is None else next((h for h in self.heads if h.id == name), None)
        if head is None:
            return None
        name = head.id
        return Case(
            head, tuple(self.events[name]), self.tried.get(name, ()), tuple(self.contacts.get(name, ())),
            Downtime(42.0, None, None),
        )  # fmt: skip

    async def begin(self, words: str = "", symptom: Symptom | None = None, *, new: bool = False) -> CaseHead:
        self._met("begin")
        head = self._open()
        if head is None:
            text = self.verdict
            head = CaseHead(IDS[len(self.heads)], self._at(), words=words, symptom=symptom, state="fault", text=text)
            self.heads.append(head)
            self.events[head.id] = []
            self._note(head.id, "case", "opened", {"case": head.id})
        elif (words and words != head.words) or (symptom is not None and symptom != head.symptom):
            head = self._put(replace(head, words=words or head.words, symptom=symptom or head.symptom))
        if words:
            self._note(head.id, "case", "words", {"text": words})
        return head

    async def end(self, case: str) -> None:
        self._met("end")
        self._put(replace(self._of(case), closed=self._at()))
        self._note(case, "case", "closed", {})

    async def note(self, case: str, text: str, *, tried: bool = False) -> None:
        self._met("note")
        self._note(case, "note", "", {"text": text})

    async def contact(self, case: str, contact: Contact) -> None:
        self._met("contact")
        self.contacts.setdefault(case, []).append(contact)
        self._note(case, "contact", contact.channel.value, {"answer": contact.answer, "waited_min": contact.waited_min})

    async def export(self, case: str, to: Path) -> Path:
        self._met("export")
        lines = [{"at": e.at, "kind": e.kind, "subject": e.subject, **e.data} for e in self.events[case]]
        to.write_text(json.dumps(lines, ensure_ascii=False))  # noqa: ASYNC240
        return to

    async def delete(self, case: str) -> None:
        self._met("delete")
        self.heads = [h for h in self.heads if h.id != case]
        self.parcels = [p for p in self.parcels if p.case != case]
        self.events.pop(case)

    # -- whom to reach ----------------------------------------------------------------------------

    async def advice(self, case: str | None = None) -> Advice:
        self._met("advice")
        why = {"fr": "Ouvert en ce moment, et sans frais.", "en": "Open now, and free of charge."}[self.language]
        return Advice(self.operator, self.best, why if self.best else "", self.others, self.desk)

    async def reminders(self) -> tuple[Reminder, ...]:
        self._met("reminders")
        return self.reminded

    # -- reports ----------------------------------------------------------------------------------

    async def report(self, case: str, options: ReportOptions) -> Report:
        self._met("report")
        if self.hold is not None:
            await self.hold.wait()
        originals = (("mac-7f3a", "mac", "b8:27:eb:12:34:56"), ("wifi-A", "ssid", "Famille Martin"))
        named = {token: original if token in options.reveal else token for token, _kind, original in originals}
        head = self._of(case)
        document: dict[str, object] = {
            "schema": "selfcare.report/1", "case": case, "language": options.language,
            "verdict": {"state": head.state, "text": head.text},
            "symptom": {"words": head.words} if Section.WORDS in options.sections else None,
            "tried": [t.what for t in self.tried.get(case, ())] if Section.TRIED in options.sections else None,
            "home": {"devices": [{"token": named["mac-7f3a"]}]} if Section.HOME in options.sections else None,
            "wifi": [{"ssid": named["wifi-A"]}] if Section.WIFI in options.sections else None,
            "wish": {"wants": [w.value for w in options.wish.wants], "words": options.wish.words,
                     "reach": {"phone": options.wish.reach.phone} if Section.REACH in options.sections else None},
        }  # fmt: skip
        body = json.dumps(document, ensure_ascii=False, indent=1)
        page = f"<!doctype html><html><head><title>{case}</title><style>b{{}}</style></head><body><h1>{case}</h1>"
        page += f"<p>{html.escape(head.text)}</p><script>var a = 1;</script></body></html>"
        parts = (
            Part("rapport.html", "text/html", page.encode()), Part("rapport.json", "application/json", body.encode()),
            Part("coupures.csv", "text/csv", b"start,end,seconds\n2026-11-22T18:02:00+01:00,,\n"),
        )  # fmt: skip
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for part in parts:
                archive.writestr(zipfile.ZipInfo(part.name), part.data)
        data = buffer.getvalue()
        replaced = tuple(Replaced(token, kind, original, 2) for token, kind, original in originals)
        block = f"{case}\n{head.text}\n{options.wish.words}"[:1000]
        return Report(
            case, f"r{len(self.calls)}", self._at(), data, hashlib.sha256(data).hexdigest(), parts, document, block,
            options.sections, replaced, (), "ab12 cd34 ef56 0718",
        )  # fmt: skip

    async def save(self, report: Report, to: Path) -> Path:
        self._met("save")
        to.write_bytes(report.archive)  # noqa: ASYNC240
        return to

    async def verify(self, path: Path) -> Verified:
        raise NotImplementedError(path)

    async def offline(self, report: Report) -> Offline:
        self._met("offline")
        text = "SC1:" + report.sha256.upper() * 8
        code = segno.make_qr(text, error="m", boost_error=False)
        modules = tuple(tuple(bool(m) for m in row) for row in code.matrix)
        number = 40112233445566
        return Offline(f"{number}{98 - number * 100 % 97:02}", (Picture(int(code.version), modules, text),), ("line",))

    async def decode(self, text: str) -> Decoded:
        raise NotImplementedError(text)

    # -- tickets ----------------------------------------------------------------------------------

    async def needs(self, wish: Wish) -> Needs:
        self._met("needs")
        fields = self.desk.needs if self.desk is not None else ()
        return Needs(tuple(f for f in fields if not getattr(wish.reach, f)), self.sign)

    async def outages(self) -> tuple[KnownOutage, ...]:
        self._met("outages")
        return () if self.cut else self.known_outages

    async def file(self, report: Report, wish: Wish) -> Parcel:
        self._met("file")
        self.sent.append((report, wish))
        there = next((p for p in self.parcels if p.case == report.case and p.phase is not Phase.CANCELLED), None)
        kind = "ticket" if there is None else "note"
        name = f"p{len(self.parcels) + 1}"
        parcel = Parcel(name, report.case, "Free", kind, Phase.QUEUED, "Internet", self._at())
        self.parcels.append(parcel)
        self._note(report.case, "consent", "", {"sha256": report.sha256})
        self._note(report.case, "ticket", name, {"did": "queued"})
        return self._try(parcel)

    async def outbox(self) -> tuple[Parcel, ...]:
        self._met("outbox")
        return tuple(self.parcels)

    async def flush(self) -> tuple[Parcel, ...]:
        self._met("flush")
        return tuple(self._try(p) for p in self.parcels if p.phase in (Phase.QUEUED, Phase.WAITING_SIGN_IN))

    async def tick(self) -> tuple[Parcel, ...]:
        self._met("tick")
        waits = [p for p in self.parcels if p.phase is Phase.QUEUED]
        return tuple(self._try(p) for p in waits) if not self.cut else ()

    async def cancel(self, parcel: str) -> Parcel:
        self._met("cancel")
        return self._put_parcel(replace(self._parcel(parcel), phase=Phase.CANCELLED))

    async def tickets(self, case: str | None = None, *, ask: bool = True) -> tuple[Filed, ...]:
        self._met("tickets")
        mine = [p for p in reversed(self.parcels) if case in (None, p.case) and p.kind == "ticket"]
        return tuple(self._filed(p, ask) for p in mine)

    async def answer(self, parcel: str, reply: str, text: str) -> Parcel:
        self._met("answer")
        self.notes.append((parcel, reply, text))
        self._note(self._parcel(parcel).case, "ticket", parcel, {"did": "answered", "reply": reply, "text": text})
        return self._parcel(parcel)

    async def draft(self, report: Report, wish: Wish, to: Path) -> Path:
        self._met("draft")
        to.write_bytes(b"Subject: " + report.case.encode() + b"\r\n\r\n" + report.text.encode())  # noqa: ASYNC240
        return to

    # -- who it is --------------------------------------------------------------------------------

    async def sign_in(self, show: Callable[[str], None]) -> Needs:
        self._met("sign_in")
        show("https://compte.exemple.fr/authorize?client_id=selfcare")
        while not self.came_back:  # noqa: ASYNC110  (a test sets it, from another thread)
            await asyncio.sleep(0.01)
        self.sign = SignIn.NOTHING
        return Needs((), self.sign)

    async def register(self, mail: str) -> Needs:
        self._met("register")
        self.sign = SignIn.CODE
        return Needs((), self.sign)

    async def confirm(self, code: str) -> Needs:
        self._met("confirm")
        if code != "314159":
            raise SelfcareError("code_wrong")
        self.sign = SignIn.NOTHING
        return Needs((), self.sign)

    async def token(self, text: str) -> Needs:
        self._met("token")
        self.sign = SignIn.NOTHING
        return Needs((), self.sign)

    def speak(self, language: str) -> None:
        self.language = language

    async def close(self) -> None:
        self.calls.append("close")

    # -- inside -----------------------------------------------------------------------------------

    def _met(self, method: str) -> None:
        self.calls.append(method)
        if method in self.broken:
            raise SelfcareError(self.broken[method])

    def _at(self) -> str:
        return self.now.isoformat()

    def _open(self) -> CaseHead | None:
        return next((h for h in reversed(self.heads) if h.closed is None), None)

    def _of(self, case: str) -> CaseHead:
        return next(h for h in self.heads if h.id == case)

    def _put(self, head: CaseHead) -> CaseHead:
        self.heads = [head if h.id == head.id else h for h in self.heads]
        return head

    def _note(self, case: str, kind: str, subject: str, data: dict[str, object]) -> None:
        self.events[case].append(Event(len(self.events[case]) + 1, self._at(), kind, subject, data))

    def _parcel(self, name: str) -> Parcel:
        return next(p for p in self.parcels if p.id == name)

    def _put_parcel(self, parcel: Parcel) -> Parcel:
        self.parcels = [parcel if p.id == parcel.id else p for p in self.parcels]
        return parcel

    def _try(self, parcel: Parcel) -> Parcel:
        tries = parcel.tries + 1
        if self.sign is not SignIn.NOTHING:
            return self._put_parcel(replace(parcel, phase=Phase.WAITING_SIGN_IN))
        if self.cut:
            later = (self.now + timedelta(minutes=1)).isoformat()
            return self._put_parcel(replace(parcel, tries=tries, next_try=later, why="desk_unreachable"))
        promised = (self.now + timedelta(days=2)).isoformat()
        receipt = Receipt("1", f"47{len(self.parcels):02}", promised=promised) if parcel.kind == "ticket" else None
        return self._put_parcel(replace(parcel, phase=Phase.DONE, tries=tries, receipt=receipt))

    def _filed(self, parcel: Parcel, ask: bool) -> Filed:
        if parcel.receipt is None or not ask or self.cut:
            return Filed(parcel, trouble="desk_unreachable" if self.cut and ask else "")
        replies = tuple(self.replies.get(parcel.id, ()))
        state = State.PENDING if replies and replies[-1].asks else State.IN_PROGRESS
        return Filed(parcel, Told(replace(parcel.receipt, state=state), replies), self._at())
