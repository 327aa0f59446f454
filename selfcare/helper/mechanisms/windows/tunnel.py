"""A VPN whose other end is dead: one that Windows dials, or one of WireGuard, whose tunnels are services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import VOLATILE, ByOwner
from selfcare.helper.mechanisms.windows import adapters, calls, ras, services

RAS, WIREGUARD = "windows", "wireguard"
Files = Callable[[], dict[str, bytes]]


class Dialled:
    """The user's own connection; one that could not be dialled again by itself is not ended."""

    def plan(self, args: dict[str, Any]) -> Plan:
        found = _dialled(args["interface"])
        if found is None:
            raise Refusal("failed", "it is not connected")
        if ras.parameters(found.book, found.entry) is None:
            raise Refusal("unknown_owner", "its password is not saved: only its user can connect it again")
        how = {"entry": found.entry, "book": found.book, "user": calls.user(), VOLATILE: True}
        return Plan(how, {"active": True}, {"active": False})

    def apply(self, entry: Entry) -> None:
        found = _dialled(entry.how["entry"])
        if found:
            ras.hang_up(found)

    def read(self, entry: Entry) -> State:
        calls.check_user(entry.how["user"])
        return {"active": _dialled(entry.how["entry"]) is not None}

    def restore(self, entry: Entry, files: Files) -> None:
        made = ras.parameters(entry.how["book"], entry.how["entry"])
        if made is None:
            raise Refusal("failed", "its password is not saved any more")
        ras.dial(entry.how["book"], made)


class Service:
    """WireGuard's own program gives each tunnel a service of its name."""

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        name = _service(args["interface"])
        if services.state(name) != services.RUNNING:
            raise Refusal("failed", "it is not connected")
        return Plan({"service": name, VOLATILE: True}, {"runs": True}, {"runs": False})

    def apply(self, entry: Entry) -> None:
        services.stop(entry.how["service"])

    def read(self, entry: Entry) -> State:
        found = services.state(entry.how["service"])
        # Its own program takes the service along when its user ends the tunnel: nothing of ours is left.
        return {"runs": None if found is None else found != services.STOPPED}

    def restore(self, entry: Entry, files: Files) -> None:
        services.start(entry.how["service"])


def _dialled(name: str) -> ras.Dialled | None:
    return next((found for found in ras.connections() if found.entry == name), None)


def _service(name: str) -> str:
    return f"WireGuardTunnel${name}"


def _way(args: dict[str, Any]) -> str:
    if "interface" not in args:
        raise Refusal("bad_argument", "a connection is named by its interface here")
    name = args["interface"]
    if not adapters.find(name).tunnel:
        raise Refusal("bad_argument", f"{name} is no tunnel")
    if _dialled(name):
        return RAS
    if services.state(_service(name)) is not None:
        return WIREGUARD
    raise Refusal("unknown_owner", f"{name} belongs to a program that only its user can end")


MECHANISMS: dict[str, Mechanism] = {"tunnel.stop": ByOwner(_way, {RAS: Dialled(), WIREGUARD: Service()}, undo=EXACT)}
