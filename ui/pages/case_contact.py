"""Exchanges with support: those that are known, and one to be added by hand; a note of one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from selfcare.i18n import Catalogue
from selfcare.model.case import Channel, Contact
from ui import case_words
from ui.flow import Flow
from ui.pages.support_parts import Area, Entry, SupportCard
from ui.rows import marked, show_now
from ui.theme import Theme
from ui.widgets import Button, Choices, Fold, clear

LONGEST_WAIT_MIN = 600
USUAL = (Channel.PHONE, Channel.CHAT, Channel.MAIL, Channel.POST, Channel.SHOP, Channel.VISIT, Channel.OTHER)


class ContactsCard(SupportCard):
    """``added``: a contact; ``noted``: words of one's own."""

    added = Signal(object)
    noted = Signal(str)
    drawn = Signal()

    def __init__(
        self, theme: Theme, words: Catalogue, now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    ) -> None:
        super().__init__(theme, words, "ui.cases.contacts")
        self._now = now
        self._shown: object = self
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(2))
        self.column.addLayout(self.body)
        self.fold = Fold(theme, words.text("ui.cases.contact.add"))
        self.form: ContactForm | None = None
        self.fold.toggled.connect(self._on_opened)
        self.column.addWidget(self.fold)
        self.note_fold = Fold(theme, words.text("ui.cases.note.add"))
        self.note: Area | None = None
        self.note_fold.toggled.connect(self._on_note)
        self.column.addWidget(self.note_fold)

    def show_contacts(self, contacts: tuple[Contact, ...]) -> None:
        """Newest first."""
        if contacts == self._shown:
            return
        self._shown = contacts
        clear(self.body)
        if not contacts:
            self.body.addWidget(self.label(self.words.text("ui.cases.contacts.none"), "muted"))
        for one in sorted(contacts, key=lambda each: each.at, reverse=True):
            told = case_words.contact(self.words, one)
            more = [self.label(line, "muted") for line in told.more]
            self.body.addLayout(marked(self.theme, told.icon, told.tone, self.label(told.line, bold=True), *more))
        show_now(self.body)

    def close_forms(self) -> None:
        """What was typed is written down: the fields are empty again."""
        for fold in (self.fold, self.note_fold):
            if fold.button.isChecked():
                fold.button.click()
        if self.form is not None:
            self.form.forget()
        if self.note is not None:
            self.note.put("")

    def _on_opened(self, on: bool) -> None:
        if on and self.form is None:
            self.form = ContactForm(self, self._now)
            self.form.save.clicked.connect(lambda _checked: self._on_save())
            self.fold.column.addLayout(self.form.column)
            show_now(self.fold.column)
            self.drawn.emit()
        if on and self.form is not None:
            self.form.focus()

    def _on_save(self) -> None:
        made = self.form.take() if self.form is not None else None
        if made is not None:
            self.added.emit(made)

    def _on_note(self, on: bool) -> None:
        if on and self.note is None:
            self.note = Area(self, self.words.text("ui.cases.note.words"))
            save = self.button("ui.cases.note.save")
            save.clicked.connect(lambda _checked: self._on_noted())
            self.note_save = save
            self.note_fold.column.addWidget(self.note)
            self.note_fold.column.addWidget(save, 0, Qt.AlignmentFlag.AlignLeft)
            show_now(self.note_fold.column)
            self.drawn.emit()
        if on and self.note is not None:
            self.note.focus()

    def _on_noted(self) -> None:
        assert self.note is not None
        if self.note.value:
            self.noted.emit(self.note.value)
        else:
            self.note.focus()


class ContactForm:
    """Only the channel has to be chosen; the date is now unless it is said."""

    def __init__(self, card: ContactsCard, now: Callable[[], datetime]) -> None:
        self._now, self._card = now, card
        say = card.words.text
        channels = [(one.value, say(f"ui.support.channel.{one.value}")) for one in USUAL]
        self.channel = Choices(card.theme, say("ui.cases.contact.channel"), channels, optional=False)
        self.channel.select(Channel.PHONE.value)
        self.at = Entry(card, "ui.cases.contact.at", self._wrong_moment, 20)
        self.waited = Entry(card, "ui.cases.contact.wait", self._wrong_wait, 6)
        self.cost = Entry(card, "ui.cases.contact.price", self._wrong_cost, 10)
        self.answer = Area(card, say("ui.cases.contact.said"), 3)
        self.reference = Entry(card, "ui.cases.contact.number", most=60)
        self.promised = Entry(card, "ui.cases.contact.date", self._wrong_day, 12)
        self.save: Button = card.button("ui.cases.contact.save")
        self.column = QVBoxLayout()
        self.column.setSpacing(card.theme.space(2))
        self.column.addWidget(self.channel)
        for pair in ((self.at, self.waited), (self.cost, self.promised)):
            row = card.beside()
            for entry in pair:
                row.addWidget(entry, 1, Qt.AlignmentFlag.AlignTop)
            self.column.addLayout(row)
        self.column.addWidget(self.answer)
        self.column.addWidget(self.reference)
        line = Flow(card.theme.space(2))
        line.addWidget(self.save)
        self.column.addLayout(line)

    def focus(self) -> None:
        """The channel that is chosen."""
        self.channel.chips[self.channel.value or Channel.PHONE.value].setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Empty again."""
        for entry in (self.at, self.waited, self.cost, self.reference, self.promised):
            entry.put("")
        self.answer.put("")

    def take(self) -> Contact | None:
        """What was typed; None where something cannot be meant, and the cursor is there."""
        wrong = [entry for entry in (self.at, self.waited, self.cost, self.promised) if not entry.check()]
        if wrong:
            wrong[0].focus()
            return None
        waited, cost = case_words.whole(self.waited.value, LONGEST_WAIT_MIN), case_words.cents(self.cost.value)
        return Contact(
            at=case_words.moment(self.at.value, self._now()) or self._now().isoformat(),
            channel=Channel(self.channel.value or Channel.PHONE.value),
            waited_min=waited if waited is not None and waited >= 0 else None,
            cost_cents=cost if cost is not None and cost >= 0 else None,
            answer=self.answer.value,
            reference=self.reference.value,
            promised=case_words.day(self.promised.value, self._now()) or "",
        )

    def _wrong_moment(self, typed: str) -> str:
        return "" if case_words.moment(typed, self._now()) is not None else "ui.cases.wrong.moment"

    def _wrong_day(self, typed: str) -> str:
        return "" if case_words.day(typed, self._now()) is not None else "ui.cases.wrong.day"

    def _wrong_wait(self, typed: str) -> str:
        return "" if case_words.whole(typed, LONGEST_WAIT_MIN) is not None else "ui.cases.wrong.wait"

    def _wrong_cost(self, typed: str) -> str:
        return "" if case_words.cents(typed) is not None else "ui.cases.wrong.cost"
