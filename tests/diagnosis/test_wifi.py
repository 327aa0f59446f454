"""From readings of a Wi-Fi and the series to the box to a verdict: each cause, and what is not enough for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.model.finding import Role, VerdictState
from selfcare.model.payloads.line import Ask, LatencyPayload
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.segment import Segment
from selfcare.model.series import summarise
from selfcare.model.tri import Tri
from selfcare.model.wifi import Bss, Link, Rate, Security, WifiAccess
from tests.diagnosis import boxes
from tests.diagnosis.test_line import one
from tests.diagnosis.wifi import (
    BSSID,
    BSSID5,
    CH1,
    CH6,
    CH11,
    CH36,
    HOME,
    RADIO,
    RELAY,
    adapters,
    blamed,
    bss,
    facts,
    home,
    hop,
    line,
    link,
    loaded,
    on24,
    payload,
    reading,
    told,
    verdict,
)

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
LOST = {"latency_gateway": hop(7), "latency_isp": line(7, here_pct=7)}
"""Seven in a hundred are lost on the way to the box, and so on the whole way."""
CROWD = (
    bss("e4:9e:12:00:00:20", -52), bss("68:a3:78:00:00:30", -55, "SFR_2B10"), bss("a4:3e:51:00:00:40", -50, "freebox"),
    bss("a8:3e:51:00:00:41", -58, None),
)  # fmt: skip


def seen(at: Link | None, *around: Bss, **changes: Any) -> WifiPayload:
    return payload(reading(at, *around), **changes)


def test_a_sound_wifi_is_ok_and_rules_every_cause_of_the_air_out() -> None:
    found = told(home(seen(link())))
    assert found.verdict.state is VerdictState.OK
    assert not blamed(found)
    codes = {r.code for r in found.ruled_out if r.code.startswith("WIFI-")}
    assert {"WIFI-WEAK", "WIFI-NOISE", "WIFI-CHANNEL", "WIFI-STICKY", "WIFI-LOSS", "WIFI-REPEATER"} <= codes


FIVE = bss(BSSID5, -56, HOME, CH36)
FAR = bss(BSSID5, -88, HOME, CH36)
RELAY_NEAR = bss(RELAY, -50, HOME, CH11)
RELAY_FAR = bss(RELAY, -79, HOME, CH11)
BOX_FAR = bss(BSSID, -86, HOME, CH6)
COUNTED = {"sent": 1000, "retried": 620, "failed": 30}
UNCOUNTED: dict[str, Any] = {"sent": None, "retried": None, "failed": None, "beacons_lost": None}
AT_RELAY = on24(-45, bssid=RELAY)

HOPS: dict[str, tuple[WifiPayload, str, str]] = {
    "weak": (seen(on24(-84, noise_dbm=-96), **UNCOUNTED), "WIFI-WEAK", "likely"),
    "weak, and the radio counts it": (seen(on24(-84, noise_dbm=-96), **COUNTED), "WIFI-WEAK", "certain"),
    "weak, noise not told": (seen(on24(-84, noise_dbm=None), **COUNTED), "WIFI-WEAK", "certain"),
    "weak, 5 GHz no better": (seen(on24(-83), FAR, **UNCOUNTED), "WIFI-WEAK", "likely"),
    "weak, another as weak": (seen(on24(-82), RELAY_FAR, **UNCOUNTED), "WIFI-WEAK", "likely"),
    "weak, a loud neighbour": (seen(on24(-82), bss("e4:9e:12:00:00:20", -45, channel=CH1), **UNCOUNTED),
                               "WIFI-WEAK", "likely"),
    "weak, nobody looked around": (
        payload(reading(on24(-84), neighbours=(), scan_age_s=None), **COUNTED), "WIFI-WEAK", "likely"),
    "noisy": (seen(on24(-54, noise_dbm=-66), **UNCOUNTED), "WIFI-NOISE", "likely"),
    "noisy, and counted": (seen(on24(-54, noise_dbm=-66), **COUNTED), "WIFI-NOISE", "certain"),
    "crowded": (seen(on24(-56, busy_share=None), *CROWD, **UNCOUNTED), "WIFI-CHANNEL", "likely"),
    "crowded, and busy by the box's word": (
        seen(on24(-56), bss(BSSID, -56, HOME, load=loaded(3, 0.85)), *CROWD, **UNCOUNTED), "WIFI-CHANNEL", "certain"),
    "crowded, and another access point is nearer": (
        seen(on24(-60, busy_share=None), *CROWD, bss(RELAY, -40, HOME, CH11), **UNCOUNTED), "WIFI-CHANNEL", "likely"),
    "slow band": (seen(on24(-62), FIVE, **UNCOUNTED), "WIFI-BAND24", "likely"),
    "slow band, and crowded there": (seen(on24(-62), FIVE, *CROWD, **UNCOUNTED), "WIFI-BAND24", "likely"),
    "sticky": (seen(on24(-82), RELAY_NEAR, **UNCOUNTED), "WIFI-STICKY", "likely"),
    "sticky, nearer on 5 GHz": (seen(on24(-82), bss(RELAY, -50, HOME, CH36), **UNCOUNTED), "WIFI-STICKY", "likely"),
    "sticky, and counted": (seen(on24(-82), RELAY_NEAR, **COUNTED), "WIFI-STICKY", "certain"),
    "repeater": (seen(AT_RELAY, BOX_FAR), "WIFI-REPEATER", "likely"),
    "repeater, the box out of sight": (seen(AT_RELAY), "WIFI-REPEATER", "likely"),
    "no figure says why": (seen(link(-50)), "WIFI-LOSS", "likely"),
    "nothing but the series": (payload(reading(None, access=WifiAccess.DENIED)), "WIFI-LOSS", "likely"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOPS)
def test_a_hop_that_loses_is_the_airs_and_not_the_lines(name: str) -> None:
    radio, code, band = HOPS[name]
    found = told(home(radio, **LOST))
    assert (found.verdict.state, found.verdict.code) == (VerdictState.FAULT, code)
    assert found.verdict.segments == (Segment.WIFI,)
    assert found.verdict.band == band
    assert blamed(found) == {code}


@pytest.mark.parametrize("name", HOPS)
def test_the_same_radio_over_a_clean_hop_is_no_fault(name: str) -> None:
    radio, *_ = HOPS[name]
    assert verdict(home(radio)) == ("ok", None, None)


@pytest.mark.parametrize("name", HOPS)
def test_the_same_radio_before_a_line_that_loses_is_the_lines(name: str) -> None:
    radio, *_ = HOPS[name]
    found = told(home(radio, latency_isp=line(12)))
    assert found.verdict.code == "WAN-LOSS"
    assert blamed(found) == {"WAN-LOSS"}


@pytest.mark.parametrize("name", HOPS)
def test_beside_a_cable_that_carries_it_the_wifi_is_no_culprit(name: str) -> None:
    radio, *_ = HOPS[name]
    beside = replace(radio, default=False)
    found = told(home(beside, link_interfaces=adapters(cable=True), **LOST))
    assert not {c for c in blamed(found) if c.startswith("WIFI-")}


def test_the_line_is_certain_over_a_wifi_whose_hop_is_clean() -> None:
    assert verdict(home(seen(link()), latency_isp=line(12))) == ("fault", "WAN-LOSS", "certain")


def test_a_line_that_loses_far_more_than_the_hop_is_named() -> None:
    both = home(seen(on24(-84)), latency_gateway=hop(2), latency_isp=line(24, here_pct=2))
    assert told(both).verdict.code == "WAN-LOSS"


@pytest.mark.parametrize(("at", "code"), [(on24(-84), "WIFI-WEAK"), (link(-50), "WIFI-LOSS")])
def test_a_bad_hop_before_a_line_that_is_worse_are_two_faults(at: Link, code: str) -> None:
    """Nobody is told that nothing is lost on a way that loses one packet in eight."""
    both = home(seen(at, **COUNTED), latency_gateway=hop(13), latency_isp=line(38, here_pct=13))
    found = told(both)
    assert (found.verdict.state, found.verdict.code) == (VerdictState.MULTIPLE, code)
    assert found.verdict.segments == (Segment.WIFI,)
    assert blamed(found) == {code, "WAN-LOSS"}
    # As the radio lab gave it: what the check itself asked the box is no use of the line.
    for up_kbit, culprits in ((228.4, {code, "WAN-LOSS"}), (300.0, {code})):
        beyond = replace(line(38, here_pct=13), other_up_kbit_s=up_kbit)
        assert blamed(told(home(seen(at, **COUNTED), latency_gateway=hop(13), latency_isp=beyond))) == culprits
    explained = home(seen(at, **COUNTED), latency_gateway=hop(13), latency_isp=line(20, here_pct=13))
    assert blamed(told(explained)) == {code}


def test_a_hop_whose_connections_came_through_by_chance_is_not_cleared() -> None:
    box = "192.168.1.1"
    here = LatencyPayload("wlan0", (one(Ask.ICMP, box, 250, 17), one(Ask.TCP, box, 100, 1)), True)
    beyond = replace(line(9), control=(one(Ask.ICMP, box, 150, 10), one(Ask.TCP, box, 75, 0)))
    found = told(home(seen(link()), latency_gateway=here, latency_isp=beyond))
    assert "WAN-LOSS" not in blamed(found)


@pytest.mark.parametrize(("up_kbit", "code"), [(219.3, "WIFI-WEAK"), (999.0, "WIFI-WEAK"), (1000.0, None)])
def test_the_checks_own_questions_to_the_box_do_not_clear_the_air(up_kbit: float, code: str | None) -> None:
    """As the radio lab gave it: the series to the box ran beside the other, and was counted as somebody's traffic."""
    box = "192.168.1.1"
    asked = ((Ask.ICMP, 200, 32), (Ask.TCP, 100, 10), (Ask.DNS, 100, 15))
    here = LatencyPayload("wlan0", tuple(one(ask, box, sent, lost) for ask, sent, lost in asked), True)
    beyond = replace(line(14, here_pct=11), other_up_kbit_s=up_kbit, other_down_kbit_s=84.5)
    found = told(home(seen(on24(-84)), latency_gateway=here, latency_isp=beyond))
    assert found.verdict.code == code
    assert blamed(found) == ({code} if code else set())


def test_what_waits_on_the_way_to_the_box_is_not_the_lines_queue() -> None:
    beyond = replace(line(0, rtt=12, spread=230), control=())
    queue = summarise((3.0, *(80.0,) * 49))
    here = hop()
    waiting = replace(here, series=(replace(here.series[0], summary=queue),))
    assert told(home(seen(link()), latency_isp=beyond)).verdict.code == "WAN-LATENCY"
    assert not blamed(told(home(seen(link()), latency_gateway=waiting, latency_isp=beyond)))


def test_a_sleeping_radio_is_late_and_no_fault() -> None:
    late = {"latency_gateway": hop(0, 60, 150), "latency_isp": line(0, 150, 20)}
    assert verdict(home(seen(link(power_save=True)), **late))[1] is None
    assert verdict(home(seen(link(power_save=False)), **late))[1] == "WIFI-LOSS"


def test_neighbours_of_a_minute_ago_are_no_evidence_of_now() -> None:
    old = tuple(replace(b, age_s=90.0) for b in (*CROWD, RELAY_NEAR, FIVE))
    stale = payload(reading(on24(-56, busy_share=None), *old, scan_age_s=90.0), **UNCOUNTED)
    drawn = facts(home(stale, **LOST))
    assert not {"wifi_channel_crowded", "wifi_faster_band", "wifi_better_point", "wifi_neighbours_many"} & set(drawn)
    assert verdict(home(stale, **LOST)) == ("fault", "WIFI-LOSS", "likely")


def test_a_search_made_for_the_check_goes_before_what_was_heard() -> None:
    before = payload(reading(on24(-62), scan_age_s=300.0, neighbours=()), **UNCOUNTED)
    asked = seen(on24(-62), FIVE)
    assert verdict(home(before, wifi_scan=asked, **LOST))[1] == "WIFI-BAND24"


def test_own_traffic_is_no_crowd() -> None:
    busy = seen(on24(-56, busy_share=0.8), **UNCOUNTED)
    assert "wifi_channel_busy" in facts(home(busy))
    from selfcare.model.payloads.line import LoadPayload, Traffic

    own = LoadPayload(0.9, 20.0, 60.0, 0.0, (Traffic("wlan0", 0.0, 40_000.0),), False)
    assert "wifi_channel_busy" not in facts(home(busy, pc_load=own))


def test_several_names_of_one_box_are_one_neighbour() -> None:
    copies = [bss(f"{first}:9e:12:00:00:20", -52, f"n{first}") for first in ("e4", "e6", "ee", "f2")]
    assert facts(home(seen(on24(-56, busy_share=None), *copies))).get("wifi_neighbours_many") is not YES


@pytest.mark.parametrize(("channel", "many"), [(CH6, YES), (CH1, NO), (CH11, NO), (CH36, NO)])
def test_only_who_shares_the_spectrum_counts(channel: Any, many: Tri) -> None:
    moved = [replace(b, channel=channel) for b in CROWD]
    assert facts(home(seen(on24(-56, busy_share=None), *moved)))["wifi_neighbours_many"] is many


# -- how fast -----------------------------------------------------------------------------------------


def test_denied_is_not_no_wifi() -> None:
    denied = payload(reading(None, access=WifiAccess.DENIED, neighbours=()))
    drawn = facts(home(denied))
    known = {"wifi_carries", "wifi_only_way", "wifi_hop_fine", "wifi_suffers"}
    assert {f for f in drawn if f.startswith("wifi_")} == known
    assert verdict(home(denied)) == ("ok", None, None)


OPEN = {"wifi_encrypted": NO}


@pytest.mark.parametrize(("kind", "told_of"), [
    (Security.OPEN, True), (Security.WEP, True), (Security.OWE, False), (Security.WPA2, False), (None, False),
])  # fmt: skip
def test_a_network_without_a_password_is_a_condition(kind: Security | None, told_of: bool) -> None:
    found = told(home(seen(link(security=kind))))
    assert found.verdict.state is VerdictState.OK
    assert ("WIFI-OPEN" in {f.code for f in found.findings if f.role is Role.CONDITION}) is told_of


def test_an_old_rate_is_of_a_beacon() -> None:
    bare = Rate(6_000)
    drawn = facts(home(seen(link(tx=bare, rx=bare)), box_status=boxes.payload()))
    assert "wifi_phy_enough" not in drawn and "wifi_rate_enough" not in drawn


def test_two_that_disagree_on_who_carries_it_say_nothing() -> None:
    assert "wifi_carries" not in facts(home(replace(seen(link()), default=False)))


def test_radio_is_what_the_reading_says() -> None:
    assert facts(home(payload(reading(link(), radio=RADIO))))["wifi_radio_on"] is YES


def test_names_that_are_late_behind_a_bad_hop_accuse_no_resolver() -> None:
    """Each lost question is asked again after a second or more."""
    late = {"names_fast": NO, "box_names_fast": NO, "isp_names_fast": YES}
    bad = blamed(told(home(seen(on24(-84), **UNCOUNTED), **LOST), **late))
    assert bad == {"WIFI-WEAK"}
