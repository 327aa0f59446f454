"""What the pages of support are made of: buttons that are named after what they are about, rows, things to copy."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.rows import direction, wrapping
from ui.theme import Size, Theme
from ui.widgets import Button, Card, announce, text


class SupportCard(Card):
    """A card with a heading, in the words of support. Rows turn into columns where there is no room."""

    def __init__(self, theme: Theme, words: Catalogue, heading: str = "") -> None:
        super().__init__(theme)
        self.theme, self.words, self.tight = theme, words, False
        self.sides: list[QBoxLayout] = []
        self.heading = text(theme, words.text(heading) if heading else "", Size.HEADING, bold=True)
        self.column.addWidget(self.heading)  # first: shown without a parent it would be a window for a moment
        self.heading.setVisible(bool(heading))

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        self.tight = tight
        for row in self.sides:
            row.setDirection(direction(tight))

    def beside(self, gap: float = 3) -> QBoxLayout:
        """A row that may become a column."""
        row = QBoxLayout(direction(self.tight))
        row.setSpacing(self.theme.space(gap))
        self.sides.append(row)
        return row

    def forget_rows(self) -> None:
        """What was laid out goes."""
        self.sides.clear()

    def label(self, words: str, tone: str = "", size: Size = Size.BODY, bold: bool = False) -> QLabel:
        """Text of our own or of somebody else's: never more than text, and it wraps."""
        made = text(self.theme, wrapping(words), size, bold, tone)
        made.setAccessibleName(words)
        return made

    def button(self, action: str, what: str = "", kind: str = "") -> Button:
        """Named after what it is about."""
        shown = self.words.text(action)
        made = Button(self.theme, shown, kind, Size.LEAD if kind in ("primary", "second") else Size.BODY)
        if what:
            made.setAccessibleName(self.words.text("ui.support.name", action=shown, what=what))
        return made


class Copy(QWidget):
    """A button that copies, and says that it did."""

    def __init__(self, card: SupportCard, action: str, what: str = "") -> None:
        super().__init__()
        self._words = card.words
        self.copied = ""
        self.button = card.button(action, what)
        self.done = text(card.theme, "", tone="fine")
        self.done.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(card.theme.space(1))
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.done)
        self.button.clicked.connect(lambda _checked: self._copy())

    def put(self, words: str) -> None:
        """What will be copied."""
        if words != self.copied:
            self.copied = words
            self.done.setVisible(False)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied)
        self.done.setText(self._words.text("ui.support.copied"))
        self.done.setVisible(True)
        announce(self.done, self.done.text())


class Entry(QWidget):
    """A label, a field and under it what is wrong. ``judge`` gives the key of a sentence, or nothing."""

    edited = Signal()
    entered = Signal()

    def __init__(
        self, card: SupportCard, key: str, judge: Callable[[str], str] = lambda _text: "", most: int = 200
    ) -> None:
        super().__init__()
        self._words, self._judge = card.words, judge
        label = self._label = card.words.text(key)
        self.name = text(card.theme, label, tone="muted")
        self.field = QLineEdit()
        self.field.setFont(card.theme.font())
        self.field.setMaxLength(most)
        self.field.setAccessibleName(label)
        hint = f"{key}.hint"
        self.field.setPlaceholderText(card.words.text(hint) if card.words.has(hint) else "")
        self.problem = text(card.theme, "", tone="fault")
        self.problem.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(card.theme.space(1))
        for part in (self.name, self.field, self.problem):
            column.addWidget(part)
        self.field.textEdited.connect(lambda _text: self._on_edited())
        self.field.returnPressed.connect(self.entered)

    @property
    def value(self) -> str:
        """What stands there."""
        return self.field.text().strip()

    def mark(self, key: str) -> None:
        """A word beside its name: that it is needed."""
        name = self._words.text(key, what=self._label) if key else self._label
        self.name.setText(name)
        self.field.setAccessibleName(name)

    def put(self, words: str) -> None:
        """Sets it without complaint."""
        self.field.setText(words)
        self.complain("")

    def check(self) -> bool:
        """Judges it now; whether it is good."""
        key = self._judge(self.value)
        self.complain(self._words.text(key) if key else "")
        return not key

    def complain(self, words: str) -> None:
        """Under the field, and to the screen reader."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self.field.setAccessibleDescription(words)
        announce(self.field, words)

    def focus(self) -> None:
        """Where the cursor goes."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_edited(self) -> None:
        if self.problem.isVisible():
            self.check()
        self.edited.emit()


class Area(QWidget):
    """A label and room for some lines; Tab leaves it."""

    edited = Signal()

    def __init__(self, card: SupportCard, label: str, lines: int = 4, most: int = 2000) -> None:
        super().__init__()
        self._most = most
        self.field = QPlainTextEdit()
        self.field.setProperty("kind", "area")
        self.field.setFont(card.theme.font())
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName(label)
        self.field.setFixedHeight(self.field.fontMetrics().lineSpacing() * lines + card.theme.space(5))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(card.theme.space(1))
        column.addWidget(text(card.theme, label, tone="muted"))
        column.addWidget(self.field)
        self.field.textChanged.connect(self.edited)

    @property
    def value(self) -> str:
        """What stands there, no longer than anybody reads."""
        return self.field.toPlainText().strip()[: self._most]

    def put(self, words: str) -> None:
        """Sets it, unless it stands there."""
        if words != self.value:
            self.field.setPlainText(words)

    def focus(self) -> None:
        """Where the cursor goes."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)


def shown_text(theme: Theme, name: str, lines: int = 12) -> QPlainTextEdit:
    """A window on some text that is nothing but text; it scrolls by itself."""
    view = QPlainTextEdit()
    view.setReadOnly(True)
    view.setTabChangesFocus(True)
    view.setFont(theme.font(Size.SMALL))
    view.setAccessibleName(name)
    view.setFixedHeight(view.fontMetrics().lineSpacing() * lines + theme.space(4))
    return view
