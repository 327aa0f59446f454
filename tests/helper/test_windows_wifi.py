"""Wi-Fi on a Windows of dictionaries: as before whenever the power goes; what is not offered is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import host, point
from selfcare.helper.errors import Refusal
from selfcare.helper.mechanisms.windows import calls, wifi, wlan
from tests.helper.windows_world import CARD, GUID, VPN, Windows

NAME = "Chez « Zoé »"
ON = {"interface": CARD}


class Killed(BaseException):
    """The power goes."""


class Air:
    """What ``wlanapi`` knows. ``asks``: what was told to change, in order."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.saved = {NAME: wlan.Profile("<WLANProfile>01000000D08C9D</WLANProfile>", wlan.USER)}
        self.on, self.soft, self.hard = NAME, {0: True, 1: True}, True
        self.asks: list[str] = []
        self.joins = True
        for name, made in {
            "interfaces": lambda: [GUID], "joined": lambda _guid: self.on, "profile": self.profile,
            "delete_profile": lambda _guid, name: self.at("delete", lambda: (self.saved.pop(name), self.leave())),
            "set_profile": lambda _guid, found: self.at("set", lambda: self.saved.update({NAME: found})),
            "leave": lambda _guid: self.at("leave", self.leave), "join": self.join,
            "radios": lambda _guid: [(n, soft, self.hard) for n, soft in self.soft.items()],
            "switch": lambda _guid, n, on: self.at("switch", lambda: self.soft.update({n: on})),
        }.items():  # fmt: skip
            patch.setattr(wlan, name, made)
        patch.setattr(wifi, "JOIN_S", 0.0)

    def leave(self) -> None:
        self.on = ""

    def profile(self, _guid: str, name: str, *, plain: bool = False) -> wlan.Profile:
        assert not plain  # the helper never wants a key that can be read
        if name not in self.saved:
            raise calls.failed("WlanGetProfile", calls.NOT_FOUND)
        return self.saved[name]

    def join(self, _guid: str, name: str) -> None:
        def joined() -> None:
            if self.joins and name in self.saved:
                self.on = name

        self.at("join", joined)

    def at(self, name: str, doing: Any) -> None:
        point.reached(f"before {name}")
        self.asks.append(name)
        doing()
        point.reached(f"after {name}")

    @property
    def state(self) -> tuple[Any, ...]:
        return dict(self.saved), self.on, dict(self.soft)


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Windows:
    monkeypatch.setattr(host, "fresh_owner", lambda: (0, 0))
    return Windows(tmp_path, monkeypatch)


@pytest.fixture
def air(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> Air:
    return Air(monkeypatch)


@pytest.mark.parametrize(("verb", "asks"), [
    ("wifi.reconnect", ["leave", "join"]), ("wifi.rejoin", ["delete", "set", "join"]),
])  # fmt: skip
def test_through_once_it_is_made(verb: str, asks: list[str], windows: Windows, air: Air) -> None:
    before = air.state
    entry = windows.changes().apply(verb, ON, 30)
    assert (entry.state, air.asks, air.state) == ("kept", asks, before)
    assert list((windows.folder / "journal").glob("*.files")) == []  # the key, enciphered as it is, stays nowhere


def test_the_radio_on_and_off_again(windows: Windows, air: Air) -> None:
    air.soft[1] = False
    entry = windows.changes().apply("wifi.radio", {"on": True}, 30)
    assert air.soft == {0: True, 1: True}
    windows.changes().undo(entry.name)
    assert air.soft == {0: True, 1: False}
    air.hard = False
    with pytest.raises(Refusal, match="own switch"):
        windows.changes().apply("wifi.radio", {"on": True}, 30)


@pytest.mark.parametrize(("verb", "args"), [("wifi.reconnect", ON), ("wifi.rejoin", ON), ("wifi.radio", {"on": True})])
def test_power_cut_at_every_moment(
    verb: str, args: dict[str, Any], windows: Windows, air: Air, monkeypatch: pytest.MonkeyPatch
) -> None:
    if verb == "wifi.radio":
        air.soft[1] = False
    before = air.state
    number = rounds = 0
    while True:
        number += 1
        left = [number]

        def reached(_name: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        monkeypatch.setattr(point, "reached", reached)
        try:
            windows.changes().apply(verb, args, 30)
        except Killed:
            rounds += 1
            monkeypatch.setattr(point, "reached", lambda _name: None)
            windows.changes().recover()
            assert air.state == before, number
            continue
        break
    assert rounds >= 9


def test_a_network_that_no_longer_lets_us_in_leaves_the_profile(windows: Windows, air: Air) -> None:
    air.joins = False
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("wifi.rejoin", ON, 30)
    assert caught.value.code == "timed_out" and NAME in air.saved


def test_refusals(windows: Windows, air: Air) -> None:
    for verb, args, code in (
        ("wifi.prefer", {**ON, "band": "5"}, "unknown_owner"), ("wifi.reconnect", {"interface": VPN}, "bad_argument"),
        ("wifi.stick", {**ON, "bssid": "02:00:00:00:01:00"}, "unknown_owner"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            windows.changes().apply(verb, args, 30)
        assert caught.value.code == code, verb
    air.saved[NAME] = wlan.Profile("<WLANProfile/>", wlan.GROUP_POLICY)
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("wifi.rejoin", ON, 30)
    assert caught.value.code == "managed"
    air.on = ""
    with pytest.raises(Refusal, match="not connected"):
        windows.changes().apply("wifi.reconnect", ON, 30)
    assert windows.changes().journal.entries() == []
