"""What guides look with, on real sockets of the loopback and on recorded outputs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.eyes import PcEyes
from probes.hostnet import inbound, joined
from probes.hostnet.joined import parse_netsh
from probes.hostnet.nftjudge import Packet, judge
from probes.wire import beside
from selfcare.model.home_pc import Inbound, Joined, Spoke
from selfcare.model.probe import Platform


@contextlib.contextmanager
def bound(kind: int, address: str = "127.0.0.1", listen: bool = True) -> Iterator[int]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as sock:
        sock.bind((address, 0))
        if listen and kind == socket.SOCK_STREAM:
            sock.listen()
        yield sock.getsockname()[1]


# -- listeners ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "protocol"), [(socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")])
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_real_listener_is_seen_with_its_program_and_address(kind: int, protocol: str, address: str) -> None:
    import psutil

    with bound(kind, address) as port:
        told = asyncio.run(PcEyes().listeners())
        mine = [one for one in told.found if one.port == port]
        assert [(one.protocol, one.address, one.program) for one in mine] == [
            (protocol, address, psutil.Process().name())
        ]
    assert port not in {one.port for one in asyncio.run(PcEyes().listeners()).found}


def test_a_socket_that_does_not_wait_is_no_listener() -> None:
    talk = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with bound(socket.SOCK_STREAM, listen=False) as port, bound(socket.SOCK_DGRAM) as far, talk as talking:
        talking.connect(("127.0.0.1", far))
        ports = {one.port for one in asyncio.run(PcEyes().listeners()).found}
        assert port not in ports and talking.getsockname()[1] not in ports and far in ports


# -- neighbours --------------------------------------------------------------------------------------


def speaks(port: int, protocol: str, limit_s: float = 0.2) -> Spoke:
    return asyncio.run(beside.speaks("127.0.0.1", port, protocol, limit_s))


def test_a_port_that_is_open_refused_or_silent() -> None:
    with bound(socket.SOCK_STREAM) as port:
        assert speaks(port, "tcp") is Spoke.OPEN
    assert speaks(port, "tcp") is Spoke.REFUSED
    with bound(socket.SOCK_DGRAM) as port:
        assert speaks(port, "udp") is Spoke.UNKNOWN  # somebody is there, who does not answer: as good as nobody
    assert speaks(port, "udp") is Spoke.REFUSED


def test_a_datagram_that_is_answered() -> None:
    async def go() -> Spoke:
        class Echo(asyncio.DatagramProtocol):
            def connection_made(self, transport: Any) -> None:
                self.transport = transport

            def datagram_received(self, data: bytes, address: Any) -> None:
                self.transport.sendto(b"?", address)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
        try:
            return await beside.speaks("127.0.0.1", transport.get_extra_info("sockname")[1], "udp", 1.0)
        finally:
            transport.close()

    assert asyncio.run(go()) is Spoke.OPEN


def test_a_literal_is_its_own_address_and_nonsense_none() -> None:
    assert asyncio.run(beside.locate("192.168.1.30", 0)) == "192.168.1.30"
    assert asyncio.run(beside.locate("02:00:00:00:00:99", 0)) is None


# -- Wi-Fi -----------------------------------------------------------------------------------------------


def corpus() -> Path:
    named = os.environ.get("SELFCARE_CORPUS")
    if not named or not (Path(named) / "os").is_dir():
        pytest.skip("SELFCARE_CORPUS names no folder with recorded outputs (os)")
    return Path(named) / "os"


@pytest.mark.corpus
def test_the_wifi_of_windows_in_every_recorded_language() -> None:
    files = sorted((corpus() / "windows").glob("netsh-wlan-interfaces-*.txt"))
    assert len(files) >= 5
    for file in files:
        assert parse_netsh(file.read_text("utf-8", "replace")) == Joined("SSID-1", known=True), file.name


def test_netsh_without_a_name_tells_nothing() -> None:
    assert parse_netsh("    BSSID : aa\n    SSID  :  \n") == Joined()
    assert parse_netsh("SSID : Caf\N{REPLACEMENT CHARACTER}") == Joined()
    block = "Nom : Wi-Fi\nDescription : x\nGUID : 0a1b2c3d-1111-2222-3333-445566778899\nAdresse : 02:00:00:ab:cd:ef\n"
    assert parse_netsh(f"{block}SSID : maison\nBSSID : 02:00:00:11:22:33\n") == Joined("maison", known=True)
    assert parse_netsh(f"{block}SSID : Caf\N{REPLACEMENT CHARACTER}\nBSSID : 02:00:00:11:22:33\n") == Joined()


@given(st.text())
def test_no_text_of_netsh_is_too_odd(text: str) -> None:
    assert parse_netsh(text).known == (parse_netsh(text).name is not None)


DEVICE, POINT = "/d/1", "/p/1"
NM = "org.freedesktop.NetworkManager"


def managed(state: int, ssid: Any, point: str = POINT) -> dict[str, Any]:
    return {
        DEVICE: {f"{NM}.Device": {"State": state}, f"{NM}.Device.Wireless": {"ActiveAccessPoint": point}},
        POINT: {f"{NM}.AccessPoint": {"Ssid": ssid}},
    }


@pytest.mark.parametrize(("objects", "found"), [
    (managed(100, b"Maison"), Joined("Maison", known=True)), (managed(100, [77, 97]), Joined("Ma", known=True)),
    (managed(30, b"Maison"), Joined(None, known=True)), (managed(100, b"", POINT), Joined()),
    (managed(100, b"Maison", "/"), Joined()), ({}, Joined()), (None, Joined()),
])  # fmt: skip
def test_the_wifi_networkmanager_looks_after(objects: Any, found: Joined) -> None:
    assert joined.joined(objects) == found


# -- the firewall ----------------------------------------------------------------------------------------


@pytest.mark.corpus
def test_recorded_ufw_outputs_are_an_administrators() -> None:
    """They are of ``ufw status``, which an ordinary user may not run: nothing of ours reads them."""
    assert len(list((corpus() / "linux").glob("ufw-*"))) >= 2


@pytest.mark.parametrize(("text", "on"), [
    ("ENABLED=yes\nLOGLEVEL=low\n", True), ("# comment\nENABLED=no\n", False), ("", False), ('ENABLED="yes"', True),
    ("#ENABLED=yes", False), ("ENABLED=yes\nENABLED=no", False),
])  # fmt: skip
def test_ufw_is_on_where_its_file_says_so(text: str, on: bool) -> None:
    assert inbound.ufw_on(text) is on


@pytest.mark.parametrize("platform", [Platform.WINDOWS, Platform.MACOS])
def test_where_nothing_was_recorded_nothing_is_said(platform: Platform) -> None:
    assert inbound.read(platform, range(80, 81), "tcp", None) == Inbound(None, platform.value)


def test_rules_nobody_may_read_are_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound, "_unfiltered", lambda: False)
    monkeypatch.setattr(inbound, "_ruleset", lambda: None)
    assert inbound.read(Platform.LINUX, range(80, 81), "tcp", "eth0").lets is None


def test_rules_of_the_old_kind_are_not_in_the_list_and_so_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound, "_ruleset", lambda: {"nftables": [{"metainfo": {}}]})
    for modules, lets in (("nf_tables 1 0 -\n", True), ("nf_tables 1 0 -\niptable_filter 1 0 -\n", None)):
        monkeypatch.setattr(inbound, "_text", lambda path, text=modules: text if path.name == "modules" else "")
        assert inbound.read(Platform.LINUX, range(80, 81), "tcp", "eth0").lets is lets


def test_of_several_ports_all_must_be_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    document = json.loads((Path(__file__).parent / "rules.json").read_text("utf-8"))
    monkeypatch.setattr(inbound, "_text", lambda _path: "")
    monkeypatch.setattr(inbound, "_ruleset", lambda: document)
    told = {(5000, 5004): True, (5000, 5010): False, (445, 446): None, (5, 4): None, (3000, 3001): None}
    for (first, last), lets in told.items():
        assert inbound.read(Platform.LINUX, range(first, last + 1), "tcp", "eth0").lets is lets


def test_no_filter_in_the_kernel_lets_everything_in(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"modules": "veth 1 0 - Live 0\n", "modules.builtin": "kernel/fs/ext4/ext4.ko\n"}
    monkeypatch.setattr(inbound, "_text", lambda path: texts.get(path.name, ""))
    assert inbound.read(Platform.LINUX, range(80, 81), "tcp", "eth0") == Inbound(True)
    for name, text in (
        ("modules", "nf_tables 1 0 - Live 0\n"), ("modules", ""), ("modules.builtin", ""),
        ("modules", "iptable_filter 1 0 -\n"), ("modules.builtin", "kernel/net/netfilter/nf_tables.ko\n"),
        ("modules.builtin", "kernel/net/ipv4/netfilter/iptable_filter.ko\n"),
    ):  # fmt: skip
        monkeypatch.setattr(inbound, "_ruleset", lambda: None)
        monkeypatch.setattr(inbound, "_text", lambda path, n=name, t=text: {**texts, n: t}.get(path.name, ""))
        assert inbound.read(Platform.LINUX, range(80, 81), "tcp", "eth0").lets is None, (name, text)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(
        ["nftables", "metainfo", "chain", "rule", "table", "set", "expr", "hook", "family", "name", "match", "accept"]),
        inner), max_leaves=20,
))  # fmt: skip
def test_no_ruleset_is_too_odd(document: Any) -> None:
    assert judge(document, Packet(80, "tcp")) in (True, False, None)
    whole = {"nftables": [{"metainfo": {}}, document]}
    assert judge(whole, Packet(80, "tcp")) in (True, False, None)
