"""What an observer sees: typed payloads, what is still pending, and the facts drawn so far."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from selfcare.model.observation import Observation
from selfcare.model.payloads.address import AddressPayload, IpConfig
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.tri import Tri

P = TypeVar("P")
Drawn = Iterator[tuple[str, Tri, str]]


class View:
    """Read access for observers; facts accumulate in the order of the stages."""

    def __init__(self, payloads: Mapping[str, Any], pending: frozenset[str]) -> None:
        self._payloads = payloads
        self._pending = pending
        self.facts: dict[str, Observation] = {}

    def add(self, fact: str, value: Tri, measurement: str) -> None:
        """Records a fact; UNKNOWN is not recorded, since it says nothing."""
        if value is not Tri.UNKNOWN:
            self.facts[fact] = Observation(fact, value, measurement)

    def forget(self, fact: str) -> None:
        """Takes back a fact that a later observer showed to be no evidence."""
        self.facts.pop(fact, None)

    def number(self, fact: str, value: float | None, unit: str, measurement: str) -> None:
        """Records a numeric fact (ms, %, Mbit/s…) for evidence to cite; None and what is no figure are not recorded."""
        if value is not None and math.isfinite(value):
            self.facts[fact] = Observation(fact, round(value, 3), measurement, unit)

    def get(self, probe: str, kind: type[P]) -> P | None:
        """A completed probe's payload."""
        payload = self._payloads.get(probe)
        return payload if isinstance(payload, kind) else None

    def waiting(self, *probes: str) -> bool:
        """Whether one of these probes is still running, so that silence cannot be concluded."""
        return any(p in self._pending for p in probes)

    def figure(self, fact: str) -> float | None:
        """A numeric fact drawn by an earlier observer."""
        seen = self.facts.get(fact)
        return seen.value if seen is not None and not isinstance(seen.value, Tri) else None

    def tri(self, fact: str) -> Tri:
        """A fact drawn by an earlier observer."""
        seen = self.facts.get(fact)
        return seen.value if seen is not None and isinstance(seen.value, Tri) else Tri.UNKNOWN

    def config(self) -> IpConfig | None:
        """The configuration of the adapter that carries, or should carry, the Internet."""
        addresses = self.get("addr.lease", AddressPayload)
        if addresses is None:
            return None
        return addresses.get(addresses.primary)

    def gateways(self) -> frozenset[str]:
        """The box's addresses as this PC knows them, without scope."""
        config = self.config()
        found = {config.gateway4, config.gateway6} if config is not None else set()
        if config is not None and config.lease is not None:
            found.update(config.lease.routers)
        routes = self.get("route.table", RoutePayload)
        link = self.get("link.interfaces", LinkPayload)
        if routes is not None and link is not None:
            found.update(r.gateway for r in routes.routes if r.interface == link.primary)
        return frozenset(g.split("%")[0] for g in found if g)
