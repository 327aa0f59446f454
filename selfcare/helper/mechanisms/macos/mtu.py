"""Smaller packets on one interface."""

from __future__ import annotations

from typing import Any

from selfcare.helper import tools
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.macos import links, services
from selfcare.helper.mechanisms.ways import VOLATILE, Files


class Mtu:
    """The kernel's setting: it lasts until the interface is set up anew."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        services.need_root()
        name = args["interface"]
        return Plan({"interface": name, VOLATILE: True}, {"mtu": links.link(name).mtu}, {"mtu": args["bytes"]})

    def apply(self, entry: Entry) -> None:
        self._set(entry, entry.wanted["mtu"])
        if self.read(entry) != entry.wanted:
            raise Refusal("failed", "the interface does not take this size")

    def read(self, entry: Entry) -> State:
        return {"mtu": links.link(entry.how["interface"]).mtu}

    def restore(self, entry: Entry, files: Files) -> None:
        self._set(entry, entry.before["mtu"])

    def _set(self, entry: Entry, size: int) -> None:
        tools.tell("ifconfig", entry.how["interface"], "mtu", str(size))


MECHANISMS: dict[str, Mechanism] = {"mtu.set": Mtu()}
