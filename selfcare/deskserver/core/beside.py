"""What stands beside a ticket: who else has it open, what else the same person filed, and which one comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from selfcare.deskserver.core import found, queue
from selfcare.deskserver.core.acting import MINUTE
from selfcare.deskserver.core.history import CLAIMS
from selfcare.deskserver.core.terms import claims
from selfcare.deskserver.model import Head, Whole
from selfcare.deskserver.schema import agents, audit, terms, tickets

LATELY = 10 * MINUTE
"""Whoever opened a ticket so lately may be writing in it: about what a call takes."""
MOST = 6
_LOOKED = 50
"""Tickets that the next one is looked for among."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another ticket. ``by``: ``same`` (the same subscriber), or of ``CLAIMS``: only said to be the same."""

    head: Head
    by: str


def others(c: Connection, whole: Whole, most: int = MOST) -> tuple[list[Other], int]:
    """Newest first, those of the same subscriber before those that only claim the same; and how many of theirs."""
    mine, claimed = whole.head.subscriber, claims({name: str(text) for name, text in whole.contact.items()})
    same: list[int] = []
    total = 0
    if mine is not None:
        where = (tickets.c.subscriber_id == mine, tickets.c.id != whole.head.id)
        same = list(c.execute(select(tickets.c.id).where(*where).order_by(tickets.c.id.desc()).limit(most)).scalars())
        total = c.execute(select(func.count()).select_from(tickets).where(*where)).scalar() or 0
    by = dict.fromkeys(same, "same")
    if claimed and len(same) < most:
        said = or_(*(and_(terms.c.value == value, terms.c.kind == kind) for kind, value in claimed.items()))
        asked = select(terms.c.ticket_id, terms.c.kind).where(said, terms.c.ticket_id != whole.head.id)
        alike: dict[int, set[str]] = {}
        for number, kind in c.execute(asked.order_by(terms.c.ticket_id.desc()).limit(_LOOKED)):
            alike.setdefault(number, set()).add(kind)
        for number in sorted(set(alike) - set(by), reverse=True)[: most - len(same)]:
            by[number] = next(one for one in CLAIMS if one in alike[number])
    return [Other(one, by[one.id]) for one in found.heads(c, list(by)) if not _gone(one)], total


def _gone(head: Head) -> bool:
    """A copy that went into another one stands there already."""
    return head.status.value == "cancelled"


def readers(c: Connection, refs: Sequence[str], now: int, me: str) -> dict[str, tuple[str, int]]:
    """Ref → which other agent opened it last (as they are called), and when (ms). ``me``: an agent's name."""
    seen: dict[str, tuple[str, int]] = {}
    what, at = audit.c.what, audit.c.at
    asked = select(what, audit.c.who, func.max(at)).where(
        what.in_([f"ticket:{one}" for one in refs]), at > now - LATELY, audit.c.who != me, audit.c.who.like("agent:%"),
    )  # fmt: skip
    for ticket, who, last in c.execute(asked.group_by(what, audit.c.who).order_by(func.max(at))):
        seen[ticket.partition(":")[2]] = (who.partition(":")[2], last)
    if seen:
        logins = {login for login, _ in seen.values()}
        named = select(agents.c.login, agents.c.name).where(agents.c.login.in_(logins))
        names = {login: name or login for login, name in c.execute(named)}
        seen = {ref: (names.get(login, login), last) for ref, (login, last) in seen.items()}
    return seen


def owners(c: Connection, heads: Sequence[Head]) -> dict[int, str]:
    """Number of an agent → how they are called."""
    numbers = {one.agent for one in heads if one.agent is not None}
    if not numbers:
        return {}
    asked = select(agents.c.id, agents.c.name, agents.c.login).where(agents.c.id.in_(numbers))
    return {number: name or login for number, name, login in c.execute(asked)}


def following(c: Connection, view: str, now: int, agent: int, me: str, after: str = "", but: str = "") -> str:
    """The ref of the ticket to open next in a view; "": there is none.

    The one that comes after ``after``, where that is still in the list, else the first one. Never ``but``, what a
    colleague has open, or has taken (unless its promise is missed: whoever took it may be at home): two who press the
    same key get two tickets.
    """
    heads = queue.page(c, view, now, size=_LOOKED, agent=agent).heads
    at = next((place for place, one in enumerate(heads) if one.ref == after), -1)
    order = [one for one in (*heads[at + 1 :], *heads[: at + 1]) if one.ref not in (after, but)]
    free = [one for one in order if one.agent in (None, agent) or (one.promised_at or now) < now]
    busy = readers(c, [one.ref for one in free], now, me)
    return next((one.ref for one in free if one.ref not in busy), "")
