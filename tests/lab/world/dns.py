"""DNS servers over UDP and TCP that answer from the lab's zone, or misbehave as told."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from tests.lab import plan

TTL = 60
LONG_TTL = 3600


class Mode(StrEnum):
    """How a server treats questions."""

    ANSWER = "answer"
    SILENT = "silent"
    SERVFAIL = "servfail"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a server that answers does it.

    ``untrue``: these names get ``instead``: an address, "missing" (no such name) or "censored"
    (the same, with the extended error 16 of RFC 8914). ``rewrite`` is the address given for
    names that do not exist. ``edns``: what becomes of questions with EDNS. ``mute_missing``: names
    that do not exist get no answer; ``mute_zones``: nothing in these zones gets one.
    """

    delay_ms: float = 0.0
    untrue: tuple[str, ...] = ()
    instead: str = "127.0.0.1"
    rewrite: str = ""
    edns: str = "answer"
    mute_missing: bool = False
    mute_zones: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: dict[str, Any]) -> Manner:
        rooted = {key: tuple(f"{name}." for name in values.get(key, ())) for key in ("untrue", "mute_zones")}
        return cls(**{**values, **rooted})

    def mute(self, name: str, missing: bool) -> bool:
        """Whether nothing is said of this name, which ends in a dot."""
        return (self.mute_missing and missing) or any(f".{name}".endswith(f".{zone}") for zone in self.mute_zones)


class Zone:
    """The whole name space of the lab: the listed names exist, no other."""

    def __init__(self) -> None:
        self.records = {f"{name}.": (plan.address4(name), plan.address6(name)) for name in plan.names()}
        self.empty = {f"{name}." for name in plan.NODATA_NAMES}
        self.moved: dict[str, str] = {}
        self.ttl = TTL

    def missing(self, name: str) -> bool:
        return name not in self.records and name not in self.empty and name not in (".", "resolver.arpa.")

    def answer(self, query: dns.message.Message, manner: Manner, identity: str) -> dns.message.Message:
        response = dns.message.make_response(query, recursion_available=True, our_payload=1232)
        question = query.question[0]
        name = question.name.to_text().lower()
        if question.rdclass == dns.rdataclass.CH:
            return _about_itself(response, name, identity)
        if name in manner.untrue:
            return _untrue(response, manner.instead)
        if name in self.moved and question.rdtype == dns.rdatatype.A:
            _add(response, self.moved[name], LONG_TTL)
        elif name in self.records:
            values = {dns.rdatatype.A: self.records[name][0], dns.rdatatype.AAAA: self.records[name][1]}
            if question.rdtype in values:
                _add(response, values[question.rdtype], self.ttl)
        elif self.missing(name):
            if not manner.rewrite:
                response.set_rcode(dns.rcode.NXDOMAIN)
            elif question.rdtype == dns.rdatatype.A:
                _add(response, manner.rewrite, TTL)
        return response


def _add(response: dns.message.Message, value: str, ttl: int) -> None:
    question = response.question[0]
    kind = dns.rdatatype.to_text(question.rdtype)
    response.answer.append(dns.rrset.from_text(question.name, ttl, "IN", kind, value))


def _about_itself(response: dns.message.Message, name: str, identity: str) -> dns.message.Message:
    """RFC 4892: which server of many is this?"""
    if name in ("id.server.", "hostname.bind."):
        question = response.question[0]
        response.answer.append(dns.rrset.from_text(question.name, 0, "CH", "TXT", f'"{identity}"'))
    else:
        response.set_rcode(dns.rcode.REFUSED)
    return response


def _untrue(response: dns.message.Message, instead: str) -> dns.message.Message:
    if instead in ("missing", "censored"):
        response.set_rcode(dns.rcode.NXDOMAIN)
    elif response.question[0].rdtype == dns.rdatatype.A:
        _add(response, instead, TTL)
    if instead == "censored" and response.edns >= 0:
        reason = dns.edns.EDEOption(dns.edns.EDECode.CENSORED, "court order")
        response.use_edns(0, payload=1232, options=[reason])
    return response


class Service:
    """One server address with its mode, changed while it runs."""

    def __init__(self, zone: Zone, mode: Mode = Mode.ANSWER, identity: str = "") -> None:
        self.zone = zone
        self.mode = mode
        self.manner = Manner()
        self.identity = identity

    def reply(self, packet: bytes) -> bytes | None:
        try:
            query = dns.message.from_wire(packet)
        except (dns.exception.DNSException, ValueError):
            return None
        if self.mode is Mode.SILENT or not query.question or query.flags & dns.flags.QR:
            return None
        name = query.question[0].name.to_text().lower()
        if (query.edns >= 0 and self.manner.edns == "drop") or self.manner.mute(name, self.zone.missing(name)):
            return None
        if self.mode is Mode.ANSWER and query.opcode() == dns.opcode.QUERY:
            return self._answer(query).to_wire()
        response = dns.message.make_response(query, recursion_available=True)
        response.set_rcode(dns.rcode.SERVFAIL if self.mode is Mode.SERVFAIL else dns.rcode.REFUSED)
        return response.to_wire()

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        if query.edns < 0 or self.manner.edns == "answer":
            return self.zone.answer(query, self.manner, self.identity)
        # A server from before EDNS does not understand the question.
        query.use_edns(False)
        response = dns.message.make_response(query, recursion_available=True)
        response.set_rcode(dns.rcode.FORMERR)
        return response


class Udp(asyncio.DatagramProtocol):
    def __init__(self, service: Service) -> None:
        self.service = service
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self.service.reply(data)
        if answer is not None:
            delay_s = self.service.manner.delay_ms / 1000
            asyncio.get_running_loop().call_later(delay_s, self.transport.sendto, answer, addr)


async def serve_tcp(service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Questions with a length before each, until the client leaves; a silent server accepts and says nothing."""
    try:
        while True:
            (size,) = struct.unpack("!H", await reader.readexactly(2))
            answer = service.reply(await reader.readexactly(size))
            if answer is not None:
                await asyncio.sleep(service.manner.delay_ms / 1000)
                writer.write(struct.pack("!H", len(answer)) + answer)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
