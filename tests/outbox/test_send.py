"""What becomes of parcels: order, refusals, sign-in, cancelling, desks that cannot be searched, desks that fail."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from selfcare.desks.port import Can
from selfcare.ground.errors import SelfcareError
from selfcare.model.ticket import DeskError, Failure, Phase, Receipt, State, Ticket
from selfcare.outbox import send
from selfcare.outbox.send import status
from selfcare.outbox.waits import SETTLE_S
from tests.outbox.bench import CASE, EVERY, REFUSED, SLOW, UNREACHABLE, WHO, MemoryDesk, bench, file, note, ticket

APART = EVERY | {Can.ATTACHES_APART}


def test_a_ticket_its_files_and_a_note_in_order(tmp_path: Path) -> None:
    desk = MemoryDesk(APART)
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket("t-1", CASE, file("a.zip"), file("b.zip")), "memory")
        here.outbox.add_note(note(), "t-1")
        sent, noted = here.flush().parcels
        assert (sent.phase, noted.phase) == (Phase.DONE, Phase.DONE)
        assert sent.receipt is not None and sent.receipt.number == "0"
        assert sent.attached == ("a.zip", "b.zip")
        here.all()
    assert (desk.tickets, desk.files, desk.notes) == (["t-1"], ["a.zip", "b.zip"], ["n-1"])
    assert desk.calls.index("add_note") > max(n for n, call in enumerate(desk.calls) if call == "attach")


def test_what_is_unknown_is_searched_for_and_sent_again_only_after_it_settled(tmp_path: Path) -> None:
    desk = MemoryDesk(errors=[("create", SLOW, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        began = here.times.awake_s
        (one,) = here.flush().parcels
        assert (one.phase, one.why, one.tries) == (Phase.UNKNOWN, "desk_slow", 1)
        assert one.next_try > one.queued
        while desk.calls.count("create") < 2:
            done = here.flush()
            assert done.next_s is not None
            here.times.pass_(done.next_s)
        assert here.times.awake_s - began >= SETTLE_S
        assert desk.calls[desk.calls.index("find") :].count("find") >= 3
        (one,) = here.all()
        assert (one.phase, one.why) == (Phase.DONE, "")
    assert desk.tickets == ["t-1"]


def test_each_attempt_has_to_settle(tmp_path: Path) -> None:
    desk = MemoryDesk(errors=[("create", SLOW, False)] * 4)
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        at = list[float]()
        for _ in range(100):
            before = desk.calls.count("create")
            here.flush(back=True)  # however often a line is back
            at += [here.times.awake_s] * (desk.calls.count("create") - before)
            here.times.pass_(10)
        assert len(at) == 5
        assert all(later - earlier >= SETTLE_S for earlier, later in itertools.pairwise(at))


def test_a_desk_that_fails_holds_up_no_other(tmp_path: Path) -> None:
    bad, good = MemoryDesk(name="bad", errors=[("create", UNREACHABLE, False)]), MemoryDesk(name="good")
    with bench(tmp_path, bad, good) as here:
        for number, desk in enumerate(("bad", "bad", "good")):
            here.outbox.add(ticket(f"t-{number}", f"{CASE[:-1]}{number}"), desk)
        phases = [one.phase for one in here.flush().parcels]
        assert phases == [Phase.QUEUED, Phase.QUEUED, Phase.DONE]
        assert bad.calls == ["create"]
        assert {one.phase for one in here.all()} == {Phase.DONE}


def test_a_mistake_in_an_adapter_holds_up_nobody_and_loses_nothing(tmp_path: Path) -> None:
    class Mistaken(MemoryDesk):
        async def create(self, one: object) -> object:  # type: ignore[override]
            await super().create(one)  # type: ignore[arg-type]
            raise KeyError("number")

    bad, good = Mistaken(name="bad"), MemoryDesk(name="good")
    with bench(tmp_path, bad, good) as here:
        here.outbox.add(ticket("t-1"), "bad")
        here.outbox.add(ticket("t-2", "CAS-OTHER"), "good")
        assert {one.phase for one in here.all()} == {Phase.DONE}
    assert bad.tickets == ["t-1"]


def test_retry_after_is_kept_even_when_a_line_is_back(tmp_path: Path) -> None:
    desk = MemoryDesk(errors=[("create", DeskError(Failure.NOT_SENT, "desk_http_503", 900.0), False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        assert here.flush().next_s == pytest.approx(900, abs=1)
        here.times.pass_(800)
        here.flush(back=True)
        assert desk.calls == ["create"]
        here.times.pass_(101)
        here.flush()
        assert desk.tickets == ["t-1"]


def test_a_line_that_is_back_ends_a_pause(tmp_path: Path) -> None:
    desk = MemoryDesk(errors=[("create", UNREACHABLE, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        here.flush()
        here.flush()
        assert desk.calls == ["create"]
        assert here.flush(back=True).parcels[0].phase is Phase.DONE
    assert desk.calls == ["create", "find", "create", "find"]


def test_a_refusal_is_an_end_and_a_refused_file_is_said(tmp_path: Path) -> None:
    desk = MemoryDesk(APART, errors=[("create", REFUSED, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        here.outbox.add_note(note(), "t-1")
        assert [(one.phase, one.why) for one in here.flush().parcels] == [
            (Phase.REFUSED, "desk_http_403"), (Phase.REFUSED, "ticket_not_filed"),
        ]  # fmt: skip
        desk.errors = [("attach", DeskError(Failure.REFUSED, "desk_http_413"), False)]
        here.outbox.add(ticket("t-2", CASE, file("big.zip"), file("small.zip")), "memory")
        one = here.flush().parcels[-1]
        assert (one.phase, one.why, one.attached) == (Phase.DONE, "desk_http_413", ("small.zip",))


def test_nothing_is_sent_before_somebody_signs_in(tmp_path: Path) -> None:
    desk = MemoryDesk(errors=[("create", WHO, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        done = here.flush()
        assert (done.parcels[0].phase, done.next_s) == (Phase.WAITING_SIGN_IN, None)
        here.flush(back=True)
        assert desk.calls == ["create"]
        here.outbox.signed_in("memory")
        assert here.flush().parcels[0].phase is Phase.DONE


def test_a_desk_that_keeps_nothing_is_not_filled_for_ever(tmp_path: Path) -> None:
    class Hollow(MemoryDesk):
        async def add_note(self, receipt: object, one: object) -> None:  # type: ignore[override]
            self.calls.append("add_note")

    desk = Hollow()
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        here.outbox.add_note(note(), "t-1")
        assert [(one.phase, one.why) for one in here.all()][1] == (Phase.REFUSED, "desk_kept_nothing")
    assert desk.calls.count("add_note") == 3


def test_mail_cannot_be_searched_and_is_sent_again(tmp_path: Path) -> None:
    desk = MemoryDesk(frozenset({Can.FOLLOW_UP}), errors=[("create", SLOW, True), ("create", UNREACHABLE, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        (one,) = here.all()
        assert one.phase is Phase.DONE
    assert desk.tickets == ["t-1", "t-1"]  # the same id, and so the same Message-ID
    assert set(desk.calls) == {"create"}


def test_a_desk_without_follow_ups_says_so(tmp_path: Path) -> None:
    with bench(tmp_path, MemoryDesk(frozenset({Can.FIND}))) as here:
        here.outbox.add(ticket(), "memory")
        here.outbox.add_note(note(), "t-1")
        assert here.flush().parcels[1].why == "desk_no_follow_up"


def test_copies_are_merged_into_the_one_that_was_told(tmp_path: Path) -> None:
    desk = MemoryDesk(copies=3)
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        one = here.flush().parcels[0]
        assert one.receipt is not None
        told = one.receipt.number
        assert {*"012"} - {told} == set(desk.given_up)
        desk.tickets.append("t-1")  # the network, a day later
        here.all()
        found = asyncio.run(status("t-1", desk, here.outbox))
        assert found.receipt.number == told
        assert {*"0123"} - {told} == set(desk.given_up)
        shown = here.outbox.parcel("t-1").receipt
        assert shown is not None and shown.state is State.IN_PROGRESS
        assert here.outbox.told("t-1")[0] == found


def test_a_copy_that_may_not_be_closed_is_said(tmp_path: Path) -> None:
    desk = MemoryDesk(copies=2, errors=[("merge", REFUSED, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        one = here.flush().parcels[0]
        assert (one.phase, one.why) == (Phase.DONE, "desk_double")


# -- cancelling -------------------------------------------------------------------------------------


def test_what_was_not_sent_is_not_sent(tmp_path: Path) -> None:
    for errors in ([], [("create", UNREACHABLE, False)], [("create", WHO, False)]):
        desk = MemoryDesk(errors=errors)
        with bench(tmp_path / str(len(errors) + bool(errors and errors[0][1] is WHO)), desk) as here:
            here.outbox.add(ticket(), "memory")
            if errors:
                here.flush()
            assert here.outbox.cancel("t-1").phase is Phase.CANCELLED
            here.all()
            here.flush(back=True)
            assert desk.tickets == []


@pytest.mark.parametrize(("taken", "end"), [(True, (Phase.DONE, "cancel_too_late")), (False, (Phase.CANCELLED, ""))])
def test_what_may_be_there_is_searched_for_first(tmp_path: Path, taken: bool, end: tuple[Phase, str]) -> None:
    desk = MemoryDesk(errors=[("create", SLOW, taken), ("find", UNREACHABLE, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        here.flush()
        assert here.outbox.cancel("t-1").phase is Phase.UNKNOWN
        searched = desk.calls.count("find")
        here.flush()
        assert desk.calls.count("find") == searched + 1  # at once, not when its pause is over
        (one,) = here.all()
        assert (one.phase, one.why) == end
        assert (one.receipt is not None) is taken
    assert desk.calls.count("create") == 1


def test_cancelled_in_the_very_moment_it_is_sent(tmp_path: Path) -> None:
    desk = MemoryDesk()
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        desk.once = lambda: here.outbox.cancel("t-1")
        (one,) = here.flush().parcels
        assert (one.phase, one.why, desk.tickets) == (Phase.DONE, "cancel_too_late", ["t-1"])


@pytest.mark.parametrize("end", ["cancel", "erase"])
def test_cancelled_or_erased_during_the_search_is_not_sent_again(tmp_path: Path, end: str) -> None:
    desk = MemoryDesk(errors=[("create", SLOW, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        here.flush()
        here.times.pass_(SETTLE_S + 1)
        desk.once = lambda: here.outbox.cancel("t-1") if end == "cancel" else here.outbox.erase(CASE)
        here.flush(back=True)
        assert desk.calls.count("create") == 1
        assert desk.tickets == []


def test_files_not_brought_yet_are_not_brought(tmp_path: Path) -> None:
    desk = MemoryDesk(APART, errors=[("attach", UNREACHABLE, False)])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket("t-1", CASE, file("a.zip")), "memory")
        here.flush()
        here.outbox.cancel("t-1")
        (one,) = here.all()
        assert (one.phase, one.why, desk.files) == (Phase.DONE, "cancel_too_late", [])


def test_status_of_what_was_not_filed(tmp_path: Path) -> None:
    desk = MemoryDesk()
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        with pytest.raises(SelfcareError, match="ticket_not_filed"):
            asyncio.run(status("t-1", desk, here.outbox))


def test_a_desk_that_never_ends_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its answers may come in time, and there is always one more."""

    class Endless(MemoryDesk):
        async def create(self, ticket: Ticket) -> Receipt:
            await asyncio.sleep(60)
            return await super().create(ticket)

    monkeypatch.setattr(send, "CALL_S", 0.05)
    with bench(tmp_path, Endless()) as here:
        here.outbox.add(ticket(), "memory")
        (one,) = here.flush().parcels
        assert (one.phase, one.why) == (Phase.UNKNOWN, "desk_slow")


def test_what_a_desk_chokes_on_is_not_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Choking(MemoryDesk):
        async def create(self, ticket: Ticket) -> Receipt:
            raise ValueError("no such name: Zoé Martin, 06 12 34 56 78")

    with bench(tmp_path, Choking()) as here:
        here.outbox.add(ticket(), "memory")
        (one,) = here.flush().parcels
        assert one.why == "desk_failed"
    assert "ValueError" in caplog.text and "test_send.py" in caplog.text and "06 12" not in caplog.text
