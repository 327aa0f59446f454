"""``pc.dhcp_client``: is there a program on this PC that asks for an address?"""

from __future__ import annotations

from pathlib import Path

from probes.framework import ProbeContext, probe
from probes.wire.threads import in_thread
from selfcare.model.payloads.addressing import DhcpClientPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeSpec

PROC = Path("/proc")
# The kernel cuts names of processes after 15 characters.
CLIENTS = (
    "NetworkManager", "systemd-network", "dhclient", "dhcpcd", "udhcpc", "connmand", "iwd", "wickedd", "dhcp6c",
)  # fmt: skip


@probe(
    ProbeSpec(
        id="pc.dhcp_client",
        version=1,
        layer=Layer.ADDRESS,
        requires=("link.interfaces",),
        answers=("dhcp_client_absent",),
        platforms=frozenset({Platform.LINUX}),
    )
)
async def measure(ctx: ProbeContext) -> DhcpClientPayload:
    """Reads names of processes; sends nothing."""
    link = ctx.need("link.interfaces", LinkPayload)
    adapter = link.get(link.primary)
    if adapter is None:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    running = await in_thread(names)
    if not running:
        # Another's processes are hidden from us here: that says nothing.
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
    return DhcpClientPayload(adapter.name, tuple(c for c in CLIENTS if c in running), adapter.managed)


def names() -> frozenset[str]:
    """Names of all processes; empty where those of others cannot be seen. Blocking."""
    found: set[str] = set()
    foreign = False
    try:
        entries = [entry for entry in PROC.iterdir() if entry.name.isdecimal()]
    except OSError:
        return frozenset()
    for entry in entries:
        try:
            found.add((entry / "comm").read_text("utf-8", "replace").strip())
            foreign = foreign or entry.stat().st_uid == 0
        except OSError:
            continue
    return frozenset(found) if foreign else frozenset()
