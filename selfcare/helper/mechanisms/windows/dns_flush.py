"""Forgetting remembered names; there is nothing to put back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from selfcare.helper.change import NOTHING, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.windows import calls

LIMIT_S = 5.0  # others have seen the call hang


class Flush:
    """The one cache of Windows; a user may empty it, too."""

    undo = NOTHING

    def plan(self, args: dict[str, Any]) -> Plan:
        return Plan({}, {}, {})

    def apply(self, entry: Entry) -> None:
        refusals: list[Refusal] = []

        def flush() -> None:
            try:
                calls.flush_names()
            except Refusal as error:
                refusals.append(error)

        thread = threading.Thread(target=flush, daemon=True)
        thread.start()
        thread.join(LIMIT_S)
        if thread.is_alive():
            raise Refusal("timed_out", "DnsFlushResolverCache")
        if refusals:
            raise refusals[0]

    def read(self, entry: Entry) -> State:
        return {}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        """Nothing to do."""


MECHANISMS: dict[str, Mechanism] = {"dns.flush": Flush()}
