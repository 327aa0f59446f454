"""The card of parental control: a device by its name, cut now, let through, or by a timetable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from selfcare.app.box_kinds.kind import Scope
from selfcare.app.box_kinds.parental import find
from selfcare.app.box_wishes import DAY_S, parental
from selfcare.i18n import Catalogue
from selfcare.model.box import ParentalControl, ParentalRule, ParentalSchedule, ParentalSlot, Wish
from selfcare.model.units import Seconds
from ui.box_set_forms import Device, Wrong, devices
from ui.box_set_present import DAYS, clock, grouped, slot_text
from ui.box_set_state import Seen, Setting
from ui.flow import Flow
from ui.pages.box_set_card import SettingCard
from ui.pages.box_set_fields import Picker, column_of
from ui.rows import direction
from ui.theme import Theme
from ui.widgets import Button, Choices, announce, clear, text

_STEP_S = 30 * 60
_HOURS = (1, 2, 4)
_EVENING, _MIDNIGHT = 21 * 3600, DAY_S


class Timetable(QWidget):
    """When there is no Internet: what was chosen so far, and a row to add to it."""

    changed = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self._theme, self._catalogue = theme, catalogue
        say = catalogue.text
        self.slots: tuple[ParentalSlot, ...] = ()
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.space(1.5))
        self.days: list[Button] = []
        days = Flow(theme.space(1.8))
        for day in range(DAYS):
            chip = Button(theme, say(f"ui.set.day.short.{day}"), "chip")
            chip.setCheckable(True)
            chip.setAccessibleName(say(f"ui.set.day.{day}"))
            self.days.append(chip)
            days.addWidget(chip)
        times = [(s, clock(s)) for s in range(0, DAY_S + 1, _STEP_S)]
        self.start = Picker(theme, say("ui.set.from"), times[:-1])
        self.end = Picker(theme, say("ui.set.to"), times[1:])
        self.start.select(_EVENING)
        self.end.select(_MIDNIGHT)
        self.add = Button(theme, say("ui.set.slot.add"))
        self.add.clicked.connect(self._on_add)
        self.problem = text(theme, "", tone="fault")
        self.problem.setVisible(False)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.space(3))
        self._row.addWidget(self.start, 1)
        self._row.addWidget(self.end, 1)
        column = column_of(self, theme, 2)
        column.addWidget(text(theme, say("ui.set.slot.when"), tone="muted"))
        column.addLayout(self.list)
        column.addLayout(days)
        column.addLayout(self._row)
        column.addWidget(self.problem)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def set_tight(self, tight: bool) -> None:
        """The times one under the other."""
        self._row.setDirection(direction(tight))

    def put(self, slots: tuple[ParentalSlot, ...]) -> None:
        """Takes a timetable."""
        slots = self.slots = grouped(slots)
        clear(self.list)
        say = self._catalogue.text
        if not slots:
            self.list.addWidget(text(self._theme, say("ui.set.slot.none")))
        for slot in slots:
            words = slot_text(self._catalogue, slot)
            button = Button(self._theme, say("ui.set.slot.remove"))
            button.setAccessibleName(say("ui.set.send.name", action=say("ui.set.slot.remove"), what=words))
            button.clicked.connect(lambda _checked, s=slot: self._on_remove(s))
            row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
            row.setSpacing(self._theme.space(3))
            row.addWidget(text(self._theme, words), 1)
            row.addWidget(button)
            self.list.addLayout(row)
        self.changed.emit()

    @property
    def pending(self) -> bool:
        """Days were chosen and not added yet."""
        return any(chip.isChecked() for chip in self.days)

    def take_pending(self) -> bool:
        """Adds what was chosen; whether it could be. A night is two parts: boxes end each day at midnight."""
        days = tuple(day for day, chip in enumerate(self.days) if chip.isChecked())
        start, end = self.start.value, self.end.value
        wrong = "slot_days" if not days else "slot_times" if start == end else ""
        words = self._catalogue.text(f"ui.set.wrong.{wrong}") if wrong else ""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        announce(self.problem, words)
        if wrong:
            return False
        assert isinstance(start, int) and isinstance(end, int)
        self.put(tuple(dict.fromkeys((*self.slots, *slots_of(days, start, end)))))
        for chip in self.days:
            chip.setChecked(False)
        return True

    def _on_add(self) -> None:
        if self.take_pending():
            announce(self.add, slot_text(self._catalogue, self.slots[-1]))

    def _on_remove(self, slot: ParentalSlot) -> None:
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)  # its own button goes
        self.put(tuple(one for one in self.slots if one != slot))


def slots_of(days: tuple[int, ...], start: int, end: int) -> tuple[ParentalSlot, ...]:
    """From ``start`` to ``end`` in seconds; an end that is earlier is one of the next day."""
    if start < end:
        return (ParentalSlot(Seconds(start), Seconds(end), days),)
    after = tuple(sorted((day + 1) % DAYS for day in days))
    return (ParentalSlot(Seconds(start), Seconds(DAY_S), days), ParentalSlot(Seconds(0), Seconds(end), after))


class ParentalCard(SettingCard):
    """Whom, what, and for how long or when."""

    setting = Setting.PARENTAL

    def build(self, seen: Seen) -> None:
        """The device first; the rest follows what holds for it."""
        say, now = self.catalogue.text, seen.told
        assert isinstance(now, ParentalControl)
        self._now, self._manners = now, seen.manners
        there = devices(self.catalogue, seen.hosts, seen.macs)
        there = (*(one for one in there if not one.mine), *(one for one in there if one.mine))  # a child's comes first
        self.device = Picker(self.theme, say("ui.set.device"), [(one, one.label) for one in there])
        words = {"planned": "planned" if seen.manners.plans else "released"}
        what = [(r.value, say(f"ui.set.parental.{words.get(r.value, r.value)}")) for r in self._rules()]
        self.what = Choices(self.theme, say("ui.set.parental.what"), what, optional=False)
        times = [("0", say("ui.set.time.until_told")), *((str(h), say("ui.set.time.hours", count=h)) for h in _HOURS)]
        self.time = Choices(self.theme, say("ui.set.parental.time"), times, optional=False)
        self.time.select("0")
        self.table = Timetable(self.theme, self.catalogue)
        for part in (self.device, self.what, self.time, self.table):
            self.fields.addWidget(part)
        self.table.changed.connect(self.drawn)
        self.device.chosen.connect(self._on_device)
        self.what.chosen.connect(self._show_parts)
        self._on_device()

    def tight(self, tight: bool) -> None:
        """The times one under the other."""
        if hasattr(self, "table"):
            self.table.set_tight(tight)

    def wish(self) -> tuple[Wish, str] | Wrong | None:
        """A word by hand keeps the timetable; a timetable is told whole."""
        device = self.device.value
        if not isinstance(device, Device):
            return Wrong("no_device")
        rule = ParentalRule(self.what.value or "blocked")
        if rule is ParentalRule.PLANNED:
            if self._manners.plans and self.table.pending and not self.table.take_pending():
                return None
            slots = self.table.slots if self._manners.plans else None
            return parental(self._now, device.mac, rule, None, slots), device.name
        hours = float(self.time.value or 0) if self._manners.block_end else 0.0
        until = datetime.now(UTC) + timedelta(hours=hours) if hours else None
        return parental(self._now, device.mac, rule, until), device.name

    def _rules(self) -> tuple[ParentalRule, ...]:
        return (ParentalRule.BLOCKED, ParentalRule.ALLOWED, ParentalRule.PLANNED)

    def _found(self) -> ParentalSchedule | None:
        device = self.device.value
        return find(self._now, Scope((device.mac,))) if isinstance(device, Device) else None

    def _on_device(self) -> None:
        """What is most likely wanted: whoever is cut is to be let in again."""
        found = self._found()
        by_hand = found is not None and found.rule is not ParentalRule.PLANNED
        self.what.select("planned" if by_hand else "blocked")
        self.table.put(found.slots if found is not None else ())
        self._show_parts()

    def _show_parts(self) -> None:
        planned = self.what.value == "planned"
        self.time.setVisible(not planned and self._manners.block_end)
        self.table.setVisible(planned and self._manners.plans)
