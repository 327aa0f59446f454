"""``lan.discovery``: which machines are on the home network?

By ARP where raw sockets are permitted; otherwise a datagram to each address makes the
kernel ask, and its neighbour table is the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import random
import socket
import time

from probes.framework import ProbeContext, probe
from probes.hostnet import netlink
from probes.raw.client import ask, permitted
from probes.raw.verbs import MAX_ADDRESSES, ArpSweep
from probes.rawtarget import home_link, own_address
from probes.wire.sockets import new_socket
from probes.wire.threads import in_thread
from selfcare.model.payloads.addressing import DiscoveryMethod, DiscoveryPayload, LanHost
from selfcare.model.payloads.link import Interface
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec, Tier

SECONDS = 4.0
# The kernel keeps at most 1024 neighbours and starts to forget at 128 (gc_thresh): in portions it forgets none.
_PORTION = 64
_PAUSE_S = 0.12
# The second question of the kernel's own ARP goes out after one second.
_LAST_WAIT_S = 1.15
# "Discard" (RFC 863): nobody listens, and who refuses has been found too.
_DISCARD = 9


@probe(
    ProbeSpec(
        id="lan.discovery",
        version=1,
        layer=Layer.LINK,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("lan_hosts_known",),
        cost=ProbeCost(bytes_up=60_000, bytes_down=20_000),
        platforms=frozenset({Platform.LINUX}),
        tier=Tier.DEEP,
        time_limit_ms=7000,
    )
)
async def measure(ctx: ProbeContext) -> DiscoveryPayload:
    """A /24 in about 1 s with raw sockets, 2 s without; of a larger network only the /24 around this PC."""
    adapter, config = home_link(ctx)
    own = own_address(config)
    network = own.network
    if network.num_addresses > MAX_ADDRESSES:
        network = ipaddress.IPv4Network(f"{own.ip}/24", strict=False)
    started = time.monotonic()
    if permitted():
        result = await ask(ArpSweep(adapter.name, str(own.ip), str(network), SECONDS), SECONDS)
        hosts, method = dict(result["hosts"]), DiscoveryMethod.ARP
    else:
        hosts, method = await _by_kernel(adapter, network, str(own.ip)), DiscoveryMethod.NEIGHBOURS
    hosts.pop(str(own.ip), None)
    found = sorted(hosts.items(), key=lambda item: ipaddress.IPv4Address(item[0]))
    duration = round(time.monotonic() - started, 3)
    return DiscoveryPayload(
        adapter.name, str(network), method, tuple(LanHost(address, mac) for address, mac in found), duration
    )


async def _by_kernel(adapter: Interface, network: ipaddress.IPv4Network, own: str) -> dict[str, str]:
    addresses = [str(a) for a in network.hosts() if str(a) != own]
    random.shuffle(addresses)
    hosts: dict[str, str] = {}
    try:
        with contextlib.closing(new_socket(socket.AF_INET, socket.SOCK_DGRAM, device=adapter.name)) as sock:
            for start in range(0, len(addresses), _PORTION):
                for address in addresses[start : start + _PORTION]:
                    with contextlib.suppress(OSError):
                        sock.sendto(b"", (address, _DISCARD))
                await asyncio.sleep(_PAUSE_S)
                hosts.update(await in_thread(_table, adapter.index, network))
            await asyncio.sleep(_LAST_WAIT_S)
            hosts.update(await in_thread(_table, adapter.index, network))
    except (OSError, ImportError) as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error
    return hosts


def _table(index: int, network: ipaddress.IPv4Network) -> dict[str, str]:
    """Neighbours with a hardware address that the kernel has not given up."""
    gone = netlink.NUD_FAILED | netlink.NUD_INCOMPLETE
    return {
        e.address: e.mac
        for e in netlink.neighbours(index)
        if ":" not in e.address and e.mac and not e.state & gone and ipaddress.IPv4Address(e.address) in network
    }
