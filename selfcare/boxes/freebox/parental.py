"""Parental control from API 8 on (``profile``, ``network_control``) and before (``parental``): parsing. Pure.

A person is a profile with hardware addresses; a rule of mode ``denied`` is a slot. Times are seconds since 00:00 in
steps of 300 (resolution 288). ``weekdays`` has eight values, the eighth for holidays; that the first is Monday is not
written for rules, only for the vendor's other timetables ("mapping[0] is monday"), and two clients disagree: so the
box's own ``next_change`` is compared with both readings (:func:`sunday_first`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from selfcare.boxes.freebox.lenient import flag, hardware, items, mapping, moment, number, rows, text, whole
from selfcare.model.box import ParentalControl, ParentalRule, ParentalSchedule, ParentalSlot
from selfcare.model.units import Seconds

STEP, DAY = 300, 86_400
"""Seconds: the resolution of a rule, and a day."""
_RULES = {"allowed": ParentalRule.ALLOWED, "denied": ParentalRule.BLOCKED}
_BLOCKED = {"denied": True, "allowed": False}


def control(controls: Any, profiles: Any, rules: Mapping[str, Any], sunday: bool = False) -> ParentalControl:
    """``network_control``, ``profile`` for the names, ``network_control/{id}/rules`` by profile."""
    names = {text(each.get("id")): text(each.get("name")) for each in rows(profiles)}
    found = tuple(
        schedule(each, names.get(text(each.get("profile_id"))), rules.get(text(each.get("profile_id")) or ""), sunday)
        for each in rows(controls)
        if macs(each)
    )
    return ParentalControl(None, found)


def macs(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Hardware addresses, in lower case."""
    return tuple(found for each in items(told.get("macs"))[:64] if (found := hardware(each)) is not None)


def schedule(told: Mapping[str, Any], name: str | None, rules: Any, sunday: bool = False) -> ParentalSchedule:
    """One person."""
    override = flag(told.get("override")) is True
    by_hand = _RULES.get(text(told.get("override_mode")) or "") if override else None
    return ParentalSchedule(
        phys_addresses=macs(told),
        rule=by_hand or ParentalRule.PLANNED,
        until=moment(told.get("override_until")) if by_hand is not None else None,
        slots=tuple(found for each in rows(rules) if (found := slot(each, sunday)) is not None),
        blocked_now=_BLOCKED.get(text(told.get("current_mode")) or ""),
        id=text(told.get("profile_id")),
        name=name,
    )


def slot(told: Mapping[str, Any], sunday: bool = False) -> ParentalSlot | None:
    """An enabled rule that denies; rules that only limit to the web, or that allow, are no slots."""
    if text(told.get("mode")) != "denied" or flag(told.get("enabled")) is False:
        return None
    start, end = whole(told.get("start_time"), 0, DAY), whole(told.get("end_time"), 0, DAY)
    week = [flag(on) is True for on in items(told.get("weekdays"))[:7]]
    week = week[1:] + week[:1] if sunday else week
    days = tuple(day for day, on in enumerate(week) if on)
    if start is None or end is None or not days:
        return None
    return ParentalSlot(Seconds(start), Seconds(end if end else DAY), days)


def override(wish: ParentalSchedule) -> dict[str, Any]:
    """For ``PUT network_control/{id}``: by hand, until when (0 is for ever), for whom."""
    by_hand = wish.rule is not ParentalRule.PLANNED
    mode = "denied" if wish.rule is ParentalRule.BLOCKED else "allowed"
    return {
        "macs": [each.upper() for each in wish.phys_addresses],
        "override": by_hand,
        "override_mode": mode,
        "override_until": int(wish.until.timestamp()) if by_hand and wish.until is not None else 0,
    }


def rule(wish: ParentalSlot, sunday: bool = False) -> dict[str, Any]:
    """For ``POST network_control/{id}/rules/``."""
    week = [day in wish.weekdays for day in range(7)]
    return {
        "name": "Selfcare",
        "mode": "denied",
        "start_time": int(wish.start),
        "end_time": int(wish.end),
        "weekdays": (week[-1:] + week[:-1] if sunday else week) + [False],
        "enabled": True,
    }


def sunday_first(told: Mapping[str, Any], rules: Any, now: datetime) -> bool:
    """Whether the box counts days from Sunday: its next change is when that reading has it, and not the other.

    ``now`` in the local time that the box keeps too. Rules that are no slots make it impossible to tell.
    """
    change, known = whole(told.get("next_change"), 1), rows(rules)
    readings = [[found for each in known if (found := slot(each, sunday)) is not None] for sunday in (False, True)]
    if change is None or len(readings[0]) != len(known):
        return False
    monday, sunday = (_next_change(slots, now) for slots in readings)
    return sunday == change != monday


def _next_change(slots: Iterable[ParentalSlot], now: datetime) -> int | None:
    """When denied becomes allowed or back, in seconds since 1970."""
    denied = {
        (day, step)
        for each in slots
        for day in each.weekdays
        for step in range(int(each.start) // STEP, int(each.end) // STEP)
    }
    at = now.replace(second=0, microsecond=0) - timedelta(minutes=now.minute % 5)
    here = (at.weekday(), (at.hour * 3600 + at.minute * 60) // STEP) in denied
    for _ in range(7 * DAY // STEP):
        at += timedelta(seconds=STEP)
        if ((at.weekday(), (at.hour * 3600 + at.minute * 60) // STEP) in denied) is not here:
            return int(at.timestamp())
    return None


def possible(slots: Iterable[ParentalSlot], step: int = STEP) -> bool:
    """Whether the box can keep these: whole steps, within a day, on a day."""
    return all(
        0 <= each.start < each.end <= DAY
        and each.start % step == 0
        and each.end % step == 0
        and each.weekdays
        and all(day in range(7) for day in each.weekdays)
        for each in slots
    )


# Before API 8: one filter per rule, its timetable an array of states.


def old_control(filters: Any, plannings: Mapping[str, Any], now: datetime) -> ParentalControl:
    """``parental/filter/`` and ``parental/filter/{id}/planning`` by filter."""
    found = tuple(
        old_schedule(each, plannings.get(text(each.get("id")) or ""), now) for each in rows(filters) if macs(each)
    )
    return ParentalControl(None, found)


def old_schedule(told: Mapping[str, Any], planning: Any, now: datetime) -> ParentalSchedule:
    """``tmp_mode_expire`` is seconds from now; ``forced`` has no end."""
    forced, left = flag(told.get("forced")) is True, number(told.get("tmp_mode_expire")) or 0
    rule_, until = ParentalRule.PLANNED, None
    if forced:
        rule_ = _RULES.get(text(told.get("forced_mode")) or "", ParentalRule.PLANNED)
    elif 0 < left < 10 * 365 * DAY:
        rule_ = _RULES.get(text(told.get("tmp_mode")) or "", ParentalRule.PLANNED)
        until = now + timedelta(seconds=left)
    return ParentalSchedule(
        phys_addresses=macs(told),
        rule=rule_,
        until=until,
        slots=old_slots(planning),
        blocked_now=_BLOCKED.get(text(told.get("filter_state")) or ""),
        id=text(told.get("id")),
        name=text(told.get("desc")),
    )


def old_slots(planning: Any) -> tuple[ParentalSlot, ...]:
    """``mapping`` has ``resolution`` states per day; runs of ``denied`` that are the same on several days are one."""
    told = mapping(planning)
    resolution, states = whole(told.get("resolution"), 1, 1440), items_of_week(told)
    if resolution is None or len(states) < 7 * resolution or DAY % resolution:
        return ()
    step = DAY // resolution
    days: dict[tuple[int, int], list[int]] = {}
    for day in range(7):
        for run in _runs(states[day * resolution : (day + 1) * resolution]):
            days.setdefault(run, []).append(day)
    return tuple(
        ParentalSlot(Seconds(first * step), Seconds(last * step), tuple(on))
        for (first, last), on in sorted(days.items())
    )


def items_of_week(told: Mapping[str, Any]) -> list[bool]:
    """Whether each step of the week is denied."""
    value = told.get("mapping")
    return [each == "denied" for each in value[: 12 * 1440]] if isinstance(value, list) else []


def _runs(day: list[bool]) -> list[tuple[int, int]]:
    found, first = [], None
    for step, denied in enumerate([*day, False]):
        if denied and first is None:
            first = step
        elif not denied and first is not None:
            found.append((first, step))
            first = None
    return found


def old_filter(wish: ParentalSchedule, now: datetime) -> dict[str, Any]:
    """For ``POST parental/filter/`` and ``PUT parental/filter/{id}``."""
    by_hand = wish.rule is not ParentalRule.PLANNED
    mode = "denied" if wish.rule is ParentalRule.BLOCKED else "allowed"
    left = max(1, round((wish.until - now).total_seconds())) if by_hand and wish.until is not None else 0
    return {
        "macs": [each.upper() for each in wish.phys_addresses],
        "desc": wish.name or "",
        "forced": by_hand and not left,
        "forced_mode": mode if by_hand and not left else "allowed",
        "tmp_mode_expire": left,
        "tmp_mode": mode if left else "allowed",
    }


def old_planning(slots: Iterable[ParentalSlot], told: Any) -> dict[str, Any]:
    """The timetable whole, in the resolution that the box told."""
    resolution = whole(mapping(told).get("resolution"), 1, 1440) or 48
    step = DAY // resolution
    week = ["allowed"] * (7 * resolution)
    for each in slots:
        for day in each.weekdays:
            for number_ in range(int(each.start) // step, int(each.end) // step):
                week[day * resolution + number_] = "denied"
    return {"resolution": resolution, "cdayranges": [], "mapping": week}
