"""Switching an interface off and on, or on."""

from __future__ import annotations

import socket
import time
from typing import Any

from selfcare.helper import host, tools
from selfcare.helper.change import EXACT, MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.macos import links, networksetup, route, services, store
from selfcare.helper.mechanisms.macos.services import INACTIVE, Service
from selfcare.helper.mechanisms.ways import VOLATILE, ByOwner, Files

ADDRESS_S = 30.0  # association, and the DHCP client's patience with a switch that learns
OFF_S = 0.5  # a partner at the other end must notice
RADIO, CABLE = "radio", "cable"
FORCE = "in force"


class Radio:
    """The Wi-Fi's own switch, which whoever sits here may use."""

    def plan(self, args: dict[str, Any]) -> Plan:
        name = args["interface"]
        if not power(name):
            raise Refusal("failed", f"{name} is off")
        return Plan({"interface": name}, {"power": True}, {"power": True}, {"power": [False]})

    def apply(self, entry: Entry) -> None:
        name = entry.how["interface"]
        tools.tell("networksetup", "-setairportpower", name, "off")
        if not links.until(lambda: not power(name), 5.0):  # it says no only in words
            raise Refusal("failed" if host.is_root() else "needs_privilege", f"{name} stays on")
        time.sleep(OFF_S)
        self.restore(entry, dict)
        _ready(name)

    def read(self, entry: Entry) -> State:
        return {"power": power(entry.how["interface"])}

    def restore(self, entry: Entry, files: Files) -> None:
        name = entry.how["interface"]
        tools.tell("networksetup", "-setairportpower", name, "on")
        links.until(lambda: power(name), 5.0)


class Cable:
    """The interface's switch; configd gives it its addresses again, and what others had added comes back too."""

    def plan(self, args: dict[str, Any]) -> Plan:
        services.need_root()
        name = args["interface"]
        link = links.link(name)
        if not link.up:
            raise Refusal("failed", f"{name} is off")
        there = [found for found in links.routes(4) if found.interface == name]
        routes = [list(route.words(found)) for found in there if route.added(found, link.addresses)]
        before: State = {"up": True, **dict.fromkeys(map(_key, routes), True)}
        how = {"interface": name, "routes": routes, VOLATILE: True}
        return Plan(how, before, dict(before), {key: [False] for key in before})

    def apply(self, entry: Entry) -> None:
        name = entry.how["interface"]
        links.switch(name, on=False)
        time.sleep(OFF_S)
        links.switch(name, on=True)
        _ready(name)
        self.restore(entry, dict)

    def read(self, entry: Entry) -> State:
        name = entry.how["interface"]
        there = {_key(route.words(found)) for found in links.routes(4) if found.interface == name}
        return {"up": links.link(name).up, **{key: key in there for key in entry.before if key != "up"}}

    def restore(self, entry: Entry, files: Files) -> None:
        name = entry.how["interface"]
        if not links.link(name).up:
            links.switch(name, on=True)
            if entry.how["routes"]:  # only an address leads to their routers
                links.until(lambda: links.link(name).ready, ADDRESS_S)
        now = self.read(entry)
        for words in entry.how["routes"]:
            if not now[_key(words)]:
                tools.tell("route", "-n", "add", *words)


class On:
    """The interface and its service: whichever is off."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        services.need_root()
        service = services.of_interface(args["interface"], active=False)
        before: State = {"up": links.link(service.interface).up, "service": service.active}
        if _in_force(service) == service.active:  # else it is no state to wait for
            before[FORCE] = service.active
        flag = service.said.get(INACTIVE, True)
        if type(flag) not in (bool, int):
            raise Refusal("failed", "the service's switch cannot be read")
        how = {"interface": service.interface, "service": service.id, "flag": flag}
        return Plan(how, before, dict.fromkeys(before, True))

    def apply(self, entry: Entry) -> None:
        self._to(entry, entry.wanted)

    def read(self, entry: Entry) -> State:
        service = services.by_id(entry.how["service"])
        up = links.link(entry.how["interface"]).up if self._there(entry) else entry.before["up"]
        state: State = {"up": up, "service": service.active}
        return state | ({FORCE: _in_force(service)} if FORCE in entry.before else {})

    def restore(self, entry: Entry, files: Files) -> None:
        self._to(entry, entry.before)

    def _to(self, entry: Entry, state: State) -> None:
        """Going on, the service first: configd then finds the link as it comes up; going off, last."""
        if state["service"]:
            self._service(entry, on=True)
        if self._there(entry):
            self._link(entry, on=state["up"])
        if not state["service"]:
            self._service(entry, on=False)

    def _service(self, entry: Entry, *, on: bool) -> None:
        service = services.by_id(entry.how["service"])
        if service.active == on and _in_force(service) in (on, None):
            return
        try:
            said = {key: value for key, value in service.said.items() if key != INACTIVE}
            store.write({service.path: said if on else {**said, INACTIVE: entry.how["flag"]}})
        except OSError:
            networksetup.switch(service, on=on)
            store.synced()
        links.until(lambda: services.by_id(service.id).active == on and _in_force(service) in (on, None), 5.0)

    def _there(self, entry: Entry) -> bool:
        """An adapter that was pulled out has no switch; its service stays, for when it comes back."""
        return entry.how["interface"] in {name for _, name in socket.if_nameindex()}

    def _link(self, entry: Entry, *, on: bool) -> None:
        name = entry.how["interface"]
        if not links.until(lambda: links.link(name).up == on, 1.0):  # configd may be at it
            links.switch(name, on=on)


def _in_force(service: Service) -> bool | None:
    """Whether configd goes by it at this moment; None where that cannot be told."""
    try:
        return store.in_force(f"Setup:/Network/Service/{service.id}/Interface") is not None
    except OSError:
        return None


def _key(words: Any) -> str:
    return "route " + " ".join(words)


def power(name: str) -> bool:
    """By the last word of it: what stands before is a name."""
    said = tools.ask("networksetup", "-getairportpower", name).decode(errors="replace").split()
    if not said or said[-1] not in ("On", "Off"):
        raise Refusal("failed", f"{name}: no radio switch")
    return said[-1] == "On"


def _ready(name: str) -> None:
    if not links.until(lambda: links.link(name).ready, ADDRESS_S):
        raise Refusal("timed_out", "no address came back yet")


def _kind(args: dict[str, Any]) -> str:
    return RADIO if services.of_interface(args["interface"]).wifi else CABLE


MECHANISMS: dict[str, Mechanism] = {
    "adapter.restart": ByOwner(_kind, {RADIO: Radio(), CABLE: Cable()}, undo=MEANWHILE),
    "adapter.enable": On(),
}
