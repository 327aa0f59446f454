"""Curves of the past: only what the box tells, dips kept, one cut counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from selfcare.model.box import LineEvent, OpticalInterface
from selfcare.model.box.line_sample import LineSample
from selfcare.model.units import Db, Dbm, Kbps, Seconds
from tests.ui.test_box_words import status
from ui.box_graphs import MOST, graphs, thin
from ui.line_series import Reading, Series

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
HOUR = 3600.0


def samples(*light: float | None, **more: object) -> list[LineSample]:
    """One an hour, the last one now."""
    first = NOW.timestamp() - (len(light) - 1) * HOUR
    return [
        LineSample(first + n * HOUR, up_time=Seconds(1e6 + n * HOUR), session="connected", link="up",
                   rx_power=None if value is None else Dbm(value))
        for n, value in enumerate(light)
    ]  # fmt: skip


def drawn(some: list[LineSample], days: int = 7, **told: object) -> tuple[Series, ...]:
    return graphs(some, status(**told), days, NOW.timestamp())


def test_only_what_the_box_tells_is_drawn() -> None:
    assert [s.what for s in drawn(samples(-18, -19))] == ["rx_power"]
    assert drawn(samples(None, None)) == ()
    dsl = [replace(s, margin_down=Db(9.0), rate_down=Kbps(50_000)) for s in samples(None, None)]
    assert [(s.what, s.unit, s.known[0].value) for s in drawn(dsl)] == [
        ("noise_margin_down", "dB", 9.0), ("rate_down", "Mbit/s", 50.0),
    ]  # fmt: skip


def test_the_period_is_the_one_chosen() -> None:
    some = samples(*[-18.0] * 60)
    assert [len(drawn(some, days)[0].readings) for days in (1, 7)] == [25, 60]


def test_the_limits_are_the_box_s_own() -> None:
    light = OpticalInterface(rx_low=Dbm(-27.0), rx_high=Dbm(-8.0))
    assert (drawn(samples(-18, -19), optical=light)[0].low, drawn(samples(-18, -19))[0].low) == (-27.0, None)


def test_a_cut_is_counted_once() -> None:
    some = samples(-18, -18, -18, -18, -18)
    some[2] = replace(some[2], session="disconnected", link="down", rx_power=None)
    at = datetime.fromtimestamp(some[2].at, UTC)
    log = (LineEvent(at - timedelta(minutes=2), up=False), LineEvent(at + timedelta(minutes=9), up=True))
    assert len(drawn(some)[0].cuts) == 1
    assert len(drawn(some, events=log)[0].cuts) == 1
    assert len(drawn(samples(*[-18] * 5), events=log)[0].cuts) == 1  # nobody looked, the box tells


def test_a_restart_between_two_readings_is_a_cut() -> None:
    some = samples(-18, -18, -18)
    some[2] = replace(some[2], up_time=Seconds(60))
    assert len(drawn(some)[0].cuts) == 1
    assert drawn(samples(-18, -18, -18))[0].cuts == ()


def test_a_month_read_without_a_break_is_drawn_without_one() -> None:
    start = NOW.timestamp() - 30 * 86_400
    many = [LineSample(start + n * 120, session="connected", rx_power=Dbm(-18.0 - n % 7 / 10)) for n in range(21_600)]
    month = drawn(many, 30)[0]
    assert len(month.runs()) == 1 and len(month.readings) <= MOST
    del many[10_000:10_400]  # thirteen hours
    assert len(drawn(many, 30)[0].runs()) == 2


def test_a_dip_survives_the_thinning() -> None:
    start = NOW - timedelta(days=30)
    many = [Reading(start + timedelta(minutes=2 * n), -18.0) for n in range(20_000)]
    many[12_345] = Reading(many[12_345].at, -27.5)
    many[3_000] = Reading(many[3_000].at, None)
    kept = thin(many)
    assert len(kept) <= MOST
    assert min(r.value for r in kept if r.value is not None) == -27.5
    assert many[3_000] in kept and kept[-1] is many[-1]
    assert [r.at for r in kept] == sorted(r.at for r in kept)
