"""A new lease; one that works is never given back first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from selfcare.helper import dhclient, dhcpcd, networkd, owner
from selfcare.helper.change import MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.adapter import Reconnecting
from selfcare.helper.mechanisms.ways import VOLATILE, ByOwner, Files
from selfcare.helper.nm import talking

ANSWER_S = 15.0  # a server that lives answers at once; a client asks four times in so long (RFC 2131, 4.1)


class ByNetworkManager(Reconnecting):
    """It has no renewal: it connects again, a short pause."""

    def plan(self, args: dict[str, Any]) -> Plan:
        made = super().plan(args)
        with talking() as nm:
            settings = nm.settings(nm.by_uuid(made.how["uuid"]))
        if settings.get("ipv4", {}).get("method", ["s", ""])[1] != "auto":
            raise Refusal("failed", f"the address of {args['interface']} is not automatic")
        return made

    def apply(self, entry: Entry) -> None:
        self.connect(entry, ANSWER_S)


class Asking:
    """The owner renews on request; nothing is in between."""

    def __init__(self, ask: Callable[[str], None]) -> None:
        self.ask = ask

    def plan(self, args: dict[str, Any]) -> Plan:
        return Plan({"interface": args["interface"]}, {"asked": True}, {"asked": True}, {"asked": [True]})

    def read(self, entry: Entry) -> State:
        return {"asked": True}

    def restore(self, entry: Entry, files: Files) -> None:
        """Nothing to do."""

    def apply(self, entry: Entry) -> None:
        self.ask(entry.how["interface"])


def ask_networkd(name: str) -> None:
    """systemd-networkd."""
    networkd.tell("RenewLink", "i", owner.index_of(name))


class ByDhclient:
    """dhclient is stopped without giving the address back, and started again with its own words."""

    def plan(self, args: dict[str, Any]) -> Plan:
        found = dhclient.running(args["interface"])
        if found is None:
            raise Refusal("failed", "dhclient has just ended")
        how = {"interface": args["interface"], "words": found.words, VOLATILE: True}
        return Plan(how, {"runs": True}, {"runs": True}, {"runs": [False]})

    def apply(self, entry: Entry) -> None:
        dhclient.stop(entry.how["interface"])
        dhclient.start(entry.how["words"])
        dhclient.wait(entry.how["words"])

    def read(self, entry: Entry) -> State:
        return {"runs": dhclient.running(entry.how["interface"]) is not None}

    def restore(self, entry: Entry, files: Files) -> None:
        dhclient.start(entry.how["words"])


MECHANISMS: dict[str, Mechanism] = {
    "dhcp.renew": ByOwner(
        lambda args: owner.link_owner(args["interface"]),
        {
            owner.NM: ByNetworkManager(),
            owner.ND: Asking(ask_networkd),
            owner.DHCPCD: Asking(dhcpcd.renew),
            owner.DHCLIENT: ByDhclient(),
        },
        undo=MEANWHILE,
    )
}
