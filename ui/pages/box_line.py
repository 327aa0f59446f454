"""What the box tells of the line: facts, curves, and what identifies somebody in a fold."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from selfcare.i18n import Catalogue
from ui.box_facts import Fact, Group, groups, report, technical, untold
from ui.box_jobs import DAYS
from ui.box_state import Picture
from ui.line_chart import LineView
from ui.line_series import Series, figure, title
from ui.rows import Rows, name_width, show_now
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Choices, Fold, Rule, clear, text

_THANKS_MS = 4000
Shape = tuple[tuple[str, tuple[str, ...]], ...]


class LineCard(Card):
    """Groups of facts, one grey line for each reason why something is not told, and the technical fold."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue, self._tight = theme, catalogue, False
        self._rows: list[Rows] = []
        self._shape: Shape = ()
        self._grey: tuple[str, ...] = ()
        self.column.addWidget(text(theme, catalogue.text("ui.box.line.title"), Size.HEADING, bold=True))
        self.taken = text(theme, "", Size.SMALL, tone="muted")
        self.groups = QVBoxLayout()
        self.groups.setSpacing(theme.space(2))
        self.untold = QVBoxLayout()
        self.untold.setSpacing(theme.space(1))
        self.technical = TechnicalFold(theme, catalogue)
        self.column.addWidget(self.taken)
        self.column.addLayout(self.groups)
        self.column.addLayout(self.untold)
        self.column.addWidget(self.technical)

    def set_tight(self, tight: bool) -> None:
        """One column where there is no room for two."""
        self._tight = tight
        for rows in (*self._rows, self.technical.rows):
            rows.set_tight(tight)

    def show_picture(self, picture: Picture, name: str) -> None:
        """Takes a reading. Where only figures changed, only figures change."""
        say, status = self._catalogue.text, picture.status
        self.taken.setText(say("ui.box.taken", at=f"{status.taken:%H:%M}"))
        self._tell(groups(self._catalogue, status))
        grey = untold(self._catalogue, status, picture.hosts)
        if grey != self._grey:
            self._grey = grey
            clear(self.untold)
            for line in grey:
                self.untold.addWidget(text(self._theme, line, tone="muted"))
            show_now(self.untold)
        self.technical.show_facts(technical(self._catalogue, status), report(self._catalogue, name, status))

    def _tell(self, told: tuple[Group, ...]) -> None:
        if _shape(told) != self._shape:
            self._draw(told)
        widest = max((name_width(self._theme, fact.label) for group in told for fact in group.facts), default=0)
        for rows, group in zip(self._rows, told, strict=True):
            rows.fill(tuple((fact.label, fact.value) for fact in group.facts), widest)
            rows.set_tight(self._tight)
        show_now(self.groups)

    def _draw(self, told: tuple[Group, ...]) -> None:
        clear(self.groups)
        self._shape, self._rows = _shape(told), []
        for place, group in enumerate(told):
            if place:
                self.groups.addWidget(Rule())
            self.groups.addWidget(text(self._theme, group.title, bold=True))
            rows = Rows(self._theme)
            self.groups.addLayout(rows)
            self._rows.append(rows)


def _shape(told: tuple[Group, ...]) -> Shape:
    """What is told, apart from the figures."""
    return tuple((group.title, tuple(fact.label for fact in group.facts)) for group in told)


class TechnicalFold(Fold):
    """Numbers and addresses of this household; what is copied holds none of them."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue.text("ui.box.technical"))
        self._report = ""
        self._facts: tuple[Fact, ...] = ()
        self.rows = Rows(theme)
        self.copy = Button(theme, catalogue.text("ui.box.copy"))
        self.copied = text(theme, catalogue.text("ui.box.copied"), tone="muted")
        self.copied.setVisible(False)
        row = QHBoxLayout()
        row.setSpacing(theme.space(3))
        row.addWidget(self.copy)
        row.addWidget(self.copied, 1)
        row.addStretch(0)
        self.column.addWidget(text(theme, catalogue.text("ui.box.technical.lead"), tone="muted"))
        self.column.addLayout(self.rows)
        self.column.addLayout(row)
        self._thanks = QTimer(self, interval=_THANKS_MS, singleShot=True)
        self._thanks.timeout.connect(lambda: self.copied.setVisible(False))
        self.copy.clicked.connect(self._on_copy)

    def show_facts(self, facts: tuple[Fact, ...], report: str) -> None:
        """Takes both."""
        self._report = report
        if facts != self._facts:
            self._facts = facts
            self.rows.fill(tuple((fact.label, fact.value) for fact in facts))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self.copied.setVisible(True)
        self._thanks.start()


class GraphsCard(Card):
    """The curves of what this box tells, over a period to choose."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        say = catalogue.text
        self._theme, self._catalogue = theme, catalogue
        self._picture: Picture | None = None
        self._shown: tuple[Series, ...] | None = None
        self.column.addWidget(text(theme, say("ui.box.graphs.title"), Size.HEADING, bold=True))
        answers = [(str(days), say(f"ui.box.graphs.days.{days}")) for days in DAYS]
        self.days = Choices(theme, say("ui.box.graphs.days"), answers, optional=False)
        self.days.select(str(DAYS[1]))
        self.days.chosen.connect(lambda _days: self._draw())
        self.curves = QVBoxLayout()
        self.curves.setSpacing(theme.space(3))
        self.views: list[LineView] = []
        self.column.addWidget(self.days)
        self.column.addLayout(self.curves)

    def show_picture(self, picture: Picture) -> None:
        """A box that tells nothing which could be drawn has no such card."""
        self._picture = picture
        self.setVisible(any(picture.graphs.values()))
        self._draw()

    def _draw(self) -> None:
        if self._picture is None:
            return
        chosen = self._picture.graphs.get(int(self.days.value or DAYS[1]), ())
        if chosen == self._shown:
            return
        self._shown, self.views = chosen, []
        clear(self.curves)
        for series in chosen:
            if series.drawable:
                view = LineView(self._theme, self._catalogue, series)
                self.views.append(view)
                self.curves.addWidget(view)
            elif series.known:
                self.curves.addWidget(text(self._theme, self._one(series)))
        say = self._catalogue.text
        if not self.views:
            key = "ui.box.graphs.none" if chosen else "ui.box.graphs.nothing"
            self.curves.addWidget(text(self._theme, say(key), tone="muted"))
        show_now(self.curves)

    def _one(self, series: Series) -> str:
        value = series.known[-1].value
        assert value is not None
        told = {"title": title(self._catalogue, series), "value": figure(self._catalogue, series, value)}
        return self._catalogue.text("ui.box.graphs.one", **told)
