"""Tests of the line and of the box itself, judged as the diagnosis judges: one measure for both."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from selfcare.app.box_figures import compare, sample
from selfcare.app.box_probe import of_the_day
from selfcare.app.guides.home_box import HomeBox, unknown
from selfcare.app.guides.side import Arguments, Tell
from selfcare.app.guides.world import Moment
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.errors import BoxError
from selfcare.diagnosis.observe.box import EARLY
from selfcare.diagnosis.observe.box_line import PROBE
from selfcare.diagnosis.observe.view import View
from selfcare.ground.errors import SelfcareError
from selfcare.model.box import Absent, BoxStatus
from selfcare.model.guide_run import Seen
from selfcare.model.payloads.box import BoxPayload
from selfcare.model.tri import Tri

if TYPE_CHECKING:
    from selfcare.app.boxes import BoxDesk
    from selfcare.boxes.detect import Found

ROUNDING_S = 30.0
"""Seconds by which a box's age may be told too high (whole minutes): so long before the step, nobody can tell."""
_FAR_S = 90 * 86_400.0
_FIGURES: Mapping[str, Mapping[str, str]] = {
    "dsl_sound": {"dsl_margin": "dB", "dsl_errors": "/min"}, "light_sound": {"optical_rx": "dBm"},
}  # fmt: skip
Clock = Callable[[], float]


class LineTests:
    """``clock``: Unix time, that of the runs."""

    def __init__(self, box: HomeBox, clock: Clock) -> None:
        self._box, self._clock = box, clock
        self._monotonic = box.journal().clock.monotonic
        self._set = self._off()
        self.tests: Mapping[str, Tell] = {
            "box.paired": self._paired,
            "box.restarted": self._restarted,
            "box.line_up": self._line_up,
            "box.session_up": self._session_up,
            "box.dsl_sound": self._dsl_sound,
            "box.light_sound": self._light_sound,
            "box.steady": self._steady,
        }

    async def _paired(self, _given: Arguments, _moment: Moment) -> Seen:
        status = await self._box.status()
        if isinstance(status, Absent):
            return unknown(status)
        found = await self._box.found()
        if status.paired:
            return Seen("yes")
        if found.pairing is PairingKind.NONE:
            return Seen("unknown", (("guide.box.paired.nothing_to", {}),))
        trouble = self._box.desk.trouble(found)
        return Seen("no", (("guide.box.paired.no", {}),), {"trouble": trouble} if trouble else {})

    async def _restarted(self, _given: Arguments, moment: Moment) -> Seen:
        """Since the step was come to. A box counts its age from a moment after its start, never from before."""
        status = await self._box.status()
        if isinstance(status, Absent):
            return unknown(status)
        if abs(self._off() - self._set) > ROUNDING_S or moment.since > self._clock() + ROUNDING_S:
            # The clock was set meanwhile (or this PC slept): a box's age and the step's time are not of one measure.
            return Seen("unknown", (), {"why": "clock_set"})
        began = await self._began(status, moment.since)
        if began is None:
            return Seen("unknown", (("guide.box.unknown.cannot", {}),), {"why": "age_not_told"})
        if isinstance(began, bool):
            return _yes_no(began, "restarted")
        if moment.since - ROUNDING_S <= began < moment.since:
            return Seen("unknown", (), {"why": "just_before"})
        return _yes_no(began >= moment.since, "restarted")

    def _off(self) -> float:
        return self._clock() - self._monotonic()

    async def _began(self, status: BoxStatus, since: float) -> float | bool | None:
        """When it started (Unix time), or whether it did since."""
        if status.device.up_time is not None:
            return self._clock() - status.device.up_time
        if isinstance(status.restarts, tuple):
            listed = [one.at.timestamp() for one in status.restarts if one.at.tzinfo is not None]
            return max(listed, default=0.0) if listed else None
        try:
            kept = await self._box.desk.history(await self._box.found(), _FAR_S / 86_400.0)
        except (BoxError, SelfcareError):
            return None
        before = next((one for one in reversed(kept) if one.at <= since), None)
        return compare(before, sample(status)).restarted if before is not None else None

    async def _line_up(self, _given: Arguments, _moment: Moment) -> Seen:
        return await self._by_fact("box_line_up", "line_up")

    async def _session_up(self, _given: Arguments, _moment: Moment) -> Seen:
        return await self._by_fact("box_session_up", "session_up")

    async def _by_fact(self, name: str, words: str) -> Seen:
        view = await self._view()
        if isinstance(view, Absent):
            return unknown(view)
        return _seen(view, view.tri(name), words)

    async def _dsl_sound(self, _given: Arguments, _moment: Moment) -> Seen:
        """A line that is not synchronised has no figures: it is not sound."""
        return await self._all_of("dsl_sound", "dsl_synced", "dsl_margin_enough", "dsl_errors_low")

    async def _light_sound(self, _given: Arguments, _moment: Moment) -> Seen:
        return await self._all_of("light_sound", "optical_signal", "optical_level_good")

    async def _steady(self, _given: Arguments, _moment: Moment) -> Seen:
        return await self._all_of("steady", "box_stays_on", "line_stays_up")

    async def _all_of(self, words: str, *names: str) -> Seen:
        """No: one of them is. Yes: all of them are. Else nobody knows."""
        view = await self._view()
        if isinstance(view, Absent):
            return unknown(view)
        told = [view.tri(name) for name in names]
        whole = Tri.NO if Tri.NO in told else Tri.YES if set(told) == {Tri.YES} else Tri.UNKNOWN
        facts = {name: view.tri(name).value for name in names}
        return _seen(view, whole, words, facts)

    async def _view(self) -> View | Absent:
        """The box's own words alone, as the diagnosis draws its facts from them."""
        status = await self._box.status()
        if isinstance(status, Absent):
            return status
        found = await self._box.found()
        return await drawn(self._box.desk, found, status)


async def drawn(desk: BoxDesk, found: Found, status: BoxStatus) -> View:
    """The facts that the diagnosis draws from what a box says."""
    payload = BoxPayload(found.family.value, status)
    with contextlib.suppress(SelfcareError):  # a disk that cannot be read: without what was seen before
        restarts, disconnections = await of_the_day(desk, found, status)
        change = await desk.change_since_last(found)
        payload = replace(payload, change=change, restarts_day=restarts, disconnections_day=disconnections)
    view = View({PROBE: payload}, frozenset())
    for observer in EARLY:
        for fact, value, measurement in observer(view):
            view.add(fact, value, measurement)
    return view


def _yes_no(yes: bool, words: str) -> Seen:
    answer = "yes" if yes else "no"
    return Seen(answer, ((f"guide.box.{words}.{answer}", {}),))


def _seen(view: View, value: Tri, words: str, facts: Mapping[str, object] | None = None) -> Seen:
    answer = {Tri.YES: "yes", Tri.NO: "no"}.get(value, "unknown")
    units = _FIGURES.get(words, {})
    figures = {name: f"{view.facts[name].value} {unit}" for name, unit in units.items() if name in view.facts}
    return Seen(answer, ((f"guide.box.{words}.{answer}", {}),), {**(facts or {}), **figures})
