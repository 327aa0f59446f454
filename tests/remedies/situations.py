"""A PC behind a box, as payloads; each test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Lease, Method
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import BoundPayload, BoundTry, Route, RoutePayload
from selfcare.model.remedy import RemoteLogin
from selfcare.model.tri import Tri
from selfcare.model.wifi import Band, Bss, Channel, Link, Radio, RadioState, Security, WifiAccess, WifiReading
from selfcare.remedies import Situation

ETH = Interface("eth0", 2, InterfaceKind.ETHERNET, True, True, mtu=1500)
LEASE = Lease("192.168.1.1", ("192.168.1.1",), ("192.168.1.1",), None, 86400, 80000.0)
CONFIG = IpConfig(
    "eth0", (IpAddress("192.168.1.20", 24, 4),), Method.DHCP, Activation.ACTIVE, ("192.168.1.1",), Method.DHCP,
    gateway4="192.168.1.1", lease=LEASE,
)  # fmt: skip
DEFAULT = Route(4, "0.0.0.0/0", "192.168.1.1", "eth0", 100)
FAR = Channel(6, Band.GHZ_24, 2437, 20)
LINK = Link("Maison-Dupont", "02:00:00:00:01:00", FAR, -78.0, security=Security.WPA2)
POINTS = (
    Bss("02:00:00:00:01:00", "Maison-Dupont", FAR, -78.0, 1.0, security=Security.WPA2, joined=True),
    Bss("02:00:00:00:02:00", "Maison-Dupont", Channel(36, Band.GHZ_5, 5180, 80), -55.0, 1.0, security=Security.WPA2),
    Bss("02:00:00:00:03:00", "Voisin", Channel(44, Band.GHZ_5, 5220, 80), -40.0, 1.0, security=Security.WPA2),
)
WRONG = Route(4, "0.0.0.0/0", "192.168.77.1", "eth1", 50)


def answers(times: dict[str, float | None], kind: NameKind = NameKind.RANDOM) -> DnsPayload:
    """One question each; None is silence."""
    made = tuple(
        DnsAnswer(s, "x.example", kind, "A", DnsStatus.NXDOMAIN if ms else DnsStatus.TIMEOUT, rtt_ms=ms)
        for s, ms in times.items()
    )
    return DnsPayload(made, tuple(times))


def situation(
    *,
    adapters: tuple[Interface, ...] = (ETH,),
    config: IpConfig = CONFIG,
    others: tuple[IpConfig, ...] = (),
    manager: str | None = "networkmanager",
    payloads: dict[str, Any] | None = None,
    facts: dict[str, Tri] | None = None,
    numbers: dict[str, float] | None = None,
    remote: RemoteLogin | None = None,
) -> Situation:
    base = {
        "link.interfaces": LinkPayload(adapters, adapters[0].name if adapters else None),
        "addr.lease": AddressPayload((config, *others), config.interface, manager),
        "route.table": RoutePayload((DEFAULT,), "eth0", None),
    }
    return Situation({**base, **(payloads or {})}, facts or {}, numbers or {}, 1_795_000_000.0, remote)


def two_ways(*, other_answers: bool | None = True) -> dict[str, Any]:
    """A second adapter owns the way out and is dead."""
    tries = (BoundTry("eth0", True, other_answers, 4, 12.0), BoundTry("eth1", True, False, 4))
    return {"route.table": RoutePayload((WRONG, DEFAULT), "eth1", None), "route.bound": BoundPayload("eth1", tries)}


def with_resolvers(*servers: str, method: Method = Method.DHCP) -> IpConfig:
    return replace(CONFIG, resolvers=servers, resolvers_method=method)


def on_wifi(
    *, state: RadioState = RadioState.ON, link: Link | None = LINK, neighbours: tuple[Bss, ...] = POINTS
) -> WifiReading:
    """A home with an access point near the PC, on 5 GHz, while it is on a distant one of 2.4 GHz."""
    return WifiReading(
        WifiAccess.TOLD, 0.0, Radio("wlan0", state, frozenset(Band)), link, neighbours=neighbours, scan_age_s=1.0
    )
