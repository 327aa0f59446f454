"""The log of the last day: lines of the shapes that wpa_supplicant, NetworkManager and the kernel write."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.radio.linux import journal
from selfcare.model.wifi import EventKind, WifiEvent

BOX = "02:00:5e:10:00:01"
KINDS = EventKind


def line(at_s: float, message: str, program: str = "wpa_supplicant") -> str:
    return json.dumps({"__REALTIME_TIMESTAMP": str(int(at_s * 1e6)), "MESSAGE": message, "_COMM": program})


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (
            f"wlan0: CTRL-EVENT-CONNECTED - Connection to {BOX} completed [id=0 id_str=]",
            WifiEvent(KINDS.JOINED, 7.0, BOX),
        ),
        (
            f"wlan0: CTRL-EVENT-DISCONNECTED bssid={BOX} reason=5",
            WifiEvent(KINDS.DROPPED, 7.0, BOX, 5, by_us=False),
        ),
        (
            f"wlan0: CTRL-EVENT-DISCONNECTED bssid={BOX} reason=3 locally_generated=1",
            WifiEvent(KINDS.DROPPED, 7.0, BOX, 3, by_us=True),
        ),
        (
            f"wlan0: CTRL-EVENT-DISCONNECTED bssid={BOX} reason=4 locally_generated=1",
            WifiEvent(KINDS.LOST, 7.0, BOX, 4, by_us=False),
        ),
        (
            f"wlan0: CTRL-EVENT-DISCONNECTED bssid={BOX} reason=15",
            WifiEvent(KINDS.REFUSED, 7.0, BOX, 15, key_refused=True),
        ),
        ("wlan0: CTRL-EVENT-DISCONNECTED bssid=00:00:00:00:00:00 reason=3 locally_generated=1", None),
        (f"wlan0: CTRL-EVENT-ASSOC-REJECT bssid={BOX} status_code=17", WifiEvent(KINDS.REFUSED, 7.0, BOX, 17)),
        (
            f"wlan0: CTRL-EVENT-AUTH-REJECT {BOX} auth_type=3 auth_transaction=2 status_code=1",
            WifiEvent(KINDS.REFUSED, 7.0, BOX, 1, key_refused=True),
        ),
        (
            f"wlan0: CTRL-EVENT-AUTH-REJECT {BOX} auth_type=0 auth_transaction=2 status_code=13",
            WifiEvent(KINDS.REFUSED, 7.0, BOX, 13),
        ),
        (
            'wlan0: CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="Chez nous" auth_failures=1 duration=10 reason=WRONG_KEY',
            WifiEvent(KINDS.REFUSED, 7.0, key_refused=True),
        ),
        (
            'wlan0: CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="Chez nous" auth_failures=1 duration=10 reason=CONN_FAILED',
            None,
        ),
        (
            "wlan0: CTRL-EVENT-CHANNEL-SWITCH freq=5500 ht_enabled=1 ch_offset=1 ch_width=80 MHz cf1=5530 cf2=0",
            WifiEvent(KINDS.SWITCHED, 7.0, channel=100),
        ),
        (f"wlan0: Connection to AP {BOX} lost", WifiEvent(KINDS.LOST, 7.0, BOX, by_us=False)),
        (
            f"wlan0: deauthenticated from {BOX} (Reason: 7=CLASS3_FRAME_FROM_NONASSOC_STA)",
            WifiEvent(KINDS.DROPPED, 7.0, BOX, 7, by_us=False),
        ),
        ("wlan0: CTRL-EVENT-SCAN-STARTED", None),
    ],
)
def test_a_line(message: str, event: WifiEvent | None) -> None:
    assert journal.read([line(7, message)]) == (() if event is None else (event,))


def test_networkmanager_says_that_the_key_is_wrong() -> None:
    said = "device (wlan0): state change: need-auth -> failed (reason 'no-secrets', sys-iface-state: 'managed')"
    assert journal.read([line(7, said, "NetworkManager")]) == (WifiEvent(KINDS.REFUSED, 7.0, key_refused=True),)
    # A program that only repeats such words is not believed to be NetworkManager.
    assert journal.read([line(7, said, "chat")]) == ()


def test_two_logs_of_one_drop_are_one_event() -> None:
    kernel = line(9.0, f"wlan0: deauthenticated from {BOX} (Reason: 5=DISASSOC_AP_BUSY)", "")
    supplicant = line(9.4, f"wlan0: CTRL-EVENT-DISCONNECTED bssid={BOX} reason=5")
    later = line(60.0, f"wlan0: CTRL-EVENT-DISCONNECTED bssid={BOX} reason=5")
    found = journal.read([later, supplicant, kernel])
    assert [e.at for e in found] == [9.0, 60.0]


@pytest.mark.parametrize("bad", ["", "{", "[]", "3", '{"MESSAGE": [1, 2], "__REALTIME_TIMESTAMP": "1"}', "null"])
def test_a_line_that_is_none(bad: str) -> None:
    assert journal.read([bad]) == ()


@given(st.lists(st.text(max_size=120), max_size=5), st.text(max_size=200))
def test_anything_may_be_written_there(lines: list[str], message: str) -> None:
    journal.read([*lines, line(1, message), line(1, message, "NetworkManager")])


@pytest.mark.skipif(sys.platform != "linux", reason="the journal is Linux's")
class TestTheProgram:
    """In place of ``journalctl``: one that answers, one that has no leave, that floods, that hangs."""

    def past(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> tuple[WifiEvent, ...] | None:
        program = tmp_path / "journalctl"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(journal, "PLACES", str(tmp_path))
        return asyncio.run(journal.past())

    def test_answers(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        said = line(7, f"wlan0: Connection to AP {BOX} lost")
        told = self.past(tmp_path, monkeypatch, f"printf '%s\\n' '{said}'; printf '%s' \"$*\" > {tmp_path}/asked")
        assert told == (WifiEvent(KINDS.LOST, 7.0, BOX, by_us=False),)
        assert "--since=-24h" in (tmp_path / "asked").read_text()

    def test_no_leave_is_not_no_events(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.past(tmp_path, monkeypatch, "exit 1") is None
        assert self.past(tmp_path, monkeypatch, "exit 0") == ()

    def test_there_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(journal, "PLACES", str(tmp_path))
        assert asyncio.run(journal.past()) is None

    def test_a_flood_ends(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(journal, "LIMIT_S", 20.0)
        monkeypatch.setattr(journal, "LIMIT_BYTES", 1 << 16)
        assert self.past(tmp_path, monkeypatch, "while :; do echo 0123456789012345678901234567890123456789; done") == ()

    def test_one_that_hangs_is_left_behind(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(journal, "LIMIT_S", 0.1)
        begun = time.monotonic()
        assert self.past(tmp_path, monkeypatch, "exec sleep 30") is None
        assert time.monotonic() - begun < 20
