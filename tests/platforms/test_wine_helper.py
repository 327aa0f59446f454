"""The helper under Wine: its journal, guard, locks and pipes, and TerminateProcess at every moment of a change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.platforms import wine

pytestmark = pytest.mark.full
KILLING = "tests.platforms.wine_helper"
NAMES = '{"names": ["www.example.com"]}'
SERVERS = '{"interface": "eth0", "servers": ["9.9.9.9", "149.112.112.112"]}'
# Of the moments and victims, every so-manyeth is tried: a round takes seconds. By hand: a stride of 1.
STRIDE = "7"


def said(home: Path, words: list[str], timeout: float = 900) -> Any:
    done = wine.run(home, words, timeout)
    assert done.stdout.strip(), done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def judged(found: dict[str, Any]) -> None:
    print(found)
    assert found["failures"] == []
    assert found["rounds"] >= 8 and found["killed"] >= found["rounds"] // 4


@pytest.mark.parametrize(("verb", "arguments"), [("hosts.disable", NAMES), ("proxy.off", "{}")])
def test_killed_anywhere_everything_is_there_again(home: Path, verb: str, arguments: str) -> None:
    judged(said(home, ["-m", KILLING, "kill", verb, arguments, STRIDE]))


def test_killed_anywhere_the_old_resolvers_are_there_again(home: Path) -> None:
    """Wine has not the newer call: this is the way of an older Windows, with a netsh that does nothing."""
    judged(wine.on_the_lab(home, "healthy", ["-m", KILLING, "kill", "dns.set", SERVERS, STRIDE], 900))


@pytest.fixture(scope="module")
def ground(home: Path) -> dict[str, Any]:
    """Everything ``wine_ground`` found."""
    return dict(said(home, ["-m", "tests.platforms.wine_ground"]))


def test_a_folder_of_others_is_no_journal(ground: dict[str, Any]) -> None:
    """Wine's files belong to its one user, who is neither the system nor its administrators."""
    found = ground["folders"]
    assert found["owner"] == found["user"]
    assert found["strangers"].startswith("cannot_record: ") and found["user"] in found["strangers"]


def test_a_users_own_helper_changes_what_is_the_users(ground: dict[str, Any]) -> None:
    assert ground["as_user"] == {
        "off": True, "undone": "undone", "same": True, "machine's": "needs_privilege", "privileged": False,
        "in the list": True,
    }  # fmt: skip


def test_pipes_are_waited_for(ground: dict[str, Any]) -> None:
    found = ground["waiting"]
    assert (found["nothing"], found["ready"], found["end"]) == ([], True, True)
    assert 0.25 < found["took"] < 2


def test_a_lock_outlives_a_killed_helper_as_long_as_its_tool(ground: dict[str, Any]) -> None:
    assert ground["locks"] == {
        "second": False, "while the heir lives": False, "afterwards": True, "deleted while held": True,
    }  # fmt: skip


def test_a_tool_goes_with_its_helper(ground: dict[str, Any]) -> None:
    assert ground["tools_end"] == {"lived": True, "gone": True}


def test_a_file_that_is_read_is_replaced_all_the_same(ground: dict[str, Any]) -> None:
    assert ground["replacing"] == {"holds": "new", "left": False}


def test_the_registry_gives_back_what_it_was_given(ground: dict[str, Any]) -> None:
    assert ground["values"] == {"same": True, "gone": True}


def test_interfaces_are_named_exactly(ground: dict[str, Any]) -> None:
    assert ground["interfaces"] == {"good": True, "let in": []}


def test_the_guard_puts_back_what_nobody_keeps(ground: dict[str, Any]) -> None:
    assert ground["expires"] == {"changed": True, "back": True, "state": True}


def test_a_change_through_the_pipe_of_one_run(ground: dict[str, Any]) -> None:
    assert ground["one_run"] == {"privileged": True, "changed": True, "back": True}


def test_nobody_else_is_served(ground: dict[str, Any]) -> None:
    assert ground["wrong_process"] == "helper_gone"
    assert ground["strangers_program"] == {"mine": True, "another": False, "user": True}


def test_the_service(ground: dict[str, Any]) -> None:
    """A pipe of a user's session is not taken for the service; past that check, it is the helper and answers."""
    found = ground["service"]
    assert found.pop("place").startswith("protected: "), "not where others could replace the program"
    assert found == {"installed": 1, "a user's": "helper_gone", "asked": "root", "left": None}
