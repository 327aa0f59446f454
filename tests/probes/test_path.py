"""Hops and echo requests: what each message says, and hostile bytes."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.path_hops import classify, describe, first_isp_hop
from probes.wire import icmp, system_ping
from probes.wire.ttl import IcmpError, parse_error
from selfcare.model.payloads.gateway import IcmpMethod
from selfcare.model.payloads.path import HopAnswer, HopKind

GATEWAY, TARGET = "192.168.1.1", "1.1.1.1"


def exceeded(ttl: int, address: str) -> IcmpError:
    return IcmpError(ttl, address, 11, 0, 5.0)


@pytest.mark.parametrize(
    ("address", "ttl", "kind"),
    [
        (GATEWAY, 1, HopKind.GATEWAY),
        ("10.0.0.1", 2, HopKind.PRIVATE),
        ("100.64.0.1", 2, HopKind.CGNAT),
        ("90.1.2.3", 2, HopKind.PUBLIC),
    ],
)
def test_kinds_of_hops(address: str, ttl: int, kind: HopKind) -> None:
    assert classify(address, ttl, GATEWAY) is kind


def test_the_first_isp_hop_is_the_first_that_cannot_be_at_home() -> None:
    heard = {1: exceeded(1, GATEWAY), 2: exceeded(2, "10.0.0.1"), 4: exceeded(4, "100.64.0.1")}
    hops = describe(heard, TARGET, GATEWAY)
    assert first_isp_hop(hops) == "100.64.0.1"
    assert [hop.answer for hop in hops[2:4]] == [HopAnswer.SILENT, HopAnswer.TIME_EXCEEDED]


def test_the_target_is_not_the_first_isp_hop_where_all_routers_are_silent() -> None:
    hops = describe({4: IcmpError(4, TARGET, 3, 3, 1.0)}, TARGET, GATEWAY)
    assert (hops[3].answer, first_isp_hop(hops)) == (HopAnswer.DESTINATION, None)


def test_a_router_that_rejects_is_not_the_destination() -> None:
    heard = {1: exceeded(1, GATEWAY), 2: IcmpError(2, GATEWAY, 3, 3, 1.0), 3: IcmpError(3, TARGET, 3, 3, 1.0)}
    hops = describe(heard, TARGET, GATEWAY)
    assert [hop.answer for hop in hops] == [
        HopAnswer.TIME_EXCEEDED, HopAnswer.ADMIN_PROHIBITED, HopAnswer.DESTINATION,
    ]  # fmt: skip


def test_the_boxs_own_refusal_is_no_isp_hop() -> None:
    hops = describe({1: IcmpError(1, GATEWAY, 3, 0, 1.0)}, TARGET, GATEWAY)
    assert (hops[0].answer, first_isp_hop(hops)) == (HopAnswer.NET_UNREACHABLE, None)


@given(st.binary(max_size=80))
def test_error_queue_any_bytes(data: bytes) -> None:
    parse_error(socket.IPPROTO_IP, 11, data)


def test_the_kernels_own_word_is_no_answer() -> None:
    body = struct.pack("=IBBBBII", 113, 1, 3, 1, 0, 0, 0) + struct.pack("=HH4s8x", 2, 0, bytes(4))
    assert parse_error(socket.IPPROTO_IP, 11, body) is None


@given(st.binary(max_size=80))
def test_echo_any_bytes(data: bytes) -> None:
    icmp.match(data, socket.AF_INET, b"token")
    icmp.match(data, socket.AF_INET6, b"token")


def test_echo_is_recognised_with_and_without_ip_header() -> None:
    answer = bytes((0, 0)) + icmp.packet(socket.AF_INET, 2, b"token-of-16-byte")[2:]
    assert icmp.match(answer, socket.AF_INET, b"token-of-16-byte") == 2
    assert icmp.match(bytes((0x45,)) + bytes(19) + answer, socket.AF_INET, b"token-of-16-byte") == 2
    assert icmp.match(answer, socket.AF_INET, b"somebody elses..") is None
    assert icmp.checksum(icmp.packet(socket.AF_INET, 2, b"token-of-16-byte")) == 0


PING = (
    b"PING 192.168.1.1 (192.168.1.1) 56(84) bytes of data.\n64 bytes from 192.168.1.1: icmp_seq=1 ttl=64 time=0.34 ms\n"
)
PING6 = b"64 bytes from fe80::1%eth0: icmp_seq=1 ttl=64 time=1.5 ms\n"
BUSYBOX = b"64 bytes from 10.0.0.1: seq=0 ttl=64 time=2.125 ms\n"


@pytest.mark.parametrize(
    ("output", "code", "responder", "method"),
    [
        (PING, 0, "192.168.1.1", IcmpMethod.SYSTEM_PING),
        (PING6, 0, "fe80::1%eth0", IcmpMethod.SYSTEM_PING),
        (BUSYBOX, 0, "10.0.0.1", IcmpMethod.SYSTEM_PING),
        (b"", 1, None, IcmpMethod.SYSTEM_PING),
        (b"ping: socktype: SOCK_RAW\n", 2, None, IcmpMethod.NONE),
    ],
)
def test_what_ping_prints(output: bytes, code: int, responder: str | None, method: IcmpMethod) -> None:
    found = system_ping.understand(output, code)
    assert (found.responder, found.method, bool(found.rtts_ms)) == (responder, method, responder is not None)


@given(st.binary(max_size=300), st.integers(-9, 3))
def test_ping_any_output(output: bytes, code: int) -> None:
    assert system_ping.understand(output, code).method in IcmpMethod


def test_the_ladder_on_loopback_ends_in_a_method() -> None:
    found = asyncio.run(icmp.echo("127.0.0.1", 1.0))
    assert found.method in IcmpMethod
    assert bool(found.rtts_ms) == (found.method is not IcmpMethod.NONE)
