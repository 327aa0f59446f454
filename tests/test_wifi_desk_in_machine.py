"""``selfcare wifi`` on a real 802.11 stack: a reading, live, a walk; and what a minute of live costs."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from selfcare.contract.wifi import load_wifi_schema
from tests import machine

VALID = jsonschema.Draft202012Validator(load_wifi_schema())


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    ended = machine.python("-m", "tests.machine.wifi_live", "20", limit_s=240, radios=4)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return told


pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(machine.why_unavailable() is not None, reason=str(machine.why_unavailable())),
]


def test_a_reading_is_what_the_radio_says(found: dict[str, Any]) -> None:
    assert found["json"]["code"] == 0, found["json"]["err"]
    told = json.loads(found["json"]["out"])
    VALID.validate(told)
    link = told["link"]
    assert (link["ssid"], link["channel"]["number"], link["rssi_dbm"]) == ("Chez-Dupont", 36, -45.0)
    assert "Chez-Dupont" in found["text"]["out"] and "canal 36" in found["text"]["out"]


def test_live_follows_the_signal_and_never_shows_a_link_that_is_gone(found: dict[str, Any]) -> None:
    moments = found["trouble"]["moments"]
    for one in (*moments, *found["watch"]["moments"]):
        VALID.validate(one)
    levels = [one["link"]["rssi_dbm"] for one in moments if one["link"]]
    assert max(levels) == -45.0 and min(levels) <= -70.0
    gone = [at for at, one in enumerate(moments) if one["link"] is None]
    assert len(gone) >= 4
    assert all(moments[at]["grade"] in ("unknown", "bad") for at in gone)
    assert moments[-1]["link"] is not None


def test_live_asks_the_box_and_costs_little(found: dict[str, Any]) -> None:
    """This machine is some eight times slower than the one it runs on: 4 % of it are half a per cent of that."""
    watch = found["watch"]
    answered = [one["rtt_ms"] for one in watch["moments"] if one["rtt_ms"] is not None]
    assert len(answered) >= len(watch["moments"]) - 3
    assert watch["cpu_pct"] < 4.0


def test_a_walk_is_kept_by_room_and_shown(found: dict[str, Any]) -> None:
    assert found["walk"]["code"] == 0, found["walk"]["err"]
    (walk,) = json.loads(found["walks"]["out"])["walks"]
    near, far = walk["rooms"]
    assert (near["name"], near["grade"], far["name"]) == ("Salon", "good", "Chambre")
    assert far["rssi_dbm"] <= near["rssi_dbm"] - 20
    assert walk["box_room"] == "Salon"
    assert "| Salon" in found["plan"]["out"]
