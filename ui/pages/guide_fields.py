"""What a question of a guide is answered with, by the kind of answer. Each says itself what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from selfcare.app.guides.screen import Option, Screen
from selfcare.app.guides.world import Suggestion
from selfcare.i18n import Catalogue
from selfcare.model.guide import Kind
from ui.flow import Flow
from ui.guide_words import timetable
from ui.pages.box_set_fields import KeyLine, Line, Picker, column_of
from ui.pages.box_set_parental import Timetable
from ui.theme import Size, Theme
from ui.wide import WideButton
from ui.widgets import Button, Choices, announce, text

_HOURS = (1, 2, 4, 8, 24)
_LONG = 28
"""Signs from which a button may be wider than the smallest window with large letters: it wraps then."""
_OTHER = ""
"""Of the list of devices: none of these."""
_NONE = object()
"""Of the list of devices: nobody chose yet."""


class Field(QWidget):
    """``entered``: Enter, or a choice. ``take`` gives what is answered, once; None where something is missing."""

    entered = Signal()
    drawn = Signal()
    """Something was made late: Tab should find it where it stands."""
    sends = True
    """Whether a button that goes on stands beside it."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self.theme, self.catalogue = theme, catalogue
        self.column = column_of(self, theme, 2)
        self.problem = text(theme, "", tone="fault")
        self.problem.setVisible(False)

    def finish(self) -> None:
        """What is wrong stands under everything else."""
        self.column.addWidget(self.problem)

    @property
    def empty(self) -> bool:
        """Whether nothing was typed or chosen."""
        return False

    def take(self) -> str | None:
        """What is answered."""
        raise NotImplementedError

    def focus(self) -> None:
        """Where the cursor goes."""
        raise NotImplementedError

    def suggest(self, suggestions: Sequence[Suggestion]) -> None:
        """What may be offered; it comes late."""

    def set_tight(self, tight: bool) -> None:
        """One column where there is no room for two."""

    def complain(self, words: str) -> None:
        """Under the field, and to the screen reader."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        announce(self.problem, words)

    def label(self, kind: Kind) -> str:
        """What it is called."""
        return self.catalogue.text(f"ui.guide.field.{kind}")


class ChoiceField(Field):
    """One big button for each answer; pressing it is the answer."""

    sends = False

    def __init__(self, theme: Theme, catalogue: Catalogue, options: Sequence[Option]) -> None:
        super().__init__(theme, catalogue)
        self._chosen = ""
        self.buttons: dict[str, WideButton] = {}
        for option in options:
            button = self.buttons[option.id] = WideButton(theme, option.label)
            button.clicked.connect(lambda _checked, one=option.id: self._on_chosen(one))
            self.column.addWidget(button)
        self.finish()

    def take(self) -> str | None:
        """The one that was pressed."""
        return self._chosen or None

    def focus(self) -> None:
        """The first one."""
        first = next(iter(self.buttons.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chosen(self, chosen: str) -> None:
        self._chosen = chosen
        self.entered.emit()


class TextField(Field):
    """A line; what may be taken over stands under it as chips that fill it."""

    def __init__(self, theme: Theme, catalogue: Catalogue, kind: Kind) -> None:
        super().__init__(theme, catalogue)
        hint = f"ui.guide.hint.{kind}"
        self.line = Line(theme, catalogue, self.label(kind), catalogue.text(hint) if catalogue.has(hint) else "")
        self.chips = Flow(theme.space(1.8))
        self.long = QVBoxLayout()
        self.long.setSpacing(theme.space(1.8))
        self.offered: list[Button] = []
        self.column.addWidget(self.line)
        self.column.addLayout(self.chips)
        self.column.addLayout(self.long)
        self.line.entered.connect(self.entered)
        self.offer("", [("0", catalogue.text("ui.guide.channel.auto"))] if kind is Kind.CHANNEL else [])
        self.finish()

    def take(self) -> str | None:
        """What stands there."""
        return self.line.value

    def focus(self) -> None:
        """The line."""
        self.line.focus()

    def complain(self, words: str) -> None:
        """The field itself says it when it is reached."""
        super().complain(words)
        self.line.field.setAccessibleDescription(words)

    def suggest(self, suggestions: Sequence[Suggestion]) -> None:
        """Buttons under the line; nothing is filled in that nobody asked for."""
        self.offer("ui.guide.take", [(str(one.value), one.label or str(one.value)) for one in suggestions])
        self.drawn.emit()

    def offer(self, key: str, answers: Sequence[tuple[str, str]]) -> None:
        """Each fills the line."""
        for value, words in answers:
            told = self.catalogue.text(key, what=words) if key else words
            long = len(told) > _LONG
            chip = WideButton(self.theme, told, Size.BODY) if long else Button(self.theme, told)
            chip.clicked.connect(lambda _checked, one=value: self._on_taken(one))
            self.offered.append(chip)
            self.long.addWidget(chip) if long else self.chips.addWidget(chip)

    def _on_taken(self, value: str) -> None:
        self.line.put(value)
        self.complain("")
        self.line.focus()


class KeyField(Field):
    """A Wi-Fi key. ``proposes``: a new one may be; the one that is in use cannot. ``needed``: not left open."""

    def __init__(self, theme: Theme, catalogue: Catalogue, proposes: bool, needed: bool = True) -> None:
        super().__init__(theme, catalogue)
        self.line = KeyLine(theme, catalogue, self.label(Kind.NETWORK_KEY))
        self.line.needed = needed
        self.line.suggest.setVisible(proposes)
        self.column.addWidget(self.line)
        self.line.entered.connect(self.entered)
        self.finish()

    def take(self) -> str | None:
        """Judged first, then gone from the field."""
        if not self.line.check():
            self.line.focus()
            return None
        return self.line.take()

    def focus(self) -> None:
        """The line."""
        self.line.focus()


class DeviceField(Field):
    """Those the box knows, and one by hand. Of several none is preselected: it would be the one that is cut."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue)
        say = catalogue.text
        self.picker = Picker(theme, self.label(Kind.DEVICE))
        self.line = Line(theme, catalogue, say("ui.guide.device.by_hand"), say("ui.guide.hint.device"))
        for part in (self.picker, self.line):
            self.column.addWidget(part)
        self.picker.setVisible(False)
        self.picker.chosen.connect(self._on_chosen)
        self.line.entered.connect(self.entered)
        self.finish()

    def take(self) -> str | None:
        """The chosen one, or what was typed."""
        chosen = self.picker.value
        if chosen is _NONE:
            self.complain(self.catalogue.text("ui.guide.device.choose"))
            self.focus()
            return None
        return str(chosen) if chosen not in (None, _OTHER) else self.line.value

    def focus(self) -> None:
        """The list, where there is one."""
        self.picker.focus() if self.picker.isVisibleTo(self) else self.line.focus()

    def suggest(self, suggestions: Sequence[Suggestion]) -> None:
        """The list; what was being typed stays."""
        typed = self.line.value
        there = [(str(one.value), one.label or str(one.value)) for one in suggestions]
        had_focus = self.line.field.hasFocus()
        say = self.catalogue.text
        nobody: list[tuple[object, str]] = [(_NONE, say("ui.guide.device.choose"))] if len(there) > 1 else []
        self.picker.fill([*nobody, *there, (_OTHER, say("ui.guide.device.other"))])
        self.picker.setVisible(bool(there))
        if typed or not there:
            self.picker.select(_OTHER)
        elif had_focus:
            self.picker.focus()
        self._on_chosen()
        self.drawn.emit()

    def _on_chosen(self) -> None:
        self.complain("")
        self.line.setVisible(self.picker.value in (None, _OTHER))


class HoursField(Field):
    """For how long, as chips."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue)
        say = catalogue.text
        some = [(str(h), say("ui.guide.hours.one") if h == 1 else say("ui.guide.hours.some", count=h)) for h in _HOURS]
        self.chips = Choices(theme, self.label(Kind.HOURS), [*some, ("0", say("ui.guide.hours.none"))], optional=False)
        self.column.addWidget(self.chips)
        self.chips.chosen.connect(lambda _value: self.complain(""))
        self.finish()

    @property
    def empty(self) -> bool:
        """No chip."""
        return self.chips.value is None

    def take(self) -> str | None:
        """None is preselected: for ever is no good default."""
        if self.chips.value is None:
            self.complain(self.catalogue.text("ui.guide.answer.choose"))
            self.focus()
        return self.chips.value

    def focus(self) -> None:
        """The first one."""
        next(iter(self.chips.chips.values())).setFocus(Qt.FocusReason.OtherFocusReason)


class TimetableField(Field):
    """When there is no Internet."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue)
        self.table = Timetable(theme, catalogue)
        self.table.put(())
        self.table.changed.connect(self.drawn)
        self.column.addWidget(self.table)
        self.finish()

    def take(self) -> str | None:
        """Days that were chosen and not added count too."""
        if (self.table.pending or not self.table.slots) and not self.table.take_pending():
            self.focus()
            return None
        return timetable(self.table.slots)

    def focus(self) -> None:
        """The first day."""
        self.table.days[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def set_tight(self, tight: bool) -> None:
        """The times one under the other."""
        self.table.set_tight(tight)


def field_of(theme: Theme, catalogue: Catalogue, screen: Screen) -> Field:
    """For the question that is asked."""
    kind = screen.kind or Kind.TEXT
    made: Mapping[Kind, Callable[[], Field]] = {
        Kind.CHOICE: lambda: ChoiceField(theme, catalogue, screen.options),
        Kind.NETWORK_KEY: lambda: KeyField(theme, catalogue, screen.suggest == "key", not screen.optional),
        Kind.DEVICE: lambda: DeviceField(theme, catalogue),
        Kind.HOURS: lambda: HoursField(theme, catalogue),
        Kind.TIMETABLE: lambda: TimetableField(theme, catalogue),
    }
    return made.get(kind, lambda: TextField(theme, catalogue, kind))()


__all__ = ["ChoiceField", "DeviceField", "Field", "HoursField", "KeyField", "TextField", "TimetableField",
           "field_of"]  # fmt: skip
