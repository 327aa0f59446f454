"""The Wi-Fi of macOS: CoreWLAN, and ``system_profiler`` where that cannot be imported."""

from __future__ import annotations

from probes.radio.macos.leave import SETTINGS as LOCATION_SETTINGS
from probes.radio.macos.radios import MacRadios, leave_is_missing

__all__ = ["LOCATION_SETTINGS", "MacRadios", "leave_is_missing"]
