"""Why: what the verdict stands on, and inside it the technical details as text to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontDatabase, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, selectable, text
from ui.wording import Section

_THANKS_MS = 4000


class TechnicalFold(Fold):
    """The plain text of the check, read-only, with a button to copy it."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue.text("ui.technical.title"))
        self.column.addWidget(text(theme, catalogue.text("ui.technical.lead"), tone="muted"))
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setTabChangesFocus(True)
        self.view.setAccessibleName(catalogue.text("ui.technical.title"))
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(theme.font(Size.SMALL).pointSizeF())
        self.view.setFont(font)
        self.view.setMinimumHeight(QFontMetrics(font).height() * 14)
        self.column.addWidget(self.view)
        self.copy = Button(theme, catalogue.text("ui.technical.copy"))
        self.copied = text(theme, catalogue.text("ui.technical.copied"), tone="muted")
        self.copied.setVisible(False)
        row = QHBoxLayout()
        row.setSpacing(theme.space(3))
        row.addWidget(self.copy)
        row.addWidget(self.copied, 1)
        row.addStretch(0)
        self.column.addLayout(row)
        self._thanks = QTimer(self)
        self._thanks.setSingleShot(True)
        self._thanks.setInterval(_THANKS_MS)
        self._thanks.timeout.connect(self._hide_thanks)
        self.copy.clicked.connect(self._on_copy)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.view.toPlainText())
        self.copied.setVisible(True)
        self._thanks.start()

    def _hide_thanks(self) -> None:
        self.copied.setVisible(False)


class WhyCard(Card):
    """Closed at first; its content is made when it is first opened."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._sections: tuple[Section, ...] = ()
        self._report = ""
        edge = theme.space(2.5)
        self.column.setContentsMargins(theme.space(5), edge, theme.space(5), edge)
        self.fold = Fold(theme, catalogue.text("ui.why.title"))
        self.fold.toggled.connect(self._on_toggled)
        self.column.addWidget(self.fold)
        self._body: QWidget | None = None
        self.technical: TechnicalFold | None = None

    def show_why(self, sections: tuple[Section, ...], report: str) -> None:
        """Takes the content; closes, since it belongs to another answer than the one read before."""
        if (sections, report) == (self._sections, self._report):
            return
        self._sections, self._report = sections, report
        self.fold.button.setChecked(False)
        if self._body is not None:
            self.fold.column.removeWidget(self._body)
            self._body.deleteLater()
            self._body = self.technical = None

    def _on_toggled(self, on: bool) -> None:
        if on and self._body is None:
            self._body = self._build()
            self.fold.column.addWidget(self._body)
            self._set_tab_order()

    def _build(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, self._theme.space(1.5))
        column.setSpacing(self._theme.space(1.2))
        for section in self._sections:
            column.addSpacing(self._theme.space(1.5))
            column.addWidget(text(self._theme, section.title, bold=True))
            for line in section.lines:
                column.addLayout(self._bullet(line))
        column.addSpacing(self._theme.space(2))
        self.technical = TechnicalFold(self._theme, self._catalogue)
        self.technical.view.setPlainText(self._report)
        column.addWidget(self.technical)
        return body

    def _set_tab_order(self) -> None:
        """Made late, these would come last; Tab should find them where they stand."""
        before: QWidget = self.fold.button
        if self.technical is not None:
            for after in (self.technical.button, self.technical.view, self.technical.copy):
                QWidget.setTabOrder(before, after)
                before = after

    def _bullet(self, line: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self._theme.space(2))
        dot = text(self._theme, "•", tone="muted")
        dot.setWordWrap(False)
        row.addWidget(dot, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(selectable(text(self._theme, line)), 1)
        return row
