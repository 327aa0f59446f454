"""Mails out: handed to the operator's server in the background, again where it is away; or written into a folder.

Nothing of this is kept over a restart: a code that did not come is asked for again, and a hint only says what the app
says too.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import smtplib
import ssl
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from email.errors import MessageError
from pathlib import Path

from sqlalchemy import Connection, select
from starlette.applications import Starlette

from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake.letters import Letter, hint, written
from selfcare.deskserver.schema import subscribers, tickets
from selfcare.deskserver.settings import MailOut

LOG = logging.getLogger("selfcare.desk.mail")
MOST = 1000
"""Letters that wait; more are refused by leaving the oldest out: it is the one nobody waits for any more."""
AGAIN_S = (2.0, 15.0, 60.0, 300.0)
"""Seconds before the next try: a code is good for a quarter of an hour."""
SMTP_S = 30.0
_NEAR = ("127.0.0.1", "::1", "localhost")


class NotTaken(Exception):
    """``again``: another try may help."""

    def __init__(self, again: bool, why: str) -> None:
        super().__init__(why)
        self.again = again


class Postman:
    """For the loop it is used in. :meth:`post` never waits."""

    def __init__(
        self, out: MailOut, again_s: tuple[float, ...] = AGAIN_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._out, self._again_s, self._sleep = out, again_s, sleep
        self._waiting: OrderedDict[str, Letter] = OrderedDict()
        self._task: asyncio.Task[None] | None = None
        self.sent = self.lost = 0

    @property
    def waiting(self) -> int:
        """Letters that nobody has taken yet."""
        return len(self._waiting)

    def post(self, letter: Letter) -> None:
        """It goes as soon as it can."""
        name = letter.once or secrets.token_hex(8)
        self._waiting.pop(name, None)
        self._waiting[name] = letter
        while len(self._waiting) > MOST:
            self._waiting.popitem(last=False)
            self.lost += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def empty(self) -> None:
        """Waits until nothing is under way."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """What waits is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        tries = 0
        while self._waiting:
            name, letter = next(iter(self._waiting.items()))
            try:
                await asyncio.to_thread(deliver, letter, self._out)
                self.sent += 1
            except NotTaken as error:
                LOG.warning("a mail was not taken: %s", error)  # neither its text nor its address is for a log
                if error.again and tries < len(self._again_s):
                    await self._sleep(self._again_s[tries])
                    tries += 1
                    continue
                self.lost += 1
            tries = 0
            if self._waiting.get(name) is letter:
                del self._waiting[name]


def postman_of(app: Starlette) -> Postman:
    """The one of this application; close it when the application ends."""
    desk: Desk = app.state.desk
    if not isinstance(getattr(app.state, "postman", None), Postman):
        app.state.postman = Postman(desk.settings.mail)
    return app.state.postman  # type: ignore[no-any-return]


async def hinted(app: Starlette, ticket: int, asks: bool) -> bool:
    """Tells its subscriber that the desk wrote, or asks: after the commit, to the address they confirmed and no other.

    False: there is none, so that nothing goes out.
    """
    desk: Desk = app.state.desk

    def asked(c: Connection) -> tuple[str, str, str] | None:
        row = c.execute(
            select(subscribers.c.mail, tickets.c.ref, tickets.c.language)
            .join(tickets, tickets.c.subscriber_id == subscribers.c.id)
            .where(tickets.c.id == ticket, subscribers.c.proven, subscribers.c.mail != "")
        ).first()  # fmt: skip
        return (row.mail, row.ref, row.language) if row is not None else None

    found = await desk.database.read(asked)
    if found is None or not (desk.settings.mail.host or desk.settings.mail.folder):
        return False
    to, ref, language = found
    postman_of(app).post(hint(desk.settings.operator, to, ref, asks, language or desk.settings.language))
    return True


async def close(app: Starlette, wait_s: float = 0.0) -> None:
    """Where it was used. ``wait_s``: seconds for what is under way."""
    if isinstance(getattr(app.state, "postman", None), Postman):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.state.postman.empty(), wait_s)
        await app.state.postman.close()


def deliver(letter: Letter, out: MailOut) -> None:
    """Blocking. Raises :class:`NotTaken`."""
    try:
        if out.folder:
            _put(letter, out)
        elif out.host:
            _send(letter, out)
        else:
            raise NotTaken(False, "no server and no folder are set")
    except smtplib.SMTPResponseException as error:
        raise NotTaken(400 <= error.smtp_code < 500, f"{type(error).__name__} {error.smtp_code}") from None
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise NotTaken(all(400 <= code < 500 for code in codes), f"recipient {codes}") from None
    except smtplib.SMTPNotSupportedError:  # no TLS, or no address like this one
        raise NotTaken(False, "not supported") from None
    except ssl.SSLError as error:  # Python's error of a certificate is a ValueError too: the letter has no part in it
        raise NotTaken(True, type(error).__name__) from None
    except (ValueError, UnicodeError, MessageError, LookupError):
        raise NotTaken(False, "not to be written") from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotTaken(True, type(error).__name__) from None


def _send(letter: Letter, out: MailOut) -> None:
    """Encrypted, with a certificate that holds; plain on this machine alone."""
    if out.tls == "none" and out.host not in _NEAR:
        raise NotTaken(False, "plain is for this machine alone")
    secure = ssl.create_default_context()
    with contextlib.ExitStack() as stack:
        server: smtplib.SMTP = (
            smtplib.SMTP_SSL(out.host, out.port, timeout=SMTP_S, context=secure) if out.tls == "tls"
            else smtplib.SMTP(out.host, out.port, timeout=SMTP_S)
        )  # fmt: skip
        stack.callback(server.close)
        if out.tls == "starttls":
            server.starttls(context=secure)
        if out.user:
            server.login(out.user, Path(out.password_file).read_text(encoding="utf-8").strip())
        server.send_message(written(letter, out.sender or f"selfcare@{out.host}"))
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()


def _put(letter: Letter, out: MailOut) -> None:
    """Whole when it has its name."""
    folder = Path(out.folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{secrets.token_hex(3)}"
    draft = folder / f".{name}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(written(letter, out.sender or "selfcare@desk.invalid").as_bytes())
    draft.replace(folder / f"{name}.eml")
