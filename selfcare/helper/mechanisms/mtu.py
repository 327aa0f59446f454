"""Smaller packets on one interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selfcare.helper import tools
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import VOLATILE


class Mtu:
    """The kernel's setting: it lasts until the interface is set up anew."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        name = args["interface"]
        return Plan({"interface": name, VOLATILE: True}, {"mtu": _mtu(name)}, {"mtu": args["bytes"]})

    def apply(self, entry: Entry) -> None:
        _set(entry, entry.wanted["mtu"])

    def read(self, entry: Entry) -> State:
        return {"mtu": _mtu(entry.how["interface"])}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        _set(entry, entry.before["mtu"])


def _mtu(name: str) -> int:
    return int(Path("/sys/class/net", name, "mtu").read_text(encoding="ascii"))


def _set(entry: Entry, size: int) -> None:
    tools.tell("ip", "link", "set", "dev", entry.how["interface"], "mtu", str(size))


MECHANISMS: dict[str, Mechanism] = {"mtu.set": Mtu()}
