"""Two readings of a line compared: counters that went back tell nothing, and a clock that was set accuses nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfcare.app.box_figures import compare, cuts, restarts
from selfcare.model.box.line_sample import LineSample
from selfcare.model.units import Seconds

BEFORE = LineSample(1_000_000.0, up_time=Seconds(5_000), reboots=7, showtime=Seconds(3_000), retrains=2, crc_errors=10,
                    errored_secs=5, severely_errored_secs=1)  # fmt: skip
NOW = replace(BEFORE, at=1_000_600.0, up_time=Seconds(5_600), showtime=Seconds(3_600), crc_errors=40, errored_secs=9)


def test_a_quiet_line() -> None:
    change = compare(BEFORE, NOW)
    assert (change.seconds, change.restarted, change.resynced) == (600, False, False)
    assert (change.crc_errors, change.errored_secs, change.severely_errored_secs) == (30, 4, 0)


def test_a_restart_by_its_own_clock_or_by_its_count() -> None:
    assert compare(BEFORE, replace(NOW, up_time=Seconds(100), reboots=None)).restarted is True
    assert compare(BEFORE, replace(NOW, reboots=8)).restarted is True
    assert compare(BEFORE, replace(NOW, reboots=8)).crc_errors is None


def test_a_new_sync_makes_the_counters_tell_nothing() -> None:
    for new in (replace(NOW, showtime=Seconds(20)), replace(NOW, retrains=3)):
        change = compare(BEFORE, new)
        assert change.resynced is True and change.restarted is False
        assert change.crc_errors is change.errored_secs is None


def test_a_counter_that_went_back_is_none_and_not_negative() -> None:
    assert compare(BEFORE, replace(NOW, crc_errors=3)).crc_errors is None


@pytest.mark.parametrize("jump", [3 * 365 * 86_400.0, 86_400.0])
def test_this_pcs_clock_set_forward_is_no_restart(jump: float) -> None:
    """More time passed than the box was up: it restarted, or the clock was set. Only a count can tell."""
    change = compare(BEFORE, replace(NOW, at=NOW.at + jump, reboots=None))
    assert change.restarted is None
    counted = compare(BEFORE, replace(NOW, at=NOW.at + jump))
    assert counted.restarted is False and counted.seconds == 600


def test_what_is_not_told_is_not_claimed() -> None:
    silent = LineSample(1.0)
    change = compare(silent, replace(silent, at=601.0))
    assert (change.restarted, change.resynced, change.crc_errors) == (None, None, None)


def test_restarts_are_counted_between_samples() -> None:
    line = [BEFORE, NOW, replace(NOW, at=NOW.at + 600, up_time=Seconds(30), reboots=8)]
    assert restarts(line) == 1 and restarts(line[:2]) == 0 and restarts([]) == 0


def test_an_evening_at_the_switch_is_no_restarting_box() -> None:
    evening = [LineSample(1e9 + 900 * n, Seconds(300.0 - n)) for n in range(6)]
    day = [replace(one, at=1e9 + 9_000 * n) for n, one in enumerate(evening)]
    assert (restarts(evening), restarts(evening, 7_200.0), restarts(day, 7_200.0)) == (5, 0, 5)


def test_cuts_by_the_sessions_own_clock_or_by_its_absence() -> None:
    there = LineSample(0.0, session="connected", session_time=Seconds(5_000))
    later = replace(there, at=600.0, session_time=Seconds(5_600))
    new = replace(there, at=1_200.0, session_time=Seconds(60))
    gone = LineSample(1_800.0, session="disconnected")
    silent = LineSample(2_400.0)
    assert cuts([there, later]) == 0
    assert cuts([there, later, new]) == 1
    assert cuts([there, gone, replace(gone, at=1_900.0), new]) == 1, "one that lasts is one"
    assert cuts([there, silent, new]) == 0, "what was not told is not claimed"
