"""A new lease; one that works is never given back first. IPv4 only: for IPv6 there is no call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from selfcare.helper.change import MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.windows import adapters, calls, registry


class Renewal:
    """The service that leases addresses asks again; a user is told if that needs an administrator."""

    undo = MEANWHILE

    def plan(self, args: dict[str, Any]) -> Plan:
        adapter = adapters.running(args["interface"])
        path = rf"{registry.INTERFACES4}\{adapter.guid}"
        if registry.number(registry.get(registry.MACHINE, path, "EnableDHCP")) == 0:
            raise Refusal("failed", f"the address of {adapter.name} is not automatic")
        calls.adapter_map(adapter.index)
        return Plan({"guid": adapter.guid}, {"asked": True}, {"asked": True}, {"asked": [True]})

    def apply(self, entry: Entry) -> None:
        calls.renew(calls.adapter_map(adapters.by_guid(entry.how["guid"]).index))

    def read(self, entry: Entry) -> State:
        return {"asked": True}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        """Nothing to do."""


MECHANISMS: dict[str, Mechanism] = {"dhcp.renew": Renewal()}
