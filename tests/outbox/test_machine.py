"""The rules alone: pauses on a clock that only a new start can disturb, and every way to an end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.i18n.catalogue import SUPPORT, Catalogue
from selfcare.model.ticket import DeskError, Failure, Phase, Receipt
from selfcare.outbox import machine, send
from selfcare.outbox.course import Course, Do, Goods, Kind, Stage, fresh
from selfcare.outbox.payload import course_of, course_text
from selfcare.outbox.waits import MOST_S, SETTLE_S, Limits, left_s, pause_s

LIMITS, CANNOT, CAN = Limits(), Goods(False), Goods(True, ("a.zip",))
SECONDS = st.floats(0, 1e7)
OWN = ("parcel_unknown", "interrupted", "desk_failed", machine.TOO_LATE, machine.FOUND_LATE, machine.UNSURE,
       machine.DOUBLE, machine.KEPT_NOTHING, send.NO_CONTENTS, send.NO_FOLLOW_UP, send.NO_TICKET)  # fmt: skip


@given(since=SECONDS, wait=st.floats(0, 4000), passed=SECONDS)
def test_a_pause_is_as_long_as_it_says(since: float, wait: float, passed: float) -> None:
    assert left_s(since, wait, since + passed) == pytest.approx(max(0.0, wait - passed), abs=1e-6)


@given(since=SECONDS, wait=st.floats(0, 4000), off=st.floats(0, 1e6), up=SECONDS)
def test_after_a_new_start_it_is_never_over_too_soon_and_never_longer_than_the_whole(
    since: float, wait: float, off: float, up: float
) -> None:
    left = left_s(since, wait, up)
    assert left <= wait
    if left == 0:  # what really passed is at least how long the system has been up since
        assert off + up >= wait - 1e-6


@given(failures=st.integers(1, 10**6), chance=st.floats(0, 1), again=st.none() | st.floats(0, MOST_S))
def test_pauses_are_bounded_and_a_desk_is_heard(failures: int, chance: float, again: float | None) -> None:
    pause = pause_s(failures, LIMITS, chance, again)
    assert 2.0 < pause <= MOST_S
    assert pause >= (again or 0.0)


ERRORS = st.builds(
    DeskError, st.sampled_from(Failure), st.sampled_from(["desk_unreachable", "desk_slow", "desk_http_503"]),
    st.none() | st.floats(0, MOST_S),
)  # fmt: skip
HAPPENS = st.sampled_from(["ok", "error", "killed", "found", "nothing", "start"])


class Story:
    """``now`` is what really passed, ``up`` what the clock says. ``unsure``: since when, really, something of the
    present order may be on its way."""

    def __init__(self, kind: Kind) -> None:
        self.course, self.now, self.up = fresh(kind), 1000.0, 1000.0
        self.clear = False
        self.unsure: float | None = None

    def happens(self, what: str, error: DeskError, cancel: bool) -> None:
        step = machine.next_step(self.course, self.up, CAN, cancel=cancel, clear=self.clear)
        before, self.clear = (self.course.stage, self.course.file), False
        if step.do is Do.SEND:
            assert self.unsure is None or self.now - self.unsure >= SETTLE_S - 1e-6
            self._sent(what, error)
        elif step.do is Do.LOOK:
            self._looked(what, error, cancel)
        else:
            self.course = self._else(step.do)
        if (self.course.stage, self.course.file) != before:
            self.unsure = None
        assert course_of(course_text(self.course)) == self.course

    def _sent(self, what: str, error: DeskError) -> None:
        course = machine.begun(self.course)
        sure = error.code == "desk_unreachable" or error.failure in (Failure.SIGN_IN, Failure.REFUSED)
        if what != "error" or not sure:
            self.unsure = self.now
        if what == "error":
            course = machine.failed(course, error, LIMITS, self.up, 0.5, sending=True)
        elif what != "killed":
            receipt = Receipt("1", "1") if course.stage is Stage.CREATE else None
            course = machine.sent(course, receipt, CAN, LIMITS, self.up)
        self.course = course

    def _looked(self, what: str, error: DeskError, cancel: bool) -> None:
        if what == "error":
            self.course = machine.failed(self.course, error, LIMITS, self.up, 0.5, sending=False)
        elif what == "found":
            self.course = machine.there(self.course, (Receipt("1", "1"),), (), LIMITS, self.up)
        else:
            self.course, self.clear = machine.not_there(self.course, LIMITS, self.up, 0.5, cancel=cancel)

    def _else(self, do: Do) -> Course:
        if do is Do.INTERRUPTED:
            return machine.interrupted(self.course, self.up)
        if do is Do.CANCEL:
            return machine.cancelled(self.course, LIMITS, self.up)
        if do is Do.FINISH:
            return machine.finished(self.course, LIMITS, self.up)
        return machine.signed_in(self.course)


@given(st.lists(st.tuples(HAPPENS, ERRORS, st.floats(0, 400), st.booleans()), max_size=60), st.sampled_from(Kind))
def test_nothing_is_sent_again_before_it_settled(told: list[tuple[str, DeskError, float, bool]], kind: Kind) -> None:
    """Whatever happens: a second sending of one order comes after a search that began when the first had settled."""
    story = Story(kind)
    for what, error, later, cancel in told:
        story.happens(what, error, cancel)
        if what == "start":
            story.now, story.up, story.clear = story.now + later + 30, later, False
        elif not story.clear:
            story.now, story.up = story.now + later, story.up + later


@pytest.mark.parametrize("goods", [CANNOT, CAN, Goods(True)])
def test_without_trouble_it_ends(goods: Goods) -> None:
    course, steps = fresh(Kind.TICKET), list[Do]()
    for _ in range(20):
        step = machine.next_step(course, 0.0, goods, clear=bool(steps) and steps[-1] is Do.LOOK and not course.attached)
        if step.do in (Do.REST, Do.WAIT):
            break
        steps.append(step.do)
        course = _happily(course, step.do, goods)
    assert course.phase is Phase.DONE
    assert steps.count(Do.SEND) == 1 + len(goods.apart)


def _happily(course: Course, do: Do, goods: Goods) -> Course:
    if do is Do.SEND:
        receipt = Receipt("1", "1") if course.stage is Stage.CREATE else None
        return machine.sent(machine.begun(course), receipt, goods, LIMITS, 0.0)
    if do is Do.LOOK and course.stage is Stage.ATTACH and not course.tried:
        return machine.not_there(course, LIMITS, 0.0, 0.5, cancel=False)[0]
    if do is Do.LOOK:
        return machine.there(course, (Receipt("1", "1"),), goods.apart if course.tried else (), LIMITS, 0.0)
    return machine.finished(course, LIMITS, 0.0)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_of_its_own_has_a_sentence(language: str) -> None:
    has: Callable[[str], bool] = Catalogue(language, SUPPORT).has
    assert [code for code in OWN if not has(f"error.{code}")] == []
