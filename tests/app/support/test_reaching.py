"""Whom to reach, and what is due: never of an old check, never for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from selfcare.app.support.desk import SupportDesk
from selfcare.app.support.reaching import due
from selfcare.cases.book import CaseBook
from selfcare.isp.complaint import Step
from selfcare.model.case import Case, CaseHead, Channel, Contact
from tests.app.support.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def ago(**before: float) -> str:
    return (datetime.now().astimezone() - timedelta(**before)).isoformat(timespec="seconds")


def best(bench: Bench) -> Any:
    async def story(port: SupportDesk) -> Any:
        return await port.advice()

    return bench.run(story)


def test_an_old_check_does_not_say_that_the_line_is_down(bench: Bench) -> None:
    """Fibre dark three weeks ago: the line itself is asked, and told as it is."""
    book = CaseBook(bench.data)
    book.open("plus rien")
    book.record_check(bench.document, ago(days=21))
    assert "Internet ne répond pas" not in best(bench).why and bench.asked == 1
    bench.up = False
    assert "Internet ne répond pas" in best(bench).why
    book.record_check(bench.document, ago(minutes=3))
    bench.up = True
    assert "Internet ne répond pas" in best(bench).why and bench.asked == 2, "of just now nobody asks again"


def reminded(bench: Bench) -> list[str]:
    async def story(port: SupportDesk) -> Any:
        return [one.case for one in await port.reminders()]

    found: list[str] = bench.run(story)
    return found


def test_what_another_trouble_ended_stays_due_until_its_owner_closes_it(bench: Bench) -> None:
    book = CaseBook(bench.data)
    first = book.open("coupures").id
    book.contact(first, Contact(ago(days=12), Channel.MAIL, promised=ago(days=2)))
    assert reminded(bench) == [first]
    second = book.open("la télé", new=True).id
    assert reminded(bench) == [first] and second != first
    book.close(first)
    assert reminded(bench) == []


def of(*contacts: Contact) -> Case:
    return Case(CaseHead("CAS-7K3M-92QX", ago(days=90)), (), contacts=contacts)


def test_an_answer_reminds_for_a_month_and_no_longer() -> None:
    def told(days: float) -> list[Step]:
        case = of(Contact(ago(days=days + 5), Channel.POST), Contact(ago(days=days), Channel.PHONE, answer="non"))
        return [one.step for one in due(case, (), datetime.now().astimezone())]

    assert told(3) == [Step.CONSUMERS_IF_BAD]
    assert told(40) == []
