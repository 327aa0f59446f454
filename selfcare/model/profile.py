"""An ISP profile: every outside name or address the program may contact, each with its purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selfcare.model.support import Support


def _nobody() -> Support:
    """Imported with the first profile: a window needs the names of this file before its first paint, and no more."""
    from selfcare.model.support import Support

    return Support()


@dataclass(frozen=True, slots=True)
class Resolver:
    """A DNS server. ``operator`` is True for the ISP's own, False for a public one.

    ``tls_name`` is the name in its certificate where it also answers encrypted: DNS over TLS
    on port 853, DNS over HTTPS at ``/dns-query``.
    """

    address: str
    name: str
    purpose: str
    operator: bool = False
    tls_name: str = ""


@dataclass(frozen=True, slots=True)
class ClosedResolver:
    """A public DNS service that ended: an address still set somewhere is a fault to name."""

    address: str
    name: str
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class HttpEndpoint:
    """A page whose exact answer is known in advance (plain HTTP, so that a portal can show itself).

    ``body`` is the expected start of the answer, empty for a 204. ``addresses`` lets
    the same question be asked without any name resolution.
    """

    host: str
    path: str
    status: int
    purpose: str
    body: str = ""
    port: int = 80
    addresses: tuple[str, ...] = ()
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Anchor:
    """An address that answers on a TCP port, used with no name resolution at all."""

    address: str
    port: int
    purpose: str
    name: str = ""
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """A well-known service, and the network it lives in: no two of a sample should share one."""

    host: str
    network: str
    purpose: str
    optional: bool = True


@dataclass(frozen=True, slots=True)
class TlsSite:
    """A well-known site whose certificate is looked at. With ``address`` no name resolution is needed."""

    host: str
    purpose: str
    address: str | None = None
    optional: bool = True


@dataclass(frozen=True, slots=True)
class PortTarget:
    """A port known to be served. ``talk`` is how: ``tcp`` (a connection), ``stun``, ``ntp`` or ``quic`` over UDP."""

    host: str
    port: int
    talk: str
    purpose: str
    optional: bool = True

    @property
    def protocol(self) -> str:
        """``tcp`` or ``udp``."""
        return "tcp" if self.talk == "tcp" else "udp"


@dataclass(frozen=True, slots=True)
class TimeServer:
    """An SNTP server (UDP 123). With ``address`` no name resolution is needed."""

    host: str
    purpose: str
    address: str | None = None
    optional: bool = True


@dataclass(frozen=True, slots=True)
class SpeedServer:
    """A server that sends and swallows bytes, for the deep check only (``selfcare.speedserver`` speaks this).

    ``GET down_path?bytes=N`` answers N bytes, ``POST up_path`` reads what it is sent, ``GET
    small_path`` answers at once. Plain HTTP: encryption would measure this PC's processor.
    ``addresses`` spare the name resolution.
    """

    host: str
    purpose: str
    port: int = 80
    addresses: tuple[str, ...] = ()
    down_path: str = "/down"
    up_path: str = "/up"
    small_path: str = "/small"
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Vantage:
    """Somebody outside who knocks on a port of ours when asked (``selfcare.speedserver`` speaks this).

    ``GET path?port=N&protocol=tcp`` answers ``{"open": true, "address": "…"}`` (false; null: cannot tell) for the
    asker's own address. Asked only by a guide, and only when somebody wants to know whether a port is reached.
    """

    host: str
    purpose: str
    port: int = 80
    path: str = "/reach"
    tls: bool = False
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """One operator's profile, or the default one.

    ``fixed_names`` must resolve anywhere; ``random_suffixes`` get a random label in
    front, so that no cache can answer. ``important_names`` are those a hosts file
    should not override. ``byte_budget`` bounds one fast check, both directions, in bytes.
    ``truth_names`` are compared between resolvers; ``dnsless`` are addresses where no DNS
    server can be, so that an answer from there was made on the way.
    ``networks`` are IPv4 networks the operator numbers its lines and routers from, as far as they are known:
    a router there shows that the line is this operator's, one elsewhere shows nothing.
    ``speed_servers`` may be empty: then nothing fills the line. ``contract_down_kbit`` is the
    rate the subscriber pays for, where whoever wrote the profile knows it. ``vantages`` may be empty: then nobody looks
    from outside, and nothing is said of what is reached from there. ``support`` is whom a person may reach: no check
    contacts any of it, and of a desk nothing but tickets does.
    """

    id: str
    display_name: str
    operator: str | None
    resolvers: tuple[Resolver, ...]
    endpoints: tuple[HttpEndpoint, ...]
    anchors: tuple[Anchor, ...]
    fixed_names: tuple[str, ...]
    random_suffixes: tuple[str, ...]
    important_names: tuple[str, ...]
    byte_budget: int
    sites: tuple[Site, ...] = ()
    ports: tuple[PortTarget, ...] = ()
    truth_names: tuple[str, ...] = ()
    dnsless: tuple[Anchor, ...] = ()
    closed_resolvers: tuple[ClosedResolver, ...] = ()
    tls_sites: tuple[TlsSite, ...] = ()
    time_servers: tuple[TimeServer, ...] = ()
    speed_servers: tuple[SpeedServer, ...] = ()
    vantages: tuple[Vantage, ...] = ()
    contract_down_kbit: int | None = None
    networks: tuple[str, ...] = ()
    support: Support = field(default_factory=_nobody)

    @property
    def operator_resolvers(self) -> tuple[Resolver, ...]:
        """The ISP's own resolvers, empty when the operator is not known."""
        return tuple(r for r in self.resolvers if r.operator)

    @property
    def public_resolvers(self) -> tuple[Resolver, ...]:
        """Resolvers independent of the ISP."""
        return tuple(r for r in self.resolvers if not r.operator)
