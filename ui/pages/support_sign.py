"""Who it is: in the operator's own page, by a code that comes by mail, or by a token. No password is typed here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication

from selfcare.app.support.port import SignIn
from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.pages.support_parts import Entry, SupportCard
from ui.theme import Size, Theme
from ui.widgets import Button, announce, text


class SignCard(SupportCard):
    """One step at a time, as the desk wants it. ``browser``; ``mail``, ``code``, ``token``: what was typed."""

    browser = Signal()
    mail = Signal(str)
    code = Signal(str)
    token = Signal(str)
    stop = Signal()

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.ticket.sign")
        self._kind = SignIn.NOTHING
        self.lead = self.label("")
        self.entry = Entry(self, "ui.ticket.sign.mail")
        self.entry_code = Entry(self, "ui.ticket.sign.code", most=40)
        self.entry_token = Entry(self, "ui.ticket.sign.token", most=4000)
        self.entry_token.field.setEchoMode(self.entry_token.field.EchoMode.Password)
        self.go = Button(theme, "", "primary", Size.LEAD, bold=True)
        self.give_up = self.button("ui.ticket.sign.stop")
        self.problem = text(theme, "", tone="fault")
        self.column.addWidget(self.lead)
        for entry in (self.entry, self.entry_code, self.entry_token):
            self.column.addWidget(entry)
            entry.entered.connect(self.go.click)
        row = Flow(theme.space(3))
        row.addWidget(self.go)
        row.addWidget(self.give_up)
        self.column.addWidget(self.problem)
        self.column.addLayout(row)
        self.go.clicked.connect(lambda _checked: self._on_go())
        self.give_up.clicked.connect(lambda _checked: self.stop.emit())
        self.setVisible(False)

    def show_state(self, kind: SignIn, busy: bool, trouble: str, prefill: str) -> None:
        """``prefill``: the mail that was typed before."""
        focus = QApplication.focusWidget()
        fresh, had = kind is not self._kind, focus is not None and self.isAncestorOf(focus)
        self._kind = kind
        if fresh and kind is SignIn.REGISTER and not self.entry.value:
            self.entry.put(prefill)
        self.setVisible(kind is not SignIn.NOTHING)
        if kind is SignIn.NOTHING:
            self.entry_token.put("")
            return
        lead = self.words.text(f"ui.ticket.sign.{kind.value}.lead")
        self.lead.setText(lead)
        self.lead.setAccessibleName(lead)
        shown = {SignIn.REGISTER: self.entry, SignIn.CODE: self.entry_code, SignIn.TOKEN: self.entry_token}.get(kind)
        for entry in (self.entry, self.entry_code, self.entry_token):
            entry.setVisible(entry is shown)
        waits = "ui.ticket.sign.waiting" if kind is SignIn.OIDC else "ui.ticket.moment"
        self.go.setText(self.words.text(waits if busy else f"ui.ticket.sign.{kind.value}.go"))
        self.give_up.setVisible(busy and kind is SignIn.OIDC)
        if trouble != self.problem.text():
            self.problem.setText(trouble)
            announce(self.problem, trouble)
        self.problem.setVisible(bool(trouble))
        if fresh and had:
            self.focus()

    def focus(self) -> None:
        """The field, where there is one."""
        entry = next((e for e in (self.entry, self.entry_code, self.entry_token) if e.isVisibleTo(self)), None)
        if entry is not None:
            entry.focus()
        else:
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_go(self) -> None:
        if self._kind is SignIn.OIDC:
            self.browser.emit()
            return
        entry, tell = {
            SignIn.REGISTER: (self.entry, self.mail), SignIn.CODE: (self.entry_code, self.code),
        }.get(self._kind, (self.entry_token, self.token))  # fmt: skip
        typed = entry.value
        if not typed or (self._kind is SignIn.REGISTER and "@" not in typed):
            wrong = "ui.ticket.reach.wrong.mail" if self._kind is SignIn.REGISTER else "ui.ticket.reach.needed"
            entry.complain(self.words.text(wrong))
            entry.focus()
            return
        entry.complain("")
        tell.emit(typed)
        if self._kind is SignIn.TOKEN:
            entry.put("")  # it is in the keyring, or it was wrong
