"""What series of questions prove together: no protocol and no place convicts alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from selfcare.diagnosis import thresholds
from selfcare.model.payloads.line import Ask, LatencyPayload, Series
from selfcare.model.series import wilson
from selfcare.model.tri import Tri

MIN_SENT = 20


@dataclass(frozen=True, slots=True)
class Pool:
    """Several series taken as one; loss and its Wilson bounds at 95 % in %."""

    sent: int = 0
    lost: int = 0

    @property
    def pct(self) -> float:
        """Share that was lost."""
        return 100 * self.lost / self.sent if self.sent else 0.0

    @property
    def low_pct(self) -> float:
        """At least this share is lost."""
        return 100 * wilson(self.lost, self.sent)[0]

    @property
    def high_pct(self) -> float:
        """At most this share is lost."""
        return 100 * wilson(self.lost, self.sent)[1]


def pooled(many: Iterable[Series]) -> Pool:
    """All that were answered at all: who never answers does not speak this, and has lost nothing."""
    heard = [s.summary for s in many if s.summary.min_ms is not None]
    return Pool(sum(s.sent for s in heard), sum(s.lost for s in heard))


def best_loss(many: tuple[Series, ...]) -> Pool:
    """The way of asking that lost least: what it carried, the cable carried."""
    pools = [pooled(s for s in many if s.ask is ask) for ask in Ask]
    enough = [p for p in pools if p.sent >= MIN_SENT]
    return min(enough, key=lambda p: (p.pct, -p.sent), default=Pool())


def lossy_by_all(many: tuple[Series, ...]) -> bool:
    """Whether echoes and confirming questions alike show loss; without echoes TCP and DNS must agree."""
    kinds = [[Ask.ICMP], [Ask.TCP, Ask.DNS]]
    if not any(s.ask is Ask.ICMP for s in many):
        kinds = [[Ask.TCP], [Ask.DNS]]
    pools = [pooled(s for s in many if s.ask in kind) for kind in kinds]
    return all(p.low_pct > thresholds.CONFIRMED_LOSS_PCT for p in pools)


def loss_pct(payload: LatencyPayload) -> float | None:
    """The loss to tell: of the confirming questions where there are some, else of the first series."""
    confirming = pooled(_confirming(payload))
    pool = confirming if confirming.sent >= thresholds.MIN_SERIES else pooled(payload.series[:1])
    return round(pool.pct, 1) if pool.sent else None


def loss_free(payload: LatencyPayload) -> Tri:
    """NO: echoes are lost, and TCP or DNS too, and not to one place only. YES: nothing was, or only echoes are."""
    if any(s.summary.sent >= MIN_SENT and s.summary.lost == 0 and s.ask is Ask.ICMP for s in payload.series):
        # Hops and hosts may thin out their own answers; nobody answers what did not arrive.
        return Tri.YES
    confirming = _confirming(payload)
    pool = pooled(confirming)
    if not payload.extended:
        return Tri.YES if all(s.summary.lost == 0 for s in payload.series) else Tri.UNKNOWN
    if pool.sent < thresholds.MIN_SERIES:
        return Tri.UNKNOWN
    if pool.pct < thresholds.CLEAN_LOSS_PCT:
        return Tri.YES
    return Tri.NO if _lossy_everywhere(payload, confirming) else Tri.UNKNOWN


def _lossy_everywhere(payload: LatencyPayload, confirming: list[Series]) -> bool:
    echoes = [s.summary for s in payload.series if s.ask is Ask.ICMP and s.summary.min_ms is not None]
    if not echoes:
        # Echo is filtered: then TCP and DNS must agree.
        parts = [pooled(s for s in confirming if s.ask is ask) for ask in (Ask.TCP, Ask.DNS)]
        return all(p.low_pct > thresholds.CONFIRMED_LOSS_PCT for p in parts)
    if any(e.sent < thresholds.MIN_SERIES or e.loss_low_pct <= thresholds.LOSS_PCT for e in echoes):
        return False
    return _without_worst(confirming).low_pct > thresholds.CONFIRMED_LOSS_PCT


def _without_worst(many: list[Series]) -> Pool:
    """One place in trouble is not the line: the rest must be lossy by itself (the box is only one place)."""
    heard = [s for s in many if s.summary.min_ms is not None]
    if len(heard) > 2:
        heard.remove(max(heard, key=lambda s: s.summary.loss_pct))
    return pooled(heard)


def latency_fine(payload: LatencyPayload) -> Tri:
    """NO above a limit that no line in service has, or when answers wait in a queue; by echo and TCP or DNS alike."""
    far = _times(payload, lambda s: s.summary.median_ms, thresholds.LATENCY_LIMIT_MS, thresholds.LATENCY_LIMIT_MS)
    queue = _times(payload, _queueing_ms, thresholds.QUEUE_MS, thresholds.CONFIRMED_QUEUE_MS)
    if Tri.NO in (far, queue):
        return Tri.NO
    return Tri.YES if far is queue is Tri.YES else Tri.UNKNOWN


def _queueing_ms(one: Series) -> float | None:
    seen = one.summary
    return seen.median_ms - seen.min_ms if seen.median_ms is not None and seen.min_ms is not None else None


def steady(payload: LatencyPayload) -> Tri:
    """Whether answers come evenly: then what is lost was not thrown away by a full queue."""
    spreads = _figures(payload, lambda s: s.summary.spread_ms, [Ask.ICMP]) or _figures(
        payload, lambda s: s.summary.spread_ms, [Ask.TCP, Ask.DNS]
    )
    return Tri.of(min(spreads) < thresholds.STEADY_MS) if spreads else Tri.UNKNOWN


def spread_fine(payload: LatencyPayload) -> Tri:
    """NO only when every series wavers, and the way to the box, taken at the same time, does not."""
    value = _times(payload, lambda s: s.summary.spread_ms, thresholds.SPREAD_LIMIT_MS, thresholds.CONFIRMED_SPREAD_MS)
    control = [s.summary.spread_ms for s in payload.control if s.summary.spread_ms is not None]
    if value is Tri.NO and not (control and min(control) < thresholds.CONTROL_SPREAD_MS):
        return Tri.UNKNOWN
    return value


Figure = Callable[[Series], float | None]


def _times(payload: LatencyPayload, figure: Figure, echo_limit: float, other_limit: float) -> Tri:
    """Whether a time is fine: the smallest figure of any series counts, and each kind must agree for a NO."""
    echoes = _figures(payload, figure, [Ask.ICMP])
    others = _figures(payload, figure, [Ask.TCP, Ask.DNS])
    if (echoes and min(echoes) <= echo_limit) or (others and min(others) <= other_limit):
        return Tri.YES
    confirmed = payload.extended and bool(others) and (bool(echoes) or len(others) > 1)
    return Tri.NO if confirmed else Tri.UNKNOWN


def _figures(payload: LatencyPayload, figure: Figure, asks: list[Ask]) -> list[float]:
    enough = [s for s in payload.series if s.ask in asks and s.summary.sent - s.summary.lost >= MIN_SENT]
    return [value for s in enough if (value := figure(s)) is not None]


def _confirming(payload: LatencyPayload) -> list[Series]:
    return [s for s in payload.series if s.ask is not Ask.ICMP]
