"""What to say, in three lines, with the case and the code; and what gets out without a line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from selfcare.app.support.port import Offline
from selfcare.i18n import Catalogue
from ui.pages.support_parts import Copy, SupportCard
from ui.rows import marked, show_now
from ui.support_words import spoken
from ui.theme import Size, Theme
from ui.widgets import Fold, announce, bullet, clear, text


class SayCard(SupportCard):
    """The three lines, the id, the digits. Without a case: one button that makes one."""

    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.support.say")
        self._shown: object = self
        self.begin = self.button("ui.support.say.begin")
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(1.8))
        self.copy = Copy(self, "ui.support.say.copy")
        self.code = ""
        self.column.addLayout(self.body)
        self.column.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.copy)

    def show_lines(self, lines: tuple[str, ...], case: str, codes: Offline | None, state: str) -> None:
        """``state``: what stands in place of the digits while there are none."""
        shown = (lines, case, codes, state)
        self.begin.setVisible(not case)
        self.copy.setVisible(bool(case))
        if shown == self._shown:
            return
        self._shown = shown
        self.forget_rows()
        clear(self.body)
        self.code = spoken(codes)
        if not case:
            self.body.addWidget(self.label(self.words.text("ui.support.say.lead"), "muted"))
        for line in lines:
            self.body.addLayout(bullet(self.theme, line))
        if case:
            self._codes(case, state)
        parts = [*lines, self.words.text("ui.support.say.code", code=self.code) if self.code else ""]
        self.copy.put("\n".join(line for line in parts if line))
        show_now(self.body)
        self.drawn.emit()

    def _codes(self, case: str, state: str) -> None:
        row = self.beside(8)
        for name, value in (("case", case), ("digits", self.code)):
            inside = QVBoxLayout()
            inside.setSpacing(self.theme.space(0.5))
            inside.addWidget(self.label(self.words.text(f"ui.support.say.{name}.name"), "muted"))
            shown = self.label(value or state, "" if value else "muted", Size.HEADLINE if value else Size.BODY, True)
            if name == "digits" and value:  # digit by digit: a number of thousands of billions helps nobody
                shown.setAccessibleName(", ".join(" ".join(four) for four in value.split()))
            inside.addWidget(shown)
            row.addLayout(inside)
        row.addStretch(1)
        self.body.addSpacing(self.theme.space(1))
        self.body.addLayout(row)
        self.body.addWidget(self.label(self.words.text("ui.support.say.digits.lead"), "muted"))


class OfflineCard(SupportCard):
    """With the line down: pictures for a phone, a file for a stick."""

    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words)
        self._shown: Offline | None = None
        self.fold = Fold(theme, words.text("ui.support.offline"), Size.HEADING)
        self.column.addWidget(self.fold)
        self.views: list[object] = []
        self.pictures = QVBoxLayout()
        self.pictures.setSpacing(theme.space(2))
        self.save = self.button("ui.support.offline.save")
        self.saved = text(theme, "", tone="fine")
        self.saved.setVisible(False)
        inside = self.fold.column
        inside.addWidget(self.label(words.text("ui.support.offline.lead"), "muted"))
        inside.addLayout(self.pictures)
        inside.addWidget(self.label(words.text("ui.support.offline.file")))
        inside.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self.saved)
        self.fold.toggled.connect(lambda _on: self._draw())
        self._drawn: Offline | None = None

    def show_codes(self, codes: Offline | None, down: bool) -> None:
        """``down``: nothing gets out, so this is open."""
        self._shown = codes
        self.setVisible(codes is not None)
        if down and codes is not None and not self.fold.button.isChecked():
            self.fold.button.setChecked(True)
        self._draw()

    def say_saved(self, words: str, tone: str = "fine") -> None:
        """Where the file is, or why there is none."""
        self.saved.setProperty("tone", tone)
        self.saved.style().unpolish(self.saved)
        self.saved.style().polish(self.saved)
        if words != self.saved.text():
            self.saved.setText(words)
            announce(self.saved, words)
        self.saved.setVisible(bool(words))

    def _draw(self) -> None:
        """Pictures are painted when they are in sight, and not before."""
        codes = self._shown
        if codes is self._drawn or codes is None or not self.fold.button.isChecked():
            return
        from ui.qr_view import QrView

        self._drawn, self.views = codes, []
        clear(self.pictures)
        many = len(codes.pictures)
        for place, picture in enumerate(codes.pictures, start=1):
            name = self.words.text("ui.support.offline.picture", place=place, of=many)
            if many > 1:
                self.pictures.addWidget(self.label(name, "muted"))
            view = QrView(picture.modules, name)
            self.views.append(view)
            self.pictures.addWidget(view, 0, Qt.AlignmentFlag.AlignLeft)
        if codes.left_out:
            out = self.label(self.words.text("ui.support.offline.left_out"), "muted")
            self.pictures.addLayout(marked(self.theme, "bang", "suspect", out))
        show_now(self.pictures)
        self.drawn.emit()
