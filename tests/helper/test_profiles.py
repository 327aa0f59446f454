"""How two states of a NetworkManager profile compare: what is somebody's change, and what goes on by itself."""

from __future__ import annotations

from contextlib import nullcontext
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import mechanisms
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Journal
from selfcare.helper.mechanisms import nm_profile, tunnel
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


class FakeNm:
    """A NetworkManager with one profile; its adapter may be pulled out, its profile deleted."""

    def __init__(self) -> None:
        self.stored: dict[str, Any] | None = deepcopy(PROFILE)
        self.plugged_in, self.on, self.joined = True, "5b1e9d1c", 0

    def device(self, _interface: str) -> str | None:
        return "/device" if self.plugged_in else None

    def needed(self, _interface: str) -> str:
        assert self.plugged_in
        return "/device"

    def connected(self, _device: str) -> bool:
        return True

    def profile(self, _device: str) -> str:
        return "/profile"

    def find_uuid(self, _uuid: str) -> str | None:
        return "/profile" if self.stored else None

    by_uuid = find_uuid

    def settings(self, _path: str) -> dict[str, Any]:
        assert self.stored
        return deepcopy(self.stored)

    def uuid(self, _path: str) -> str:
        return self.on

    def applied(self, _device: str) -> tuple[dict[str, Any], int]:
        return self.settings("/profile"), 1

    def update(self, _path: str, settings: dict[str, Any]) -> None:
        self.stored = deepcopy(settings)

    def activate(self, _profile: str, _device: str) -> None:
        assert self.plugged_in
        self.on, self.joined = "5b1e9d1c", self.joined + 1


@pytest.fixture
def nm(monkeypatch: pytest.MonkeyPatch) -> FakeNm:
    made = FakeNm()
    monkeypatch.setattr(nm_profile, "talking", lambda: nullcontext(made))
    monkeypatch.setattr(nm_profile.owner, "link_owner", lambda _interface: nm_profile.owner.NM)
    return made


def test_a_profile_is_put_back_although_its_adapter_was_pulled_out(nm: FakeNm, tmp_path: Path) -> None:
    """It is on the disk, and the adapter will be plugged in again one day."""
    changes = Changes(Journal(tmp_path), mechanisms.find)
    before = _state(PROFILE, None)
    changes.apply("ip.auto", {"interface": "lo"}, 30)
    assert nm.stored and nm.stored["ipv4"]["method"] == ["s", "auto"]
    nm.plugged_in = False
    assert [entry.state for entry in changes.recover()] == ["undone"]
    assert _state(nm.stored, None) == before


@pytest.mark.parametrize("later", ["another start", "the next day"])
def test_nobody_is_torn_from_another_network(
    nm: FakeNm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    """A laptop at work: what was changed at home is put back in the home's profile, and nothing is joined."""
    changes = Changes(Journal(tmp_path), mechanisms.find)
    entry = changes.apply("ip.auto", {"interface": "lo"}, 30)
    if later == "another start":
        monkeypatch.setattr(nm_profile, "boot", lambda: "another start of the system")
    else:
        changes.keep(entry.name)
        monkeypatch.setattr(nm_profile, "TRIAL", timedelta(0))
    nm.on, nm.joined = "work", 0
    changes.undo(entry.name)
    assert (nm.on, nm.joined) == ("work", 0)
    assert nm.stored and _state(nm.stored, None) == _state(PROFILE, None)


def test_within_the_trial_the_profile_is_joined_again(nm: FakeNm, tmp_path: Path) -> None:
    """No address came, and NetworkManager went on to its next profile: that was our doing."""
    changes = Changes(Journal(tmp_path), mechanisms.find)
    entry = changes.apply("ip.auto", {"interface": "lo"}, 30)
    nm.on = "another"
    changes.undo(entry.name)
    assert nm.on == "5b1e9d1c"


def test_no_connection_but_a_vpn_is_stopped_as_one(nm: FakeNm, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verb is for VPNs: whoever talks to root's helper cannot take the cable's connection down by it."""
    assert nm.stored
    nm.stored["connection"]["type"] = ["s", "802-3-ethernet"]
    monkeypatch.setattr(tunnel, "talking", lambda: nullcontext(nm))
    with pytest.raises(Refusal, match="bad_argument"):
        mechanisms.find("tunnel.stop").plan({"connection": "5b1e9d1c-7f4c-4d0e-9b58-0c1c5a0e0001"})


def test_a_profile_that_was_deleted_is_nobody_s_any_more(nm: FakeNm, tmp_path: Path) -> None:
    """Else each start would try again, and ask for a password to do so."""
    changes = Changes(Journal(tmp_path), mechanisms.find)
    changes.apply("ip.auto", {"interface": "lo"}, 30)
    nm.stored = None
    changes.recover()
    assert [entry.state for entry in changes.journal.entries()] == ["conflict"]
