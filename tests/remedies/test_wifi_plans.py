"""What the Wi-Fi's remedies would do, where they do nothing, and which of them goes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.remedy import NotPossible, RemoteLogin
from selfcare.model.repair import Change, Verb
from selfcare.model.tri import Tri
from selfcare.model.wifi import RadioState, Security
from selfcare.remedies import Situation, remedies_for, remedy
from selfcare.remedies.caution import cautions
from tests.remedies.situations import CONFIG, LINK, POINTS, on_wifi, situation

YES, NO = Tri.YES, Tri.NO


def here(manager: str | None = "networkmanager", remote: RemoteLogin | None = None, **changes: Any) -> Situation:
    payloads = {"wifi.link": WifiPayload(on_wifi(**changes))}
    return situation(manager=manager, payloads=payloads, remote=remote, config=replace(CONFIG, interface="wlan0"))


def first(remedy_id: str, given: Situation) -> tuple[Verb, Mapping[str, Any]] | str:
    chosen = remedy(remedy_id)
    assert chosen is not None
    try:
        (action,) = chosen.plan(given)
    except NotPossible as error:
        return error.reason
    assert isinstance(action, Change)
    return action.verb, dict(action.arguments)


ON = {"interface": "wlan0"}


def test_each_names_the_adapter_and_what_is_wanted() -> None:
    assert first("wifi.reconnect", here()) == (Verb.WIFI_RECONNECT, ON)
    assert first("wifi.prefer", here()) == (Verb.WIFI_PREFER, {**ON, "band": "5"})
    assert first("wifi.stick", here()) == (Verb.WIFI_STICK, {**ON, "bssid": "02:00:00:00:02:00"})
    assert first("wifi.rejoin", here()) == (Verb.WIFI_REJOIN, ON)
    assert first("wifi.join", here(link=None)) == (Verb.WIFI_RECONNECT, ON)
    assert first("wifi.radio", here(state=RadioState.SOFT_OFF)) == (Verb.WIFI_RADIO, {"on": True})


def test_nothing_without_something_better() -> None:
    weak = (POINTS[0], replace(POINTS[1], rssi_dbm=-74.0), POINTS[2])
    assert first("wifi.prefer", here(neighbours=weak)) == "nothing_to_do"
    assert first("wifi.stick", here(neighbours=weak)) == "nothing_to_do"
    assert first("wifi.prefer", here(link=replace(LINK, channel=POINTS[1].channel))) == "nothing_to_do"


@pytest.mark.parametrize("change", [{"age_s": 90.0}, {"ssid": "Voisin"}, {"security": Security.OPEN}])
def test_never_to_what_is_old_or_somebody_elses_or_open(change: dict[str, Any]) -> None:
    """An open network of the same name is how a stranger would lure a PC away."""
    points = (POINTS[0], replace(POINTS[1], **change), POINTS[2])
    assert (
        first("wifi.stick", here(neighbours=points)) == first("wifi.prefer", here(neighbours=points)) == "nothing_to_do"
    )


@pytest.mark.parametrize("manager", ["networkd", "macos", "windows", None])
def test_where_the_system_chooses_a_person_does_it(manager: str | None) -> None:
    for one in ("wifi.prefer", "wifi.stick", "wifi.rejoin"):
        assert first(one, here(manager=manager)) == "wifi_system_chooses"
    assert first("wifi.reconnect", here(manager=manager)) == (Verb.WIFI_RECONNECT, ON)


def test_what_is_off_or_in_no_network() -> None:
    assert first("wifi.radio", here()) == first("wifi.radio", here(state=RadioState.HARD_OFF)) == "nothing_to_do"
    assert first("wifi.reconnect", here(link=None)) == "wifi_not_joined"
    assert first("wifi.join", here()) == "nothing_to_do"
    assert first("wifi.stick", Situation()) in ("no_adapter", "wifi_system_chooses")


def names(code: str, **facts: Tri) -> list[str]:
    return [r.id for r in remedies_for(code, lambda fact: facts.get(fact, Tri.UNKNOWN))]


def test_the_smallest_first_and_by_hand_last() -> None:
    assert names("WIFI-STICKY", wifi_joined=YES) == ["wifi.reconnect", "wifi.stick", "wifi.nearer"]
    assert names("WIFI-BAND24", wifi_joined=YES) == ["wifi.prefer", "wifi.band"]
    assert names("WIFI-UNJOINED", wifi_joined=NO) == ["wifi.join", "wifi.choose"]
    assert names("WIFI-UNJOINED") == ["wifi.choose"]
    assert names("WIFI-AUTH") == ["wifi.rejoin", "wifi.key"]
    assert names("WIFI-WEAK", wifi_joined=YES) == ["wifi.place"]


def test_who_works_from_afar_is_not_cut_off() -> None:
    for one in ("wifi.reconnect", "wifi.prefer", "wifi.stick", "wifi.rejoin"):
        chosen = remedy(one)
        assert chosen is not None
        given = here(remote=RemoteLogin("192.168.1.20"))
        assert next(c.refuses for c in cautions(chosen.plan(given), given)), one
    stick = remedy("wifi.stick")
    assert stick is not None
    assert [c.kind for c in cautions(stick.plan(here()), here())] == ["wifi_fixed"]
