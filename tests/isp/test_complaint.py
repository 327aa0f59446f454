"""The complaint path from what a case holds: what is possible, from when, until when; and promises that passed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from selfcare.guides.library import FOLDER
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.i18n.catalogue import SUPPORT
from selfcare.isp.complaint import GUIDES, Next, Step, after, broken_promises, next_step
from selfcare.model.case import Channel, Contact
from selfcare.model.ticket import Parcel, Phase, Receipt, State


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+01:00")


def said(day: str, channel: Channel = Channel.POST, **more: str) -> Contact:
    return Contact(f"{day}T10:00:00+01:00", channel, **more)


def ticket(day: str, state: State = State.IN_PROGRESS, promised: str = "", phase: Phase = Phase.DONE) -> Parcel:
    receipt = Receipt("1", "4711", state, promised) if phase is Phase.DONE else None
    return Parcel("id", "CAS", "desk", "ticket", phase, "x", f"{day}T10:00:00+01:00", receipt=receipt)


def step(now: str, *contacts: Contact, tickets: tuple[Parcel, ...] = ()) -> tuple[Step, str]:
    found = next_step(contacts, tickets, on(now))
    return found.step, found.due.isoformat()


CONSUMERS = {"who": "Service consommateurs"}


@pytest.mark.parametrize("now,contacts,expected", [
    ("2026-03-01", (), (Step.SERVICE, "2026-03-01")),
    ("2026-03-01", (said("2026-02-01", Channel.PHONE, answer="patientez"),), (Step.WRITE, "2026-03-01")),
    ("2026-02-28", (said("2026-01-31"),), (Step.CONSUMERS, "2026-02-28")),
    ("2026-02-27", (said("2026-01-31"),), (Step.WAIT, "2026-02-28")),
    ("2026-03-30", (said("2026-01-31"),), (Step.CONSUMERS, "2026-02-28")),
    ("2026-03-31", (said("2026-01-31"),), (Step.MEDIATOR, "2026-03-31")),
    ("2026-02-10", (said("2026-01-31", answer="non"),), (Step.CONSUMERS_IF_BAD, "2026-01-31")),
    ("2026-04-10", (said("2026-01-31"), said("2026-02-02", Channel.PHONE, answer="non")),
     (Step.CONSUMERS_IF_BAD, "2026-02-02")),
    ("2026-04-10", (said("2026-01-02", Channel.PHONE, answer="non"), said("2026-01-31")),
     (Step.MEDIATOR, "2026-03-31")),
    ("2026-02-10", (said("2026-01-31"), said("2026-02-09")), (Step.WAIT, "2026-02-28")),
    ("2026-03-10", (said("2026-01-31"), said("2026-03-05", **CONSUMERS)), (Step.WAIT_CONSUMERS, "2026-04-05")),
    ("2026-04-05", (said("2026-01-31"), said("2026-03-05", **CONSUMERS)), (Step.MEDIATOR, "2026-04-05")),
    ("2026-03-10", (said("2026-01-31"), said("2026-03-05", answer="non", **CONSUMERS)),
     (Step.MEDIATOR_IF_BAD, "2026-03-05")),
    ("2027-01-31", (said("2026-01-31"),), (Step.MEDIATOR, "2026-03-31")),
    ("2027-02-01", (said("2026-01-31"),), (Step.TOO_LATE, "2027-01-31")),
])  # fmt: skip
def test_the_next_step(now: str, contacts: tuple[Contact, ...], expected: tuple[Step, str]) -> None:
    assert step(now, *contacts) == expected
    assert step(now, *reversed(contacts)) == expected


def test_a_call_to_the_consumer_service_is_no_letter() -> None:
    assert step("2026-03-10", said("2026-03-05", Channel.PHONE, **CONSUMERS))[0] is Step.WRITE


@pytest.mark.parametrize("who,consumers", [
    ("Service National Consommateurs", True), ("service recours consommateurs", True), ("Consumer Service", True),
    ("SNC Free", False), ("UFC, association de consommateurs", False), ("60 millions de consommateurs", False),
    ("conseiller, je suis consommateur depuis 2012", False),
])  # fmt: skip
def test_only_the_consumer_service_is_it(who: str, consumers: bool) -> None:
    """Not every word with « consommateur »: the mediator would refuse who skipped a step."""
    expected = Step.WAIT_CONSUMERS if consumers else Step.WAIT
    assert step("2026-02-10", said("2026-01-20"), said("2026-02-05", who=who))[0] is expected


@pytest.mark.parametrize("who", ["Médiateur des communications électroniques", "mediator", "la médiation (AMCE)"])
def test_who_has_asked_the_mediator_is_not_told_to_ask_it(who: str) -> None:
    contacts = (said("2026-01-31"), said("2026-04-05", Channel.WEB, who=who))
    assert step("2026-04-10", *contacts)[0] is Step.WAIT_MEDIATOR
    assert step("2027-04-10", *contacts)[0] is Step.WAIT_MEDIATOR


def test_a_ticket_the_desk_has_is_written() -> None:
    assert step("2026-02-10", tickets=(ticket("2026-01-31"),)) == (Step.WAIT, "2026-02-28")
    assert step("2026-02-10", tickets=(ticket("2026-01-31", State.RESOLVED),))[0] is Step.CONSUMERS_IF_BAD
    assert step("2026-02-10", tickets=(ticket("2026-01-31", phase=Phase.QUEUED),))[0] is Step.SERVICE


def test_until_when_the_mediator_may_be_asked() -> None:
    found = next_step((said("2026-01-31"),), (), on("2026-02-01"))
    assert (found.until, found.guide) == (date(2027, 1, 31), "complaint")


def test_the_day_is_that_of_france() -> None:
    late = Contact("2026-01-30T23:30:00+00:00", Channel.POST)
    assert next_step((late,), (), datetime(2026, 2, 27, 22, 59, tzinfo=UTC)).step is Step.WAIT
    assert next_step((late,), (), datetime(2026, 2, 27, 23, 0, tzinfo=UTC)).step is Step.CONSUMERS
    assert next_step((Contact("?", Channel.POST),), (), on("2026-01-01")).step is Step.SERVICE


@pytest.mark.parametrize("day,months,expected", [
    (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2028, 1, 31), 1, date(2028, 2, 29)),
    (date(2026, 11, 30), 2, date(2027, 1, 30)), (date(2026, 12, 31), 2, date(2027, 2, 28)),
    (date(2028, 2, 29), 12, date(2029, 2, 28)), (date(2026, 5, 15), 12, date(2027, 5, 15)),
])  # fmt: skip
def test_months_are_those_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert after(day, months) == expected


def passed(now: str, *contacts: Contact, tickets: tuple[Parcel, ...] = ()) -> list[str]:
    return [one.due.isoformat() for one in broken_promises(contacts, tickets, on(now))]


def test_a_promise_is_broken_when_its_day_is_over() -> None:
    given = said("2026-01-05", promised="2026-01-12")
    assert passed("2026-01-12", given) == []
    assert passed("2026-01-13", given) == ["2026-01-12"]
    assert passed("2026-01-13", given, said("2026-01-12", promised="2026-01-20")) == []
    assert passed("2026-01-13", said("2026-01-05", promised="bientôt")) == []
    again = said("2026-01-13", Channel.PHONE)
    assert passed("2026-01-14", given, again) == [], "they were reminded"
    assert passed("2026-01-14", given, said("2026-01-10", Channel.PHONE)) == ["2026-01-12"]


def test_of_a_ticket_until_it_ends() -> None:
    (late,) = broken_promises((), (ticket("2026-01-05", promised="2026-01-09T18:00:00+01:00"),), on("2026-01-13"))
    assert late == Next(Step.PROMISE, date(2026, 1, 9), ticket="id")
    assert passed("2026-01-13", tickets=(ticket("2026-01-05", State.RESOLVED, "2026-01-09"),)) == []
    assert passed("2026-01-13", tickets=(ticket("2026-01-05", phase=Phase.QUEUED),)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_guide_and_its_sentence(language: str) -> None:
    words = Catalogue(language, SUPPORT)
    for one in Step:
        assert (FOLDER / f"{GUIDES[one]}.toml").exists()
        assert words.has(f"complaint.{one.value}")
        assert "{" not in words.text(f"complaint.{one.value}", due="31/12", until="31/12")
