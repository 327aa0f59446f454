"""The box asked over the Wi-Fi: which one, by which way, what is a loss and what is nobody to ask."""

from __future__ import annotations

import asyncio
import socket

import pytest

from probes import knock
from probes.knock import Knocking, Target, chosen, connecting
from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Method
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload


def adapter(name: str, kind: InterfaceKind, index: int = 3, carrier: bool | None = True) -> Interface:
    return Interface(name, index, kind, True, carrier)


def config(name: str, gateway4: str | None = None, gateway6: str | None = None) -> IpConfig:
    address = IpAddress("192.168.1.20", 24, 4)
    return IpConfig(
        name, (address,), Method.DHCP, Activation.ACTIVE, (), Method.DHCP, gateway4=gateway4, gateway6=gateway6
    )


BOX = "192.168.1.1"
WIFI, CABLE = adapter("wlan0", InterfaceKind.WIFI), adapter("eth0", InterfaceKind.ETHERNET, 2)


@pytest.mark.parametrize(
    ("adapters", "configs", "target"),
    [
        ((WIFI,), (config("wlan0", BOX),), Target(BOX, None)),
        ((CABLE, WIFI), (config("eth0", BOX), config("wlan0", BOX)), Target(BOX, "wlan0")),
        ((WIFI,), (config("wlan0", None, "fe80::1"),), Target("fe80::1%3", None)),
        ((CABLE,), (config("eth0", BOX),), None),
        ((CABLE, WIFI), (config("eth0", BOX), config("wlan0")), None),
        ((adapter("wlan0", InterfaceKind.WIFI, carrier=False),), (config("wlan0", BOX),), None),
        ((), (), None),
    ],
)  # fmt: skip
def test_the_box_of_the_wifi_is_asked_and_not_that_of_a_cable(
    adapters: tuple[Interface, ...], configs: tuple[IpConfig, ...], target: Target | None
) -> None:
    assert chosen(LinkPayload(adapters, None), AddressPayload(configs, None, None)) == target


class World:
    """Ways that answer as a test says; what was asked, and when somebody looked for the box."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.target: Target | None = Target(BOX, None)
        self.echo: list[float | OSError | None] = []
        self.ports: list[float | None] = []
        self.asked: list[str] = []
        self.looked, self.time = 0, 0.0

        async def echo(_target: Target, _patience_s: float) -> float | None:
            self.asked.append("echo")
            said = self.echo.pop(0) if self.echo else None
            if isinstance(said, OSError):
                raise said
            return said

        def port(number: int) -> knock.Way:
            async def way(_target: Target, _patience_s: float) -> float | None:
                self.asked.append(str(number))
                return self.ports.pop(0) if self.ports else None

            return way

        monkeypatch.setattr(knock, "echo", echo)
        monkeypatch.setattr(knock, "connecting", port)
        self.knock = Knocking(self._find, lambda: self.time)

    async def _find(self) -> Target | None:
        self.looked += 1
        return self.target

    def __call__(self) -> float | str | None:
        try:
            return asyncio.run(self.knock())
        except LookupError:
            return "nobody"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_the_first_way_that_is_answered_is_kept(world: World) -> None:
    world.echo = [3.0, 4.0, None]
    assert [world(), world(), world()] == [3.0, 4.0, None]
    assert world.asked == ["echo"] * 3
    assert world.looked == 1


def test_a_box_deaf_to_echoes_is_asked_at_its_ports_and_then_by_that_alone(world: World) -> None:
    world.ports = [None, 5.0, 6.0]
    assert [world(), world()] == [5.0, 6.0]
    assert world.asked == ["echo", "53", "80", "80"]


def test_a_system_that_lets_us_send_no_echo_is_no_loss(world: World) -> None:
    world.echo, world.ports = [PermissionError()], [2.0]
    assert world() == 2.0


def test_silence_is_a_loss_only_where_there_was_a_voice(world: World) -> None:
    assert world() == "nobody"
    world.echo = [3.0, None]
    assert [world(), world()] == [3.0, None]


def test_no_way_there_is_nobody_to_ask(world: World) -> None:
    world.echo = [3.0, OSError(101, "unreachable")]
    assert [world(), world()] == [3.0, "nobody"]


def test_a_late_answer_is_asked_for_once_more(world: World) -> None:
    world.echo = [3.0, 98.0, 4.0, 99.0, None, 80.0, 120.0]
    assert [world(), world(), world(), world()] == [3.0, 4.0, 99.0, 80.0]


def test_another_home_is_found_after_losses_and_asked_anew(world: World) -> None:
    world.echo = [3.0, None, None, None]
    assert [world() for _ in range(4)] == [3.0, None, None, None]
    world.target, world.time = Target("10.0.0.1", None), 4.9
    assert world() is None  # not oftener than every five seconds
    world.time = 5.1
    assert world() == "nobody"  # another box, which has not answered anything yet
    assert world.looked == 2
    world.echo = [7.0]
    assert world() == 7.0


def test_without_a_box_it_is_looked_for_now_and_then(world: World) -> None:
    world.target = None
    assert [world(), world()] == ["nobody"] * 2
    assert world.looked == 1
    world.target, world.time, world.echo = Target(BOX, None), 5.1, [3.0]
    assert world() == 3.0


def test_a_port_that_refuses_has_answered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        opened = asyncio.run(connecting(number)(Target("127.0.0.1", None), 0.9))
    refused = asyncio.run(connecting(number)(Target("127.0.0.1", None), 0.9))
    assert opened is not None and refused is not None


def test_this_pc_answers_itself_by_whatever_way_the_system_lets_us() -> None:
    async def find() -> Target | None:
        return Target("127.0.0.1", None)

    rtt_ms = asyncio.run(Knocking(find)())
    assert rtt_ms is not None and rtt_ms > 0
