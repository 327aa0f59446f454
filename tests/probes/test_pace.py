"""The book that is kept of questions at a steady pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection

import pytest

from probes.wire.pace import Ledger, Plan

PLAN = Plan(count=8, limit_s=0.6, pace_s=0.002, give_up_s=0.3)


def _kept(unsendable: Collection[int], answered: Collection[int]) -> tuple[list[int], tuple[float | None, ...]]:
    ledger = Ledger(PLAN)
    tried: list[int] = []

    def ask(number: int) -> bool:
        tried.append(number)
        ledger.asked(number)
        if number in unsendable:
            return ledger.not_asked(number)
        if number in answered:
            ledger.answered(number, float(number))
        return True

    asyncio.run(ledger.keep_pace(ask))
    return tried, ledger.judge()


def test_what_could_not_be_sent_is_no_loss_and_shifts_no_other_answer() -> None:
    tried, rtts = _kept({1}, {0, 2, 3, 4, 5, 6, 7})
    assert tried == list(range(8))
    assert rtts == (0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)


@pytest.mark.parametrize(("unsendable", "tried"), [({0}, 1), ({5}, 6)])
def test_it_ends_where_nothing_can_be_sent_from_the_start_or_any_more(unsendable: set[int], tried: int) -> None:
    assert len(_kept(unsendable, range(8))[0]) == tried


def test_only_what_was_asked_is_awaited_and_once() -> None:
    ledger = Ledger(PLAN)
    ledger.asked(0)
    assert ledger.awaits(0) and not ledger.awaits(1) and not ledger.awaits(-1)
    ledger.answered(0, 1.0)
    assert not ledger.awaits(0)


@pytest.mark.alone
def test_silence_ends_it_early_and_is_a_loss_in_its_place() -> None:
    started = time.monotonic()
    _, rtts = _kept((), ())
    assert rtts == (None,) * 8
    assert time.monotonic() - started < 0.6
    assert _kept((), {0, 1, 2, 4, 5, 6, 7})[1][3] is None
