"""Facts about the Wi-Fi: whether this PC is in a network, in which, how it hears it, and whether the way suffers.

A figure the system does not tell draws no fact. ``EARLY`` is what the look alone says; ``OBSERVERS`` join it with the
series to the box; ``LATE`` with the speed test and the whole of the connection.
"""

from __future__ import annotations

from collections.abc import Callable

from selfcare.diagnosis import thresholds, wifi_limits
from selfcare.diagnosis.observe import wifi_air, wifi_hop, wifi_net, wifi_past, wifi_rate
from selfcare.diagnosis.observe.box import up_time
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.diagnosis.observe.wifi_air import LINK
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.series import wilson
from selfcare.model.tri import Tri
from selfcare.model.wifi import Link

SYMPTOMS: tuple[str, ...] = ("wifi_right_net", "wifi_stays_joined", "wifi_rate_enough", "wifi_holds_under_load")
SOURCES: dict[str, str] = dict.fromkeys(
    (
        "wifi_radio_on", "wifi_joined", "wifi_joining", "wifi_known_in_sight", "wifi_auth_refused",
        "wifi_refused_often", "wifi_refuser_near", "wifi_encrypted", "wifi_hotspot", "wifi_phone", "wifi_guest",
        "wifi_net_foreign", "wifi_home_in_sight", "wifi_right_net", "wifi_foreign_by_choice", "wifi_stays_joined",
        "wifi_channel_moves", "wifi_signal_enough", "wifi_signal_bad", "wifi_clear", "wifi_frames_lost",
        "wifi_channel_busy", "wifi_neighbours_many", "wifi_channel_crowded", "wifi_on_24", "wifi_faster_band",
        "wifi_band_better", "wifi_better_point", "wifi_ap_is_box", "wifi_box_in_sight", "wifi_phy_enough",
        "wifi_phy_modest", "wifi_rate_enough", "wifi_suffers", "wifi_reason_known",
    ),
    LINK,
) | {
    "wifi_carries": "link.interfaces",
    "wifi_only_way": "link.interfaces",
    "wifi_hop_fine": "latency.gateway",
    "wifi_holds_under_load": "speed.capacity",
    # Drawn by observe.bottleneck from the windows of the speed test.
    "wifi_limits_rate": "speed.capacity",
    "line_limits_rate": "speed.capacity",
}  # fmt: skip


def steadiness(view: View) -> Drawn:
    """Drops of the last day, without those somebody here asked for or a restart of the box explains."""
    told = wifi_air.payload(view)
    if told is None or not told.reading.events:
        return
    reading = told.reading
    lost = wifi_past.drops(reading, up_time(view))
    view.number("wifi_drops", len(lost), "", LINK)
    joined = reading.link.connected_s if reading.link is not None else None
    if len(lost) >= wifi_limits.WIFI_DROPS_MANY:
        yield "wifi_stays_joined", Tri.NO, LINK
    elif not lost and (joined or 0.0) >= wifi_limits.WIFI_STEADY_S:
        yield "wifi_stays_joined", Tri.YES, LINK
    moves = wifi_past.channel_moves(reading)
    view.number("wifi_moves", moves, "", LINK)
    yield "wifi_channel_moves", Tri.of(moves >= wifi_limits.MANY_MOVES), LINK


def signal(view: View) -> Drawn:
    """How this PC hears its network: the signal, and the signal over the noise."""
    link = wifi_air.link(view)
    if link is None:
        return
    dbm = wifi_air.level(link)
    # Of the same level: one frame heard badly is no noise.
    snr = dbm - link.noise_dbm if dbm is not None and link.noise_dbm is not None else None
    view.number("wifi_signal", dbm, "dBm", LINK)
    view.number("wifi_snr", snr, "dB", LINK)
    if dbm is not None:
        yield "wifi_signal_bad", Tri.of(dbm < thresholds.RSSI_WEAK_DBM), LINK
        if dbm <= wifi_limits.WIFI_WEAK_DBM:
            yield "wifi_signal_enough", Tri.NO, LINK
        elif dbm >= thresholds.RSSI_FAIR_DBM:
            yield "wifi_signal_enough", Tri.YES, LINK
    if snr is not None and snr < wifi_limits.SNR_FAIR_DB:
        yield "wifi_clear", Tri.NO, LINK
    elif snr is not None and snr >= wifi_limits.SNR_GOOD_DB:
        yield "wifi_clear", Tri.YES, LINK


def frames(view: View) -> Drawn:
    """What the radio itself sent again, gave up or missed, during the check."""
    told = wifi_air.payload(view)
    if told is None:
        return
    sent, again, gone = told.sent, told.retried, told.failed
    missed, resent, given_up = _missed(told), Tri.UNKNOWN, Tri.UNKNOWN
    if sent is not None and sent >= wifi_limits.MIN_FRAMES:
        if again is not None:
            view.number("wifi_retries", 100 * again / sent, "%", LINK)
        # No radio sends hundreds of frames and never one again, or each of them: such a driver does not count.
        if again and again != sent:
            resent = _many(again, sent, wifi_limits.RETRIES_PCT, wifi_limits.RETRIES_FEW_PCT)
        if gone is not None:
            given_up = _many(gone, sent, wifi_limits.FAILED_PCT, wifi_limits.FAILED_PCT)
    # Sent again until it arrived is the air's daily business: nothing was lost of what was never given up.
    tried = resent is Tri.YES and gone != 0
    if Tri.YES in (missed, given_up) or tried:
        yield "wifi_frames_lost", Tri.YES, LINK
    elif resent is given_up is Tri.NO:
        yield "wifi_frames_lost", Tri.NO, LINK


def _many(part: int, whole: int, many_pct: float, few_pct: float) -> Tri:
    """Retries are counted per try and may exceed the frames: then they surely are many."""
    low, high = wilson(min(part, whole), whole)
    if 100 * low >= many_pct:
        return Tri.YES
    return Tri.NO if 100 * high < few_pct or part == 0 else Tri.UNKNOWN


def _missed(told: WifiPayload) -> Tri:
    """By its lower bound: an adapter that looks at another channel for a moment misses two of seven."""
    due = int(told.window_s / wifi_limits.BEACON_S)
    if told.beacons_lost is None or due < 5:
        return Tri.UNKNOWN
    return _many(told.beacons_lost, due, wifi_limits.BEACONS_LOST_PCT, wifi_limits.BEACONS_LOST_PCT)


def channel(view: View) -> Drawn:
    """How much of the channel others take: measured here, told by the access point, or weighed from who is in sight."""
    link = wifi_air.link(view)
    if link is None:
        return
    around = wifi_air.in_sight(view)
    here = wifi_air.own(link, around)
    uses = [u for u in (here.load.use if here is not None and here.load is not None else None, link.busy_share) if u]
    use = max(uses, default=None)
    view.number("wifi_use", None if use is None else 100 * use, "%", LINK)
    # What this PC moves itself fills the channel as well.
    ours = view.tri("own_traffic") is Tri.YES
    if use is not None and use >= wifi_limits.CHANNEL_BUSY and not ours:
        yield "wifi_channel_busy", Tri.YES, LINK
    elif use is not None and use < wifi_limits.CHANNEL_FREE:
        yield "wifi_channel_busy", Tri.NO, LINK
    weighed = wifi_air.crowd(link, around) if wifi_air.searched(view) else None
    if weighed is not None:
        view.number("wifi_crowd", weighed, "", wifi_air.source(view))
        many = Tri.YES if weighed >= wifi_limits.CROWDED else Tri.NO if weighed < wifi_limits.UNCROWDED else Tri.UNKNOWN
        yield "wifi_neighbours_many", many, wifi_air.source(view)
    yield "wifi_channel_crowded", _crowded(view), wifi_air.source(view)


def _crowded(view: View) -> Tri:
    """A channel measured to be free is free, however many share it; a busy one without neighbours is not theirs."""
    busy, many = view.tri("wifi_channel_busy"), view.tri("wifi_neighbours_many")
    if Tri.NO in (busy, many) and Tri.YES not in (busy, many):
        return Tri.NO
    if busy is Tri.NO:
        return Tri.NO
    if busy is Tri.YES:
        link, around = wifi_air.link(view), wifi_air.in_sight(view)
        told = link is not None and (here := wifi_air.own(link, around)) is not None and here.load is not None
        # With nobody else there it is the home's own devices that fill it.
        there = many is Tri.YES or (told and many is not Tri.NO and wifi_air.searched(view))
        return Tri.YES if there else Tri.UNKNOWN
    return many


def others(view: View) -> Drawn:
    """Whether a better access point of the same name, or a faster band of it, is in sight; and whose this one is."""
    link = wifi_air.link(view)
    if link is None:
        return
    around, where = wifi_air.in_sight(view), wifi_air.source(view)
    searched = wifi_air.searched(view)
    if link.channel is not None:
        yield "wifi_on_24", Tri.of(link.channel.band.value == "2.4"), LINK
    faster = wifi_air.faster_bands(link, around)
    if faster or (searched and link.ssid is not None and link.bssid is not None):
        yield "wifi_faster_band", Tri.of(bool(faster)), where
        slow = view.tri("wifi_on_24")
        yield "wifi_band_better", slow if faster else Tri.NO, where
        view.number("wifi_faster_signal", max((b.rssi_dbm or -200 for b in faster), default=None), "dBm", where)
    yield from _better(view, link, searched)
    told = wifi_air.payload(view)
    box = told.gateway_mac if told is not None else None
    if box is not None and link.bssid is not None:
        itself = wifi_air.same_device(link.bssid, box)
        of_box = [b.rssi_dbm for b in wifi_air.same_name(link, around) if wifi_air.same_device(b.bssid, box)]
        # Some boxes have a radio of another maker's numbers; and a repeater beside the box has a good way to it.
        beside = any(dbm is not None and dbm >= thresholds.RSSI_FAIR_DBM for dbm in of_box)
        yield "wifi_ap_is_box", Tri.UNKNOWN if beside and not itself else Tri.of(itself), LINK
        yield "wifi_box_in_sight", Tri.of(bool(of_box) if of_box or searched else None), where


def _better(view: View, link: Link, searched: bool) -> Drawn:
    dbm, where = wifi_air.level(link), wifi_air.source(view)
    if dbm is None or link.ssid is None or link.bssid is None:
        return
    # Another band of the same device is no nearer one.
    rivals = [
        b.rssi_dbm
        for b in wifi_air.same_name(link, wifi_air.in_sight(view))
        if b.rssi_dbm is not None and not wifi_air.same_device(b.bssid, link.bssid)
    ]
    if rivals:
        view.number("wifi_better_by", max(rivals) - dbm, "dB", where)
    if any(r >= dbm + wifi_limits.BETTER_AP_DB for r in rivals):
        # Who hears its own well enough needs no other, and is kept from none: what is wrong is something else.
        enough = view.tri("wifi_signal_enough") is Tri.YES
        yield "wifi_better_point", Tri.UNKNOWN if enough else Tri.YES, where
    elif searched:
        yield "wifi_better_point", Tri.NO, where


_FIGURES = (
    ("wifi_signal_enough", Tri.NO), ("wifi_clear", Tri.NO), ("wifi_channel_crowded", Tri.YES),
    ("wifi_better_point", Tri.YES), ("wifi_band_better", Tri.YES), ("wifi_ap_is_box", Tri.NO),
)  # fmt: skip
_OF_A_GOOD_SIGNAL = ("wifi_clear", "wifi_channel_crowded", "wifi_ap_is_box")
"""Figures that say why only where the signal is not what is wrong."""


def _says_why(view: View, fact: str) -> bool:
    if fact == "wifi_ap_is_box" and view.tri("wifi_frames_lost") is Tri.YES:
        return False  # it is this hop that loses, not the one behind it
    if fact == "wifi_better_point":
        return view.tri("wifi_signal_enough") is Tri.NO
    return fact not in _OF_A_GOOD_SIGNAL or view.tri("wifi_signal_enough") is Tri.YES


def summary(view: View) -> Drawn:
    """Whether anything suffers that the air could be the cause of; and whether a figure says why."""
    if view.tri("wifi_carries") is not Tri.YES:
        return
    hop = view.tri("gateway_trouble")
    yield "wifi_hop_fine", Tri.of(hop is Tri.NO) if hop is not Tri.UNKNOWN else hop, "latency.gateway"
    felt = [view.tri(f) for f in ("gateway_loss_free", "gateway_latency_fine", *SYMPTOMS[1:])]
    if Tri.NO in felt:
        yield "wifi_suffers", Tri.YES, LINK
    elif hop is Tri.NO:
        yield "wifi_suffers", Tri.NO, "latency.gateway"
    if any(view.tri(f) is value and _says_why(view, f) for f, value in _FIGURES) or _slow_by_itself(view):
        yield "wifi_reason_known", Tri.YES, LINK
    elif all(view.tri(f) is not Tri.UNKNOWN for f, _ in _FIGURES):
        yield "wifi_reason_known", Tri.NO, LINK


def _slow_by_itself(view: View) -> bool:
    """The load waits before a radio that is too slow for the line: its rate says why, but of nothing that is lost."""
    lost = view.tri("gateway_trouble") is Tri.YES
    slow = view.tri("wifi_phy_enough") is view.tri("wifi_rate_enough") is Tri.NO
    return slow and not lost and view.tri("wifi_signal_enough") is Tri.YES


EARLY: tuple[Callable[[View], Drawn], ...] = (wifi_net.carries, wifi_net.joining, wifi_net.refused)
OBSERVERS: tuple[Callable[[View], Drawn], ...] = (
    wifi_net.network, steadiness, signal, frames, channel, others, wifi_hop.behind,
)  # fmt: skip
LATE: tuple[Callable[[View], Drawn], ...] = (wifi_rate.rate, wifi_rate.loaded, wifi_net.right_net, summary)
