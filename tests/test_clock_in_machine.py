"""Setting the clock, on a machine that has one of its own."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests import machine

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(machine.why_unavailable() is not None, reason=str(machine.why_unavailable())),
]
YEAR_S = 365 * 86400
ENTRY = ["change.list", {}]
DATE = ["$", "date +%s"]


def talk(*items: list[Any]) -> list[Any]:
    """One conversation with the real helper on the small machine."""
    done = machine.python("-m", "tests.helper.talk", json.dumps(items))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("wrong_s", [-3 * YEAR_S, 2 * YEAR_S])
def test_a_clock_wrong_by_years_is_set_right_and_the_jump_noted(wrong_s: int) -> None:
    now = int(time.time())
    wrong, made, right, undone, listed, kept = talk(
        ["$", f"date -s @{now + wrong_s} > /dev/null; date +%s"], ["clock.set", {"seconds": now}], DATE,
        ["change.undo", {"entry": "last"}], ENTRY, ["$", "cat /var/lib/selfcare/journal/*.json"],
    )  # fmt: skip
    assert abs(int(wrong) - now - wrong_s) <= 1
    assert abs(int(right) - now) <= 2
    entry = made["ok"]["entry"]
    assert (entry["state"], entry["reversible"]) == ("kept", False)
    assert undone["error"]["detail"] == "cannot be undone"
    assert abs(json.loads(kept)["how"]["jump_s"] + wrong_s) <= 2, "the jump is on record"
    assert [each["state"] for each in listed["ok"]["entries"]] == ["kept"]
    assert abs(time.time() - now) < 60, "this machine's own clock goes on"
