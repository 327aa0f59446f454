"""« Ma box »: who it is, what it says of the line and of the home, and how this program is let in."""

from __future__ import annotations

import importlib
import importlib.util
from itertools import pairwise

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from selfcare.boxes.secret import Secret
from ui.box_pair_words import pair_words, right_steps
from ui.box_state import PairPhase
from ui.box_words import box_name
from ui.context import Context
from ui.pages.box_head import ForgetCard, HeadCard, RightCard, is_asking
from ui.pages.box_home import HomeCard
from ui.pages.box_line import GraphsCard, LineCard
from ui.pages.box_pairing import PairCard
from ui.widgets import Column

_SETTINGS = "ui.pages.box_settings"


class BoxPage(Column):
    """Shows the hold's view. The box is asked while the page is in sight, and no oftener than it bears."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        theme, catalogue = context.theme, context.catalogue
        self.hold = context.hold_box()
        self.head = HeadCard(theme, catalogue)
        self.forgetting = ForgetCard(theme, catalogue)
        self.pairing = PairCard(theme, catalogue)
        self.right = RightCard(theme, catalogue)
        self.line = LineCard(theme, catalogue)
        self.graphs = GraphsCard(theme, catalogue)
        self.settings = self._settings()
        self.home = HomeCard(theme, catalogue)
        parts = (self.head, self.forgetting, self.pairing, self.right, self.line, self.graphs, self.settings, self.home)
        for part in parts:
            if part is not None:
                self.column.addWidget(part)
        self.column.addStretch(1)
        self.setFocusProxy(self.head.refresh)
        self._connect()
        self._show()

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for card in (self.head, self.line, self.settings):
            if card is not None and hasattr(card, "set_tight"):
                card.set_tight(tight)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: the box is asked."""
        super().showEvent(event)
        if self._context.guides is not None:
            self._context.guides.let_go_of_box()
        self.hold.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.hold.watch(False)

    def escape(self) -> None:
        """Says no to an open question, gives up a pairing, closes a setting."""
        if self.forgetting.isVisibleTo(self):
            self.forgetting.no.click()
        elif self.hold.view.pairing.phase is not PairPhase.CLOSED:
            self._leave()
        elif self.settings is not None:
            getattr(self.settings, "escape")()  # noqa: B009  (this part may be missing)

    def point_at(self, setting: str, order: object = None) -> None:
        """Somebody was sent here for one of the settings: it is opened as soon as the box has told what it can."""
        if self.settings is not None:
            getattr(self.settings, "point_at")(setting, order)  # noqa: B009  (this part may be missing)

    def _settings(self) -> QWidget | None:
        """What changes the box, where that part is there."""
        if importlib.util.find_spec(_SETTINGS) is None:
            return None
        made: QWidget = importlib.import_module(_SETTINGS).BoxSettings(self._context, self.hold)
        return made

    def _connect(self) -> None:
        self.head.refresh.clicked.connect(lambda _checked: self.hold.refresh())
        self.head.pair.clicked.connect(self._open_pairing)
        self.head.forget.clicked.connect(self._ask_to_forget)
        self.forgetting.answered.connect(self._on_forget)
        self.pairing.begin.connect(self._on_begin)
        self.pairing.left.connect(self._leave)
        self.hold.changed.connect(self._show)
        if (asking := getattr(self.settings, "asking", None)) is not None:
            asking.connect(self._show)
        there = (
            self.head.pair, self.head.refresh, self.head.forget, self.forgetting.yes, self.forgetting.no,
            self.pairing.password.field, self.pairing.password.show_it, self.pairing.go, self.pairing.instead,
            self.pairing.leave,
        )  # fmt: skip
        for before, after in pairwise(there):
            QWidget.setTabOrder(before, after)

    @Slot()
    def _open_pairing(self) -> None:
        self.forgetting.setVisible(False)
        self.hold.open_pairing()

    @Slot()
    def _ask_to_forget(self) -> None:
        self.hold.close_pairing()
        self.forgetting.ask()
        self.reveal(self.forgetting)

    @Slot(bool)
    def _on_forget(self, agreed: bool) -> None:
        self.head.refresh.setFocus(Qt.FocusReason.OtherFocusReason)
        if agreed:
            self.hold.forget()

    @Slot(object)
    def _on_begin(self, secret: Secret | None) -> None:
        self.hold.pair(secret)

    @Slot()
    def _leave(self) -> None:
        self.head.refresh.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hold.close_pairing()

    @Slot()
    def _show(self) -> None:
        view, catalogue = self.hold.view, self._context.catalogue
        self.head.show_view(view, is_asking(view) or bool(getattr(self.settings, "asks", False)))
        if self.pairing.show_words(pair_words(catalogue, view)):
            self.reveal(self.pairing)
        self.right.show_steps(right_steps(catalogue, view))
        picture = view.picture
        for card in (self.line, self.graphs, self.home, self.settings):
            if card is not None:
                card.setVisible(picture is not None)
        if picture is not None:
            self.line.show_picture(picture, box_name(catalogue, view))
            self.graphs.show_picture(picture)
            self.home.show_hosts(picture.hosts)


def build(context: Context) -> QWidget:
    """For the registry."""
    return BoxPage(context)
