"""How good it is to be here, in a word: one moment of a walk, and a room of it. Pure; accuses nobody.

A place is as good as the worst of what was measured there. What was not measured says nothing; with nothing at all
the word is ``UNKNOWN``.
"""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.diagnosis import thresholds, wifi_limits
from selfcare.model.series import wilson
from selfcare.model.wifi import Link, Place

_ORDER = (Place.GOOD, Place.FAIR, Place.WEAK, Place.BAD)
_Steps = tuple[float, float, float]


def worst(*grades: Place) -> Place:
    """The worst of the known ones; ``UNKNOWN`` where none is."""
    known = [g for g in grades if g is not Place.UNKNOWN]
    return max(known, key=_ORDER.index, default=Place.UNKNOWN)


def _at_least(value: float | None, steps: _Steps) -> Place:
    if value is None:
        return Place.UNKNOWN
    return next((grade for grade, step in zip(_ORDER, steps, strict=False) if value >= step), Place.BAD)


def _at_most(value: float | None, steps: _Steps) -> Place:
    if value is None:
        return Place.UNKNOWN
    return next((grade for grade, step in zip(_ORDER, steps, strict=False) if value <= step), Place.BAD)


def signal(rssi_dbm: float | None) -> Place:
    """Of the signal alone, in dBm."""
    return _at_least(rssi_dbm, (thresholds.RSSI_GOOD_DBM, thresholds.RSSI_FAIR_DBM, thresholds.RSSI_WEAK_DBM))


def clearness(snr_db: float | None) -> Place:
    """Of the signal over the noise, in dB."""
    return _at_least(snr_db, (wifi_limits.SNR_GOOD_DB, wifi_limits.SNR_FAIR_DB, wifi_limits.SNR_WEAK_DB))


def moment(link: Link | None, rtt_ms: float | None, lost: bool) -> Place:
    """One moment: the signal, its clearness, and one round trip to the box in ms (``lost``: no answer).

    One late answer is no bad place, as one in ten is late in a sound home (and a sleeping radio wakes late): only a
    lost one is. ``link`` None is a moment in no network, or one that nobody could read: only the question counts.
    """
    if lost:
        return Place.BAD
    dbm = None if link is None else link.rssi_dbm if link.rssi_dbm is not None else link.rssi_average_dbm
    snr = link.snr_db if link is not None else None
    asked = _at_most(rtt_ms, (wifi_limits.HOP_P90_MS, thresholds.GATEWAY_P90_MS, float("inf")))
    return worst(signal(dbm), clearness(snr), asked)


def room(
    rssi_dbm: float | None,
    rtt_ms: float | None,
    rtt_p90_ms: float | None,
    loss_pct: float | None,
    asked: int = wifi_limits.HOP_QUESTIONS,
) -> Place:
    """A room: median signal in dBm, median and 90th percentile of the round trips in ms, loss in % of ``asked``."""
    middle = _at_most(rtt_ms, (wifi_limits.HOP_MEDIAN_MS, wifi_limits.HOP_P90_MS, thresholds.GATEWAY_P90_MS))
    late = _at_most(rtt_p90_ms, (wifi_limits.HOP_P90_MS, wifi_limits.HOP_P90_MS, thresholds.GATEWAY_P90_MS))
    return worst(signal(rssi_dbm), middle, late, _loss(loss_pct, asked))


def _loss(loss_pct: float | None, asked: int) -> Place:
    """One of a few may be lost anywhere; it takes two, and a share that is surely above the limit, to be bad."""
    if loss_pct is None or asked <= 0:
        return Place.UNKNOWN
    lost = round(loss_pct * asked / 100)
    if lost < 2 or loss_pct <= thresholds.LOSS_PCT:
        return Place.FAIR if lost == 1 and loss_pct > thresholds.LOSS_PCT else Place.GOOD
    surely = 100 * wilson(lost, asked)[0] > thresholds.LOSS_PCT
    return Place.BAD if loss_pct > wifi_limits.HOP_LOSS_BAD_PCT and surely else Place.WEAK


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown while moments follow each other, so that a word on its limit does not flicker.

    A worse word is taken at its second moment in a row, a better one at its third. A moment of which nothing is known
    is shown at once: an old word is never kept for the present one.
    """

    grade: Place = Place.UNKNOWN
    coming: Place = Place.UNKNOWN
    times: int = 0

    def then(self, grade: Place) -> Shown:
        """After one more moment."""
        if Place.UNKNOWN in (grade, self.grade):
            return Shown(grade)
        if grade is self.grade:
            return Shown(grade)
        worse = _ORDER.index(grade) > _ORDER.index(self.grade)
        same = self._same_way(worse)
        times = self.times + 1 if same else 1
        # Of several on the same way the mildest is what all of them agree on.
        mildest = grade
        if same:
            mildest = (min if worse else max)(grade, self.coming, key=_ORDER.index)
        enough = wifi_limits.WORSE_MOMENTS if worse else wifi_limits.BETTER_MOMENTS
        return Shown(mildest) if times >= enough else Shown(self.grade, mildest, times)

    def _same_way(self, worse: bool) -> bool:
        if self.coming is Place.UNKNOWN:
            return False
        return (_ORDER.index(self.coming) > _ORDER.index(self.grade)) is worse
