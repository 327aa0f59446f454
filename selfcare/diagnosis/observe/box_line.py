"""What the box says of the line itself: telephone line, optical fibre, mobile network. Pure figures, no accusation."""

from __future__ import annotations

from selfcare.diagnosis import grades, thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.box import (
    AccessMedium,
    BoxStatus,
    CellularInterface,
    DslLine,
    LinkStatus,
    OnuState,
    OpticalInterface,
    WanStatus,
)
from selfcare.model.payloads.box import BoxPayload, LineChange
from selfcare.model.tri import Tri

PROBE = "box.status"


def medium_of(status: BoxStatus) -> AccessMedium | None:
    """What the line is made of: the box's word, else the only kind it has figures of."""
    if isinstance(status.wan, WanStatus) and status.wan.medium is not None:
        return status.wan.medium
    kinds = {AccessMedium.DSL: status.dsl, AccessMedium.FIBRE: status.optical}
    there = [m for m, reading in kinds.items() if isinstance(reading, (DslLine, OpticalInterface))]
    return there[0] if len(there) == 1 else None


def dsl(view: View, payload: BoxPayload, status: BoxStatus) -> Drawn:
    """Sync, margin, errors. Figures of a line without sync are left over from before."""
    line = status.dsl
    link = status.wan.link if isinstance(status.wan, WanStatus) else None
    state = line.status if isinstance(line, DslLine) else link
    if medium_of(status) is not AccessMedium.DSL or state in (None, LinkStatus.DISABLED):
        return
    yield "dsl_synced", Tri.of(state is LinkStatus.UP), PROBE
    yield "line_training", Tri.of(state is LinkStatus.INITIALISING), PROBE
    if not isinstance(line, DslLine) or state is not LinkStatus.UP:
        return
    yield from _margin(view, line)
    yield from _errors(view, line, payload.change, status.device.up_time)
    age, whole = line.showtime, status.device.up_time
    resynced = payload.change.resynced if payload.change is not None else None
    if age is not None and whole is not None:
        fell = age < thresholds.DSL_RESYNCED_S and whole - age > thresholds.COUNTER_ALONE_S
        yield "dsl_resynced_lately", Tri.of(fell or bool(resynced)), PROBE
    elif resynced is not None:
        yield "dsl_resynced_lately", Tri.of(resynced), PROBE


def _margin(view: View, line: DslLine) -> Drawn:
    known = [way for way in (line.down, line.up) if way.noise_margin is not None]
    if not known or all(not way.noise_margin and not way.attenuation for way in known):
        return  # zeros in place of figures
    least = min(way.noise_margin for way in known if way.noise_margin is not None)
    view.number("dsl_margin", least, "dB", PROBE)
    grade = grades.margin(least)
    if grade == grades.BAD:
        yield "dsl_margin_enough", Tri.NO, PROBE
    elif grade == grades.GOOD:
        yield "dsl_margin_enough", Tri.YES, PROBE


def _errors(view: View, line: DslLine, change: LineChange | None, up_time: float | None) -> Drawn:
    """Rates between two readings. A counter alone accuses nobody unless its rate since the sync says so clearly.

    Some count since the sync, some since they began (reference §2.3): a counter accuses over the longer of the two,
    and clears over the shorter. Over more than an hour it does not tell when.
    """
    shortest, strict = float(line.showtime or 0.0), thresholds.COUNTER_SHARE
    seconds, now = max(shortest, up_time or 0.0), False
    crc = _most(line.down.crc_errors, line.up.crc_errors)
    severe = _most(line.down.severely_errored_secs, line.up.severely_errored_secs)
    if change is not None and change.seconds >= thresholds.COUNTER_WINDOW_S and change.crc_errors is not None:
        seconds, strict, now = float(change.seconds), 1.0, True
        shortest = seconds
        crc, severe = change.crc_errors, change.severely_errored_secs
    elif shortest < thresholds.COUNTER_ALONE_S or up_time is None:
        return
    a_minute = crc / seconds * 60 if crc is not None else None
    an_hour = severe / seconds * 3600 if severe is not None and seconds >= thresholds.COUNTER_ALONE_S else None
    view.number("dsl_errors", a_minute, "/min", PROBE)
    many, severely = strict * thresholds.DSL_ERRORS_PER_MIN, strict * thresholds.DSL_SES_PER_H
    if (a_minute or 0.0) > many or (an_hour or 0.0) > severely:
        yield "dsl_errors_low", Tri.NO, PROBE
        yield "dsl_errors_rising", Tri.of(now or seconds <= thresholds.RECENT_COUNTER_S or None), PROBE
    elif crc is not None and crc / shortest * 60 < thresholds.DSL_ERRORS_FEW_PER_MIN:
        yield "dsl_errors_low", Tri.YES, PROBE


def _most(*counts: int | None) -> int | None:
    return max((c for c in counts if c is not None), default=None)


def optics(view: View, status: BoxStatus) -> Drawn:
    """Light, its level, and whether the operator's end accepts this terminal."""
    seen = status.optical
    if medium_of(status) is not AccessMedium.FIBRE or not isinstance(seen, OpticalInterface):
        return
    if seen.module_present is False:
        return  # the fibre ends in another device
    power = grades.plausible_power(seen.rx_power)
    view.number("optical_rx", power, "dBm", PROBE)
    signal, registered = _signal(seen, power), _registered(seen)
    if registered is Tri.YES and signal is Tri.NO:
        return  # it cannot be both
    yield "optical_signal", signal, PROBE
    yield "optical_registered", registered, PROBE
    yield "line_training", Tri.of(seen.onu_state in (OnuState.O3, OnuState.O4)), PROBE
    if power is not None and signal is not Tri.NO:
        yield from _level(seen, power)


def _signal(seen: OpticalInterface, power: float | None) -> Tri:
    """Its own word, and the meter must not contradict it."""
    by_meter = Tri.UNKNOWN
    if power is not None and power <= thresholds.OPTICS_DARK_DBM:
        by_meter = Tri.NO
    elif power is not None and power >= thresholds.OPTICS_WINDOW_DBM[0] - thresholds.OPTICS_METER_DB:
        by_meter = Tri.YES
    said = Tri.of(seen.signal)
    if Tri.UNKNOWN in (said, by_meter):
        return by_meter if said is Tri.UNKNOWN else said
    return said if said is by_meter else Tri.UNKNOWN


def _registered(seen: OpticalInterface) -> Tri:
    by_state = Tri.of(seen.onu_state is OnuState.O5) if seen.onu_state is not None else Tri.UNKNOWN
    usable = seen.status not in (None, LinkStatus.DISABLED)
    by_status = Tri.of(seen.status is LinkStatus.UP) if usable else Tri.UNKNOWN
    if Tri.UNKNOWN in (by_state, by_status):
        return by_status if by_state is Tri.UNKNOWN else by_state
    return by_state if by_state is by_status else Tri.UNKNOWN


def _level(seen: OpticalInterface, power: float) -> Drawn:
    """Against the box's own limits where it has them."""
    grade = grades.light(power, seen.rx_low, seen.rx_high, seen.pon_mode)
    yield "optical_level_far_off", Tri.of(grade == grades.BAD), PROBE
    if grade in (grades.BAD, grades.POOR):
        yield "optical_level_good", Tri.NO, PROBE
    elif grade == grades.GOOD:
        yield "optical_level_good", Tri.YES, PROBE


def cellular(view: View, status: BoxStatus) -> Drawn:
    """Only where the mobile network is the line, not its spare."""
    seen = status.cellular
    if not isinstance(seen, CellularInterface) or medium_of(status) is not AccessMedium.CELLULAR or seen.backup:
        return
    view.number("cellular_rsrp", seen.rsrp, "dBm", PROBE)
    view.number("cellular_sinr", seen.sinr, "dB", PROBE)
    level, noise = seen.rsrp, seen.sinr
    faint = level is not None and level < thresholds.RSRP_BAD_DBM
    if faint or (noise is not None and noise < thresholds.SINR_BAD_DB):
        yield "cellular_good", Tri.NO, PROBE
    elif (level or -200.0) >= thresholds.RSRP_GOOD_DBM and (noise is None or noise >= thresholds.SINR_GOOD_DB):
        yield "cellular_good", Tri.YES, PROBE
