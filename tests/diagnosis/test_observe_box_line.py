"""The figures of the line as boxes tell them: light, margin, errors; with the error of meters and of counters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.model.box import BoxStatus, DslDirection, LinkStatus
from selfcare.model.payloads.box import LineChange
from selfcare.model.tri import Tri
from selfcare.model.units import Db, Dbm, Seconds
from tests.diagnosis.boxes import DEVICE, LIGHT, SYNC, status, telephone
from tests.diagnosis.test_observe_box import number, told

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN


@pytest.mark.parametrize(
    ("power", "low", "good", "far"),
    [
        (-18.4, -27.0, YES, NO),
        (-25.0, -27.0, UNKNOWN, NO),  # worth no word: within the error of the meter
        (-27.5, -27.0, UNKNOWN, NO),
        (-29.4, -27.0, NO, NO),
        (-30.5, -27.0, NO, YES),
        (-29.4, None, UNKNOWN, NO),  # no limit of its own: the standard's, and the meter's error
        (-30.5, None, NO, YES),
        (-6.0, -27.0, NO, NO),
        (-30.5, -32.0, UNKNOWN, NO),  # its own limits go before
    ],
)
def test_the_level_of_light_is_judged_with_the_error_of_its_meter(
    power: float, low: float | None, good: Tri, far: Tri
) -> None:
    seen = status(optical=replace(LIGHT, rx_power=Dbm(power), rx_low=None if low is None else Dbm(low)))
    facts = told(seen)
    assert (facts.get("optical_level_good", UNKNOWN), facts["optical_level_far_off"]) == (good, far)
    assert number("optical_rx", seen) == (power, "dBm")


def _dsl(down: DslDirection | None = None, **changes: Any) -> BoxStatus:
    ways: dict[str, Any] = {"down": down, "up": DslDirection()} if down else {}
    return telephone(dsl=replace(SYNC, **changes, **ways))


@pytest.mark.parametrize(
    ("margin", "expected"), [(9.4, YES), (6.0, YES), (4.5, UNKNOWN), (3.0, UNKNOWN), (2.1, NO), (-0.5, NO)]
)
def test_the_margin_of_a_telephone_line(margin: float, expected: Tri) -> None:
    seen = _dsl(DslDirection(noise_margin=Db(margin), attenuation=Db(20.0)))
    assert told(seen).get("dsl_margin_enough", UNKNOWN) is expected
    assert number("dsl_margin", seen) == (margin, "dB")


def test_zeros_and_figures_without_sync_are_no_margin() -> None:
    assert "dsl_margin_enough" not in told(_dsl(DslDirection(noise_margin=Db(0.0), attenuation=Db(0.0))))
    assert "dsl_margin_enough" not in told(_dsl(DslDirection(noise_margin=Db(0.1)), status=LinkStatus.DOWN))


@pytest.mark.parametrize(
    ("crc", "severe", "age", "expected"),
    [
        (12, 1, 432_100.0, YES),
        (48_000, 310, 3_600.0, NO),  # the counter alone, but 800 a minute
        (48_000, 10, 432_100.0, UNKNOWN),  # a storm some day
        (5_000, 0, 3_600.0, UNKNOWN),  # 83 a minute: not clear enough without a second reading
        (60_000, 500, 300.0, UNKNOWN),  # just synced
    ],
)
def test_a_counter_alone_accuses_only_at_a_rate_that_is_clear(crc: int, severe: int, age: float, expected: Tri) -> None:
    way = DslDirection(noise_margin=Db(9.0), attenuation=Db(20.0), crc_errors=crc, severely_errored_secs=severe)
    seen = replace(_dsl(way, showtime=Seconds(age)), device=replace(DEVICE, up_time=Seconds(age + 90.0)))
    assert told(seen).get("dsl_errors_low", UNKNOWN) is expected


def test_two_readings_go_before_the_counter() -> None:
    way = DslDirection(noise_margin=Db(9.0), attenuation=Db(20.0), crc_errors=48_000, severely_errored_secs=310)
    seen = _dsl(way, showtime=Seconds(3_600.0))
    quiet, loud = (LineChange(Seconds(600.0), crc_errors=n, severely_errored_secs=0) for n in (2, 700))
    assert told(seen, change=quiet)["dsl_errors_low"] is YES
    assert told(seen, change=loud)["dsl_errors_low"] is NO
    assert told(_dsl(showtime=Seconds(90_000.0)), change=loud)["dsl_errors_low"] is NO
    reset = LineChange(Seconds(600.0))  # the counters went back
    assert told(_dsl(), change=reset)["dsl_errors_low"] is YES
