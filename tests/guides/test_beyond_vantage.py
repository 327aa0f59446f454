"""Somebody outside knocks on a port: the server's side and the asking side, on real sockets of the loopback."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.eyes import PcEyes
from probes.wire import vantage
from selfcare.model.home_pc import Outside
from selfcare.model.profile import Vantage
from selfcare.speedserver.reach import Reach, ReachLimits
from selfcare.speedserver.server import SpeedServer
from tests.guides.test_pc_eyes import bound

ME = "127.0.0.2"  # another address than the vantage's own: it does not knock at itself


@contextlib.asynccontextmanager
async def served(limits: ReachLimits | None = None) -> AsyncIterator[int]:
    server = SpeedServer(reach=Reach(limits or ReachLimits(knock_s=0.3, inside=True)))
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


def test_who_does_not_offer_it_does_not_knock() -> None:
    async def go() -> int:
        listening = await asyncio.start_server(SpeedServer().serve, "127.0.0.1", 0)
        async with listening:
            return (await ask(listening.sockets[0].getsockname()[1], "/reach?port=80"))[0]

    assert asyncio.run(go()) == 404


def test_only_a_question_without_a_body_is_answered() -> None:
    assert knock("/reach?port=80", method="POST")[0] == 404
    assert knock("/reach?port=80", more="Content-Length: 5\r\n")[0] == 404


def test_few_questions_of_one_and_few_of_all() -> None:
    now = [0.0]

    async def go() -> list[int]:
        reach = Reach(ReachLimits(questions=2, window_s=60.0, knock_s=0.2, inside=True), lambda: now[0])
        seen = []
        for source in (ME, ME, ME, "127.0.0.3"):
            seen.append(int((await reach.answer({"port": ["9"]}, (source, 1), ("127.0.0.1", 2)))[0].split()[0]))
        now[0] += 61.0
        seen.append(int((await reach.answer({"port": ["9"]}, (ME, 1), ("127.0.0.1", 2)))[0].split()[0]))
        return seen

    assert asyncio.run(go()) == [200, 200, 429, 200, 200]


def test_one_at_a_time_and_a_full_house() -> None:
    async def go(at_once: int, *sources: str) -> list[str]:
        reach = Reach(ReachLimits(at_once=at_once, knock_s=0.2, inside=True))

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


async def nobody_knocks(*_: object) -> bool:
    raise AssertionError("somebody was knocked at")


@pytest.mark.parametrize("who", ["10.0.0.7", "172.17.0.1", "192.168.1.9", "127.0.0.9", "169.254.9.9", "::1", "fd00::7"])
def test_the_inner_side_of_a_proxy_is_never_scanned(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's host, a load balancer: everybody who asks comes from there."""
    monkeypatch.setattr("selfcare.speedserver.reach._tcp", nobody_knocks)
    monkeypatch.setattr("selfcare.speedserver.reach._udp", nobody_knocks)
    for protocol in ("tcp", "udp"):
        asked = Reach().answer({"port": ["22"], "protocol": [protocol]}, (who, 1), ("203.0.113.9", 2))
        status, body = asyncio.run(asked)
        assert status.startswith("200") and json.loads(body)["open"] is None


@pytest.mark.parametrize("name", ["X-Forwarded-For", "forwarded", "Via", "X-Real-IP"])
def test_what_was_passed_on_is_not_knocked_at(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcare.speedserver.reach._tcp", nobody_knocks)
    assert knock("/reach?port=22", more=f"{name}: 9.9.9.9\r\n") == (200, {"open": None, "address": ME})


def test_an_ipv6_home_is_asked_one_question_at_a_time() -> None:
    async def go() -> list[str]:
        reach = Reach(ReachLimits(knock_s=0.2))
        reach._busy.add("2001:db8:1::/56")
        status = (await reach.answer({"port": ["9"]}, ("2001:db8:1::5", 1), None))[0]
        return [status[:3], *reach._busy]

    assert asyncio.run(go()) == ["429", "2001:db8:1::/56"]
