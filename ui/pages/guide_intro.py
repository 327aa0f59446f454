"""Before a guide begins: what it is for, what it may cost, how things stand now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from selfcare.app.guides.desk import Left, Listed
from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.guide_state import GuideState, Phase
from ui.guide_words import since, takes
from ui.rows import marked, show_now, wrapping
from ui.theme import Size, Theme
from ui.widgets import Button, Card, announce, clear, text

_RISKS = {
    "none": ("check", "fine"),
    "setting": ("gear", "accent"),
    "cut": ("bang", "suspect"),
    "loss": ("bang", "fault"),
}


class IntroCard(Card):
    """Nothing is begun before its button."""

    resume = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: tuple[object, ...] = ()
        self._run = ""
        say = catalogue.text
        self.title = text(theme, "", Size.HEADLINE, bold=True)
        self.goal = text(theme, "", Size.LEAD)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(theme.space(2))
        self.begin = Button(theme, say("ui.guide.begin"), "primary", Size.LEAD, bold=True)
        self.go_on = Button(theme, say("ui.guide.resume"), "second", Size.LEAD)
        self.all = Button(theme, say("ui.guide.all"), "second", Size.LEAD)
        buttons = Flow(theme.space(3))
        for button in (self.go_on, self.begin, self.all):
            buttons.addWidget(button)
        for part in (self.title, self.goal):
            self.column.addWidget(part)
        self.column.addLayout(self.lines)
        self.column.addSpacing(theme.space(1))
        self.column.addLayout(buttons)
        self.go_on.clicked.connect(lambda _checked: self.resume.emit(self._run))

    def show_guide(self, one: Listed | None, left: Left | None, here: bool) -> None:
        """``left``: a run of it that was not ended; ``here``: this program can do it itself."""
        self.begin.setVisible(one is not None)
        shown = (one, left, here)
        if shown == self._shown:
            return
        self._shown = shown
        say, theme = self._catalogue.text, self._theme
        self.title.setText(one.title if one is not None else say("ui.guide.loading"))
        self.goal.setText(one.goal if one is not None else "")
        clear(self.lines)
        self._run = left.name if left is not None and left.usable else ""
        self._show_buttons()
        if one is None:
            return
        self.lines.addWidget(text(theme, takes(self._catalogue, one.minutes), tone="muted"))
        icon, tone = _RISKS[one.risk]
        risk = say(f"ui.guide.risk.{one.risk}")
        self.lines.addLayout(marked(theme, icon, tone, text(theme, risk)))
        if here:
            self.lines.addLayout(marked(theme, "wrench", "fine", text(theme, say("ui.guide.doable"))))
        if not one.translated:
            self.lines.addWidget(text(theme, say("ui.guide.french"), tone="muted"))
        if self._run and left is not None:
            self.lines.addWidget(text(theme, since(self._catalogue, left), tone="muted"))
        show_now(self.lines)
        for button in (self.begin, self.go_on):
            button.setAccessibleDescription(" ".join((one.title, one.goal, risk)))
        announce(self.title, " ".join((one.title, one.goal, risk)))

    def focus(self) -> None:
        """Where one begins, or goes on."""
        first = self.go_on if self._run else self.begin
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_buttons(self) -> None:
        """One filled button: to go on, where a run was left."""
        self.begin.setText(self._catalogue.text("ui.guide.again" if self._run else "ui.guide.begin"))
        self.begin.set_kind("second" if self._run else "primary")
        self.go_on.set_kind("primary" if self._run else "second")
        for button, main in ((self.begin, not self._run), (self.go_on, bool(self._run))):
            button.setFont(self._theme.font(Size.LEAD, main))
        if self._run and self.begin.hasFocus():
            self.go_on.setVisible(True)
            self.focus()
        self.go_on.setVisible(bool(self._run))


class NowCard(Card):
    """« En ce moment »: looked up in the background."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: tuple[str, ...] | None = ()
        self.column.addWidget(text(theme, catalogue.text("ui.guide.now"), Size.LEAD, bold=True))
        self.lines = QVBoxLayout()
        self.lines.setSpacing(theme.space(1))
        self.column.addLayout(self.lines)

    def show_state(self, state: GuideState) -> None:
        """What the step has just found is not said twice."""
        said = state.screen.said if state.screen is not None and state.phase is Phase.STEP else ()
        lines = None if state.shows is None else tuple(one for one in dict.fromkeys(state.shows) if one not in said)
        self.show_lines(lines)
        self.setVisible(state.phase is Phase.INTRO or (state.phase is Phase.STEP and bool(lines)))

    def show_lines(self, lines: tuple[str, ...] | None) -> None:
        """None: not known yet."""
        say = self._catalogue.text
        told = (say("ui.guide.now.looking"),) if lines is None else lines or (say("ui.guide.now.nothing"),)
        if told != self._shown:
            self._shown = told
            clear(self.lines)
            for line in told:
                self.lines.addWidget(text(self._theme, wrapping(line), tone="" if lines else "muted"))
            show_now(self.lines)
