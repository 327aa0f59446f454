"""Name resolution: hostile replies, hostile servers, and the time they may cost."""

from __future__ import annotations

import asyncio
import socket
import struct

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.wire.dnsask import Server, ask
from probes.wire.dnsmessage import Question, build, read
from probes.wire.dnspath import ask_all
from selfcare.model.payloads.dns import DnsStatus, NameKind
from tests.probes.support import Stopwatch, tcp, udp

QUESTION = Question("x1.example.org", NameKind.RANDOM)


def reply(
    wire: bytes, rcode: int = 0, addresses: tuple[str, ...] = ("93.184.216.34",), name: str | None = None
) -> bytes:
    query = dns.message.from_wire(wire)
    answer = dns.message.make_response(query)
    answer.set_rcode(dns.rcode.Rcode(rcode))
    if addresses and rcode == 0:
        answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", *addresses))
    return answer.to_wire()


def header(number: int, flags: int = 0x8180, counts: tuple[int, int, int, int] = (1, 1, 0, 0)) -> bytes:
    return struct.pack("!HHHHHH", number, flags, *counts)


def test_an_answer_is_read() -> None:
    number, wire = build(QUESTION)
    found = read(reply(wire, addresses=("1.2.3.4", "5.6.7.8")), number, QUESTION)
    assert (found.status, set(found.addresses), found.ours) == (DnsStatus.NOERROR, {"1.2.3.4", "5.6.7.8"}, True)


@pytest.mark.parametrize(
    ("rcode", "status"),
    [(2, DnsStatus.SERVFAIL), (3, DnsStatus.NXDOMAIN), (5, DnsStatus.REFUSED), (4, DnsStatus.OTHER_RCODE)],
)
def test_rcodes(rcode: int, status: DnsStatus) -> None:
    number, wire = build(QUESTION)
    assert read(reply(wire, rcode), number, QUESTION).status is status


def test_another_id_or_question_is_not_ours() -> None:
    number, wire = build(QUESTION)
    assert not read(reply(wire), number ^ 1, QUESTION).ours
    assert not read(reply(wire), number, Question("other.example.org", NameKind.RANDOM)).ours
    assert not read(wire, number, QUESTION).ours, "our own question reflected is no answer"


def test_a_compression_loop_is_malformed() -> None:
    number, _ = build(QUESTION)
    loop = (
        header(number)
        + b"\xc0\x0c\x00\x01\x00\x01"
        + b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x01\x02\x03\x04"
    )
    assert read(loop, number, QUESTION).status is DnsStatus.MALFORMED


def test_a_refusal_without_the_question_counts() -> None:
    number, _ = build(QUESTION)
    assert read(header(number, 0x8185, (0, 0, 0, 0)), number, QUESTION).status is DnsStatus.REFUSED


@given(st.binary(max_size=700))
def test_any_bytes_have_a_meaning(data: bytes) -> None:
    number, _ = build(QUESTION)
    assert read(data, number, QUESTION).status in DnsStatus
    assert read(number.to_bytes(2, "big") + b"\x81\x80" + data, number, QUESTION).status in DnsStatus


@given(st.data())
def test_a_damaged_answer_has_a_meaning(data: st.DataObject) -> None:
    number, wire = build(QUESTION)
    answer = bytearray(reply(wire))
    for place in data.draw(st.lists(st.integers(2, len(answer) - 1), max_size=6)):
        answer[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(answer)))
    assert read(bytes(answer[:cut]), number, QUESTION).status in DnsStatus


def one(answers: object, deadline: float = 1.3) -> tuple[DnsStatus, int, str]:
    async def run() -> tuple[DnsStatus, int, str]:
        async with udp(answers) as port:  # type: ignore[arg-type]
            got = await ask(Server("127.0.0.1", port), QUESTION, deadline)
            return got.status, got.tries, got.transport

    with Stopwatch(deadline):
        return asyncio.run(run(), debug=True)


@pytest.mark.alone
def test_silence_ends_at_the_deadline_after_three_tries() -> None:
    assert one(lambda _: []) == (DnsStatus.TIMEOUT, 3, "udp")


@pytest.mark.alone
def test_one_lost_packet_is_not_silence() -> None:
    seen: list[bytes] = []

    def lose_the_first(data: bytes) -> list[bytes]:
        seen.append(data)
        return [reply(data)] if len(seen) > 1 else []

    assert one(lose_the_first)[:2] == (DnsStatus.NOERROR, 2)


@pytest.mark.alone
def test_garbage_only_is_malformed_and_forged_ids_do_not_count() -> None:
    assert one(lambda _: [b"\x00" * 40], 0.5)[0] is DnsStatus.MALFORMED
    forged = one(lambda data: [bytes((data[0] ^ 1,)) + reply(data, 3)[1:], reply(data)])
    assert forged[0] is DnsStatus.NOERROR


@pytest.mark.alone
def test_a_flood_of_garbage_costs_only_the_deadline() -> None:
    assert one(lambda _: [bytes([n % 256]) * 1200 for n in range(3000)], 0.5)[0] is DnsStatus.MALFORMED


@pytest.mark.alone
def test_a_closed_port_is_told_at_once() -> None:
    async def run() -> DnsStatus:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        return (await ask(Server("127.0.0.1", port), QUESTION)).status

    with Stopwatch(0.1):
        assert asyncio.run(run()) is DnsStatus.REFUSED_PORT


@pytest.mark.parametrize("address", ["not an address", "fe80::1%nosuchif0", "", "1.2.3.4.5"])
def test_a_nonsensical_server_is_an_error_not_an_exception(address: str) -> None:
    got = asyncio.run(ask(Server(address), QUESTION))
    assert got.status in (DnsStatus.ERROR, DnsStatus.UNREACHABLE)


def truncated(data: bytes) -> list[bytes]:
    answer = dns.message.make_response(dns.message.from_wire(data))
    answer.flags |= dns.flags.TC
    return [answer.to_wire()]


def over_tcp(talk: object) -> tuple[DnsStatus, str]:
    async def run() -> tuple[DnsStatus, str]:
        async with udp(truncated) as port, tcp(talk, port):  # type: ignore[arg-type]
            got = await ask(Server("127.0.0.1", port), QUESTION, 0.8)
            return got.status, got.transport

    with Stopwatch(0.8):
        return asyncio.run(run())


@pytest.mark.alone
def test_truncated_is_asked_again_over_tcp() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(2), "big")
        wire = reply(await reader.readexactly(size))
        # In two pieces, as a network may deliver it.
        writer.write(len(wire).to_bytes(2, "big") + wire[:7])
        await asyncio.sleep(0.05)
        writer.write(wire[7:])
        await writer.drain()

    assert over_tcp(answer) == (DnsStatus.NOERROR, "tcp")


@pytest.mark.alone
def test_tcp_that_hangs_hangs_up_or_lies() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"\xff\xff" + b"A" * 70_000)
        await writer.drain()

    assert over_tcp(hang)[0] is DnsStatus.TIMEOUT
    assert over_tcp(hang_up)[0] in (DnsStatus.MALFORMED, DnsStatus.ERROR)
    assert over_tcp(lie)[0] is DnsStatus.MALFORMED


@pytest.mark.alone
def test_a_dead_server_costs_nothing_once_enough_have_answered() -> None:
    async def run() -> bool:
        async with udp(lambda data: [reply(data, 3)]) as good, udp(lambda _: []) as dead:
            servers = [Server("127.0.0.1", good), Server("127.0.0.1", dead)]
            return (await ask_all(servers, [QUESTION], enough=1)).answered()

    with Stopwatch(0.3):
        assert asyncio.run(run())


def test_cancelling_closes_every_socket(recwarn: pytest.WarningsRecorder) -> None:
    async def run() -> None:
        async with udp(lambda _: []) as port:
            task = asyncio.create_task(ask_all([Server("127.0.0.1", port)] * 5, [QUESTION] * 3))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run(), debug=True)
    assert [str(w.message) for w in recwarn if issubclass(w.category, ResourceWarning)] == []
