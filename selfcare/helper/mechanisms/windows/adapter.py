"""Starting an adapter anew, or switching it on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from selfcare.helper.change import EXACT, MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.windows import adapters, calls, devices

UP_S = 30.0
OPER_UP = 1
Files = Callable[[], dict[str, bytes]]


class Restarting:
    """The device is stopped and started, but never switched off: with the next start of the PC it would run."""

    undo = MEANWHILE

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        adapter = adapters.running(args["interface"])
        how = {"guid": adapter.guid, "device": adapters.device(adapter.guid)}
        return Plan(how, {"on": True}, {"on": True}, {"on": [False]})

    def apply(self, entry: Entry) -> None:
        devices.change(entry.how["device"], devices.RESTART)
        if not _until_up(entry.how["guid"]):
            raise Refusal("timed_out", "the adapter did not come back yet")

    def read(self, entry: Entry) -> State:
        return {"on": devices.started(entry.how["device"])}

    def restore(self, entry: Entry, files: Files) -> None:
        """A kill between stopping and starting leaves it stopped, though nobody switched it off."""
        devices.change(entry.how["device"], devices.RESTART)


class Enabling:
    """A card that somebody switched off."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        adapter = adapters.find(args["interface"])
        how = {"guid": adapter.guid, "device": adapters.device(adapter.guid)}
        return Plan(how, {"on": not adapters.is_disabled(how["device"])}, {"on": True})

    def apply(self, entry: Entry) -> None:
        devices.change(entry.how["device"], devices.ENABLE)
        _until_up(entry.how["guid"])

    def read(self, entry: Entry) -> State:
        return {"on": not adapters.is_disabled(entry.how["device"])}

    def restore(self, entry: Entry, files: Files) -> None:
        devices.change(entry.how["device"], devices.ENABLE if entry.before["on"] else devices.DISABLE)


def _until_up(guid: str) -> bool:
    """A driver takes its time; without a cable there is nothing to wait for in the end."""
    end = time.monotonic() + UP_S
    while time.monotonic() < end:
        for row in calls.interfaces():
            if adapters.guid_text(bytes(row.guid)) == guid and row.oper_status == OPER_UP:
                return True
        time.sleep(0.2)
    return False


MECHANISMS: dict[str, Mechanism] = {"adapter.restart": Restarting(), "adapter.enable": Enabling()}
