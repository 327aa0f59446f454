"""A ticket and a note by mail, through a server that fails in every way: none is lost, and copies can be told."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server

from selfcare.desks.mail import MailDesk, message_id
from selfcare.model.report import Reach
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import Note, Phase, Severity, Ticket
from selfcare.outbox.store import Outbox
from tests.desks.test_mail import free
from tests.outbox.bench import CASE, file
from tests.outbox.lives import NEVER, Moments, Times, live, live_forked

TO = "help@isp.example"
SOFT = ("421 at first", "451 MAIL", "451 RCPT", "cut at RCPT", "451 DATA", "cut in the body", "451 after the body",
        "cut before the answer", "taken, cut before the answer", "taken, no answer", "taken, rubbish",
        "taken, 451")  # fmt: skip
HARD = "550 RCPT"


class Faulty:
    """``plan``: what each of the next connections meets; then none any more."""

    def __init__(self) -> None:
        self.plan: list[str] = []
        self.mails: list[tuple[str, str]] = []

    def taken(self, content: bytes) -> None:
        lines = content.decode("latin-1").replace("\r\n ", " ").split("\r\n")
        named = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines if ":" in line}
        self.mails.append((named["message-id"], named["x-selfcare-case"]))


class Handler:
    async def handle_DATA(self, server: FaultyServer, _session: Any, envelope: Any) -> str:
        return await server._handle(envelope.content)


class FaultyServer(Server):
    def __init__(self, box: Faulty, handler: Handler) -> None:
        super().__init__(handler)
        self.box = box
        self.fault = ""

    def connection_made(self, transport: Any) -> None:
        self.fault = self.box.plan.pop(0) if self.box.plan else ""
        super().connection_made(transport)

    async def smtp_EHLO(self, hostname: str) -> None:
        await (self.push("421 later") if self.fault == "421 at first" else super().smtp_EHLO(hostname))

    async def smtp_HELO(self, hostname: str) -> None:
        await (self.push("421 later") if self.fault == "421 at first" else super().smtp_HELO(hostname))

    async def smtp_MAIL(self, arg: str | None) -> None:
        await (self.push("451 later") if self.fault == "451 MAIL" else super().smtp_MAIL(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        if self.fault == "cut at RCPT":
            self._cut()
        elif self.fault in ("451 RCPT", HARD):
            await self.push(f"{self.fault[:3]} no")
        else:
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if self.fault == "451 DATA":
            await self.push("451 later")
        elif self.fault == "cut in the body":
            await self.push("354 go on")
            self._cut()
        else:
            await super().smtp_DATA(arg)

    def _cut(self) -> None:
        assert self.transport is not None
        self.transport.abort()

    async def _handle(self, content: bytes) -> str:
        if self.fault.startswith("taken") or not self.fault:
            self.box.taken(content)
        if self.fault.endswith("cut before the answer"):
            self._cut()
        if self.fault == "taken, no answer":
            await asyncio.sleep(0.5)
        if self.fault == "taken, rubbish":
            return "\x00\x01 rubbish"
        return "451 later" if "451" in self.fault else "250 OK"


@pytest.fixture
def served() -> Iterator[tuple[Faulty, DeskEndpoint]]:
    box = Faulty()

    class There(Controller):
        def factory(self) -> Server:
            return FaultyServer(box, Handler())

    port = free()
    there = There(Handler(), hostname="127.0.0.1", port=port)
    box.plan = ["", ""]  # whoever looks whether it is up
    there.start()
    extra = {"smtp_host": "127.0.0.1", "smtp_port": str(port), "smtp_tls": "none"}
    yield box, DeskEndpoint(DeskKind.MAIL, to=TO, extra=extra)
    there.stop()


def one_run(box: Faulty, endpoint: DeskEndpoint, folder: Path, number: int) -> tuple[int, int]:
    """Copies of the ticket, and whether a process was killed; everything else is asserted."""
    chance, times, killed = random.Random(number), Times(), 0
    box.mails, faults = [], [SOFT[number % len(SOFT)], *chance.choices(SOFT, k=chance.randrange(3))]
    refused = number % 29 == 28
    box.plan = [*faults, HARD] if refused else faults
    make = lambda: MailDesk(endpoint, seconds=0.25)  # noqa: E731
    outbox = Outbox(folder, times.clock())
    outbox.add(
        Ticket(f"t-{number}", CASE, "Panne", "Plus rien.", Severity.MAJOR, reach=Reach(mail="zoe@example.org"),
               attachments=(file("a.zip"),)),
        "mail",
    )  # fmt: skip
    outbox.add_note(Note(f"n-{number}", CASE, "Encore.", sender="zoe@example.org"), f"t-{number}")
    outbox.close()
    for turn in range(60):
        if turn < 2 and number % 3 == 0:
            lived = live_forked(folder, times, make, Moments(kill=chance.randrange(1, 14)), lambda _pid: None)
            killed += lived.code == -9
        else:
            lived = live(folder, times, make, Moments(NEVER))
        if lived.next_s is None and lived.code == 0:
            break
        times.pass_(lived.next_s if lived.next_s is not None else 400.0)
    outbox = Outbox(folder, times.clock())
    phases = [one.phase for one in outbox.parcels()]
    outbox.close()
    ids = {mail for mail, _ in box.mails}
    assert {case for _, case in box.mails} <= {CASE}
    known = {message_id(f"t-{number}", TO), message_id(f"n-{number}", TO)}
    assert ids <= known, (faults, ids)
    if refused and phases[0] is Phase.REFUSED:
        return 0, killed
    assert phases == [Phase.DONE, Phase.DONE], (faults, phases)
    assert ids == known, (faults, "lost", ids)
    return sum(mail == message_id(f"t-{number}", TO) for mail, _ in box.mails), killed


def swept(served: tuple[Faulty, DeskEndpoint], folder: Path, runs: int) -> tuple[int, int]:
    """Runs with more than one copy, processes killed."""
    copies = killed = 0
    for number in range(runs):
        place = folder / str(number)
        place.mkdir()
        found, dead = one_run(*served, place, number)
        copies, killed = copies + (found > 1), killed + dead
        shutil.rmtree(place)
    print(f"mail: {runs} runs, {killed} killed, {copies} with copies, 0 lost")
    return copies, killed


def test_none_is_lost_and_every_copy_can_be_told(served: tuple[Faulty, DeskEndpoint], tmp_path: Path) -> None:
    copies, killed = swept(served, tmp_path, 24)
    assert copies and killed


@pytest.mark.full
def test_none_is_lost_in_many_runs(served: tuple[Faulty, DeskEndpoint], tmp_path: Path) -> None:
    swept(served, tmp_path, 400)
