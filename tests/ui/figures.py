"""Payloads with believable figures: quiet and lossy lines, a fibre line, one with a long queue."""

from __future__ import annotations

import random

from selfcare.model.experience import Grade, Quality, Use, UseScore
from selfcare.model.finding import RuledOut
from selfcare.model.payloads.capacity import CapacityPayload, Load, Method, Place, Stop
from selfcare.model.payloads.capacity import Series as Timed
from selfcare.model.payloads.line import Ask, LatencyPayload, Series, Target
from selfcare.model.series import summarise
from selfcare.model.tri import Tri

Rtts = tuple[float | None, ...]


def quiet(many: int, usual_ms: float) -> Rtts:
    """Answers that hardly vary, always the same ones."""
    dice = random.Random(7)
    return tuple(round(usual_ms * dice.uniform(0.95, 1.15), 3) for _ in range(many))


def lossy(many: int, usual_ms: float) -> Rtts:
    """One question in twelve without an answer, and some that wait."""
    dice = random.Random(11)
    late = (usual_ms * dice.choice((1.0, 1.0, 1.1, 1.2, 2.4)) * dice.uniform(0.9, 1.1) for _ in range(many))
    return tuple(None if index % 12 == 5 else round(rtt, 3) for index, rtt in enumerate(late))


def latency(rtts: Rtts, target: Target) -> LatencyPayload:
    """A payload with that one series."""
    first = Series(target, Ask.ICMP, "192.168.1.1", None, rtts, True, summarise(rtts))
    return LatencyPayload("eth0", (first,), extended=len(rtts) > 50)


def _timed(gateway: float, hop: float, server: float, many: int = 30) -> tuple[Timed, ...]:
    def series(place: Place, method: Method, ms: float) -> Timed:
        return Timed(place, method, many, tuple(r for r in quiet(many, ms) if r is not None))

    return (
        series(Place.GATEWAY, Method.ICMP, gateway),
        series(Place.ISP_HOP, Method.ICMP, hop),
        series(Place.SERVER, Method.HTTP, server),
    )


def _load(mbps: float, seconds: float, latencies: tuple[Timed, ...]) -> Load:
    windows = tuple(round(mbps * f, 1) for f in (0.97, 1.0, 1.01, 1.0, 0.99))
    moved = int(mbps * seconds * 125_000)
    return Load(Stop.STABLE, seconds, moved, 8, 1.0, windows, mbps, mbps * 0.02, 0.12, 0.01, latencies)


def _uses(calls: Quality, games: Quality, films: Quality, pages: Quality) -> tuple[UseScore, ...]:
    return tuple(UseScore(use, 20.0, quality) for use, quality in zip(Use, (calls, games, films, pages), strict=True))


FIBRE = CapacityPayload(
    "debit.exemple.fr", "eth0", 12.0, 4.0, _timed(0.4, 3.1, 6.2),
    _load(412.6, 5.0, _timed(0.5, 8.0, 12.0)), _load(287.3, 5.0, _timed(0.5, 9.0, 14.0)), 5200.0, 4300.0, Grade.A,
    _uses(Quality.GREAT, Quality.GREAT, Quality.GREAT, Quality.GREAT),
)  # fmt: skip
BLOATED = CapacityPayload(
    "debit.exemple.fr", "eth0", 12.0, 4.0, _timed(0.2, 5.5, 5.9),
    _load(18.7, 5.0, _timed(0.2, 54.0, 56.0)), _load(1.82, 8.0, _timed(0.2, 1490.0, 1270.0)), 311.9, 48.4, Grade.F,
    _uses(Quality.AVERAGE, Quality.POOR, Quality.AVERAGE, Quality.GREAT),
)  # fmt: skip

_YES, _NO = Tri.YES, Tri.NO
RULED_OUT = tuple(
    RuledOut(code, fact, value, "web.address")
    for code, fact, value in (
        ("PC-NIC-OFF", "adapter_enabled", _YES), ("PC-IP-STATIC", "address_manual", _NO),
        ("PC-DNS-STATIC", "resolver_manual", _NO), ("PC-FIREWALL", "pc_lets_through", _YES),
        ("PC-CLOCK", "clock_right", _YES), ("PC-HOSTS", "site_names_true", _YES), ("PC-PROXY", "proxy_set", _NO),
        ("PC-VPN", "tunnel_owns_default", _NO), ("LAN-CABLE-DOWN", "link_up", _YES),
        ("LAN-DHCP-NONE", "address_valid", _YES), ("LAN-IP-CONFLICT", "address_conflict", _NO),
        ("BOX-SILENT", "gateway_answers", _YES), ("BOX-DNS", "box_resolver_answers", _YES),
        ("BOX-FILTER", "box_refuses_device", _NO), ("WAN-DOWN", "outside_answers", _YES),
        ("ISP-DNS-DOWN", "isp_resolver_answers", _YES), ("ISP-OUTAGE", "outside_answers", _YES),
        ("NET-PORTAL", "portal_seen", _NO), ("NET-CERT", "certificates_valid", _YES),
    )
)  # fmt: skip
