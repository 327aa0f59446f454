"""Figures of the line over time as a curve to draw: its scale, its gaps, its words. Pure; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from selfcare.app.numbers import number
from selfcare.i18n import Catalogue

GAP = timedelta(hours=6)
"""Two readings further apart are not joined: what the line did in between nobody saw."""
_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """``value`` None: the box was asked and told nothing, or the line was down."""

    at: datetime
    value: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One curve. ``what`` is a catalogue key part (``ui.box.series.<what>``); ``unit`` as written (dB, dBm, kbit/s).

    ``cuts``: when the line or the box went away. ``low`` and ``high``: the box's own limits, if told.
    """

    what: str
    unit: str
    readings: tuple[Reading, ...]
    cuts: tuple[datetime, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def known(self) -> tuple[Reading, ...]:
        """Readings with a value."""
        return tuple(reading for reading in self.readings if reading.value is not None)

    @property
    def drawable(self) -> bool:
        """Two readings make a line; one is a figure."""
        return len(self.known) > 1

    def span(self) -> tuple[datetime, datetime]:
        """First and last moment; needs a reading."""
        return self.readings[0].at, self.readings[-1].at

    def scale(self) -> tuple[float, float]:
        """Round numbers round all values and limits. Not from 0: light lives between -30 and -10 dBm."""
        values = [r.value for r in self.known if r.value is not None]
        values += [limit for limit in (self.low, self.high) if limit is not None]
        lowest, highest = min(values), max(values)
        step = _round_step(max(highest - lowest, abs(highest) * 0.05, 1.0) / 2)
        bottom = step * (lowest // step)
        top = step * -(-highest // step)
        return (bottom, top if top > bottom else bottom + step)

    def runs(self) -> tuple[tuple[Reading, ...], ...]:
        """The pieces to join: broken where a value is missing, where the line was cut, and where nobody looked."""
        pieces: list[list[Reading]] = [[]]
        for reading in self.readings:
            if reading.value is None:
                pieces.append([])
                continue
            if pieces[-1] and self._broken(pieces[-1][-1].at, reading.at):
                pieces.append([])
            pieces[-1].append(reading)
        return tuple(tuple(piece) for piece in pieces if piece)

    def _broken(self, before: datetime, after: datetime) -> bool:
        return after - before > GAP or any(before < cut <= after for cut in self.cuts)


def _round_step(size: float) -> float:
    power = 1.0
    while power > size:
        power /= 10
    while power * 10 <= size:
        power *= 10
    return next((step * power for step in _STEPS if size <= step * power), 10 * power)


def marks(series: Series) -> tuple[float, float, float]:
    """Bottom, middle and top of the scale."""
    bottom, top = series.scale()
    return bottom, (bottom + top) / 2, top


def figure(catalogue: Catalogue, series: Series, value: float) -> str:
    """A value with its unit."""
    return catalogue.text("ui.box.figure", value=number(catalogue, value), unit=series.unit)


def title(catalogue: Catalogue, series: Series) -> str:
    """What the curve shows."""
    return catalogue.text(f"ui.box.series.{series.what}")


def describe(catalogue: Catalogue, series: Series) -> str:
    """The curve for who does not see it: now, least, most, and how often the line was cut."""
    values = [reading.value for reading in series.known if reading.value is not None]
    if not values:
        return catalogue.text("ui.box.series.none")
    told = {name: figure(catalogue, series, value) for name, value in
            (("now", values[-1]), ("least", min(values)), ("most", max(values)))}  # fmt: skip
    spoken = catalogue.text("ui.box.series.spoken", **told)
    if not series.cuts:
        return spoken
    return f"{spoken} {catalogue.text('ui.box.series.cuts', count=len(series.cuts))}"
