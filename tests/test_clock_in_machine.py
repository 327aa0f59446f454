"""Setting the clock, on a machine that has one of its own."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests import machine
from tests.lab import rootfs
from tests.lab.repairs import told

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        machine.why_unavailable(tireless=True) is not None, reason=str(machine.why_unavailable(tireless=True))
    ),
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


@pytest.mark.skipif(rootfs.why_unavailable() is not None, reason=str(rootfs.why_unavailable()))
@pytest.mark.parametrize(("wrong_s", "without", "off_s"), [(-3 * YEAR_S, (), 1), (2 * YEAR_S, ("no-ntp",), 2)])
def test_a_whole_repair_of_the_clock(wrong_s: int, without: tuple[str, ...], off_s: float) -> None:
    """The home-network lab, made on the small machine: the time comes from time servers, or from pages where none."""
    rootfs.ensure()
    done = machine.python("-m", "tests.machine.home", str(wrong_s), *without, limit_s=300, tireless=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["check"]["code"], found["check"]["segments"]) == ("PC-CLOCK", ["pc"])
    document = found["repair"]
    assert told(document) == [("clock.set", "kept")]
    assert (document["state"], found["code"], found["again"]["state"]) == ("repaired", 0, "ok")
    assert abs(found["off_s"]) <= off_s
    assert found["undo"][0] == 0 and "No change" in found["undo"][1]
    (entry,) = found["list"]
    assert (entry["verb"], entry["state"], entry["reversible"]) == ("clock.set", "kept", False)
    assert not document["steps"][0]["reversible"], "said before it is done"
