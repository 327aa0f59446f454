"""Units as types: what a figure is stands in its type, and mypy refuses to mix them.

A driver turns whatever its box speaks (tenths of dB, thousandths of dBm, byte/s, milli-degrees)
into these, once, where it parses. Absent is ``None``, never 0.
"""

from __future__ import annotations

from typing import NewType

Db = NewType("Db", float)
"""A ratio in decibel: noise margin, attenuation, signal to noise."""
Dbm = NewType("Dbm", float)
"""A power in decibel over one milliwatt: optical, radio, DSL."""
Kbps = NewType("Kbps", float)
"""A rate in kbit/s (1000 bit/s)."""
Seconds = NewType("Seconds", float)
"""A duration in seconds."""
Millis = NewType("Millis", float)
"""A duration in milliseconds."""
Celsius = NewType("Celsius", float)
"""A temperature in degrees Celsius."""
Volts = NewType("Volts", float)
"""A voltage in volts."""
Bytes = NewType("Bytes", int)
"""A number of bytes since the connection or the box began; it may wrap."""
Megahertz = NewType("Megahertz", int)
"""A channel width in MHz."""
