"""The next step of the complaint path and when it is due, and promises that passed: from what a case holds. Pure.

Customer service first, then in writing; no answer within a month, or a bad one: the consumer service, by letter; again
a month, or a bad answer: the mediator of electronic communications, also directly when customer service was silent for
two months, and at most a year after the written complaint (service-public.fr, F14373, read on a town's site in 2022).
A date is never "too late by law" here: it is when the next step becomes possible.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from selfcare.isp.french_time import paris
from selfcare.model.case import Channel, Contact
from selfcare.model.ticket import Parcel, Phase, State

MONTHS_ANSWER = 1
"""Months each service has to answer before the next one may be asked."""
MONTHS_SILENCE = 2
"""Months of silence of customer service after which the mediator may be asked directly."""
MONTHS_MEDIATOR = 12
"""Months after the written complaint within which the mediator may be asked."""
_WRITTEN = {Channel.CHAT, Channel.WEB, Channel.APP, Channel.MAIL, Channel.POST}
_CONSUMERS = re.compile(r"service(?:s)?(?: [^\W\d_]+){0,2} consommateurs?\b|\bconsumers? (?:service|department)s?\b")
"""As operators call it: service consommateurs, service national consommateurs, service recours consommateurs."""
_MEDIATOR = re.compile(r"\bm[ée]diat(?:eur|rice|ion)\b|\bmediat(?:or|ion)\b|\bamce\b")
_ENDED = {State.RESOLVED, State.CLOSED, State.CANCELLED, State.REJECTED}


class Step(StrEnum):
    """What to do next; a sentence in the catalogue (``complaint.<step>``, domain support)."""

    SERVICE = "service"  # reach customer service first
    WRITE = "write"  # it was only spoken: put it in writing
    WAIT = "wait"  # written; nothing to do before ``due``
    CONSUMERS = "consumers"  # the month passed without an answer
    CONSUMERS_IF_BAD = "consumers_if_bad"  # there was an answer: only if it does not settle the matter
    WAIT_CONSUMERS = "wait_consumers"
    MEDIATOR = "mediator"
    MEDIATOR_IF_BAD = "mediator_if_bad"
    TOO_LATE = "too_late"  # more than a year after the written complaint: ask the mediator all the same, or a court
    WAIT_MEDIATOR = "wait_mediator"  # it was asked: it writes by itself
    PROMISE = "promise"  # a date somebody gave has passed


GUIDES = {
    Step.SERVICE: "complaint", Step.WRITE: "complaint", Step.WAIT: "complaint", Step.CONSUMERS: "complaint",
    Step.CONSUMERS_IF_BAD: "complaint", Step.WAIT_CONSUMERS: "complaint", Step.MEDIATOR: "mediator",
    Step.MEDIATOR_IF_BAD: "mediator", Step.TOO_LATE: "mediator", Step.PROMISE: "complaint",
    Step.WAIT_MEDIATOR: "mediator",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Next:
    """``due``: the day it becomes possible (or was promised for); ``until``: the mediator's last day, where known.

    ``ticket``: the parcel's id, of a promise that a desk made.
    """

    step: Step
    due: date
    until: date | None = None
    ticket: str = ""

    @property
    def guide(self) -> str:
        """What to open."""
        return GUIDES[self.step]


@dataclass(frozen=True, slots=True)
class _Said:
    day: date
    written: bool
    consumers: bool
    answered: bool
    mediator: bool = False


def next_step(contacts: Sequence[Contact], tickets: Sequence[Parcel], now: datetime) -> Next:
    """Of a case that is still open. ``now`` with its zone."""
    today, said = paris(now).date(), sorted(_said(contacts, tickets), key=lambda one: one.day)
    asked = [one.day for one in said if one.mediator]
    said = [one for one in said if not one.mediator]
    written = [one for one in said if one.written and not one.consumers]
    letters = [one for one in said if one.consumers]
    if asked:
        return Next(Step.WAIT_MEDIATOR, asked[-1])
    if not said:
        return Next(Step.SERVICE, today)
    if not written and not letters:
        return Next(Step.WRITE, today)
    until = after((written or letters)[0].day, MONTHS_MEDIATOR)
    found = _consumers(letters, today, until) if letters else _service(written[0], said, today, until)
    return Next(Step.TOO_LATE, until, until) if today > until else found


def _service(first: _Said, said: list[_Said], today: date, until: date) -> Next:
    """Customer service was written to; the first letter counts. An answer by telephone is one, good or bad."""
    if answers := [one.day for one in said if one.answered and one.day >= first.day]:
        return Next(Step.CONSUMERS_IF_BAD, answers[-1], until)
    if today >= (due := after(first.day, MONTHS_SILENCE)):
        return Next(Step.MEDIATOR, due, until)
    due = after(first.day, MONTHS_ANSWER)
    return Next(Step.CONSUMERS if today >= due else Step.WAIT, due, until)


def _consumers(letters: list[_Said], today: date, until: date) -> Next:
    if answers := [one.day for one in letters if one.answered]:
        return Next(Step.MEDIATOR_IF_BAD, answers[-1], until)
    due = after(letters[0].day, MONTHS_ANSWER)
    return Next(Step.MEDIATOR if today >= due else Step.WAIT_CONSUMERS, due, until)


def broken_promises(contacts: Sequence[Contact], tickets: Sequence[Parcel], now: datetime) -> tuple[Next, ...]:
    """Dates that passed, oldest first; of a ticket that ended, and of a date that another one replaced, nothing.

    A promise of the day holds until the day is over. Of one that somebody asked after since, nothing either.
    """
    today = paris(now).date()
    found = [
        Next(Step.PROMISE, due, ticket=parcel.id)
        for parcel in tickets
        if parcel.receipt is not None
        and parcel.receipt.state not in _ENDED
        and (due := _day(parcel.receipt.promised)) is not None
        and due < today
    ]
    given = [(_day(one.at), due) for one in contacts if (due := _day(one.promised)) is not None]
    if given:
        newest = max(given, key=lambda one: (one[0] or date.min, one[1]))[1]
        asked_since = any((day := _day(one.at)) is not None and newest < day <= today for one in contacts)
        if newest < today and not asked_since:
            found.append(Next(Step.PROMISE, newest))
    return tuple(sorted(found, key=lambda one: one.due))


def after(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _said(contacts: Sequence[Contact], tickets: Sequence[Parcel]) -> Iterator[_Said]:
    """A ticket the desk has is a written complaint from the day it was queued for it."""
    for one in contacts:
        day = _day(one.at)
        if day is not None:
            consumers = one.channel in _WRITTEN and _to_consumers(one)
            mediator = _MEDIATOR.search(f"{one.who} {one.reference}".casefold()) is not None
            yield _Said(day, one.channel in _WRITTEN, consumers, bool(one.answer.strip()), mediator)
    for parcel in tickets:
        day = _day(parcel.queued)
        if parcel.phase is Phase.DONE and parcel.receipt is not None and day is not None:
            yield _Said(day, True, False, parcel.receipt.state in _ENDED)


def _to_consumers(contact: Contact) -> bool:
    """As its own words say: « service consommateurs », "consumer service"; not every word about consumers."""
    return _CONSUMERS.search(f"{contact.who} {contact.reason}".casefold()) is not None


def _day(text: str) -> date | None:
    """In France, of a time or of a day alone; None where it says neither."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return paris(moment).date() if moment.tzinfo is not None else moment.date()
