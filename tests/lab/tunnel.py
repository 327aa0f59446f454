"""A small VPN: ``python -m tests.lab.tunnel client|server DEVICE ADDRESS`` carries IP packets in UDP port 1194.

The client owns DEVICE and sends to ADDRESS; whether anybody is there it cannot tell, as
with most VPN protocols. The server answers whoever spoke last.
"""

from __future__ import annotations

import os
import select
import socket
import sys
from typing import Any

from tests.lab.linkemu import open_tun

PORT = 1194


def carry(device: int, channel: socket.socket, peer: tuple[str, int] | None) -> None:
    watched: list[Any] = [device, channel]
    while True:
        ready, _, _ = select.select(watched, [], [])
        if device in ready and peer:
            try:
                channel.sendto(os.read(device, 65536), peer)
            except OSError:
                continue  # the network is away for the moment: the packet is lost
        if channel in ready:
            try:
                packet, sender = channel.recvfrom(65536)
                os.write(device, packet)
            except OSError:
                continue
            peer = peer or sender


def main(role: str, name: str, address: str) -> None:
    channel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    channel.setblocking(False)
    if role == "server":
        channel.bind((address, PORT))
    carry(open_tun(name), channel, None if role == "server" else (address, PORT))


if __name__ == "__main__":
    main(*sys.argv[1:4])
