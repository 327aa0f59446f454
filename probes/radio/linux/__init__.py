"""Linux: nl80211 for what the radio is and does, NetworkManager for what this PC knows and tries."""

from __future__ import annotations

from probes.radio.linux.reader import LinuxRadios

__all__ = ["LinuxRadios"]
