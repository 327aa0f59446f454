"""Ways that mislead rule out those who only seem to fail because of them."""

from __future__ import annotations

from selfcare.diagnosis import diagnose
from selfcare.diagnosis.rules import RULES
from selfcare.model.finding import Role
from selfcare.model.tri import Tri
from tests.diagnosis.facts import FAULTS, observations

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN


def judged(changes: dict[str, Tri]) -> tuple[set[str], set[str]]:
    """Who is accused, and who was ruled out."""
    found = diagnose(observations(changes), rules=RULES)
    return {f.code for f in found.findings if f.role is Role.CULPRIT}, {r.code for r in found.ruled_out}


def test_behind_a_tunnel_nothing_is_said_of_what_the_box_passes_on() -> None:
    changes = FAULTS["the box forwards nothing"][0]
    assert judged(changes)[0] == {"BOX-NOFORWARD"}
    behind = {**changes, "tunnel_owns_default": YES, "tunnel_misleads": UNKNOWN, "physical_link_reaches": NO}
    assert "BOX-NOFORWARD" in judged(behind)[1]


def test_a_route_past_the_lease_is_no_intruders_work() -> None:
    intruder = {
        **FAULTS["default route against the lease"][0], "lease_trusted": NO, "other_router_reaches_outside": YES,
    }  # fmt: skip
    accused, ruled_out = judged(intruder)
    assert accused == {"PC-ROUTES"} and "LAN-DHCP-ROGUE" in ruled_out
    assert "LAN-DHCP-ROGUE" not in judged({**intruder, "gateway_off_lease": NO})[1]


def test_a_dead_resolver_of_the_tunnel_is_nobodys_setting() -> None:
    tunnel = {
        **FAULTS["manual resolver dead"][0], "tunnel_owns_default": YES, "tunnel_misleads": YES,
        "physical_link_reaches": YES,
    }  # fmt: skip
    accused, ruled_out = judged(tunnel)
    assert accused == {"PC-VPN"} and "PC-DNS-STATIC" in ruled_out
