"""Why: what the verdict stands on, and inside it the technical details as text to copy."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, bullet, text
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
        self._ruled_out: tuple[Section, ...] = ()
        self._report = ""
        edge = theme.space(2.5)
        self.column.setContentsMargins(theme.space(5), edge, theme.space(5), edge)
        self.fold = Fold(theme, catalogue.text("ui.why.title"))
        self.fold.toggled.connect(self._on_toggled)
        self.column.addWidget(self.fold)
        self._body: QWidget | None = None
        self.technical: TechnicalFold | None = None
        self.ruled_out: Fold | None = None

    def show_why(self, sections: tuple[Section, ...], ruled_out: tuple[Section, ...], report: str, fine: bool) -> None:
        """Takes the content; closes, since it belongs to another answer than the one read before.

        ``fine``: there is nothing to ask "why" about, but what was looked at.
        """
        if (sections, ruled_out, report) == (self._sections, self._ruled_out, self._report):
            return
        self._sections, self._ruled_out, self._report = sections, ruled_out, report
        self.fold.button.setText(self._catalogue.text("ui.why.title.ok" if fine else "ui.why.title"))
        self.fold.button.setChecked(False)
        if self._body is not None:
            self.fold.column.removeWidget(self._body)
            self._body.deleteLater()
            self._body = self.technical = self.ruled_out = None

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
            self._add_section(column, section)
        column.addSpacing(self._theme.space(2))
        if self._ruled_out:
            self.ruled_out = self._make_ruled_out()
            column.addWidget(self.ruled_out)
        self.technical = TechnicalFold(self._theme, self._catalogue)
        self.technical.view.setPlainText(self._report)
        column.addWidget(self.technical)
        return body

    def _add_section(self, column: QVBoxLayout, section: Section) -> None:
        column.addSpacing(self._theme.space(1.5))
        column.addWidget(text(self._theme, section.title, bold=True))
        for line in section.lines:
            column.addLayout(bullet(self._theme, line))

    def _make_ruled_out(self) -> Fold:
        """A long list: its length first, the causes by place behind it."""
        many = sum(len(section.lines) for section in self._ruled_out)
        fold = Fold(self._theme, self._catalogue.text("ui.why.ruled_out", n=many))
        fold.column.addWidget(text(self._theme, self._catalogue.text("ui.why.ruled_out.lead"), tone="muted"))
        for section in self._ruled_out:
            self._add_section(fold.column, section)
        return fold

    def _set_tab_order(self) -> None:
        """Made late, these would come last; Tab should find them where they stand."""
        before: QWidget = self.fold.button
        if self.ruled_out is not None:
            QWidget.setTabOrder(before, self.ruled_out.button)
            before = self.ruled_out.button
        if self.technical is not None:
            for after in (self.technical.button, self.technical.view, self.technical.copy):
                QWidget.setTabOrder(before, after)
                before = after
