"""One route too many, in the table in force: one that Windows also keeps on disk returns with the next start."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import VOLATILE
from selfcare.helper.mechanisms.windows import adapters, calls
from selfcare.helper.mechanisms.windows.structures import ForwardRow


class Removal:
    """The row is kept whole, byte for byte, and given back so.

    Windows tells routes apart by interface, destination and gateway: the metric, to which it adds the interface's own,
    is not needed to find one.
    """

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        adapter = adapters.running(args["interface"])
        found = [row for row in calls.routes() if row.index == adapter.index and _same(row, args)]
        if len(found) != 1:
            raise Refusal("failed", "no such route" if not found else "more than one such route")
        row = found[0]
        how = {"row": bytes(row).hex(), "guid": adapter.guid, VOLATILE: True}
        return Plan(how, {"there": True}, {"there": False})

    def apply(self, entry: Entry) -> None:
        calls.delete_route(_row(entry))

    def read(self, entry: Entry) -> State:
        wanted = _identity(_row(entry))
        return {"there": any(_identity(row) == wanted for row in calls.routes())}

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        calls.create_route(_row(entry))


def _row(entry: Entry) -> ForwardRow:
    row = ForwardRow.from_buffer_copy(bytes.fromhex(entry.how["row"]))
    adapter = adapters.by_guid(entry.how["guid"])
    row.luid, row.index = adapter.luid, adapter.index  # a new start may have numbered anew
    return row


def _same(row: ForwardRow, args: dict[str, Any]) -> bool:
    family = calls.AF_INET6 if ":" in args["destination"] + args["gateway"] else calls.AF_INET
    if row.prefix.family != family:
        return False
    nowhere = "::" if family == calls.AF_INET6 else "0.0.0.0"
    wanted = f"{nowhere}/0" if args["destination"] == "default" else args["destination"]
    destination = ipaddress.ip_network(f"{calls.inet_text(row.prefix)}/{row.prefix_length}", strict=False)
    return str(destination) == wanted and calls.inet_text(row.next_hop) == (args["gateway"] or nowhere)


def _identity(row: ForwardRow) -> tuple[Any, ...]:
    """What the system tells routes apart by; their ages are nobody's business."""
    return (row.luid, bytes(row.prefix), row.prefix_length, bytes(row.next_hop))


MECHANISMS: dict[str, Mechanism] = {"route.remove": Removal()}
