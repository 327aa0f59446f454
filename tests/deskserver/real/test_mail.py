"""Mail through a real Postfix: into the desk by the documents' pipe, and out of it with STARTTLS."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from selfcare.deskserver.intake.letters import confirmation
from selfcare.deskserver.intake.send import NotTaken, deliver
from selfcare.deskserver.settings import MailOut
from tests.deskserver.intake.mails import plain
from tests.deskserver.operator import Operator, free
from tests.deskserver.real.postfix import USER, Postfix, postfix
from tests.deskserver.real.tls import Own, own

pytestmark = pytest.mark.full
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Outside:
    """Whom mail leaves to; ``nobody@…`` is no address there."""

    got: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.append((str(envelope.mail_from or ""), envelope.content))
        return "250 OK"


@dataclass
class Scene:
    post: Postfix
    operator: Operator
    outside: Outside
    made: Own

    def rows(self, asked: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.operator.data / "desk.db")) as c:
            return c.execute(asked).fetchall()

    @property
    def outcomes(self) -> list[str]:
        return [one for (one,) in self.rows("SELECT outcome FROM mails ORDER BY at")]


@contextmanager
def scene() -> Iterator[Scene]:
    """In a folder that the desk's own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="selfcare-desk-"))
    folder.chmod(0o755)
    outside = Outside()
    server = Controller(outside, hostname="127.0.0.1", port=free())
    server.start()
    try:
        made, operator = own(folder), Operator(folder)
        assert operator.type("migrate").code == 0
        for path in (operator.data, *operator.data.rglob("*")):
            shutil.chown(path, USER)
        with postfix(operator, made, server.port) as post:
            yield Scene(post, operator, outside, made)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_in_by_the_pipe_once_large_ones_and_later_where_the_desk_is_away() -> None:
    with scene() as at:
        first = plain("zoe@example.org", "Ligne coupée", "Depuis hier.")
        at.post.send(first)
        at.post.until("status=sent")
        assert at.rows("SELECT name, description FROM tickets") == [("Ligne coupée", "Depuis hier.")]
        at.post.send(b"Received: from a by b; Mon, 23 Nov 2026 04:00:00 +0000\r\nDelivered-To: a@b.example\r\n" + first)
        at.post.until("status=sent", 2)  # forwarded too: the same mail
        assert at.outcomes == ["ticket"]
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["Message-ID"] = "zoe@example.org", "photos", "<2@example.org>"
        mail.set_content("Voici.")
        pictures = [PNG + os.urandom(5_500_000) for _ in range(2)]
        for number, picture in enumerate(pictures):
            mail.add_attachment(picture, maintype="image", subtype="png", filename=f"{number}.png")
        at.post.send(mail.as_bytes())
        at.post.until("status=sent", 3)
        assert at.rows("SELECT size FROM attachments ORDER BY id") == [(len(one),) for one in pictures]
        aside = at.operator.data.with_name("aside")
        at.operator.data.rename(aside)
        at.operator.data.write_text("no folder")  # a disk that is not there
        at.post.send(plain("zoe@example.org", "Toujours rien"))
        at.post.until("status=deferred")
        at.operator.data.unlink()
        aside.rename(at.operator.data)
        at.post.again()
        at.post.until("status=sent", 4)
        assert at.outcomes == ["ticket", "ticket", "ticket"] and not at.outside.got


def test_what_machines_write_ends_here() -> None:
    """A letter that cannot be delivered, an absence, a list: kept out, and nobody is written to."""
    with scene() as at:
        away = MailOut("127.0.0.1", at.post.port, sender="desk@isp.example", tls="none")
        deliver(confirmation("FAI", "nobody@example.org", "12345678", "fr"), away)
        at.post.until(r"to=<desk@isp\.example>.*status=sent")  # Postfix' own word that it could not
        at.post.send(plain("zoe@example.org", "Absente", Auto_Submitted="auto-replied"))
        at.post.send(plain("news@example.org", "Nouvelles", List_Id="<news.example.org>"))
        at.post.send(plain("zoe@example.org", "Je suis absente"), sender="")  # an old responder: by its envelope alone
        at.post.until(r"to=<desk@isp\.example>.*status=sent", 4)
        assert at.outcomes == ["kept_out"] * 4
        assert at.rows("SELECT count(*) FROM tickets") == [(0,)] and not at.outside.got
        at.post.send(b"no mail at all", sender="zoe@example.org")
        at.post.send(b"")
        at.post.until("status=bounced|status=sent", 6)


def test_out_with_starttls_by_the_operators_own_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    with scene() as at:
        out = MailOut("127.0.0.1", at.post.port, sender="desk@isp.example")
        letter = confirmation("FAI", "zoe@example.org", "12345678", "fr")
        with pytest.raises(NotTaken) as unknown:
            deliver(letter, out)
        assert unknown.value.again and "CertVerification" in str(unknown.value)
        monkeypatch.setenv("SSL_CERT_FILE", str(at.made.authority))
        deliver(letter, out)
        at.post.until(r"to=<zoe@example\.org>.*status=sent")
        ((sender, raw),) = at.outside.got
        mail = message_from_bytes(raw)
        assert sender == "desk@isp.example" and mail["Auto-Submitted"] == "auto-generated"
        text = mail.get_payload(decode=True)
        assert isinstance(text, bytes) and "1234 5678" in text.decode()
        assert b"with ESMTPS id" in raw
