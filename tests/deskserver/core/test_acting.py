"""Whose turn it is, when somebody should act, and why."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from selfcare.deskserver.core import acting, found, tickets
from selfcare.deskserver.core.acting import DAY, FOLLOW, HELD, HOUR, PROMISE_MARGIN, REMIND, Reason
from selfcare.deskserver.core.putting import POSSIBLE
from selfcare.deskserver.model import OPEN, Change, DeskRefusal, Head
from selfcare.model.ticket import State
from tests.deskserver.core.filings import NOW, SURE, answer, filing, hours, said, told


def head_of(c: Connection, ticket: int) -> Head:
    head = found.head(c, ticket)
    assert head is not None
    return head


def filed(c: Connection, **more: Any) -> int:
    return tickets.file(c, filing(**more), NOW).ticket


def test_sure_and_ours_goes_first_and_severe_before_slight(c: Connection) -> None:
    home = {**SURE, "segments": "wifi"}
    wanted = [
        filed(c, number=f"{severity}{place}", severity=severity, facts=facts)
        for severity in ("blocking", "major", "minor")
        for place, facts in enumerate((SURE, home, {}))
    ]
    moments = [head_of(c, one).act_at or 0 for one in wanted]
    assert moments == sorted(moments)
    for first in (0, 3, 6):  # of one severity
        assert len(set(moments[first : first + 3])) == 3


def test_several_sides_blame_none(c: Connection) -> None:
    head = head_of(c, filed(c, facts={**SURE, "segments": "wifi isp"}))
    assert head.side == ""
    assert acting.reason(head, NOW).values["proof"] == "none"


def test_possible_is_not_proven() -> None:
    assert acting.proof_of("possible", "isp") == "none"
    assert [acting.proof_of("certain", side) for side in ("isp", "access", "box", "wifi", "")] == [
        "ours", "ours", "ours", "home", "none"]  # fmt: skip


def test_a_report_that_was_read_moves_the_ticket(c: Connection) -> None:
    ticket = filed(c)
    before = head_of(c, ticket)
    tickets.learn(c, ticket, {**SURE, "node": "OLT-7", "since": "2027-01-15T08:00:00+01:00", "access": "fibre"}, NOW)
    after = head_of(c, ticket)
    assert (after.act_at or 0) < (before.act_at or 0)
    assert (after.node, after.side, after.access, after.since_at) == ("OLT-7", "isp", "fibre", 1_799_996_400_000)


def test_the_turn_goes_from_hand_to_hand(c: Connection) -> None:
    ticket = filed(c)
    assert acting.reason(head_of(c, ticket), hours(3)) == Reason(
        "unanswered", {"ms": 3 * HOUR, "severity": "major", "proof": "none"})  # fmt: skip
    tickets.note(c, ticket, answer("Quelle box ?", asks=True), hours(3))
    asked = head_of(c, ticket)
    assert (asked.status, asked.waiting, asked.act_at) == (State.PENDING, "them", hours(3) + REMIND)
    assert acting.reason(asked, hours(4)).code == "asked"
    assert acting.reason(asked, hours(3) + REMIND).code == "remind"
    tickets.note(c, ticket, said("La Freebox."), hours(5))
    told_us = head_of(c, ticket)
    assert (told_us.status, told_us.waiting, told_us.heard_at) == (State.IN_PROGRESS, "us", hours(5))
    tickets.note(c, ticket, answer(), hours(6))
    answered = head_of(c, ticket)
    assert (answered.waiting, answered.heard_at, answered.act_at) == ("us", None, hours(6) + FOLLOW)
    assert acting.reason(answered, hours(7)) == Reason("follow", {"ms": HOUR})
    tickets.change(c, ticket, Change("agent:lea", status=State.RESOLVED), hours(7))
    over = head_of(c, ticket)
    assert (over.waiting, over.act_at, over.closed_at) == ("", None, hours(7))
    assert acting.reason(over, hours(8)).code == "over"


def test_it_waits_since_the_oldest_word_that_nobody_answered(c: Connection) -> None:
    ticket = filed(c)
    tickets.note(c, ticket, said("Allô ?"), hours(5))
    tickets.note(c, ticket, answer("entre nous", internal=True), hours(6))
    tickets.note(
        c,
        ticket,
        answer(
            "Code reçu.",
        ),
        hours(7),
    )
    tickets.note(c, ticket, said("Et alors ?"), hours(8))
    tickets.note(c, ticket, said("Et alors ??"), hours(9))
    assert head_of(c, ticket).heard_at == hours(8)


def test_a_word_among_agents_is_no_answer(c: Connection) -> None:
    ticket = filed(c)
    tickets.note(c, ticket, answer("entre nous", internal=True), hours(1))
    head = head_of(c, ticket)
    assert (head.status, head.heard_at) == (State.ACKNOWLEDGED, NOW)
    assert [what for what, _ in told(c, head.ref)] == ["create"]


def test_a_promise_is_acted_on_before_its_end(c: Connection) -> None:
    ticket = filed(c)
    tickets.change(c, ticket, Change("agent:lea", promised=hours(48)), hours(1))
    head = head_of(c, ticket)
    assert (head.act_at, head.heard_at) == (hours(48) - PROMISE_MARGIN, None)
    assert acting.reason(head, hours(45)) == Reason("promise_soon", {"ms": 3 * HOUR})
    assert acting.reason(head, hours(50)) == Reason("promise_late", {"ms": 2 * HOUR})
    tickets.note(c, ticket, said("Vraiment ?"), hours(2))
    assert (head_of(c, ticket).act_at or 0) < hours(48) - PROMISE_MARGIN
    tickets.change(c, ticket, Change("agent:lea", promised=0), hours(3))
    assert head_of(c, ticket).promised_at is None


def test_a_question_does_not_make_a_promise_wait(c: Connection) -> None:
    ticket = filed(c)
    tickets.change(c, ticket, Change("agent:lea", promised=hours(20)), NOW)
    tickets.note(c, ticket, answer("Quelle box ?", asks=True), NOW)
    assert head_of(c, ticket).act_at == hours(20) - PROMISE_MARGIN


def test_who_calls_it_off_waits_for_nothing(c: Connection) -> None:
    ticket = filed(c)
    tickets.change(c, ticket, Change("subscriber:1", status=State.CANCELLED), NOW)
    head = head_of(c, ticket)
    assert (head.heard_at, head.waiting, head.act_at) == (None, "", None)


def test_of_two_that_are_merged_the_older_word_counts(c: Connection) -> None:
    keep, extra = filed(c), tickets.file(c, filing("u2"), hours(-3)).ticket
    tickets.note(c, keep, answer(), hours(1))
    tickets.merge(c, keep, extra, "agent:lea", hours(2))
    assert head_of(c, keep).heard_at == hours(-3)


def test_held_is_looked_at_again(c: Connection) -> None:
    ticket = filed(c)
    tickets.change(c, ticket, Change("agent:lea", status=State.HELD, reason="technicien"), NOW)
    head = head_of(c, ticket)
    assert (head.waiting, head.act_at) == ("us", NOW + HELD)
    assert acting.reason(head, NOW + DAY) == Reason("held", {"ms": DAY})


def test_unknown_words_of_severity_are_in_the_middle() -> None:
    assert [acting.severity_of(one) for one in ("Critical", "Minor", "urgent!", "")] == [
        "blocking", "minor", "major", "major"]  # fmt: skip


@pytest.mark.parametrize("old", list(State))
@pytest.mark.parametrize("new", list(State))
def test_states_follow_each_other_or_are_refused(c: Connection, old: State, new: State) -> None:
    ticket = filed(c)
    if old is not State.ACKNOWLEDGED:
        tickets.change(c, ticket, Change("agent:lea", status=old), NOW)
    if old is new:
        return
    if new not in POSSIBLE[old]:
        with pytest.raises(DeskRefusal, match="state_not_possible") as refused:
            tickets.change(c, ticket, Change("agent:lea", status=new), NOW + 1)
        assert refused.value.status == 409
        assert head_of(c, ticket).status is old
        return
    tickets.change(c, ticket, Change("agent:lea", status=new, reason="ainsi"), NOW + 1)
    whole = found.whole(c, ticket)
    assert whole is not None
    assert (whole.head.status, whole.status_reason, whole.states[-1].status) == (new, "ainsi", new.value)
    assert (whole.head.closed_at is None) == (new in OPEN) == bool(whole.head.waiting)
    what = dict(told(c, whole.head.ref))
    assert what["status"] == {"old": old.value, "new": new.value, "reason": "ainsi"}
    assert ("resolved" in what) == (State.RESOLVED in (old, new))


def test_what_is_over_opens_again_and_only_resolved_closes() -> None:
    over = set(State) - set(OPEN)
    assert {old: set(POSSIBLE[old]) for old in over} == {
        State.RESOLVED: {State.CLOSED, State.IN_PROGRESS}, State.CLOSED: {State.IN_PROGRESS},
        State.REJECTED: {State.IN_PROGRESS}, State.CANCELLED: {State.IN_PROGRESS},
    }  # fmt: skip
    assert all(State.ACKNOWLEDGED not in after for after in POSSIBLE.values())


def test_a_stale_change_is_refused_whole(c: Connection) -> None:
    ticket = filed(c)
    whole = found.whole(c, ticket)
    assert whole is not None
    tickets.change(c, ticket, Change("agent:lea", agent=1, version=whole.version), NOW)
    with pytest.raises(DeskRefusal, match="stale"):
        tickets.change(c, ticket, Change("agent:max", agent=2, version=whole.version), NOW)
    assert head_of(c, ticket).agent == 1
    tickets.change(c, ticket, Change("agent:max", agent=0), NOW)
    assert head_of(c, ticket).agent is None


def test_hubs_are_told_what_changed_and_what_is_asked(c: Connection) -> None:
    done = tickets.file(c, filing(), NOW)
    number = tickets.note(c, done.ticket, answer("Quelle box ?", asks=True), NOW)
    tickets.change(c, done.ticket, Change("agent:lea", severity="minor", promised=hours(9), agent=1), NOW)
    assert told(c, done.ref) == [
        ("create", {}), ("status", {"old": "acknowledged", "new": "pending", "reason": ""}),
        ("attribute", {"fields": ["note"], "note": number}), ("information", {"note": number, "text": "Quelle box ?"}),
        ("attribute", {"fields": ["severity", "agent", "promised"]}),
    ]  # fmt: skip


def test_a_strangers_extra_does_not_undo_what_the_desk_knows(c: Connection) -> None:
    keep, extra = filed(c), filed(c, number="u2")
    tickets.merge(c, keep, extra, "agent:lea", NOW)
    tickets.change(c, keep, Change("system:crm", extra={"merged_into": extra, "channel": "shop"}), NOW)
    whole = found.whole(c, keep)
    assert whole is not None and whole.extra == {"channel": "shop"}
