"""Letters as they wait in the database, from the transaction they belong to until a mail server has taken them.

At least once: whoever is killed between the server's « 250 » and our note of it sends the letter again, with the same
``Message-ID``. The text is sealed (it may hold a code), and gone with the letter, or when it is given up.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import make_msgid

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from selfcare.deskserver.access import totp
from selfcare.deskserver.intake.letters import Letter
from selfcare.deskserver.schema import letters
from selfcare.deskserver.settings import MailOut

AGAIN_MS = (2_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 3 * 3_600_000)
"""Before the next try; after the last one it is given up, or when nobody needs it any more, whichever is first."""
LEASE_MS = 60_000
"""In which nobody else (another process, or this one begun anew) sends the same one."""
BATCH = 6
"""At once: each waits for the mail server in a thread of its own."""
LATE, UNREADABLE = "late", "sealed_elsewhere"
_l = letters.c


@dataclass(frozen=True, slots=True)
class Due:
    """One that is ours to send now. ``letter`` None: it can not, or need not, be sent; ``why``."""

    id: int
    tries: int
    until: int
    letter: Letter | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stuck:
    """One that was given up, as an administrator sees it. Moments in ms."""

    recipient: str
    subject: str
    at: int
    tries: int
    why: str


def put(c: Connection, secret: bytes, letter: Letter, out: MailOut, now: int, good_ms: int) -> None:
    """It goes when this transaction is kept. Who would never get it sent (no mail is set) keeps nothing."""
    if not (out.host or out.folder):
        return
    if letter.once:  # the newest of the same is enough
        same = (_l.once == letter.once, _l.recipient == letter.to, _l.tries == 0, _l.stuck_at.is_(None))
        c.execute(delete(letters).where(*same))
    domain = out.sender.rpartition("@")[2].strip("> ") or out.host
    name = make_msgid(domain=domain if domain.isascii() and domain else "invalid")
    row = {"message_id": name, "once": letter.once, "recipient": letter.to, "subject": letter.subject}
    text = totp.sealed(secret, name, letter.text.encode(errors="replace"))
    c.execute(insert(letters).values(**row, text=text, at=now, until=now + good_ms, next_at=now))


def due(c: Connection, now: int) -> list[int]:
    """Whose turn it is, oldest first; also what a clock that was ahead has put off."""
    return list(c.execute(select(_l.id).where(*_its_turn(now)).order_by(_l.id).limit(BATCH)).scalars())


def _its_turn(now: int) -> tuple[ColumnElement[bool], ...]:
    return or_(_l.next_at <= now, _l.next_at > now + 2 * AGAIN_MS[-1]), _l.stuck_at.is_(None)


def claimed(c: Connection, numbers: list[int], secret: bytes, now: int) -> list[Due]:
    """Those of these that nobody else is sending."""
    mine = []
    for row in c.execute(select(letters).where(_l.id.in_(numbers), *_its_turn(now)).order_by(_l.id)).all():
        same = (_l.id == row.id, _l.next_at == row.next_at, _l.tries == row.tries, _l.stuck_at.is_(None))
        changed = update(letters).where(*same).values(next_at=now + LEASE_MS, tries=row.tries + 1)
        if not c.execute(changed).rowcount:
            continue
        text, until = totp.opened(secret, row.message_id, row.text), row.until or now
        why = LATE if until <= now else UNREADABLE if text is None else ""
        letter = Letter(row.recipient, row.subject, (text or b"").decode(), row.once, row.message_id, row.at or now)
        mine.append(Due(row.id, row.tries + 1, until, None if why else letter, why))
    return mine


def went(c: Connection, number: int) -> None:
    """The server has it."""
    c.execute(delete(letters).where(_l.id == number))


def failed(c: Connection, one: Due, again: bool, why: str, now: int) -> bool:
    """Later; or given up, True: an administrator is shown to whom, and why."""
    wait = AGAIN_MS[one.tries - 1] if one.tries <= len(AGAIN_MS) else None
    if again and wait is not None and now + wait < one.until:
        c.execute(update(letters).where(_l.id == one.id).values(next_at=now + wait, why=why[:200]))
        return False
    c.execute(update(letters).where(_l.id == one.id).values(next_at=None, stuck_at=now, why=why[:200], text=""))
    return True


def stuck(c: Connection, most: int = 100) -> list[Stuck]:
    """Newest first."""
    asked = select(letters).where(_l.stuck_at.is_not(None)).order_by(_l.stuck_at.desc(), _l.id.desc()).limit(most)
    return [Stuck(row.recipient, row.subject, row.at, row.tries, row.why) for row in c.execute(asked)]


def waiting(c: Connection) -> int:
    """How many are still to be sent."""
    return int(c.execute(select(func.count()).where(_l.next_at.is_not(None))).scalar() or 0)
