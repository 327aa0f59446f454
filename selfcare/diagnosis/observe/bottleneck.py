"""Facts about which side the download was limited by, over Wi-Fi."""

from __future__ import annotations

from selfcare.diagnosis import wifi_limits
from selfcare.diagnosis.bottleneck import Side, judge
from selfcare.diagnosis.observe import wifi_air, wifi_rate
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.capacity import CapacityPayload
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.tri import Tri

_PROBE = "speed.capacity"

SYMPTOMS: tuple[str, ...] = ()
SOURCES: dict[str, str] = dict.fromkeys(("wifi_limits_rate", "line_limits_rate"), _PROBE)


def _full(view: View, payload: CapacityPayload) -> bool:
    """Whether about as much went through as the radio's rate lets through."""
    link, measured = wifi_air.link(view), payload.down.median_mbps
    shown = wifi_rate.best(link) if link is not None else None
    if shown is None or measured is None:
        return False
    return measured >= wifi_limits.HOP_SHARE * wifi_limits.TCP_SHARE * shown.kbit_s / 1000


def limits(view: View) -> Drawn:
    """Only over Wi-Fi, without a tunnel, and while nobody else of this PC took part."""
    payload, link = view.get(_PROBE, CapacityPayload), view.get("link.interfaces", LinkPayload)
    if payload is None or link is None or view.tri("line_free_before_load") is not Tri.YES:
        return
    adapter = link.get(payload.interface)
    if adapter is None or adapter.kind is not InterfaceKind.WIFI or view.tri("tunnel_owns_default") is Tri.YES:
        return
    limit = judge(payload)
    view.number("air_wait", limit.air_ms, "ms", _PROBE)
    view.number("line_wait", limit.line_ms, "ms", _PROBE)
    if limit.wavering is not None:
        view.number("rate_wavering", 100 * limit.wavering, "%", _PROBE)
    # A steady rate alone accuses no line: a near and slow Wi-Fi is as steady. What waits before the line does.
    # Nor a wavering one the air, while that had room: mobile lines and full operators waver too.
    if limit.by_queue or (limit.side is Side.WIFI and _full(view, payload)):
        yield "wifi_limits_rate", Tri.of(limit.side is Side.WIFI), _PROBE
        yield "line_limits_rate", Tri.of(limit.side is Side.LINE), _PROBE


OBSERVERS = (limits,)
