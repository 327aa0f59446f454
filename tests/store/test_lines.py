"""The line's figures: spaced, kept for 90 days, lost to no clock, and never an error."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from selfcare.model.box.line_sample import LineSample
from selfcare.model.units import Dbm, Kbps
from selfcare.store import Store, lines
from selfcare.store.lines import LineHistory

DAY = 86_400.0


def test_kept_and_read_back(tmp_path: Path) -> None:
    now = time.time()
    history = LineHistory(tmp_path)
    one, two = LineSample(now - 600, rate_down=Kbps(51_234)), LineSample(now, rx_power=Dbm(-18.4), onu_state="O5")
    assert history.add("a", one) and history.add("a", two)
    assert history.since("a", DAY) == (one, two)
    assert history.since("b", DAY) == () and history.since("a", 300) == (two,)
    history.forget("a")
    assert history.since("a", DAY) == ()


def test_samples_in_quick_succession_are_one(tmp_path: Path) -> None:
    now, history = time.time(), LineHistory(tmp_path)
    assert history.add("a", LineSample(now))
    assert not history.add("a", LineSample(now + 10))
    assert history.add("b", LineSample(now + 10))
    assert history.add("a", LineSample(now - 3 * DAY)), "a clock that was set back keeps nothing for ever"


def test_old_ones_go_and_a_clock_from_the_future_takes_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, history = time.time(), LineHistory(tmp_path)
    monkeypatch.setattr(lines, "SPARED", 3)
    for age in (100, 95, 40, 2):
        history.add("a", LineSample(now - age * DAY))
    history.add("a", LineSample(now))
    assert len(history.since("a", 200 * DAY)) == 3
    history.add("a", LineSample(now + 5000 * DAY))
    assert len(history.since("a", 200 * DAY)) == 3


def test_an_unusable_folder_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = LineHistory(tmp_path / "file")
    assert not history.add("a", LineSample(1.0)) and history.since("a", DAY) == ()
    history.forget("a")


def test_beside_the_checks(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_check({"verdict": {"state": "ok", "code": None}})
    assert LineHistory(tmp_path).add("a", LineSample(time.time()))
    with Store(tmp_path) as store:
        assert len(store.recent()) == 1
