"""The reader of Linux against a real 802.11 stack, hostapd, wpa_supplicant and NetworkManager. One boot for all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import machine

pytestmark = pytest.mark.full
FIVE, TWO, NAME = "02:00:00:00:00:00", "02:00:00:00:01:00", "Chez-Dupont"


@pytest.fixture(scope="module")
def home() -> dict[str, Any]:
    if (why := machine.why_unavailable()) is not None:
        pytest.skip(why)
    ended = machine.python("-m", "tests.wifi.reader_home", limit_s=240, radios=3)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [e["kind"] for e in events]


def test_a_reading_is_what_iw_prints(home: dict[str, Any]) -> None:
    read, iw = home["joined"]["read"], home["joined"]["iw"]
    link, channel = read["link"], read["link"]["channel"]
    assert (read["access"], read["radio"]["state"], read["radio"]["country"]) == ("told", "on", "FR")
    assert [link["bssid"]] == iw["bssid"] == [FIVE]
    assert [link["ssid"]] == iw["ssid"] == [NAME]
    assert [str(channel["mhz"])] == iw["mhz"] == ["5180"]
    assert iw["width"] == [[str(channel["width_mhz"]), str(channel["centre_mhz"])]] == [["80", "5210"]]
    assert [str(round(link["rssi_dbm"]))] == iw["signal"]
    ((rate, mcs, streams),) = iw["tx"]
    assert (link["tx"]["kbit_s"], str(link["tx"]["mcs"]), str(link["tx"]["streams"])) == (
        round(float(rate) * 1000), mcs, streams
    )  # fmt: skip
    assert abs(link["tx_packets"] - int(iw["packets"][0])) < 50
    assert iw["save"] == f"Power save: {'on' if link['power_save'] else 'off'}"
    assert (link["security"], link["noise_dbm"]) == ("wpa2", -92)


def test_neighbours_are_told_with_their_age(home: dict[str, Any]) -> None:
    read = home["joined"]["read"]
    (other,) = [b for b in read["neighbours"] if not b["joined"]]
    assert (other["bssid"], other["channel"]["number"], other["rssi_dbm"]) == (TWO, 6, -72)
    assert other["load"] == {"stations": 12, "use": 0.706}
    assert other["age_s"] > 0 and read["scan_age_s"] > 0


def test_an_ordinary_user_reads_the_same_and_may_not_search(home: dict[str, Any]) -> None:
    user, root = home["joined"]["user"], home["joined"]["read"]
    assert user["uid"] == 1000 and user["scan"] == "denied"
    for name in ("ssid", "bssid", "channel", "security", "rssi_dbm", "noise_dbm"):
        assert user["read"]["link"][name] == root["link"][name], name


def test_a_roaming_and_a_deauthentication(home: dict[str, Any]) -> None:
    roam, deauth = home["happenings"]["roam"], home["happenings"]["deauth"]
    assert kinds(roam["events"]) == ["roamed"] and roam["events"][0]["bssid"] == TWO
    assert (roam["link"]["bssid"], roam["link"]["channel"]["number"], roam["link"]["rssi_dbm"]) == (TWO, 6, -72)
    dropped, joined = deauth
    assert (dropped["kind"], dropped["bssid"], dropped["reason"], dropped["by_us"]) == ("dropped", TWO, 5, False)
    assert joined["kind"] == "joined"


def test_a_change_of_channel(home: dict[str, Any]) -> None:
    switch = home["happenings"]["switch"]
    assert kinds(switch["events"]) == ["switched"]
    assert switch["events"][0]["channel"] == switch["link"]["channel"]["number"]


def test_leaving_is_by_us(home: dict[str, Any]) -> None:
    left = home["happenings"]["left"]
    (event,) = left["events"]
    assert (event["kind"], event["by_us"], event["reason"], left["link"]) == ("dropped", True, 3, None)


def test_the_radio_off_and_on(home: dict[str, Any]) -> None:
    found = home["happenings"]["rfkill"]
    assert (found["off"]["state"], found["link"], found["joining"]) == ("soft_off", None, False)
    assert found["scan"] == "radio_off"
    assert found["back"] and [k for k in kinds(found["events"]) if k.startswith("radio")] == ["radio_off", "radio_on"]
    assert all(e["by_us"] for e in found["events"] if e["kind"] == "dropped")


def test_root_searches(home: dict[str, Any]) -> None:
    scan = home["happenings"]["scan"]
    assert scan["outcome"] == "done" and {b["bssid"] for b in scan["found"]} >= {FIVE, TWO}
    assert all(b["age_s"] < scan["took_s"] + 1 for b in scan["found"])


def test_a_wrong_key_is_refused_for_the_key(home: dict[str, Any]) -> None:
    found = home["refused"]
    assert (found["out"], found["link"], found["joining"]) == (None, None, True)
    assert kinds(found["events"]) == ["refused"] and found["events"][0]["key_refused"] is True


def test_networkmanager_tells_names_and_searches(home: dict[str, Any]) -> None:
    found = home["managed"]
    assert found["read"]["link"]["ssid"] == NAME and found["read"]["known_names"] == [NAME]
    assert found["user"]["read"]["known_names"] == [NAME]
    assert found["scan"]["outcome"] == "done" and found["scan"]["found"] >= 2


def test_a_wrong_key_under_networkmanager(home: dict[str, Any]) -> None:
    found = home["managed"]["refused"]
    assert found["joining"] and found["seen"]["link"] is None
    last = found["seen"]["events"][-1]
    assert (last["kind"], last["key_refused"]) == ("refused", True)
    # NetworkManager forgets the reason within a second: who comes later is told nothing, and invents nothing.
    assert found["told"]["link"] is None and all(e["kind"] == "refused" for e in found["told"]["events"])
