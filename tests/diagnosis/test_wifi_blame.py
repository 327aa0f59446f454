"""Homes that tempt to accuse the wrong one: how sure a cause of the air may be, and what only looks like one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.diagnosis import diagnose
from selfcare.model.payloads.line import Ask, LatencyPayload
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.tri import Tri
from tests.diagnosis.facts import HEALTHY, observations
from tests.diagnosis.test_line import one
from tests.diagnosis.test_wifi import COUNTED, CROWD, LOST, RELAY_NEAR, UNCOUNTED, seen
from tests.diagnosis.test_wifi_states import speed
from tests.diagnosis.wifi import (
    BSSID,
    HOME,
    RELAY,
    blamed,
    bss,
    facts,
    home,
    hop,
    line,
    link,
    loaded,
    on24,
    told,
    verdict,
)

YES, NO = Tri.YES, Tri.NO
BOX = "192.168.1.1"
FELT = {"gateway_loss_free": NO, "gateway_latency_fine": NO, "wifi_holds_under_load": NO, "wifi_suffers": YES,
        "wifi_limits_rate": YES, "wifi_rate_enough": NO}  # fmt: skip


# -- how sure ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("radio", "code"), [
    (seen(on24(-84), **UNCOUNTED), "WIFI-WEAK"),
    (seen(on24(-54, noise_dbm=-66), **UNCOUNTED), "WIFI-NOISE"),
    (seen(on24(-56, busy_share=None), *CROWD, **UNCOUNTED), "WIFI-CHANNEL"),
    (seen(on24(-82), RELAY_NEAR, **UNCOUNTED), "WIFI-STICKY"),
    (seen(link(-50)), "WIFI-LOSS"),
])  # fmt: skip
def test_however_much_suffers_it_is_not_certain_without_the_radios_own_counters(radio: WifiPayload, code: str) -> None:
    assert verdict(home(radio, **LOST), **FELT) == ("fault", code, "likely")


def test_a_channel_that_the_home_itself_fills_is_no_neighbours() -> None:
    """Another device of the home downloads: the box tells a busy channel, and nobody else is on it."""
    own = bss(BSSID, -50, HOME, load=loaded(3, 0.85))
    found = told(home(seen(on24(-50, busy_share=0.85), own), **LOST), **FELT)
    assert "WIFI-CHANNEL" not in blamed(found)
    assert not [f for f in found.findings if f.band == "certain"]


# -- what the radio counts ------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [
    {"sent": 1000, "retried": 1000, "failed": 0, "beacons_lost": None},  # a driver that counts every frame twice
    {"sent": 1000, "retried": 0, "failed": 0, "beacons_lost": 0},  # one that does not count
    # Two beacons of seven, while the adapter looked at another channel.
    {"sent": 1000, "retried": None, "failed": None, "beacons_lost": 2, "window_s": 0.75},
])  # fmt: skip
def test_counters_that_tell_nothing(counts: dict[str, Any]) -> None:
    assert "wifi_frames_lost" not in facts(home(seen(on24(-84), **counts), **LOST))


def test_a_frame_heard_badly_is_no_noise() -> None:
    dip = on24(-88, noise_dbm=-95)
    assert facts(home(seen(replace(dip, rssi_average_dbm=-55.0), **COUNTED), **LOST))["wifi_clear"] is YES


# -- who is late ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [link(power_save=None), link(power_save=True)])
def test_a_radio_that_may_sleep_is_late_and_no_fault(at: Any) -> None:
    late = {"latency_gateway": hop(0, 4, 200), "latency_isp": line(0, 150, 20)}
    assert verdict(home(seen(at), **late))[1] is None


def test_nobody_told_whether_the_radio_sleeps() -> None:
    assert verdict(home(None, latency_gateway=hop(0, 4, 200), latency_isp=line(0, 150, 20)))[1] is None


def test_what_comes_back_from_beyond_in_time_did_not_wait_in_the_air() -> None:
    """A box with a busy processor: its own answers are late now and then, what it passes on is not."""
    assert verdict(home(seen(link()), latency_gateway=hop(0, 4, 400), latency_isp=line(0, 12, 30)))[1] is None


def test_a_busy_computer_or_its_own_traffic_is_late_by_itself() -> None:
    late = {"latency_gateway": hop(0, 60, 400), "latency_isp": replace(line(0, 150, 300), other_up_kbit_s=None)}
    from selfcare.model.payloads.line import LoadPayload, Traffic

    assert verdict(home(seen(link()), **late))[1] == "WIFI-LOSS"
    for load in (LoadPayload(0.9, 98.0, 60.0, 0.0, (), False),
                 LoadPayload(0.9, 20.0, 60.0, 0.0, (Traffic("wlan0", 0.0, 40_000.0),), False)):  # fmt: skip
        assert "WIFI-LOSS" not in blamed(told(home(seen(link()), pc_load=load, **late)))


def test_a_box_that_answers_late_by_itself_under_load_is_not_the_air() -> None:
    """What goes through it to the operator comes back in time: the air did not keep it."""
    drawn = facts(home(seen(link()), speed_capacity=speed(90, 600, None)))
    assert drawn["wifi_holds_under_load"] is NO
    slow = speed(60, 600, None)
    others = tuple(replace(s, rtts_ms=(14.0,) * len(s.rtts_ms)) for s in slow.down.latencies[1:])
    slow = replace(slow, down=replace(slow.down, latencies=(slow.down.latencies[0], *others)))
    drawn = facts(home(seen(link()), speed_capacity=slow))
    assert drawn.get("wifi_limits_rate") is not YES and drawn.get("wifi_holds_under_load") is not NO
    assert verdict(home(seen(link()), speed_capacity=slow)) == ("ok", None, None)


def test_a_wavering_rate_over_a_clean_hop_accuses_no_wifi() -> None:
    """A mobile line wavers as the air does, and behind a queue by the flow nothing waits."""
    made = speed(40, 1, None)
    made = replace(made, down=replace(made.down, windows_mbps=(60.0, 20.0, 55.0, 25.0, 40.0, 40.0), iqr_mbps=25.0))
    assert verdict(home(seen(link()), speed_capacity=made)) == ("ok", None, None)


# -- two adapters, and other networks --------------------------------------------------------------------


def test_the_hop_of_the_other_adapter_is_not_the_lines() -> None:
    """A Wi-Fi stick beside the built-in one, which was read: nothing is known of the air that carries."""
    here = LatencyPayload("wlan1", (one(Ask.ICMP, BOX, 250, 17), one(Ask.TCP, BOX, 100, 0)), True)
    beyond = replace(line(9), control=(one(Ask.ICMP, BOX, 150, 10), one(Ask.TCP, BOX, 75, 0)))
    found = told(home(replace(seen(link()), default=False), latency_gateway=here, latency_isp=beyond), link_wired=NO)
    assert "WAN-LOSS" not in blamed(found)


def test_the_other_band_of_the_same_box_is_no_nearer_access_point() -> None:
    far = link(-73)
    drawn = facts(home(seen(far, bss(BSSID, -58, HOME)), **LOST))
    assert drawn["wifi_better_point"] is NO


@pytest.mark.parametrize(("symptom", "code"), [
    ({"gateway_answers": NO, "gateway_neighbour": NO, "router_on_link": NO}, "BOX-SILENT"),
    ({"address_valid": NO, "dhcp_failed": YES}, "LAN-DHCP-NONE"),
])  # fmt: skip
def test_a_box_out_of_earshot_is_not_dead(symptom: dict[str, Tri], code: str) -> None:
    beyond = ("outside_answers", "ipv4_outside", "names_resolve", "web_by_name", "web_unaltered", "internet_answers")
    down = {**dict.fromkeys(beyond, Tri.UNKNOWN), **symptom}
    lost = {"wifi_carries": YES, "wifi_signal_bad": YES, "wifi_frames_lost": YES}

    def sure(**more: Tri) -> str | None:
        found = diagnose(observations({**HEALTHY, **down, **more})).findings
        return next((f.band.value for f in found if f.code == code), None)

    assert sure() == "likely"
    assert sure(**lost) in (None, "possible")


# -- a figure that leads nowhere -------------------------------------------------------------------------


@pytest.mark.parametrize("radio", [
    # Between the signals that are enough and those that are not: neither of them is the reason.
    seen(on24(-68, busy_share=None), *CROWD),
    seen(on24(-68, noise_dbm=-80)),
    seen(on24(-68, bssid=RELAY)),
    # The radio itself counts what it loses: it is not the way behind the repeater.
    seen(on24(-45, bssid=RELAY), **COUNTED),
    # The box is heard as well as this one: a second radio of it, of another maker, or a repeater beside it.
    seen(on24(-45, bssid=RELAY), bss(BSSID, -50, HOME)),
])  # fmt: skip
def test_a_bad_hop_is_the_airs_whatever_figure_stands_beside_it(radio: WifiPayload) -> None:
    assert verdict(home(radio, **LOST)) == ("fault", "WIFI-LOSS", "likely")
