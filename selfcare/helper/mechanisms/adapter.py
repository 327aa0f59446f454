"""Switching an interface off and on, or on."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from selfcare.helper import link, networkd, owner
from selfcare.helper.bus import BusError
from selfcare.helper.change import EXACT, MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.holding import held, hold
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import VOLATILE, ByOwner, Files
from selfcare.helper.nm import CONNECT_S, talking

ADDRESS_S = 25.0  # dhcpcd asks for its old address, and watches for five seconds whether somebody else has it


class Reconnecting:
    """NetworkManager leaves the profile the interface is on, and joins it again."""

    def plan(self, args: dict[str, Any]) -> Plan:
        name = args["interface"]
        with talking() as nm:
            profile = nm.profile(nm.needed(name))
            if not profile:
                raise Refusal("failed", f"{name} is not connected")
            uuid, kept = nm.uuid(profile), held(nm, nm.needed(name))
        how = {"interface": name, "uuid": uuid, "held": kept, VOLATILE: True}
        return Plan(how, {"on": uuid}, {"on": uuid}, {"on": [""]})

    def apply(self, entry: Entry) -> None:
        with talking() as nm:
            nm.disconnect(nm.needed(entry.how["interface"]))
        self.connect(entry)

    def connect(self, entry: Entry, wait_s: float = CONNECT_S) -> None:
        name = entry.how["interface"]
        with talking() as nm:
            try:
                nm.activate(nm.by_uuid(entry.how["uuid"]), nm.needed(name), wait_s)
            except Refusal:
                with suppress(Refusal, BusError):
                    hold(nm, nm.needed(name), name, entry.how["held"])
                raise

    def read(self, entry: Entry) -> State:
        with talking() as nm:
            active = nm.active(nm.needed(entry.how["interface"]))
            return {"on": nm.active_uuid(active) if active and not nm.ending(active) else ""}

    def restore(self, entry: Entry, files: Files) -> None:
        with talking() as nm:
            nm.activate(nm.by_uuid(entry.how["uuid"]), nm.needed(entry.how["interface"]), wait_s=0)


class Reconfiguring:
    """systemd-networkd sets the link up anew; nothing is in between."""

    def plan(self, args: dict[str, Any]) -> Plan:
        return Plan({"interface": args["interface"]}, {"asked": True}, {"asked": True}, {"asked": [True]})

    def apply(self, entry: Entry) -> None:
        networkd.tell("ReconfigureLink", "i", owner.index_of(entry.how["interface"]))

    def read(self, entry: Entry) -> State:
        return {"asked": True}

    def restore(self, entry: Entry, files: Files) -> None:
        """Nothing to do."""


class Switching:
    """The link itself, off and on; without a program that would do it, the routes that go with it are given back."""

    def __init__(self, give_back: bool) -> None:
        self.give_back = give_back

    def plan(self, args: dict[str, Any]) -> Plan:
        name = args["interface"]
        if not link.is_up(name):
            raise Refusal("failed", f"{name} is off")
        how: dict[str, Any] = {"interface": name, VOLATILE: True}
        before: State = {"up": True}
        if self.give_back:
            if link.fixed_ipv6(name):
                raise Refusal("unknown_owner", f"{name} has IPv6 addresses that would not come back")
            how["dump"] = link.dump("table", "all", "dev", name)
            before |= dict.fromkeys(link.routes(name), True)
        return Plan(how, before, dict(before), {key: [False] for key in before})

    def apply(self, entry: Entry) -> None:
        link.switch(entry.how["interface"], on=False)
        time.sleep(0.5)  # a partner at the other end of the cable must notice
        self.restore(entry, dict)
        if not self.give_back and not link.until(lambda: link.has_address(entry.how["interface"]), ADDRESS_S):
            raise Refusal("timed_out", "no address came back yet")

    def read(self, entry: Entry) -> State:
        return link.read(entry.how["interface"], entry.before)

    def restore(self, entry: Entry, files: Files) -> None:
        name = entry.how["interface"]
        link.switch(name, on=True)
        link.wait_carrier(name)
        if self.give_back:
            link.give_back(entry.how["dump"])


class On:
    """Networking, the interface, and its connection: whichever is off."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        before = self._read(args["interface"])
        wanted = {key: None if value is None else True for key, value in before.items()}
        # Only the desktop's switch for all of the network is remembered over a restart.
        how = {"interface": args["interface"], VOLATILE: before["networking"] is not False}
        return Plan(how, before, wanted)

    def apply(self, entry: Entry) -> None:
        name, was = entry.how["interface"], entry.before
        if was["networking"] is False:
            with talking() as nm:
                nm.enable(on=True)
            link.until(lambda: link.is_up(name))
        if not link.is_up(name):
            link.switch(name, on=True)
        if was["connected"] is False and not (was["up"] and was["networking"]):  # then it connects by itself
            link.until(lambda: bool(self._read(name)["connected"]))
        if self._read(name)["connected"] is False:
            with talking() as nm:
                nm.activate("/", nm.needed(name))

    def read(self, entry: Entry) -> State:
        now = self._read(entry.how["interface"])
        return now if entry.before["connected"] is not None else now | {"connected": None}

    def restore(self, entry: Entry, files: Files) -> None:
        name, was = entry.how["interface"], entry.before
        with suppress(Refusal), talking() as nm:
            if was["connected"] is False and was["up"]:  # what goes with the switch may come back with it
                nm.disconnect(nm.needed(name))
        if was["networking"] is False:
            with talking() as nm:
                nm.enable(on=False)
            link.until(lambda: link.is_up(name) == was["up"])
        if link.is_up(name) != was["up"]:
            link.switch(name, on=was["up"])
        link.until(lambda: self.read(entry) == was)

    def _read(self, name: str) -> State:
        """None where there is no NetworkManager, or it leaves this interface alone."""
        state: State = {"up": link.is_up(name), "networking": None, "connected": None}
        with suppress(Refusal), talking() as nm:
            state["networking"] = nm.networking()
            device = nm.device(name)
            # NetworkManager notices after some seconds that an interface was switched off.
            state["connected"] = bool(nm.active(device)) and bool(state["up"]) if device else None
        return state


MECHANISMS: dict[str, Mechanism] = {
    "adapter.restart": ByOwner(
        lambda args: owner.link_owner(args["interface"]),
        {
            owner.NM: Reconnecting(),
            owner.ND: Reconfiguring(),
            owner.DHCPCD: Switching(give_back=False),
            owner.DHCLIENT: Switching(give_back=True),
            owner.PLAIN: Switching(give_back=True),
        },
        undo=MEANWHILE,
    ),
    "adapter.enable": On(),
}
