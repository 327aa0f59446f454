"""The helper's Wi-Fi verbs, and the box's channel, on a real 802.11 stack with the real NetworkManager."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import machine
from tests.machine import why_unavailable as why_not

pytestmark = [pytest.mark.full, pytest.mark.skipif(why_not() is not None, reason=why_not() or "")]


def told(*words: str, limit_s: float = 200) -> dict[str, Any]:
    ended = machine.python("-m", *words, limit_s=limit_s, radios=3)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_each_verb_does_what_it_says_and_goes_back() -> None:
    found = told("tests.machine.wifi_repair", "verbs")
    slow, fast = found["slow"], found["fast"]
    assert found["first"] == slow

    assert (found["reconnect"]["now"], found["reconnect"]["changed"]) == (slow, False)
    for verb in ("prefer", "stick"):
        made = found[verb]
        assert (made["was"], made["now"], made["then"]) == (slow, fast, slow), verb
        assert made["changed"] and made["as_before"] and made["files"] == [], verb
    assert found["prefer 6"]["refused"][0] == "unknown_owner"
    assert found["stick elsewhere"]["refused"][0] == "failed"

    rejoin = found["rejoin"]
    assert rejoin["now"] and rejoin["then"] and rejoin["changed"] and rejoin["as_before"]
    assert rejoin["files"] == [] == rejoin["key_lies_in"]


def test_the_radio_comes_back_and_the_pc_with_it() -> None:
    found = told("tests.machine.wifi_repair", "radio")
    for how in ("airplane", "rfkill"):
        assert (found[how]["on"], found[how]["joined"], found[how]["undone"]) == ("enabled", True, "disabled"), how


@pytest.mark.parametrize(("verb", "args", "least"), [("wifi.rejoin", {}, 16), ("wifi.prefer", {"band": "5"}, 14)])
def test_killed_at_any_moment_all_is_as_before(verb: str, args: dict[str, str], least: int) -> None:
    found = told("tests.machine.wifi_repair", "kills", verb, json.dumps(args), limit_s=400)
    assert found["wrong"] == [] and found["left"] == []
    assert len(found["moments"]) >= least and found["moments"][-1] == ""


def test_the_boxs_channel_from_what_this_pc_hears() -> None:
    found = told("tests.machine.wifi_channel", limit_s=300)
    assert (found["joined"], found["now"], found["better"]) == (True, 6, found["on"])
    assert found["outcome"] == "done" and found["back"] and found["pc_on"] == found["better"] != 6
    assert found["better_then"] == [None]


def test_the_command_changes_the_boxs_channel_and_measures_it() -> None:
    found = told("tests.machine.wifi_channel", "command", limit_s=300)
    said = found["told"]
    assert (found["code"], found["was"], said["outcome"]) == (0, 6, "done"), found
    assert found["now"] in (1, 11, 13) and f"channel {found['now']}" in said["text"]
    assert "clearly freer" in said["text"]
