"""Whom to reach now: the best way in large letters, the others folded. Nobody looks for a number."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLayout, QVBoxLayout

from selfcare.app.support.port import Advice
from selfcare.i18n import Catalogue
from selfcare.model.support import SupportChannel
from ui.flow import Flow
from ui.pages.support_parts import Copy, SupportCard
from ui.rows import marked, show_now
from ui.support_words import CHANNEL_ICONS, about, address, large, link, number, origin, plain, title
from ui.theme import Size, Theme
from ui.widgets import Badge, Button, Fold, Rule, clear, text


class ChannelCard(SupportCard):
    """``ticket``: somebody wants to write one; ``drawn``: Tab should find what was made late."""

    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words)
        self._shown: object = self
        self._asks: bool | None = None
        self.copies: list[Copy] = []
        self.calls: list[Button] = []
        self.opens: list[Button] = []
        self.others: Fold | None = None
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(2))
        self.column.addLayout(self.body)
        self.ticket = Button(theme, "", "primary", Size.LEAD, bold=True)
        self.why_ticket = self.label("", "muted")
        self.column.addSpacing(theme.space(1))
        self.column.addWidget(self.ticket, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.why_ticket)
        self.other = self.button("ui.support.ticket.other")
        self.other.setAccessibleDescription(self.words.text("ui.support.ticket.other.why"))
        self.column.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)

    def show_advice(self, advice: Advice, desk: bool, outage: bool, filed: bool) -> None:
        """``desk``: a ticket reaches the operator itself; ``filed``: there is one, this would be a follow-up.

        Of another trouble it would be one on the wrong ticket: then a case of its own is a button away.
        """
        key = "follow" if filed else "anyway" if outage else "open" if desk else "prepare"
        self.ticket.setText(self.words.text(f"ui.support.ticket.{key}"))
        self.other.setVisible(filed)
        self.ticket.set_kind("second" if outage else "primary")
        self.ticket.setFont(self.theme.font(Size.LEAD, not outage))
        lead = self.words.text(f"ui.support.ticket.{key}.why")
        self.why_ticket.setText(lead)
        self.why_ticket.setAccessibleName(lead)
        self.ticket.setAccessibleDescription(lead)
        if advice != self._shown:
            self._shown = advice
            self._draw(advice)

    def _draw(self, advice: Advice) -> None:
        clear(self.body)
        self.copies, self.calls, self.opens, self.others = [], [], [], None
        self.forget_rows()
        name = plain(advice.operator, 60)
        self.heading.setText(
            self.words.text("ui.support.contact" if name else "ui.support.contact.open", operator=name)
        )
        self.heading.setVisible(True)
        if advice.best is not None:
            self._best(advice.best, advice.why)
        else:
            nobody = self.label(self.words.text("ui.support.channel.none"))
            self.body.addLayout(marked(self.theme, "query", "idle", nobody))
        if advice.others:
            self.others = Fold(self.theme, self.words.text("ui.support.channel.others", count=len(advice.others)))
            for place, channel in enumerate(advice.others):
                if place:
                    self.others.column.addWidget(Rule())
                self._other(self.others.column, channel)
            self.body.addWidget(self.others)
        show_now(self.body)
        self.set_tight(self.tight)
        self.drawn.emit()

    def _best(self, channel: SupportChannel, why: str) -> None:
        badge = Badge(self.theme, 9)
        badge.show_state(CHANNEL_ICONS.get(channel.kind, "headset"), "accent")
        inside = QVBoxLayout()
        inside.setSpacing(self.theme.space(1))
        inside.addWidget(self.label(title(self.words, channel), "muted"))
        size = Size.HEADLINE if address(channel) else Size.HEADING  # a sentence that stands for a number is no number
        inside.addWidget(self.label(large(self.words, channel), size=size, bold=True))
        if why:
            inside.addWidget(self.label(plain(why)))
        self._facts(inside, channel)
        row = self.beside(4)
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(inside, 1)
        self.body.addLayout(row)

    def _other(self, column: QVBoxLayout, channel: SupportChannel) -> None:
        inside = QVBoxLayout()
        inside.setSpacing(self.theme.space(0.8))
        inside.addWidget(self.label(title(self.words, channel), "muted"))
        inside.addWidget(self.label(large(self.words, channel), size=Size.LEAD, bold=True))
        self._facts(inside, channel)
        column.addLayout(inside)

    def _facts(self, inside: QVBoxLayout, channel: SupportChannel) -> None:
        for line in about(self.words, channel):
            inside.addWidget(self.label(line))
        known = origin(self.words, channel)
        if known:
            inside.addWidget(self.label(known, "muted", Size.SMALL))
        else:
            doubt = self.label(self.words.text("ui.support.channel.unverified"), "suspect")
            inside.addLayout(marked(self.theme, "bang", "suspect", doubt))
        self._actions(inside, channel)

    def _actions(self, inside: QVBoxLayout, channel: SupportChannel) -> None:
        where = address(channel)
        row = Flow(self.theme.space(2))
        if not where:
            return
        copy = Copy(self, f"ui.support.copy.{'number' if number(channel) else 'address'}", where)
        copy.put(where)
        self.copies.append(copy)
        row.addWidget(copy)
        url = link(channel)
        if url:
            go = self.button("ui.support.write" if url.startswith("mailto:") else "ui.support.open", where)
            go.clicked.connect(lambda _checked: QDesktopServices.openUrl(QUrl(url)))
            self.opens.append(go)
            row.addWidget(go)
        digits = number(channel)
        if digits:
            call = self.button("ui.support.call", where)
            call.setCheckable(True)
            row.addWidget(call)
            self.calls.append(call)
        inside.addSpacing(self.theme.space(1))
        inside.addLayout(row)
        if digits:
            dial = _Dial(self, inside, digits, where)
            call.toggled.connect(lambda on: dial.show(on))  # a bound method alone would not keep it


class _Dial:
    """The picture that makes a phone call: made when somebody asks for it."""

    def __init__(self, card: ChannelCard, place: QLayout, digits: str, spoken: str) -> None:
        self._card, self._place, self._digits, self._spoken = card, place, digits, spoken
        self._made: list[object] = []

    def show(self, on: bool) -> None:
        """Takes the button's state."""
        from ui.qr_view import QrView, dial

        if not self._made:
            words = self._card.words
            lead = text(self._card.theme, words.text("ui.support.call.lead"), tone="muted")
            view = QrView(dial(self._digits), words.text("ui.support.call.picture", number=self._spoken))
            self._made = [lead, view]
            self._place.addWidget(lead)
            self._place.addWidget(view)
        for part in self._made:
            part.setVisible(on)  # type: ignore[attr-defined]
