"""Two tellings of one happening are one event."""

from __future__ import annotations

import dataclasses

from selfcare.model.wifi import WifiEvent

SAME_S = 2.0
"""The kernel announces one end twice, as a frame and as a state; its log and the supplicant's lag behind it."""


def without_echo(events: tuple[WifiEvent, ...]) -> tuple[WifiEvent, ...]:
    """The same happening told by two (the kernel's log and the supplicant's) once, with all that either knows."""
    kept: list[WifiEvent] = []
    for event in sorted(events, key=lambda e: e.at):
        twin = next((n for n, old in enumerate(kept[-8:], max(0, len(kept) - 8)) if _same(old, event)), None)
        if twin is None:
            kept.append(event)
        else:
            old = kept[twin]
            gaps = {
                name: getattr(event, name)
                for name in ("bssid", "reason", "by_us", "key_refused", "channel")
                if getattr(old, name) is None
            }
            kept[twin] = dataclasses.replace(old, **gaps)
    return tuple(kept)


def _same(old: WifiEvent, new: WifiEvent) -> bool:
    if old.kind is not new.kind or new.at - old.at > SAME_S:
        return False
    return old.bssid is None or new.bssid is None or old.bssid == new.bssid
