"""The outbox's rules, pure: what comes next for a parcel, and where it stands after what happened.

One rule makes "exactly once": an order is noted before its first byte, and is sent a second time only after a search
that began when the time to settle had passed, and that found nothing. All else follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from selfcare.model.ticket import DeskError, Failure, Phase, Receipt
from selfcare.outbox.course import Course, Do, Goods, Kind, Stage, Step
from selfcare.outbox.waits import GONE_MOST, LOOKS_MOST, UNSEEN_MOST, Limits, left_s, pause_s

NO_CONNECTION = frozenset({"desk_unreachable", "desk_untrusted"})
"""Codes with which surely no byte of the order left. A gateway may say 429 or 503 of what its server took."""
TOO_LATE, FOUND_LATE, UNSURE = "cancel_too_late", "found_late", "cancel_unsure"
KEPT_NOTHING = "desk_kept_nothing"
DOUBLE = "desk_double"
"""A second copy is at the desk, and the desk does not let us close it."""


def next_step(course: Course, now: float, goods: Goods, *, cancel: bool = False, clear: bool = False) -> Step:
    """What is to be done at ``now`` (seconds of ``Clock.awake_s``).

    Args:
        course: where it stands.
        now: seconds.
        goods: what there is to bring, and whether the desk can be searched.
        cancel: its owner does not want it sent any more.
        clear: a search has just found nothing, see :func:`not_there`.
    """
    if course.flying:
        return Step(Do.INTERRUPTED)
    if course.phase is Phase.WAITING_SIGN_IN:
        return Step(Do.SIGN_IN)
    if course.stage is Stage.OVER and not (goods.find and course.wait > 0):
        return Step(Do.REST)
    if (left := left_s(course.since, course.wait, now)) > 0 and not clear:
        return Step(Do.WAIT, left)
    if course.stage is Stage.OVER:
        return Step(Do.LOOK)
    if course.stage is Stage.CHECK:
        return Step(Do.LOOK if goods.find else Do.FINISH)
    if course.stage is Stage.ATTACH and ((cancel and course.maybe is None) or course.file >= len(goods.apart)):
        return Step(Do.FINISH)
    return _order(course, goods, cancel, clear)


def _order(course: Course, goods: Goods, cancel: bool, clear: bool) -> Step:
    if clear:
        return Step(Do.SEND)
    if not course.tried and course.stage is not Stage.ATTACH:
        return Step(Do.CANCEL if cancel else Do.SEND)
    if goods.find or course.stage is not Stage.CREATE:
        return Step(Do.LOOK)
    # A desk that cannot be searched (mail): every copy bears the same Message-ID.
    return Step(Do.FINISH if course.refused else Do.CANCEL if cancel else Do.SEND)


# -- what happened ----------------------------------------------------------------------------------


def begun(course: Course) -> Course:
    """Noted, durably, before the first byte."""
    phase = Phase.ATTACHING if course.stage is Stage.ATTACH else Phase.SENDING
    return replace(
        course, phase=phase, flying=True, tries=course.tries + 1, tried=course.tried + 1, wait=0.0, refused=""
    )


def interrupted(course: Course, now: float) -> Course:
    """Whoever sent it ended on the way, at some time before ``now``."""
    return _calm(replace(course, flying=False, maybe=now, why="interrupted"))


def sent(course: Course, receipt: Receipt | None, goods: Goods, limits: Limits, now: float) -> Course:
    """The desk says it took the order; of a ticket with its ``receipt``. A mere yes is looked at, where it can be."""
    if receipt is None and goods.find:
        return _calm(replace(course, flying=False, maybe=now, unseen=course.unseen + 1, failures=0, wait=0.0))
    return _next_order(replace(course, receipt=receipt or course.receipt), limits, now)


def there(course: Course, receipts: tuple[Receipt, ...], attached: Iterable[str], limits: Limits, now: float) -> Course:
    """A search found it: ``receipts`` of a ticket, oldest first; names of what is ``attached``."""
    if course.stage is Stage.OVER:
        return _late(course, receipts, limits, now)
    kept = kept_of(course, receipts) if course.stage in (Stage.CREATE, Stage.CHECK) else course.receipt
    return _next_order(replace(course, receipt=kept, attached=tuple(sorted(attached))), limits, now)


def kept_of(course: Course, receipts: tuple[Receipt, ...]) -> Receipt | None:
    """Which copy counts: the one whose number was shown, else the oldest; every later search decides alike."""
    mine = course.receipt.ref if course.receipt else None
    return next((one for one in receipts if one.ref == mine), receipts[0] if receipts else course.receipt)


def not_there(course: Course, limits: Limits, now: float, chance: float, *, cancel: bool) -> tuple[Course, bool]:
    """A search that began at ``now`` found nothing. The flag: it may be sent, at once or after another search."""
    if course.stage is Stage.OVER:
        return _late(course, (), limits, now), False
    if course.stage is Stage.CHECK:  # an index that lags: the receipt is the desk's own word
        return _next_order(course, limits, now), False
    if course.refused:
        return given_up(course, limits, now), False
    left = 0.0 if course.maybe is None else left_s(course.maybe, limits.settle_s, now)
    if left > 0:
        pause = min(left, pause_s(course.failures + 1, limits, chance))
        return replace(_calm(course), failures=course.failures + 1, since=now, wait=pause, line=True), False
    if course.unseen >= UNSEEN_MOST:
        return given_up(replace(course, refused=KEPT_NOTHING), limits, now), False
    if cancel:
        phase = Phase.DONE if course.stage is Stage.ATTACH else Phase.CANCELLED
        return ended(course, phase, "", limits, now), False
    return course, True


def failed(course: Course, error: DeskError, limits: Limits, now: float, chance: float, *, sending: bool) -> Course:
    """A call raised at ``now``. ``sending``: it was an order, and not a search."""
    course = replace(course, flying=False, failures=course.failures + 1)
    if course.stage is Stage.OVER:
        return _failed_late(course, limits, now, chance)
    may_be_there = error.failure not in (Failure.SIGN_IN, Failure.REFUSED) and error.code not in NO_CONNECTION
    course = replace(course, why=error.code, maybe=now if sending and may_be_there else course.maybe)
    if error.failure is Failure.SIGN_IN:
        return replace(course, phase=Phase.WAITING_SIGN_IN, wait=0.0)
    if error.failure is Failure.REFUSED and sending:  # perhaps because it is there already: searched for, at once
        return _calm(replace(course, refused=error.code, failures=0, since=now, wait=0.0))
    if error.failure is Failure.GONE and course.stage in (Stage.NOTE, Stage.ATTACH) and course.failures >= GONE_MOST:
        phase = Phase.REFUSED if course.stage is Stage.NOTE else Phase.DONE
        return ended(course, phase, error.code, limits, now)
    pause = pause_s(course.failures, limits, chance, error.again_s)
    return _calm(replace(course, since=now, wait=pause, line=error.again_s is None))


def given_up(course: Course, limits: Limits, now: float) -> Course:
    """The desk will not have the present order. A ticket that is there without one of its files is still there."""
    if course.stage is Stage.ATTACH:
        return _next_order(replace(course, short=course.refused), limits, now)
    return ended(course, Phase.REFUSED, course.refused, limits, now)


def ended(course: Course, phase: Phase, why: str, limits: Limits, now: float) -> Course:
    """At an end; a ticket of which anything was ever sent is looked for some times more."""
    late = limits.late_s[0] if limits.late_s and course.tries and course.kind is Kind.TICKET else 0.0
    return replace(
        course, stage=Stage.OVER, phase=phase, why=why, flying=False, failures=0, looks=0, since=now, wait=late,
        line=False,
    )  # fmt: skip


def finished(course: Course, limits: Limits, now: float) -> Course:
    """Nothing is left to be brought, or may be."""
    if course.stage is Stage.CREATE:
        return given_up(course, limits, now)
    if course.stage is Stage.CHECK:
        return _next_order(course, limits, now)
    return ended(course, Phase.DONE, course.short, limits, now)


def cancelled(course: Course, limits: Limits, now: float) -> Course:
    """It was never sent, or cannot be searched for (then nobody knows, and that is said)."""
    return ended(course, Phase.CANCELLED, UNSURE if course.maybe is not None else "", limits, now)


def signed_in(course: Course) -> Course:
    """Goes on where it was stopped; what was sent before is searched for first, as ever."""
    if course.phase is not Phase.WAITING_SIGN_IN:
        return course
    return _calm(replace(course, phase=Phase.QUEUED, failures=0, wait=0.0))


def line_is_back(course: Course) -> Course:
    """A pause that only waited for better times is over; one that the desk asked for is not."""
    return replace(course, wait=0.0, failures=0) if course.line and not course.over else course


def why_of(course: Course, cancel: bool) -> str:
    """What is shown beside the phase: the last error, or what its owner should know at the end."""
    return TOO_LATE if cancel and course.phase is Phase.DONE else course.why


def at_rest(course: Course) -> Course:
    """No late looks: the desk cannot be searched, or enough of them were had."""
    return replace(course, wait=0.0)


def safe_to_drop(course: Course) -> bool:
    """Whether nothing of it can be at the desk, nor ever get there."""
    return not course.flying and course.maybe is None and course.receipt is None and not course.over


# -- inside -----------------------------------------------------------------------------------------


def _next_order(course: Course, limits: Limits, now: float) -> Course:
    course = replace(
        course, flying=False, tried=0, maybe=None, refused="", unseen=0, failures=0, wait=0.0, line=False, why=""
    )
    if course.stage is Stage.NOTE:
        return ended(course, Phase.DONE, "", limits, now)
    if course.stage is Stage.CREATE:
        return replace(course, stage=Stage.CHECK, phase=Phase.ATTACHING)
    if course.stage is Stage.CHECK:
        return replace(course, stage=Stage.ATTACH, phase=Phase.ATTACHING, file=0)
    return replace(course, file=course.file + 1, phase=Phase.ATTACHING)


def _calm(course: Course) -> Course:
    """The phase that is shown while nothing is under way."""
    if course.phase is Phase.WAITING_SIGN_IN or course.over:
        return course
    if course.stage in (Stage.CHECK, Stage.ATTACH):
        return replace(course, phase=Phase.ATTACHING)
    return replace(course, phase=Phase.QUEUED if course.maybe is None else Phase.UNKNOWN)


def _late(course: Course, receipts: tuple[Receipt, ...], limits: Limits, now: float) -> Course:
    looks = course.looks + 1
    wait = limits.late_s[looks] if looks < len(limits.late_s) else 0.0
    course = replace(course, looks=looks, since=now, wait=wait, failures=0)
    if not receipts:
        return course
    course = replace(course, receipt=kept_of(course, receipts))
    if course.phase is Phase.DONE:
        return course
    return replace(course, phase=Phase.DONE, why=FOUND_LATE)


def _failed_late(course: Course, limits: Limits, now: float, chance: float) -> Course:
    if course.failures >= LOOKS_MOST:
        return _late(course, (), limits, now)
    return replace(course, since=now, wait=pause_s(course.failures, limits, chance))
