"""Traffic at a steady rate over UDP: ``serve`` sends to whoever asks, ``ask`` asks, ``push`` sends unasked."""

from __future__ import annotations

import socket
import sys
import time

PORT = 4500
SIZE = 1200


def pour(sock: socket.socket, target: tuple[str, int], kbit: int, seconds: float) -> None:
    """Packets at the rate, in small bursts so that little processor time is used."""
    begun, sent = time.monotonic(), 0
    while (elapsed := time.monotonic() - begun) < seconds:
        due = elapsed * kbit * 1000 / 8 / SIZE
        while sent < due:
            sock.sendto(bytes(SIZE), target)
            sent += 1
        time.sleep(0.005)


def main(arguments: list[str]) -> None:
    role, address, kbit = arguments[0], arguments[1], int(arguments[2])
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if role == "push":
        while True:
            pour(sock, (address, PORT), kbit, 60)
    if role == "serve":
        sock.bind((address, PORT))
        while True:
            _, sender = sock.recvfrom(64)
            pour(sock, sender, kbit, 120)
    sock.settimeout(2)
    while True:
        sock.sendto(b"more", (address, PORT))
        try:
            while sock.recv(2048):
                pass
        except TimeoutError:
            continue


if __name__ == "__main__":
    main(sys.argv[1:])
