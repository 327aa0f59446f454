"""Smaller packets on one adapter, in both families."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.windows import adapters, calls

FAMILIES = {"ipv4": calls.AF_INET, "ipv6": calls.AF_INET6}


class Mtu:
    """A family the adapter does not speak is left alone."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        adapter = adapters.running(args["interface"])
        before = _read(adapter.luid)
        if not any(before.values()):
            raise Refusal("failed", f"{adapter.name} speaks no family of addresses")
        wanted = {family: size and args["bytes"] for family, size in before.items()}
        return Plan({"guid": adapter.guid}, before, wanted)

    def apply(self, entry: Entry) -> None:
        _set(entry, entry.wanted)

    def read(self, entry: Entry) -> State:
        return _read(adapters.by_guid(entry.how["guid"]).luid)

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        _set(entry, entry.before)


def _read(luid: int) -> State:
    return {family: calls.mtu(luid, number) for family, number in FAMILIES.items()}


def _set(entry: Entry, sizes: State) -> None:
    luid = adapters.by_guid(entry.how["guid"]).luid
    for family, now in _read(luid).items():
        if sizes[family] is not None and now != sizes[family]:
            calls.set_mtu(luid, FAMILIES[family], sizes[family])


MECHANISMS: dict[str, Mechanism] = {"mtu.set": Mtu()}
