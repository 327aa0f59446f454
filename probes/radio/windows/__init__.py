"""The Wi-Fi of Windows: ``wlanapi`` for what is, the event log for what was."""

from __future__ import annotations

from probes.radio.windows.radios import WindowsRadios

__all__ = ["WindowsRadios"]
