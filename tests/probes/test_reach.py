"""What is let through: the kernel's words, the box's pages, UDP talk; servers on loopback only."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import box_page, sites_sample
from probes.hostnet import counters
from probes.wire import errqueue, udptalk
from probes.wire.departure import _judge, judge_info, tcp_fate, udp_fate
from probes.wire.sockets import Failure
from selfcare.model.payloads.reach import BoxPage, Fate
from tests.lab.world import datagrams
from tests.probes.support import Stopwatch, tcp, udp


def _info(state: int, retransmits: int, on_the_way: int) -> bytes:
    return bytes([state, 0, retransmits, 0, 0, 0, 0, 0]) + struct.pack("=24I", *([0] * 7), on_the_way, *([0] * 16))


def test_a_second_packet_that_was_due_and_is_not_on_its_way_was_stopped_here() -> None:
    assert judge_info(_info(2, 1, 0)) is Fate.STOPPED
    assert judge_info(_info(2, 1, 1)) is Fate.LEFT


def test_before_a_second_packet_was_due_nothing_is_known() -> None:
    assert judge_info(_info(2, 0, 0)) is Fate.UNKNOWN
    assert judge_info(_info(1, 1, 0)) is Fate.UNKNOWN


@given(st.binary(max_size=120))
def test_any_answer_of_the_kernel_is_judged(data: bytes) -> None:
    assert judge_info(data) in Fate


def test_open_and_closed_ports_answered_and_were_not_stopped_here() -> None:
    async def scenario() -> None:
        async def hang_up(_r: asyncio.StreamReader, _w: asyncio.StreamWriter) -> None:
            return

        async with tcp(hang_up) as port:
            assert await tcp_fate("127.0.0.1", port, 1.0) is Fate.ANSWERED
        assert await tcp_fate("127.0.0.1", port, 1.0) is Fate.ANSWERED
        assert await tcp_fate("not an address", 80, 1.0) is Fate.UNKNOWN

    asyncio.run(scenario())


@pytest.mark.alone
@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells")
def test_a_listener_whose_queue_is_full_is_silent_but_the_packets_left() -> None:
    async def scenario() -> Fate:
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            address = full.getsockname()
            fillers = [socket.socket() for _ in range(4)]
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(address)
            try:
                with Stopwatch(1.3):
                    return await tcp_fate("127.0.0.1", address[1], 1.2)
            finally:
                for filler in fillers:
                    filler.close()

    assert asyncio.run(scenario()) is Fate.LEFT


_PROHIBITED, _PORT, _NO_HOST = (3, 13), (3, 3), (3, 1)


@pytest.mark.parametrize(
    ("sender", "what", "failure", "fate"),
    [
        ("127.0.0.1", _PROHIBITED, Failure.UNREACHABLE, Fate.STOPPED),
        ("127.0.0.1", _PORT, Failure.REFUSED, Fate.STOPPED),
        ("127.0.0.1", _NO_HOST, Failure.UNREACHABLE, Fate.UNKNOWN),
        ("192.0.2.7", _PROHIBITED, Failure.UNREACHABLE, Fate.LEFT),
        ("192.0.2.7", _PORT, Failure.REFUSED, Fate.ANSWERED),
        # A router's "prohibited" over IPv6 arrives as "permission denied".
        ("2001:db8::7", (1, 1), Failure.DENIED, Fate.LEFT),
        ("::1", (1, 1), Failure.DENIED, Fate.STOPPED),
        ("::1", (1, 3), Failure.UNREACHABLE, Fate.UNKNOWN),
    ],
)
def test_a_refusal_is_judged_by_who_wrote_it(
    sender: str, what: tuple[int, int], failure: Failure, fate: Fate
) -> None:  # fmt: skip
    assert _judge(errqueue.Refusal(sender, *what), failure) is fate


def test_the_sender_of_a_refusal_is_read() -> None:
    head = struct.pack("=IBBBBII", 113, 2, 3, 13, 0, 0, 0)
    four = head + struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton("192.168.1.1"))
    assert errqueue.parse(socket.IPPROTO_IP, 11, four) == errqueue.Refusal("192.168.1.1", 3, 13)
    six = struct.pack("=IBBBBII", 13, 3, 1, 1, 0, 0, 0)
    six += struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, "fe80::1"), 2)
    assert errqueue.parse(socket.IPPROTO_IPV6, 25, six) == errqueue.Refusal("fe80::1", 1, 1)
    own_word = struct.pack("=IBBBBII", 113, 1, 0, 0, 0, 0, 0) + four[16:]
    assert errqueue.parse(socket.IPPROTO_IP, 11, own_word) is None


@given(st.sampled_from([(0, 11), (41, 25), (1, 2)]), st.binary(max_size=64))
def test_any_message_of_the_error_queue_is_read_or_left(kind: tuple[int, int], data: bytes) -> None:
    errqueue.parse(*kind, data)


def test_a_datagram_that_may_go_left() -> None:
    assert udp_fate("127.0.0.1", 9) is Fate.LEFT
    assert udp_fate("nowhere", 9) is Fate.UNKNOWN


SNMP = """Ip: Forwarding InReceives ForwDatagrams InDelivers
Ip: 1 100 5 {delivers}
Icmp: InMsgs
Icmp: 7
"""
NETSTAT = "TcpExt: A\nTcpExt: 1\nIpExt: InMcastPkts InBcastPkts\nIpExt: 10 20\n"


def test_packets_that_reached_no_program_are_counted_without_those_for_everybody() -> None:
    before = dict.fromkeys(("InReceives", "InDelivers", "InMcastPkts", "InBcastPkts", "ForwDatagrams"), 0)
    after = counters.parse(SNMP.format(delivers=50) + NETSTAT)
    assert after == {"Forwarding": 1, "InReceives": 100, "ForwDatagrams": 5, "InDelivers": 50, "InMcastPkts": 10,
                     "InBcastPkts": 20}  # fmt: skip
    assert counters.lost_between(before, after) == 15
    assert counters.lost_between(after, after) == 0
    assert counters.lost_between(None, after) is None


@given(st.text(max_size=200))
def test_any_counter_file_is_read_or_left(text: str) -> None:
    assert all(isinstance(v, int) for v in counters.parse(text + "\nIp: " + text).values())


@pytest.mark.parametrize(
    ("text", "location", "kind"),
    [
        ("<h1>Contrôle parental</h1> Internet est coupé", None, BoxPage.BLOCKED),
        ("<p>ACCÈS BLOQUÉ", "http://192.168.1.1/", BoxPage.BLOCKED),
        ("<title>Activez votre ligne</title>", None, BoxPage.ACTIVATION),
        ("<h1>Votre ligne n\u2019est pas encore active</h1>", None, BoxPage.ACTIVATION),
        ("<title>Ma box</title> mot de passe", None, BoxPage.BOX),
        ("", "https://mabbox.bytel.fr/", BoxPage.ELSEWHERE),
        ("<title>Bienvenue</title> Numéro de chambre", "http://portail.example/", BoxPage.SIGN_IN),
        ("<title>Accueil</title> mot de passe", None, BoxPage.ORDINARY),
        # Words of both kinds say nothing.
        ("Freebox : conditions générales", None, BoxPage.ORDINARY),
        ("", "http://portail.example/", BoxPage.ELSEWHERE),
    ],
)
def test_pages_are_told_by_their_words(text: str, location: str | None, kind: BoxPage) -> None:
    assert box_page.words(text, location) is kind


@given(st.binary(max_size=400))
def test_any_page_is_of_some_kind(data: bytes) -> None:
    assert box_page.kind(box_page.parse(data)) in BoxPage
    assert box_page.kind(box_page.parse(b"HTTP/1.1 200 OK\r\n\r\n" + data)) in BoxPage


def test_no_page_is_silence_or_refusal() -> None:
    assert box_page.kind(box_page.parse(b"")) is BoxPage.SILENT
    assert box_page.kind(box_page.parse(b"", Failure.REFUSED)) is BoxPage.REFUSED


@given(st.binary(max_size=60))
def test_any_status_line_is_a_status_or_none(line: bytes) -> None:
    assert sites_sample._status(line) is None or 0 <= (sites_sample._status(line) or 0) <= 999


def test_a_status_line() -> None:
    assert sites_sample._status(b"HTTP/1.1 451 Unavailable\r\n") == 451


@pytest.mark.parametrize("talk", ["stun", "ntp", "quic"])
def test_a_true_answer_over_udp_and_one_to_somebody_else(talk: str) -> None:
    served = datagrams.ANSWERS[f"udp-{talk}"]

    def answers(packet: bytes) -> list[bytes]:
        return [served(packet, ("127.0.0.1", 4000)) or b""]

    async def scenario() -> None:
        async with udp(answers) as port:
            assert await udptalk.converse("127.0.0.1", port, talk, 1.0) is None
        stale = served(udptalk.question(talk)[0], ("127.0.0.1", 4000)) or b""
        async with udp(lambda _: [stale]) as port:
            assert await udptalk.converse("127.0.0.1", port, talk, 0.3) is Failure.TIMEOUT

    asyncio.run(scenario())


def test_a_lost_question_is_asked_again_and_a_closed_port_is_refused() -> None:
    heard: list[bytes] = []

    def second_only(packet: bytes) -> list[bytes]:
        heard.append(packet)
        return [datagrams.stun(packet, ("127.0.0.1", 4000)) or b""] if len(heard) > 1 else []

    async def scenario() -> None:
        async with udp(second_only) as port:
            assert await udptalk.converse("127.0.0.1", port, "stun", 1.5) is None
        assert await udptalk.converse("127.0.0.1", port, "stun", 1.5) is Failure.REFUSED

    asyncio.run(scenario())
