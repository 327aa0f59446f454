"""Bringing another device into this Wi-Fi: a QR code, shown after a question and for a minute."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.pages.box_pairing import PasswordRow
from ui.qr_view import QrView
from ui.theme import Size, Theme
from ui.widgets import Button, Card, announce, clear, text
from ui.wifi_state import Share, ShareState, WifiView
from ui.wifi_words import network


class ShareCard(Card):
    """``asked``: somebody wants to see it; ``agreed`` carries the key that was typed, or None; ``closed``: enough."""

    asked = Signal()
    agreed = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        say = catalogue.text
        self._theme, self._catalogue = theme, catalogue
        self._step = Share.CLOSED
        self._shown: object = None
        self.lead = text(theme, say("ui.wifi.share.lead"), tone="muted")
        self.words = text(theme, "")
        self.left = text(theme, "", tone="muted")
        self.picture = QVBoxLayout()
        self.view: QrView | None = None
        self.key = PasswordRow(theme, catalogue)
        self.key.field.setPlaceholderText(say("ui.wifi.share.key"))
        self.key.field.setAccessibleName(say("ui.wifi.share.key"))
        self.open = Button(theme, say("ui.wifi.share.open"), "second")
        self.yes = Button(theme, "", "second")
        self.no = Button(theme, "", "second")
        buttons = Flow(theme.space(3))
        for button in (self.open, self.yes, self.no):
            buttons.addWidget(button)
        self.column.addWidget(text(theme, say("ui.wifi.share.title"), Size.HEADING, bold=True))
        for part in (self.lead, self.words, self.left):
            self.column.addWidget(part)
        self.column.addLayout(self.picture)
        self.column.addWidget(self.key)
        self.column.addLayout(buttons)
        self.open.clicked.connect(lambda _checked: self.asked.emit())
        self.yes.clicked.connect(lambda _checked: self._on_yes())
        self.key.entered.connect(self._on_yes)
        self.no.clicked.connect(lambda _checked: self.closed.emit())

    @property
    def asks(self) -> bool:
        """Whether there is something that Esc puts away."""
        return self._step is not Share.CLOSED

    def show_view(self, view: WifiView) -> None:
        """Takes where it stands."""
        self.setVisible(view.joined)
        state = view.share
        before, self._step = self._step, state.step
        step, say = state.step, self._catalogue.text
        link = view.reading.link if view.reading is not None else None
        self.lead.setText(say("ui.wifi.share.lead.open" if view.keyless else "ui.wifi.share.lead"))
        self._show_words(state, view.keyless, network(self._catalogue, link.ssid if link is not None else None))
        self.left.setText(say("ui.wifi.share.left", n=state.left_s))
        self.left.setVisible(step is Share.SHOWN)
        self._show_picture(state)
        self.key.setVisible(step is Share.TYPING)
        self.open.setVisible(step is Share.CLOSED)
        self.lead.setVisible(step is Share.CLOSED)
        self.yes.setVisible(step in (Share.ASKING, Share.TYPING))
        self.yes.setText(say("ui.wifi.share.make" if step is Share.TYPING else "ui.wifi.share.yes"))
        self.no.setVisible(step not in (Share.CLOSED, Share.WAITING))
        self.no.setText(say("ui.wifi.share.hide" if step is Share.SHOWN else
                            "ui.wifi.close" if step is Share.REFUSED else "ui.wifi.no"))  # fmt: skip
        if before is not step:
            self._focus(before)

    def _show_words(self, state: ShareState, keyless: bool, name: str) -> None:
        """What is asked, wanted or refused."""
        key = "asking.open" if state.step is Share.ASKING and keyless else state.step.value
        if state.step is Share.REFUSED:
            key = f"refused.{state.why}"
        elif state.step is Share.TYPING and state.why == "wrong_key":
            key = "wrong_key"
        if state.picture is not None:
            name = network(self._catalogue, state.picture.ssid)
        words = "" if state.step is Share.CLOSED else self._catalogue.text(f"ui.wifi.share.{key}", network=name)
        if words != self.words.text():
            self.words.setText(words)
            announce(self.words, words)
        self.words.setVisible(bool(words))

    def _show_picture(self, state: ShareState) -> None:
        if state.picture is self._shown:
            return
        self._shown = state.picture
        clear(self.picture)
        self.view = None
        if state.picture is not None:
            spoken = self._catalogue.text("ui.wifi.share.picture", network=network(self._catalogue, state.picture.ssid))
            self.view = QrView(state.picture.modules, spoken)
            self.picture.addWidget(self.view, 0, Qt.AlignmentFlag.AlignLeft)
            self.view.setVisible(True)

    def _focus(self, before: Share) -> None:
        """Where one goes on; on no where something is asked."""
        if self._step is Share.TYPING:
            self.key.field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._step is Share.CLOSED:
            if before is not Share.CLOSED and self.isVisible() and self.window().isActiveWindow():
                self.open.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._step is not Share.WAITING:
            self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_yes(self) -> None:
        self.agreed.emit(self.key.take() if self._step is Share.TYPING else None)
