"""One route too many."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from typing import Any

from selfcare.helper import link, tools
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import VOLATILE


class Removal:
    """The route is kept as ``ip`` itself stores it, whole, and given back so."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        words = _words(args)
        found = json.loads(tools.ask("ip", *words[:1], "-j", "route", "show", "exact", *words[1:]) or b"[]")
        if len(found) != 1:
            raise Refusal("failed", "no such route" if not found else "more than one such route")
        dump = link.dump("exact", *words[1:], family=words[0])
        how = {"words": words, "dump": dump, "interface": args["interface"], VOLATILE: True}
        return Plan(how, {"there": True}, {"there": False})

    def apply(self, entry: Entry) -> None:
        words = entry.how["words"]
        tools.tell("ip", words[0], "route", "del", *words[1:])

    def read(self, entry: Entry) -> State:
        words = entry.how["words"]
        found = json.loads(tools.ask("ip", words[0], "-j", "route", "show", "exact", *words[1:]) or b"[]")
        return {"there": bool(found)}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        link.give_back(entry.how["dump"], family=entry.how["words"][0])


def _words(args: dict[str, Any]) -> list[str]:
    """The words that name the route, from arguments that were validated; the first is the family."""
    named = args["destination"] if args["destination"] != "default" else args["gateway"] or "0.0.0.0"
    version = ipaddress.ip_network(named).version
    via = ["via", args["gateway"]] if args["gateway"] else []
    return [f"-{version}", args["destination"], *via, "dev", args["interface"], "metric", str(args["metric"])]


MECHANISMS: dict[str, Mechanism] = {"route.remove": Removal()}
