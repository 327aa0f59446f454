"""From payloads to facts: what is let through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from selfcare.diagnosis import observe
from selfcare.model.payloads.path import Hop, HopAnswer, HopKind, PathPayload
from selfcare.model.payloads.reach import (
    BoxPage,
    BoxPagePayload,
    Departure,
    FailingPath,
    Fate,
    FirewallPayload,
    PathComparePayload,
    PortsPayload,
    PortState,
    PortTry,
    SiteAnswer,
    SitesPayload,
    SiteTry,
)
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
WEB = WebPayload((WebTry("a", "192.0.2.1", WebStatus.EXPECTED, connected=True),))
DEAD_WEB = WebPayload(tuple(WebTry(a, a, WebStatus.TIMEOUT, connected=False) for a in ("192.0.2.1", "192.0.2.2")))


def facts(payloads: dict[str, Any], pending: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {o.fact: o.value for o in observe(payloads, pending)}


def packets(secure: Fate, plain: Fate, names: Fate, lost_in: int | None = 0) -> dict[str, Any]:
    tries = (Departure(4, "tcp", 443, secure), Departure(4, "tcp", 80, plain), Departure(4, "udp", 53, names))
    return {"pc.firewall": FirewallPayload(tries, lost_in)}


def test_what_leaves_and_comes_back_is_let_through() -> None:
    assert facts(packets(Fate.ANSWERED, Fate.ANSWERED, Fate.LEFT))["pc_lets_through"] is YES
    assert facts(packets(Fate.LEFT, Fate.LEFT, Fate.LEFT))["pc_lets_through"] is YES


def test_one_stopped_use_is_enough() -> None:
    for fates in ((Fate.STOPPED, Fate.ANSWERED, Fate.LEFT), (Fate.ANSWERED, Fate.ANSWERED, Fate.STOPPED)):
        assert facts(packets(*fates))["pc_lets_through"] is NO


def test_what_the_system_does_not_tell_is_no_evidence() -> None:
    assert "pc_lets_through" not in facts(packets(Fate.UNKNOWN, Fate.LEFT, Fate.LEFT))
    assert "pc_lets_through" not in facts(packets(Fate.LEFT, Fate.LEFT, Fate.LEFT, lost_in=None))


def test_either_family_that_gets_out_is_enough() -> None:
    payload = packets(Fate.STOPPED, Fate.STOPPED, Fate.LEFT)["pc.firewall"]
    six = tuple(Departure(6, "tcp", port, Fate.ANSWERED) for port in (443, 80))
    assert facts({"pc.firewall": replace(payload, tries=payload.tries + six)})["pc_lets_through"] is YES


def test_answers_that_arrive_and_reach_no_program_count_only_when_none_came_through() -> None:
    assert facts(packets(Fate.LEFT, Fate.LEFT, Fate.LEFT, lost_in=9))["pc_drops_replies"] is YES
    assert facts(packets(Fate.LEFT, Fate.LEFT, Fate.LEFT, lost_in=3))["pc_drops_replies"] is NO
    assert facts(packets(Fate.ANSWERED, Fate.LEFT, Fate.LEFT, lost_in=9))["pc_drops_replies"] is NO


def test_with_the_pc_stopping_everything_nothing_outside_answers_once_all_were_heard() -> None:
    payloads = {**packets(Fate.STOPPED, Fate.STOPPED, Fate.STOPPED), "web.address": DEAD_WEB}
    assert facts(payloads)["outside_answers"] is NO
    assert "outside_answers" not in facts(payloads, frozenset({"dns.public"}))


def hops(*heard: tuple[int, str, HopKind, HopAnswer]) -> dict[str, Any]:
    return {"path.hops": PathPayload("9.9.9.9", "udp_ttl", tuple(Hop(*h) for h in heard), False, None)}


def test_only_a_router_beyond_that_passes_word_shows_that_the_line_works() -> None:
    box = (1, "192.168.1.1", HopKind.GATEWAY, HopAnswer.TIME_EXCEEDED)
    router = (2, "90.63.20.1", HopKind.PUBLIC, HopAnswer.TIME_EXCEEDED)
    # A box without a line may refuse under its own public address.
    refusal = (2, "90.63.21.45", HopKind.PUBLIC, HopAnswer.NET_UNREACHABLE)
    assert facts(hops(box, router))["operator_alive"] is YES
    assert facts(hops(box))["operator_alive"] is NO
    assert facts(hops(box, refusal))["operator_alive"] is NO


def test_a_page_in_place_of_the_internet_is_a_block_only_by_its_words() -> None:
    for instead, value in ((BoxPage.BLOCKED, YES), (BoxPage.ELSEWHERE, NO), (None, NO)):
        assert facts({"box.page": BoxPagePayload(BoxPage.ORDINARY, instead)})["box_refuses_device"] is value


def sample(*answers: SiteAnswer) -> dict[str, Any]:
    tries = tuple(SiteTry(f"s{i}", f"n{i}", a, f"192.0.2.{i}") for i, a in enumerate(answers))
    return {"sites.sample": SitesPayload(tries), "web.address": WEB}


FINE, SILENT = SiteAnswer.FINE, SiteAnswer.SILENT


def test_sites_are_compared_only_where_the_internet_answers() -> None:
    alone = sample(FINE, FINE, FINE, SILENT)
    assert facts(alone)["sites_partly_silent"] is YES
    assert "sites_partly_silent" not in facts({**alone, "web.address": DEAD_WEB})
    assert "sites_partly_silent" not in facts(sample(SILENT, SILENT, SILENT, FINE))


def test_all_fine() -> None:
    found = facts(sample(FINE, FINE, FINE, SiteAnswer.NO_NAME))
    assert (found["sites_partly_silent"], found["site_silent"], found["networks_reach"]) == (NO, NO, YES)


def compared(*failing: FailingPath) -> dict[str, Any]:
    silent = [SILENT] * len(failing)
    return {**sample(FINE, FINE, FINE, *silent), "path.failing": PathComparePayload(failing, "s0", 6, 2)}


def test_several_ways_that_end_at_the_operator_are_the_ways_fault_and_one_is_not() -> None:
    both = facts(compared(FailingPath("a", True, 2), FailingPath("b", True, 1)))
    assert (both["networks_reach"], both["stops_at_operator"], both["networks_silent"]) == (NO, YES, 2)
    one = facts(compared(FailingPath("a", True, 2)))
    assert (one["networks_reach"], one["site_silent"]) == (YES, YES)
    far = facts(compared(FailingPath("a", True, 6), FailingPath("b", True, 6)))
    assert (far["networks_reach"], far["stops_at_operator"], far["site_silent"]) == (YES, NO, YES)


def test_a_site_that_answers_when_asked_again_was_only_a_lost_packet() -> None:
    found = facts(compared(FailingPath("a", False, 6)))
    assert (found["networks_reach"], found["site_silent"]) == (YES, NO)


def opened(*tries: PortTry) -> dict[str, Any]:
    good = tuple(PortTry("echo", "tcp", p, PortState.OPEN, True) for p in (80, 443))
    return {"ports.reach": PortsPayload((*good, *tries)), "web.address": WEB}


def test_a_port_is_cut_when_the_same_host_answers_on_others() -> None:
    found = facts(opened(PortTry("echo", "tcp", 993, PortState.SILENT, True)))
    assert (found["ports_pass"], found["ports_cut_by_box"], found["ports_cut_twice"]) == (NO, NO, NO)
    assert facts(opened())["ports_pass"] is YES


def test_another_host_that_answers_on_the_port_clears_the_way() -> None:
    other = PortTry("mail", "tcp", 993, PortState.OPEN, True)
    assert facts(opened(PortTry("echo", "tcp", 993, PortState.SILENT, True), other))["ports_pass"] is YES


def test_the_mail_port_is_no_fault_and_a_port_stopped_here_is_nobody_elses() -> None:
    mail = facts(opened(PortTry("echo", "tcp", 25, PortState.SILENT, True)))
    assert (mail["ports_pass"], mail["mail_port_closed"]) == (YES, YES)
    assert facts(opened(PortTry("echo", "tcp", 22, PortState.STOPPED)))["ports_pass"] is YES


def test_over_udp_two_servers_must_be_silent() -> None:
    one = PortTry("a", "udp", 3478, PortState.SILENT)
    assert facts(opened(one))["ports_pass"] is YES
    both = facts(opened(one, replace(one, host="b")))
    assert (both["ports_pass"], both["ports_cut_twice"]) == (NO, YES)
    assert facts(opened(one, replace(one, host="b", state=PortState.OPEN)))["ports_pass"] is YES


def test_a_router_beyond_that_never_sees_the_packets_puts_the_cut_in_the_box() -> None:
    assert facts(opened(PortTry("echo", "tcp", 993, PortState.SILENT, False)))["ports_cut_by_box"] is YES
    tries = [PortTry("echo", "tcp", port, PortState.OPEN, False) for port in (80, 443)]
    quiet = PortsPayload((*tries, PortTry("echo", "tcp", 993, PortState.SILENT, False)))
    assert "ports_cut_by_box" not in facts({"ports.reach": quiet, "web.address": WEB})
