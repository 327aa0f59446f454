"""The scenarios as data, what is judged of them, and the overlay: without the machine."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import Any

import pytest

from selfcare.model.wifi import Link, WifiAccess, WifiReading
from selfcare.model.wifi.radio import Why
from tests.wifi import air, overlay, scenario, soak
from tests.wifi.air import Cell
from tests.wifi.report import looks
from tests.wifi.scenario import CODES, ScenarioError, load, names


def test_every_code_has_a_fault_and_a_near_miss() -> None:
    """A near miss of a code is a home where it would be a false blame."""
    loaded = [load(name) for name in names()]
    assert len(loaded) >= 25
    faults = Counter(c for s in loaded for c in {s.base.expected.code, *s.base.conditions})
    spared = Counter(c for s in loaded if s.base.kind != "healthy" for c in {*s.base.not_blamed, *s.untold})
    for code in (f"WIFI-{code}" for code in CODES):
        assert faults[code], code
        assert spared[code], code


def test_what_is_composed_is_said() -> None:
    """Whatever spoils packets in the air, or lies over the reader, is no work of the simulated radios."""
    for wanted in map(load, names()):
        steps = {step.do for step in (*wanted.base.steps, *wanted.during)}
        assert bool(wanted.composed) == bool(steps & {"air", "relay_hop"} or wanted.overlay), wanted.name
        assert wanted.radio_true


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('code = "WIFI-WEAK"', 'code = "WIFI-WEEK"'), ("channel = 6", "channel = 7"), ("signal = -84", "signal = 3"),
        ('radio = "box24"', 'radio = "box60"'), ('do = "air"', 'do = "fire"'), ("percent = 7.0", 'percent = "many"'),
        ("composed = ", "short = true # "),
    ],
)  # fmt: skip
def test_a_mistake_in_a_scenario_is_told(line: str, wrong: str, tmp_path, monkeypatch) -> None:
    text = (scenario.FOLDER / "weak.toml").read_text(encoding="utf-8")
    assert line in text
    (tmp_path / "weak.toml").write_text(text.replace(line, wrong), encoding="utf-8")
    monkeypatch.setattr(scenario, "FOLDER", tmp_path)
    load.cache_clear()
    try:
        with pytest.raises(ScenarioError):
            load("weak")
    finally:
        load.cache_clear()


def test_an_access_point_as_hostapd_is_told() -> None:
    text = air.configuration(Cell("box5", "Chez nous", 44, -50, "wpa3", width=80, load=(3, 0.5)))
    for line in ("channel=44", "vht_oper_chwidth=1", "vht_oper_centr_freq_seg0_idx=42", "wpa_key_mgmt=SAE",
                 "bridge=br-lan", "bss_load_test=3:128:20000"):  # fmt: skip
        assert line in text.splitlines()
    assert "wpa=2" not in air.configuration(Cell("near1", "x", 6, security="open", lan="nowhere"))


def reading(**link: Any) -> WifiReading:
    return WifiReading(WifiAccess.TOLD, 1.0, link=Link("x", "7c:16:89:00:00:02", None, -50.0, **link))


def test_facts_are_laid_over_and_counters_grow() -> None:
    facts = {"link": {"noise_dbm": -66}, "share": {"tx_retries": 0.5}}
    early = overlay.laid(reading(tx_packets=100, missing={"noise_dbm": Why.NOT_OFFERED}), facts).link
    late = overlay.laid(reading(tx_packets=300), facts).link
    assert early and late
    assert (early.snr_db, early.tx_retries, late.tx_retries, early.missing) == (16, 50, 150, {})
    assert overlay.laid(dataclasses.replace(reading(), link=None), facts).link is None


def moment(at: float, bssid: str | None, dbm: float | None = -50.0, **more: Any) -> dict[str, Any]:
    return {"kind": "live", "began_s": at, "got_s": at + 0.1, "bssid": bssid, "dbm": dbm, **more}


A, B = "7c:16:89:00:00:02", "7c:16:89:00:00:03"


def test_an_old_moment_shown_as_new_is_found() -> None:
    truths = [soak.Truth(t / 2, t / 2 + 0.1, A if t < 20 else B, -50.0 if t < 10 else -70.0) for t in range(40)]
    good = [moment(3, A), moment(7, A, -70), moment(15, B, -70), moment(10.2, A, -70), moment(9.8, B, -70)]
    assert not soak.judge(good, truths).wrong
    for bad in (moment(13, A, -70), moment(8, A, -50), moment(8, None), moment(3, B)):
        assert len(soak.judge([bad], truths).wrong) == 1, bad
    assert soak.judge([moment(13, None, stale=True)], truths).stale == 1
    assert len(soak.judge([moment(13, A, stale=True)], truths).wrong) == 1
    assert soak.judge([moment(99, A)], truths).unproved == 1


def test_a_hole_in_the_truth_accuses_nobody() -> None:
    """On a starved machine ``iw`` is asked seldom: who left within the hole was there before it, or is gone after."""
    truths = [soak.Truth(0.0, 0.1, A, -50.0), soak.Truth(3.0, 3.1, None, None), soak.Truth(6.0, 6.1, B, -50.0)]
    for good in (moment(2.2, A), moment(3.9, B)):
        judged = soak.judge([good], truths)
        assert (judged.wrong, judged.unproved) == ([], 1), good
    for bad in (moment(1.9, B), moment(2.2, A, -70), moment(4.05, A), moment(5.2, A)):
        assert len(soak.judge([bad], truths).wrong) == 1, bad
    # Asked often enough there is no hole, and what was true two seconds ago is old.
    often = [soak.Truth(t / 4, t / 4 + 0.2, A if t < 12 else B, -50.0) for t in range(40)]
    assert len(soak.judge([moment(4.3, A)], often).wrong) == 1


def test_what_iw_hears_is_truth_too() -> None:
    lines = [f"100.5: wlan0 (phy #0): connected to {A}", "101.0: wlan0 (phy #0): disconnected (by AP) reason: 3", "x"]
    assert soak.heard(lines, -90.0) == [[10.5, 10.5, A, None], [11.0, 11.0, None, None]]
    dumped = f"Station {A} (on wlan0)\n\tsignal:  \t-52 [-52] dBm\n\tauthorized:\tyes\n"
    assert soak.truth_of(dumped) == (A, -52.0)
    assert soak.truth_of(dumped.replace("yes", "no")) == (None, None)


def test_growth_is_found() -> None:
    told = {"code": 0, "errors": "", "truths": [[t, t, A, -50.0] for t in range(99)], "done": {}, "trouble": []}
    said = [{**moment(t, A), "rss_kb": 50000 + 300 * t, "open": 9 + t // 10} for t in range(50)]
    judged, wrong = soak.verdict({**told, "said": said})
    assert (judged.growth_kb, judged.open_growth) == (9000, 3)
    assert len(wrong) == 2
    assert not soak.verdict({**told, "said": [{**each, "rss_kb": 50000, "open": 9} for each in said]})[1]


def test_a_lab_that_broke_is_no_right_answer() -> None:
    (look,), _ = looks(json.dumps({"name": "weak", "broke": "no radio", "ready_s": 1.0}))
    assert not (look.right or look.exact or look.side)
    assert "no radio" in look.found
