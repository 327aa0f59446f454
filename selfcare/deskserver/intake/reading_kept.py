"""What a report that was opened changes: its own row always; its ticket only where the subscriber's own key vouches."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from selfcare.deskserver.core.acting import DAY
from selfcare.deskserver.core.lines import node_of
from selfcare.deskserver.core.putting import packed, unpacked
from selfcare.deskserver.core.tickets import learn
from selfcare.deskserver.intake.reading_open import Opened
from selfcare.deskserver.schema import attachments, installs, tickets

OLDEST_START = 400 * DAY
"""A start further back than this is a slip, not a fault somebody still reports."""


def kept(c: Connection, number: int, read: str, found: Opened, now: int) -> bool:
    """False: the row is another's by now, nothing was done. ``flags`` of the row: sentences ``reading.<flag>``."""
    a = attachments.c
    asked = select(tickets, a.ticket_id, a.at).join(tickets, tickets.c.id == a.ticket_id)
    row = c.execute(asked.where(a.id == number, a.state == "unread", a.read == read)).first()
    if row is None:
        return False
    ticket = row._mapping
    known = bool(found.public) and _known(c, ticket["subscriber_id"], found.public)
    other = bool(ticket["case_id"]) and bool(found.extract) and found.extract["case"] != ticket["case_id"]
    sound = found.state == "report"
    flags = [found.reason] if found.reason else []
    flags += (["other_key"] if sound and not known else []) + (["other_case"] if other else [])
    told: dict[str, Any] = {
        "verified": {"state": found.state, "files": dict(list(found.files.items())[:24])}, "flags": flags,
        "fingerprint": found.fingerprint, "key_known": known, "made_at": _made(found, row.at or now),
        **found.extract, "case": found.extract.get("case", found.case),
    }  # fmt: skip
    values = {"state": found.state, "read": packed(told)}
    if c.execute(update(attachments).where(a.id == number, a.read == read).values(values)).rowcount != 1:
        return False
    if sound and known and not other and _newest(c, row.ticket_id, number, told["made_at"]):
        learn(c, row.ticket_id, _facts(c, dict(ticket), found.extract, now), now)
    return True


def _known(c: Connection, subscriber: int | None, public: str) -> bool:
    """Whether the key is a registered one of whoever filed the ticket."""
    i = installs.c
    where = (i.subscriber_id == subscriber, i.public_key == base64.b64decode(public), i.revoked_at.is_(None))
    return (
        subscriber is not None
        and c.execute(select(i.id).where(*where, i.confirmed_at.is_not(None))).first() is not None
    )


def _made(found: Opened, at: int) -> int:
    """When, ms; never later than it arrived."""
    return min(moment(found.extract.get("made")) or at, at)


def _newest(c: Connection, ticket: int, number: int, made: int) -> bool:
    """An old report that comes late, or is read late, takes nothing back."""
    a = attachments.c
    rows = c.execute(select(a.id, a.read).where(a.ticket_id == ticket, a.state == "report", a.id != number))
    others = [(told.get("made_at", 0), row.id) for row in rows if (told := unpacked(row.read)).get("key_known")
              and not told.get("flags")]  # fmt: skip
    return all(one <= (made, number) for one in others)


def _facts(c: Connection, ticket: dict[str, Any], extract: dict[str, Any], now: int) -> dict[str, Any]:
    verdict = extract["verdict"]
    found = {f"verdict_{name}": verdict[name] for name in ("state", "code", "band")}
    found |= {"segments": " ".join(verdict["segments"]), "node": node_of(c, ticket, extract["node"])}
    found |= {
        name: text for name, text in (("access", extract["access"]), ("operator", extract["operator"]["id"])) if text
    }
    since = moment(extract["since"]["at"])
    if since is not None and now - OLDEST_START < since <= now:
        found["since"] = since
    return found


def moment(text: object) -> int | None:
    """Of ISO 8601 with an offset, ms."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        return None if found is None or found.tzinfo is None else int(found.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
