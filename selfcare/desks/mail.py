"""A ticket by e-mail: the most universal desk, and the one that can promise least.

Nothing tells whether a mail arrived, and no desk looked at drops a second copy (a real Request Tracker 5 made two
tickets of one ``Message-ID``). So: none is lost, and every copy bears the same ``Message-ID``, the same case id in its
subject and in ``X-Selfcare-Case``, by which a desk can merge them.
"""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate

from selfcare.desks.port import Can
from selfcare.desks.wire import Login, nobody
from selfcare.ground.errors import SelfcareError
from selfcare.model.support import DeskEndpoint
from selfcare.model.ticket import Attachment, DeskError, Failure, KnownOutage, Note, Receipt, Ticket, Told

SMTP_S = 60.0
"""Seconds a server may be silent: RFC 5321 §4.5.3.2 allows minutes; a queue comes again anyway."""
WHOLE_S = 240.0
"""Seconds for one mail from beginning to end: 1 MB at 64 kbit/s takes 170 s; who talks for ever is left."""
LONGEST = 200
"""Characters of a subject: agents read its beginning."""
SUBMISSION = 587
NOBODY = "[127.0.0.1]"
"""What this PC calls itself (RFC 5321 §4.1.3): left alone, Python tells its name, and every mail bears it."""


class MailDesk:
    """By SMTP submission, where the profile names a server; the sender is the subscriber's own address."""

    can = frozenset({Can.FOLLOW_UP})

    def __init__(
        self, endpoint: DeskEndpoint, login: Login = nobody, seconds: float = SMTP_S, whole_s: float = WHOLE_S
    ) -> None:
        self.name = f"mail:{endpoint.to}"
        self._to, self._extra, self._login, self._seconds = endpoint.to, endpoint.extra, login, seconds
        self._whole_s = whole_s

    async def find(self, ticket: Ticket) -> tuple[Receipt, ...]:
        """Nobody can tell."""
        return ()

    async def create(self, ticket: Ticket) -> Receipt:
        """Hands it to the server. Its word "250" means that the server has it, not that somebody reads it."""
        await self._send(message(ticket, self._to))
        return Receipt(message_id(ticket.id, self._to), ticket.case)

    async def merge(self, keep: Receipt, extra: Receipt) -> None:
        """Theirs to do, by the ids."""

    async def attached(self, receipt: Receipt) -> frozenset[str]:
        """They went with it."""
        return frozenset()

    async def attach(self, receipt: Receipt, ticket: Ticket, attachment: Attachment) -> None:
        """They went with it."""

    async def noted(self, receipt: Receipt, note: Note) -> bool:
        """Nobody can tell."""
        return False

    async def add_note(self, receipt: Receipt, note: Note) -> None:
        """In the same thread as the first mail."""
        await self._send(follow_up(note, receipt, self._to))

    async def status(self, receipt: Receipt) -> Told:
        """A mail has none."""
        return Told(receipt)

    async def outages(self) -> tuple[KnownOutage, ...]:
        """A mail tells of none."""
        return ()

    async def close(self) -> None:
        """Every mail has its own connection."""

    async def _send(self, mail: EmailMessage) -> None:
        if not mail["From"]:
            raise DeskError(Failure.REFUSED, "mail_no_sender")
        try:
            secret = await self._login()
        except SelfcareError as error:  # the keyring is locked, or away
            raise DeskError(Failure.NOT_SENT, "desk_keyring", detail=str(error.code)) from error
        await asyncio.to_thread(self._deliver, mail, secret.get("user", ""), secret.get("password", ""))

    def _deliver(self, mail: EmailMessage, user: str, password: str) -> None:
        sent = False
        try:
            with self._server() as server:
                if user:
                    server.login(user, password)
                sender, data = _envelope(mail, server.has_extn("smtputf8"))
                options = ("SMTPUTF8", "BODY=8BITMIME") if not _ascii(sender, self._to) else ()
                _expect(server.mail(sender, options))
                _expect(server.rcpt(self._to))
                _expect(server.docmd("DATA"), 354)
                sent = True  # from the first byte on it may be there, whatever the server says or does not say
                _expect(_written(server, data))
        except smtplib.SMTPAuthenticationError as error:
            raise DeskError(Failure.SIGN_IN, "mail_login") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise DeskError(*_broken(error, sent), detail=type(error).__name__) from error

    @contextlib.contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """Encrypted, with a certificate that holds; plain only where the profile says so (loopback, a laboratory)."""
        host, tls = self._extra.get("smtp_host", ""), self._extra.get("smtp_tls", "starttls")
        port = int(self._extra.get("smtp_port", SUBMISSION))
        secure = ssl.create_default_context()
        # Made without an address, so that there is something to close while it listens to the first words.
        if tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=NOBODY, timeout=self._seconds, context=secure)
        else:
            server = smtplib.SMTP(local_hostname=NOBODY, timeout=self._seconds)
        enough = threading.Timer(self._whole_s, _hang_up, [server])
        enough.daemon = True
        enough.start()
        try:
            server._host = host  # type: ignore[attr-defined]  # the name that a certificate is held against
            _expect(server.connect(host, port), 220)
            if tls == "starttls":
                server.starttls(context=secure)
            server.ehlo_or_helo_if_needed()
            yield server
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            enough.cancel()
            server.close()


def _hang_up(server: smtplib.SMTP) -> None:
    """From another thread: whoever reads or writes there is woken, and finds the connection ended."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        if server.sock is not None:
            socket.socket.shutdown(server.sock, socket.SHUT_RDWR)  # not TLS's own: that is in use over there


def message(ticket: Ticket, to: str) -> EmailMessage:
    """The first mail of a case, the report attached."""
    mail = _mail(ticket.case, ticket.subject, ticket.text, ticket.attachments)
    _address(mail, "From", ticket.reach.mail, ticket.reach.name)
    _address(mail, "To", to)
    mail["Message-ID"] = message_id(ticket.id, to)
    mail["X-Selfcare-Ticket"] = ticket.id
    if ticket.code:
        mail["X-Selfcare-Code"] = _line(ticket.code)
    return mail


def follow_up(note: Note, receipt: Receipt, to: str) -> EmailMessage:
    """In the thread of the first one."""
    mail = _mail(note.case, "", note.text, note.attachments)
    _address(mail, "From", note.sender)
    _address(mail, "To", to)
    mail["Message-ID"] = message_id(note.id, to)
    mail["In-Reply-To"] = mail["References"] = receipt.ref
    return mail


def draft(ticket: Ticket, to: str) -> bytes:
    """An .eml file: mail programs open it as a letter that was not sent yet (``X-Unsent``)."""
    mail = message(ticket, to)
    mail["X-Unsent"] = "1"
    return mail.as_bytes(policy=SMTP if _ascii(ticket.reach.mail, to) else SMTPUTF8)


def message_id(name: str, to: str) -> str:
    """Always the same for the same thing: this is what copies have in common."""
    domain = to.rpartition("@")[2]
    return f"<{name}@selfcare.{domain if domain and _ascii(domain) else 'invalid'}>"


def _mail(case: str, subject: str, text: str, attachments: Sequence[Attachment]) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = _line(f"[{case}] {subject}".strip())[:LONGEST]
    mail["Date"] = formatdate(localtime=True)
    mail["X-Selfcare-Case"] = case
    mail.set_content(text)
    for one in attachments:
        main, _, sub = one.mime.partition("/")
        mail.add_attachment(one.data, maintype=main, subtype=sub or "octet-stream", filename=_line(one.name))
    return mail


def _address(mail: EmailMessage, field: str, spec: str, name: str = "") -> None:
    """Nothing where there is none, or where it is none."""
    with contextlib.suppress(ValueError, IndexError, TypeError):
        user, _, domain = spec.strip().rpartition("@")
        if user and domain:
            mail[field] = Address(_line(name), user, domain)


def _line(text: str) -> str:
    """On one line: a header cannot be smuggled in."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _ascii(*texts: str) -> bool:
    return all(text.isascii() for text in texts)


def _envelope(mail: EmailMessage, utf8: bool) -> tuple[str, bytes]:
    sender = mail["From"].addresses[0].addr_spec
    plain = _ascii(sender, mail["To"].addresses[0].addr_spec)
    if not plain and not utf8:
        raise smtplib.SMTPNotSupportedError("SMTPUTF8")
    return sender, mail.as_bytes(policy=SMTP if plain else SMTPUTF8)


def _expect(answer: tuple[int, bytes], code: int = 250) -> None:
    if answer[0] != code and not (code == 250 and answer[0] == 251):
        raise smtplib.SMTPResponseException(answer[0], answer[1])


def _written(server: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    """Dots doubled, closed by one."""
    body = data.replace(b"\r\n.", b"\r\n..")
    body = (b"." + body if body.startswith(b".") else body).rstrip(b"\r\n") + b"\r\n.\r\n"
    server.send(body)
    return server.getreply()


def _refusal(code: int) -> DeskError:
    """An answer is an answer also after the last byte: 4xx and 5xx say that the server did not take it (RFC 5321)."""
    if 400 <= code < 500:
        return DeskError(Failure.NOT_SENT, f"mail_{code}")
    if code >= 500:
        return DeskError(Failure.REFUSED, f"mail_{code}")
    return DeskError(Failure.UNKNOWN, f"mail_{code}")


def _broken(error: Exception, sent: bool) -> tuple[Failure, str]:
    if isinstance(error, smtplib.SMTPNotSupportedError):  # no encryption offered, or no address like this one
        return Failure.REFUSED, "mail_not_supported"
    if isinstance(error, ssl.SSLError):
        return (Failure.UNKNOWN if sent else Failure.NOT_SENT), "desk_untrusted"
    if sent:
        return Failure.UNKNOWN, "desk_slow" if isinstance(error, TimeoutError | socket.timeout) else "desk_cut_off"
    return Failure.NOT_SENT, "desk_unreachable"
