"""The queue: who stands where, a page at a time, and found by whatever an agent types."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine, event, update

from selfcare.deskserver.core import found, queue, tickets
from selfcare.deskserver.core.acting import REMIND, SOON
from selfcare.deskserver.core.queue import VIEWS
from selfcare.deskserver.model import Change, DeskRefusal
from selfcare.deskserver.schema import tickets as table
from selfcare.model.ticket import State
from tests.deskserver.core.filings import CASE, CONTACT, NOW, SURE, answer, filing, hours
from tests.deskserver.core.many import fill
from tests.deskserver.postgres import databases


@databases
def test_each_view_has_what_it_is_for(c: Connection) -> None:
    new, sure, asked, late, soon, over, out = (
        tickets.file(c, filing(f"u{n}", facts=SURE if n == 1 else {}), NOW).ticket for n in range(7)
    )
    tickets.note(c, asked, answer("?", asks=True), NOW)
    tickets.change(c, late, Change("agent:lea", promised=hours(0.5), agent=1), NOW)
    tickets.change(c, soon, Change("agent:lea", promised=hours(3)), NOW)
    tickets.change(c, over, Change("agent:lea", status=State.CLOSED, promised=hours(0.5)), NOW)
    c.execute(update(table).where(table.c.id == out).values(waiting="outage", heard_at=None))
    seen = {view: [one.id for one in queue.page(c, view, hours(1), agent=1).heads] for view in VIEWS}
    assert seen == {
        "act": [late, soon, sure, new], "late": [late], "soon": [soon], "unread": [new, sure], "asked": [asked],
        "outage": [out], "mine": [late], "all": [out, soon, late, asked, sure, new], "over": [over],
    }  # fmt: skip
    counted = queue.counts(c, hours(1), agent=1)
    assert counted == {view: len(seen[view]) for view in counted}
    assert queue.page(c, "act", NOW + REMIND).heads[-1].id == asked
    assert {one.code for one in queue.page(c, "all", hours(1)).reasons.values()} == {
        "outage", "promise_soon", "promise_late", "asked", "unanswered"}  # fmt: skip


@databases
@pytest.mark.parametrize("text", ["", "martin"])
def test_pages_follow_each_other_both_ways_and_leave_none_out(engine: Engine, text: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM agents")
        connection.exec_driver_sql("DELETE FROM subscribers")
        fill(connection, 120, NOW)
    with engine.connect() as c:
        for view in VIEWS if not text else ["act"]:
            every = [one.id for one in queue.page(c, view, NOW, text=text, size=200, agent=1).heads]
            assert len(set(every)) == len(every) > 1
            page = queue.page(c, view, NOW, text=text, size=3, agent=1)
            forth, last = [page], page
            while last.after:
                last = queue.page(c, view, NOW, after=last.after, text=text, size=3, agent=1)
                forth.append(last)
            assert [one.id for each in forth for one in each.heads] == every
            back = [last]
            while back[-1].before:
                back.append(queue.page(c, view, NOW, before=back[-1].before, text=text, size=3, agent=1))
            assert [one.id for each in reversed(back) for one in each.heads] == every


def test_the_soonest_stands_first(engine: Engine) -> None:
    with engine.begin() as c:
        c.exec_driver_sql("DELETE FROM agents")
        c.exec_driver_sql("DELETE FROM subscribers")
        fill(c, 200, NOW)
        heads = queue.page(c, "act", NOW, size=200).heads
        assert [one.act_at for one in heads] == sorted(one.act_at or 0 for one in heads)
        late = queue.page(c, "late", NOW, size=200).heads
        assert late and all((one.promised_at or NOW) < NOW and one.waiting for one in late)
        soon = queue.page(c, "soon", NOW, size=200).heads
        assert all(NOW <= (one.promised_at or 0) <= NOW + SOON for one in soon)


@databases
def test_found_by_what_people_say(c: Connection) -> None:
    one = tickets.file(c, filing(case=CASE), NOW)
    other = tickets.file(c, filing("u2", 2, contact={"name": "Jean Legallois", "phone": "0699"}, name="Panne"), NOW)
    for text in (
        one.ref, one.ref.lower(), one.ref[2:], one.ref.replace("-", " "), CASE, "cas 7k3m", "7K3M 92QX", "Zoé Le Gall",
        "gall zoe", "zoe", "06 12 34 56 78", "+33612345678", "0033 6 12", "061234", "zoe@EXEMPLE.fr", "c004711",
        "C-004",
        "01.98.76.54.32", "internet", "u1",
    ):  # fmt: skip
        assert [head.id for head in queue.page(c, "act", NOW, text=text).heads] == [one.ticket], text
    assert [head.id for head in queue.page(c, "over", NOW, text="le").heads] == [other.ticket, one.ticket]
    for text in ("x", "%", "_", "zz", "'; DROP TABLE tickets; --", "\0", "\U0010ffff" * 3, "le zz"):
        assert queue.page(c, "act", NOW, text=text).heads == (), text
    assert queue.page(c, "act", NOW, text="   ").heads


def test_o_and_i_are_heard_as_digits(c: Connection) -> None:
    one = tickets.file(c, filing(case="CAS-7K01-92QX"), NOW)
    assert [head.id for head in queue.page(c, "act", NOW, text="7KOL 92").heads] == [one.ticket]


def test_a_newer_contact_and_name_are_found_and_the_old_name_is_not(c: Connection) -> None:
    one = tickets.file(c, filing(case=CASE, contact={}), NOW)
    assert not queue.page(c, "act", NOW, text="gall").heads
    tickets.file(c, filing("u2", case=CASE, contact=CONTACT), NOW)
    tickets.change(c, one.ticket, Change("agent:lea", name="Fibre coupée"), NOW)
    assert queue.page(c, "act", NOW, text="gall").heads
    assert queue.page(c, "act", NOW, text="coupee").heads
    assert not queue.page(c, "act", NOW, text="internet").heads


@pytest.mark.parametrize("mark", ["x", "1", "1.", ".1", "1.2.3", "-1.2", "1" * 40, "¹.1", "9" * 19 + ".1"])
def test_a_page_of_nobodys_is_refused_or_empty(c: Connection, mark: str) -> None:
    tickets.file(c, filing(), NOW)
    try:
        assert queue.page(c, "act", NOW, after=mark).heads == ()
    except DeskRefusal as refused:
        assert (refused.status, refused.code) == (400, "page_unknown")


def test_no_such_view(c: Connection) -> None:
    with pytest.raises(DeskRefusal, match="view_unknown"):
        queue.page(c, "secret", NOW)


@pytest.mark.parametrize("number", [1, 40])
def test_a_list_costs_the_same_questions_however_long(engine: Engine, number: int) -> None:
    asked: list[str] = []
    with engine.begin() as c:
        all_ = [tickets.file(c, filing(f"u{n}", 1 + n % 2), NOW).ticket for n in range(number)]
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2][:6]))
    with engine.connect() as c:
        assert len(found.wholes(c, all_)) == number
        assert asked.count("SELECT") == 5
        queue.page(c, "act", NOW)
        assert asked.count("SELECT") == 7
