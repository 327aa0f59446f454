"""One route too many."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any

from selfcare.helper import tools
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.macos import links, services
from selfcare.helper.mechanisms.macos.links import Route
from selfcare.helper.mechanisms.ways import VOLATILE, Files

# Static, and neither tied to an interface, a clone, a black hole, a broadcast: what "route add" makes, whole.
SPECIAL = frozenset("IWBRbmD")


class Removal:
    """There is at most one such route: macOS knows no metrics."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        services.need_root()
        version = _version(args)
        named = (links.network(args["destination"], version), args["gateway"], args["interface"], args["metric"])
        all_of = [each for each in links.routes(version) if ordinary(each)]
        found = [each for each in all_of if (each.destination, each.gateway, each.interface, 0) == named]
        if len(found) != 1:
            raise Refusal("failed", "no such route" if not found else "more than one such route")
        how = {"version": version, "words": list(words(found[0])), "interface": args["interface"], VOLATILE: True}
        return Plan(how, {"there": True}, {"there": False})

    def apply(self, entry: Entry) -> None:
        tools.tell("route", "-n", "delete", *entry.how["words"])
        if self.read(entry)["there"]:  # it says no only in words
            raise Refusal("failed", "the route stays")

    def read(self, entry: Entry) -> State:
        found = (list(words(each)) for each in links.routes(entry.how["version"]) if ordinary(each))
        return {"there": entry.how["words"] in found}

    def restore(self, entry: Entry, files: Files) -> None:
        tools.tell("route", "-n", "add", *entry.how["words"])


def ordinary(route: Route) -> bool:
    """Whether ``route add`` would make it again."""
    return "S" in route.flags and not SPECIAL & set(route.flags)


def added(route: Route, own: Sequence[ipaddress.IPv4Address]) -> bool:
    """Whether somebody added it by hand: configd's (way out, own network) come back by themselves."""
    if route.destination == "default" or not ordinary(route):
        return False
    network = ipaddress.IPv4Network(route.destination)
    return bool(route.gateway) or not (network.is_link_local or any(address in network for address in own))


def words(route: Route) -> Sequence[str]:
    """The words that name it, from values that were read as addresses."""
    zone = f"%{route.interface}" if route.gateway.startswith("fe80:") else ""
    via = (route.gateway + zone,) if route.gateway else ("-interface", route.interface)
    kind = "-host" if "H" in route.flags else "-net"
    named = route.destination.partition("/")[0] if kind == "-host" else route.destination
    return ("-inet6" if route.version == 6 else "-inet", kind, named, *via)


def _version(args: dict[str, Any]) -> int:
    named = args["destination"] if args["destination"] != "default" else args["gateway"] or "0.0.0.0"
    return ipaddress.ip_network(named).version


MECHANISMS: dict[str, Mechanism] = {"route.remove": Removal()}
