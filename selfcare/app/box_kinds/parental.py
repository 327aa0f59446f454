"""Who may when: one device's, or one person's, word by hand and timetable.

The timetable is kept as one part for each weekday and time, whatever groups a box makes of them: so half a timetable
is seen as what it is, and "between" stays exact. Boxes cut at midnight, and join what touches: so do we (``week``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from selfcare.app.box_kinds import week
from selfcare.app.box_kinds.kind import AGE_SLACK_S, Plain, Reading, Scope, State, Step, Value, differing, told
from selfcare.boxes.ports import ReadsParental, WritesParental
from selfcare.model.box import (
    Capability,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    ParentalWish,
    Wish,
)
from selfcare.model.box.change import Difference
from selfcare.model.units import Seconds

_SLOT = week.SLOT


class Parental(Plain):
    """Parts: ``rule``, ``until`` (Unix time, 0: no end), ``slot/<weekday>/<start>-<end>``, ``name`` (put back only)."""

    name = "parental"
    reads, writes = Capability.PARENTAL, Capability.SET_PARENTAL
    patience_s = 10.0

    def scope(self, wish: Wish) -> Scope:
        """The device, or the person by the box's own id."""
        assert isinstance(wish, ParentalWish)
        return Scope(tuple(mac.lower() for mac in wish.schedule.phys_addresses), wish.schedule.id)

    async def read(self, session: ReadsParental, scope: Scope) -> Reading:
        """No schedule is an empty one."""
        control = told(await session.parental())
        found = find(control, scope)
        return Reading(_state(found or ParentalSchedule(scope.macs)), (control, found))

    def asked(self, wish: Wish, now: Reading) -> State:
        """The whole schedule; a person keeps its name."""
        assert isinstance(wish, ParentalWish)
        state = _state(wish.schedule)
        return {**state, "name": state["name"] or now.state.get("name", False)}

    def kept(self, before: State, asked: State) -> Collection[str]:
        """All of it: a schedule is written whole."""
        return dict.fromkeys((*before, *asked)) if differing(before, asked) else ()

    def counts(self, part: str) -> bool:
        """One more time is another timetable."""
        return part.startswith(_SLOT)

    def aligned(self, states: Sequence[State]) -> list[State]:
        """Time by time."""
        return week.aligned(states)

    def aged(self, state: State, _seconds: float, now_s: float) -> State:
        """After its end, a word by hand is no more."""
        until = state.get("until")
        if isinstance(until, int) and until and until <= now_s:
            return {**state, "rule": ParentalRule.PLANNED.value, "until": 0}
        return state

    def same(self, part: str, found: Value, goal: Value) -> bool:
        """Ends within two minutes; a name is not insisted on."""
        if part == "name":
            return True
        if part.startswith(_SLOT):
            return bool(found) == bool(goal)
        if part == "until" and isinstance(found, int) and isinstance(goal, int):
            return bool(found) == bool(goal) and abs(found - goal) <= AGE_SLACK_S
        return found == goal

    def through(self, part: str) -> tuple[Value, ...]:
        """Gone for a moment."""
        passing: dict[str, tuple[Value, ...]] = {"rule": (ParentalRule.PLANNED.value,), "until": (0,)}
        return passing.get(part, (False,))

    def steps(
        self, session: WritesParental, now: Reading, goal: State, _last: Collection[str], scope: Scope
    ) -> list[Step]:
        """The whole schedule, in one go."""
        present = {*goal, *(part for part in now.state if self.counts(part))}
        if all(self.same(part, now.state.get(part, False), goal.get(part, False)) for part in present):
            return []
        found: ParentalSchedule | None = now.raw[1]
        return [partial(session.set_parental, _as_schedule(goal, scope, found))]

    def differences(self, before: State, asked: State, now: Reading) -> tuple[Difference, ...]:
        """The word by hand, its end, and each time that comes or goes."""
        found: ParentalSchedule | None = now.raw[1] if now.raw else None
        of = (found.name if found else None) or None
        shown = []
        for part in differing(before, asked):
            if part == "name":
                continue
            if part.startswith(_SLOT):
                day, (start, end) = week.spans(part)
                clock = f"{_clock(start)}–{_clock(end)}"
                present, wanted = bool(before.get(part, False)), bool(asked.get(part, False))
                shown.append(
                    Difference(f"box.field.parental.day.{day}", clock if present else False, clock if wanted else False)
                )
            else:
                shown.append(Difference(f"box.field.parental.{part}", before.get(part), asked.get(part), of))
        return tuple(shown)


def find(control: ParentalControl, scope: Scope) -> ParentalSchedule | None:
    """By the box's id, else the one that any of the devices belongs to."""
    by_id = (s for s in control.schedules if scope.id is not None and s.id == scope.id)
    by_mac = (s for s in control.schedules if {m.lower() for m in s.phys_addresses} & set(scope.macs))
    return next(by_id, None) or next(by_mac, None)


def _state(schedule: ParentalSchedule) -> dict[str, Value]:
    until = int(schedule.until.timestamp()) if schedule.until and schedule.rule is not ParentalRule.PLANNED else 0
    state: dict[str, Value] = {"rule": schedule.rule.value, "until": until, "name": schedule.name or False}
    return {**state, **week.parts(schedule.slots)}


def _as_schedule(goal: State, scope: Scope, found: ParentalSchedule | None) -> ParentalSchedule:
    wanted = {part for part, present in goal.items() if part.startswith(_SLOT) and present}
    kept: list[ParentalSlot] = []  # as the box groups its days: regrouping would be writes that nobody asked for
    for slot in found.slots if found else ():
        times = week.parts((slot,))
        if wanted.issuperset(times):
            wanted.difference_update(times)
            kept.append(slot)
    days: dict[tuple[int, int], list[int]] = {}
    for part in goal:
        if part in wanted:
            day, span = week.spans(part)
            days.setdefault(span, []).append(day)
    until: Any = goal.get("until")
    return ParentalSchedule(
        found.phys_addresses if found else scope.macs,
        rule=ParentalRule(str(goal["rule"])),
        until=datetime.fromtimestamp(until, UTC) if until else None,
        slots=(
            *kept,
            *(ParentalSlot(Seconds(a), Seconds(b), tuple(sorted(on))) for (a, b), on in sorted(days.items())),
        ),
        id=found.id if found else None,
        name=found.name if found else str(goal.get("name") or "") or None,
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
