"""Mails out: handed to the operator's server in the background, again where it is away; or written into a folder.

What waits is in the database (``post.py``): a restart, or a kill, loses nothing.
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
from collections.abc import Coroutine
from email.errors import MessageError
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake import post
from selfcare.deskserver.intake.letters import Letter, hint, written
from selfcare.deskserver.schema import subscribers, tickets
from selfcare.deskserver.settings import MailOut

LOG = logging.getLogger("selfcare.desk.mail")
PAUSE_S = 2.0
"""Between two looks where nobody wakes it."""
END_S = 5.0
"""Seconds for what a mail server is just taking when the desk is told to stop; the rest waits in the database."""
SMTP_S = 30.0
HINT_MS = 86_400_000
"""Milliseconds a hint is good for: afterwards the app has shown long since what it tells of."""
_NEAR = ("127.0.0.1", "::1", "localhost")


class NotTaken(Exception):
    """``again``: another try may help."""

    def __init__(self, again: bool, why: str) -> None:
        super().__init__(why)
        self.again = again


async def posting(desk: Desk) -> None:
    """Runs until it is cancelled; ``desk.wake("post")`` makes it look at once."""
    woken, loop = asyncio.Event(), asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    desk.wakes["post"] = wake
    while True:
        woken.clear()
        if not await _to_its_end(sent_some(desk)):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_S):  # wait_for forgets an end that comes with a wake
                    await woken.wait()


async def _to_its_end(sending: Coroutine[Any, Any, int]) -> int:
    """What the server has taken is noted, so that it is not sent again after a restart."""
    task = asyncio.ensure_future(sending)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=END_S)
        raise


async def sent_some(desk: Desk) -> int:
    """One batch; how many it was, whatever became of them."""
    numbers = await desk.database.read(lambda c: post.due(c, desk.now()))
    if not numbers:
        return 0
    mine = await desk.database.write(lambda c: post.claimed(c, numbers, desk.secret, desk.now()))
    await asyncio.gather(*(_sent(desk, one) for one in mine))
    return len(mine)


async def _sent(desk: Desk, one: post.Due) -> None:
    why, again = one.why, False
    if one.letter is not None:
        try:
            await asyncio.to_thread(deliver, one.letter, desk.settings.mail)
            return await desk.database.write(lambda c: post.went(c, one.id))
        except NotTaken as error:
            why, again = str(error), error.again
    LOG.warning("a mail was not taken: %s", why)  # neither its text nor its address is for a log
    if await desk.database.write(lambda c: post.failed(c, one, again, why, desk.now())):
        LOG.error("a mail was given up after %d tries: %s", one.tries, why)


def hinted(c: Connection, desk: Desk, ticket: int, asks: bool, now: int) -> bool:
    """Tells its subscriber that the desk wrote, or asks: to the address they confirmed and no other.

    It goes when this transaction is kept. False: there is none, so that nothing goes out.
    """
    row = c.execute(
        select(subscribers.c.mail, tickets.c.ref, tickets.c.language)
        .join(tickets, tickets.c.subscriber_id == subscribers.c.id)
        .where(tickets.c.id == ticket, subscribers.c.proven, subscribers.c.mail != "")
    ).first()  # fmt: skip
    if row is None or not (desk.settings.mail.host or desk.settings.mail.folder):
        return False
    letter = hint(desk.settings.operator, row.mail, row.ref, asks, row.language or desk.settings.language)
    post.put(c, desk.secret, letter, desk.settings.mail, now, HINT_MS)
    return True


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
