"""« Que voulez-vous faire ? »: a question in one's own words, what it may mean, one question back, a short answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout

from selfcare.app.ask import AskState, Offer, Query, Reply
from selfcare.i18n import Catalogue
from ui.ask_state import Search, Shown
from ui.ask_words import NEAR, PAGES, action, heading, icon, kind, spoken
from ui.guide_words import found_words
from ui.pages.guide_list import Rowed
from ui.rows import direction, marked, show_now
from ui.theme import Size, Theme
from ui.wide import WideButton
from ui.widgets import Button, Card, Choices, Fold, Rule, announce, clear, selectable, text

PAUSE_MS = 700
"""After so long without a further letter the question is put: long enough to think of the next word."""
_MOST = 300


class AskCard(Rowed):
    """``typed``: at once; ``put``: after a pause, with Enter or the button; ``chosen``: an offer."""

    typed = Signal(str)
    put = Signal(str)
    follow_up = Signal(str, str)
    chosen = Signal(object)
    drawn = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue)
        say = catalogue.text
        self._shown: object = None
        title = text(theme, say("ui.guide.ask"), Size.HEADLINE, bold=True)
        self.field = QLineEdit()
        self.field.setFont(theme.font(Size.LEAD))
        self.field.setMaxLength(_MOST)
        self.field.setPlaceholderText(say("ui.guide.ask.hint"))
        self.field.setAccessibleName(say("ui.guide.ask"))
        self.field.setClearButtonEnabled(False)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)  # as high as its button
        self.go = Button(theme, say("ui.ask.go"), "second", Size.LEAD)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(theme.space(2))
        self._line.addWidget(self.field, 1)
        self._line.addWidget(self.go)
        self.count = text(theme, "", tone="muted")
        self.said = text(theme, "", tone="muted")
        for label in (self.count, self.said):
            label.setVisible(False)
        self.results = QVBoxLayout()
        self.results.setSpacing(theme.space(2))
        self.buttons: dict[str, Button] = {}
        self.questions: dict[str, Choices] = {}
        self.more: Fold | None = None
        self.column.addWidget(title)
        self.column.addLayout(self._line)
        for part in (self.count, self.said):
            self.column.addWidget(part)
        self.column.addLayout(self.results)
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._on_pause)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_pause)
        self.go.clicked.connect(self._on_pause)

    def set_tight(self, tight: bool) -> None:
        """Puts the button under the field where there is no room beside."""
        super().set_tight(tight)
        self._line.setDirection(direction(tight))

    def recall(self, words: str) -> None:
        """The last question, without putting it again."""
        self.field.blockSignals(True)
        self.field.setText(words)
        self.field.blockSignals(False)

    def show_count(self, count: int | None) -> None:
        """How many guides contain the words; None where nothing was typed, or where the question was answered."""
        words = "" if count is None else found_words(self._catalogue, count)
        if words != self.count.text():
            self.count.setText(words)
            announce(self.count, words)
        self.count.setVisible(bool(words))

    def show_search(self, search: Search, titles: bool = False) -> None:
        """What the question may mean, and the one question back. What was found stays until something else is.

        Args:
            search: as far as it got.
            titles: the list below has guides with these words.
        """
        self._say_state(search)
        reply = search.says(titles)
        shown = (reply, search.question)
        if shown == self._shown:
            return
        self._shown = shown
        had_focus = self._holds_focus()
        clear(self.results)
        self._rows, self.buttons, self.questions, self.more = [], {}, {}, None
        if reply is not None:
            self._fill(reply, search.question)
            show_now(self.results)
            announce(self.field, spoken(self._catalogue, reply))
        if had_focus:  # what had it is gone
            self._focus_next()
        self.drawn.emit()

    def focus(self) -> None:
        """The field."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_state(self, search: Search) -> None:
        key = "ui.ask.failed" if search.failed else "ui.ask.waiting" if search.waiting else ""
        words = self._catalogue.text(key) if key else ""
        if words != self.said.text():
            self.said.setText(words)
            if search.failed:
                announce(self.said, words)
        self.said.setVisible(bool(words))

    def _fill(self, reply: Reply, question: Query | None) -> None:
        sure = reply.state is AskState.SURE
        self.results.addWidget(text(self._theme, heading(self._catalogue, reply), Size.LEAD, bold=True))
        if question is not None:
            self.results.addWidget(self._question(question))
        near = reply.offers if reply.state is AskState.NOT_UNDERSTOOD else reply.offers[:NEAR]
        for place, offer in enumerate(near):
            if place == 1 and sure:
                self.results.addWidget(text(self._theme, self._catalogue.text("ui.ask.else"), tone="muted"))
            self.results.addLayout(self._offer(offer, first=sure and not place))
        if rest := reply.offers[len(near) :]:
            self.more = Fold(self._theme, self._catalogue.text("ui.ask.more"))
            for offer in rest:
                self.more.column.addLayout(self._offer(offer))
            self.results.addWidget(self.more)

    def _offer(self, offer: Offer, first: bool = False) -> QBoxLayout:
        theme, say = self._theme, self._catalogue.text
        button = self.buttons[offer.id] = self.button(
            action(offer), f"{kind(self._catalogue, offer)}, {offer.title}", offer.why
        )
        if first:
            button.set_kind("primary")
        button.clicked.connect(lambda _checked: self.chosen.emit(offer))
        title = text(theme, offer.title, Size.HEADING if first else Size.BODY, bold=True)
        mark = text(theme, kind(self._catalogue, offer), Size.SMALL, tone="muted")
        why = text(theme, offer.why, tone="suspect" if offer.tried else "muted")
        words = QVBoxLayout()
        words.addLayout(marked(theme, icon(offer), "accent" if first else "idle", title, mark, why))
        button.setToolTip(say(f"ui.ask.kind.{offer.kind}"))
        return self.row(words, button)

    def _question(self, question: Query) -> Choices:
        unknown = self._catalogue.text("ui.ask.unknown")
        answers = [*((one.id, one.text) for one in question.options), ("", unknown)]
        chips = Choices(self._theme, question.text, answers, optional=False)
        chips.chosen.connect(lambda answer: self.follow_up.emit(question.id, answer or ""))
        self.questions[question.id] = chips
        return chips

    def _holds_focus(self) -> bool:
        chips = [chip for q in self.questions.values() for chip in q.chips.values()]
        fold = [self.more.button] if self.more is not None else []
        return any(one.hasFocus() for one in (*chips, *self.buttons.values(), *fold))

    def _focus_next(self) -> None:
        chips = [chip for q in self.questions.values() for chip in q.chips.values()]
        there = next(iter([*chips, *self.buttons.values()]), None)
        (there or self.field).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_typed(self, words: str) -> None:
        self._pause.start()
        self.typed.emit(words)

    def _on_pause(self) -> None:
        self._pause.stop()
        self.put.emit(self.field.text())


class ToldCard(Card):
    """A short answer: its words, facts with their sources, where it can be seen, and guides to go on with."""

    closed = Signal()
    page = Signal(str)
    guide = Signal(str)
    drawn = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: Shown | None = None
        self.see: Button | None = None
        self.guides: dict[str, Button] = {}
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(2))
        self.column.addLayout(self.body)
        self.close_button = Button(theme, catalogue.text("ui.ask.close"))
        self.close_button.clicked.connect(lambda _checked: self.closed.emit())
        self.column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(False)

    def show_told(self, shown: Shown | None) -> bool:
        """Whether it is another one than before."""
        if shown is self._shown:
            return False
        self._shown, self.see, self.guides = shown, None, {}
        clear(self.body)
        if shown is not None:
            self._fill(shown)
            show_now(self.body)
        self.setVisible(shown is not None)
        self.drawn.emit()
        return shown is not None

    def focus(self) -> None:
        """Where it starts; what it says is told to a screen reader."""
        if self._shown is not None:
            told = self._shown.told
            (self.see or next(iter(self.guides.values()), self.close_button)).setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, " ".join((told.title, told.text, *(f"{n.text} {n.source}." for n in told.notes))))

    def _fill(self, shown: Shown) -> None:
        theme, say, told = self._theme, self._catalogue.text, shown.told
        self.body.addWidget(text(theme, told.title, Size.HEADING, bold=True))
        self.body.addWidget(selectable(text(theme, told.text, Size.LEAD)))
        for note in told.notes:
            mark, tone = ("book", "idle") if note.checked else ("bang", "suspect")
            foot = text(theme, note.source, Size.SMALL, tone="muted" if note.checked else "suspect")
            self.body.addLayout(marked(theme, mark, tone, selectable(text(theme, note.text)), foot))
        if told.page in PAGES:
            self.see = Button(theme, say(f"ask.open.{told.page}"), "second")
            self.see.clicked.connect(lambda _checked, page=told.page: self.page.emit(page))
            self.body.addWidget(self.see, 0, Qt.AlignmentFlag.AlignLeft)
        if shown.guides:
            self.body.addWidget(Rule())
            self.body.addWidget(text(theme, say("ui.ask.then"), tone="muted"))
        for name, title in shown.guides:
            button = self.guides[name] = WideButton(theme, title, Size.BODY)
            button.setAccessibleName(say("ui.guide.see.name", what=title))
            button.clicked.connect(lambda _checked, one=name: self.guide.emit(one))
            self.body.addWidget(button)
