"""A direction's rate as the driver tells it, and what cannot be."""

from __future__ import annotations

from probes.radio.linux.genl import Attributes, attributes, number
from probes.radio.linux.numbers import RateInfo
from selfcare.model.wifi import Rate, Why

_MOST_STREAMS = 8
_OLD_MOST = 54_000
"""kbit/s without MCS: 802.11a and g."""

# kbit/s of one stream at the highest MCS and shortest guard interval, by width: IEEE 802.11-2020 tables 19 and 21,
# 802.11ax-2021 table 27, 802.11be-2024 table 36. At 20 and 40 MHz for 1024 and 4096 QAM where makers add them.
_PER_STREAM = {
    4: {20: 100_000, 40: 200_000},
    5: {20: 100_000, 40: 250_000, 80: 541_700, 160: 1_083_400},
    6: {20: 172_100, 40: 344_200, 80: 720_600, 160: 1_441_200},
    7: {20: 172_100, 40: 344_200, 80: 720_600, 160: 1_441_200, 320: 2_882_400},
}


def rate(raw: bytes | None) -> Rate | Why:
    """The rate. ``mcs`` is of one stream, also for Wi-Fi 4, which counts on over its streams (8 is 0 of two)."""
    if raw is None:
        return Why.NOT_OFFERED
    told = attributes(raw)
    hundreds = number(told.get(RateInfo.BITRATE32)) or number(told.get(RateInfo.BITRATE))
    if not hundreds:
        return Why.NOT_OFFERED
    kbit_s = hundreds * 100
    generation, mcs, streams = _modulation(told)
    width = _width(told)
    if kbit_s > _most(generation, width, streams) or not _possible(mcs, streams):
        return Why.IMPLAUSIBLE
    return Rate(kbit_s, mcs, streams, width, generation, _short(told, generation))


def _modulation(told: Attributes) -> tuple[int | None, int | None, int | None]:
    """Generation, MCS, streams."""
    for generation, mcs, streams in (
        (7, RateInfo.EHT_MCS, RateInfo.EHT_NSS),
        (6, RateInfo.HE_MCS, RateInfo.HE_NSS),
        (5, RateInfo.VHT_MCS, RateInfo.VHT_NSS),
    ):
        if mcs in told:
            return generation, number(told[mcs]), number(told.get(streams))
    plain = number(told.get(RateInfo.MCS))
    if plain is None:
        return None, None, None
    return 4, plain % 8, plain // 8 + 1


def _width(told: Attributes) -> int | None:
    for kind, width in _WIDTHS:
        if kind in told:
            return width
    # Less than the channel, shared with others at the same moment: no width of the list.
    return None if RateInfo.HE_RU in told or RateInfo.EHT_RU in told else 20


_WIDTHS = (
    (RateInfo.WIDTH_320, 320), (RateInfo.WIDTH_160, 160), (RateInfo.WIDTH_80P80, 160), (RateInfo.WIDTH_80, 80),
    (RateInfo.WIDTH_40, 40),
)  # fmt: skip


def _short(told: Attributes, generation: int | None) -> bool | None:
    if generation in (4, 5):
        return RateInfo.SHORT_GI in told
    interval = number(told.get(RateInfo.EHT_GI if generation == 7 else RateInfo.HE_GI))
    return None if interval is None else interval == 0


def _most(generation: int | None, width: int | None, streams: int | None) -> int:
    if generation is None:
        return _OLD_MOST
    one = _PER_STREAM[generation]
    return one.get(width or 0, max(one.values())) * min(streams or _MOST_STREAMS, _MOST_STREAMS)


def _possible(mcs: int | None, streams: int | None) -> bool:
    return (mcs is None or mcs <= 15) and (streams is None or 1 <= streams <= _MOST_STREAMS)
