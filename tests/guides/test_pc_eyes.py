"""What guides look with, on real sockets of the loopback and on recorded outputs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.eyes import PcEyes
from probes.hostnet import inbound, joined
from probes.hostnet.joined import parse_netsh
from probes.hostnet.nftjudge import Packet, judge
from probes.wire import beside, vantage
from selfcare.model.home_pc import Inbound, Joined, Outside, Spoke
from selfcare.model.probe import Platform
from selfcare.model.profile import Vantage
from selfcare.speedserver.reach import Reach, ReachLimits
from selfcare.speedserver.server import SpeedServer

ME = "127.0.0.2"  # another address than the vantage's own: it does not knock at itself


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
    with bound(socket.SOCK_STREAM, listen=False) as port, bound(socket.SOCK_DGRAM) as far:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talking:
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


# -- from outside --------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def served(limits: ReachLimits | None = None) -> AsyncIterator[int]:
    server = SpeedServer(reach=Reach(limits or ReachLimits(knock_s=0.3)))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


async def ask(port: int, target: str, source: str = ME, method: str = "GET", more: str = "") -> tuple[int, Any]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode())
    status = int((await reader.readline()).split()[1])
    fields = {}
    while line := (await reader.readline()).strip():
        key, _, value = line.decode().partition(": ")
        fields[key.lower()] = value
    body = await reader.readexactly(int(fields["content-length"]))
    writer.close()
    return status, json.loads(body) if body else None


def knock(target: str, *, source: str = ME, **more: Any) -> tuple[int, Any]:
    async def go() -> tuple[int, Any]:
        async with served() as port:
            return await ask(port, target, source, **more)

    return asyncio.run(go())


def test_the_vantage_knocks_at_the_asker_and_says_at_whom() -> None:
    with bound(socket.SOCK_STREAM, ME) as port:
        assert knock(f"/reach?port={port}&protocol=tcp") == (200, {"open": True, "address": ME})
        assert knock(f"/reach?port={port}") == (200, {"open": True, "address": ME})
        elsewhere = knock(f"/reach?port={port}", source="127.0.0.3")
        assert elsewhere == (200, {"open": False, "address": "127.0.0.3"})
    assert knock(f"/reach?port={port}&protocol=tcp") == (200, {"open": False, "address": ME})


def test_it_does_not_knock_at_its_own_door() -> None:
    """Behind a proxy of its own machine everybody has that machine's address."""
    with bound(socket.SOCK_STREAM) as port:
        assert knock(f"/reach?port={port}", source="127.0.0.1") == (200, {"open": None, "address": "127.0.0.1"})


def test_a_datagram_is_open_only_if_something_comes_back() -> None:
    with bound(socket.SOCK_DGRAM, ME) as port:
        assert knock(f"/reach?port={port}&protocol=udp")[1]["open"] is None
    assert knock(f"/reach?port={port}&protocol=udp")[1]["open"] is None

    async def answered() -> Any:
        class Echo(asyncio.DatagramProtocol):
            def connection_made(self, transport: Any) -> None:
                self.transport = transport

            def datagram_received(self, data: bytes, address: Any) -> None:
                assert data.startswith(b"selfcare reach ")
                self.transport.sendto(b"no", address)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=(ME, 0))
        async with served() as port:
            here = transport.get_extra_info("sockname")[1]
            found = await ask(port, f"/reach?port={here}&protocol=udp")
        transport.close()
        return found[1]

    assert asyncio.run(answered()) == {"open": True, "address": ME}


@pytest.mark.parametrize("target", [
    "/reach", "/reach?port=0", "/reach?port=65536", "/reach?port=-1", "/reach?port=80&port=81", "/reach?port=%31e3",
    "/reach?port=80&protocol=sctp", "/reach?port=80&address=9.9.9.9", "/reach?port=80&host=x", "/reach?port=８０",
    "/reach?port=80&protocol=tcp&protocol=udp", "/reach?port=000080",
])  # fmt: skip
def test_anything_else_is_refused_before_a_packet_is_sent(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> bool:
        raise AssertionError("it knocked")

    monkeypatch.setattr("selfcare.speedserver.reach._tcp", never)
    monkeypatch.setattr("selfcare.speedserver.reach._udp", never)
    assert knock(target)[0] == 400


def test_only_a_question_without_a_body_is_answered() -> None:
    assert knock("/reach?port=80", method="POST")[0] == 404
    assert knock("/reach?port=80", more="Content-Length: 5\r\n")[0] == 404


def test_few_questions_of_one_and_few_of_all() -> None:
    now = [0.0]

    async def go() -> list[int]:
        reach = Reach(ReachLimits(questions=2, window_s=60.0, knock_s=0.2), lambda: now[0])
        seen = []
        for source in (ME, ME, ME, "127.0.0.3"):
            seen.append(int((await reach.answer({"port": ["9"]}, (source, 1), ("127.0.0.1", 2)))[0].split()[0]))
        now[0] += 61.0
        seen.append(int((await reach.answer({"port": ["9"]}, (ME, 1), ("127.0.0.1", 2)))[0].split()[0]))
        return seen

    assert asyncio.run(go()) == [200, 200, 429, 200, 200]


def test_one_at_a_time_and_a_full_house() -> None:
    async def go(at_once: int, *sources: str) -> list[str]:
        reach = Reach(ReachLimits(at_once=at_once, knock_s=0.2))

        async def slow(*_: object) -> bool:
            await asyncio.sleep(0.05)
            return True

        from selfcare.speedserver import reach as module

        module_tcp, module._tcp = module._tcp, slow  # type: ignore[assignment]
        try:
            asked = (reach.answer({"port": ["9"]}, (one, 1), ("127.0.0.1", 2)) for one in sources)
            return [status[:3] for status, _ in await asyncio.gather(*asked)]
        finally:
            module._tcp = module_tcp

    assert asyncio.run(go(9, ME, ME)) == ["200", "429"]
    assert asyncio.run(go(1, ME, "127.0.0.3")) == ["200", "429"]
    assert asyncio.run(go(2, ME, "127.0.0.3")) == ["200", "200"]


def test_what_it_remembers_is_bounded() -> None:
    async def go() -> int:
        reach = Reach(ReachLimits(knock_s=0.0), lambda: 0.0)
        for number in range(5000):
            source = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
            reach._may(source)
        return len(reach._asked)

    assert asyncio.run(go()) <= 4097


@pytest.mark.parametrize(
    "source", [None, (), ("/run/socket",), ("fe80::1%eth0", 1, 0, 2), ("fe80::1", 1), ("0.0.0.0", 1)]
)
def test_who_has_no_address_is_nobody(source: Any) -> None:
    assert asyncio.run(Reach().answer({"port": ["80"]}, source, None))[0].startswith("403")


def test_the_client_and_the_server_speak_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go(path: str) -> Outside:
        async with served() as port:
            seer = Vantage("seer.example", "a test", port, path, addresses=("127.0.0.1",))
            return await PcEyes().from_outside(seer, 9, "tcp")

    assert asyncio.run(go("/reach")) == Outside(None, "127.0.0.1")  # here asker and asked are one
    assert asyncio.run(go("/elsewhere")) == Outside()


def test_a_vantage_that_is_not_there() -> None:
    with bound(socket.SOCK_STREAM, listen=False) as port:
        seer = Vantage("seer.example", "a test", port, addresses=("127.0.0.1",))
        assert asyncio.run(PcEyes().from_outside(seer, 9, "tcp")) == Outside()


@pytest.mark.parametrize(("text", "found"), [
    ('{"open": true, "address": "90.1.2.3"}', Outside(True, "90.1.2.3")),
    ('{"open": null, "address": "90.1.2.3"}', Outside(None, "90.1.2.3")),
    ('{"open": 1, "address": "90.1.2.3"}', Outside()), ('{"open": true}', Outside()), ("[]", Outside()),
    ('{"open": true, "address": "you"}', Outside()), ("[" * 5000, Outside()), ("", Outside()),
])  # fmt: skip
def test_what_a_vantage_may_say(text: str, found: Outside) -> None:
    assert vantage.read(text) == found


@given(st.text())
def test_whatever_a_vantage_says_is_understood_or_nothing(text: str) -> None:
    assert vantage.read(text).open in (True, False, None)


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
    assert inbound.read(platform, 80, "tcp", None) == Inbound(None, platform.value)


def test_rules_nobody_may_read_are_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound, "_unfiltered", lambda: False)
    monkeypatch.setattr(inbound, "_ruleset", lambda: None)
    assert inbound.read(Platform.LINUX, 80, "tcp", "eth0").lets is None


def test_no_filter_in_the_kernel_lets_everything_in(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"modules": "veth 1 0 - Live 0\n", "modules.builtin": "kernel/fs/ext4/ext4.ko\n"}
    monkeypatch.setattr(inbound, "_text", lambda path: texts.get(path.name, ""))
    assert inbound.read(Platform.LINUX, 80, "tcp", "eth0") == Inbound(True)
    for name, text in (
        ("modules", "nf_tables 1 0 - Live 0\n"), ("modules", ""), ("modules.builtin", ""),
        ("modules", "iptable_filter 1 0 -\n"), ("modules.builtin", "kernel/net/netfilter/nf_tables.ko\n"),
        ("modules.builtin", "kernel/net/ipv4/netfilter/iptable_filter.ko\n"),
    ):  # fmt: skip
        monkeypatch.setattr(inbound, "_ruleset", lambda: None)
        monkeypatch.setattr(inbound, "_text", lambda path, n=name, t=text: {**texts, n: t}.get(path.name, ""))
        assert inbound.read(Platform.LINUX, 80, "tcp", "eth0").lets is None, (name, text)


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
