"""Which remedy answers which finding, what speaks against it, whose rights it needs, and what the trial says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from selfcare.app.proposals import undo_key
from selfcare.diagnosis import diagnose
from selfcare.diagnosis.facts import SOURCES
from selfcare.diagnosis.rules import RULES
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.finding import Band, Finding, Role, Scope
from selfcare.model.payloads.address import Activation, IpAddress, IpConfig, Method
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.remedy import Privilege, RemoteLogin
from selfcare.model.repair import Change, Risk, Verb
from selfcare.model.segment import Segment
from selfcare.model.tri import Tri
from selfcare.remedies import REMEDIES, Situation, offered, remedies_for
from selfcare.remedies.caution import cautions, privilege
from selfcare.remedies.trial import CURABLE, Place, StandsFor, place, stands_for, works_again
from tests.diagnosis.facts import FAULTS, observations
from tests.remedies.situations import answers, situation

YES, NO = Tri.YES, Tri.NO
CODES = {rule.code for rule in RULES}


def tri(facts: Mapping[str, Tri]):  # type: ignore[no-untyped-def]
    return lambda fact: facts.get(fact, Tri.UNKNOWN)


def test_remedies_name_real_codes_and_facts() -> None:
    assert {code for r in REMEDIES for code in r.codes} <= CODES
    known = {*SOURCES}
    for r in REMEDIES:
        gates = (*r.needs, *r.unless, *r.helped_when, *r.hand_proof, *(g for a in r.answers for g in a.when))
        assert {*(g.fact for g in gates), *r.asks} <= known, r.id
    assert len({r.id for r in REMEDIES}) == len(REMEDIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remedy_and_verb_has_its_sentences(language: str) -> None:
    catalogue = Catalogue(language)
    keys = [f"remedy.{r.id}.{part}" for r in REMEDIES for part in ("title", "why")]
    keys += [f"repair.do.{verb.value}" for verb in Verb] + [f"repair.risk.{risk.value}" for risk in Risk]
    keys += [undo_key(one) for one in REMEDIES]
    keys += [f"repair.trial.{p.value}" for p in Place] + [f"repair.privilege.{p.value}" for p in Privilege]
    keys += [f"repair.step.{r.id}" for r in REMEDIES if r.person]
    assert [k for k in keys if not catalogue.has(k)] == []


def test_the_smallest_goes_first_and_a_persons_part_last() -> None:
    order = {risk: place for place, risk in enumerate(Risk)}
    ranks = [(r.person, order[r.risk]) for r in REMEDIES if r.answers]
    assert ranks == sorted(ranks)


def names(code: str, **facts: Tri) -> list[str]:
    return [r.id for r in remedies_for(code, tri(facts))]


def test_a_wrong_route_is_removed_and_a_missing_one_asked_for() -> None:
    base = {"link_up": YES}
    assert names("PC-ROUTES", **base, default_route=YES, physical_link_reaches=YES) == ["route.remove", "pc.restart"]
    assert names("PC-ROUTES", **base, gateway_off_lease=YES) == ["route.remove", "pc.restart"]
    assert names("PC-ROUTES", **base, default_route=NO) == ["lease.renew", "ip.automatic", "pc.restart"]
    assert names("PC-ROUTES", **base) == ["pc.restart"]  # unknown opens nothing that would change anything


def test_a_manual_address_is_never_renewed() -> None:
    assert "lease.renew" not in names("PC-ROUTES", link_up=YES, default_route=NO, address_manual=YES)


def test_an_order_of_a_court_is_not_got_round() -> None:
    assert names("ISP-DNS-LIES", outside_answers=YES) == ["dns.alternate"]
    assert names("ISP-DNS-LIES", outside_answers=YES, isp_blocks_by_order=YES) == []
    assert names("ISP-DNS-BLOCK", outside_answers=YES, isp_blocks_by_order=YES) == []


def test_parental_control_of_the_box_is_not_got_round() -> None:
    assert names("BOX-DNS-LIES", outside_answers=YES) == []


def test_a_vpn_is_stopped_only_when_it_was_seen_dead() -> None:
    names_only = {"tunnel_owns_default": YES, "tunnel_misleads": YES, "outside_answers": YES, "names_resolve": NO}
    assert names("PC-VPN", **names_only) == ["vpn.stop", "vpn.disconnect"]
    dead = {"tunnel_owns_default": YES, "tunnel_misleads": YES, "physical_link_reaches": YES}
    assert names("PC-VPN", **dead) == ["vpn.stop", "vpn.disconnect"]
    for fact in dead:
        assert names("PC-VPN", **{**dead, fact: Tri.UNKNOWN}) == ["vpn.disconnect"]


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_the_document_names_remedies_of_the_culprit_only(name: str) -> None:
    changes, code, _ = FAULTS[name]
    seen = observations(changes)
    facts = {o.fact: o.value for o in seen if isinstance(o.value, Tri)}
    found = offered(diagnose(seen), tri(facts))
    for finding in found.findings:
        expected = () if finding.role is Role.ALSO else tuple(r.id for r in remedies_for(finding.code, tri(facts)))
        assert finding.remedies == expected
    assert any(f.code == code for f in found.findings)


# -- cautions ------------------------------------------------------------------------------------

SSH = RemoteLogin("192.168.1.20")
OTHER = IpConfig("eth1", (IpAddress("10.0.0.5", 24, 4),), Method.DHCP, Activation.ACTIVE, (), Method.UNKNOWN)


@pytest.mark.parametrize("verb", [Verb.DHCP_RENEW, Verb.IP_AUTO, Verb.ADAPTER_RESTART, Verb.ROUTE_REMOVE])
def test_a_remote_login_is_not_cut(verb: Verb) -> None:
    change = Change(verb, {"interface": "eth0"})
    (found,) = cautions([change], situation(remote=SSH))
    assert (found.kind, found.refuses) == ("remote_login", True)
    assert cautions([change], situation()) == ()
    elsewhere = situation(others=(OTHER,), remote=RemoteLogin("10.0.0.5"))
    assert cautions([change], elsewhere) == ()
    (unknown,) = cautions([change], situation(remote=RemoteLogin(None)))
    assert unknown.refuses


def test_names_under_a_remote_login_are_warned_about() -> None:
    (found,) = cautions([Change(Verb.DNS_SET, {"interface": "eth0", "servers": ("9.9.9.9",)})], situation(remote=SSH))
    assert (found.kind, found.refuses) == ("remote_names", False)


def test_names_of_a_working_vpn_are_left_alone() -> None:
    change = Change(Verb.DNS_SET, {"interface": "eth0", "servers": ("9.9.9.9",)})
    owned = situation(facts={"tunnel_owns_default": YES})
    assert [c.refuses for c in cautions([change], owned)] == [True]
    brought = situation(payloads={"route.table": RoutePayload((), "eth0", None, ("tun0",), ("10.8.0.1",))})
    assert [c.kind for c in cautions([change], brought)] == ["vpn_names"]
    dead = situation(facts={"tunnel_owns_default": YES, "tunnel_misleads": YES})
    assert cautions([change], dead) == ()


def test_a_chosen_filter_is_mentioned() -> None:
    given = situation(facts={"chosen_resolver_filters": YES})
    assert [c.kind for c in cautions([Change(Verb.DNS_AUTO, {"interface": "eth0"})], given)] == ["filter_lost"]


def test_a_silent_resolver_of_the_home_may_have_been_a_filter() -> None:
    change = Change(Verb.DNS_SET, {"interface": "eth0", "servers": ("9.9.9.9",)})
    (found,) = cautions([change], situation(facts={"resolver_in_home": YES}))
    assert (found.kind, found.refuses) == ("home_filter", False)
    both = situation(facts={"resolver_in_home": YES, "chosen_resolver_filters": YES})
    assert [c.kind for c in cautions([change], both)] == ["filter_lost"]


def test_whose_rights() -> None:
    dns, hosts = Change(Verb.DNS_SET), Change(Verb.HOSTS_DISABLE)
    flush = Change(Verb.DNS_FLUSH)
    assert privilege([flush], "networkmanager") is Privilege.NONE
    assert privilege([dns, flush], "networkmanager") is Privilege.DESKTOP
    assert privilege([dns], "networkd") is Privilege.ADMIN
    assert privilege([dns, hosts], "networkmanager") is Privilege.ADMIN


# -- the trial -----------------------------------------------------------------------------------


def finding(code: str, role: Role = Role.CULPRIT) -> Finding:
    return Finding(code, role, (Segment.PC,), Band.CERTAIN, Scope.DEVICE)


@pytest.mark.parametrize(("code", "where"), [
    ("PC-DNS-CACHE", Place.CACHE), ("PC-DNS-STATIC", Place.PC), ("BOX-DNS", Place.BOX), ("ISP-DNS-DOWN", Place.ISP),
    ("ISP-DNS-LIES", Place.UNTRUE), ("BOX-DNS-LIES", Place.CONTROL), ("LAN-DNS-DOWN", Place.HOME),
    ("PC-HOSTS", Place.HOSTS), ("WAN-DOWN", Place.ELSEWHERE),
])  # fmt: skip
def test_the_trial_says_where(code: str, where: Place) -> None:
    assert place([finding(code)], tri({})) is where


def test_the_trial_without_a_culprit() -> None:
    blocked = finding("ISP-DNS-BLOCK", Role.CONDITION)
    assert place([blocked], tri({"isp_blocks_by_order": YES, "names_resolve": YES})) is Place.BLOCKED
    assert place([], tri({"dns_intercepted": YES, "names_resolve": YES})) is Place.DIVERTED
    assert place([], tri({"names_resolve": YES})) is Place.NOWHERE
    assert place([], tri({"names_resolve": NO})) is Place.UNDECIDED
    assert not CURABLE & {Place.BLOCKED, Place.CONTROL, Place.CACHE, Place.NOWHERE, Place.UNDECIDED, Place.ELSEWHERE}


@pytest.mark.parametrize(("facts", "whose"), [
    ({"configured_is_box": YES}, StandsFor.BOX), ({"configured_is_isp": YES}, StandsFor.ISP),
    ({"configured_is_box": YES, "resolver_manual": YES}, StandsFor.OTHER),
    ({"configured_is_box": YES, "resolver_local": YES, "local_resolver_listens": NO}, StandsFor.OTHER),
    ({"configured_is_box": YES, "resolver_local": YES}, StandsFor.BOX),
    ({}, StandsFor.OTHER),
])  # fmt: skip
def test_whom_it_stands_in_for(facts: dict[str, Tri], whose: StandsFor) -> None:
    assert stands_for(situation(facts=facts)) is whose


def test_the_old_resolver_is_asked_itself() -> None:
    def given(box_ms: float | None = 20.0, **facts: Tri) -> Situation:
        times = {"dns.box": answers({"192.168.1.1": box_ms}), "dns.isp": answers({"80.10.246.2": 20.0})}
        return situation(payloads=times, facts=facts)

    assert works_again(given(box_resolver_answers=YES), StandsFor.BOX) is YES
    assert works_again(given(isp_resolver_answers=YES), StandsFor.BOX) is Tri.UNKNOWN
    assert works_again(given(isp_resolver_answers=YES), StandsFor.ISP) is YES
    assert works_again(given(box_resolver_answers=YES), StandsFor.OTHER) is Tri.UNKNOWN
    assert works_again(given(box_resolver_answers=NO), StandsFor.BOX) is NO
    assert works_again(given(600.0, box_resolver_answers=YES), StandsFor.BOX) is NO  # late as before
    assert works_again(given(box_resolver_answers=YES, isp_names_fast=NO), StandsFor.BOX) is NO


def test_one_that_lied_must_be_seen_to_tell_the_truth() -> None:
    times = {"dns.isp": answers({"80.10.246.2": 20.0})}
    for truth in (YES, NO, Tri.UNKNOWN):
        given = situation(payloads=times, facts={"isp_resolver_answers": YES, "isp_names_true": truth})
        assert works_again(given, StandsFor.ISP, "ISP-DNS-LIES") is truth
