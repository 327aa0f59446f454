"""A ticket is filed once, however often it comes; and nobody learns of another's."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, func, select

from selfcare.deskserver.core import found, tickets
from selfcare.deskserver.core.acting import DAY, REOPEN
from selfcare.deskserver.core.found import Wanted
from selfcare.deskserver.model import Change, DeskRefusal, External, Filed, Filing
from selfcare.deskserver.schema import tickets as table
from selfcare.deskserver.settings import Limits
from selfcare.model.ticket import State
from tests.deskserver.core.filings import BOB, CASE, NOW, SURE, answer, dump, filing, report, said, told
from tests.deskserver.postgres import databases

FULL = filing(case=CASE, facts=SURE, notes=(said(external="n1"), said("sans id")), uploads=(report(),))


@databases
def test_the_same_id_is_the_same_ticket_and_nothing_comes_twice(c: Connection) -> None:
    first = tickets.file(c, FULL, NOW)
    before = dump(c)
    again = tickets.file(c, FULL, NOW + 5000)
    assert (first.new, again) == (True, Filed(first.ticket, first.ref, new=False))
    assert dump(c) == before


@databases
def test_what_is_new_under_the_same_id_is_added(c: Connection) -> None:
    first = tickets.file(c, FULL, NOW)
    more = replace(FULL, notes=(*FULL.notes, said("encore", external="n2")), uploads=(report(), report(2)))
    assert tickets.file(c, more, NOW + 5000) == Filed(first.ticket, first.ref, new=False, merged=True)
    whole = found.whole(c, first.ticket)
    assert whole is not None
    assert [one.text for one in whole.notes] == ["Toujours coupé.", "sans id", "encore"]
    assert (len(whole.files), whole.head.reports) == (2, 2)


@databases
def test_anothers_id_and_case_are_another_ticket(c: Connection) -> None:
    anne = tickets.file(c, FULL, NOW)
    bob = tickets.file(c, replace(FULL, scope=f"install:{BOB}", subscriber=BOB), NOW)
    assert bob.new and bob.ticket != anne.ticket
    assert found.listed(c, Wanted(subscriber=BOB, external="u1")) == ([bob.ticket], 1)
    assert found.listed(c, Wanted(subscriber=BOB, external=CASE)) == ([bob.ticket], 1)


@databases
def test_another_id_of_the_same_case_goes_to_the_open_ticket_and_both_ids_find_it(c: Connection) -> None:
    first = tickets.file(c, filing(case=CASE), NOW)
    second = filing("u2", case=CASE, facts=SURE, description="C’est pire.", severity="blocking", uploads=(report(2),),
                    contact={"when": "le soir"})  # fmt: skip
    assert tickets.file(c, second, NOW + 1000) == Filed(first.ticket, first.ref, new=False, merged=True)
    whole = found.whole(c, first.ticket)
    assert whole is not None
    assert [one.text for one in whole.notes] == ["C’est pire."]
    assert (whole.head.verdict_code, whole.head.side, whole.head.severity) == ("ISP-DNS-DOWN", "isp", "blocking")
    assert (whole.contact["when"], whole.contact["name"]) == ("le soir", "Zoé Le Gall")
    for id_ in ("u1", "u2", CASE):
        assert found.listed(c, Wanted(subscriber=1, external=id_)) == ([first.ticket], 1)
    before = dump(c)
    assert tickets.file(c, second, NOW + 2000).merged is False
    assert dump(c) == before


@databases
def test_a_newer_report_never_makes_it_less_bad(c: Connection) -> None:
    first = tickets.file(c, filing(case=CASE, severity="blocking"), NOW)
    tickets.file(c, filing("u2", case=CASE, severity="minor"), NOW)
    head = found.head(c, first.ticket)
    assert head is not None and head.severity == "blocking"


@databases
def test_a_case_that_is_over_gets_a_new_ticket_that_names_the_old_one(c: Connection) -> None:
    first = tickets.file(c, filing(case=CASE), NOW)
    tickets.change(c, first.ticket, Change("agent:lea", status=State.CLOSED), NOW)
    second = tickets.file(c, filing("u2", case=CASE), NOW)
    whole = found.whole(c, second.ticket)
    assert second.new and whole is not None and whole.extra["related"] == [first.ref]


@databases
def test_without_any_id_each_is_a_new_one(c: Connection) -> None:
    assert tickets.file(c, filing(""), NOW).ticket != tickets.file(c, filing(""), NOW).ticket


def test_a_case_is_no_id(c: Connection) -> None:
    """Clients write it beside theirs: after its end the next ticket has it too."""
    both = (External("u1", "selfcare.ticket"), External(CASE, "selfcare.case"))
    first = tickets.file(c, filing(externals=both), NOW)
    tickets.change(c, first.ticket, Change("agent:lea", status=State.RESOLVED), NOW)
    second = tickets.file(c, filing(externals=(External("u2", "selfcare.ticket"), both[1])), NOW)
    whole = found.whole(c, second.ticket)
    assert second.new and whole is not None and whole.head.case == CASE


def test_a_day_has_so_many_tickets_but_old_ids_are_answered(c: Connection) -> None:
    for number in range(3):
        tickets.file(c, filing(f"u{number}"), NOW, Limits(tickets_a_day=3))
    with pytest.raises(DeskRefusal) as refused:
        tickets.file(c, filing("u3"), NOW, Limits(tickets_a_day=3))
    assert (refused.value.status, refused.value.code) == (429, "too_many_tickets")
    assert not tickets.file(c, filing("u1"), NOW, Limits(tickets_a_day=3)).new
    assert tickets.file(c, filing("u1", BOB), NOW, Limits(tickets_a_day=3)).new
    assert tickets.file(c, filing("u3"), NOW + DAY, Limits(tickets_a_day=3)).new


def test_a_ticket_has_so_many_words_and_files_of_a_stranger(c: Connection) -> None:
    ticket = tickets.file(c, filing(), NOW).ticket
    few = Limits(notes=2, files=1)
    for number in range(2):
        tickets.note(c, ticket, said(external=f"n{number}"), NOW, few)
    with pytest.raises(DeskRefusal, match="too_many_notes"):
        tickets.note(c, ticket, said(external="n2"), NOW, few)
    tickets.note(c, ticket, answer(), NOW, few)
    tickets.attach(c, ticket, report(), NOW, limits=few)
    assert tickets.attach(c, ticket, report(), NOW, limits=few)
    with pytest.raises(DeskRefusal, match="too_many_files"):
        tickets.attach(c, ticket, report(2), NOW, limits=few)


@databases
def test_of_two_that_file_the_same_at_once_one_makes_it(engine: Engine) -> None:
    """Without a subscriber there is no lock but the unique id itself."""
    alone = filing("u1", scope="system:crm", subscriber=None)
    pairs = [(alone, alone), (filing("u1"), filing("u1")), (filing("u2", case=CASE), filing("u3", case=CASE))]
    for pair in pairs:
        results, gate = list[Filed](), threading.Barrier(2)

        def do(one: Filing, results: list[Filed] = results, gate: threading.Barrier = gate) -> None:
            gate.wait(60)
            with engine.begin() as connection:
                results.append(tickets.file(connection, one, NOW))

        threads = [threading.Thread(target=do, args=(one,)) for one in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len({result.ticket for result in results}) == 1
        assert sorted(result.new for result in results) == [False, True]
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar() == 3


@databases
def test_two_that_are_one_are_merged_whole(c: Connection) -> None:
    keep = tickets.file(c, filing(notes=(said(external="n1"),), uploads=(report(1),)), NOW)
    extra = tickets.file(c, filing("u2", notes=(said(external="n1"), said("par courriel", external="n2")),
                                   uploads=(report(1), report(2))), NOW)  # fmt: skip
    tickets.merge(c, keep.ticket, extra.ticket, "agent:lea", NOW + 1)
    whole, other = found.wholes(c, [keep.ticket, extra.ticket])
    assert [one.text for one in whole.notes] == ["Toujours coupé.", "par courriel"]
    assert ([one.sha256[-1] for one in whole.files], whole.head.reports) == (["1", "2"], 2)
    assert {one.value for one in whole.externals} == {"u1", "u2"}
    assert (other.head.status, other.notes, other.files) == (State.CANCELLED, (), ())
    assert other.extra["merged_ref"] == keep.ref
    before = dump(c)
    tickets.merge(c, keep.ticket, extra.ticket, "agent:lea", NOW + 2)
    assert dump(c) == before
    tickets.note(c, extra.ticket, said("sur l’autre"), NOW + 3)
    last = found.whole(c, keep.ticket)
    assert last is not None and last.notes[-1].text == "sur l’autre"


def test_two_subscribers_tickets_are_not_merged_but_a_mails_are(c: Connection) -> None:
    anne, bob = tickets.file(c, filing(), NOW), tickets.file(c, filing("u1", BOB), NOW)
    mail = tickets.file(c, filing("m1", 3, scope="mail:anne@exemple.fr", channel="mail"), NOW)
    with pytest.raises(DeskRefusal, match="merge_other"):
        tickets.merge(c, anne.ticket, bob.ticket, "agent:lea", NOW)
    with pytest.raises(DeskRefusal, match="merge_same"):
        tickets.merge(c, anne.ticket, anne.ticket, "agent:lea", NOW)
    tickets.merge(c, anne.ticket, mail.ticket, "agent:lea", NOW)
    assert found.listed(c, Wanted(subscriber=1, external="m1")) == ([anne.ticket], 1)
    assert found.listed(c, Wanted(subscriber=3, external="m1")) == ([], 0)


@databases
def test_a_ticket_goes_whole_and_says_which_files_nobody_needs(c: Connection) -> None:
    one = tickets.file(c, filing(uploads=(report(1), report(2))), NOW)
    two = tickets.file(c, filing("u1", BOB, uploads=(report(2),)), NOW)
    tickets.note(c, one.ticket, answer("votre adresse ?", asks=True), NOW)
    assert tickets.drop(c, one.ticket, NOW) == (f"{1:064x}",)
    assert tickets.drop(c, two.ticket, NOW) == (f"{2:064x}",)
    assert told(c, one.ref)[-1] == ("delete", {})
    assert "votre adresse" not in str(dump(c))
    with pytest.raises(DeskRefusal, match="ticket_unknown"):
        tickets.drop(c, one.ticket, NOW)


@databases
def test_a_word_on_what_is_over_opens_it_again_for_a_while(c: Connection) -> None:
    ticket = tickets.file(c, filing(), NOW).ticket
    tickets.change(c, ticket, Change("agent:lea", status=State.RESOLVED), NOW)
    with pytest.raises(DeskRefusal, match="ticket_over"):
        tickets.note(c, ticket, said(external="late"), NOW + REOPEN + 1)
    tickets.note(c, ticket, said(), NOW + REOPEN)
    head = found.head(c, ticket)
    assert head is not None and (head.status, head.waiting, head.closed_at) == (State.IN_PROGRESS, "us", None)
