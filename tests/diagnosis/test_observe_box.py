"""From what a box says to facts: who contradicts what was measured, or himself, says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.diagnosis import diagnose
from selfcare.diagnosis.observe import box, observe
from selfcare.diagnosis.observe.view import View
from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    BoxStatus,
    CellularInterface,
    ConnectionStatus,
    LinkStatus,
    Mode,
    OnuState,
    OpticalInterface,
    PortMapping,
    PortRange,
    Protocol,
    WanTraffic,
    Why,
)
from selfcare.model.payloads.line import LoadPayload, Traffic
from selfcare.model.tri import Tri
from selfcare.model.units import Db, Dbm, Kbps, Seconds
from tests.diagnosis.boxes import (
    DEVICE,
    LIGHT,
    SYNC,
    drops,
    no_session,
    payload,
    restarts,
    status,
    telephone,
    wan,
)
from tests.diagnosis.facts import FAULTS, observations

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
DARK = replace(LIGHT, status=LinkStatus.DOWN, signal=False, rx_power=Dbm(-36.98), onu_state=OnuState.O1)
UNREGISTERED = replace(LIGHT, status=LinkStatus.INITIALISING, onu_state=OnuState.O2)


def told(seen: BoxStatus | None = None, measured: dict[str, Tri] | None = None, **changes: Any) -> dict[str, Tri]:
    """The facts of the area, given what the other probes measured."""
    view = View({"box.status": payload(seen, **changes)}, frozenset())
    for fact, value in (measured or {}).items():
        view.add(fact, value, "elsewhere")
    for observer in (*box.EARLY, *box.OBSERVERS, *box.LATE):
        for fact, value, probe in observer(view):
            view.add(fact, value, probe)
    mine = {f: o.value for f, o in view.facts.items() if isinstance(o.value, Tri)}
    return {f: v for f, v in mine.items() if f not in (measured or {})}


def number(fact: str, seen: BoxStatus, **changes: Any) -> tuple[float, str | None] | None:
    found = {o.fact: o for o in observe({"box.status": payload(seen, **changes)})}.get(fact)
    return None if found is None or isinstance(found.value, Tri) else (found.value, found.unit)


DEAD = {
    "outside_answers": NO, "operator_alive": NO, "isp_resolver_answers": NO, "late_answer": NO,
    "box_reaches_outside": NO,
}  # fmt: skip


def verdict(
    seen: BoxStatus, measured: dict[str, Tri], box_reaches_outside: Tri | None = None, **changes: Any
) -> tuple[str | None, str | None, str]:
    """What is said of a home of which the fact sets tell the rest."""
    base = {**FAULTS["wan down"][0], **measured} if measured is DEAD else measured
    if box_reaches_outside is not None:
        base = {**base, "box_reaches_outside": box_reaches_outside}
    known = {o.fact: o.value for o in observations(base) if isinstance(o.value, Tri)}
    facts = {f: v for f, v in known.items() if f not in box.SOURCES}
    mine = told(seen, facts, **changes)
    found = diagnose(observations({**{f: UNKNOWN for f in box.SOURCES}, **base, **mine})).verdict
    return found.code, found.band.value if found.band else None, found.state.value


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (status(optical=DARK, wan=no_session()), "ACC-FTTH-DARK"),
        (status(optical=UNREGISTERED, wan=no_session()), "ACC-FTTH-UNREG"),
        (status(optical=replace(LIGHT, onu_state=OnuState.O7, status=None), wan=no_session()), "ACC-FTTH-UNREG"),
        (telephone(dsl=replace(SYNC, status=LinkStatus.DOWN), wan=no_session(AccessMedium.DSL)), "ACC-DSL-NOSYNC"),
        (status(wan=no_session()), "ISP-NOSESSION"),
        (telephone(wan=no_session(AccessMedium.DSL)), "ISP-NOSESSION"),
    ],
)
def test_where_the_box_sees_the_connection_end_is_certain_when_nothing_answers(seen: BoxStatus, code: str) -> None:
    assert verdict(seen, DEAD) == (code, "certain", "fault")


ONLY_A_LINK = OpticalInterface(LinkStatus.UP)


def test_a_box_that_only_knows_a_link_may_look_at_a_terminal_beside_it() -> None:
    down = replace(ONLY_A_LINK, status=LinkStatus.DOWN)
    assert verdict(status(optical=down, wan=no_session()), DEAD) == ("ACC-DOWN", "likely", "fault")
    unread = status(optical=Absent(Why.CANNOT), wan=replace(no_session(), link=LinkStatus.DOWN))
    assert verdict(unread, DEAD) == ("ACC-DOWN", "likely", "fault")
    # No light, by a meter that sees it: why it is down is not known.
    torn = status(optical=replace(DARK, rx_power=Dbm(-18.4)), wan=no_session())
    assert verdict(torn, DEAD) == ("ACC-DOWN", "likely", "fault")
    # "Up" is then no proof that the fibre carries: neither the session nor the operator is accused by it.
    assert verdict(status(optical=ONLY_A_LINK, wan=no_session()), DEAD)[0] == "WAN-DOWN"
    assert verdict(status(optical=ONLY_A_LINK), DEAD)[0] == "WAN-DOWN"


@pytest.mark.parametrize(
    "seen",
    [
        status(optical=DARK, wan=no_session()),
        status(optical=UNREGISTERED, wan=no_session()),
        telephone(dsl=replace(SYNC, status=LinkStatus.DOWN), wan=no_session(AccessMedium.DSL)),
        status(wan=no_session()),
        status(wan=wan(walled=True)),
    ],
)
def test_a_box_that_calls_a_working_line_dead_accuses_nobody(seen: BoxStatus) -> None:
    assert verdict(seen, {}) == (None, None, "ok")


def test_what_answers_in_the_name_of_all_is_not_the_outside_where_the_box_has_no_line() -> None:
    fooled = {"box_answers_for_all": YES, "operator_alive": NO}
    assert told(status(optical=DARK, wan=no_session()), fooled)["outside_answers"] is NO
    assert "outside_answers" not in told(status(), fooled)


@pytest.mark.parametrize("proof", ["operator_alive", "isp_resolver_answers", "late_answer", "box_reaches_outside"])
def test_one_sign_of_life_from_beyond_outweighs_the_box(proof: str) -> None:
    dark = status(optical=DARK, wan=no_session())
    assert told(dark, DEAD)["line_down_told"] is YES
    assert told(dark, {**DEAD, proof: YES})["line_down_told"] is NO


@pytest.mark.parametrize(
    "seen",
    [
        status(optical=DARK),  # no light, and connected all the same
        status(optical=replace(DARK, onu_state=OnuState.O5, status=LinkStatus.UP), wan=no_session()),
        status(optical=replace(DARK, module_present=False), wan=wan(medium=AccessMedium.FIBRE)),
        status(optical=DARK, wan=no_session(AccessMedium.ETHERNET)),
        status(optical=DARK, wan=replace(no_session(), ipv4_address="192.168.0.12")),  # behind another router
        status(optical=DARK, wan=no_session(), device=replace(DEVICE, mode=Mode.BRIDGE)),
        status(optical=DARK, wan=no_session(), device=replace(DEVICE, family=BoxFamily.IGD)),
        status(optical=replace(LIGHT, signal=None, rx_power=Dbm(-33.0), onu_state=None, status=None), wan=wan()),
    ],
)
def test_a_box_that_contradicts_itself_or_has_not_the_line_does_not_locate_it(seen: BoxStatus) -> None:
    assert told(seen, DEAD).get("line_down_told") is not YES
    code, band, _ = verdict(seen, DEAD)
    assert (code, band) in {("WAN-DOWN", "certain"), ("WAN-DOWN", "likely"), ("ISP-OUTAGE", "likely")}


def test_a_zero_in_place_of_a_power_is_no_light_level() -> None:
    blank = status(optical=replace(LIGHT, rx_power=Dbm(0.0)))
    assert "optical_level_good" not in told(blank)
    assert number("optical_rx", blank) is None


def test_light_and_session_move_an_outage_behind_the_line_and_a_session_alone_does_not() -> None:
    assert verdict(status(), DEAD) == ("ISP-OUTAGE", "likely", "fault")
    # Whether the box itself gets out is not known: it may keep out this PC alone.
    assert verdict(status(), DEAD, box_reaches_outside=UNKNOWN)[0] == "WAN-DOWN"
    blind = status(optical=replace(LIGHT, signal=None, rx_power=None, onu_state=None, status=None))
    assert verdict(blind, DEAD)[0] == "WAN-DOWN"


def test_a_box_that_has_just_started_is_waited_for() -> None:
    young = status(device=replace(DEVICE, up_time=Seconds(120.0)), optical=UNREGISTERED, wan=no_session())
    assert verdict(young, DEAD) == (None, None, "connecting")
    soon = status(device=replace(DEVICE, up_time=Seconds(120.0)))
    assert verdict(soon, DEAD) == (None, None, "connecting")
    fresh = telephone(dsl=replace(SYNC, showtime=Seconds(40.0)), wan=no_session(AccessMedium.DSL))
    assert verdict(fresh, DEAD) == (None, None, "connecting")


def test_restarts_need_the_boxs_own_clock_and_nobody_at_the_button() -> None:
    often = restarts(240, 1_500, 3_900, 7_300, 10_000)
    young = replace(DEVICE, up_time=Seconds(400.0))
    facts = told(status(restarts=often, device=young))
    assert (facts["box_stays_on"], facts["box_uptime_short"]) == (NO, YES)
    assert "box_stays_on" not in told(status(restarts=often))  # it says itself that it runs for two weeks
    evening = restarts(240, 900, 1_500, 2_400, 3_300)
    assert "box_stays_on" not in told(status(restarts=evening, device=young))
    asked = restarts(240, 1_500, 3_900, 7_300, 10_000, reason="Reboot by user (GUI)")
    assert told(status(restarts=asked, device=young))["box_stays_on"] is YES
    assert told(status(restarts=restarts(240, 1_500), device=young)).get("box_stays_on") is None
    assert number("box_restarts", status(restarts=often, device=young)) == (5, "")


def test_drops_count_without_those_that_a_restart_explains() -> None:
    fell = drops(250, 1_510, 3_910, 7_310)
    assert told(status(events=fell))["line_stays_up"] is NO
    young = replace(DEVICE, up_time=Seconds(400.0))
    both = status(events=fell, restarts=restarts(240, 1_500, 3_900, 7_300), device=young)
    assert told(both)["line_stays_up"] is YES
    assert "line_stays_up" not in told(status(events=drops(100, 200, 300)))
    assert told(status(events=drops(90_000, 100_000, 110_000, 120_000)))["line_stays_up"] is YES


def _forward(first: int, last: int | None = None, **changes: Any) -> PortMapping:
    return PortMapping(first, 443, "192.168.1.20", Protocol.TCP, external_last=last, **changes)


@pytest.mark.parametrize(
    ("ports", "forward", "possible"),
    [
        (PortRange(16_384, 32_767), _forward(8_443), NO),
        (PortRange(16_384, 32_767), _forward(20_000), YES),
        (PortRange(16_384, 32_767), _forward(32_000, 33_000), NO),
        (PortRange(0, 65_535), _forward(8_443), YES),
        (PortRange(0, 65_535), _forward(8_443, valid=False), NO),
        (PortRange(16_384, 32_767), _forward(8_443, enable=False), UNKNOWN),
    ],
)
def test_a_port_outside_of_the_lines_own_cannot_be_reached(
    ports: PortRange, forward: PortMapping, possible: Tri
) -> None:
    facts = told(status(wan=wan(ports=ports)), forwards=(forward,))
    assert facts.get("forward_possible", UNKNOWN) is possible
    assert facts["ipv4_shared_by_box"] is Tri.of(not ports.whole)


def test_an_address_that_is_shared_is_known_by_ports_by_word_or_by_itself() -> None:
    assert told(status(wan=wan(ipv4_address="100.76.12.34")))["ipv4_shared_by_box"] is YES
    assert told(status(wan=wan(shared_ipv4=True)))["ipv4_shared_by_box"] is YES
    assert "ipv4_shared_by_box" not in told(status(wan=wan(shared_ipv4=None)))


def test_who_fills_the_line_is_told_without_this_pcs_own_part() -> None:
    busy = status(traffic=WanTraffic(down_rate=Kbps(880_000.0), up_rate=Kbps(9_000.0)))
    assert told(busy)["others_fill_line"] is YES
    assert told(busy, traffic_elsewhere=Kbps(300.0)).get("others_fill_line") is not YES
    assert told()["others_fill_line"] is NO
    odd = status(traffic=WanTraffic(down_rate=Kbps(2_000_000.0), up_rate=Kbps(0.0)))
    assert "others_fill_line" not in told(odd)
    upward = status(traffic=WanTraffic(down_rate=Kbps(9_000.0), up_rate=Kbps(650_000.0)))
    assert told(upward)["others_fill_line"] is YES
    mine = LoadPayload(1.0, 5.0, 60.0, None, (Traffic("eth0", 500.0, 870_000.0),), None)
    found = {o.fact: o.value for o in observe({"box.status": payload(busy), "pc.load": mine})}
    assert found["others_fill_line"] is NO


def test_a_mobile_network_is_judged_only_where_it_is_the_line() -> None:
    weak = CellularInterface(True, rsrp=Dbm(-117.0), sinr=Db(-2.0))
    line = wan(medium=AccessMedium.CELLULAR)
    assert told(status(wan=line, cellular=weak))["cellular_good"] is NO
    assert "cellular_good" not in told(status(wan=line, cellular=replace(weak, backup=True)))
    assert "cellular_good" not in told(status(cellular=weak))


def test_a_block_that_does_not_work_is_none() -> None:
    measured = {"outside_answers": YES, "web_by_address": YES, "web_by_name": YES}
    view = View({"box.status": payload(blocked_here=True)}, frozenset())
    from selfcare.diagnosis.observe import reach

    for fact, value in {**measured, "box_blocks_this_pc": YES}.items():
        view.add(fact, value, "elsewhere")
    assert "box_refuses_device" not in {fact for fact, _, _ in reach.box_page(view)}
    view.add("web_by_address", NO, "elsewhere")
    view.add("web_by_name", NO, "elsewhere")
    assert ("box_refuses_device", YES, "box.status") in set(reach.box_page(view))


def test_what_a_login_would_add_is_offered_and_a_silent_box_says_nothing() -> None:
    assert told(pairing="front_panel")["box_offers_more"] is YES
    assert told()["box_offers_more"] is NO
    shut = payload(failure="login_required", pairing="password")
    facts = {o.fact for o in observe({"box.status": replace(shut, status=None)})}
    assert {"box_known", "box_offers_more"} <= facts
    assert not facts & {"box_line_up", "line_down_told", "box_session_up", "box_stays_on"}


def test_the_drop_of_a_session_that_is_being_made_is_no_fault() -> None:
    trying = status(wan=wan(status=ConnectionStatus.CONNECTING, ipv4_address=None))
    assert "box_session_up" not in told(trying, DEAD)
    assert verdict(trying, DEAD)[0] == "WAN-DOWN"


@pytest.mark.parametrize(
    ("around", "trusted"),
    [
        ({}, True),
        ({"other_router_on_link": YES}, False),
        ({"box_elsewhere_on_link": YES}, False),
        ({"several_dhcp_servers": YES}, False),
        ({"box_is_ours": UNKNOWN}, False),
    ],
)
def test_the_subscribers_own_box_clears_the_lease_unless_another_was_seen(
    around: dict[str, Tri], trusted: bool
) -> None:
    from selfcare.diagnosis.observe import addressing

    view = View({}, frozenset())
    known = {"outside_answers": NO, "configured_depends_on_isp": YES, "address_manual": NO, "box_is_ours": YES}
    for fact, value in {**known, **around}.items():
        view.add(fact, value, "elsewhere")
    assert (("lease_trusted", YES, "box.status") in set(addressing.lease(view))) is trusted
