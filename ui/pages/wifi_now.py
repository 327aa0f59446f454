"""The top of the Wi-Fi page: one sentence, the signal, what it stands on; figures for an agent in a fold."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.pages.wifi_gauge import GaugeView
from ui.rows import Rows, direction, show_now
from ui.theme import Size, Theme
from ui.widgets import Badge, Button, Card, Fold, announce, text
from ui.wifi_state import WifiView
from ui.wifi_words import Now, details, now, report

_THANKS_MS = 4000


class NowCard(Card):
    """Shows a ``Now``. With each moment only figures change; a sentence is said aloud when it is another one."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue, self._tight = theme, catalogue, False
        self._said: Now | None = None
        self.platform = sys.platform
        self.badge = Badge(theme)
        self.gauge = GaugeView(theme)
        self.headline = text(theme, "", Size.HEADLINE, bold=True)
        self.lines = [text(theme, "", Size.LEAD, tone="muted") for _ in range(2)]
        self.rows = Rows(theme)
        self.leave = Button(theme, catalogue.text("ui.wifi.leave"), "primary", Size.LEAD, bold=True)
        self.leave.setAccessibleDescription(catalogue.text("ui.wifi.leave.name"))
        self.turn_on = Button(theme, catalogue.text("ui.wifi.now.turn_on"), "primary", Size.LEAD, bold=True)
        self.check = Button(theme, catalogue.text("ui.button.check"), "second", Size.LEAD)
        self.details = Details(theme, catalogue)
        words = QVBoxLayout()
        words.setSpacing(theme.space(1.5))
        for label in (self.headline, *self.lines):
            words.addWidget(label)
        words.addSpacing(theme.space(1))
        words.addLayout(self.rows)
        buttons = Flow(theme.space(3))
        for button in (self.leave, self.turn_on, self.check):
            buttons.addWidget(button)
        words.addLayout(buttons)
        words.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.space(4.5))
        pictures = QVBoxLayout()
        pictures.addWidget(self.badge)
        pictures.addWidget(self.gauge)
        pictures.addStretch(1)
        self._row.addLayout(pictures)
        self._row.addLayout(words, 1)
        self.column.addLayout(self._row)
        self.column.addWidget(self.details)
        self.leave.clicked.connect(self._on_leave)

    def set_tight(self, tight: bool) -> None:
        """The picture above the words where there is no room beside them."""
        self._tight = tight
        self._row.setDirection(direction(tight))
        self.rows.set_tight(tight)
        self.details.rows.set_tight(tight)

    def show_view(self, view: WifiView) -> None:
        """Takes what is known now."""
        said = now(self._catalogue, view, self.platform)
        self.details.show_view(view)
        before, self._said = self._said, said
        if said == before:
            return
        self.badge.show_state(said.icon, said.tone)
        self.badge.setVisible(said.gauge is None)
        self.gauge.setVisible(said.gauge is not None)
        if said.gauge is not None:
            self.gauge.show_gauge(said.gauge)
        self.headline.setText(said.headline)
        for label, line in zip(self.lines, (*said.lines, "", ""), strict=False):
            label.setText(line)
            label.setVisible(bool(line))
        self.rows.fill(said.rows)
        self.rows.set_tight(self._tight)
        show_now(self.rows)
        self.leave.set_kind("primary" if said.gauge is None else "second")  # one filled button: else it is the walk's
        self.leave.setFont(self._theme.font(Size.LEAD, bold=said.gauge is None))  # after: a new kind takes it back
        self.leave.setVisible(bool(said.leave))
        self.turn_on.setVisible(said.turn_on)
        self.check.setVisible(said.check)
        if before is None or before.headline != said.headline:
            announce(self.headline, " ".join((said.headline, *said.lines)))

    def _on_leave(self) -> None:
        if self._said is not None and self._said.leave:
            QDesktopServices.openUrl(QUrl(self._said.leave))


class Details(Fold):
    """Every figure, and a button that copies them without a name or an address."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue.text("ui.technical.title"))
        self._catalogue, self._view = catalogue, WifiView()
        self.rows = Rows(theme)
        self.copy = Button(theme, catalogue.text("ui.wifi.copy"))
        self.copied = text(theme, catalogue.text("ui.technical.copied"), tone="muted")
        self.copied.setVisible(False)
        row = QHBoxLayout()
        row.setSpacing(theme.space(3))
        row.addWidget(self.copy)
        row.addWidget(self.copied, 1)
        row.addStretch(0)
        self.column.addLayout(self.rows)
        self.column.addLayout(row)
        self._thanks = QTimer(self, interval=_THANKS_MS, singleShot=True)
        self._thanks.timeout.connect(lambda: self.copied.setVisible(False))
        self.copy.clicked.connect(self._on_copy)
        self.toggled.connect(lambda _on: self._fill())

    def show_view(self, view: WifiView) -> None:
        """Takes the figures; worded only while the fold is open: a moment comes every second."""
        self._view = view
        self.setVisible(
            view.joined and not view.old and not view.silent and not (view.point is not None and view.point.stale)
        )
        self._fill()

    def _fill(self) -> None:
        if self.button.isChecked():
            self.rows.fill(details(self._catalogue, self._view))
            show_now(self.rows)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(report(self._catalogue, self._view))
        self.copied.setVisible(True)
        self._thanks.start()
