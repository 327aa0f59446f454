"""What the Wi-Fi carries against what the line could: by its PHY rate, and by what the speed test saw."""

from __future__ import annotations

from selfcare.diagnosis import thresholds, wifi_limits
from selfcare.diagnosis.observe import wifi_air
from selfcare.diagnosis.observe.box import down_capacity
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.diagnosis.observe.wifi_air import LINK
from selfcare.model.payloads.capacity import CapacityPayload
from selfcare.model.tri import Tri
from selfcare.model.wifi import Band, Link, Radio, Rate

_CAPACITY = "speed.capacity"
_LEGACY_KBIT = 54_000
"""Fastest rate of 802.11a/g: a newer link that shows no more shows the rate of a beacon or an acknowledgement."""


def known_rate(view: View) -> tuple[float, str] | None:
    """What the line carries downwards in Mbit/s, and who says so: the box of its line, else the contract."""
    told = down_capacity(view)
    if told is not None:
        return told / 1000, "box.status"
    seen = view.get(_CAPACITY, CapacityPayload)
    if seen is not None and seen.contract_down_kbit is not None:
        return seen.contract_down_kbit / 1000, _CAPACITY
    return None


def _of_data(rate: Rate | None, link: Link) -> Rate | None:
    """A rate that data is sent at. After a silence drivers show the rate of their last beacon: that is none."""
    if rate is None or rate.kbit_s <= 0:
        return None
    modern = (link.generation or 0) >= 4 or (rate.generation or 0) >= 4
    bare = rate.mcs is None and rate.kbit_s <= _LEGACY_KBIT
    return None if modern and bare else rate


def best(link: Link) -> Rate | None:
    """The better of both directions, as either may be of a lone small frame."""
    rates = [r for r in (_of_data(link.tx, link), _of_data(link.rx, link)) if r is not None]
    return max(rates, key=lambda r: r.kbit_s, default=None)


def rate(view: View) -> Drawn:
    """Whether the Wi-Fi carries what the line could, as far as somebody would feel it."""
    told = wifi_air.payload(view)
    if view.tri("wifi_carries") is not Tri.YES:
        return
    link = told.reading.link if told is not None else None
    shown = best(link) if link is not None else None
    if told is not None and link is not None and shown is not None:
        view.number("wifi_phy_rate", shown.kbit_s / 1000, "Mbit/s", LINK)
        view.number("wifi_usable_rate", shown.kbit_s / 1000 * wifi_limits.TCP_SHARE, "Mbit/s", LINK)
        yield "wifi_phy_enough", _phy_enough(view), LINK
        yield "wifi_phy_modest", _modest(view, link, shown, told.reading.radio), LINK
    yield "wifi_rate_enough", _enough(view), _CAPACITY if view.get(_CAPACITY, CapacityPayload) else LINK


def _phy_enough(view: View) -> Tri:
    usable, line = view.figure("wifi_usable_rate"), known_rate(view)
    if usable is None:
        return Tri.UNKNOWN
    if line is None:
        return Tri.YES if usable >= wifi_limits.WIFI_ENOUGH_MBPS else Tri.UNKNOWN
    view.number("line_rate", line[0], "Mbit/s", line[1])
    if usable >= line[0]:
        return Tri.YES
    felt = usable < wifi_limits.WIFI_ENOUGH_MBPS and usable < wifi_limits.BELOW_LINE_SHARE * line[0]
    return Tri.NO if felt else Tri.UNKNOWN


def _modest(view: View, link: Link, shown: Rate, radio: Radio | None) -> Tri:
    """Less than a good signal allows: one antenna of several, an old generation, a narrow channel, slow modulation."""
    if view.tri("wifi_signal_enough") is not Tri.YES:
        return Tri.UNKNOWN
    wide = link.channel is not None and link.channel.band is not Band.GHZ_24
    width = shown.width_mhz or (link.channel.width_mhz if link.channel is not None else None)
    generation = shown.generation or link.generation
    signs = [
        Tri.of(None if shown.mcs is None else shown.mcs <= wifi_limits.LOW_MCS),
        Tri.of(None if generation is None else generation <= 4),
        Tri.of(None if shown.streams is None else shown.streams < 2 and (radio is None or radio.streams != 1)),
        Tri.of(None if width is None else wide and width <= 20),
    ]
    # One antenna is the adapter's nature, and its limit all the same.
    one = radio is not None and radio.streams == 1
    if Tri.YES in signs or one:
        return Tri.YES
    return Tri.NO if all(s is Tri.NO for s in signs) else Tri.UNKNOWN


def _enough(view: View) -> Tri:
    """The speed test goes before the PHY rate, as what went through is more than what might have."""
    wifi, line = view.tri("wifi_limits_rate"), view.tri("line_limits_rate")
    measured, known = view.figure("rate_down"), known_rate(view)
    reached = measured is not None and known is not None and measured >= thresholds.AGREED_SHARE * known[0]
    if reached or line is Tri.YES or wifi is Tri.NO:
        return Tri.YES
    phy = view.tri("wifi_phy_enough")
    if measured is None:
        return phy
    less = known is None or measured < wifi_limits.BELOW_LINE_SHARE * known[0]
    felt = measured < wifi_limits.WIFI_ENOUGH_MBPS and less
    if wifi is Tri.YES:
        return Tri.NO if felt else Tri.UNKNOWN
    usable = view.figure("wifi_usable_rate")
    room = usable is not None and measured < wifi_limits.HOP_SHARE * usable
    steady = view.tri("gateway_steady_under_load") is Tri.YES
    if room and steady:
        return Tri.YES  # the Wi-Fi had room left, and nothing waited in front of it
    return Tri.UNKNOWN if phy is Tri.NO and steady else phy


def loaded(view: View) -> Drawn:
    """Whether the way to the box still answers while it carries much: only of a test that was not disturbed."""
    rise = view.figure("latency_rise_box")
    if rise is None or view.tri("wifi_carries") is not Tri.YES:
        return
    # What waits in the air keeps those beyond the box waiting as well; else the box answers late by itself.
    passed = [f for n in ("latency_rise_beyond", "latency_rise_server") if (f := view.figure(n)) is not None]
    rise = min(rise, *passed) if passed else rise
    if rise >= thresholds.LOADED_RISE_MS:
        yield "wifi_holds_under_load", Tri.NO, _CAPACITY
    elif rise < thresholds.GATEWAY_STEADY_MS:
        yield "wifi_holds_under_load", Tri.YES, _CAPACITY
