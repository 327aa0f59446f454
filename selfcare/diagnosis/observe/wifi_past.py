"""What happened lately: refused tries, drops that nobody here asked for, channels that moved. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.diagnosis import wifi_limits
from selfcare.model.wifi import EventKind, WifiEvent, WifiReading

DAY_S = 86_400.0
_KEY = {14, 15}
"""Reasons "MIC failure" and "4-way handshake timeout" (IEEE 802.11-2020 table 9-49), status 15 "challenge failure".

Only where reason and status code of one number mean the same: an event does not say which of the two it has.
"""
_TERMS = {41, 42, 43, 44, 45}
"""Status codes of a network whose ciphers, keys or versions this PC and the box do not share (table 9-50)."""
_LEAVING = {3, 8}
"""Reasons that a station gives which leaves by itself."""
_STEERED = {12}
"""Reason that an access point gives which sends a station to another of its radios (802.11v)."""
_ENDS = (EventKind.DROPPED, EventKind.LOST)
_BEGINS = (EventKind.JOINED, EventKind.ROAMED)


def in_order(events: Iterable[WifiEvent]) -> list[WifiEvent]:
    """Oldest first."""
    return sorted(events, key=lambda e: e.at)


def key_refused(event: WifiEvent) -> bool:
    """A try that failed by the password, its handshake, or the kind of closure."""
    if event.kind is not EventKind.REFUSED or event.key_refused is False:
        return False
    return event.key_refused is True or event.reason in _KEY | _TERMS


def refusals(events: Iterable[WifiEvent]) -> list[WifiEvent]:
    """Tries refused, for whatever reason, since this PC was last in any network."""
    lately: list[WifiEvent] = []
    for event in in_order(events):
        if event.kind in _BEGINS:
            lately = []
        elif event.kind is EventKind.REFUSED:
            lately.append(event)
    return lately


def now(reading: WifiReading) -> float | None:
    """The Unix second of the reading: the last joining and the age of the association, where both are known."""
    begins = [e.at for e in reading.events if e.kind in _BEGINS]
    age = reading.link.connected_s if reading.link is not None else None
    return max(begins) + age if begins and age is not None else None


def _unasked(event: WifiEvent) -> bool:
    if event.kind not in _ENDS or event.by_us is True or event.reason in _STEERED:
        return False
    if event.by_us is False or event.kind is EventKind.LOST:
        return True
    # Who ended it is not told (a PC that went to sleep does so as well): only the standard's own reason says it.
    return event.reason is not None and event.reason not in _LEAVING


def drops(reading: WifiReading, box_up_s: float | None) -> list[WifiEvent]:
    """Drops of the last day that nobody here asked for. One that nothing followed but another is the same drop.

    A radio that somebody switched off takes its network with it; a box that (re)started then explains what was lost.
    """
    events = in_order(reading.events)
    if not events:
        return []
    end = now(reading)
    since = (end if end is not None else events[-1].at) - DAY_S
    started = end - box_up_s if end is not None and box_up_s is not None else None
    found: list[WifiEvent] = []
    apart = True
    for event in events:
        if event.kind in _BEGINS:
            apart = True
        elif event.kind is EventKind.RADIO_OFF:
            apart = False
        elif _unasked(event) and event.at >= since:
            restart = started is not None and abs(event.at - started) <= wifi_limits.BOX_STARTS_WITHIN_S
            if apart and not restart:
                found.append(event)
            apart = False
    return found


def channel_moves(reading: WifiReading) -> int:
    """How often the access point changed its channel in the last day, by radar or by its own choice."""
    events = in_order(reading.events)
    end = now(reading) or (events[-1].at if events else 0.0)
    moved = [e for e in events if e.kind in (EventKind.SWITCHED, EventKind.RADAR) and e.at >= end - DAY_S]
    # Radar and the switch it causes are one move.
    return len({round(e.at / wifi_limits.ONE_MOVE_S) for e in moved})
