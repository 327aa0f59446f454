"""Slow, untrue, diverted and encrypted names: what the probes see of servers that behave that way."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path as File

import dns.edns
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.dns_encrypted import attempt
from probes.dns_identity import measure as identity
from probes.dns_local import measure as local
from probes.wire import certificate
from probes.wire.dnsmessage import Question, build, read
from selfcare.model.payloads.dns import DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.naming import IdentityPayload, Tls, Transport
from selfcare.model.profile import Anchor, Resolver
from tests.lab.world.ca import Authority
from tests.probes.support import Stopwatch, context, tcp, udp

NAME = "resolver.example"
QUESTION = Question("x1.example.org", NameKind.RANDOM)
ITSELF = Question("id.server", NameKind.LOCAL, "TXT", "CH")


def refusal(wire: bytes, code: int) -> bytes:
    answer = dns.message.make_response(dns.message.from_wire(wire))
    answer.set_rcode(dns.rcode.NXDOMAIN)
    answer.use_edns(0, options=[dns.edns.EDEOption(code, "order")])
    return answer.to_wire()


def missing(wire: bytes) -> bytes:
    answer = dns.message.make_response(dns.message.from_wire(wire))
    answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer.to_wire()


def named(wire: bytes, text: str) -> bytes:
    query = dns.message.from_wire(wire)
    answer = dns.message.make_response(query)
    answer.answer.append(dns.rrset.from_text(query.question[0].name, 0, "CH", "TXT", f'"{text}"'))
    return answer.to_wire()


@given(st.integers(0, 0xFFFF))
def test_the_reason_a_server_gives_is_read(code: int) -> None:
    number, wire = build(Question("x1.example.org", NameKind.FIXED, edns=True))
    found = read(refusal(wire, code), number, QUESTION)
    assert (found.status, found.extended_error) == (DnsStatus.NXDOMAIN, code)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters='"\\'), max_size=90))
def test_the_name_a_server_gives_itself_is_read(text: str) -> None:
    number, wire = build(ITSELF)
    assert read(named(wire, text), number, ITSELF).texts == (text,)


@given(st.binary(max_size=120))
def test_any_bytes_after_our_number_are_a_value(data: bytes) -> None:
    number, _ = build(ITSELF)
    read(number.to_bytes(2, "big") + data, number, ITSELF)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def trust(authority: Authority, tmp_path: File) -> ssl.SSLContext:
    path = tmp_path / "ca.pem"
    path.write_bytes(authority.pem())
    return ssl.create_default_context(cafile=str(path))


@asynccontextmanager
async def secured(authority: Authority, name: str, talk: object) -> AsyncIterator[int]:
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=authority.context(name))  # type: ignore[arg-type]
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def over_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    size = int.from_bytes(await reader.readexactly(2), "big")
    answer = missing(await reader.readexactly(size))
    writer.write(len(answer).to_bytes(2, "big") + answer)
    await writer.drain()
    writer.close()


async def over_https(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    assert head.startswith("POST /dns-query HTTP/1.1\r\n") and f"Host: {NAME}\r\n" in head
    size = int(head.lower().split("content-length:")[1].split("\r\n")[0])
    answer = missing(await reader.readexactly(size))
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)
    await writer.drain()
    writer.close()


async def error_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
    await writer.drain()
    writer.close()


SERVER = Resolver("127.0.0.1", "test", "test", tls_name=NAME)


@pytest.mark.parametrize(("transport", "talk"), [(Transport.DOT, over_tls), (Transport.DOH, over_https)])
def test_encrypted_resolvers_answer(
    authority: Authority, trust: ssl.SSLContext, transport: Transport, talk: object
) -> None:
    async def run() -> None:
        async with secured(authority, NAME, talk) as port:
            tried = await attempt(SERVER, transport, QUESTION, trust, port)
        assert tried.answered and tried.tls is Tls.VALID and tried.rtt_ms is not None

    asyncio.run(run())


@pytest.mark.alone
@pytest.mark.parametrize(("presented", "talk", "tls"), [
    ("other.example", over_https, Tls.INVALID), (NAME, error_page, Tls.VALID), (NAME, over_tls, Tls.VALID),
])  # fmt: skip
def test_an_impostor_or_a_web_page_is_no_encrypted_resolver(
    authority: Authority, trust: ssl.SSLContext, presented: str, talk: object, tls: Tls
) -> None:
    async def run() -> None:
        async with secured(authority, presented, talk) as port:
            with Stopwatch(2.2):
                tried = await attempt(SERVER, Transport.DOH, QUESTION, trust, port)
        assert (tried.answered, tried.tls, tried.rtt_ms) == (False, tls, None)

    asyncio.run(run())


@pytest.mark.alone
def test_a_closed_port_and_a_mute_server_are_values(trust: ssl.SSLContext) -> None:
    async def mute(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def run() -> None:
        async with tcp(mute) as port:
            with Stopwatch(0.3):
                assert await certificate.check(trust, NAME, "127.0.0.1", 0.3, port) is Tls.SILENT
        assert await certificate.check(trust, NAME, "127.0.0.1", 0.3, port) is Tls.SILENT

    asyncio.run(run())


def test_a_certificate_for_another_name_is_told_from_a_valid_one(authority: Authority, trust: ssl.SSLContext) -> None:
    async def run() -> None:
        async with secured(authority, NAME, over_tls) as port:
            assert await certificate.check(trust, NAME, "127.0.0.1", 1.0, port) is Tls.VALID
            assert await certificate.check(trust, "other.example", "127.0.0.1", 1.0, port) is Tls.INVALID

    asyncio.run(run())


def test_an_answer_from_where_nobody_is_stands_out() -> None:
    async def run() -> IdentityPayload:
        async with udp(lambda wire: [missing(wire)]) as port:
            nowhere = Anchor("127.0.0.1", port, "test")
            found = await identity(context(dnsless=(nowhere,)))
        assert isinstance(found, IdentityPayload)
        return found

    assert [a.status for a in asyncio.run(run()).impossible] == [DnsStatus.NXDOMAIN]


def test_without_a_local_resolver_the_payload_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probes.hostnet.resolvconf.named", lambda: ("192.0.2.1",))
    assert asyncio.run(local(context())) == DnsPayload((), ())
