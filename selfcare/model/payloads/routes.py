"""Routes, VPN, proxy, hosts file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """A default or half-default (VPN style ``0.0.0.0/1``) route; lower ``metric`` wins."""

    family: int
    destination: str
    gateway: str | None
    interface: str
    metric: int | None


@dataclass(frozen=True, slots=True)
class RoutePayload:
    """Default routes, and the interface that really carries traffic to the outside, per family.

    ``owner4``/``owner6`` come from asking the kernel for the route to a public address.
    ``tunnels`` are VPN-like interfaces that are up.
    """

    routes: tuple[Route, ...]
    owner4: str | None
    owner6: str | None
    tunnels: tuple[str, ...] = ()
    tunnel_resolvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundTry:
    """Whether the outside answered through one interface, whatever the routing table says.

    ``bound`` tells whether the system let us bind; ``answered`` is None if not. ``targets``
    were asked (DNS and TCP), ``rtt_ms`` is the fastest answer.
    """

    interface: str
    bound: bool
    answered: bool | None
    targets: int
    rtt_ms: float | None = None


@dataclass(frozen=True, slots=True)
class BoundPayload:
    """One line per interface that could carry the Internet; ``owner`` is the one that does now."""

    owner: str | None
    tries: tuple[BoundTry, ...]


@dataclass(frozen=True, slots=True)
class ProxyPayload:
    """The proxy the applications of this PC are told to use. ``url`` never holds a password.

    ``answers`` is a TCP connect to it, None when no proxy is set.
    """

    source: str | None
    url: str | None
    pac: bool = False
    answers: bool | None = None


@dataclass(frozen=True, slots=True)
class HostsEntry:
    """One name of the hosts file that overrides the outside."""

    name: str
    address: str
    important: bool


@dataclass(frozen=True, slots=True)
class HostsCheck:
    """An overriding entry compared with the Internet's answer.

    ``dns_addresses`` were asked of a public or ISP resolver; ``differs`` is None if none
    answered; ``reachable`` is whether the entry's own address takes a web connection,
    ``real_reachable`` whether the Internet's address does.
    """

    name: str
    address: str
    important: bool
    dns_addresses: tuple[str, ...]
    differs: bool | None
    reachable: bool | None
    real_reachable: bool | None


@dataclass(frozen=True, slots=True)
class HostsPayload:
    """Overriding entries looked at (bounded), and how many entries the file has in all."""

    checks: tuple[HostsCheck, ...]
    entries_total: int
