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
from selfcare.remedies import Situation

ETH = Interface("eth0", 2, InterfaceKind.ETHERNET, True, True, mtu=1500)
LEASE = Lease("192.168.1.1", ("192.168.1.1",), ("192.168.1.1",), None, 86400, 80000.0)
CONFIG = IpConfig(
    "eth0", (IpAddress("192.168.1.20", 24, 4),), Method.DHCP, Activation.ACTIVE, ("192.168.1.1",), Method.DHCP,
    gateway4="192.168.1.1", lease=LEASE,
)  # fmt: skip
DEFAULT = Route(4, "0.0.0.0/0", "192.168.1.1", "eth0", 100)
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
