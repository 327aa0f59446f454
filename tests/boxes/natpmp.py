"""A box that speaks NAT-PMP, PCP, both, or one of them badly. UDP on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from selfcare.boxes.wire import Place
from tests.boxes.base import Asked, Simulator
from tests.boxes.home import Forward, Home


@dataclass
class UdpManners:
    """``deaf``: so many questions are not answered. ``result``: every mapping is refused so, in both protocols.

    ``taken``: external ports that others have. ``prefer``: knows PREFER_FAILURE. ``silent_pcp``: an old box that says
    nothing to a version it does not know. ``twice``: a question asked again while the answer was on its way is answered
    twice, the second time late. ``wrong_nonce``: answers with another nonce first, as somebody who guesses.
    """

    natpmp: bool = True
    pcp: bool = True
    silent_pcp: bool = False
    deaf: int = 0
    result: int = 0
    taken: frozenset[int] = frozenset()
    prefer: bool = True
    wrong_nonce: bool = False
    junk: list[bytes] = field(default_factory=list)
    longest: int = 86_400
    twice: bool = False


class UdpBox(asyncio.DatagramProtocol):
    def __init__(self, home: Home | None = None, manners: UdpManners | None = None) -> None:
        self.home, self.manners = home or Home(forwards=[]), manners or UdpManners()
        self.epoch_from = asyncio.get_running_loop().time() - 1_000
        self.asked: list[bytes] = []
        self.nonces: dict[tuple[int, str], bytes] = {}
        self.transport: asyncio.DatagramTransport | None = None

    @property
    def epoch(self) -> int:
        return int(asyncio.get_running_loop().time() - self.epoch_from)

    def restart(self) -> None:
        """A power cut: the table is empty, the epoch begins anew."""
        self.epoch_from = asyncio.get_running_loop().time()
        self.home.forwards.clear()
        self.nonces.clear()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked.append(data)
        if self.manners.deaf > 0:
            self.manners.deaf -= 1
            return
        self.answer(data, addr)

    def answer(self, data: bytes, addr: tuple[str, int]) -> None:
        answers = [*self.manners.junk, *self._answers(data, addr[0])]
        for answer in answers * 2 if self.manners.twice else answers:
            assert self.transport is not None
            self.transport.sendto(answer, addr)

    def _answers(self, data: bytes, client: str) -> list[bytes]:
        if data[0] == 0:
            if not self.manners.natpmp:
                return [struct.pack("!BBBBII", 2, 0x80, 0, 1, 0, self.epoch) + bytes(12)]
            return [self._natpmp(data, client)]
        if not self.manners.pcp:
            # RFC 6886 §3.5: version 0, the opcode with its high bit, result 1.
            return [] if self.manners.silent_pcp else [struct.pack("!BBHI", 0, 0x80 | data[1], 1, self.epoch)]
        return self._pcp(data, client)

    def _natpmp(self, data: bytes, client: str) -> bytes:
        line = self.home.line
        if data[1] == 0:
            private = line.cgnat or not line.ipv4
            address = b"" if private else ipaddress.IPv4Address(line.ipv4).packed
            return struct.pack("!BBHI", 0, 128, 3 if private else 0, self.epoch) + (address or bytes(4))
        protocol = "udp" if data[1] == 1 else "tcp"
        internal, external, lifetime = struct.unpack("!HHI", data[4:12])
        if self.manners.result:
            return struct.pack("!BBHI", 0, 128 | data[1], self.manners.result, self.epoch) + bytes(8)
        external, lifetime = self._set(client, protocol, internal, external, lifetime)
        return struct.pack("!BBHIHHI", 0, 128 | data[1], 0, self.epoch, internal, external, lifetime)

    def _set(self, client: str, protocol: str, internal: int, external: int, lifetime: int) -> tuple[int, int]:
        there = self._there(client, protocol, internal)
        if not lifetime:
            if there is not None:
                self.home.forwards.remove(there)
            return 0, 0
        if there is None:
            while external in self.manners.taken:
                external += 1
            there = Forward(external, internal, client, protocol)
            self.home.forwards.append(there)
        return there.external, min(lifetime, self.manners.longest)

    def _there(self, client: str, protocol: str, internal: int) -> Forward | None:
        wanted = client, protocol, internal
        return next((x for x in self.home.forwards if (x.client, x.protocol, x.internal) == wanted), None)

    def _pcp(self, data: bytes, client: str) -> list[bytes]:
        opcode, lifetime = data[1], struct.unpack("!I", data[4:8])[0]
        if opcode == 0:
            return [self._head(0, 0, 0)]
        nonce, (number, internal, external) = data[24:36], struct.unpack("!B3xHH", data[36:44])
        result = self._pcp_result(data, client, nonce, internal, external)
        if not result:
            protocol = "udp" if number == 17 else "tcp"
            external, lifetime = self._set(client, protocol, internal, external, lifetime)
            self.nonces[internal, protocol] = nonce
        outside = b"\0" * 10 + b"\xff\xff" + ipaddress.IPv4Address(self.home.line.ipv4 or "0.0.0.0").packed
        tail = struct.pack("!B3xHH", number, internal, external) + outside
        good = self._head(1, result, lifetime) + nonce + tail
        guess = self._head(1, 0, 3600) + bytes(12) + struct.pack("!B3xHH", number, internal, 1) + outside
        return [guess, good] if self.manners.wrong_nonce else [good]

    def _pcp_result(self, data: bytes, client: str, nonce: bytes, internal: int, external: int) -> int:
        exact = len(data) > 60
        if self.manners.result:
            return self.manners.result
        if exact and not self.manners.prefer:
            return 5
        if data[8:24] != b"\0" * 10 + b"\xff\xff" + ipaddress.IPv4Address(client).packed:
            return 12
        protocol = "udp" if data[36] == 17 else "tcp"
        if self.nonces.get((internal, protocol), nonce) != nonce and self._there(client, protocol, internal):
            return 2
        return 11 if exact and external in self.manners.taken else 0

    def _head(self, opcode: int, result: int, lifetime: int) -> bytes:
        return struct.pack("!BBBBII", 2, 0x80 | opcode, 0, result, lifetime, self.epoch) + bytes(12)


@contextlib.asynccontextmanager
async def listening(manners: UdpManners | None = None, home: Home | None = None) -> AsyncIterator[tuple[UdpBox, Place]]:
    loop = asyncio.get_running_loop()
    transport, box = await loop.create_datagram_endpoint(lambda: UdpBox(home, manners), local_addr=("127.0.0.1", 0))
    try:
        yield box, Place("127.0.0.1", transport.get_extra_info("sockname")[1])
    finally:
        transport.close()


class NatPmpSimulator(Simulator):
    """The same box as the other families' are served: by hand, with a delay, its questions counted."""

    family = "natpmp"
    port = 5351

    @contextlib.asynccontextmanager
    async def listening(self, address: str, port: int, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: Late(self), local_addr=(address, port))
        try:
            yield transport.get_extra_info("sockname")[1]
        finally:
            transport.close()


class Late(UdpBox):
    """Answers after the delay of ``box``."""

    def __init__(self, box: NatPmpSimulator) -> None:
        super().__init__(box.home)
        self.box = box

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.box.asked.append(Asked("UDP", data[:2].hex(), data.hex()))
        loop = asyncio.get_running_loop()
        came = loop.time()

        def answer() -> None:
            if self.transport is not None and not self.transport.is_closing():
                self.answer(data, addr)
                self.box.spans.append((came, loop.time()))

        loop.call_later(self.box.latency_s, answer)


SIMULATOR = NatPmpSimulator
