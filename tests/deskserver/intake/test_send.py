"""Letters out, to a real SMTP server on loopback."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Connection, func, select

from selfcare.deskserver.core.acting import HOUR
from selfcare.deskserver.intake import post
from selfcare.deskserver.intake.letters import Letter, confirmation, hint
from selfcare.deskserver.intake.send import NotTaken, deliver, sent_some
from selfcare.deskserver.schema import letters
from selfcare.deskserver.settings import MailOut
from tests.desks.certificates import self_signed
from tests.deskserver.bench import desk_at
from tests.deskserver.postgres import databases

NOW = 1_800_000_000_000
ZOE = Letter("zoe@example.org", "Objet", "Texte")


class Box:
    """``answers``: what it says to the next ones; then it takes them."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.mails = list(answers), list[tuple[str, bytes]]()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.mails.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


@contextmanager
def serving(box: Box, **options: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def out(port: int, tls: str = "none", host: str = "127.0.0.1") -> MailOut:
    return MailOut(host=host, port=port, sender="Aide <aide@isp.example>", tls=tls)


@dataclass
class Posted:
    """What became of the letters: how many were sent, which were given up."""

    sent: int
    stuck: list[post.Stuck]
    waiting: int


def posted(box: Box, wanted: list[Letter], folder: Path, good_ms: int = 86_400_000) -> Posted:
    """Each is tried until it is sent or given up; the clock goes on by itself."""

    async def story(port: int) -> Posted:
        async with desk_at(folder, mail=out(port)) as desk:
            now = NOW
            desk.now = lambda: now
            for one in wanted:
                await desk.database.write(
                    lambda c, one=one: post.put(c, desk.secret, one, out(port), NOW, good_ms)  # type: ignore[misc]
                )
            for _ in range(60):
                await sent_some(desk)
                if not await desk.database.read(post.waiting):
                    break
                now = await desk.database.read(lambda c: c.execute(select(func.max(letters.c.next_at))).scalar()) or now
            given_up = await desk.database.read(post.stuck)
            return Posted(len(box.mails), given_up, await desk.database.read(post.waiting))

    with serving(box) as port:
        return asyncio.run(story(port))


def test_a_letter_goes_out_with_its_code_in_the_text_alone(tmp_path: Path) -> None:
    box = Box()
    posted(box, [confirmation("Fibre é", "zoe@example.org", "12345678", "fr")], tmp_path)
    ((to, raw),) = box.mails
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert to == "zoe@example.org" and b"1234 5678" in raw
    assert not re.search(rb"1234\s*5678", head)  # of a random name of the letter a few digits may be the same
    assert b"Auto-Submitted: auto-generated" in head and b"From: Aide <aide@isp.example>" in head


def test_a_busy_server_is_asked_again_and_one_that_refuses_is_not(tmp_path: Path) -> None:
    box = Box("451 later", "451 later")
    told = posted(box, [ZOE], tmp_path / "a")
    assert (told.sent, told.stuck, told.waiting) == (1, [], 0)
    told = posted(box := Box("550 no"), [ZOE], tmp_path / "b")
    assert told.sent == 0 and [(one.recipient, one.tries) for one in told.stuck] == [("zoe@example.org", 1)]


def test_nobody_is_asked_for_ever_and_who_is_in_charge_sees_why(tmp_path: Path) -> None:
    told = posted(Box(*["451 later"] * 99), [ZOE], tmp_path / "a", good_ms=10 * 86_400_000)
    (one,) = told.stuck
    assert (told.sent, told.waiting, one.tries) == (0, 0, len(post.AGAIN_MS) + 1) and "451" in one.why
    told = posted(Box(*["451 later"] * 99), [ZOE], tmp_path / "b", good_ms=100_000)  # a code that is over
    assert (told.sent, told.waiting, told.stuck[0].tries) == (0, 0, 4)


def test_the_newest_of_the_same_is_enough(tmp_path: Path) -> None:
    box = Box()
    posted(box, [hint("Fibre", "zoe@example.org", "T-1", asks, "en") for asks in (False, True)], tmp_path)
    assert len(box.mails) == 1 and b"question" in box.mails[0][1]


@databases
def test_a_letter_is_sent_by_one_and_after_a_kill_again_as_the_same(database: str, tmp_path: Path) -> None:
    """Stored with its transaction; claimed and killed; sent by who comes after, and by one of two."""
    letter, mail = confirmation("Fibre", "zoe@example.org", "12345678", "fr"), MailOut(folder=str(tmp_path / "out"))

    async def run() -> None:
        async with desk_at(tmp_path, database=database, mail=mail) as desk:
            now = NOW
            desk.now = lambda: now

            def refused(c: Connection) -> None:
                post.put(c, desk.secret, letter, mail, NOW, HOUR)
                raise LookupError

            with pytest.raises(LookupError):
                await desk.database.write(refused)
            assert await desk.database.read(post.waiting) == 0
            await desk.database.write(lambda c: post.put(c, desk.secret, letter, mail, NOW, HOUR))
            kept = await desk.database.read(lambda c: c.execute(select(letters)).one())
            assert "1234 5678" in letter.text and "1234 5678" not in str(kept) and letter.text not in str(kept)
            (due,) = await desk.database.write(lambda c: post.claimed(c, [kept.id], desk.secret, NOW))
            assert due.letter is not None
            deliver(due.letter, mail)  # and here it is killed
            assert await sent_some(desk) == 0
            now += post.LEASE_MS
            assert sorted(await asyncio.gather(sent_some(desk), sent_some(desk))) == [0, 1]
            assert await desk.database.read(lambda c: c.execute(select(letters)).all()) == []
        sent = [one.read_bytes() for one in (tmp_path / "out").glob("*.eml")]
        assert len(sent) == 2 and len({re.findall(rb"Message-ID: (.*)", one)[0] for one in sent}) == 1

    asyncio.run(run())


@pytest.mark.parametrize("wrong", ["a@b\r\nBcc: c@d", "", "no address", "é" * 300])
def test_a_header_cannot_be_smuggled_in(wrong: str, tmp_path: Path) -> None:
    folder = MailOut(folder=str(tmp_path / "out"), sender="aide@isp.example")
    with pytest.raises(NotTaken):
        deliver(Letter("a@b\r\nBcc: c@d", "x", "y"), folder)
    deliver(Letter("zoe@example.org", f"Objet {wrong}", wrong), folder)
    (mail,) = (tmp_path / "out").glob("*.eml")
    head = mail.read_bytes().partition(b"\r\n\r\n")[0]
    assert b"\nBcc" not in head and mail.stat().st_mode & 0o777 == 0o600


def test_only_what_is_encrypted_by_somebody_trusted_is_spoken_to(tmp_path: Path) -> None:
    certificate, private = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    box = Box()
    with serving(box) as port, pytest.raises(NotTaken) as plain:  # offers no encryption
        deliver(ZOE, out(port, "starttls"))
    assert not plain.value.again
    with serving(box, tls_context=context) as port, pytest.raises(NotTaken) as odd:  # nobody vouches for it
        deliver(ZOE, out(port, "starttls", "localhost"))
    assert odd.value.again and str(odd.value) == "SSLCertVerificationError"  # it may be renewed in a moment
    with pytest.raises(NotTaken) as far:
        deliver(ZOE, out(25, "none", "mail.isp.example"))
    assert not far.value.again and box.mails == []
    with pytest.raises(NotTaken):
        deliver(ZOE, MailOut())
