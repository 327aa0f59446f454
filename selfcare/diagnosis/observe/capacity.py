"""Facts about how much goes through, and what happens to latency meanwhile.

Nothing is drawn when this PC was busy before the test, or another program took part of the
line during it: such figures accuse nobody.
"""

from __future__ import annotations

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.experience import Quality
from selfcare.model.payloads.capacity import CapacityPayload, Load, Place
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.tri import Tri

_PROBE = "speed.capacity"
_POOR = (Quality.BAD, Quality.POOR)

SYMPTOMS: tuple[str, ...] = ("latency_holds_under_load", "rate_as_agreed")
SOURCES: dict[str, str] = dict.fromkeys(
    (
        *SYMPTOMS, "line_free_before_load", "gateway_steady_under_load", "beyond_box_steady_under_load",
        "link_outruns_contract", "way_to_box_fast_enough",
        "good_for_calls", "good_for_games", "good_for_streaming", "good_for_browsing",
    ),
    _PROBE,
)  # fmt: skip


def figures(view: View) -> Drawn:
    """The numbers, for evidence and charts."""
    payload = view.get(_PROBE, CapacityPayload)
    if payload is None:
        return
    for way, load in (("down", payload.down), ("up", payload.up)):
        if load is None:
            continue
        view.number(f"rate_{way}", load.median_mbps, "Mbit/s", _PROBE)
        view.number(f"rate_{way}_spread", load.iqr_mbps, "Mbit/s", _PROBE)
        view.number(f"latency_rise_{way}", payload.rise_ms(load, Place.SERVER), "ms", _PROBE)
    view.number("responsiveness_down", payload.rpm_down, "/min", _PROBE)
    view.number("responsiveness_up", payload.rpm_up, "/min", _PROBE)
    for score in payload.uses:
        yield f"good_for_{score.use}", Tri.of(score.quality not in _POOR), _PROBE


def free(view: View) -> Drawn:
    """Whether the line was ours alone: idle before the load, and nobody else's during it."""
    payload = view.get(_PROBE, CapacityPayload)
    if payload is None or payload.before_down_kbit is None or payload.before_up_kbit is None:
        return
    loads = [load for load in (payload.down, payload.up) if load is not None]
    shared = any((load.foreign_share or 0.0) > thresholds.FOREIGN_SHARE for load in loads)
    idle = _idle(payload.before_down_kbit, payload.down) and _idle(payload.before_up_kbit, payload.up)
    yield "line_free_before_load", Tri.of(idle and not shared), _PROBE


def _idle(before_kbit: float, load: Load | None) -> bool:
    rate = (load.median_mbps or 0.0) * 1000 if load is not None else 0.0
    return before_kbit < max(thresholds.FREE_KBIT, thresholds.FREE_SHARE * rate)


def latency(view: View) -> Drawn:
    """Where the wait arises: the rise to the box is taken off the rise to the server, and a second place must agree."""
    payload = view.get(_PROBE, CapacityPayload)
    if payload is None or view.tri("line_free_before_load") is not Tri.YES:
        return
    worst: tuple[float, float, float] | None = None
    for load in (payload.down, payload.up):
        rises = _rises(payload, load)
        if rises is not None and (worst is None or rises[2] > worst[2]):
            worst = rises
    if worst is None:
        return
    box, beyond, server = worst
    limit = thresholds.LOADED_RISE_MS
    view.number("latency_rise_box", box, "ms", _PROBE)
    view.number("latency_rise_beyond", beyond, "ms", _PROBE)
    view.number("latency_rise_server", server, "ms", _PROBE)
    slow_beyond = beyond - max(box, 0.0) >= limit * thresholds.BEYOND_SHARE
    yield "gateway_steady_under_load", Tri.of(box < thresholds.GATEWAY_STEADY_MS), _PROBE
    yield "beyond_box_steady_under_load", Tri.of(not slow_beyond), _PROBE
    if server < limit:
        yield "latency_holds_under_load", Tri.YES, _PROBE
    elif slow_beyond and server - max(box, 0.0) >= limit:
        yield "latency_holds_under_load", Tri.NO, _PROBE


def _rises(payload: CapacityPayload, load: Load | None) -> tuple[float, float, float] | None:
    """Rise to the box, to the first place beyond it, and to the server, in ms; None unless all three were measured."""
    if load is None or load.cpu_share >= thresholds.BUSY_CPU:
        return None
    beyond = Place.ISP_HOP if load.series(Place.ISP_HOP) is not None else Place.ANCHOR
    found = []
    for place in (Place.GATEWAY, beyond, Place.SERVER):
        series, rise = load.series(place), payload.surely_ms(load, place)
        if series is None or len(series.rtts_ms) < thresholds.MIN_LOADED_SAMPLES or rise is None:
            return None
        found.append(rise)
    return found[0], found[1], found[2]


def way(view: View) -> Drawn:
    """Whether the way to the box can be no limit: a cable, or Wi-Fi where the windows of the test say "the line"."""
    if view.get(_PROBE, CapacityPayload) is None:
        return
    air, line = view.tri("wifi_limits_rate"), view.tri("line_limits_rate")
    if air is Tri.YES:
        yield "way_to_box_fast_enough", Tri.NO, _PROBE
    elif view.tri("link_wired") is Tri.YES or (view.tri("wifi_carries") is Tri.YES and line is Tri.YES):
        yield "way_to_box_fast_enough", Tri.YES, _PROBE


def contract(view: View) -> Drawn:
    """The rate against the contract's: only where somebody stated it, on a cable that can carry it."""
    payload, link = view.get(_PROBE, CapacityPayload), view.get("link.interfaces", LinkPayload)
    if payload is None or payload.contract_down_kbit is None or payload.down.median_mbps is None:
        return
    agreed = payload.contract_down_kbit / 1000
    adapter = link.get(payload.interface) if link is not None else None
    if view.tri("wifi_carries") is Tri.YES:
        # The rate of a radio is of a moment: only the test itself shows that the line, not the air, was the limit.
        yield "link_outruns_contract", view.tri("way_to_box_fast_enough"), _PROBE
    elif adapter is not None and adapter.speed_mbps is not None:
        outruns = adapter.speed_mbps >= thresholds.LINK_HEADROOM * agreed and adapter.full_duplex is not False
        yield "link_outruns_contract", Tri.of(outruns), _PROBE
    share = payload.down.median_mbps / agreed
    if share >= thresholds.AGREED_SHARE:
        yield "rate_as_agreed", Tri.YES, _PROBE
    elif share < thresholds.UNDERRATE_SHARE and _fair(view, payload):
        view.number("rate_agreed", agreed, "Mbit/s", _PROBE)
        yield "rate_as_agreed", Tri.NO, _PROBE


def _fair(view: View, payload: CapacityPayload) -> bool:
    """Whether nothing on this side could have been the limit."""
    facts = ("line_free_before_load", "way_to_box_fast_enough", "link_outruns_contract", "gateway_steady_under_load")
    alone = view.tri("tunnel_owns_default") is not Tri.YES and payload.down.cpu_share < thresholds.BUSY_CPU
    return alone and all(view.tri(fact) is Tri.YES for fact in facts)


OBSERVERS = (figures, free, latency)
# After whoever says which side the rate was limited by.
LATE = (way, contract)
