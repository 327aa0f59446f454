"""How well a box hears a machine, as a word. The limits are the diagnosis' own."""

from __future__ import annotations

from selfcare.model.units import Dbm


def grade(signal: Dbm) -> str:
    """``good``, ``fair``, ``weak`` or ``bad``, of a Wi-Fi signal in dBm."""
    # The package brings all its rules along: whoever has a reading to grade has them, whoever opens a page may not.
    from selfcare.diagnosis.thresholds import RSSI_FAIR_DBM, RSSI_GOOD_DBM, RSSI_WEAK_DBM

    if signal >= RSSI_GOOD_DBM:
        return "good"
    if signal >= RSSI_FAIR_DBM:
        return "fair"
    return "weak" if signal >= RSSI_WEAK_DBM else "bad"
