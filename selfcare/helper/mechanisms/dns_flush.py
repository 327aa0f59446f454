"""Forgetting remembered names; there is nothing to put back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from selfcare.helper import owner, point, tools
from selfcare.helper.bus import ABSENT, Bus, BusError, refused
from selfcare.helper.change import NOTHING, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State


class Flush:
    """Every cache that runs here: systemd-resolved (any user may), nscd, dnsmasq."""

    undo = NOTHING

    def plan(self, args: dict[str, Any]) -> Plan:
        found = [name for name, there in (("resolved", _resolved_there()), ("nscd", bool(_ids("nscd"))),
                                          ("dnsmasq", bool(_ids("dnsmasq")))) if there]  # fmt: skip
        if not found:
            raise Refusal("failed", "nothing here remembers names")
        return Plan({"caches": found}, {}, {})

    def apply(self, entry: Entry) -> None:
        ways: dict[str, Callable[[], None]] = {"resolved": _resolved, "nscd": _nscd, "dnsmasq": _dnsmasq}
        refusals = []
        for name in entry.how["caches"]:
            try:
                ways[name]()
            except Refusal as error:
                refusals.append(error)
        if len(refusals) == len(entry.how["caches"]):  # one that names are really asked of is enough
            raise refusals[0]

    def read(self, entry: Entry) -> State:
        return {}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        """Nothing to do."""


def _resolved_there() -> bool:
    try:
        with Bus() as bus:
            return bool(bus.call(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", "s",
                owner.RESOLVED,
            )[0])  # fmt: skip
    except BusError:
        return False


def _resolved() -> None:
    try:
        with Bus() as bus:
            manager = f"{owner.RESOLVED}.Manager"
            bus.change(owner.RESOLVED, "/org/freedesktop/resolve1", manager, "FlushCaches")
    except BusError as error:
        if error.name not in ABSENT:
            raise refused(error) from error


def _nscd() -> None:
    tools.tell("nscd", "-i", "hosts", timeout=5)


def _dnsmasq() -> None:
    """It forgets on SIGHUP, and reads its hosts files anew."""
    for number in _ids("dnsmasq"):
        point.reached("before SIGHUP")
        try:
            os.kill(number, signal.Signals["SIGHUP"])
        except PermissionError as error:
            raise Refusal("needs_privilege", "dnsmasq") from error
        except ProcessLookupError:
            continue


def _ids(program: str) -> list[int]:
    return [number for number, _ in owner.processes(program)]


MECHANISMS: dict[str, Mechanism] = {"dns.flush": Flush()}
