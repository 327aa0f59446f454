"""The details of one link, under the chain: closed until a link is chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui import icons
from ui.chain_state import LinkKind, LinkState, Station, station_name
from ui.chart import LatencyView
from ui.links import LinkDetails, Told
from ui.theme import Size, Theme
from ui.widgets import Button, Fold, Rule, bullet, clear, selectable, text

_TONES = {LinkState.FINE: "fine", LinkState.FAULT: "fault", LinkState.SUSPECT: "suspect"}


class Mark(QWidget):
    """A check, a warning, or a dot before a line; its meaning is in the line's own words, too."""

    def __init__(self, theme: Theme, good: bool | None) -> None:
        super().__init__()
        self._theme, self._good = theme, good
        side = theme.space(3.6)
        self.setFixedSize(QSize(side, side))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the shape in its colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF()
        if self._good is None:
            painter.setBrush(self._theme.colour("muted"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(box.center(), 2.2, 2.2)
            return
        tone = "fine" if self._good else "suspect"
        icons.paint(painter, "check" if self._good else "bang", box, self._theme.colour(tone), 2.6)


class LinkPanel(QWidget):
    """Shows a ``LinkDetails``; made anew for each one, but for its heading."""

    closed = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self._theme, self._catalogue = theme, catalogue
        self._shown: tuple[Station, LinkKind, LinkDetails] | None = None
        self._tight = False
        self.view: LatencyView | None = None
        self.ruled_out: Fold | None = None
        self.title = text(theme, "", Size.HEADING, bold=True)
        self.close_button = Button(theme, catalogue.text("ui.link.close"))
        self.close_button.setAccessibleName(catalogue.text("ui.link.close.name"))
        self.close_button.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setSpacing(theme.space(3))
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.space(1), 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(Rule())
        column.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(1.4))
        column.addLayout(self.body)

    def set_tight(self, tight: bool) -> None:
        """Passes it on to the chart."""
        self._tight = tight
        if self.view is not None:
            self.view.set_tight(tight)

    def show_details(self, station: Station, kind: LinkKind, known: LinkDetails) -> bool:
        """Takes what is known; whether that is new."""
        if (station, kind, known) == self._shown:
            return False
        self._shown = (station, kind, known)
        name, say = station_name(self._catalogue, station, kind), self._catalogue.text
        self.title.setText(say("ui.link.title", what=name, state=say(f"ui.chain.state.{known.state}")))
        self.title.setProperty("tone", _TONES.get(known.state, ""))
        self.title.style().polish(self.title)
        clear(self.body)
        self.view = self.ruled_out = None
        self.body.addWidget(text(self._theme, known.lead))
        self.body.addWidget(text(self._theme, say(f"ui.link.what.{_what(station, kind)}"), tone="muted"))
        self._add_lines("ui.link.because", known.because)
        self._add_told(known.told)
        self._add_curve(known)
        self._add_lines("ui.link.gaps", known.gaps)
        self._add_ruled_out(known.ruled_out)
        if known.count:
            self.body.addSpacing(self._theme.space(1))
            self.body.addWidget(text(self._theme, known.count, Size.SMALL, tone="muted"))
        return True

    def announce(self) -> None:
        """Tells a screen reader what has opened; its eyes are still on the chain."""
        if self._shown is not None and QAccessible.isActive():
            words = f"{self.title.text()}. {self._shown[2].lead}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.title, words))

    def _add_told(self, told: tuple[Told, ...]) -> None:
        if told:
            self._heading("ui.link.measured")
        for line in told:
            row = QHBoxLayout()
            row.setSpacing(self._theme.space(2))
            row.addWidget(Mark(self._theme, line.good), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(selectable(text(self._theme, line.words)), 1)
            self.body.addLayout(row)

    def _add_curve(self, known: LinkDetails) -> None:
        """A chart where something was timed; else one line on why not, and no empty frame."""
        if known.curve is not None:
            self.body.addSpacing(self._theme.space(2))
            self.view = LatencyView(self._theme, self._catalogue, known.curve)
            self.view.set_tight(self._tight)
            self.body.addWidget(self.view)
            if known.curve_note:
                self.body.addWidget(text(self._theme, known.curve_note, Size.SMALL, tone="muted"))
        elif known.no_curve:
            self.body.addSpacing(self._theme.space(1))
            self.body.addWidget(text(self._theme, known.no_curve, tone="muted"))

    def _add_lines(self, key: str, lines: tuple[str, ...]) -> None:
        if lines:
            self._heading(key)
        for line in lines:
            self.body.addLayout(bullet(self._theme, line))

    def _add_ruled_out(self, lines: tuple[str, ...]) -> None:
        if not lines:
            return
        self.body.addSpacing(self._theme.space(1))
        key = "ui.link.ruled_out.one" if len(lines) == 1 else "ui.link.ruled_out.many"
        self.ruled_out = Fold(self._theme, self._catalogue.text(key, n=len(lines)))
        for line in lines:
            self.ruled_out.column.addLayout(bullet(self._theme, line))
        self.body.addWidget(self.ruled_out)
        QWidget.setTabOrder(self.close_button, self.ruled_out.button)

    def _heading(self, key: str) -> None:
        self.body.addSpacing(self._theme.space(1.5))
        self.body.addWidget(text(self._theme, self._catalogue.text(key), bold=True))


def _what(station: Station, kind: LinkKind) -> str:
    return f"link.{kind}" if station is Station.LINK else station.value
