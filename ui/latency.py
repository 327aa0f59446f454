"""A series of round trips as a curve to draw: its figures, its scale, its words. Pure; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.app.numbers import number
from selfcare.i18n import Catalogue
from selfcare.model.experience import percentile
from selfcare.model.payloads.line import Ask, LatencyPayload, Target

LEAST_TOP_MS = 10.0
"""The scale never ends below this: else the noise of a quiet cable would look like a storm."""
_STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """``rtts_ms`` in the order of asking, None for a question without an answer; the last of ``sent`` questions."""

    target: Target
    ask: Ask
    rtts_ms: tuple[float | None, ...]
    sent: int
    lost: int
    median_ms: float
    p95_ms: float

    @property
    def loss_pct(self) -> float:
        """Share of questions without an answer."""
        return 100 * self.lost / self.sent

    @property
    def top_ms(self) -> float:
        """A round number at or above the slowest answer: the end of the scale."""
        slowest = max(LEAST_TOP_MS, *(rtt for rtt in self.rtts_ms if rtt is not None))
        power = 1.0
        while True:
            for step in _STEPS:
                if slowest <= step * power:
                    return step * power
            power *= 10


def curve(payload: object) -> Curve | None:
    """The first series of a payload; None where nothing was answered or nothing is kept to draw."""
    if not isinstance(payload, LatencyPayload) or not payload.series:
        return None
    first = payload.series[0]
    heard = [rtt for rtt in first.rtts_ms if rtt is not None]
    p95, median = percentile(heard, 0.95), first.summary.median_ms
    if p95 is None or median is None or not first.summary.sent:
        return None
    return Curve(first.target, first.ask, first.rtts_ms, first.summary.sent, first.summary.lost, median, p95)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number to read beside a chart, and what it is."""

    value: str
    caption: str


def figures(catalogue: Catalogue, shown: Curve) -> tuple[Figure, ...]:
    """Median, 95th percentile, loss: in words first, their technical names after."""
    say = catalogue.text

    def ms(value: float) -> str:
        return say("ui.unit.ms", value=number(catalogue, value))

    lost = say("ui.chart.lost", lost=number(catalogue, shown.lost), sent=number(catalogue, shown.sent))
    return (
        Figure(ms(shown.median_ms), say("ui.chart.median")),
        Figure(ms(shown.p95_ms), say("ui.chart.p95")),
        Figure(say("ui.unit.percent", value=number(catalogue, shown.loss_pct)), lost),
    )


def title(catalogue: Catalogue, shown: Curve) -> str:
    """What was timed, and to whom."""
    return catalogue.text("ui.chart.title", where=catalogue.text(f"ui.chart.to.{shown.target}"))


def describe(catalogue: Catalogue, shown: Curve) -> str:
    """The chart for who does not see it."""
    return " ".join(
        catalogue.text("ui.chart.spoken", value=figure.value, caption=figure.caption)
        for figure in figures(catalogue, shown)
    )
