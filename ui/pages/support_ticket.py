"""The ticket on its way through the page: three steps and an end. Imported when somebody begins one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from selfcare.app.support.port import SignIn
from selfcare.i18n import Catalogue
from selfcare.model.ticket import Phase
from ui.context import Context
from ui.pages.support_ask import WhatCard, WishCard
from ui.pages.support_preview import PreviewCard
from ui.pages.support_send import ConsentCard, SentCard
from ui.pages.support_sign import SignCard
from ui.support_state import Draft, Step
from ui.support_words import recipient, trouble
from ui.ticket_words import step as step_words
from ui.widgets import announce


class TicketPart(QObject):
    """The cards of a ticket, above those of the page; one step of them is in sight."""

    drawn = Signal()

    def __init__(self, page: QWidget, context: Context, words: Catalogue) -> None:
        super().__init__(page)
        self._page, self._context, self.words = page, context, words
        self._support = context.hold_support()
        self.hold = self._support.ticket
        theme, main = context.theme, context.catalogue
        self.what, self.wish = WhatCard(theme, words, main), WishCard(theme, words)
        self.preview, self.sign = PreviewCard(theme, words, main), SignCard(theme, words)
        self.consent, self.sent = ConsentCard(theme, words), SentCard(theme, words)
        self.cards = (self.what, self.wish, self.preview, self.sign, self.consent, self.sent)
        for card in self.cards:
            page.place.addWidget(card)  # type: ignore[attr-defined]
        self._at: Step | None = None
        self._connect()
        self.preview.go.setVisible(False)
        self.preview.back.setVisible(False)

    def _connect(self) -> None:
        hold = self.hold
        self.what.go.clicked.connect(lambda _checked: self._on_what(Step.WISH))
        self.wish.go.clicked.connect(lambda _checked: self._on_wish(Step.PREVIEW))
        for card in (self.what, self.wish):
            card.back.clicked.connect(lambda _checked: self.back())
        self.consent.back.clicked.connect(lambda _checked: self.back())
        self.preview.changed.connect(lambda draft: hold.change(draft))
        self.preview.edit_what.clicked.connect(lambda _checked: hold.go(Step.WHAT))
        self.preview.edit_wish.clicked.connect(lambda _checked: hold.go(Step.WISH))
        self.preview.drawn.connect(self.drawn)
        self.consent.send.clicked.connect(lambda _checked: self._on_send())
        self.consent.save.clicked.connect(lambda _checked: self._on_save())
        self.consent.mail.clicked.connect(lambda _checked: self._on_mail())
        self.sign.browser.connect(hold.sign_in)
        self.sign.mail.connect(hold.register)
        self.sign.code.connect(hold.confirm)
        self.sign.token.connect(hold.token)
        self.sign.stop.connect(hold.stop_signing)
        self.sent.cases.clicked.connect(lambda _checked: self._on_case())
        self.sent.done.clicked.connect(lambda _checked: hold.leave())
        self.sent.again.clicked.connect(lambda _checked: hold.try_again())
        self.sent.cancel.clicked.connect(lambda _checked: hold.cancel())
        # Emitted in the engine thread.
        hold.browse.connect(self._browse, Qt.ConnectionType.QueuedConnection)

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for card in self.cards:
            card.set_tight(tight)

    def hide_all(self) -> None:
        """No ticket is being written."""
        self._at = None
        for card in self.cards:
            card.setVisible(False)

    def back(self) -> None:
        """One step; from the first one, or where nothing was typed, to whom to reach. What was typed stays."""
        state = self.hold.state
        if state.step is Step.WISH:
            kept = self.wish.take(state.draft)
            self.hold.put(kept if kept is not None else state.draft)
            self.hold.go(Step.WHAT)
        elif state.step is Step.PREVIEW and not state.hurry:
            self.hold.go(Step.WISH)
        else:
            if state.step is Step.WHAT:
                self.hold.put(self.what.take(state.draft))
            self.hold.leave()

    # -- a person's words ------------------------------------------------------------------------

    def _on_what(self, to: Step) -> None:
        state = self.hold.state
        self.hold.put(self.what.take(state.draft))
        known = not state.missing and state.hurry  # who came back to change a word does not walk through the wishes
        self.hold.go(Step.PREVIEW if known else to)

    def _on_wish(self, to: Step) -> None:
        draft: Draft | None = self.wish.take(self.hold.state.draft)
        if draft is not None:
            self.hold.put(draft)
            self.hold.go(to)

    def _on_send(self) -> None:
        if self._support.state.has_desk:
            self.hold.send()
        else:
            self._on_save()

    def _on_save(self) -> None:
        report = self.hold.state.report
        if report is not None:
            title = self.words.text("ui.support.save.title")
            told, _kind = QFileDialog.getSaveFileName(self._page, title, report.name, "*.zip")
            if told:
                self.hold.save(Path(told))

    def _on_mail(self) -> None:
        """Into a folder of its own, and then to whatever program opens mails here: it is sent there or not at all."""
        report = self.hold.state.report
        if report is not None:
            folder = Path(tempfile.mkdtemp(prefix="selfcare-"))
            self.hold.draft_mail(folder / f"{report.case}.eml")
            self._opens = True

    def _on_case(self) -> None:
        case = self.hold.state.case
        self.hold.leave()
        self._support.cases.open(case)
        self._context.open_page("cases")

    def _browse(self, url: str) -> None:
        """The operator's own page; nothing else is opened, whatever was asked for."""
        if url.startswith("https://") or url.startswith(("http://127.0.0.1:", "http://localhost:")):
            QDesktopServices.openUrl(QUrl(url))

    # -- showing ---------------------------------------------------------------------------------

    def show_state(self) -> None:
        """Takes what the hold knows."""
        state, jobs = self.hold.state, self._support.jobs
        moved, self._at = state.step is not self._at, state.step
        number = step_words(self.words, state)
        if moved and state.step is Step.WHAT:
            self.what.put(state.draft)
        if moved and state.step is Step.WISH:
            self.wish.put(state.draft, state.needs)
        elif state.step is Step.WISH:
            self.wish.show_needs(state.needs)
        for card in (self.what, self.wish, self.preview):
            card.show_number(number)
        self.preview.show_state(state, bool(jobs.busy & {"begin", "report"}))
        self._show_sign()
        self._show_consent()
        self.sent.show_state(state, bool(jobs.busy & {"file", "sent"}), self._trouble("file", "cancel"))
        self.what.setVisible(state.step is Step.WHAT)
        self.wish.setVisible(state.step is Step.WISH)
        self.preview.setVisible(state.step is Step.PREVIEW)
        self.sent.setVisible(state.step is Step.SENT)
        self._open_draft()
        if moved and number:
            announce(self.what, number)

    def _show_sign(self) -> None:
        state, jobs = self.hold.state, self._support.jobs
        parcel = state.parcel
        waits = state.step is Step.SENT and parcel is not None and parcel.phase is Phase.WAITING_SIGN_IN
        wanted = state.needs.sign_in if state.needs is not None else SignIn.NOTHING
        here = self._support.state.has_desk and (state.step is Step.PREVIEW or waits)
        busy = "sign" in jobs.busy
        late = here and not self.sign.isVisible() and self.consent.send.hasFocus()
        self.sign.show_state(wanted if here else SignIn.NOTHING, busy, self._trouble("sign"), state.draft.reach.mail)
        if late and self.sign.isVisible():
            self.sign.focus()  # who it is comes first

    def _show_consent(self) -> None:
        state, jobs, support = self.hold.state, self._support.jobs, self._support.state
        desk = support.has_desk
        advice = support.advice
        to = recipient(
            self.words, advice.operator if advice is not None else "", advice.desk if advice is not None else None
        )
        self.consent.setVisible(state.step is Step.PREVIEW)
        busy = bool(jobs.busy & {"begin", "report", "file", "needs"})
        said = self._trouble("begin", "report", "needs", "file", "keep")
        self.consent.show_state(state, desk, to, busy and not said, said)

    def _open_draft(self) -> None:
        saved = self.hold.state.saved
        if saved.endswith(".eml") and getattr(self, "_opens", False):
            self._opens = False
            QDesktopServices.openUrl(QUrl.fromLocalFile(saved))

    def _trouble(self, *kinds: str) -> str:
        found = next((self._support.jobs.troubles[kind] for kind in kinds if kind in self._support.jobs.troubles), None)
        return trouble(self.words, found) if found is not None else ""

    def focus(self) -> None:
        """Where the work of this step begins."""
        step = self.hold.state.step
        if step is Step.WHAT:
            self.what.words_of.focus()
        elif step is Step.WISH:
            self.wish.focus()
        elif step is Step.PREVIEW:
            if self.sign.isVisibleTo(self._page):
                self.sign.focus()
            else:
                self.consent.send.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.sent.cases.setFocus(Qt.FocusReason.OtherFocusReason)
