"""DNS servers over UDP and TCP that answer from the lab's zone, or misbehave as told."""

from __future__ import annotations

import asyncio
import struct
from enum import StrEnum
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.lab import plan

TTL = 60


class Mode(StrEnum):
    """How a server treats questions."""

    ANSWER = "answer"
    SILENT = "silent"
    SERVFAIL = "servfail"
    REFUSED = "refused"


class Zone:
    """The whole name space of the lab: the listed names exist, no other."""

    def __init__(self) -> None:
        self.records = {f"{name}.": (plan.address4(name), plan.address6(name)) for name in plan.names()}
        self.empty = {f"{name}." for name in plan.NODATA_NAMES}

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query, recursion_available=True, our_payload=1232)
        name = query.question[0].name.to_text().lower()
        kind = query.question[0].rdtype
        if name in self.records:
            values = {dns.rdatatype.A: self.records[name][0], dns.rdatatype.AAAA: self.records[name][1]}
            if kind in values:
                response.answer.append(
                    dns.rrset.from_text(query.question[0].name, TTL, "IN", dns.rdatatype.to_text(kind), values[kind])
                )
        elif name not in self.empty and name not in (".", "resolver.arpa."):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response


class Service:
    """One server address with its mode, changed while it runs."""

    def __init__(self, zone: Zone, mode: Mode = Mode.ANSWER) -> None:
        self.zone = zone
        self.mode = mode

    def reply(self, packet: bytes) -> bytes | None:
        try:
            query = dns.message.from_wire(packet)
        except (dns.exception.DNSException, ValueError):
            return None
        if self.mode is Mode.SILENT or not query.question or query.flags & dns.flags.QR:
            return None
        if self.mode is Mode.ANSWER and query.opcode() == dns.opcode.QUERY:
            return self.zone.answer(query).to_wire()
        response = dns.message.make_response(query, recursion_available=True)
        response.set_rcode(dns.rcode.SERVFAIL if self.mode is Mode.SERVFAIL else dns.rcode.REFUSED)
        return response.to_wire()


class Udp(asyncio.DatagramProtocol):
    def __init__(self, service: Service) -> None:
        self.service = service
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self.service.reply(data)
        if answer is not None:
            self.transport.sendto(answer, addr)


async def serve_tcp(service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Questions with a length before each, until the client leaves; a silent server accepts and says nothing."""
    try:
        while True:
            (size,) = struct.unpack("!H", await reader.readexactly(2))
            answer = service.reply(await reader.readexactly(size))
            if answer is not None:
                writer.write(struct.pack("!H", len(answer)) + answer)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
