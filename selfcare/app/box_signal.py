"""How well a box hears a machine, as a word. The limits are the diagnosis' own."""

from __future__ import annotations

from selfcare.model.units import Dbm


def grade(signal: Dbm) -> str:
    """``good``, ``fair``, ``weak`` or ``bad``, of a Wi-Fi signal in dBm."""
    # The package brings all its rules along: whoever has a reading to grade has them, whoever opens a page may not.
    from selfcare.diagnosis import grades

    word = grades.signal(signal) or grades.BAD
    return "weak" if word == grades.POOR else word
