"""How two states of a NetworkManager profile compare: what is somebody's change, and what goes on by itself."""

from __future__ import annotations

from typing import Any

import pytest

from selfcare.helper.mechanisms.nm_profile import _state

PROFILE: dict[str, dict[str, Any]] = {
    "connection": {"id": ["s", "At home"], "uuid": ["s", "5b1e9d1c"], "timestamp": ["t", 1_795_000_000]},
    "802-11-wireless": {"ssid": ["ay", [77, 97]], "seen-bssids": ["as", ["02:00:00:00:00:01"]]},
    "802-1x": {"identity": ["s", "camille@example.org"]},
    "ipv4": {"method": ["s", "manual"], "address-data": ["aa{sv}", [{"address": ["s", "192.168.1.9"]}]]},
    "ipv6": {"method": ["s", "auto"]},
}


def changed(section: str, **values: Any) -> dict[str, dict[str, Any]]:
    return PROFILE | {section: PROFILE[section] | values}


@pytest.mark.parametrize("profile", [
    changed("connection", timestamp=["t", 1_795_000_600]),
    changed("802-11-wireless", **{"seen-bssids": ["as", ["02:00:00:00:00:02", "02:00:00:00:00:01"]]}),
    changed("802-11-wireless", hidden=["b", False]),
])  # fmt: skip
def test_what_goes_on_by_itself_is_nobody_s_change(profile: dict[str, Any]) -> None:
    """A repeater seen during the trial must not leave the PC with what was being tried."""
    assert _state(profile, None) == _state(PROFILE, None)


@pytest.mark.parametrize("profile", [
    changed("connection", id=["s", "At work"]), changed("802-11-wireless", hidden=["b", True]),
    changed("802-1x", identity=["s", "dominique@example.org"]), changed("ipv4", method=["s", "auto"]),
])  # fmt: skip
def test_what_somebody_changed_is_seen(profile: dict[str, Any]) -> None:
    assert _state(profile, None) != _state(PROFILE, None)


def test_the_journal_tells_nobody_the_network_s_name_or_its_user() -> None:
    """Root's entries may be read by every account of the PC."""
    told = repr(_state(PROFILE, PROFILE))
    assert "camille" not in told and "At home" not in told and "77, 97" not in told
