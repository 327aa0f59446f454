"""What a plan needs to know of this PC, drawn from the payloads and facts of one check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from selfcare.model.observation import Observation
from selfcare.model.payloads.address import AddressPayload, IpConfig
from selfcare.model.payloads.addressing import MtuPayload
from selfcare.model.payloads.link import Interface, LinkPayload
from selfcare.model.payloads.routes import BoundPayload, HostsPayload, ProxyPayload, RoutePayload
from selfcare.model.payloads.web import WebPayload, WebStatus
from selfcare.model.remedy import RemoteLogin
from selfcare.model.tri import Tri

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Situation:
    """Payloads by probe, facts, numbers, the time (seconds since 1970) and who works here from afar."""

    payloads: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Tri] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    now_s: float = 0.0
    remote: RemoteLogin | None = None

    @classmethod
    def of(
        cls,
        payloads: Mapping[str, Any],
        observations: Iterable[Observation],
        now_s: float,
        remote: RemoteLogin | None = None,
    ) -> Situation:
        """Splits facts from numbers."""
        seen = tuple(observations)
        facts = {o.fact: o.value for o in seen if isinstance(o.value, Tri)}
        numbers = {o.fact: o.value for o in seen if not isinstance(o.value, Tri)}
        return cls(payloads, facts, numbers, now_s, remote)

    def get(self, probe: str, kind: type[P]) -> P | None:
        """A completed probe's payload."""
        payload = self.payloads.get(probe)
        return payload if isinstance(payload, kind) else None

    def tri(self, fact: str) -> Tri:
        """A fact; what nobody saw is UNKNOWN."""
        return self.facts.get(fact, Tri.UNKNOWN)

    @property
    def link(self) -> LinkPayload | None:
        """The adapters."""
        return self.get("link.interfaces", LinkPayload)

    @property
    def adapter(self) -> Interface | None:
        """The one that carries, or should carry, the Internet."""
        link = self.link
        return link.get(link.primary) if link is not None else None

    @property
    def config(self) -> IpConfig | None:
        """Its configuration."""
        payload = self.get("addr.lease", AddressPayload)
        return payload.get(payload.primary) if payload is not None else None

    @property
    def manager(self) -> str | None:
        """Who manages the settings of the network here."""
        payload = self.get("addr.lease", AddressPayload)
        return payload.manager if payload is not None else None

    @property
    def routes(self) -> RoutePayload | None:
        """Default routes and tunnels."""
        return self.get("route.table", RoutePayload)

    @property
    def bound(self) -> BoundPayload | None:
        """Which adapters reach the outside, whatever the routes say."""
        return self.get("route.bound", BoundPayload)

    @property
    def hosts(self) -> HostsPayload | None:
        """Entries of the hosts file, compared with the Internet."""
        return self.get("hosts.file", HostsPayload)

    @property
    def proxy(self) -> ProxyPayload | None:
        """The proxy in the settings."""
        return self.get("proxy.settings", ProxyPayload)

    @property
    def packets(self) -> MtuPayload | None:
        """Sizes of packets that pass."""
        return self.get("mtu.path", MtuPayload)

    @property
    def lost_pages(self) -> frozenset[str]:
        """Known pages that did not come as they should."""
        pages = self.get("web.name", WebPayload)
        return frozenset(t.host for t in pages.tries if t.status is not WebStatus.EXPECTED) if pages else frozenset()
