"""One outage of many homes is seen as one; a home with many tickets, or many homes over a day, are not."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert, select, update

from selfcare.deskserver.core import lines as register
from selfcare.deskserver.core import outages
from selfcare.deskserver.core.acting import DAY, MINUTE
from selfcare.deskserver.core.clusters import FILED_NEAR, HOMES, LOOK_BACK, NEAR, Told, clusters, gathered
from selfcare.deskserver.core.notes import note
from selfcare.deskserver.core.putting import row_of, to_state
from selfcare.deskserver.core.tickets import file
from selfcare.deskserver.model import DeskRefusal, Filing, NewNote
from selfcare.deskserver.schema import META, notes, subscribers, tickets
from selfcare.model.ticket import State

NOW = 1_790_000_000_000


@pytest.fixture
def c() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    META.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def filed(
    c: Connection, who: int, node: str = "olt-7", code: str = "ACC-FTTH-DARK", segments: str = "access",
    since: int | None = NOW - 20 * MINUTE, band: str = "certain", contact: dict[str, str] | None = None,
    language: str = "fr", proven: bool = True,
) -> int:  # fmt: skip
    if c.execute(select(subscribers.c.id).where(subscribers.c.id == who)).first() is None:
        c.execute(insert(subscribers).values(id=who, key=f"install:{who}", proven=proven))
    facts: dict[str, Any] = {"verdict_state": "fault", "verdict_code": code, "verdict_band": band, "segments": segments}
    facts |= {"since": since} if since is not None else {}
    filing = Filing(f"install:{who}", who, "x", "y", "major", "fault", "app", contact=contact or {}, facts=facts,
                    language=language)  # fmt: skip
    ticket = file(c, filing, NOW - 10 * MINUTE).ticket
    c.execute(update(tickets).where(tickets.c.id == ticket).values(node=node))  # as the register says
    return ticket


def test_keys_that_nobody_proved_make_no_outage(c: Connection) -> None:
    for who in (1, 2, 3, 4, 5):
        filed(c, who, proven=who < 3)
    assert outages.clusters(c, NOW) == []
    filed(c, 6)
    assert [one.subscribers for one in outages.clusters(c, NOW)] == [3]


def test_a_filing_does_not_say_where_its_line_hangs(c: Connection) -> None:
    c.execute(insert(subscribers).values(id=1, key="key:1", proven=False))
    c.execute(insert(subscribers).values(id=2, key="install:2", proven=True))
    for who in (1, 2):
        ticket = file(c, Filing(f"s{who}", who, "x", "y", "major", "fault", "qr", facts={"node": "olt-7"}), NOW).ticket
        file(c, Filing(f"s{who}", who, "x", "z", "major", "fault", "qr", facts={"access_node": "olt-7"}), NOW)
        assert row(c, ticket)["node"] == ""
    register.place(c, 0, NOW)
    placed = c.execute(select(tickets.c.subscriber_id, tickets.c.node).order_by(tickets.c.id)).all()
    assert [tuple(one) for one in placed] == [(1, ""), (1, ""), (2, ""), (2, "olt-7")]


def test_three_homes_on_one_node_are_one_cluster(c: Connection) -> None:
    mine = [filed(c, who, since=NOW - 20 * MINUTE + who * 10_000) for who in (1, 2, 3)]
    filed(c, 4, node="olt-8")
    (found,) = clusters(c, NOW)
    assert (found.node, found.tickets, found.subscribers) == ("olt-7", tuple(mine), 3)
    assert found.codes == {"ACC-FTTH-DARK": 3}
    assert found.confidence == "medium"


@pytest.mark.parametrize("more", [
    {"segments": "wifi", "code": "WIFI-WEAK"}, {"segments": "box", "code": "BOX-SILENT"}, {"band": "unsure"},
    {"segments": "isp", "code": "ISP-IPV4-SHARED"}, {"node": ""}, {"contact": {"contract": "C-1"}},
    {"segments": "access isp", "code": "ACC-UNDERRATE"}, {"since": NOW + DAY}, {"since": NOW - 3 * DAY},
])  # fmt: skip
def test_what_is_no_outage(c: Connection, more: dict[str, Any]) -> None:
    for who in range(1, 6):
        filed(c, who, **more)
    assert clusters(c, NOW) == []


def test_wan_down_counts_though_it_names_two_sides(c: Connection) -> None:
    for who in range(1, 6):
        filed(c, who, code="WAN-DOWN", segments="access isp")
    assert [(one.subscribers, one.confidence) for one in clusters(c, NOW)] == [(5, "high")]


told = st.builds(
    Told, ticket=st.integers(1, 10**6), home=st.sampled_from("abcdefgh"), node=st.sampled_from(["n", "m"]),
    since=st.none() | st.integers(NOW - DAY, NOW), filed=st.integers(NOW - DAY, NOW), code=st.sampled_from(["A", "B"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(told, max_size=40, unique_by=lambda one: one.ticket), st.randoms(use_true_random=False))
def test_rules_of_every_cluster(all_told: list[Told], chance: random.Random) -> None:
    found = gathered(all_told)
    shuffled = list(all_told)
    chance.shuffle(shuffled)
    assert gathered(shuffled) == found
    by_id = {one.ticket: one for one in all_told}
    seen = [ticket for cluster in found for ticket in cluster.tickets]
    assert len(seen) == len(set(seen))
    for cluster in found:
        mine = [by_id[ticket] for ticket in cluster.tickets]
        assert {one.node for one in mine} == {cluster.node}
        assert len({one.home for one in mine}) == cluster.subscribers >= HOMES
        times = sorted(one.at for one in mine)
        assert all(b - a <= NEAR for a, b in itertools.pairwise(times))
        if all(one.since is None for one in mine):
            near = [{o.home for o in mine if 0 <= o.at - one.at <= FILED_NEAR} for one in mine]
            assert max(map(len, near)) >= HOMES


@given(st.lists(st.integers(NOW - DAY, NOW), max_size=60))
def test_one_home_is_never_a_cluster(starts: list[int]) -> None:
    assert gathered(Told(at, "a", "n", start, start) for at, start in enumerate(starts)) == []


def test_a_busy_node_always_has_three_somewhere() -> None:
    usual = [Told(at, f"h{at}", "n", NOW - LOOK_BACK + at * 6 * MINUTE, NOW) for at in range(400)]
    assert gathered(usual) == []
    storm = [Told(3000 + at, f"s{at}", "n", NOW - at * 6000, NOW) for at in range(40)]
    assert [(one.start > NOW - 10 * MINUTE, one.confidence) for one in gathered([*usual, *storm])] == [(True, "high")]
    burst = [Told(1000 + at, f"b{at}", "n", NOW - MINUTE, NOW) for at in range(3)]
    quiet = [Told(2000 + at, f"q{at}", "m", NOW - at * 40 * MINUTE, NOW) for at in range(60)]
    assert [one.node for one in gathered([*quiet, *burst])] == ["n"]


def texts_of(c: Connection, ticket: int) -> list[str]:
    where = (notes.c.ticket_id == ticket, notes.c.internal.is_(False))
    return list(c.execute(select(notes.c.text).where(*where).order_by(notes.c.id)).scalars())


def row(c: Connection, ticket: int) -> Any:
    return c.execute(select(tickets).where(tickets.c.id == ticket)).mappings().one()


def test_declared_linked_answered_once_and_closed(c: Connection) -> None:
    mine = [filed(c, who) for who in (1, 2, 3)]
    mine.append(filed(c, 4, language="en"))
    ref = outages.declare(c, "olt-7", NOW - 25 * MINUTE, "Fibre coupée.", "Fibre cut.", None, None, NOW)
    assert outages.all_of(c, ref) == mine
    assert clusters(c, NOW) == []
    assert [texts_of(c, one) for one in mine] == [["Fibre coupée."]] * 3 + [["Fibre cut."]]
    assert {row(c, one)["waiting"] for one in mine} == {"outage"}
    later = filed(c, 5)
    while outages.tidy(c, NOW):
        pass
    assert texts_of(c, later) == ["Fibre coupée."]
    left = [outages.answer_all(c, ref, {"fr": "Ce soir.", "en": "Tonight."}, "t1", None, NOW, most=2) for _ in "abcd"]
    assert left == [3, 1, 0, 0]
    assert texts_of(c, later) == ["Fibre coupée.", "Ce soir."]
    (one,) = outages.current(c, NOW)
    assert (one.tickets, one.waiting) == (5, 5)
    assert outages.close(c, ref, None, NOW, most=2) == 3
    while outages.tidy(c, NOW, 2):
        pass
    assert {row(c, one)["status"] for one in [*mine, later]} == {"resolved"}
    assert outages.current(c, NOW) == []
    assert all(len(texts_of(c, one)) == 3 for one in [*mine, later])


def test_an_answer_to_all_that_was_killed_in_the_middle_reaches_everybody_once(c: Connection) -> None:
    mine = [filed(c, who) for who in range(1, 8)]
    ref = outages.declare(c, "olt-7", NOW - 25 * MINUTE, "Panne.", "Down.", None, None, NOW)
    assert outages.answer_all(c, ref, {"fr": "Ce soir."}, "t1", None, NOW, most=2) == 5
    pieces = 0
    while outages.tidy(c, NOW + DAY, 2):  # nobody pressed again
        pieces += 1
        assert pieces < 20
    assert [texts_of(c, one) for one in mine] == [["Panne.", "Ce soir."]] * 7
    later = filed(c, 8)
    while outages.tidy(c, NOW + DAY):
        pass
    assert texts_of(c, later) == ["Panne."]  # an answer that has ended is not for whoever comes afterwards


def test_an_end_that_was_killed_in_the_middle_is_finished_however_late(c: Connection) -> None:
    mine = [filed(c, who) for who in range(1, 6)]
    ref = outages.declare(c, "olt-7", NOW - 25 * MINUTE, "Panne.", "", None, None, NOW)
    row_of_one = row_of(c, mine[0])
    to_state(c, row_of_one, State.RESOLVED, NOW, "agent:ada")
    assert outages.close(c, ref, None, NOW + 1000, most=1) == 3
    note(c, mine[0], NewNote("Toujours rien", "subscriber"), NOW + 2000)  # over when it ended: a person's
    to_state(c, row_of(c, mine[4]), State.RESOLVED, NOW + 3000, "agent:ada")
    note(c, mine[4], NewNote("Toujours rien", "subscriber"), NOW + 4000)  # over since: a person's
    while outages.tidy(c, NOW + 3 * DAY, 1):
        pass
    states = ["inProgress", "resolved", "resolved", "resolved", "inProgress"]
    assert [row(c, one)["status"] for one in mine] == states


def test_a_wrong_link_is_undone_and_stays_so(c: Connection) -> None:
    mine = filed(c, 1)
    ref = outages.declare(c, "olt-7", NOW - 25 * MINUTE, "Panne.", "", None, None, NOW)
    outages.unlink(c, mine, NOW)
    while outages.tidy(c, NOW):
        pass
    assert outages.all_of(c, ref) == []
    assert (row(c, mine)["waiting"], row(c, mine)["heard_at"]) == ("us", NOW)
    outages.link(c, mine, ref, NOW)
    assert outages.all_of(c, ref) == [mine]


def test_a_home_side_ticket_is_not_linked(c: Connection) -> None:
    home = filed(c, 1, segments="wifi", code="WIFI-WEAK")
    before = filed(c, 2, since=NOW - 5 * 60 * MINUTE)
    ref = outages.declare(c, "olt-7", NOW - 25 * MINUTE, "Panne.", "", None, None, NOW)
    assert outages.all_of(c, ref) == []
    assert texts_of(c, home) == texts_of(c, before) == []


def test_opened_again_after_the_end_is_a_persons_affair(c: Connection) -> None:
    mine = filed(c, 1)
    ref = outages.declare(c, "olt-7", NOW - 25 * MINUTE, "Panne.", "", None, None, NOW)
    assert outages.close(c, ref, None, NOW) == 0
    note(c, mine, NewNote("Toujours rien", "subscriber"), NOW + 1000)
    outages.tidy(c, NOW + 2000)
    assert row(c, mine)["status"] == "inProgress"
    c.execute(update(tickets).where(tickets.c.id == mine).values(outage_id=None))
    assert outages.tidy(c, NOW + 3000) == 0


def test_what_is_refused(c: Connection) -> None:
    outages.declare(c, "olt-7", NOW, "Panne.", "", None, None, NOW)
    for node, since, code in (("olt-7", NOW, "outage_there"), ("", NOW, "outage_bad"), ("x", NOW + 1, "outage_bad")):
        with pytest.raises(DeskRefusal, match=code):
            outages.declare(c, node, since, "a", "", None, None, NOW)
    with pytest.raises(DeskRefusal, match="outage_unknown"):
        outages.answer_all(c, "P-NONE", {"fr": "a"}, "t", None, NOW)
