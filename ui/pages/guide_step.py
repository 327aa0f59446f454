"""One step of a guide: what is said, what is asked, and the buttons. The page sees finished sentences only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from selfcare.app.guides.screen import Scene, Screen
from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.guide_state import GuideState, Phase
from ui.guide_words import ENDS, course, progress, refusal, taken_back
from ui.pages.guide_end import EndPart
from ui.pages.guide_fields import Field, field_of
from ui.rows import marked, show_now, wrapping
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, announce, bullet, clear, selectable, text


class StepCard(Card):
    """``answered``: to a question (None: left open); ``confirmed``: done, lost, yes, no; ``gesture``: a page."""

    answered = Signal(object)
    confirmed = Signal(str)
    gesture = Signal(str)
    drawn = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue, self._tight = theme, catalogue, False
        self._shown: tuple[object, ...] = ()
        self._screen: Screen | None = None
        self._course: tuple[object, bool] = ((), False)
        self._gesture = self._other = ""
        self._taken_back = False
        self.field: Field | None = None
        say = catalogue.text
        self.title = text(theme, "", Size.HEADING, bold=True)
        self.progress = text(theme, "", Size.SMALL, tone="muted")
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(3))
        self.lines = QVBoxLayout()
        self.lines.setSpacing(theme.space(1.5))
        self.waiting = text(theme, say("ui.guide.checking"), tone="muted")
        self.end = EndPart(theme, catalogue)
        self.go = Button(theme, "", "primary", Size.LEAD, bold=True)
        self.away = Button(theme, "", "second", Size.LEAD)
        self.other = Button(theme, "", "second", Size.LEAD)
        self.back = Button(theme, say("ui.guide.back"))
        self.later = Button(theme, say("ui.guide.later"))
        self.column.addWidget(self.title)
        self.column.addWidget(self.progress)
        self.column.addLayout(self.body)
        self.column.addLayout(self.lines)
        for part in (self.waiting, self.end):
            self.column.addWidget(part)
        self.column.addSpacing(theme.space(1))
        for row in ((self.away, self.go, self.other), (self.back, self.later)):
            flow = Flow(theme.space(3))
            for button in row:
                flow.addWidget(button)
            self.column.addLayout(flow)
        self.go.clicked.connect(self._on_go)
        self.away.clicked.connect(self._on_gesture)
        self.other.clicked.connect(self._on_other)
        self.end.drawn.connect(self.drawn)

    def set_tight(self, tight: bool) -> None:
        """One column where there is no room for two."""
        self._tight = tight
        self.end.set_tight(tight)
        if self.field is not None:
            self.field.set_tight(tight)

    def show_state(self, state: GuideState, title: str) -> bool:
        """Takes where the run stands; whether it is another step than before (or the same one, asked again)."""
        screen, work = state.screen, state.busy
        self.setVisible(state.phase in (Phase.OPENING, Phase.STEP, Phase.WORKING, Phase.ASKING, Phase.OVER))
        self.title.setText(screen.title if screen is not None else title)
        # A word that was just given leaves the step as it is until there is something else to show.
        fresh = screen is not self._screen or (screen is None and not self._shown)
        if fresh:
            self._screen, self._taken_back = screen, taken_back(state)
            self._fill(screen)
        self._show_buttons(screen, work)
        self.waiting.setVisible(work and not state.progress and state.phase is not Phase.ASKING)
        self._show_course(state, fresh)
        over = screen is not None and screen.scene is Scene.OVER
        self.end.setVisible(over)
        if over and screen is not None:
            self.end.show_end(screen, state)
        if self.field is not None:
            self._show_field(self.field, state, fresh)
        return fresh

    def focus(self) -> None:
        """Where the work of this step starts."""
        if self.field is not None:
            self.field.focus()
            return
        first = next((b for b in (self.away, self.go, self.later) if b.isVisibleTo(self)), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def announce(self) -> None:
        """The step in one go, with what was just found."""
        if self._screen is not None:
            announce(self.title, self._spoken(self._screen))

    def _spoken(self, screen: Screen) -> str:
        text = () if self._taken_back else (screen.text,)
        return " ".join((*screen.said, *text, *screen.menu))

    # -- what is said ----------------------------------------------------------------------------

    def _fill(self, screen: Screen | None) -> None:
        theme = self._theme
        clear(self.body)
        self.field = None
        self.progress.setText(progress(self._catalogue, screen) if screen is not None else "")
        self.progress.setVisible(bool(self.progress.text()))
        if screen is None:
            self.body.addWidget(text(theme, self._catalogue.text("ui.guide.opening"), Size.LEAD))
            return
        if screen.said:
            labels = [text(theme, wrapping(line)) for line in screen.said]
            self.body.addLayout(marked(theme, "pulse", "idle", *labels))
        if not self._taken_back:
            self._fill_text(screen)
        if screen.menu:
            where, *notes = screen.menu
            labels = [selectable(text(theme, where)), *(text(theme, n, Size.SMALL, tone="muted") for n in notes)]
            self.body.addLayout(marked(theme, "box", "accent", *labels))
        self._fill_notes(screen)
        if screen.help:
            fold = Fold(theme, self._catalogue.text("ui.guide.help"))
            fold.column.addWidget(text(theme, screen.help))
            self.body.addWidget(fold)
        if screen.scene is Scene.ASK:
            self._fill_field(screen)
        show_now(self.body)  # what was added is there at once: the focus may go to it
        self.drawn.emit()

    def _fill_text(self, screen: Screen) -> None:
        words = text(self._theme, wrapping(screen.text), Size.LEAD)
        if screen.end is None:
            if screen.text:
                self.body.addWidget(words)
            return
        icon, tone = ENDS[screen.end]
        title = text(self._theme, self._catalogue.text(f"ui.guide.end.{screen.end}"), Size.LEAD, bold=True)
        self.body.addLayout(marked(self._theme, icon, tone, title, words))

    def _fill_notes(self, screen: Screen) -> None:
        for note in screen.notes:
            icon, tone = ("book", "idle") if note.checked else ("bang", "suspect")
            foot = text(self._theme, note.source, Size.SMALL, tone="muted" if note.checked else "suspect")
            self.body.addLayout(marked(self._theme, icon, tone, text(self._theme, note.text), foot))

    def _fill_field(self, screen: Screen) -> None:
        self.field = field_of(self._theme, self._catalogue, screen)
        self.field.entered.connect(self._on_go)
        self.field.drawn.connect(self.drawn)
        self.field.set_tight(self._tight)
        self.body.addWidget(self.field)

    def _show_field(self, field: Field, state: GuideState, fresh: bool) -> None:
        shown = (self._screen, state.suggestions)
        if state.suggestions is not None and (fresh or shown != self._shown):
            field.suggest(state.suggestions)
        self._shown = shown
        if state.phase is Phase.STEP:
            words = refusal(self._catalogue, state.refused) if state.refused is not None else ""
            if words:
                field.complain(words)

    def _show_course(self, state: GuideState, fresh: bool) -> None:
        """What an action says it does, under the step."""
        lines = course(self._catalogue, state.progress) if state.working else ()
        shown = (lines, state.writing)
        if not fresh and shown == self._course:
            return
        self._course = shown
        clear(self.lines)
        for icon, tone, words in lines:
            self.lines.addLayout(marked(self._theme, icon, tone, text(self._theme, words)))
        if state.writing:
            self.lines.addLayout(bullet(self._theme, self._catalogue.text("ui.guide.stay")))
        show_now(self.lines)
        if lines:
            announce(self.title, lines[-1][2])

    # -- the buttons -----------------------------------------------------------------------------

    def _show_buttons(self, screen: Screen | None, work: bool) -> None:
        """Shown before anything is hidden: what had the focus must find somewhere to leave it."""
        say = self._catalogue.text
        scene = screen.scene if screen is not None else Scene.WORK
        asks = scene is Scene.ASK and self.field is not None and self.field.sends
        go = {Scene.INSTRUCT: "done", Scene.QUESTION: "yes"}.get(scene, "continue" if asks else "")
        lost, optional = screen is not None and screen.lost, screen is not None and screen.optional
        other = "no" if scene is Scene.QUESTION else "lost" if lost else "skip" if optional else ""
        away = screen.gesture if screen is not None and scene is Scene.INSTRUCT else None
        away = away if away is not None and self._catalogue.has(f"ui.guide.gesture.{away}") else None
        over = scene is Scene.OVER
        self._gesture, self._other = away or "", other
        self.later.setText(say("ui.guide.all" if over else "ui.guide.later"))
        self.go.set_kind("second" if away else "primary")
        self.away.set_kind("primary" if away else "second")
        for button, main in ((self.go, not away), (self.away, bool(away))):
            button.setFont(self._theme.font(Size.LEAD, main))
        spoken = self._spoken(screen) if screen is not None else ""
        parts = (
            (self.go, f"ui.guide.{go}" if go else ""), (self.other, f"ui.guide.{other}" if other else ""),
            (self.away, f"ui.guide.gesture.{away}" if away else ""),
        )  # fmt: skip
        for button, key in parts:
            button.setText(say(key) if key else button.text() or say("ui.guide.continue"))
            button.setAccessibleDescription(spoken)
        self.later.setVisible(True)
        for button, key in parts:
            button.setVisible(bool(key))
        self.back.setVisible(screen is not None and screen.back and not (work and scene is Scene.WORK))

    def _on_go(self) -> None:
        if self._screen is None:
            return
        if self.field is not None:
            self.field.complain("")
            if self._screen.optional and self.field.empty:
                self.answered.emit(None)  # « Laissez vide… » is an answer
                return
            told = self.field.take()
            if told is not None:
                self.answered.emit(told if told or not self._screen.optional else None)  # left empty is left open
        else:
            self.confirmed.emit("yes" if self._screen.scene is Scene.QUESTION else "done")

    def _on_other(self) -> None:
        if self._other == "skip":
            self.answered.emit(None)
        else:
            self.confirmed.emit(self._other)

    def _on_gesture(self) -> None:
        self.gesture.emit(self._gesture)
