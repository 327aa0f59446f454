"""One route too many; where the right one went with it, the lease's own returns in its place."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from typing import Any

from selfcare.helper import link, owner, tools
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import VOLATILE
from selfcare.helper.nm import talking

EVERYWHERE = ("default", "0.0.0.0/0")


class Removal:
    """The route is kept as ``ip`` itself stores it, whole, and given back so."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        words = _words(args)
        found = _shown(words[0], "exact", *words[1:])
        if len(found) != 1:
            raise Refusal("failed", "no such route" if not found else "more than one such route")
        dump = link.dump("exact", *words[1:], family=words[0])
        own = _leased(args)
        how = {"words": words, "dump": dump, "interface": args["interface"], "own": own, VOLATILE: True}
        if own:
            return Plan(how, {"there": True, "own": False}, {"there": False, "own": True})
        return Plan(how, {"there": True}, {"there": False})

    def apply(self, entry: Entry) -> None:
        words = entry.how["words"]
        tools.tell("ip", words[0], "route", "del", *words[1:])
        if entry.how.get("own"):
            tools.tell("ip", "-4", "route", "add", *entry.how["own"])

    def read(self, entry: Entry) -> State:
        words, own = entry.how["words"], entry.how.get("own")
        there = {"there": bool(_shown(words[0], "exact", *words[1:]))}
        return there | ({"own": bool(_shown("-4", "exact", *own))} if own else {})

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        own = entry.how.get("own")
        if own and _shown("-4", "exact", *own):
            tools.tell("ip", "-4", "route", "del", *own)
        link.give_back(entry.how["dump"], family=entry.how["words"][0])


def _shown(family: str, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(tools.ask("ip", family, "-j", "route", "show", *words) or b"[]")
    return found


def _leased(args: dict[str, Any]) -> list[str]:
    """The words of the default route that NetworkManager's lease gave and somebody took away; [] where it is there."""
    name = args["interface"]
    if args["destination"] not in EVERYWHERE or ":" in args["gateway"] or owner.link_owner(name) != owner.NM:
        return []
    with talking() as nm:
        router = nm.router(nm.needed(name))
    if not router or router == args["gateway"] or _shown("-4", "exact", "default", "via", router, "dev", name):
        return []
    home = [r for r in _shown("-4", "proto", "kernel", "dev", name) if _holds(r, router)]
    if len(home) != 1:
        return []
    source = ["src", home[0]["prefsrc"]] if "prefsrc" in home[0] else []
    via = str(ipaddress.IPv4Address(router))
    return ["default", "via", via, "dev", name, "proto", "dhcp", *source, "metric", str(home[0].get("metric", 0))]


def _holds(route: dict[str, Any], router: str) -> bool:
    return route["dst"] != "default" and ipaddress.ip_address(router) in ipaddress.ip_network(
        route["dst"], strict=False
    )


def _words(args: dict[str, Any]) -> list[str]:
    """The words that name the route, from arguments that were validated; the first is the family."""
    named = args["destination"] if args["destination"] != "default" else args["gateway"] or "0.0.0.0"
    version = ipaddress.ip_network(named).version
    via = ["via", args["gateway"]] if args["gateway"] else []
    return [f"-{version}", args["destination"], *via, "dev", args["interface"], "metric", str(args["metric"])]


MECHANISMS: dict[str, Mechanism] = {"route.remove": Removal()}
