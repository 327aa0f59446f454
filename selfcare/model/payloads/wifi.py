"""Wi-Fi."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.model.wifi import WifiReading


@dataclass(frozen=True, slots=True)
class WifiPayload:
    """One look at the Wi-Fi, and how its counters grew over ``window_s`` seconds (None where they are not told).

    ``sent``, ``retried``, ``failed``: frames in that window. ``default``: this Wi-Fi carries the default route, or is
    the only adapter that could. ``gateway_mac``: of the home's router, to tell a repeater from the box.
    """

    reading: WifiReading
    default: bool = False
    window_s: float = 0.0
    sent: int | None = None
    retried: int | None = None
    failed: int | None = None
    beacons_lost: int | None = None
    gateway_mac: str | None = None
