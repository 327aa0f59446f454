"""What is read off the wire and the neighbour table: right where it is right, harmless where it is garbage."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import link_peers, mtu_large, nat_path, pc_dhcp_client
from probes.hostnet import neighwatch
from probes.raw import client, frames, verbs
from probes.wire import sizes
from selfcare.model.probe import CannotRun, NotRunReason
from tests.probes.support import Stopwatch, tcp, udp

MAC = bytes.fromhex("3c5282000001")
ROOT = Path(__file__).parents[2]


# -- the neighbour table's announcements -----------------------------------------------------------


def _announcement(address: bytes, mac: bytes, index: int = 2, kind: int = 28) -> bytes:
    attributes = b""
    for number, value in ((1, address), (2, mac)):
        attributes += struct.pack("=HH", 4 + len(value), number) + value + bytes(-len(value) % 4)
    body = struct.pack("=BxxxiHBB", 2, index, 2, 0, 1) + attributes
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body


def test_an_announced_neighbour_is_read() -> None:
    data = _announcement(socket.inet_aton("192.168.1.1"), MAC) + _announcement(bytes(15) + b"\1", MAC, 3)
    assert neighwatch.parse(data) == [
        neighwatch.Announced(2, "192.168.1.1", "3c:52:82:00:00:01"),
        neighwatch.Announced(3, "::1", "3c:52:82:00:00:01"),
    ]


def test_other_messages_and_empty_hardware_addresses_are_left_out() -> None:
    address = socket.inet_aton("192.168.1.1")
    assert neighwatch.parse(_announcement(address, MAC, kind=29)) == []
    assert neighwatch.parse(_announcement(address, bytes(6))) == []


@given(st.binary(max_size=200), st.integers(0, 80))
def test_damaged_announcements_harm_nobody(noise: bytes, cut: int) -> None:
    neighwatch.parse(noise)
    neighwatch.parse(_announcement(socket.inet_aton("10.0.0.1"), MAC)[:cut] + noise)


def test_hardware_address_inside_a_link_local_address() -> None:
    assert link_peers.mac_of("fe80::7e16:89ff:fe00:1%eth0") == "7c:16:89:00:00:01"
    assert link_peers.mac_of("fe80::c2bd:41d:266a:5130") is None


def test_neither_the_gateway_nor_who_answers_for_everybody_is_another_box() -> None:
    holders = {"192.168.1.1": "aa", "192.168.1.254": "bb", "192.168.0.254": "cc", "192.0.2.1": "bb"}
    assert link_peers._others(holders, ("cc",)) == ("192.168.1.1",)
    assert link_peers._others({}, ()) == ()


# -- ARP and DHCP ----------------------------------------------------------------------------------


def _reply(mac: bytes, sender: str, target: str) -> bytes:
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2) + mac + socket.inet_aton(sender) + MAC + socket.inet_aton(target)
    return MAC + mac + b"\x08\x06" + body


def test_arp_probe_claims_nothing_and_a_reply_does() -> None:
    asked = frames.parse_arp(frames.arp_request(MAC, None, "192.168.1.20"))
    assert asked is not None and not asked.claims and not asked.reply
    answer = frames.parse_arp(_reply(b"\x52\x54\0\0\0\1", "192.168.1.20", "0.0.0.0"))
    assert answer is not None and answer.claims
    assert (answer.sender, answer.sender_mac) == ("192.168.1.20", "52:54:00:00:00:01")


def _offer(xid: int, server: str = "192.168.1.254", kind: int = 2, port: int = 67) -> bytes:
    ip4 = socket.inet_aton
    head = struct.pack("!BBBBIHH4s4s4s4s16s64s128s", 2, 1, 6, 0, xid, 0, 0, bytes(4), ip4("192.168.1.50"), ip4(server),
                       bytes(4), MAC, b"", b"")  # fmt: skip
    options = b"\x63\x82\x53\x63" + bytes((53, 1, kind, 54, 4)) + ip4(server) + bytes((3, 4)) + ip4(server)
    payload = head + options + bytes((6, 4)) + ip4("6.6.6.6") + b"\xff"
    packet = struct.pack("!HHHH", port, 68, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(packet), 0, 0, 64, 17, 0, ip4(server), b"\xff" * 4)
    return MAC + b"\x52\x54\0\0\0\1" + b"\x08\0" + ip + packet


def test_an_offer_to_us_is_read_and_no_other() -> None:
    assert frames.parse_offer(_offer(7), 7) == frames.Offer(
        "192.168.1.254", "52:54:00:00:00:01", "192.168.1.50", ("192.168.1.254",), ("6.6.6.6",)
    )
    assert frames.parse_offer(_offer(7), 8) is None, "an answer to somebody else's question"
    assert frames.parse_offer(_offer(7, kind=5), 7) is None, "an acknowledgement"
    assert frames.parse_offer(_offer(7, port=68), 7) is None, "another client"


def test_icmp_that_quotes_an_offer_is_no_offer() -> None:
    frame = bytearray(_offer(7))
    frame[14 + 9] = 1
    assert frames.parse_offer(bytes(frame), 7) is None


@given(st.binary(max_size=700), st.integers(0, 330))
def test_any_frame_is_survived(noise: bytes, cut: int) -> None:
    for frame in (noise, _offer(7)[:cut] + noise, _reply(MAC, "1.2.3.4", "1.2.3.5")[:cut] + noise):
        frames.parse_arp(frame)
        frames.parse_offer(frame, 7)


def test_a_discover_asks_and_never_requests() -> None:
    frame = frames.discover(MAC, 0x01020304)
    payload = frame[14 + 20 + 8 :]
    assert payload[:1] == b"\1" and payload[4:8] == b"\1\2\3\4" and payload[28:34] == MAC
    assert payload[240:243] == bytes((53, 1, 1))
    header = frame[14:34]
    total = sum(int.from_bytes(header[i : i + 2], "big") for i in range(0, 20, 2))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF, "the header's checksum"


# -- the raw process's verbs -----------------------------------------------------------------------

VERBS = (
    verbs.DuplicateAddress("eth0", "192.168.1.20"),
    verbs.DhcpDiscover("eth0", 5.0),
    verbs.ArpWatch("wlan0", "10.0.0.1", 3.0),
    verbs.ArpSweep("eth0", "192.168.1.20", "192.168.1.0/24", 4.0),
)


@pytest.mark.parametrize("verb", VERBS, ids=verbs.name_of)
def test_a_verb_survives_the_line(verb: verbs.Verb) -> None:
    assert verbs.read(verbs.write(verb)) == verb


@pytest.mark.parametrize(
    "line",
    [
        '{"verb": "exec", "interface": "eth0"}',
        '{"verb": "dhcp_discover", "interface": "eth0"}',
        '{"verb": "dhcp_discover", "interface": "eth0", "seconds": 5, "more": 1}',
        '{"verb": "dhcp_discover", "interface": "eth0", "seconds": 3600}',
        '{"verb": "dhcp_discover", "interface": "eth0", "seconds": true}',
        '{"verb": "dhcp_discover", "interface": "../eth0", "seconds": 1}',
        '{"verb": "arp_sweep", "interface": "eth0", "address": "10.0.0.1", "network": "10.0.0.0/8", "seconds": 1}',
        '{"verb": "duplicate_address", "interface": "eth0", "address": 16909060}',
        '["duplicate_address"]',
        "[" * 3000,
        "",
    ],
)
def test_anything_else_is_refused(line: str) -> None:
    with pytest.raises(verbs.Refused):
        verbs.read(line)


@given(st.text(max_size=300))
def test_no_text_does_worse_than_being_refused(line: str) -> None:
    with contextlib.suppress(verbs.Refused):
        verbs.read(line)


def test_the_process_refuses_and_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "probes.raw"], input='{"verb": "exec"}\nnonsense\n', capture_output=True, text=True,
        cwd=ROOT, check=True, timeout=20,
    )  # fmt: skip
    assert [json.loads(line)["error"] for line in done.stdout.splitlines()] == ["refused", "refused"]


def test_without_the_capability_it_cannot_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nCapEff:\t0000000000000400\n")
    monkeypatch.setattr(client, "_STATUS", status)
    assert not client.permitted()
    with pytest.raises(CannotRun) as refusal:
        asyncio.run(client.ask(VERBS[0], 1.0))
    assert refusal.value.reason is NotRunReason.NEEDS_PRIVILEGE
    status.write_text("CapEff:\t0000000000002000\n")
    assert client.permitted()


# -- NAT-PMP ---------------------------------------------------------------------------------------


def test_the_gateway_tells_its_outer_address() -> None:
    def answer(data: bytes) -> list[bytes]:
        assert data == b"\0\0"
        return [b"noise", b"\0\x80\0\0" + bytes(4) + socket.inet_aton("192.168.1.77")]

    async def run() -> tuple[str | None, int | None]:
        async with udp(answer) as port:
            return await nat_path.ask_external("127.0.0.1", port)

    assert asyncio.run(run()) == ("192.168.1.77", 0)


@pytest.mark.alone
def test_a_silent_gateway_costs_half_a_second_and_a_refusing_one_nothing() -> None:
    async def run(answers: bool) -> tuple[str | None, int | None]:
        async with udp(lambda _: []) as port:
            return await nat_path.ask_external("127.0.0.1", port if answers else 1)

    with Stopwatch(nat_path.DEADLINE_S):
        assert asyncio.run(run(True)) == (None, None)
    with Stopwatch(0.1):
        assert asyncio.run(run(False)) == (None, None)


@given(st.binary(max_size=40))
def test_any_answer_is_survived(data: bytes) -> None:
    parsed = nat_path.parse(data)
    assert parsed is None or 0 <= parsed[1] <= 0xFFFF


# -- large packets ---------------------------------------------------------------------------------


def test_a_large_request_is_well_formed_and_answered() -> None:
    data = mtu_large.request("pages.example", "/x")
    assert len(data) > 2 * 1460 and data.endswith(b"\r\n\r\n") and data.count(b"\r\n\r\n") == 1

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\r\n\r\n") == data
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

    async def run(segment: int | None) -> bool:
        async with tcp(serve) as port:
            return await mtu_large.exchange("127.0.0.1", port, data, 2.0, segment)

    assert asyncio.run(run(None)) and asyncio.run(run(mtu_large.SMALL_SEGMENT))


@pytest.mark.alone
def test_a_server_that_never_answers_is_a_stall() -> None:
    async def serve(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async def run() -> bool:
        async with tcp(serve) as port:
            return await mtu_large.exchange("127.0.0.1", port, b"x" * 3000, 0.3)

    with Stopwatch(0.3):
        assert not asyncio.run(run())


def test_sizes_on_loopback_all_pass_and_an_unreachable_target_gives_none() -> None:
    assert asyncio.run(sizes.largest("127.0.0.1", (576, 1500), 0.6)) == 1500
    assert asyncio.run(sizes.largest("not an address", (576,), 0.2)) is None
    assert (asyncio.run(sizes.believed("127.0.0.1", 1500, 0.0)) or 0) > 60_000


# -- who asks for addresses ------------------------------------------------------------------------


def test_hidden_processes_say_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pc_dhcp_client, "PROC", tmp_path)
    assert pc_dhcp_client.names() == frozenset()
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "comm").write_text("NetworkManager\n")
    seen = pc_dhcp_client.names()
    # Only with a process of the system's own in sight is the list complete.
    assert seen == (frozenset({"NetworkManager"}) if tmp_path.stat().st_uid == 0 else frozenset())
