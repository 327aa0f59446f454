"""Letters out, to a real SMTP server on loopback."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from selfcare.deskserver.intake.letters import Letter, confirmation, hint
from selfcare.deskserver.intake.send import NotTaken, Postman, deliver
from selfcare.deskserver.settings import MailOut
from tests.desks.certificates import self_signed

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


def posted(box: Box, letters: list[Letter]) -> Postman:
    async def story(port: int) -> Postman:
        postman = Postman(out(port), again_s=(0.0, 0.0))
        for one in letters:
            postman.post(one)
        await postman.empty()
        return postman

    with serving(box) as port:
        return asyncio.run(story(port))


def test_a_letter_goes_out_with_its_code_in_the_text_alone() -> None:
    box = Box()
    posted(box, [confirmation("Fibre é", "zoe@example.org", "12345678", "fr")])
    ((to, raw),) = box.mails
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert to == "zoe@example.org" and b"1234 5678" in raw and b"5678" not in head
    assert b"Auto-Submitted: auto-generated" in head and b"From: Aide <aide@isp.example>" in head


def test_a_busy_server_is_asked_again_and_one_that_refuses_is_not() -> None:
    box = Box("451 later", "451 later")
    postman = posted(box, [ZOE])
    assert (postman.sent, postman.lost, len(box.mails)) == (1, 0, 1)
    box = Box("550 no")
    postman = posted(box, [ZOE, Letter("luc@example.org", "x", "y")])
    assert (postman.sent, postman.lost) == (1, 1) and [to for to, _ in box.mails] == ["luc@example.org"]
    postman = posted(Box(*["451 later"] * 9), [ZOE])
    assert (postman.sent, postman.lost, postman.waiting) == (0, 1, 0)


def test_the_newest_of_the_same_is_enough() -> None:
    box = Box()
    posted(box, [hint("Fibre", "zoe@example.org", "T-1", asks, "en") for asks in (False, True)])
    assert len(box.mails) == 1 and b"question" in box.mails[0][1]


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
