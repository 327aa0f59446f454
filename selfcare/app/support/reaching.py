"""Whom to reach now, and what is due: the operators' rules applied to what a case holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from selfcare.app.support.port import Advice, Filed, Reminder
from selfcare.app.support.tools import Tools, fresh
from selfcare.cases.over import pending
from selfcare.i18n import Catalogue
from selfcare.isp.advice import Advised, Reason, advise
from selfcare.isp.complaint import Next, Step, broken_promises, next_step
from selfcare.model.case import Case
from selfcare.model.ticket import Parcel

_GONE = frozenset({"outside_answers", "names_resolve", "web_by_name", "gateway_answers"})
"""Facts without which nothing is reached from here (``diagnosis.facts``)."""
_DUE = frozenset({Step.CONSUMERS, Step.CONSUMERS_IF_BAD, Step.MEDIATOR, Step.MEDIATOR_IF_BAD, Step.WRITE})
_IF_BAD = frozenset({Step.CONSUMERS_IF_BAD, Step.MEDIATOR_IF_BAD})
_OLD_ANSWER_DAYS = 30
"""Who did nothing about an answer for a month is content with it, or knows: no reminder for ever."""
_PATIENCE_DAYS = 7
"""A call that led nowhere is put in writing after a week, not the same evening."""


async def advice(tools: Tools, case: Case | None) -> Advice:
    """Of the operator whose line this is, as far as that is known."""
    profile, words = await tools.profile(), tools.words
    down = _offline(case)
    if down and not fresh(case):
        down = not await tools.parts.line_up()  # what a check found days ago is asked again before it is told
    found = await asyncio.to_thread(advise, profile.support, _now(), line_down=down)
    channels = tuple(one.channel for one in found.channels)
    why = _why(found, words)
    return Advice(profile.operator or "", channels[0] if channels else None, why, channels[1:], found.desk)


def _why(found: Advised, words: Catalogue) -> str:
    """A closed one says when it opens, where that is known."""
    if found.reason is None:
        return ""
    opens = found.channels[0].opens if found.reason is Reason.CLOSED else ""
    if opens:
        return words.text("advice.closed.opens", opens=f"{datetime.fromisoformat(opens):%d/%m/%Y %H:%M}")
    return words.text(f"advice.{found.reason.value}")


async def reminders(tools: Tools, filed: Sequence[Filed]) -> tuple[Reminder, ...]:
    """Promises that passed, and steps of the complaint path that became possible; of cases that are still open.

    Also of one that ended because another trouble began: nobody said that it is solved.
    """

    def all_cases() -> list[Case]:
        found = [case for head in tools.book.heads() if (case := tools.book.case(head.id)) is not None]
        return [case for case in found if case.head.closed is None or pending(case.events, case.head.id)]

    found, words = list[Reminder](), tools.words
    for case in await asyncio.to_thread(all_cases):
        parcels = [one.parcel for one in filed if one.parcel.case == case.head.id]
        found += [_reminder(case.head.id, one, words) for one in due(case, parcels, _now())]
    return tuple(found)


def due(case: Case, parcels: Iterable[Parcel], now: datetime) -> Iterator[Next]:
    """What somebody should do now. A case about which nobody was reached yet reminds of nothing."""
    tickets = tuple(parcels)
    if not case.contacts and not tickets:
        return
    yield from broken_promises(case.contacts, tickets, now)
    step = next_step(case.contacts, tickets, now)
    early = step.step is Step.WRITE and not _older(case, now)
    old = step.step in _IF_BAD and (now.date() - step.due).days > _OLD_ANSWER_DAYS
    if step.step in _DUE and step.due <= now.date() and not early and not old:
        yield step


def _older(case: Case, now: datetime) -> bool:
    days = [(now.date() - date.fromisoformat(one.at[:10])).days for one in case.contacts if _is_day(one.at)]
    return max(days, default=0) >= _PATIENCE_DAYS


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _reminder(case: str, one: Next, words: Catalogue) -> Reminder:
    text = words.text(f"complaint.{one.step.value}", due=f"{one.due:%d/%m/%Y}")
    if one.until is not None and one.step in (Step.MEDIATOR, Step.MEDIATOR_IF_BAD):
        text += " " + words.text("complaint.until", until=f"{one.until:%d/%m/%Y}")
    return Reminder(case, one.due.isoformat(), text, one.guide, one.ticket)


def _offline(case: Case | None) -> bool:
    """Whether the last check found that nothing is reached from here."""
    if case is None or not case.checks:
        return False
    told = case.checks[0]
    document = told.get("document", told)
    findings = document.get("findings", ()) if isinstance(document, Mapping) else ()
    return any(one.get("role") == "culprit" and _GONE & set(one.get("explains", ())) for one in findings)


def _now() -> datetime:
    return datetime.now().astimezone()
