"""Mail to a real SMTP server on loopback: what is there, what is claimed, and how it fails."""

from __future__ import annotations

import asyncio
import contextlib
import email
import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, LoginPassword

from selfcare.desks.mail import MailDesk, draft, message, message_id
from selfcare.ground.errors import SelfcareError
from selfcare.model.report import Reach
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import Attachment, DeskError, Failure, Note, Severity, Ticket
from tests.desks.certificates import self_signed

REPORT = bytes(range(256)) * 300
TICKET = Ticket(
    "7b0c1f0e-5a0e-4f5e-9c0f-0d5f7e6a1b2c", "CAS-7K3M-92QX", "Pas d’Internet", "Bonjour,\n.\nla ligne est coupée.",
    Severity.BLOCKING, code="WAN-DOWN", reach=Reach(name="Zoé, d’Aix", mail="zoe@example.org"),
    attachments=(Attachment("CAS-7K3M-92QX.zip", "application/zip", REPORT, hashlib.sha256(REPORT).hexdigest()),),
)  # fmt: skip


class Box:
    """Keeps what arrives; answers DATA as it is told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.answer = "250 OK"
        self.rcpt = "250 OK"
        self.hang_up = False

    async def handle_RCPT(self, server: Server, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Server, _session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            found = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(found, EmailMessage)
            self.mails.append(found)
            self.raw.append(envelope.content)
        if self.hang_up:
            assert server.transport is not None
            server.transport.abort()
        return self.answer


def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def box() -> Iterator[tuple[Box, DeskEndpoint]]:
    handler = Box()
    server = Controller(handler, hostname="127.0.0.1", port=free())
    server.start()
    yield handler, desk_at(server.port)
    server.stop()


def desk_at(port: int, tls: str = "none") -> DeskEndpoint:
    extra = {"smtp_host": "127.0.0.1", "smtp_port": str(port), "smtp_tls": tls}
    return DeskEndpoint(DeskKind.MAIL, to="assistance@isp.example", extra=extra)


def create(endpoint: DeskEndpoint, ticket: Ticket = TICKET, seconds: float = 5.0) -> Any:
    return asyncio.run(MailDesk(endpoint, seconds=seconds).create(ticket))


def failure(endpoint: DeskEndpoint, ticket: Ticket = TICKET, seconds: float = 5.0) -> tuple[Failure, str]:
    with pytest.raises(DeskError) as caught:
        create(endpoint, ticket, seconds)
    return caught.value.failure, caught.value.code


def test_the_report_arrives_as_it_is(box: tuple[Box, DeskEndpoint]) -> None:
    there, endpoint = box
    receipt = create(endpoint)
    (mail,) = there.mails
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == REPORT and attached.get_filename() == "CAS-7K3M-92QX.zip"
    body = mail.get_body()
    assert body is not None and body.get_content().replace("\r\n", "\n").rstrip() == TICKET.text  # its lone dot, too
    assert mail["Subject"] == "[CAS-7K3M-92QX] Pas d’Internet" and mail["X-Selfcare-Case"] == TICKET.case
    assert str(mail["From"]) == '"Zoé, d’Aix" <zoe@example.org>'
    assert mail["Message-ID"] == receipt.ref and receipt.number == TICKET.case


def test_every_copy_bears_the_same_id(box: tuple[Box, DeskEndpoint]) -> None:
    there, endpoint = box
    create(endpoint)
    create(endpoint)
    assert len({mail["Message-ID"] for mail in there.mails}) == 1 and len(there.mails) == 2


def test_a_follow_up_is_in_the_same_thread(box: tuple[Box, DeskEndpoint]) -> None:
    there, endpoint = box
    receipt = create(endpoint)
    note = Note("11111111-2222-3333-4444-555555555555", TICKET.case, "Toujours rien.", sender="zoe@example.org")
    asyncio.run(MailDesk(endpoint).add_note(receipt, note))
    first, second = there.mails
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"] != second["Message-ID"]
    assert second["Subject"] == "[CAS-7K3M-92QX]" and str(second["From"]) == "zoe@example.org"


def test_cut_after_the_last_byte_may_be_there(box: tuple[Box, DeskEndpoint]) -> None:
    there, endpoint = box
    there.hang_up = True
    assert failure(endpoint) == (Failure.UNKNOWN, "desk_cut_off") and len(there.mails) == 1


@pytest.mark.parametrize(
    ("answer", "rcpt", "told"),
    [
        ("451 later", "250 OK", (Failure.NOT_SENT, "mail_451")),
        ("554 no", "250 OK", (Failure.REFUSED, "mail_554")),
        ("250 OK", "450 grey", (Failure.NOT_SENT, "mail_450")),
        ("250 OK", "550 nobody", (Failure.REFUSED, "mail_550")),
    ],
)
def test_a_refusal_says_whether_to_come_again(
    box: tuple[Box, DeskEndpoint], answer: str, rcpt: str, told: tuple[Failure, str]
) -> None:
    there, endpoint = box
    there.answer, there.rcpt = answer, rcpt
    assert failure(endpoint) == told and not there.mails


def test_nobody_there_was_sent_nothing() -> None:
    with socket.socket() as held:  # nobody else gets it meanwhile, and nobody listens
        held.bind(("127.0.0.1", 0))
        assert failure(desk_at(held.getsockname()[1])) == (Failure.NOT_SENT, "desk_unreachable")


def test_a_silent_server_was_sent_nothing() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        assert failure(desk_at(deaf.getsockname()[1]), seconds=0.2) == (Failure.NOT_SENT, "desk_unreachable")


def test_without_encryption_where_it_is_wanted_nothing_is_said(box: tuple[Box, DeskEndpoint]) -> None:
    there, endpoint = box
    endpoint = replace(endpoint, extra={**endpoint.extra, "smtp_tls": "starttls"})
    assert failure(endpoint) == (Failure.REFUSED, "mail_not_supported") and not there.mails


def test_a_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    handler = Box()
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Controller(handler, hostname="127.0.0.1", port=free(), tls_context=context)
    server.start()
    try:
        assert failure(desk_at(server.port, "starttls")) == (Failure.NOT_SENT, "desk_untrusted")
    finally:
        server.stop()
    assert not handler.mails


def test_a_wrong_password_asks_who_it_is() -> None:
    def nobody(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"right", handled=False)

    handler = Box()
    server = Controller(handler, hostname="127.0.0.1", port=free(), authenticator=nobody, auth_require_tls=False)
    server.start()

    async def login() -> dict[str, str]:
        return {"user": "zoe", "password": said}

    try:
        said = "wrong"
        with pytest.raises(DeskError) as caught:
            asyncio.run(MailDesk(desk_at(server.port), login).create(TICKET))
        assert caught.value.failure is Failure.SIGN_IN
        said = "right"
        asyncio.run(MailDesk(desk_at(server.port), login).create(TICKET))
    finally:
        server.stop()
    assert len(handler.mails) == 1


@pytest.mark.parametrize("mail", ["", "zoe", "zoe@example.org\r\nBcc: all@example.org", "@", "zoe@"])
def test_without_an_address_of_ones_own_nothing_goes(box: tuple[Box, DeskEndpoint], mail: str) -> None:
    there, endpoint = box
    assert failure(endpoint, replace(TICKET, reach=Reach(mail=mail))) == (Failure.REFUSED, "mail_no_sender")
    assert not there.mails


def test_no_header_is_smuggled_in() -> None:
    nasty = replace(TICKET, subject="a\r\nBcc: all@example.org\r\n\r\nbody", code="X\nY: z", case="CAS-7K3M-92QX")
    mail = message(nasty, "to@isp.example")
    assert mail["Bcc"] is None and mail["Y"] is None and "\n" not in str(mail["Subject"])


def test_a_draft_opens_as_a_letter_not_yet_sent() -> None:
    found = email.message_from_bytes(draft(TICKET, "assistance@isp.example"), policy=default)
    assert isinstance(found, EmailMessage)
    assert found["X-Unsent"] == "1" and found["To"] == "assistance@isp.example"
    assert [one.get_content() for one in found.iter_attachments()] == [REPORT]


def test_an_address_beyond_ascii_is_written_as_it_is(box: tuple[Box, DeskEndpoint]) -> None:
    there, endpoint = box
    create(endpoint, replace(TICKET, reach=Reach(mail="zoé@example.org")))
    assert there.raw[0].partition(b"\r\n\r\n")[0].count("zoé@example.org".encode()) == 1


def test_the_id_is_one_that_mail_may_bear() -> None:
    assert message_id("a", "x@isp.example") == "<a@selfcare.isp.example>"
    assert message_id("a", "x@né.example") == message_id("a", "") == "<a@selfcare.invalid>"


@pytest.mark.parametrize("told", [b"220-", b"220-more\r\n"])
def test_a_server_that_never_stops_talking_is_left(told: bytes) -> None:
    """Every byte comes in time, and there is always one more."""
    stop = threading.Event()

    def talk(door: socket.socket) -> None:
        with contextlib.suppress(OSError), door.accept()[0] as caller:
            while not stop.is_set():
                caller.sendall(told)
                stop.wait(0.02)

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=talk, args=(door,), daemon=True)
        thread.start()
        try:
            mail = MailDesk(desk_at(door.getsockname()[1]), seconds=5.0, whole_s=0.3)
            with pytest.raises(DeskError) as caught:
                asyncio.run(asyncio.wait_for(mail.create(TICKET), 4.0))
            assert caught.value.failure is Failure.NOT_SENT
        finally:
            stop.set()
            thread.join(2)


def test_a_keyring_that_is_locked_sends_nothing_and_says_so() -> None:
    async def locked() -> dict[str, str]:
        raise SelfcareError("keyring_silent")

    with pytest.raises(DeskError) as caught:
        asyncio.run(MailDesk(desk_at(9), locked).create(TICKET))
    assert (caught.value.failure, caught.value.code) == (Failure.NOT_SENT, "desk_keyring")
