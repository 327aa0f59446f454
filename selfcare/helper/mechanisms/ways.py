"""A change that is made differently by who owns the setting: the way is chosen once, and kept in the entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from selfcare.helper.change import EXACT
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State

VOLATILE = "until restart"  # in a plan's ``how``: a restart of the PC, or pulling the adapter out, ends the change
Files = Callable[[], dict[str, bytes]]


class Way(Protocol):
    """One owner's way."""

    def plan(self, args: dict[str, Any]) -> Plan:
        """As ``Mechanism.plan``, and so for the others."""

    def apply(self, entry: Entry) -> None:
        """Makes the change."""

    def read(self, entry: Entry) -> State:
        """What is there now."""

    def restore(self, entry: Entry, files: Files) -> None:
        """Puts it back."""


@dataclass(frozen=True)
class ByOwner:
    """The mechanism of a verb with one way per owner."""

    choose: Callable[[dict[str, Any]], str]
    ways: Mapping[str, Way]
    undo: str = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        owner = self.choose(args)
        if owner not in self.ways:
            raise Refusal("unknown_owner", owner)
        made = self.ways[owner].plan(args)
        made.how["way"] = owner
        return made

    def _way(self, entry: Entry) -> Way:
        return self.ways[entry.how["way"]]

    def apply(self, entry: Entry) -> None:
        self._way(entry).apply(entry)

    def read(self, entry: Entry) -> State:
        return self._way(entry).read(entry)

    def restore(self, entry: Entry, files: Files) -> None:
        self._way(entry).restore(entry, files)


@dataclass(frozen=True)
class NotOffered:
    """A verb that this system has no safe way for; a guide leads a person there by hand."""

    why: str
    undo: str = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        raise Refusal("unknown_owner", self.why)

    def apply(self, entry: Entry) -> None:
        raise Refusal("unknown_owner", self.why)

    def read(self, entry: Entry) -> State:
        raise Refusal("unknown_owner", self.why)

    def restore(self, entry: Entry, files: Files) -> None:
        raise Refusal("unknown_owner", self.why)
