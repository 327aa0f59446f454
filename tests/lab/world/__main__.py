"""``python -m tests.lab.world``: reads one JSON line (networks, listeners, folder), serves until killed.

A command is one JSON object sent to ``world.sock``: ``{"dns": {"80.10.246.2": "silent"}}``.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from functools import partial
from pathlib import Path
from typing import Any

from tests.lab.init import NEWNET, setns
from tests.lab.world import datagrams, dns, ntp, speed, web
from tests.lab.world.ca import Authority


class World:
    def __init__(self, spec: dict[str, Any]) -> None:
        self.folder = Path(spec["folder"])
        self.networks = {name: os.open(path, os.O_RDONLY) for name, path in spec["networks"].items()}
        self.listeners: list[dict[str, Any]] = spec["listeners"]
        self.zone = dns.Zone()
        self.services: dict[str, dns.Service] = {}
        self.authority = Authority()
        # A filter's own root, as an antivirus or a parental control adds it; and what a box shows for any name.
        self.others = {
            "filter": Authority("Filtre familial (laboratoire)"),
            "box": Authority("Sagemcom laboratory", only="livebox.home"),
        }
        self.speed = speed.Speed()

    def _socket(self, network: str, address: str, port: int, kind: int) -> socket.socket:
        """A socket belongs for ever to the network it was made in."""
        setns(self.networks[network], NEWNET)
        made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if ":" in address:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setblocking(False)
        made.bind((address, port))
        return made

    async def listen(self) -> None:
        for item in self.listeners:
            if item["service"] == "dns":
                await self._dns(item)
            elif item["service"] in datagrams.ANSWERS:
                made = self._socket(item["network"], item["address"], item["port"], socket.SOCK_DGRAM)
                answer = datagrams.ANSWERS[item["service"]]
                loop = asyncio.get_running_loop()
                await loop.create_datagram_endpoint(partial(datagrams.Server, answer), sock=made)
            elif item["service"] == "dot":
                await self._dot(item)
            elif item["service"] == "ntp":
                await self._ntp(item)
            elif item["service"] == "speed":
                await self._speed(item)
            else:
                await self._web(item)

    async def _dns(self, item: dict[str, Any]) -> None:
        network, address, port = item["network"], item["address"], item.get("port", 53)
        service = dns.Service(self.zone, dns.Mode(item.get("mode", "answer")), f"lab-{address}")
        self.services[f"{address}#{port}" if port != 53 else address] = service
        loop = asyncio.get_running_loop()
        datagrams = self._socket(network, address, port, socket.SOCK_DGRAM)
        await loop.create_datagram_endpoint(lambda: dns.Udp(service), sock=datagrams)
        stream = self._socket(network, address, port, socket.SOCK_STREAM)
        await asyncio.start_server(partial(dns.serve_tcp, service), sock=stream)

    async def _dot(self, item: dict[str, Any]) -> None:
        """DNS over TLS, with the manner of the same address's plain service."""
        stream = self._socket(item["network"], item["address"], 853, socket.SOCK_STREAM)
        service = self.services[item["address"]]
        await asyncio.start_server(partial(dns.serve_tcp, service), sock=stream, ssl=self.authority.server())

    async def _ntp(self, item: dict[str, Any]) -> None:
        made = self._socket(item["network"], item["address"], 123, socket.SOCK_DGRAM)
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: ntp.Udp(lambda: self.authority.shift_s), sock=made)

    async def _speed(self, item: dict[str, Any]) -> None:
        stream = self._socket(item["network"], item["address"], item["port"], socket.SOCK_STREAM)
        await asyncio.start_server(self.speed.serve, sock=stream, backlog=64)

    async def _web(self, item: dict[str, Any]) -> None:
        stream = self._socket(item["network"], item["address"], item["port"], socket.SOCK_STREAM)
        authority = self.others.get(item.get("authority", ""), self.authority)
        context = authority.server() if item["service"] == "https" else None
        answer = dns.Service(self.zone, identity="lab-doh").reply if context else None
        site = partial(web.serve, item["site"], answer, lambda: self.authority.shift_s)
        await asyncio.start_server(site, sock=stream, ssl=context, backlog=64)

    def obey(self, channel: socket.socket) -> None:
        client, _ = channel.accept()
        with client:
            orders = json.loads(client.recv(65536))
            for address, mode in orders.get("dns", {}).items():
                self.services[address].mode = dns.Mode(mode)
            for address, manner in orders.get("manner", {}).items():
                self.services[address].manner = dns.Manner.of(manner)
            if "moved" in orders:
                self.zone.moved = {f"{name}.": address for name, address in orders["moved"].items()}
            self.zone.ttl = orders.get("ttl", self.zone.ttl)
            web.STATUS.update(orders.get("status", {}))
            if "clock_s" in orders:
                for authority in (self.authority, *self.others.values()):
                    authority.set(shift_s=orders["clock_s"])
            if "certificates" in orders:
                self.authority.set(faults=orders["certificates"])
            if "speed" in orders:
                self.speed.mode = speed.Mode(orders["speed"])
            client.send(b"done")

    async def run(self) -> None:
        await self.listen()
        setns(self.networks["net"], NEWNET)  # where the operator's server stands that knocks on ports
        for name, authority in (("ca", self.authority), ("store", self.authority), *self.others.items()):
            (self.folder / f"{name}.pem").write_bytes(authority.pem())
        control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.bind(str(self.folder / "world.new"))
        control.listen()
        asyncio.get_running_loop().add_reader(control, self.obey, control)
        (self.folder / "world.new").rename(self.folder / "world.sock")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(World(json.loads(sys.stdin.readline())).run())
