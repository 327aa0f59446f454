"""The deep check on the page: its question, its progress, its results. Imported when first needed."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.check_state import CheckState, Phase
from ui.deep import DeepOffer, DeepResults, UseLine, question, steps, warning
from ui.flow import Flow
from ui.latency import Figure
from ui.pages.link import Mark
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, bullet, clear, text

LOAD_S = 25.0
"""About how long the line is filled, both ways with what comes before and between (docs/design/capacity.md)."""


class DeepQuestion(Card):
    """Says what a deep check moves, and asks. The focus is on "no": a hasty Enter costs nothing."""

    accepted = Signal()
    refused = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue, offer: DeepOffer) -> None:
        super().__init__(theme)
        say = catalogue.text
        self.column.addWidget(text(theme, say("ui.deep.title"), Size.HEADING, bold=True))
        self.lines = question(catalogue, offer)
        for line in self.lines:
            self.column.addWidget(text(theme, line))
        self.warning = text(theme, warning(catalogue, offer), tone="suspect" if offer.metered else "muted")
        if self.warning.text():
            self.column.addLayout(self._warning_row(theme, offer))
        self.more = Fold(theme, say("ui.deep.more"))
        for line in steps(catalogue, offer):
            self.more.column.addLayout(bullet(theme, line))
        self.column.addWidget(self.more)
        self.no = Button(theme, say("ui.deep.no"), "second", Size.LEAD)
        self.yes = Button(theme, say("ui.deep.yes.metered" if offer.metered else "ui.deep.yes"), "second", Size.LEAD)
        buttons = Flow(theme.space(3))
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        self.column.addSpacing(theme.space(1))
        self.column.addLayout(buttons)
        self.no.setAccessibleDescription(" ".join((*self.lines, self.warning.text())))
        self.yes.clicked.connect(self.accepted)
        self.no.clicked.connect(self.refused)

    def _warning_row(self, theme: Theme, offer: DeepOffer) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        if offer.metered:
            row.addWidget(Mark(theme, good=False), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.warning, 1)
        return row


class DeepProgress(QWidget):
    """A bar that fills, and how many measurements are done. Only moves forward."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self._theme, self._catalogue = theme, catalogue
        self._share = self._loading_since = 0.0
        self._state: CheckState | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._advance)
        theme.changed.connect(self.update)

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self._share

    def show_state(self, state: CheckState) -> None:
        """Takes the page's state; hides unless a deep check is running."""
        running = state.phase is Phase.CHECKING and state.deep
        self._state = state
        self.setVisible(running)
        if not running:
            self._timer.stop()
            self._share = self._loading_since = 0.0
            return
        if state.loading and not self._loading_since:
            self._loading_since = time.monotonic()
        self._timer.start()
        self._advance()

    def sizeHint(self) -> QSize:
        """A thin bar, with air above."""
        return QSize(self._theme.space(60), self._theme.space(1.6 + 1.5))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, outline, and the part done."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, self._theme.space(1.5) + 0.5, -0.5, -0.5)
        radius = box.height() / 2
        painter.setPen(self._theme.colour("outline"))
        painter.setBrush(self._theme.colour("sunken"))
        painter.drawRoundedRect(box, radius, radius)
        done = QRectF(box)
        done.setWidth(max(box.height(), box.width() * self._share))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        painter.drawRoundedRect(done, radius, radius)

    def _advance(self) -> None:
        state = self._state
        if state is None or not state.planned:
            return
        quick = state.planned - state.loads
        done = len(quick & state.measurements.keys()) / max(1, len(quick))
        share = done
        if state.loads:  # filling the line takes longer than all the rest together
            filled = 1.0 if state.loads <= state.measurements.keys() else 0.0
            if self._loading_since and not filled:
                filled = min(0.97, (time.monotonic() - self._loading_since) / LOAD_S)
            share = 0.3 * done + 0.7 * filled
        self._share = max(self._share, share)
        name = self._catalogue.text("ui.deep.progress", percent=round(100 * self._share))
        if name != self.accessibleName():
            self.setAccessibleName(name)
        self.update()


class Meter(QWidget):
    """Five steps, as many filled as the use deserves; the word stands beside it."""

    STEPS = 5

    def __init__(self, theme: Theme, catalogue: Catalogue, line: UseLine) -> None:
        super().__init__()
        self._theme, self._level = theme, line.level
        self.setFixedSize(QSize(theme.space(22), theme.space(2.4)))
        self.setAccessibleName(catalogue.text("ui.deep.meter", name=line.name, word=line.word))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Filled steps in one colour, empty ones as outlines: their number says it, not the colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = self._theme.space(0.8)
        width = (self.width() - gap * (self.STEPS - 1)) / self.STEPS
        tone = self._theme.colour("accent" if self._level > 2 else "suspect")
        for step in range(self.STEPS):
            box = QRectF(step * (width + gap), 0, width, self.height()).adjusted(0.75, 0.75, -0.75, -0.75)
            filled = step < self._level
            painter.setPen(tone if filled else self._theme.colour("outline"))
            painter.setBrush(tone if filled else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 2.5, 2.5)


class DeepCard(Card):
    """What the deep check found: rates, waiting under load, uses; all other figures on demand."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: DeepResults | None = None
        self.numbers: Fold | None = None

    def show_results(self, found: DeepResults) -> None:
        """Takes the results; built anew when they differ."""
        if found == self._shown:
            return
        self._shown, self.numbers = found, None
        clear(self.column)
        self.column.addWidget(text(self._theme, self._catalogue.text("ui.deep.results"), Size.HEADING, bold=True))
        if found.absent:
            self.column.addWidget(text(self._theme, found.absent))
            return
        self._add_rates(found.figures)
        if found.lead:
            self.column.addWidget(text(self._theme, found.lead, Size.LEAD))
        self._add_uses(found.uses)
        for remark in found.remarks:
            self.column.addWidget(text(self._theme, remark, tone="muted"))
        self.numbers = Fold(self._theme, self._catalogue.text("ui.deep.numbers"))
        for line in found.numbers:
            self.numbers.column.addLayout(bullet(self._theme, line))
        self.column.addWidget(self.numbers)

    def _add_rates(self, figures: tuple[Figure, ...]) -> None:
        flow = Flow(self._theme.space(8), self._theme.space(2))
        for figure in figures:
            block = QWidget()
            column = QVBoxLayout(block)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            for label in (
                text(self._theme, figure.value, Size.HEADLINE, bold=True),
                text(self._theme, figure.caption, tone="muted"),
            ):
                label.setWordWrap(False)
                column.addWidget(label)
            flow.addWidget(block)
        self.column.addLayout(flow)

    def _add_uses(self, uses: tuple[UseLine, ...]) -> None:
        if not uses:
            return
        self.column.addSpacing(self._theme.space(1.5))
        self.column.addWidget(text(self._theme, self._catalogue.text("ui.deep.uses"), bold=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(self._theme.space(4))
        grid.setVerticalSpacing(self._theme.space(1.4))
        for row, line in enumerate(uses):
            meter = Meter(self._theme, self._catalogue, line)
            grid.addWidget(meter, row, 0)
            grid.addWidget(text(self._theme, meter.accessibleName()), row, 1)
        grid.setColumnStretch(1, 1)
        self.column.addLayout(grid)
        self.column.addSpacing(self._theme.space(1.5))
