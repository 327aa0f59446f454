"""The first two steps of a ticket: what is wrong, and what is wanted. What is known stands there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from selfcare.app.support.port import Needs
from selfcare.i18n import Catalogue
from selfcare.model.report import Reach, Want
from selfcare.model.symptom import OtherDevices, SymptomKind
from ui.flow import Flow
from ui.pages.support_parts import Area, Entry, SupportCard
from ui.pages.symptom import SINCE
from ui.support_state import Draft
from ui.support_words import when
from ui.theme import Size, Theme
from ui.ticket_words import ALWAYS, REACH, WANTS
from ui.widgets import Button, Choices, text


class StepCard(SupportCard):
    """A step: its number, its question, its two buttons."""

    def __init__(self, theme: Theme, words: Catalogue, heading: str) -> None:
        super().__init__(theme, words, heading)
        self.number = text(theme, "", tone="muted")
        self.column.insertWidget(0, self.number)
        self.go = Button(theme, words.text("ui.ticket.continue"), "primary", Size.LEAD, bold=True)
        self.back = Button(theme, words.text("ui.ticket.back"), "second", Size.LEAD)
        self.setVisible(False)

    def buttons(self) -> None:
        """Under everything else."""
        row = Flow(self.theme.space(3))
        row.addWidget(self.go)
        row.addWidget(self.back)
        self.column.addSpacing(self.theme.space(1))
        self.column.addLayout(row)

    def show_number(self, words: str) -> None:
        """« Étape 1 sur 3 »."""
        self.number.setText(words)
        self.number.setVisible(bool(words))


class WhatCard(StepCard):
    """Words, symptom, since when, other devices: each may be left open."""

    def __init__(self, theme: Theme, words: Catalogue, main: Catalogue) -> None:
        super().__init__(theme, words, "ui.ticket.what")
        say = main.text
        self.words_of = Area(self, words.text("ui.ticket.what.words"))
        self.what = Choices(
            theme,
            words.text("ui.ticket.what.kind"),
            [(k.value, say(f"ui.symptom.what.{k.value}")) for k in SymptomKind],
        )
        self.since = Choices(theme, say("ui.symptom.since"), [(s, say(f"ui.symptom.since.{s}")) for s in SINCE])
        others = [(o.value, say(f"ui.symptom.others.{o.value}")) for o in OtherDevices]
        self.others = Choices(theme, say("ui.symptom.others"), others)
        self.began = self.label("", "muted")
        self.column.addWidget(self.label(words.text("ui.ticket.what.lead"), "muted"))
        for part in (self.words_of, self.what, self.since, self.began, self.others):
            self.column.addWidget(part)
        self.buttons()

    def put(self, draft: Draft) -> None:
        """What is known."""
        self.words_of.put(draft.words)
        self.what.select(draft.what.value if draft.what is not None else None)
        self.since.select(draft.since)
        said = when(self.words, draft.began) if draft.began else ""
        self.began.setText(self.words.text("ui.ticket.what.began", when=said) if said else "")
        self.began.setVisible(bool(said))
        self.others.select(draft.others.value if draft.others is not None else None)

    def take(self, draft: Draft) -> Draft:
        """With what stands here."""
        what, others = self.what.value, self.others.value
        return replace(
            draft, words=self.words_of.value, what=SymptomKind(what) if what else None, since=self.since.value,
            others=OtherDevices(others) if others else None,
        )  # fmt: skip


class WishCard(StepCard):
    """What is wanted (several may be), and the fields without which the desk cannot tell whose line it is."""

    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.ticket.wish")
        self.wants: dict[Want, Button] = {}
        flow = Flow(theme.space(1.8))
        for want in WANTS:
            chip = self.wants[want] = Button(theme, words.text(f"ui.ticket.want.{want.value}"), "chip")
            chip.setCheckable(True)
            chip.setAccessibleDescription(words.text("ui.ticket.wish"))
            flow.addWidget(chip)
        self.column.addLayout(flow)
        self.lead = self.label(words.text("ui.ticket.wish.lead"), "muted")
        self.column.addWidget(self.lead)
        self._needed: tuple[str, ...] = ()
        self.fields: dict[str, Entry] = {}
        place = QVBoxLayout()
        place.setSpacing(theme.space(2))
        for name in REACH:
            entry = self.fields[name] = Entry(self, f"ui.ticket.reach.{name}", self._judge_of(name))
            entry.entered.connect(self.go.click)
            place.addWidget(entry)
        self.column.addLayout(place)
        self.buttons()

    def put(self, draft: Draft, needs: Needs | None) -> None:
        """What is known; only what this desk needs is asked for beside the usual three."""
        for want, chip in self.wants.items():
            chip.setChecked(want in draft.wants)
        for name, entry in self.fields.items():
            if not entry.field.hasFocus() or not entry.value:
                entry.put(getattr(draft.reach, name))
        self.show_needs(needs)

    def show_needs(self, needs: Needs | None) -> None:
        """They come late."""
        self._needed = needs.fields if needs is not None else ()
        for name, entry in self.fields.items():
            entry.mark("ui.ticket.reach.mark" if name in self._needed else "")
            entry.setVisible(name in ALWAYS or name in self._needed or bool(entry.value))

    def take(self, draft: Draft) -> Draft | None:
        """With what stands here; None where something is missing, and the cursor is there."""
        wrong = [entry for entry in self.fields.values() if entry.isVisibleTo(self) and not entry.check()]
        if wrong:
            wrong[0].focus()
            return None
        wants = tuple(want for want, chip in self.wants.items() if chip.isChecked())
        reach = Reach(**{name: entry.value for name, entry in self.fields.items()})
        return replace(draft, wants=wants, reach=reach)

    def focus(self) -> None:
        """The first field that is missing, else the first wish."""
        missing = next((self.fields[n] for n in REACH if n in self._needed and not self.fields[n].value), None)
        if missing is not None:
            missing.focus()
        else:
            next(iter(self.wants.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def _judge_of(self, name: str) -> Callable[[str], str]:
        def judge(typed: str) -> str:
            if name in self._needed and not typed:
                return "ui.ticket.reach.needed"
            if name == "mail" and typed and ("@" not in typed[1:-1] or " " in typed):
                return "ui.ticket.reach.wrong.mail"
            return ""

        return judge
