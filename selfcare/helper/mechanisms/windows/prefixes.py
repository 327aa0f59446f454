"""IPv4 first, while IPv6 is broken: the table by which Windows ranks addresses, as it is until the next start.

The other way, ``DisabledComponents`` in the registry, would need a restart of the PC, and another one to come back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.windows import calls, tool

IPV4 = "::ffff:0:0/96"
FIRST = 100  # above every precedence of the usual table
# A line of the table is two numbers and a prefix, in every language.
_LINE = re.compile(rb"^\s*(\d+)\s+(\d+)\s+([0-9A-Fa-f:.]+/\d+)\s*$", re.MULTILINE)


class Prefer:
    """One line of the table; a restart of the PC forgets the change, and nothing stays half done."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        now = _read()
        return Plan({"label": now[1]}, {"precedence": now[0]}, {"precedence": FIRST})

    def apply(self, entry: Entry) -> None:
        _set(entry, entry.wanted)

    def read(self, entry: Entry) -> State:
        return {"precedence": _read()[0]}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        _set(entry, entry.before)


def _read() -> tuple[int, int]:
    """Precedence and label of all IPv4 addresses."""
    said = tool.ask("netsh", "interface", "ipv6", "show", "prefixpolicies")
    for precedence, label, prefix in _LINE.findall(said):
        if prefix.decode().lower() == IPV4:
            return int(precedence), int(label)
    raise Refusal("unknown_owner", "Windows' table of prefixes is not the usual one")


def _set(entry: Entry, state: State) -> None:
    tool.tell(
        "netsh", "interface", "ipv6", "set", "prefixpolicy", f"prefix={IPV4}",
        f"precedence={int(state['precedence'])}", f"label={int(entry.how['label'])}", "store=active",
    )  # fmt: skip


MECHANISMS: dict[str, Mechanism] = {"ipv4.prefer": Prefer()}
