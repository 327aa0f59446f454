"""Who answers for an address on this very cable, whatever the routing table says. Linux, without privilege.

Told that an address is on its own link, the kernel asks for its hardware address there (ARP),
even if the address belongs to another network; its neighbour table is the answer.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable

from probes.hostnet import netlink
from probes.wire.sockets import new_socket

# "Discard" (RFC 863), and a life of one hop: it goes no further than the machine that answered.
_DISCARD = 9
_ONE_HOP = 1


def knock(device: str, addresses: Iterable[str]) -> bool:
    """Makes the kernel ask the link for these IPv4 addresses. False where this is not permitted."""
    try:
        with contextlib.closing(new_socket(socket.AF_INET, socket.SOCK_DGRAM, device=device)) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, _ONE_HOP)
            for address in addresses:
                # One that is refused here was not asked, which is no reason to keep the others waiting.
                with contextlib.suppress(OSError):
                    sock.sendto(b"", (address, _DISCARD))
    except OSError:
        return False
    return True


def holders(entries: Iterable[netlink.RawNeighbour], addresses: Iterable[str]) -> dict[str, str]:
    """Which of the addresses have a hardware address that the kernel has not given up."""
    wanted, gone = set(addresses), netlink.NUD_FAILED | netlink.NUD_INCOMPLETE
    return {e.address: e.mac for e in entries if e.address in wanted and e.mac and not e.state & gone}
