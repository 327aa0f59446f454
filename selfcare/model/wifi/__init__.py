"""What is known of a Wi-Fi: radio, association, neighbours, events, and where somebody stood. Data only."""

from __future__ import annotations

from selfcare.model.wifi.radio import Band, Channel, RadioState, Rate, Security, Why, WifiAccess
from selfcare.model.wifi.reading import Bss, BssLoad, Link, Radio, WifiReading
from selfcare.model.wifi.scan import Scan, ScanOutcome
from selfcare.model.wifi.story import EventKind, WifiEvent
from selfcare.model.wifi.walk import LivePoint, Place, Room, WalkRecord

__all__ = [
    "Band", "Bss", "BssLoad", "Channel", "EventKind", "Link", "LivePoint", "Place", "Radio", "RadioState", "Rate",
    "Room", "Scan", "ScanOutcome", "Security", "WalkRecord", "Why", "WifiAccess", "WifiEvent", "WifiReading",
]  # fmt: skip
