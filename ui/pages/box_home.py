"""The machines that the box knows."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from selfcare.i18n import Catalogue
from selfcare.model.box import Absent, HomeHost
from ui.box_home import Machine, Machines, machines
from ui.rows import marked, show_now, wrapping
from ui.theme import Size, Theme
from ui.widgets import Card, Fold, clear, text


class HomeCard(Card):
    """Who is there, the rest of a long list behind a fold, and who is away behind another."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: Machines | None = None
        self.count = text(theme, "", tone="muted")
        self.first = QVBoxLayout()
        self.rest, self.away = (
            Fold(theme, catalogue.text(f"ui.box.home.{name}", count=0)) for name in ("rest", "away")
        )
        self.column.addWidget(text(theme, catalogue.text("ui.box.home.title"), Size.HEADING, bold=True))
        self.column.addWidget(self.count)
        self.column.addLayout(self.first)
        self.column.addWidget(self.rest)
        self.column.addWidget(self.away)
        for layout in (self.first, self.rest.column, self.away.column):
            layout.setSpacing(theme.space(2))

    def show_hosts(self, hosts: tuple[HomeHost, ...] | Absent) -> None:
        """Takes the list; where the box does not tell it, that is said with the line."""
        self.setVisible(not isinstance(hosts, Absent))
        if isinstance(hosts, Absent):
            return
        told = machines(self._catalogue, hosts)
        key = "ui.box.home.count" if told.here else "ui.box.home.none"
        self._draw(told, self._catalogue.text(key, count=told.here))

    def _draw(self, told: Machines, count: str) -> None:
        self.count.setText(count)
        if told == self._shown:
            return
        self._shown = told
        self._fill(self.first, told.first)
        for fold, name, some in ((self.rest, "rest", told.rest), (self.away, "away", told.away)):
            fold.button.setText(self._catalogue.text(f"ui.box.home.{name}", count=len(some)))
            fold.setVisible(bool(some))
            self._fill(fold.column, some)

    def _fill(self, layout: QVBoxLayout, some: tuple[Machine, ...]) -> None:
        clear(layout)
        for machine in some:
            name = text(self._theme, wrapping(machine.name), bold=True)
            name.setAccessibleName(f"{machine.name}, {machine.how}")
            words = [name, *([text(self._theme, machine.how, tone="muted")] if machine.how else [])]
            tone = "suspect" if machine.blocked else "idle" if machine.here is False else "accent"
            layout.addLayout(marked(self._theme, "lock" if machine.blocked else machine.icon, tone, *words))
        show_now(layout)
