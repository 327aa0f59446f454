"""What the kernel announces becomes what happened: a roaming is not a drop, a wrong key is no joining."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.radio.linux import events, genl
from probes.radio.linux.numbers import Attr, Command
from selfcare.model.wifi import EventKind, WifiEvent

OWN, ONE, TWO = "02:00:5e:10:00:99", "02:00:5e:10:00:01", "02:00:5e:10:00:02"
INDEX, WIPHY = 3, 0
NAME = b"Chez-Dupont"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def story(clock: Clock) -> events.Story:
    return events.Story(clock)


def raw(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def frame(sender: str, bssid: str, body: bytes) -> bytes:
    return bytes(4) + raw(OWN if sender != OWN else bssid) + raw(sender) + raw(bssid) + bytes(2) + body


def say(story: events.Story, command: int, attrs: dict[int, bytes], index: int = INDEX) -> None:
    story.hear(command, genl.packed({Attr.IFINDEX: genl.u32(index), **attrs}), INDEX, WIPHY)


def connect(story: events.Story, bssid: str, status: int = 0, name: bytes = NAME) -> None:
    request = bytes((0, len(name))) + name
    attrs: dict[int, bytes] = {
        Attr.MAC: raw(bssid), Attr.STATUS_CODE: status.to_bytes(2, sys.byteorder), Attr.REQ_IE: request,
    }  # fmt: skip
    say(story, Command.CONNECT, attrs)


def deauth(story: events.Story, sender: str, bssid: str, reason: int) -> None:
    """As the kernel tells it: the frame, then the state."""
    say(story, Command.DEAUTHENTICATE, {Attr.FRAME: frame(sender, bssid, reason.to_bytes(2, "little"))})
    more: dict[int, bytes] = {} if sender == OWN else {Attr.DISCONNECTED_BY_AP: b""}
    say(story, Command.DISCONNECT, {Attr.REASON_CODE: reason.to_bytes(2, sys.byteorder), **more})


def kinds(story: events.Story) -> list[EventKind]:
    return [e.kind for e in story.events]


def test_joined_and_thrown_out(story: events.Story, clock: Clock) -> None:
    connect(story, ONE)
    clock.now += 60
    deauth(story, ONE, ONE, 5)
    joined, dropped = story.events
    assert (joined.kind, joined.bssid, joined.at) == (EventKind.JOINED, ONE, 1000.0)
    assert dropped == WifiEvent(EventKind.DROPPED, 1060.0, ONE, 5, by_us=False)


def test_somebody_here_left(story: events.Story, clock: Clock) -> None:
    connect(story, ONE)
    clock.now += 60
    deauth(story, OWN, ONE, 3)
    assert (story.events[-1].kind, story.events[-1].by_us) == (EventKind.DROPPED, True)


def test_beacons_that_stop_are_no_leaving(story: events.Story, clock: Clock) -> None:
    connect(story, ONE)
    clock.now += 60
    deauth(story, OWN, ONE, 4)
    assert (story.events[-1].kind, story.events[-1].by_us) == (EventKind.LOST, False)


def test_a_driver_that_tells_the_state_only(story: events.Story, clock: Clock) -> None:
    story.found(ONE, "Chez-Dupont")
    say(story, Command.DISCONNECT, {Attr.REASON_CODE: (6).to_bytes(2, sys.byteorder), Attr.DISCONNECTED_BY_AP: b""})
    assert story.events == (WifiEvent(EventKind.DROPPED, 1000.0, ONE, 6, by_us=False),)


def test_a_roaming_is_one_event(story: events.Story, clock: Clock) -> None:
    connect(story, ONE)
    clock.now += 60
    deauth(story, OWN, ONE, 1)
    clock.now += 0.2
    connect(story, TWO)
    assert kinds(story) == [EventKind.JOINED, EventKind.ROAMED]
    assert story.events[-1].bssid == TWO


@pytest.mark.parametrize(
    ("sender", "wait_s", "name", "to"),
    [(ONE, 0.2, NAME, TWO), (OWN, 30.0, NAME, TWO), (OWN, 0.2, b"Elsewhere", TWO), (OWN, 0.2, NAME, ONE)],
)
def test_what_is_no_roaming(
    story: events.Story, clock: Clock, sender: str, wait_s: float, name: bytes, to: str
) -> None:
    connect(story, ONE)
    clock.now += 60
    deauth(story, sender, ONE, 1)
    clock.now += wait_s
    connect(story, to, name=name)
    assert kinds(story) == [EventKind.JOINED, EventKind.DROPPED, EventKind.JOINED]


def test_a_wrong_key_is_a_refusal_and_no_joining(story: events.Story, clock: Clock) -> None:
    connect(story, ONE)
    clock.now += 4
    deauth(story, ONE, ONE, 15)
    assert story.events == (WifiEvent(EventKind.REFUSED, 1004.0, ONE, 15, key_refused=True),)
    assert not story.joining


def test_the_same_reason_long_after_joining_is_a_drop(story: events.Story, clock: Clock) -> None:
    connect(story, ONE)
    clock.now += 3600
    deauth(story, ONE, ONE, 15)
    assert kinds(story) == [EventKind.JOINED, EventKind.DROPPED]


def test_a_box_that_is_full_refuses_and_not_for_the_key(story: events.Story) -> None:
    connect(story, ONE, status=17)
    assert story.events == (WifiEvent(EventKind.REFUSED, 1000.0, ONE, 17),)


@pytest.mark.parametrize(
    ("way", "step", "status", "refused", "key"),
    [
        (3, 2, 15, True, True),
        (3, 2, 1, True, True),
        (3, 1, 1, True, None),
        (3, 1, 76, False, None),
        (3, 1, 126, False, None),
        (0, 2, 13, True, None),
    ],
)
def test_sae_that_goes_on_and_sae_that_does_not(
    story: events.Story, way: int, step: int, status: int, refused: bool, key: bool | None
) -> None:
    body = way.to_bytes(2, "little") + step.to_bytes(2, "little") + status.to_bytes(2, "little")
    say(story, Command.AUTHENTICATE, {Attr.FRAME: frame(ONE, ONE, body)})
    assert bool(story.events) == refused
    assert story.joining is not refused
    if refused:
        assert (story.events[0].reason, story.events[0].key_refused) == (status, key)


def test_an_attempt_is_under_way_for_some_seconds_only(story: events.Story, clock: Clock) -> None:
    say(story, Command.AUTHENTICATE, {Attr.FRAME: frame(ONE, ONE, bytes(6))})
    assert story.joining
    clock.now += events.HANDSHAKE_S + 1
    assert not story.joining


def test_others_are_passed_over(story: events.Story) -> None:
    for command in Command:
        say(story, command, {Attr.FRAME: frame(ONE, ONE, bytes(8)), Attr.WIPHY_FREQ: genl.u32(5200)}, index=INDEX + 1)
    assert story.events == ()


def test_switches_of_channel_and_radio(story: events.Story) -> None:
    story.found(ONE, None)
    say(story, Command.CH_SWITCH_NOTIFY, {Attr.WIPHY_FREQ: genl.u32(5500)})
    for off in (False, True, True, False):
        story.state(off)
    assert kinds(story) == [EventKind.SWITCHED, EventKind.RADIO_OFF, EventKind.RADIO_ON]
    assert (story.events[0].bssid, story.events[0].channel) == (ONE, 100)


def test_it_is_bounded(story: events.Story) -> None:
    for _ in range(500):
        connect(story, ONE)
    assert len(story.events) == events.MOST


ANY = st.dictionaries(st.sampled_from([int(a) for a in Attr]), st.binary(max_size=60), max_size=8)


@given(st.lists(st.tuples(st.sampled_from([int(c) for c in Command]), ANY), max_size=20))
def test_anything_may_be_announced(said: list[tuple[int, dict[int, Any]]]) -> None:
    story = events.Story(lambda: 5.0)
    for command, attrs in said:
        say(story, command, attrs)
    story.hear(Command.CONNECT, b"\xff\xff\xff", INDEX, WIPHY)
