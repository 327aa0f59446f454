"""Every cause has a fact set that yields it, and near misses that do not."""

from __future__ import annotations

import pytest

from selfcare.diagnosis import diagnose
from selfcare.diagnosis.rules import RULES
from selfcare.model.finding import Band, Role, VerdictState
from selfcare.model.segment import Segment
from selfcare.model.tri import Tri
from tests.diagnosis import facts_box
from tests.diagnosis.facts import AREAS, CONDITIONS, FAULTS, HEALTHY, NO, UNKNOWN, YES, observations


def test_a_healthy_home_is_ok_and_accuses_nobody() -> None:
    found = diagnose(observations())
    assert found.verdict.state is VerdictState.OK
    assert found.findings == ()
    # What only a box could tell is not ruled out where no box tells anything.
    assert {r.code for r in found.ruled_out} == {r.code for r in RULES if not r.condition and not r.told_by}


def test_a_box_that_tells_rules_out_what_it_tells_of() -> None:
    told = {r.code for r in diagnose(observations({**facts_box.FIBRE, **facts_box.DSL})).ruled_out}
    assert {r.code for r in RULES if r.told_by} - told == {"ACC-RADIO-WEAK"}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_with_its_band_and_segment(name: str) -> None:
    changes, code, band = FAULTS[name]
    found = diagnose(observations(changes))
    rule = next(r for r in RULES if r.code == code)
    assert (found.verdict.state, found.verdict.code) == (VerdictState.FAULT, code)
    assert found.verdict.band == band
    assert found.verdict.segments == rule.segments
    assert found.findings[0].evidence, "a finding cites at least one measurement"


def test_every_rule_has_a_fact_set() -> None:
    assert {code for _, code, _ in FAULTS.values()} == {r.code for r in RULES if not r.condition}
    assert {code for _, code in CONDITIONS.values()} == {r.code for r in RULES if r.condition}


@pytest.mark.parametrize("name", CONDITIONS)
def test_each_condition_is_told_and_is_no_fault(name: str) -> None:
    changes, code = CONDITIONS[name]
    found = diagnose(observations(changes))
    assert code in {f.code for f in found.findings if f.role is Role.CONDITION}
    assert code not in {f.code for f in diagnose(observations()).findings}
    assert found.verdict.state is VerdictState.OK


def test_runner_up_of_isp_dns_is_box_dns_with_the_separating_test() -> None:
    found = diagnose(observations(FAULTS["isp dns"][0]))
    rival = found.findings[0].runner_up
    assert rival is not None
    assert (rival.code, rival.separating_test) == ("BOX-DNS", "dns.isp")
    assert (rival.because_fact, rival.because_value) == ("operator_resolvers_silent", Tri.YES)


def test_without_knowing_the_operator_a_refusing_forwarder_points_at_the_box_but_not_for_certain() -> None:
    changes = {**FAULTS["box dns"][0], "isp_resolver_answers": UNKNOWN}
    found = diagnose(observations(changes))
    assert (found.verdict.code, found.verdict.band) == ("BOX-DNS", Band.LIKELY)


def test_without_knowing_the_operator_and_with_a_living_forwarder_box_and_isp_are_not_told_apart() -> None:
    changes = {**FAULTS["isp dns"][0], "isp_resolver_answers": UNKNOWN, "operator_resolvers_silent": UNKNOWN,
               "box_forwarder_alive": UNKNOWN}  # fmt: skip
    found = diagnose(observations(changes))
    assert (found.verdict.state, found.verdict.code) == (VerdictState.NOT_PROVEN, None)
    assert found.verdict.segments == (Segment.BOX, Segment.ISP)
    assert found.findings[0].band is Band.POSSIBLE


def test_a_manual_address_with_a_dead_box_does_not_accuse_the_address() -> None:
    changes = {**FAULTS["box silent"][0], "address_manual": YES, "lease_offers_gateway": UNKNOWN}
    found = diagnose(observations(changes))
    assert (found.verdict.code, found.verdict.segments) == (None, (Segment.PC, Segment.BOX))
    unasked = diagnose(observations({**changes, "router_on_link": UNKNOWN}))
    assert (unasked.verdict.code, unasked.verdict.segments) == (None, (Segment.PC, Segment.BOX))


def test_a_silent_box_without_word_from_arp_is_likely_only() -> None:
    """A firewall of this PC could silence everything but ARP."""
    found = diagnose(observations({**FAULTS["box silent"][0], "gateway_neighbour": UNKNOWN}))
    assert (found.verdict.code, found.verdict.band) == ("BOX-SILENT", Band.LIKELY)


def test_names_from_the_box_do_not_prove_that_this_pc_gets_out() -> None:
    from selfcare.diagnosis import observe
    from selfcare.model.payloads.dns import DnsStatus
    from tests.app.fakes import dns

    facts = {o.fact for o in observe({"dns.os": dns(DnsStatus.NXDOMAIN, ("os",))})}
    assert "names_resolve" in facts
    assert "outside_answers" not in facts


def test_wan_down_is_only_likely_while_a_local_firewall_could_explain_it() -> None:
    changes = {**FAULTS["wan down"][0], "box_reaches_outside": UNKNOWN, "box_forwarder_alive": NO,
               "beyond_box_answers": UNKNOWN}  # fmt: skip
    found = diagnose(observations(changes))
    assert (found.verdict.code, found.verdict.band) == ("WAN-DOWN", Band.LIKELY)


def test_the_line_is_never_certain_while_another_router_may_be_the_box() -> None:
    """A router plugged in the wrong way without a line of its own looks like a box whose line is down."""
    unseen = {**FAULTS["wan down"][0], "other_router_on_link": UNKNOWN, "lease_trusted": UNKNOWN}
    found = diagnose(observations(unseen))
    assert (found.verdict.code, found.verdict.band) == ("WAN-DOWN", Band.LIKELY)
    seen = diagnose(observations({**unseen, "box_elsewhere_on_link": YES, "lease_trusted": NO}))
    assert (seen.verdict.state, seen.verdict.segments) == (
        VerdictState.NOT_PROVEN, (Segment.LAN, Segment.ACCESS, Segment.ISP))  # fmt: skip


def test_a_box_that_reaches_outside_clears_the_line() -> None:
    changes = {**FAULTS["wan down"][0], "box_reaches_outside": YES, "box_resolver_answers": YES}
    found = diagnose(observations(changes))
    assert found.verdict.code == "BOX-NOFORWARD"
    untold = diagnose(observations({**changes, "operator_alive": UNKNOWN}))
    assert untold.verdict.state is VerdictState.NOT_PROVEN


def test_two_independent_faults_are_both_found() -> None:
    changes = {**FAULTS["isp dns"][0], "site_names_true": NO}
    found = diagnose(observations(changes))
    assert found.verdict.state is VerdictState.MULTIPLE
    assert {f.code for f in found.findings if f.role is Role.CULPRIT} == {"ISP-DNS-DOWN", "PC-HOSTS"}


def test_a_lease_still_being_asked_for_is_connecting() -> None:
    changes = {**dict.fromkeys(HEALTHY, UNKNOWN), "adapter_enabled": YES, "link_up": YES, "address_valid": NO,
               "address_acquiring": YES}  # fmt: skip
    assert diagnose(observations(changes)).verdict.state is VerdictState.CONNECTING


def test_a_symptom_nobody_explains_is_not_proven() -> None:
    changes = {"web_by_name": NO, "web_unaltered": UNKNOWN}
    assert diagnose(observations(changes)).verdict.state is VerdictState.NOT_PROVEN


def test_nothing_known_cannot_be_tested_and_nothing_is_announced_early() -> None:
    assert diagnose([]).verdict.state is VerdictState.CANNOT_TEST
    assert diagnose(observations(), complete=False).verdict.state is VerdictState.CANNOT_TEST


NEAR_MISSES = {
    "working manual resolver": ({"resolver_manual": YES, "configured_is_box": NO}, "PC-DNS-STATIC"),
    "working manual address": ({"address_manual": YES}, "PC-IP-STATIC"),
    "working vpn": ({"tunnel_owns_default": YES}, "PC-VPN"),
    "two routes, both fine": ({"several_defaults": YES, "physical_link_reaches": YES}, "PC-ROUTES"),
    "box does not answer ping": ({"gateway_ping": NO}, "BOX-SILENT"),
    "outside does not answer traceroute": ({"beyond_box_answers": NO}, "WAN-DOWN"),
    "one page changed by its owner": ({"portal_seen": NO}, "NET-PORTAL"),
    "operator's resolver dead but unused": (
        {"isp_resolver_answers": NO, "configured_is_box": NO, "resolver_manual": YES}, "ISP-DNS-DOWN"),
    "public resolvers blocked": ({"public_resolver_answers": NO}, "ISP-DNS-DOWN"),
    **{name: case for area in AREAS for name, case in area.NEAR_MISSES.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_are_healthy(name: str) -> None:
    changes, code = NEAR_MISSES[name]
    found = diagnose(observations(changes))
    assert found.verdict.state is VerdictState.OK
    assert code not in {f.code for f in found.findings}
