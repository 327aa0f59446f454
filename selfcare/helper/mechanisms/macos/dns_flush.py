"""Forgetting remembered names; there is nothing to put back."""

from __future__ import annotations

from typing import Any

from selfcare.helper import tools
from selfcare.helper.change import NOTHING, Mechanism
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.macos import services
from selfcare.helper.mechanisms.ways import Files


class Flush:
    """mDNSResponder remembers names, the directory service its answers: each forgets by itself."""

    undo = NOTHING

    def plan(self, args: dict[str, Any]) -> Plan:
        services.need_root()  # mDNSResponder is not ours to signal; the other alone would help nobody
        return Plan({}, {}, {})

    def apply(self, entry: Entry) -> None:
        tools.tell("killall", "-HUP", "mDNSResponder", timeout=5)
        tools.tell("dscacheutil", "-flushcache", timeout=5)

    def read(self, entry: Entry) -> State:
        return {}

    def restore(self, entry: Entry, files: Files) -> None:
        """Nothing to do."""


MECHANISMS: dict[str, Mechanism] = {"dns.flush": Flush()}
