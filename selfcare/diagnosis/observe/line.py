"""Facts about how well it works: speed of the link, latency, jitter, loss, load of this computer."""

from __future__ import annotations

from collections.abc import Callable

from selfcare.diagnosis import thresholds, wifi_limits
from selfcare.diagnosis.observe import series
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.line import LatencyPayload, LinkQualityPayload, LoadPayload, Series, Traffic
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.tri import Tri

SYMPTOMS: tuple[str, ...] = (
    "cable_full_speed",
    "gateway_loss_free",
    "gateway_latency_fine",
    "outside_loss_free",
    "outside_latency_fine",
    "outside_jitter_fine",
)
SOURCES: dict[str, str] = {
    "cable_full_speed": "link.quality",
    "cable_errors_rising": "link.quality",
    "cable_pairs_lost": "link.quality",
    "cable_half_duplex": "link.quality",
    "pc_busy": "pc.load",
    "pc_short_of_memory": "pc.load",
    "pc_loaded": "pc.load",
    "own_traffic": "pc.load",
    "metered": "pc.load",
    "gateway_loss_free": "latency.gateway",
    "gateway_latency_fine": "latency.gateway",
    "gateway_trouble": "latency.gateway",
    "hop_clears_line": "latency.gateway",
    "outside_loss_free": "latency.isp",
    "outside_latency_fine": "latency.isp",
    "outside_jitter_fine": "latency.isp",
    "line_idle": "latency.isp",
    "line_far": "latency.isp",
    "line_steady": "latency.isp",
    "loss_heavy": "latency.isp",
}


def cable(view: View) -> Drawn:
    """Whether the cable carries what both of its ends can do, without errors.

    A slower partner that says so is a property of the home; one whose abilities are not
    known leaves it open which of the two it is, but not that it is one of them.
    """
    seen = view.get("link.quality", LinkQualityPayload)
    if seen is None or not seen.wired:
        return
    enough = seen.errors >= thresholds.FRAME_ERRORS
    rising = enough and seen.errors >= thresholds.FRAME_ERRORS_PCT / 100 * max(seen.packets, 1)
    view.number("link_speed", seen.speed_mbps, "Mb/s", "link.quality")
    view.number("cable_errors", seen.errors, "", "link.quality")
    yield "cable_errors_rising", Tri.of(rising), "link.quality"
    yield "cable_pairs_lost", _pairs_lost(seen), "link.quality"
    yield "cable_half_duplex", Tri.of(seen.full_duplex is False), "link.quality"
    signs = [view.tri(f) for f in ("cable_errors_rising", "cable_pairs_lost", "cable_half_duplex")]
    if Tri.YES in signs or _slower_than_card(seen):
        yield "cable_full_speed", Tri.NO, "link.quality"
    elif seen.speed_mbps is not None:
        yield "cable_full_speed", Tri.YES, "link.quality"


def _slower_than_card(seen: LinkQualityPayload) -> bool:
    """100 Mb/s or less on a gigabit card, and the other end has not said that it can do no more."""
    slow = seen.speed_mbps is not None and seen.speed_mbps < thresholds.GIGABIT_MBPS
    gigabit = (seen.nic_max_mbps or 0) >= thresholds.GIGABIT_MBPS
    modest = seen.partner_max_mbps is not None and seen.partner_max_mbps < thresholds.GIGABIT_MBPS
    return slow and gigabit and not modest


def _pairs_lost(seen: LinkQualityPayload) -> Tri:
    """Both ends announced a gigabit, and yet it is less: two of the four pairs do not carry."""
    if not _slower_than_card(seen):
        return Tri.NO
    return Tri.of((seen.partner_max_mbps or 0) >= thresholds.GIGABIT_MBPS) if seen.partner_max_mbps else Tri.UNKNOWN


def load(view: View) -> Drawn:
    """What this computer does besides: processor, memory, traffic. The check's own share is not in it."""
    seen = view.get("pc.load", LoadPayload)
    if seen is None:
        return
    view.number("pc_cpu", seen.cpu_pct, "%", "pc.load")
    view.number("pc_memory", seen.memory_available_pct, "%", "pc.load")
    known = [v for v in (seen.cpu_pct, seen.memory_available_pct) if v is not None]
    busy = (seen.cpu_pct or 0.0) >= thresholds.CPU_BUSY_PCT
    short = seen.memory_available_pct is not None and seen.memory_available_pct < thresholds.MEMORY_LEFT_PCT
    stalled = (seen.memory_stalled_pct or 0.0) >= thresholds.MEMORY_STALLED_PCT
    if known:
        yield "pc_busy", Tri.of(busy), "pc.load"
        yield "pc_short_of_memory", Tri.of(short or stalled), "pc.load"
    if seen.traffic:
        most = max(max(t.up_kbit_s, t.down_kbit_s) for t in seen.traffic)
        view.number("own_traffic_rate", most, "kbit/s", "pc.load")
        yield "own_traffic", Tri.of(any(map(_heavy, seen.traffic))), "pc.load"
    if seen.metered is not None:
        yield "metered", Tri.of(seen.metered), "pc.load"
    signs = [view.tri(f) for f in ("pc_busy", "pc_short_of_memory", "own_traffic")]
    if Tri.YES in signs:
        yield "pc_loaded", Tri.YES, "pc.load"
    elif all(s is Tri.NO for s in signs):
        yield "pc_loaded", Tri.NO, "pc.load"


def _heavy(one: Traffic) -> bool:
    return max(one.up_kbit_s, one.down_kbit_s) >= thresholds.OWN_TRAFFIC_KBIT_S


def idle(view: View) -> Drawn:
    """Whether this computer left the line alone while it was measured: idle before load."""
    seen = view.get("latency.isp", LatencyPayload)
    if seen is None:
        return
    up, down = seen.other_up_kbit_s, seen.other_down_kbit_s
    if up is not None and down is not None:
        here = view.get("latency.gateway", LatencyPayload)
        # What this check asked the box meanwhile is counted as others' where both were asked more.
        own = wifi_limits.OWN_QUESTIONS_KBIT_S if here is not None and here.extended else 0.0
        quiet = (
            up <= thresholds.IDLE_UP_KBIT_S + (own if view.tri("wifi_carries") is Tri.YES else 0.0)
            and down <= thresholds.IDLE_DOWN_KBIT_S
        )
        yield "line_idle", Tri.of(quiet), "latency.isp"
    elif not seen.extended:
        # Nothing looked wrong, so nobody needs to know who else used the line.
        yield "line_idle", Tri.of(view.tri("own_traffic") is not Tri.YES), "latency.isp"


def outside(view: View) -> Drawn:
    """Delay, jitter and loss beyond the box. A NO needs echoes, and TCP or DNS to several places, and an idle line."""
    seen = view.get("latency.isp", LatencyPayload)
    if seen is None:
        return
    main = seen.series[0].summary
    view.number("outside_latency", main.median_ms, "ms", "latency.isp")
    view.number("outside_jitter", main.jitter_ms, "ms", "latency.isp")
    view.number("outside_loss", series.loss_pct(seen), "%", "latency.isp")
    for fact, value in (
        ("outside_loss_free", series.loss_free(seen)),
        ("outside_latency_fine", series.latency_fine(seen)),
        ("outside_jitter_fine", series.spread_fine(seen)),
    ):
        if value is not Tri.NO or view.tri("line_idle") is Tri.YES:
            yield fact, value, "latency.isp"
    yield "line_steady", series.steady(seen), "latency.isp"
    far = (main.median_ms or 0.0) >= thresholds.FAR_MS and view.tri("outside_latency_fine") is Tri.YES
    yield "line_far", Tri.of(far), "latency.isp"


def gateway(view: View) -> Drawn:
    """Delay and loss between this computer and the box. What passes through the box without loss clears the way to it.

    Over Wi-Fi the same limits hold, as its frames are sent again until they arrive; a sleeping radio is only late.
    """
    seen = view.get("latency.gateway", LatencyPayload)
    if seen is None or view.waiting("latency.isp"):
        return
    beyond = view.get("latency.isp", LatencyPayload)
    own = seen.series + (beyond.control if beyond is not None else ())
    best = series.best_loss(own)
    view.number("gateway_latency", seen.series[0].summary.median_ms, "ms", "latency.gateway")
    view.number("gateway_loss", best.pct, "%", "latency.gateway")
    known = view.tri("link_wired") is Tri.YES or _primary_wired(view) or view.tri("wifi_carries") is Tri.YES
    loss, clears = _gateway_loss(seen, beyond, own, not _wired(view))
    delay = _gateway_delay(view, seen, beyond)
    for fact, value in (("gateway_loss_free", loss), ("gateway_latency_fine", delay), ("hop_clears_line", clears)):
        if value is not Tri.NO or (known and not _hop_in_use(view, beyond) and not _own_doing(view)):
            yield fact, value, "latency.gateway"
    both = (view.tri("gateway_loss_free"), view.tri("gateway_latency_fine"))
    if Tri.NO in both:
        yield "gateway_trouble", Tri.YES, "latency.gateway"
    elif both == (Tri.YES, Tri.YES):
        yield "gateway_trouble", Tri.NO, "latency.gateway"


def _wired(view: View) -> bool:
    """Where it is not known what carries, the air may."""
    return view.tri("link_wired") is Tri.YES or _primary_wired(view) or view.tri("wifi_carries") is Tri.NO


def _own_doing(view: View) -> bool:
    """Through the air what this PC itself sends and receives is waited for; a busy one is late to notice an answer."""
    return view.tri("wifi_carries") is Tri.YES and Tri.YES in (view.tri("own_traffic"), view.tri("pc_busy"))


def _hop_in_use(view: View, beyond: LatencyPayload | None) -> bool:
    """Whether this computer itself may have filled the way to the box.

    What fills a slow uplink is little in the air: over Wi-Fi the check's own questions to the box, which run beside
    those beyond it and are counted as others', may not clear it.
    """
    if view.tri("wifi_carries") is not Tri.YES or beyond is None or beyond.other_up_kbit_s is None:
        return view.tri("line_idle") is Tri.NO
    return max(beyond.other_up_kbit_s, beyond.other_down_kbit_s or 0.0) >= thresholds.OWN_TRAFFIC_KBIT_S


def _primary_wired(view: View) -> bool:
    quality = view.get("link.quality", LinkQualityPayload)
    return quality is not None and quality.wired


def _gateway_loss(
    seen: LatencyPayload, beyond: LatencyPayload | None, own: tuple[Series, ...], air: bool
) -> tuple[Tri, Tri]:
    """Whether the way to the box loses nothing; and whether what is lost beyond it is the line's all the same."""
    outside = series.loss_free(beyond) if beyond is not None else Tri.UNKNOWN
    if beyond is None or outside is Tri.UNKNOWN:
        alone = series.loss_free(seen)
        return alone, alone
    if outside is Tri.YES:
        return Tri.YES, Tri.YES
    # The line may only be blamed if the way to the box is clearly better than the whole way.
    # A cable carries whatever one way of asking shows that it carried; the air loses by chance, so all of it counts,
    # and must make up less than half of what is lost beyond.
    best = series.pooled(own) if air else series.best_loss(own)
    limit = series.pooled(beyond.series).low_pct * (wifi_limits.HOP_SHARE if air else 1.0)
    lossy = Tri.NO if series.lossy_by_all(own) else Tri.UNKNOWN
    if best.sent < thresholds.MIN_SERIES or best.high_pct >= limit:
        return lossy, lossy
    # Clearly better than the line, and yet bad: then both are.
    both = air and lossy is Tri.NO and best.low_pct > wifi_limits.HOP_LOSS_BAD_PCT
    return (Tri.NO if both else Tri.YES), Tri.YES


def _gateway_delay(view: View, seen: LatencyPayload, beyond: LatencyPayload | None) -> Tri:
    limit = thresholds.GATEWAY_P90_MS
    late = [s.summary.p90_ms or 0.0 for s in seen.series if s.summary.sent >= series.MIN_SENT]
    if not late or min(late) <= limit:
        return Tri.YES if late else Tri.UNKNOWN
    here, there = seen.series[0].summary.median_ms, beyond.series[0].summary.median_ms if beyond else None
    slow_itself = here is not None and there is not None and there < here
    confirmed = seen.extended and len(late) > 1
    asleep = _may_sleep(view) and min(late) <= wifi_limits.POWER_SAVE_MS
    # What comes back from beyond in time has passed the same way.
    passed = [s.summary.p90_ms or 0.0 for s in beyond.series if s.summary.sent >= series.MIN_SENT] if beyond else []
    slow_itself = slow_itself or any(p <= limit for p in passed)
    return Tri.NO if confirmed and not slow_itself and not asleep else Tri.UNKNOWN


def _may_sleep(view: View) -> bool:
    """A radio that saves power hears of an answer with the next beacon, if nothing else keeps it awake."""
    told = view.get("wifi.link", WifiPayload)
    link = told.reading.link if told is not None else None
    # Most do, and many systems do not tell.
    return view.tri("wifi_carries") is Tri.YES and (link is None or link.power_save is not False)


def heavy(view: View) -> Drawn:
    """Whether so much is lost that silence elsewhere proves nothing."""
    for fact, number in (("gateway_loss_free", "gateway_loss"), ("outside_loss_free", "outside_loss")):
        seen = view.facts.get(number)
        share = seen.value if seen is not None and not isinstance(seen.value, Tri) else 0.0
        if view.tri(fact) is Tri.NO and share >= thresholds.HEAVY_LOSS_PCT:
            yield "loss_heavy", Tri.YES, SOURCES[fact]
            return
    if view.tri("outside_loss_free") is not Tri.UNKNOWN and not view.waiting("latency.gateway"):
        yield "loss_heavy", Tri.NO, "latency.isp"


OBSERVERS: tuple[Callable[[View], Drawn], ...] = (cable, load, idle, outside, gateway, heavy)
