"""Figures and times as an agent reads them: with units, in the language, all in the offset of the PC that made it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from selfcare.report import page_read as read

_NARROW, _FIXED, _MINUS = "\u202f", "\u00a0", "\u2212"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Forms:
    """For one document: ``made`` is its own time, or None where it does not say one that can be read."""

    def __init__(self, language: str, made: object) -> None:
        self.french = language == "fr"
        self.zone = read.zone_of(made)
        self.made = read.moment(made, self.zone)

    def number(self, value: float) -> str:
        """As many digits as help; never an exponent."""
        size = abs(value)
        shown = f"{value:,.0f}" if size >= 1000 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
        if "." in shown:
            shown = shown.rstrip("0").rstrip(".")
        shown = "0" if shown == "-0" else shown.replace("-", _MINUS)
        return shown.translate({ord(","): _NARROW, ord("."): ","}) if self.french else shown

    def quantity(self, value: object, unit: object = "") -> str:
        """A value with its unit; words and yes or no as they are; nothing for nothing."""
        if isinstance(value, bool):
            return {True: "oui", False: "non"}[value] if self.french else {True: "yes", False: "no"}[value]
        found, name = read.figure(value), read.words(unit, 20)
        shown = self.number(found) if found is not None else read.words(value, 80)
        return f"{shown}{_FIXED}{name}" if shown and name else shown

    def lasting(self, minutes: float) -> str:
        """A duration: ``42 min``, ``3 h 05``, ``2 j 4 h``."""
        if 0 < minutes < 1:
            return f"<{_FIXED}1{_FIXED}min"
        whole = round(minutes)
        if whole < 60:
            return f"{whole}{_FIXED}min"
        if whole < 24 * 60:
            return f"{whole // 60}{_FIXED}h{_FIXED}{whole % 60:02d}"
        days, hours = divmod(round(whole / 60), 24)
        day = "j" if self.french else "d"
        return f"{days}{_FIXED}{day}" + (f"{_FIXED}{hours}{_FIXED}h" if hours else "")

    def at(self, value: object) -> datetime | None:
        """A time of the document in its own offset."""
        return read.moment(value, self.zone)

    def day(self, found: datetime) -> str:
        """With its year, as a case may be of last year."""
        if self.french:
            return found.strftime("%d/%m/%Y")
        return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"

    def when(self, value: object) -> str:
        """Day and minute; empty for what is no time."""
        found = self.at(value)
        return f"{self.day(found)}, {found:%H:%M}".replace(" ", _FIXED) if found is not None else ""

    def date(self, value: object) -> str:
        """The day alone where only a day was given, else day and minute; another's words where it is no time."""
        found = self.at(value)
        if found is None:
            return read.words(value, 40)
        return self.day(found) if isinstance(value, str) and len(value) == 10 else self.when(value)

    def minutes_before_made(self, value: object) -> float | None:
        """Minutes from then until the report was made; None where one of them is not known, or for the future."""
        found = self.at(value)
        if found is None or self.made is None or found > self.made:
            return None
        return (self.made - found) / timedelta(minutes=1)

    @property
    def offset(self) -> str:
        """``UTC+01:00``."""
        return str(datetime(2026, 1, 1, tzinfo=self.zone).tzname())


def of(document: Mapping[str, object], language: str) -> Forms:
    """For this document."""
    return Forms(language, document.get("made"))
