"""The card of pairing: what to do at the box, or its password; and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from selfcare.boxes.secret import Secret
from selfcare.i18n import Catalogue
from ui.box_pair_words import PairWords
from ui.flow import Flow
from ui.rows import show_now
from ui.theme import Size, Theme
from ui.widgets import Button, Card, announce, clear, text

_MOST = 1024


class PasswordRow(QWidget):
    """A masked field and a button that shows it. Nothing stays in it once it is taken, hidden or given up."""

    entered = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        say = catalogue.text
        self.field = QLineEdit()
        self.field.setFont(theme.font())
        self.field.setMaxLength(_MOST)
        self.field.setPlaceholderText(say("ui.box.pair.field"))
        self.field.setAccessibleName(say("ui.box.pair.field"))
        hints = Qt.InputMethodHint
        self.field.setInputMethodHints(hints.ImhSensitiveData | hints.ImhNoAutoUppercase | hints.ImhNoPredictiveText)
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.field.returnPressed.connect(self.entered)
        self.show_it = Button(theme, say("ui.box.pair.show"), "chip")
        self.show_it.setCheckable(True)
        self.show_it.setAccessibleName(say("ui.box.pair.show.name"))
        self.show_it.toggled.connect(self._mask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(2))
        row.addWidget(self.field, 1)
        row.addWidget(self.show_it)
        self._mask(False)

    def take(self) -> Secret | None:
        """What was typed, once: the field is empty after it."""
        typed = self.field.text()
        self.forget()
        return Secret(typed) if typed else None

    def forget(self) -> None:
        """``setText`` and not ``clear``: that one could be taken back with Ctrl+Z."""
        self.field.setText("")
        self.show_it.setChecked(False)

    def hideEvent(self, event: QHideEvent) -> None:
        """Who leaves the page leaves no password behind."""
        super().hideEvent(event)
        self.forget()

    def _mask(self, shown: bool) -> None:
        self.field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


class PairCard(Card):
    """``begin`` carries the password, or None where a person has to go to the box; ``left``: no thanks, give up."""

    begin = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        say = catalogue.text
        self._theme, self._words = theme, PairWords("", ())
        self.title = text(theme, "", Size.HEADING, bold=True)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(theme.space(1.5))
        self.notes = QVBoxLayout()
        self.notes.setSpacing(theme.space(1.5))
        self.password = PasswordRow(theme, catalogue)
        self.go = Button(theme, say("ui.box.pair.start"), "primary", Size.LEAD, bold=True)
        self.instead = Button(theme, say("ui.box.pair.button_instead"), "second", Size.LEAD)
        self.leave = Button(theme, say("ui.box.pair.no"), "second", Size.LEAD)
        buttons = Flow(theme.space(3))
        for button in (self.go, self.instead, self.leave):
            buttons.addWidget(button)
        self.column.addWidget(self.title)
        self.column.addLayout(self.lines)
        self.column.addLayout(self.notes)
        self.column.addWidget(self.password)
        self.column.addSpacing(theme.space(1))
        self.column.addLayout(buttons)
        self.go.clicked.connect(self._go)
        self.password.entered.connect(self._go)
        self.instead.clicked.connect(lambda _checked: self.begin.emit(None))
        self.leave.clicked.connect(lambda _checked: self.left.emit())
        self.setVisible(False)

    def show_words(self, words: PairWords | None) -> bool:
        """Takes what it says; None puts it away. Whether it is another step than before."""
        if words is None:
            self.password.forget()
            self.setVisible(False)
            self._words = PairWords("", ())
            return False
        if words == self._words:
            return False
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        opened = not self._words.title
        self._words = words
        self._fill(words)
        self.setVisible(True)
        if had_focus or opened or not words.waiting:
            self._focus(words)
        announce(self.title, " ".join((words.title, *words.lines, *(line for _, line in words.notes))))
        return True

    def _fill(self, words: PairWords) -> None:
        self.title.setText(words.title)
        for layout, lines in ((self.lines, [("", line) for line in words.lines]), (self.notes, list(words.notes))):
            clear(layout)
            for tone, line in lines:
                layout.addWidget(text(self._theme, line, tone=tone))
            show_now(layout)
        spoken = " ".join(words.lines)
        for button, word in ((self.go, words.go), (self.leave, words.leave)):
            button.setText(word or button.text())  # what is out of sight keeps its name
            button.setAccessibleDescription(spoken)
        if not words.password:
            self.password.forget()
        # Shown before anything is hidden: what had the focus must find somewhere to leave it.
        self.leave.setVisible(bool(words.leave))
        self.password.setVisible(words.password)
        self.go.setVisible(bool(words.go))
        self.instead.setVisible(words.button_instead)

    def _focus(self, words: PairWords) -> None:
        first = self.password.field if words.password else self.go if words.go else self.leave
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go(self) -> None:
        if not self._words.go:
            return
        secret = self.password.take() if self._words.password else None
        if secret is None and self._words.password:
            self.password.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.begin.emit(secret)
