"""A system of two values, its journal and its guards: what the tests of a change's steps work on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selfcare.helper import point
from selfcare.helper.change import EXACT, Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Journal, Plan, State

OLD, NEW = {"a": "old", "b": "old"}, {"a": "new", "b": "new"}


class Setting:
    """A mechanism whose system is a dictionary of two values, changed one after the other."""

    def __init__(self, undo: str = EXACT) -> None:
        self.undo = undo
        self.system = {"a": "old", "b": "old"}
        self.fails: set[str] = set()

    def plan(self, args: dict[str, Any]) -> Plan:
        return Plan({}, dict(self.system), {"a": "new", "b": "new"}, {"a": ["nothing"]}, {"kept": b"\0old\xff"})

    def apply(self, entry: Entry) -> None:
        self.step("a", "nothing")
        self.step("a", "new")
        self.step("b", "new")

    def read(self, entry: Entry) -> State:
        return dict(self.system)

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        assert files() == {"kept": b"\0old\xff"}
        self.step("b", entry.before["b"])
        self.step("a", entry.before["a"])

    def step(self, key: str, value: str) -> None:
        if f"{key} {value}" in self.fails:
            raise Refusal("failed", "it does not want to")
        self.system[key] = value
        point.reached(f"{key} {value}")


class Fake:
    """A guard that only notes what it hears."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def heard(self) -> None:
        self.said.append("heard")

    def release(self) -> None:
        self.said.append("release")


class Killed(BaseException):
    """The power goes."""


class World:
    def __init__(self, folder: Path, undo: str = EXACT) -> None:
        self.setting = Setting(undo)
        self.journal = Journal(folder / "journal")
        self.guards: list[Fake] = []
        self.changes = self.again()

    def again(self) -> Changes:
        """The next start of the program."""
        return Changes(self.journal, lambda verb: self.setting, self.guard)

    def guard(self, name: str, seconds: float) -> Fake:
        assert self.journal.load(name).state == "prepared", "the entry is on the disk before its guard"
        assert self.setting.system == {"a": "old", "b": "old"}, "the guard is there before the change"
        self.guards.append(Fake())
        return self.guards[-1]

    def make(self) -> Entry:
        return self.changes.apply("dns.set", {"interface": "eth0"}, 30)

    def states(self) -> list[str]:
        return [entry.state for entry in self.journal.entries()]
