"""In no network, refused, thrown out, and too slow: from readings and events to a verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.diagnosis import diagnose, observe
from selfcare.model.finding import Diagnosis, VerdictState
from selfcare.model.payloads.capacity import CapacityPayload
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.tri import Tri
from selfcare.model.units import Seconds
from selfcare.model.wifi import EventKind, Link, RadioState, Rate, WifiEvent, WifiReading
from tests.diagnosis import boxes
from tests.diagnosis.test_capacity import _load, _payload
from tests.diagnosis.wifi import (
    BSSID,
    BSSID5,
    CH36,
    HOME,
    NOW,
    RADIO,
    adapters,
    blamed,
    bss,
    dropped,
    facts,
    home,
    joined,
    link,
    on24,
    payload,
    reading,
    rejected,
    told,
    verdict,
)

YES, NO = Tri.YES, Tri.NO
NEAR = bss(BSSID5, -50, HOME, CH36)
FAR = bss(BSSID5, -88, HOME, CH36)
ELSEWHERE = "a0:b1:c2:00:00:10"


def out(*around: Any, socket: bool = False, **changes: Any) -> Diagnosis:
    """Of a PC that is in no network: nothing else can be measured."""
    seen = payload(reading(None, *around, **changes))
    cards = adapters(cable=False if socket else None, carrier=False)
    return diagnose(observe({"link.interfaces": cards, "wifi.link": seen}))


def said(found: Diagnosis) -> tuple[str, str | None, str | None]:
    band = found.verdict.band
    return found.verdict.state.value, found.verdict.code, band.value if band else None


REJECTED = (rejected(NOW - 40), rejected(NOW - 10))


@pytest.mark.parametrize(("around", "changes", "wanted"), [
    ((NEAR,), {}, ("fault", "WIFI-UNJOINED", "likely")),  # no event told: it may have been refused
    ((NEAR,), {"events": (joined(NOW),)}, ("fault", "WIFI-UNJOINED", "certain")),
    # A socket without a cable may be what is missed.
    ((NEAR,), {"socket": True}, ("fault", "WIFI-UNJOINED", "likely")),
    ((NEAR,), {"joining": True}, ("connecting", None, None)),
    ((bss(BSSID5, -50, "Bbox-9C0A"),), {}, ("not_proven", None, None)),
    ((), {}, ("not_proven", None, None)),
    ((NEAR,), {"known_names": None}, ("not_proven", None, None)),
    # The search is not told of, and somebody was heard a moment ago.
    ((replace(NEAR, age_s=4.0),), {"scan_age_s": None}, ("fault", "WIFI-UNJOINED", "likely")),
    ((bss(BSSID5, -50, "Bbox-9C0A"),), {"scan_age_s": None}, ("not_proven", None, None)),
    # Heard five minutes ago.
    ((replace(NEAR, age_s=300.0),), {"scan_age_s": 300.0}, ("not_proven", None, None)),
    ((NEAR,), {"radio": replace(RADIO, state=RadioState.SOFT_OFF)}, ("fault", "PC-NIC-OFF", "certain")),
    ((NEAR,), {"radio": replace(RADIO, state=RadioState.HARD_OFF), "socket": True}, ("fault", "PC-NIC-OFF", "likely")),
    ((NEAR,), {"radio": replace(RADIO, state=RadioState.UNKNOWN)}, ("not_proven", None, None)),
    ((NEAR,), {"events": REJECTED}, ("fault", "WIFI-AUTH", "certain")),
    ((NEAR,), {"events": REJECTED, "joining": True}, ("fault", "WIFI-AUTH", "certain")),
    ((NEAR,), {"events": REJECTED[:1]}, ("fault", "WIFI-AUTH", "likely")),
    ((), {"events": REJECTED}, ("fault", "WIFI-AUTH", "likely")),
    # A handshake breaks for want of signal as well.
    ((FAR,), {"events": REJECTED}, ("not_proven", None, None)),
    # Refused by an access point that is full: not the key.
    ((NEAR,), {"events": (rejected(NOW, None, 17),)}, ("fault", "WIFI-UNJOINED", "likely")),
    ((NEAR,), {"events": (rejected(NOW, False, 15),)}, ("fault", "WIFI-UNJOINED", "likely")),
    # Refused elsewhere: whoever did so is not in sight here.
    ((NEAR,), {"events": (rejected(NOW - 40, bssid=ELSEWHERE), rejected(NOW - 10, bssid=ELSEWHERE))},
     ("fault", "WIFI-UNJOINED", "likely")),
    # Refused by the other band of the same box.
    ((NEAR,), {"events": (rejected(NOW - 40, bssid=BSSID), rejected(NOW - 10, bssid=BSSID))},
     ("fault", "WIFI-AUTH", "likely")),
    # A known network that nobody could join from here; and one that is not the home's.
    ((replace(NEAR, rssi_dbm=-91),), {"events": (joined(NOW),)}, ("not_proven", None, None)),
    ((bss(BSSID5, -50, "FreeWifi"),), {"events": (joined(NOW),), "known_names": (HOME, "FreeWifi")},
     ("not_proven", None, None)),
    # Joined since, and left by hand.
    ((NEAR,), {"events": (*REJECTED, joined(NOW), dropped(NOW + 5, 3, True))},
     ("fault", "WIFI-UNJOINED", "certain")),
])  # fmt: skip
def test_in_no_network(around: tuple[Any, ...], changes: dict[str, Any], wanted: tuple[str, ...]) -> None:
    assert said(out(*around, **changes)) == wanted


@pytest.mark.parametrize("adapter", [{}, {"address_acquiring": YES}])
def test_a_radio_that_is_joining_beside_a_cable_that_carries_all_is_no_news(adapter: dict[str, Tri]) -> None:
    seen = replace(payload(reading(None, joining=True)), default=False)
    assert verdict(home(seen, link_interfaces=adapters(cable=True)), **adapter) == ("ok", None, None)


def test_what_fails_on_the_cable_is_not_waited_for_in_the_air() -> None:
    seen = replace(payload(reading(None, joining=True)), default=False)
    found = verdict(home(seen, link_interfaces=adapters(cable=True)), web_by_name=NO, web_unaltered=Tri.UNKNOWN)
    assert found[0] == "not_proven"


def test_a_network_out_of_sight_has_its_own_sentence() -> None:
    assert out(bss(BSSID5, -50, "Bbox-9C0A")).verdict.variant == "no_known_wifi"
    assert out(known_names=None).verdict.variant != "no_known_wifi"


def test_a_password_that_was_mended_is_no_fault() -> None:
    events = (rejected(NOW - 90), joined(NOW - 60))
    assert verdict(home(payload(reading(link(connected_s=60.0), events=events)))) == ("ok", None, None)


# -- drops --------------------------------------------------------------------------------------------


def story(*events: WifiEvent, at: Link | None = None, **changes: Any) -> WifiPayload:
    return payload(reading(at or link(connected_s=60.0), events=events, **changes))


def thrown(times: int, apart_s: float = 600.0, **how: Any) -> list[WifiEvent]:
    """Thrown out so often, and back in each time, the last time a minute ago."""
    begin = NOW - 60 - times * apart_s
    return [e for n in range(times) for e in (dropped(begin + n * apart_s, **how), joined(begin + (n + 1) * apart_s))]


@pytest.mark.parametrize(("events", "code"), [
    (thrown(4), "WIFI-DROPS"),
    (thrown(4, 8.0), "WIFI-DROPS"),
    (thrown(4, by_us=None), "WIFI-DROPS"),
    (thrown(2), None),
    (thrown(6, by_us=True), None),
    # Nobody told who ended it, nor why: the PC may have gone to sleep each time.
    (thrown(6, reason=None, by_us=None), None),
    # The box asked it to go to its other band.
    (thrown(6, reason=12), None),
    (thrown(6, reason=3, by_us=None), None),  # a station that leaves by itself says so
    (thrown(3, 40_000.0), None),  # over more than a day
    # One drop that was not followed by a return, told several times.
    ([dropped(NOW - 900), dropped(NOW - 899), dropped(NOW - 898), dropped(NOW - 897), joined(NOW - 60)], None),
    # The radio was switched off each time.
    ([e for n in range(4) for e in (
        WifiEvent(EventKind.RADIO_OFF, NOW - 900 + 60 * n), dropped(NOW - 899 + 60 * n), joined(NOW - 880 + 60 * n))],
     None),
])  # fmt: skip
def test_drops_of_the_last_day(events: list[WifiEvent], code: str | None) -> None:
    assert verdict(home(story(*events)))[1] == code


def test_drops_at_a_weak_signal_are_the_signals() -> None:
    found = told(home(story(*thrown(4), at=on24(-84, connected_s=60.0))))
    assert found.verdict.code == "WIFI-WEAK"
    assert "WIFI-DROPS" not in blamed(found)


def test_a_drop_while_the_box_began_anew_is_the_boxs() -> None:
    events = [*thrown(2), dropped(NOW - 3000), joined(NOW - 2900)]
    seen = home(story(*sorted(events, key=lambda e: e.at)))
    assert facts(seen)["wifi_stays_joined"] is NO
    young = boxes.status(device=replace(boxes.DEVICE, up_time=Seconds(3000.0)))
    assert "wifi_stays_joined" not in facts({**seen, "box.status": boxes.payload(young)})


def test_a_channel_that_keeps_moving_is_told() -> None:
    radar = [e for n in range(3) for e in (
        WifiEvent(EventKind.RADAR, NOW - 5000 + 900 * n), WifiEvent(EventKind.SWITCHED, NOW - 4999 + 900 * n, channel=52))]  # noqa: E501  # fmt: skip
    seen = facts(home(story(*radar, *thrown(3, 300.0))))
    assert (seen["wifi_channel_moves"], seen["wifi_stays_joined"]) == (YES, NO)


# -- how fast ------------------------------------------------------------------------------------------

SLOW = Rate(54_000)
OLD = on24(-46, tx=SLOW, rx=SLOW, generation=3)
ONE = link(tx=Rate(72_200, 7, 1, 20, 4), rx=Rate(72_200, 7, 1, 20, 4), generation=4)


def speed(mbps: float, box: float = 1, contract_kbit: int | None = 300_000) -> CapacityPayload:
    # What waits before the box keeps those beyond it waiting as well.
    made = _payload(_load(box, box + 7, box + 9, mbps), contract_down_kbit=contract_kbit)
    return replace(made, interface="wlan0")


def rates(at: Link, *around: Any, test: CapacityPayload | None = None, **others: Tri) -> str | None:
    more: dict[str, Any] = {} if test is None else {"speed_capacity": test}
    return verdict(home(payload(reading(at, *around)), **more), **others)[1]


@pytest.mark.parametrize(("at", "around", "test", "code"), [
    (OLD, (), None, None),  # nobody knows what the line carries
    (OLD, (), speed(24, 40), "WIFI-SLOWPHY"),
    (ONE, (), speed(31, 40), "WIFI-SLOWPHY"),
    # What is too slow has the load waiting before it: that is no reason of its own.
    (OLD, (), speed(24, 600), "WIFI-SLOWPHY"),
    (OLD, (bss(BSSID5, -56, HOME, CH36),), speed(24, 40), "WIFI-BAND24"),
    (replace(OLD, rssi_dbm=-84, rssi_average_dbm=-84), (), speed(9, 40), "WIFI-WEAK"),
    # The line is no faster.
    (OLD, (), speed(19, 1, 20_000), None),
    (OLD, (), speed(24, 40, 25_000), None),
    # Over a fifth less than the line is nothing that anybody feels.
    (ONE, (), speed(60, 40, 72_000), None),
    # Slow, and yet more than anybody feels.
    (link(), (), speed(300, 40, 1_000_000), None),
    # Nothing waits in front of the Wi-Fi, and it has room left.
    (ONE, (), speed(8, 1), None),
])  # fmt: skip
def test_a_wifi_slower_than_the_line(at: Link, around: tuple[Any, ...], test: Any, code: str | None) -> None:
    assert rates(at, *around, test=test) == code


def test_the_windows_of_the_test_decide_between_wifi_and_line() -> None:
    test = speed(60, 40)
    assert rates(link(), test=test, wifi_limits_rate=YES, wifi_rate_enough=NO, wifi_suffers=YES) == "WIFI-LOSS"
    clear = facts({**home(payload(reading(ONE)), speed_capacity=test)})
    assert clear["wifi_rate_enough"] is NO


def test_the_box_that_answers_late_under_load() -> None:
    found = told(home(payload(reading(link())), speed_capacity=speed(90, 600, None)))
    assert found.verdict.code == "WIFI-LOSS"
    assert "BOX-BLOAT" not in blamed(found)
    weak = told(home(payload(reading(on24(-84))), speed_capacity=speed(20, 600, None)))
    assert weak.verdict.code == "WIFI-WEAK"


def test_a_reading_without_anything_is_no_fault() -> None:
    bare = WifiReading(reading(None).access, 1.0, link=Link(None, None, None, None))
    found = told(home(WifiPayload(bare, True)))
    assert found.verdict.state is VerdictState.OK
    assert BSSID not in str(found)
