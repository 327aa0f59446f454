"""The top of the box's page: which box, how it is by its own word, and the buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.box_state import BoxView, PairPhase
from ui.box_words import head
from ui.flow import Flow
from ui.rows import direction, show_now, wrapping
from ui.theme import Size, Theme
from ui.widgets import Badge, Button, Card, announce, bullet, clear, text

LINES = 6


class HeadCard(Card):
    """A headline, some sentences, and at most three buttons."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._catalogue, self._said = catalogue, ""
        self.badge = Badge(theme)
        self.headline = text(theme, "", Size.HEADLINE, bold=True)
        self.lines = [text(theme, "", Size.LEAD if n == 0 else Size.BODY, tone="muted") for n in range(LINES)]
        self.done = text(theme, "", tone="fine")
        self.pair = Button(theme, catalogue.text("ui.box.pair"), "primary", Size.LEAD, bold=True)
        self.refresh = Button(theme, "", "primary", Size.LEAD)
        self.forget = Button(theme, catalogue.text("ui.box.forget"), "second", Size.LEAD)
        self.forget.setAccessibleName(catalogue.text("ui.box.forget.name"))
        words = QVBoxLayout()
        words.setSpacing(theme.space(1.5))
        for label in (self.headline, *self.lines, self.done):
            words.addWidget(label)
        buttons = Flow(theme.space(3))
        for button in (self.pair, self.refresh, self.forget):
            buttons.addWidget(button)
        words.addSpacing(theme.space(1.5))
        words.addLayout(buttons)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.space(4.5))
        self._row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)
        self.column.addLayout(self._row)

    def set_tight(self, tight: bool) -> None:
        """Puts the badge above the words where there is no room beside them."""
        self._row.setDirection(direction(tight))

    def show_view(self, view: BoxView, asking: bool) -> None:
        """Takes what is known. ``asking``: a card below has the filled button."""
        said = head(self._catalogue, view)
        self.badge.show_state(said.icon, said.tone)
        self.headline.setText(wrapping(said.headline))
        for label, line in zip(self.lines, (*said.lines, *("",) * LINES), strict=False):
            label.setText(line)
            label.setVisible(bool(line))
        self.done.setText(self._catalogue.text(f"box.pairing.{view.forgotten}") if view.forgotten else "")
        self.done.setVisible(bool(view.forgotten))
        self.pair.setText(said.pair or self._catalogue.text("ui.box.pair"))  # never nameless, even out of sight
        # Not disabled while it works: the focus would be lost.
        self.refresh.setText(self._catalogue.text("ui.box.refreshing" if view.busy else "ui.box.refresh"))
        self.refresh.set_kind("second" if said.pair or asking else "primary")
        for button, there in ((self.pair, bool(said.pair)), (self.forget, said.forget and not asking)):
            if button.hasFocus() and not there:
                self.refresh.setFocus(Qt.FocusReason.OtherFocusReason)
            button.setVisible(there)
        self._announce(" ".join((said.headline, *said.lines, self.done.text())), view.busy)

    def _announce(self, told: str, busy: bool) -> None:
        """Once per new state; that it is being asked again is no news."""
        if not busy and told != self._said:
            announce(self.headline, told)
            self._said = told


class ForgetCard(Card):
    """The question before an access is taken away. The focus is on « Non merci »."""

    answered = Signal(bool)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        say = catalogue.text
        self.title = text(theme, say("ui.box.forget.title"), Size.HEADING, bold=True)
        self.lead = text(theme, say("ui.box.forget.lead"))
        self.yes = Button(theme, say("ui.box.forget.yes"), "second")
        self.no = Button(theme, say("ui.box.pair.no"), "second")
        for button, agreed in ((self.yes, True), (self.no, False)):
            button.setAccessibleDescription(f"{self.title.text()} {self.lead.text()}")
            button.clicked.connect(lambda _checked, a=agreed: self._answer(a))
        buttons = Flow(theme.space(3))
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        self.column.addWidget(self.title)
        self.column.addWidget(self.lead)
        self.column.addSpacing(theme.space(1))
        self.column.addLayout(buttons)
        self.setVisible(False)

    def ask(self) -> None:
        """Puts the question."""
        self.setVisible(True)
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self.title, f"{self.title.text()} {self.lead.text()}")

    def _answer(self, agreed: bool) -> None:
        self.answered.emit(agreed)
        self.setVisible(False)


class RightCard(Card):
    """Where the right that is missing is ticked, step by step."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme = theme
        self._shown: tuple[str, ...] = ()
        self.column.addWidget(text(theme, catalogue.text("ui.box.right.title"), Size.HEADING, bold=True))
        self.column.addWidget(text(theme, catalogue.text("ui.box.right.lead"), tone="muted"))
        self._place = QWidget()
        self.steps = QVBoxLayout(self._place)
        self.steps.setContentsMargins(0, 0, 0, 0)
        self.steps.setSpacing(theme.space(1.5))
        self.column.addWidget(self._place)
        self.setVisible(False)

    def show_steps(self, steps: tuple[str, ...]) -> None:
        """None: there is nothing missing."""
        self.setVisible(bool(steps))
        if steps == self._shown:
            return
        self._shown = steps
        clear(self.steps)
        for number, step in enumerate(steps, start=1):
            self.steps.addLayout(bullet(self._theme, step, f"{number}."))
        show_now(self.steps)


def is_asking(view: BoxView) -> bool:
    """Whether the pairing card is open with something to press."""
    return view.pairing.phase not in (PairPhase.CLOSED, PairPhase.GRANTED)
