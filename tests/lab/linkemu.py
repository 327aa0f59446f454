"""The access line: two TUN devices joined by a queue with delay, jitter, loss, rate and an MTU black hole.

``python -m tests.lab.linkemu CONTROL NAME=NETNS NAME=NETNS`` makes both devices; "down" is
from the first (the ISP's) to the second (the box's). A JSON object sent to the socket
CONTROL changes the values it names, for packets that arrive from then on.
Nothing happens, and no time is used, while no packet is under way.
"""

from __future__ import annotations

import fcntl
import heapq
import json
import os
import random
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
BATCH = 64


@dataclass(slots=True)
class Direction:
    """One way of the line. ``busy_until`` is when its transmitter will be idle.

    ``hold_ms``: how long a delay lasts before another is drawn. Drawn for every packet, an early one waits for
    those before it, and little of the wavering is left.
    """

    delay_ms: float = 2.0
    jitter_ms: float = 0.0
    hold_ms: float = 0.0
    loss: float = 0.0
    rate_kbit: float = 0.0
    queue_kb: float = 128.0
    mtu: int = 0
    up: bool = True
    busy_until: float = 0.0
    last_due: float = 0.0
    drawn_ms: float = 0.0
    drawn_until: float = 0.0

    def due(self, size: int, now: float) -> float | None:
        """When a packet comes out at the other end, None if it never does."""
        if not self.up or (self.mtu and size > self.mtu) or random.random() < self.loss:
            return None
        sent = now
        if self.rate_kbit:
            bytes_per_s = self.rate_kbit * 125
            begins = max(now, self.busy_until)
            if (begins - now) * bytes_per_s > self.queue_kb * 1000:
                return None
            sent = self.busy_until = begins + size / bytes_per_s
        wanted = sent + (self.delay_ms + self._wavering(now)) / 1000
        self.last_due = max(wanted, self.last_due)  # a line delays packets, it does not reorder them
        return self.last_due

    def _wavering(self, now: float) -> float:
        if now >= self.drawn_until or self.drawn_ms > self.jitter_ms:
            self.drawn_ms = random.uniform(0, self.jitter_ms)
            self.drawn_until = now + self.hold_ms / 1000
        return self.drawn_ms


class Line:
    """Both directions, and the packets under way."""

    def __init__(self, devices: tuple[int, int], control: socket.socket) -> None:
        self.devices = devices
        self.control = control
        self.ways = (Direction(), Direction())  # down, up
        self.flying: list[tuple[float, int, int, bytes]] = []
        self.count = 0

    def run(self) -> None:
        watched: list[Any] = [*self.devices, self.control]
        while True:
            wait = max(0.0, self.flying[0][0] - time.monotonic()) if self.flying else None
            ready, _, _ = select.select(watched, [], [], wait)
            for index, device in enumerate(self.devices):
                if device in ready:
                    self._read(index)
            if self.control in ready:
                self._obey()
            self._deliver()

    def _read(self, index: int) -> None:
        for _ in range(BATCH):
            try:
                packet = os.read(self.devices[index], 65536)
            except BlockingIOError:
                return
            due = self.ways[index].due(len(packet), time.monotonic())
            if due is not None:
                self.count += 1
                heapq.heappush(self.flying, (due, self.count, 1 - index, packet))

    def _deliver(self) -> None:
        now = time.monotonic()
        while self.flying and self.flying[0][0] <= now:
            _, _, target, packet = heapq.heappop(self.flying)
            try:
                os.write(self.devices[target], packet)
            except OSError:
                continue  # the device is down: the packet is lost, as on a line

    def _obey(self) -> None:
        client, _ = self.control.accept()
        with client:
            self._set(client.recv(65536))
            client.send(b"done")

    def _set(self, message: bytes) -> None:
        for key, value in json.loads(message).items():
            for index, side in enumerate(("down", "up")):
                if isinstance(value, dict):
                    if key == side:
                        for name, each in value.items():
                            setattr(self.ways[index], name, each)
                else:
                    setattr(self.ways[index], key, value)


def open_tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def main(arguments: list[str]) -> None:
    from tests.lab.init import NEWNET, setns

    devices = []
    for argument in arguments[1:]:
        name, _, network = argument.partition("=")
        setns(os.open(network, os.O_RDONLY | os.O_CLOEXEC), NEWNET)  # a TUN device is born where its maker is
        devices.append(open_tun(name))
    path = Path(arguments[0])
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.bind(str(path.with_suffix(".new")))
    control.listen()
    path.with_suffix(".new").rename(path)  # whoever sees the name finds everything ready
    Line((devices[0], devices[1]), control).run()


if __name__ == "__main__":
    main(sys.argv[1:])
