"""How much the line carries, and what happens to latency meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.experience import Grade, UseScore, median, percentile

PATIENCE_MS = 3000.0
"""How long an answer is waited for, in ms."""


class Place(StrEnum):
    """Whom a latency series asks, from near to far. ``ANCHOR`` stands in for a first ISP hop that keeps silent."""

    GATEWAY = "gateway"
    ISP_HOP = "isp_hop"
    ANCHOR = "anchor"
    SERVER = "server"


class Method(StrEnum):
    """``TCP`` is the time to connect, ``HTTP`` connecting and a small request, averaged."""

    ICMP = "icmp"
    TCP = "tcp"
    HTTP = "http"


class Stop(StrEnum):
    """Why a load ended. ``FAILED``: the server went away, stalled or answered nonsense; its figures do not count."""

    STABLE = "stable"
    TIME = "time"
    BYTES = "bytes"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Series:
    """Round trips to one place in one phase, in ms, in the order they were asked. ``sent`` counts the lost ones too."""

    place: Place
    method: Method
    sent: int
    rtts_ms: tuple[float, ...]

    @property
    def median_ms(self) -> float | None:
        """The middle round trip."""
        return median(self.rtts_ms)

    @property
    def p95_ms(self) -> float | None:
        """The round trip that 95 % stay below."""
        return percentile(self.rtts_ms, 0.95)

    @property
    def loss(self) -> float:
        """Share of questions without an answer, 0 to 1."""
        return 1 - len(self.rtts_ms) / self.sent if self.sent else 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """One direction, filled: rates of the windows in Mbit/s, and the latencies meanwhile.

    ``window_s`` is 1 unless a very fast line used up its bytes first. ``median_mbps`` and
    ``iqr_mbps`` leave the start out. ``cpu_share`` is what our own process used of one
    core: near 1 it was the bottleneck. ``foreign_share`` is the part of the adapter's
    traffic that was not ours, None where the system does not count.
    """

    stop: Stop
    seconds: float
    bytes: int
    connections: int
    window_s: float
    windows_mbps: tuple[float, ...]
    median_mbps: float | None
    iqr_mbps: float | None
    cpu_share: float
    foreign_share: float | None
    latencies: tuple[Series, ...]

    def series(self, place: Place) -> Series | None:
        """The latencies to a place, if it was asked."""
        return next((s for s in self.latencies if s.place is place), None)


@dataclass(frozen=True, slots=True)
class CapacityPayload:
    """Both directions, and the same latencies before.

    ``before_down_kbit`` and ``before_up_kbit`` are this PC's own traffic before the test,
    in kbit/s (None: not readable). ``rpm_*`` are round trips per minute under load.
    ``contract_down_kbit`` repeats the profile's, where it states one.
    """

    server: str
    interface: str | None
    before_down_kbit: float | None
    before_up_kbit: float | None
    idle: tuple[Series, ...]
    down: Load
    up: Load | None
    rpm_down: float | None = None
    rpm_up: float | None = None
    grade: Grade | None = None
    uses: tuple[UseScore, ...] = ()
    contract_down_kbit: int | None = None

    def before(self, place: Place) -> Series | None:
        """The latencies to a place without load."""
        return next((s for s in self.idle if s.place is place), None)

    def rise_ms(self, load: Load | None, place: Place) -> float | None:
        """How much the middle round trip to a place grew under this load; None where either was not measured."""
        return self._grown(load, place, 0.5)

    def surely_ms(self, load: Load | None, place: Place) -> float | None:
        """How much the round trip grew for three answers in four.

        A short queue that overflows makes TCP ask again after a second, which looks like
        waiting; but some questions then come through quickly. A long queue spares nobody.
        """
        return self._grown(load, place, 0.25)

    def _grown(self, load: Load | None, place: Place, share: float) -> float | None:
        before, during = self.before(place), load.series(place) if load is not None else None
        if before is None or during is None or before.median_ms is None:
            return None
        held = percentile(during.rtts_ms, share) if share != 0.5 else during.median_ms
        return held - before.median_ms if held is not None else None
