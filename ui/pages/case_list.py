"""The list of cases, what somebody waits for, and what is still on its way."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from selfcare.app.support.port import Filed, Reminder
from selfcare.i18n import Catalogue
from selfcare.model.case import CaseHead
from selfcare.model.ticket import Parcel
from ui.case_words import head, way
from ui.pages.support_parts import Area, SupportCard
from ui.rows import marked, show_now
from ui.support_state import question
from ui.support_words import paragraphs, plain, when
from ui.theme import Size, Theme
from ui.widgets import Button, Rule, announce, clear


class _Listed(SupportCard):
    """A card of rows that are made anew when there is something else to show."""

    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue, heading: str) -> None:
        super().__init__(theme, words, heading)
        self._shown: object = self
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.space(2.5))
        self.column.addLayout(self.rows)

    def fresh(self, shown: object) -> bool:
        """Whether that is something else; then the rows are gone."""
        if shown == self._shown:
            return False
        self._shown = shown
        self.forget_rows()
        clear(self.rows)
        return True

    def done(self) -> None:
        """The rows are there."""
        show_now(self.rows)
        self.set_tight(self.tight)
        self.drawn.emit()


class HeadsCard(_Listed):
    """Every case, newest first."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.cases.list")
        self.buttons: dict[str, Button] = {}
        self.contact = self.button("ui.cases.contact_support")
        self.column.addWidget(self.contact, 0, Qt.AlignmentFlag.AlignLeft)

    def show_heads(self, heads: tuple[CaseHead, ...] | None) -> None:
        """None: nobody has looked yet."""
        if not self.fresh(heads):
            return
        self.buttons = {}
        if not heads:
            key = "ui.support.loading" if heads is None else "ui.cases.empty"
            self.rows.addWidget(self.label(self.words.text(key), "muted"))
        for place, one in enumerate(heads or ()):
            if place:
                self.rows.addWidget(Rule())
            self._row(one)
        self.done()

    def _row(self, one: CaseHead) -> None:
        name, lines = head(self.words, one)
        button = self.buttons[one.id] = self.button("ui.cases.open", name)
        button.setAccessibleDescription(" ".join(lines))
        button.clicked.connect(lambda _checked: self.chosen.emit(one.id))
        first = self.label(name, size=Size.LEAD, bold=True)
        icon, tone = ("check", "idle") if one.closed else ("folder", "accent")
        row = self.beside()
        row.addLayout(marked(self.theme, icon, tone, first, *(self.label(line, "muted") for line in lines)), 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.rows.addLayout(row)


class QuestionCard(_Listed):
    """What a desk needs to know, asked once; what is typed stays until it is on its way."""

    answered = Signal(object, str)

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.cases.question")
        self.fields: dict[str, tuple[Area, Button]] = {}
        self.setVisible(False)

    def show_questions(self, asks: tuple[Filed, ...], busy: bool, trouble: str) -> None:
        """One part for each question that is open."""
        if self.fresh(tuple((question(one), one.parcel.id) for one in asks)):
            self.fields = {}
            for one in asks:
                self._part(one)
            self.done()
            if asks:
                announce(self.heading, self.heading.text())
        for _area, button in self.fields.values():
            button.setText(self.words.text("ui.cases.question.sending" if busy else "ui.cases.question.send"))
        self.trouble(trouble)
        self.setVisible(bool(asks))

    def trouble(self, words: str) -> None:
        """Why it did not go."""
        self.heading.setAccessibleDescription(words)

    def _part(self, one: Filed) -> None:
        reply = one.told.replies[-1] if one.told is not None else None
        if reply is None:
            return
        who = plain(reply.who, 60) or self.words.text("ui.cases.ticket.desk")
        asked = self.words.text(
            "ui.cases.question.lead", case=one.parcel.case, who=who, when=when(self.words, reply.at)
        )
        said = self.label(paragraphs(reply.text, 1500), size=Size.LEAD)
        self.rows.addLayout(marked(self.theme, "query", "suspect", self.label(asked, "muted"), said))
        area = Area(self, self.words.text("ui.cases.question.answer"))
        send = Button(self.theme, self.words.text("ui.cases.question.send"), "primary", Size.LEAD, bold=True)
        send.clicked.connect(lambda _checked: self._on_send(one, area))
        self.fields[question(one)] = area, send
        self.rows.addWidget(area)
        self.rows.addWidget(send, 0, Qt.AlignmentFlag.AlignLeft)

    def _on_send(self, one: Filed, area: Area) -> None:
        if area.value:
            self.answered.emit(one, area.value)
        else:
            area.focus()


class ReminderCard(_Listed):
    """A promised date that has passed, the next step of a complaint: each with what to open."""

    guide = Signal(str)
    case = Signal(str)

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.cases.reminder")
        self.buttons: list[Button] = []
        self.setVisible(False)

    def show_reminders(self, reminders: tuple[Reminder, ...]) -> None:
        """Each as a sentence."""
        if self.fresh(reminders):
            self.buttons = []
            for one in reminders:
                self._row(one)
            self.done()
        self.setVisible(bool(reminders))

    def _row(self, one: Reminder) -> None:
        due = self.words.text("ui.cases.reminder.due", case=one.case, when=when(self.words, one.due))
        row = self.beside()
        row.addLayout(
            marked(self.theme, "bang", "suspect", self.label(plain(one.text, 400)), self.label(due, "muted")), 1
        )
        if one.guide:
            step = self.button("ui.cases.reminder.guide", one.case)
            step.clicked.connect(lambda _checked: self.guide.emit(one.guide))
            self._add(row, step)
        see = self.button("ui.cases.open", one.case)
        see.clicked.connect(lambda _checked: self.case.emit(one.case))
        self._add(row, see)
        self.rows.addLayout(row)

    def _add(self, row: object, button: Button) -> None:
        self.buttons.append(button)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)  # type: ignore[attr-defined]


class OutboxCard(_Listed):
    """What has not reached the operator yet: seen, and cancelled if one likes."""

    cancel = Signal(str)

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.cases.outbox")
        self.buttons: dict[str, Button] = {}
        self.setVisible(False)

    def show_parcels(self, parcels: tuple[Parcel, ...]) -> None:
        """Those that are not at their end."""
        if self.fresh(parcels):
            self.buttons = {}
            for one in parcels:
                self._row(one)
            self.done()
        self.setVisible(bool(parcels))

    def _row(self, one: Parcel) -> None:
        told = way(self.words, one)
        first = self.label(f"{one.case} · {told.line}", bold=True)
        row = self.beside()
        row.addLayout(marked(self.theme, told.icon, told.tone, first, *(self.label(m, "muted") for m in told.more)), 1)
        button = self.buttons[one.id] = self.button("ui.ticket.cancel", one.case)
        button.clicked.connect(lambda _checked: self.cancel.emit(one.id))
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.rows.addLayout(row)
