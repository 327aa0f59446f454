"""Clock and public holidays of metropolitan France, without a time-zone database (Windows brings none)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)
"""Days: Easter Monday, Ascension, Whit Monday."""


def paris(moment: datetime) -> datetime:
    """The wall clock there. Summer time from the last Sunday of March to that of October, 1:00 UTC (2000/84/EC)."""
    at = moment.astimezone(UTC)
    summer = _last_sunday(at.year, 3) <= at < _last_sunday(at.year, 10)
    return at.astimezone(timezone(timedelta(hours=2 if summer else 1)))


def holiday(day: date) -> bool:
    """One of the eleven (Code du travail, L. 3133-1); Alsace and Moselle have two more."""
    easter = _easter(day.year)
    return (day.month, day.day) in _FIXED or day in {easter + timedelta(days=n) for n in _AFTER_EASTER}


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)  # March and October have 31 days
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _easter(year: int) -> date:
    """The Gregorian one, by the algorithm printed in Nature in 1876."""
    century, rest = divmod(year, 100)
    epact = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
