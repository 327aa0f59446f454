"""Whose network the Wi-Fi is: the home's, a hotspot's, a phone's, a neighbour's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.diagnosis.observe import wifi_net
from selfcare.diagnosis.observe.view import View
from selfcare.model.finding import Role, VerdictState
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.segment import Segment
from selfcare.model.tri import Tri
from selfcare.model.wifi import Bss
from tests.diagnosis.wifi import (
    BSSID5,
    CH36,
    HOME,
    bss,
    home,
    lease,
    on24,
    payload,
    reading,
    told,
    verdict,
)

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
NEAR_HOME = bss(BSSID5, -55, HOME, CH36)


def stranger(name: str, *around: Bss, known: tuple[str, ...] | None = (HOME,), **changes: Any) -> WifiPayload:
    at = on24(-48, ssid=name, bssid="d2:1a:c5:00:00:50")
    return payload(reading(at, *around, known_names=known and (*known, name)), gateway_mac=None, **changes)


@pytest.mark.parametrize("name", ["FreeWifi", "FreeWifi_secure", "orange", "SFR WiFi FON", "Bouygues Telecom Wi-Fi",
                                  "Livebox-5421-Invites", "Maison Guest"])  # fmt: skip
def test_another_network_while_home_is_in_sight(name: str) -> None:
    found = told(home(stranger(name, NEAR_HOME)))
    assert (found.verdict.code, found.verdict.segments) == ("WIFI-WRONGNET", (Segment.WIFI,))
    assert found.verdict.band == "likely"


@pytest.mark.parametrize(("name", "around", "known"), [
    ("FreeWifi", (), (HOME,)),  # away from home
    ("FreeWifi", (NEAR_HOME,), None),  # nobody tells which networks are known
    ("FreeWifi", (bss(BSSID5, -55, "Hotel"),), (HOME,)),
    ("FreeWifi", (bss(BSSID5, -88, HOME, CH36),), (HOME,)),  # too far to be at home
    ("FreeWifi", (replace(NEAR_HOME, age_s=120.0),), (HOME,)),
])  # fmt: skip
def test_elsewhere_it_is_a_choice(name: str, around: tuple[Bss, ...], known: tuple[str, ...] | None) -> None:
    found = told(home(stranger(name, *around, known=known)))
    assert found.verdict.state is VerdictState.OK
    assert "WIFI-WRONGNET" in {f.code for f in found.findings if f.role is Role.CONDITION}


@pytest.mark.parametrize("name", ["Hotel Splendid", "Livebox-9999", "Orange-1A2B", "Freebox-1C22A0", "Investia"])
def test_a_network_of_unknown_owner_is_not_accused(name: str) -> None:
    found = told(home(stranger(name, NEAR_HOME)))
    assert (found.verdict.state, found.findings) == (VerdictState.OK, ())


@pytest.mark.parametrize("gateway", ["192.168.43.1", "172.20.10.1", "192.168.137.1"])
def test_a_phones_network_by_its_addresses(gateway: str) -> None:
    found = told(home(stranger("Camille", NEAR_HOME), addr_lease=lease(gateway)))
    assert found.verdict.state is VerdictState.OK
    assert "WIFI-WRONGNET" in {f.code for f in found.findings if f.role is Role.CONDITION}


def test_the_subscribers_own_box_is_no_stranger() -> None:
    own = {"wifi_net_foreign": NO, "wifi_right_net": YES}
    assert verdict(home(stranger("Livebox-5421-Invites", NEAR_HOME)), **own)[0] == "ok"


def test_what_fails_behind_a_phone_is_not_the_subscribers_line() -> None:
    down = {"outside_answers": NO, "web_by_name": NO, "names_resolve": NO, "public_resolver_answers": NO,
            "box_reaches_outside": NO, "late_answer": NO, "web_by_address": NO, "operator_alive": NO}  # fmt: skip
    payloads = home(stranger("iPhone", known=None))
    found = told(payloads, wifi_right_net=NO, **down)
    assert found.verdict.code == "WIFI-WRONGNET"
    assert ("WAN-DOWN", "wifi_net_foreign") in {(r.code, r.because_fact) for r in found.ruled_out}


def test_a_hotspots_sign_in_page_away_from_home_is_a_sign_in_page() -> None:
    portal = {"portal_seen": YES, "web_unaltered": NO, "web_by_name": NO, "web_by_address": UNKNOWN,
              "portal_on_gateway": NO, "public_resolver_answers": NO}  # fmt: skip
    assert told(home(stranger("FreeWifi")), **portal).verdict.code == "NET-PORTAL"
    at_home = told(home(stranger("FreeWifi", NEAR_HOME)), **portal)
    assert at_home.verdict.code == "WIFI-WRONGNET"


@pytest.mark.parametrize(("name", "around", "portal", "wanted"), [
    ("FreeWifi", (), YES, UNKNOWN), ("FreeWifi", (), NO, NO), ("FreeWifi", (NEAR_HOME,), YES, NO),
    ("Livebox-9999", (), NO, YES), ("iPhone", (), NO, NO),
])  # fmt: skip
def test_a_strange_network_that_fails_is_wrong_unless_it_only_wants_a_sign_in(
    name: str, around: tuple[Bss, ...], portal: Tri, wanted: Tri
) -> None:
    """Through the observer alone, as it stands behind all that was measured."""
    radio = stranger(name, *around)
    view = View({"wifi.link": radio, **home(radio)}, frozenset())
    for fact, value in (("outside_answers", NO), ("portal_seen", portal)):
        view.add(fact, value, "given")
    for observer in (wifi_net.network, wifi_net.right_net):
        for fact, value, source in observer(view):
            view.add(fact, value, source)
    assert view.tri("wifi_right_net") is wanted
