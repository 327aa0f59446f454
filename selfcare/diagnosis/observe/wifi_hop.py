"""The way to the box through the air against the way beyond it: what a bad first hop does to all that lies behind."""

from __future__ import annotations

from selfcare.diagnosis import wifi_limits
from selfcare.diagnosis.observe import series
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.line import LatencyPayload, Series
from selfcare.model.tri import Tri

BEYOND = ("outside_loss_free", "outside_latency_fine", "outside_jitter_fine")


def behind(view: View) -> Drawn:
    """Over Wi-Fi, nothing is said of the line from behind a hop that is bad itself, or that makes up most of it.

    But what it loses, where that is clearly more than the hop does.
    """
    yield from ()
    unknown = view.tri("wifi_carries") is Tri.UNKNOWN and view.tri("link_wired") is Tri.NO
    if view.tri("wifi_carries") is not Tri.YES and not unknown:
        return
    if view.tri("gateway_trouble") is Tri.YES:
        clears = view.tri("hop_clears_line") is Tri.YES
        hidden: tuple[str, ...] = BEYOND[1:] if clears else BEYOND
    else:
        hidden = tuple(
            f for f, own in (("outside_latency_fine", _queues), ("outside_jitter_fine", _wavers)) if own(view)
        )
    for fact in hidden:
        if view.tri(fact) is Tri.NO:
            view.forget(fact)


def own_series(view: View) -> tuple[Series, ...]:
    """The questions to the box, also those asked while the line was."""
    here, beyond = view.get("latency.gateway", LatencyPayload), view.get("latency.isp", LatencyPayload)
    return (here.series if here is not None else ()) + (beyond.control if beyond is not None else ())


def _ratio(here: list[float], there: list[float]) -> bool:
    return bool(here and there) and min(here) >= wifi_limits.HOP_SHARE * min(there)


def _there(view: View) -> tuple[Series, ...]:
    beyond = view.get("latency.isp", LatencyPayload)
    return beyond.series if beyond is not None else ()


def _heard(many: tuple[Series, ...]) -> tuple[Series, ...]:
    return tuple(s for s in many if s.summary.sent - s.summary.lost >= series.MIN_SENT)


def _queues(view: View) -> bool:
    """What waits on the way to the box is at least half of what waits on the whole way."""

    def waits(many: tuple[Series, ...]) -> list[float]:
        figures = [(s.summary.median_ms, s.summary.min_ms) for s in _heard(many)]
        return [m - least for m, least in figures if m is not None and least is not None]

    return _ratio(waits(own_series(view)), waits(_there(view)))


def _wavers(view: View) -> bool:
    def spreads(many: tuple[Series, ...]) -> list[float]:
        return [s.summary.spread_ms for s in _heard(many) if s.summary.spread_ms is not None]

    return _ratio(spreads(own_series(view)), spreads(_there(view)))
