"""The system's time. Time goes on, so there is no way back; the jump is kept for the record."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from selfcare.helper import host, point
from selfcare.helper.change import NEVER, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State


class Clock:
    """Set through the kernel; it writes the hardware's clock by itself where time is synchronised."""

    undo = NEVER

    def plan(self, args: dict[str, Any]) -> Plan:
        return Plan({"jump_s": round(args["seconds"] - time.time(), 1)}, {}, {})

    def apply(self, entry: Entry) -> None:
        point.reached("before clock")
        try:
            host.set_clock(float(entry.args["seconds"]))
        except PermissionError as error:
            raise Refusal("needs_privilege", "the clock") from error
        point.reached("after clock")

    def read(self, entry: Entry) -> State:
        return {}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        """Not possible, and said to be."""


MECHANISMS: dict[str, Mechanism] = {"clock.set": Clock()}
