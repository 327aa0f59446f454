"""Fields of the forms that set the box: a line, a key, a choice from a list. Each says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui import icons
from ui.box_set_forms import Wrong, good_key, wrong_key
from ui.flow import Flow
from ui.theme import Theme
from ui.widgets import Button, announce, text

_MOST = 128


def column_of(widget: QWidget, theme: Theme, gap: float = 1) -> QVBoxLayout:
    """A layout without air of its own."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.space(gap))
    return column


class Line(QWidget):
    """A label, a field, and under it what is wrong as soon as something was typed. ``judge`` takes the text."""

    edited = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue, label: str, hint: str = "") -> None:
        super().__init__()
        self._catalogue, self._label, self._said = catalogue, label, ""
        self.judge: Callable[[str], Wrong | None] = lambda _text: None
        self.field = QLineEdit()
        self.field.setFont(theme.font())
        self.field.setMaxLength(_MOST)
        self.field.setAccessibleName(label)
        self.field.setPlaceholderText(hint)
        self.problem = text(theme, "", tone="fault")
        self.problem.setVisible(False)
        self.column = column_of(self, theme)
        self.column.addWidget(text(theme, label, tone="muted"))
        self.column.addWidget(self.field)
        self.column.addWidget(self.problem)
        self.field.textEdited.connect(self._on_edited)
        self.field.returnPressed.connect(self.entered)

    @property
    def value(self) -> str:
        """What stands there."""
        return self.field.text()

    def put(self, words: str) -> None:
        """Sets it without complaint."""
        self.field.setText(words)
        self._say("")

    def check(self) -> bool:
        """Judges it now, and says what is wrong; whether it is good."""
        wrong = self.judge(self.value)
        self._say(wrong.words(self._catalogue) if wrong is not None else "")
        return wrong is None

    def focus(self) -> None:
        """Where the cursor goes when it is wrong."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_edited(self) -> None:
        self.check()
        self.edited.emit()

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self.field.setAccessibleDescription(words)
        if words and words != self._said:
            announce(self.field, words)
        self._said = words


class KeyLine(Line):
    """A Wi-Fi key: masked, shown on request, proposed on request. Nothing stays in it once it is taken or hidden."""

    def __init__(self, theme: Theme, catalogue: Catalogue, label: str, hint: str = "") -> None:
        super().__init__(theme, catalogue, label, hint)
        say = catalogue.text
        hints = Qt.InputMethodHint
        self.field.setInputMethodHints(hints.ImhSensitiveData | hints.ImhNoAutoUppercase | hints.ImhNoPredictiveText)
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.needed = False
        self.judge = self._judge
        self.show_it = Button(theme, say("ui.set.key.show"), "chip")
        self.show_it.setCheckable(True)
        self.show_it.setAccessibleName(say("ui.set.key.show.name"))
        self.show_it.toggled.connect(self._mask)
        self.suggest = Button(theme, say("ui.set.key.suggest"))
        self.suggest.clicked.connect(self._on_suggest)
        self.note = text(theme, say("ui.set.key.note"), tone="muted")
        self.note.setVisible(False)
        row = Flow(theme.space(2))
        row.addWidget(self.show_it)
        row.addWidget(self.suggest)
        self.column.addWidget(self.note)
        self.column.addLayout(row)
        self._mask(False)

    def take(self) -> str:
        """What was typed, once."""
        typed = self.value
        self.forget()
        return typed

    def forget(self) -> None:
        """``setText`` and not ``clear``: that one could be taken back with Ctrl+Z."""
        self.put("")
        self.note.setVisible(False)
        self.show_it.setChecked(False)

    def hideEvent(self, event: QHideEvent) -> None:
        """Who leaves the page leaves no key behind."""
        super().hideEvent(event)
        self.forget()

    def _judge(self, typed: str) -> Wrong | None:
        if not typed:
            return Wrong("key_needed") if self.needed else None
        return wrong_key(typed)

    def _on_suggest(self) -> None:
        self.put(good_key())
        self.show_it.setChecked(True)
        self.note.setVisible(True)
        self.focus()
        self.edited.emit()

    def _mask(self, shown: bool) -> None:
        self.field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


class _Combo(QComboBox):
    """The wheel scrolls the page over it: it would change a choice by accident. Its arrow is one of our icons."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        """Adds the arrow: style sheets know only image files."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = float(self._theme.space(4))
        left = self.width() - side - self._theme.space(2)
        box = QRectF(left, (self.height() - side) / 2, side, side)
        icons.paint(painter, "down", box, self._theme.colour("accent"), 2.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Not ours."""
        event.ignore()


class Picker(QWidget):
    """A label and a list of which one is chosen; ``value`` is what stands behind its words."""

    chosen = Signal()

    def __init__(self, theme: Theme, label: str, answers: Sequence[tuple[object, str]] = ()) -> None:
        super().__init__()
        self.combo = _Combo(theme)
        self.combo.setFont(theme.font())
        self.combo.view().setFont(theme.font())
        self.combo.setAccessibleName(label)
        self.combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(8)
        self.label: QLabel = text(theme, label, tone="muted")
        self._values: list[object] = []
        column = column_of(self, theme)
        column.addWidget(self.label)
        column.addWidget(self.combo)
        self.fill(answers)
        self.combo.currentIndexChanged.connect(lambda _index: self.chosen.emit())

    @property
    def value(self) -> object:
        """The chosen one; None where there is nothing to choose from."""
        place = self.combo.currentIndex()
        return self._values[place] if 0 <= place < len(self._values) else None

    def fill(self, answers: Sequence[tuple[object, str]], ask: str = "") -> None:
        """Takes the list anew; the first one is chosen, or nobody, and ``ask`` says to choose."""
        self._values = [value for value, _ in answers]
        self.combo.clear()
        self.combo.setPlaceholderText(ask)
        self.combo.addItems([words for _, words in answers])
        self.combo.setCurrentIndex(-1 if ask else 0)

    def select(self, value: object) -> None:
        """Chooses one, if it is there."""
        if value in self._values:
            self.combo.setCurrentIndex(self._values.index(value))

    def focus(self) -> None:
        """Where the cursor goes."""
        self.combo.setFocus(Qt.FocusReason.OtherFocusReason)
