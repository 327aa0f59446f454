"""What will leave, to the letter: what is in it and may be left out, what was replaced, every file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from selfcare.app.numbers import amount
from selfcare.i18n import Catalogue
from selfcare.model.report import Part, Replaced, Report, Section
from ui.flow import Flow
from ui.pages.support_ask import StepCard
from ui.pages.support_parts import shown_text
from ui.rows import Rows, show_now, wrapping
from ui.support_state import Draft, TicketState
from ui.theme import Theme
from ui.ticket_words import SECTIONS, exact, readable, replaced, summary
from ui.widgets import Button, Choices, Fold, Rule, announce, clear

MOST_REPLACED = 20
"""Rows of what was replaced that are made at once; the others when they are asked for."""


class PreviewCard(StepCard):
    """``changed``: a tick; ``again``: back to one of the first steps. Its own buttons stand in the consent's card."""

    changed = Signal(object)
    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue, main: Catalogue) -> None:
        super().__init__(theme, words, "ui.ticket.preview")
        self._main = main
        self._draft = Draft()
        self._shown: Report | None = None
        self.rows = Rows(theme)
        self.edit_what = self.button("ui.ticket.edit", words.text("ui.ticket.what.short"))
        self.edit_wish = self.button("ui.ticket.edit.wish")
        self.edit_what.setText(words.text("ui.ticket.edit.what"))
        self.follow = self.label("", "suspect")
        self.bulk = self.label("", "muted")
        self.human = shown_text(theme, words.text("ui.ticket.text"), 11)
        self.column.addLayout(self.rows)
        row = Flow(theme.space(2))
        row.addWidget(self.edit_what)
        row.addWidget(self.edit_wish)
        self.column.addLayout(row)
        self.column.addWidget(self.follow)
        self.column.addWidget(Rule())
        self.column.addWidget(self.label(words.text("ui.ticket.text"), "muted"))
        self.column.addWidget(self.human)
        self.column.addWidget(self.bulk)
        self._sections()
        self.swaps = SwapFold(self)
        self.files = FilesFold(self, main)
        for fold in (self.swaps.fold, self.files.fold):
            self.column.addWidget(fold)
        self.swaps.ticked.connect(self._on_reveal)

    def set_tight(self, tight: bool) -> None:
        """Names above what they say."""
        super().set_tight(tight)
        self.rows.set_tight(tight)

    def show_state(self, state: TicketState, busy: bool) -> None:
        """Takes the draft and, once it is made, the report."""
        self._draft = state.draft
        self.rows.fill(summary(self.words, self._main, state.draft))
        before = state.before
        number = before.receipt.number if before is not None and before.receipt is not None else ""
        self._say(self.follow, self.words.text("ui.ticket.follow_up", number=number) if number else "")
        for section, chip in self.sections.items():
            chip.setChecked(section in state.draft.sections)
        report = state.report
        making = self.words.text("ui.ticket.making")
        size = amount(self._main, len(report.archive)) if report is not None else ""
        said = self.words.text("ui.ticket.size", size=size, count=len(report.parts)) if report is not None else making
        self._say(self.bulk, said if report is not None or busy else "")
        if report is not None and report is not self._shown:
            self._shown = report
            self._keep_place(report.text)
            self.swaps.show_report(report, state.draft.reveal)
            self.files.show_report(report)
            self.drawn.emit()

    def _keep_place(self, words: str) -> None:
        """Who is reading goes on reading where they are."""
        bar = self.human.verticalScrollBar()
        place = bar.value()
        self.human.setPlainText(words)
        bar.setValue(place)

    def _say(self, label: object, words: str) -> None:
        label.setText(wrapping(words))  # type: ignore[attr-defined]
        label.setVisible(bool(words))  # type: ignore[attr-defined]

    def _sections(self) -> None:
        self.column.addWidget(self.label(self.words.text("ui.ticket.sections"), "muted"))
        flow = Flow(self.theme.space(1.8))
        self.sections: dict[Section, Button] = {}
        for section in SECTIONS:
            chip = Button(self.theme, self.words.text(f"ui.ticket.section.{section.value}"), "chip")
            chip.setCheckable(True)
            chip.setAccessibleDescription(self.words.text("ui.ticket.sections"))
            chip.clicked.connect(lambda on, one=section: self._on_ticked(one, on))
            self.sections[section] = chip
            flow.addWidget(chip)
        self.column.addLayout(flow)

    def _on_ticked(self, section: Section, on: bool) -> None:
        kept = self._draft.sections | {section} if on else self._draft.sections - {section}
        self._tell(replace(self._draft, sections=kept))

    def _on_reveal(self, token: str, on: bool) -> None:
        kept = self._draft.reveal | {token} if on else self._draft.reveal - {token}
        self._tell(replace(self._draft, reveal=kept))

    def _tell(self, draft: Draft) -> None:
        self._draft = draft
        self.changed.emit(draft)
        announce(self.bulk, self.words.text("ui.ticket.making"))


class SwapFold(QObject):
    """What was taken out, each with its sign; one by one it may be left in. Seen by its owner only."""

    ticked = Signal(str, bool)

    def __init__(self, card: PreviewCard) -> None:
        super().__init__(card)
        self._card = card
        self.fold = Fold(card.theme, card.words.text("ui.ticket.replaced", count=0))
        self.chips: dict[str, Button] = {}
        self._rows: tuple[Replaced, ...] = ()
        self._drawn: tuple[Replaced, ...] = ()
        self._reveal: frozenset[str] = frozenset()
        self.body = QVBoxLayout()
        self.body.setSpacing(card.theme.space(1.5))
        self.fold.column.addWidget(card.label(card.words.text("ui.ticket.replaced.lead"), "muted"))
        self.fold.column.addLayout(self.body)
        self.fold.toggled.connect(lambda _on: self._draw())
        self.fold.toggled.connect(lambda _on: card.drawn.emit())  # after: Tab finds what was made

    def show_report(self, report: Report, reveal: frozenset[str]) -> None:
        """Takes the report."""
        self._rows, self._reveal = report.replaced, reveal
        self.fold.button.setText(self._card.words.text("ui.ticket.replaced", count=len(report.replaced)))
        self.fold.setVisible(bool(report.replaced))
        self._draw()

    def _draw(self) -> None:
        if not self.fold.button.isChecked():
            return
        named = tuple((one.token, one.original) for one in self._rows)
        if named == tuple((one.token, one.original) for one in self._drawn):
            for token, chip in self.chips.items():
                chip.setChecked(token in self._reveal)
            return
        self._drawn, self.chips = self._rows, {}
        clear(self.body)
        for one in self._rows[:MOST_REPLACED]:
            self._row(one)
        rest = self._rows[MOST_REPLACED:]
        if rest:
            more = self._card.button("ui.ticket.replaced.more")
            more.clicked.connect(lambda _checked: self._more(more, rest))
            self.body.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        show_now(self.body)

    def _more(self, button: Button, rest: tuple[Replaced, ...]) -> None:
        button.setVisible(False)
        for one in rest:
            self._row(one)
        show_now(self.body)
        button.setVisible(False)

    def _row(self, one: Replaced) -> None:
        words = self._card.words
        line = replaced(words, one)
        chip = self.chips[one.token] = Button(self._card.theme, words.text("ui.ticket.reveal"), "chip")
        chip.setCheckable(True)
        chip.setChecked(one.token in self._reveal)
        chip.setAccessibleName(words.text("ui.support.name", action=words.text("ui.ticket.reveal"), what=line))
        chip.clicked.connect(lambda on: self.ticked.emit(one.token, on))
        row = QVBoxLayout()
        row.setSpacing(self._card.theme.space(0.8))
        row.addWidget(self._card.label(line))
        row.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(row)


class FilesFold(QObject):
    """Every file: as a person reads it, and sign by sign. A text is put in when somebody wants to see it."""

    def __init__(self, card: PreviewCard, main: Catalogue) -> None:
        super().__init__(card)
        self._card, self._main = card, main
        self.fold = Fold(card.theme, card.words.text("ui.ticket.files", count=0))
        self._parts: tuple[Part, ...] = ()
        self.files: dict[str, FileFold] = {}
        self.fold.toggled.connect(lambda _on: self._draw())
        self.fold.toggled.connect(lambda _on: card.drawn.emit())  # after: Tab finds what was made

    def show_report(self, report: Report) -> None:
        """Takes the report."""
        self._parts = report.parts
        self.fold.button.setText(self._card.words.text("ui.ticket.files", count=len(report.parts)))
        self._draw()

    def _draw(self) -> None:
        if not self.fold.button.isChecked():
            return
        if list(self.files) != [part.name for part in self._parts]:
            clear(self.fold.column)
            self.files = {}
            for part in self._parts:
                made = self.files[part.name] = FileFold(self._card, part.name)
                self.fold.column.addWidget(made.fold)
                made.fold.setVisible(True)
        for part in self._parts:
            size = amount(self._main, max(1, len(part.data)))
            self.files[part.name].show_part(part, f"{part.name} ({size})")


class FileFold:
    """One file."""

    def __init__(self, card: PreviewCard, name: str) -> None:
        self._card = card
        self.fold = Fold(card.theme, name)
        self.view: QPlainTextEdit | None = None
        self.how: Choices | None = None
        self._part: Part | None = None
        self._written: object = None
        self.fold.toggled.connect(lambda _on: self._draw())
        self.fold.toggled.connect(lambda _on: card.drawn.emit())  # after: Tab finds what was made

    def show_part(self, part: Part, title: str) -> None:
        """Takes its bytes."""
        self._part = part
        self.fold.button.setText(title)
        self._draw()

    def _draw(self) -> None:
        part = self._part
        if part is None or not self.fold.button.isChecked():
            return
        if self.view is None or self.how is None:
            words = self._card.words
            answers = [("read", words.text("ui.ticket.file.read")), ("exact", words.text("ui.ticket.file.exact"))]
            self.how = Choices(self._card.theme, "", answers, optional=False)
            self.how.select("read")
            self.how.chosen.connect(lambda _value: self._draw())
            self.view = shown_text(self._card.theme, part.name)
            self.fold.column.addWidget(self.how)
            self.fold.column.addWidget(self.view)
            show_now(self.fold.column)
        how = self.how.value
        if self._written != (part, how):
            self._written = (part, how)
            write: Callable[[Part], str] = exact if how == "exact" else readable
            self.view.setPlainText(write(part))
