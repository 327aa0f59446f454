"""The facts the rules know, which of them a subscriber would notice, and how to look them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from selfcare.diagnosis.observe import addressing, box, capacity, line, naming, reach, web, wifi
from selfcare.model.observation import Observation
from selfcare.model.tri import Tri

AREAS = (addressing, line, wifi, capacity, naming, web, reach, box)
"""Modules of ``observe`` that bring their own symptoms and sources."""

SYMPTOMS: tuple[str, ...] = (
    "adapter_enabled",
    "link_up",
    "address_valid",
    "default_route",
    "gateway_answers",
    "outside_answers",
    "ipv4_outside",
    "names_resolve",
    "site_names_true",
    "web_unaltered",
    "web_by_name",
    # From here on it works, but not as it should.
    *(symptom for area in AREAS for symptom in area.SYMPTOMS),
)
"""Facts whose NO a subscriber notices, from the PC outwards: an earlier one can bring down all later ones."""


def downstream(symptom: str) -> tuple[str, ...]:
    """A symptom and everything after it."""
    return SYMPTOMS[SYMPTOMS.index(symptom) :]


SOURCES: dict[str, str] = {
    "adapter_present": "link.interfaces",
    "adapter_enabled": "link.interfaces",
    "link_up": "link.interfaces",
    "link_wired": "link.interfaces",
    "address_valid": "addr.lease",
    "address_manual": "addr.lease",
    "dhcp_failed": "addr.lease",
    "address_acquiring": "addr.lease",
    "lease_offers_gateway": "addr.lease",
    "resolver_manual": "addr.lease",
    "resolver_configured": "addr.lease",
    "configured_is_box": "addr.lease",
    "configured_depends_on_isp": "addr.lease",
    "default_route": "route.table",
    "tunnel_owns_default": "route.table",
    "several_defaults": "route.table",
    "gateway_off_lease": "route.table",
    "physical_link_reaches": "route.bound",
    "tunnel_misleads": "route.bound",
    "route_misdirected": "route.bound",
    "proxy_set": "proxy.settings",
    "proxy_answers": "proxy.settings",
    "site_names_true": "hosts.file",
    "gateway_known": "addr.lease",
    "gateway_in_subnet": "gateway.reach",
    "gateway_neighbour": "gateway.reach",
    "gateway_ping": "gateway.reach",
    "gateway_answers": "gateway.reach",
    "router_on_link": "link.routers",
    "names_resolve": "dns.os",
    "only_known_names": "dns.os",
    "configured_resolver_answers": "dns.configured",
    "box_resolver_answers": "dns.box",
    "box_forwarder_alive": "dns.box",
    "box_reaches_outside": "dns.box",
    "box_refuses_names": "dns.box",
    "late_answer": "dns.patient",
    "configured_is_isp": "dns.isp",
    "every_adapter_off": "link.interfaces",
    "ipv4_outside": "web.address",
    "isp_resolver_answers": "dns.isp",
    "public_resolver_answers": "dns.public",
    "web_by_name": "web.name",
    "web_unaltered": "web.name",
    "portal_seen": "web.name",
    "portal_on_gateway": "web.name",
    "portal_has_name": "web.name",
    "box_answers_for_all": "web.name",
    "names_lead_to_box": "dns.os",
    "web_by_address": "web.address",
    "beyond_box_answers": "path.hops",
    "box_says_unreachable": "path.hops",
    "outside_answers": "web.address",
    "internet_answers": "web.address",
    "box_alone_gets_out": "dns.isp",
    "ipv6_offered": "ipv6.reach",
    "ipv6_works": "ipv6.reach",
    **{fact: probe for area in AREAS for fact, probe in area.SOURCES.items()},
}
"""Fact to the probe that establishes it (the separating test of a runner-up)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Observations by fact. A fact nobody observed is UNKNOWN."""

    known: Mapping[str, Observation]

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Facts:
        """Indexes observations; order does not matter as each fact is observed once."""
        return cls({o.fact: o for o in observations})

    def tri(self, fact: str) -> Tri:
        """The three-valued fact; a number or an absent one is UNKNOWN here."""
        seen = self.known.get(fact)
        return seen.value if seen is not None and isinstance(seen.value, Tri) else Tri.UNKNOWN

    def number(self, fact: str | None) -> tuple[float, str] | None:
        """A numeric fact with its unit, if it was measured."""
        seen = self.known.get(fact) if fact is not None else None
        if seen is None or isinstance(seen.value, Tri):
            return None
        return seen.value, seen.unit or ""

    def measurement(self, fact: str) -> str:
        """The measurement it came from, or that would establish it."""
        seen = self.known.get(fact)
        return seen.measurement if seen is not None else SOURCES.get(fact, "")

    def symptoms(self) -> tuple[str, ...]:
        """The symptoms that are present (observed NO), outermost last."""
        return tuple(s for s in SYMPTOMS if self.tri(s) is Tri.NO)
