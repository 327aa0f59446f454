"""« Wi-Fi »: how it is here, what was found of it, where it is good in the home, who else is there, another device."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from selfcare.boxes.secret import Secret
from ui.context import Context
from ui.pages.wifi_air import AirCard
from ui.pages.wifi_found import FoundCard
from ui.pages.wifi_home import WalkCard
from ui.pages.wifi_now import NowCard
from ui.pages.wifi_share import ShareCard
from ui.rows import order_tabs
from ui.widgets import Column
from ui.wifi_air_words import worth


class WifiPage(Column):
    """Shows the hold's view. The Wi-Fi is followed while the page is in sight and the window not minimised."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        self._window: QWidget | None = None
        theme, catalogue = context.theme, context.catalogue
        self.hold = context.hold_wifi()
        self.now = NowCard(theme, catalogue)
        self.found = FoundCard(context)
        self.walk = WalkCard(theme, catalogue, self.hold)
        self.air = AirCard(theme, catalogue)
        self.share = ShareCard(theme, catalogue)
        for part in (self.now, self.found, self.walk, self.air, self.share):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._connect()
        self._show()

    def _connect(self) -> None:
        self.now.check.clicked.connect(lambda _checked: self._context.open_page("check"))
        self.now.turn_on.clicked.connect(lambda _checked: self._context.open_remedy("wifi.radio"))
        self.air.search.connect(self.hold.search)
        self.air.change.connect(self._on_change)
        self.share.asked.connect(self.hold.open_share)
        self.share.agreed.connect(self._on_agreed)
        self.share.closed.connect(self.hold.close_share)
        for card in (self.air, self.walk):
            card.guide.connect(lambda name: self._context.open_guide(name))
        self.walk.drawn.connect(self._order_tabs)
        self.hold.changed.connect(self._show)
        self.hold.ticked.connect(self._on_moment)

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for card in (self.now, self.walk, self.air):
            card.set_tight(tight)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: the Wi-Fi is followed."""
        super().showEvent(event)
        window = self.window()
        if window is not self._window:
            self._window = window
            window.installEventFilter(self)
        self._show_found()
        self._watch()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who opens the page is where its work starts; no focus proxy, or Tab would enter there past what is above."""
        super().focusInEvent(event)
        self._focus_first()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self._watch()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A minimised window is not looked at; not every system hides what is in it."""
        if event.type() is QEvent.Type.WindowStateChange and watched is self._window:
            self._watch()
        return super().eventFilter(watched, event)

    def escape(self) -> None:
        """Says no to an open question, puts the picture with the password away."""
        if not self.walk.escape() and self.share.asks:
            self.hold.close_share()

    def _watch(self) -> None:
        window = self._window
        seen = self.isVisible() and window is not None and not window.isMinimized()
        if not seen and self.walk.part is not None:
            self.walk.part.quiet()
        self.hold.watch(seen)

    @Slot(object)
    def _on_agreed(self, key: Secret | None) -> None:
        if self.hold.view.share.step.value == "typing" and key is None:
            return  # nothing was typed
        self.hold.share(key)

    @Slot()
    def _on_change(self) -> None:
        """To the box's own card, with the advice of the first band that this network could leave for the better."""
        from selfcare.app.box_wishes import WifiOrder

        told = (one for one in self.hold.view.channels if one.now is not None and worth(one))
        one = next(told, None)
        order = None if one is None else WifiOrder(channel=one.better, width=one.better_width_mhz, band=one.band)
        self._context.open_box_setting("wifi", order)

    @Slot()
    def _on_moment(self) -> None:
        view = self.hold.view
        self.now.show_view(view)
        self.walk.show_moment(view)
        self.air.show_moment(view)

    @Slot()
    def _show(self) -> None:
        view = self.hold.view
        walking = view.walking is not None
        self.now.show_view(view)
        self.walk.show_view(view)
        self.air.show_view(view)
        self.share.show_view(view)
        # Who walks looks at one thing; the rest waits.
        self.now.setVisible(not walking)
        if walking:
            self.air.setVisible(False)
            self.share.setVisible(False)
            self.found.setVisible(False)
        else:
            self._show_found()
        if self.hasFocus():  # the page was opened before it was known where its work starts
            self._focus_first()

    def _show_found(self) -> None:
        reading = self.hold.view.reading
        self.found.refresh(by_cable=reading is not None and bool(reading.by_cable))

    def _focus_first(self) -> None:
        first = self._first()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _first(self) -> QWidget | None:
        """Where the work of this page starts."""
        part = self.walk.part
        if self.hold.view.walking is not None and part is not None:
            return part.field
        there = (self.walk.unfinished.go_on, self.walk.start, self.now.leave, self.now.turn_on, self.now.check)
        return next((one for one in there if one.isVisibleTo(self)), None)

    @Slot()
    def _order_tabs(self) -> None:
        """What is made late would come last; Tab should find it where it stands."""
        order_tabs(self.column)
        if self.walk.part is not None:
            self.walk.part.order_tabs()


def build(context: Context) -> QWidget:
    """For the registry."""
    return WifiPage(context)
