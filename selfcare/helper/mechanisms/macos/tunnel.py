"""A VPN whose other end is dead, ended as by its switch in the settings; one that a program made is left alone."""

from __future__ import annotations

import re
from typing import Any

from selfcare.helper import tools
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.macos import links, store
from selfcare.helper.mechanisms.ways import VOLATILE, Files

ENDED_S = 10.0
# Of "scutil --nc list": a word in brackets, then the service's id; names come after both.
_LINE = re.compile(r"[* ]?\s*\((\w[\w ]*)\)\s+([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\s")
_ON = frozenset({"Connected", "Connecting", "Connect"})
_INTERFACE = re.compile(r"^\s*InterfaceName : (\S+)\s*$", re.MULTILINE)


class Connection:
    """A VPN of the system's settings, by its id."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        return Plan({"id": self._meant(args), VOLATILE: True}, {"active": True}, {"active": False})

    def apply(self, entry: Entry) -> None:
        tools.tell("scutil", "--nc", "stop", entry.how["id"])
        if not links.until(lambda: not self.read(entry)["active"], ENDED_S):
            raise Refusal("failed", "the VPN stays")

    def read(self, entry: Entry) -> State:
        return {"active": entry.how["id"] in _active()}

    def restore(self, entry: Entry, files: Files) -> None:
        tools.tell("scutil", "--nc", "start", entry.how["id"])
        links.until(lambda: bool(self.read(entry)["active"]), ENDED_S)

    def _meant(self, args: dict[str, Any]) -> str:
        if "connection" in args:
            found = [each for each in _active() if each.lower() == args["connection"]]
        else:
            if not links.is_tunnel(args["interface"]):
                raise Refusal("bad_argument", f"{args['interface']} is no tunnel")
            found = [each for each in _active() if _interface(each) == args["interface"]]
        if len(found) != 1:
            # Its own program made it, and would be left without it: only that program ends it well.
            raise Refusal("unknown_owner", "no VPN of the settings")
        return found[0]


def _active() -> list[str]:
    said = tools.ask("scutil", "--nc", "list").decode(errors="replace")
    return [found[2] for line in said.splitlines() if (found := _LINE.match(line)) and found[1] in _ON]


def _interface(number: str) -> str:
    for family in ("IPv4", "IPv6"):
        key = f"State:/Network/Service/{number}/{family}"
        try:
            name = (store.in_force(key) or {}).get("InterfaceName")
        except OSError:
            said = _INTERFACE.search(tools.ask("scutil", data=f"show {key}\nquit\n".encode()).decode(errors="replace"))
            name = said[1] if said else None
        if isinstance(name, str):
            return name
    return ""


MECHANISMS: dict[str, Mechanism] = {"tunnel.stop": Connection()}
