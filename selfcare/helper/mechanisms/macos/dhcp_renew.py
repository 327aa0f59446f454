"""A new lease; the DHCP client is asked to look at once, and keeps what it has meanwhile."""

from __future__ import annotations

from typing import Any

from selfcare.helper import tools
from selfcare.helper.change import MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.macos import links, services, store
from selfcare.helper.mechanisms.ways import Files

ADDRESS_S = 15.0


class Renewal:
    """A hint that the network may have changed; ``ipconfig set`` starts the client anew, a short pause."""

    undo = MEANWHILE

    def plan(self, args: dict[str, Any]) -> Plan:
        services.need_root()
        service = services.of_interface(args["interface"])
        if (service.entity("IPv4") or {}).get("ConfigMethod") != "DHCP":  # ipconfig would overrule a manual address
            raise Refusal("failed", f"the address of {service.interface} is not automatic")
        return Plan({"interface": service.interface}, {"asked": True}, {"asked": True})

    def apply(self, entry: Entry) -> None:
        name = entry.how["interface"]
        try:
            store.refresh(name)
        except OSError:
            tools.tell("ipconfig", "set", name, "DHCP")
        links.until(lambda: links.link(name).ready, ADDRESS_S)

    def read(self, entry: Entry) -> State:
        return {"asked": True}

    def restore(self, entry: Entry, files: Files) -> None:
        """Nothing to do."""


MECHANISMS: dict[str, Mechanism] = {"dhcp.renew": Renewal()}
