"""Setting the box from the window: one card per setting, one change at a time, and the way back of each."""

from __future__ import annotations

from itertools import chain
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from selfcare.app.box_wishes import WifiOrder
from selfcare.model.box import Wish
from ui.box_hold import BoxHold
from ui.box_set_forms import called
from ui.box_set_state import Abilities, ChangePhase, Seen, Setting
from ui.box_set_words import elsewhere, settled
from ui.box_setter import BoxSetter
from ui.context import Context
from ui.pages.box_set_card import SettingCard
from ui.pages.box_set_changes import MadeCard
from ui.pages.box_set_home import ForwardCard, RebootCard, ReservationCard
from ui.pages.box_set_offer import OfferCard
from ui.pages.box_set_parental import ParentalCard
from ui.pages.box_set_wifi import GuestCard, WifiCard
from ui.rows import order_tabs
from ui.theme import Size
from ui.widgets import Card, Column, announce, text

CARDS: Final = (GuestCard, WifiCard, ParentalCard, ForwardCard, ReservationCard, RebootCard)


class BoxSettings(QWidget):
    """A part of « Ma box ». All that outlives it is in the ``BoxSetter``."""

    asking = Signal()
    """Whether a question stands is another matter than before: there is one filled button at a time."""

    def __init__(self, context: Context, hold: BoxHold) -> None:
        super().__init__()
        self.asks = False
        self._context, self._hold = context, hold
        theme, say = context.theme, context.catalogue.text
        self.setter = BoxSetter.of(context.services, hold)
        self._subject = ""
        self._said = ""
        self._wanted: Setting | None = None
        self.intro = Card(theme)
        self.lead = text(theme, say("ui.set.lead"), tone="muted")
        self.settled = text(theme, "")
        self.note = text(theme, "", tone="suspect")
        self.intro.column.addWidget(text(theme, say("ui.set.title"), Size.HEADING, bold=True))
        for label in (self.lead, self.settled, self.note):
            self.intro.column.addWidget(label)
        self.cards: dict[Setting, SettingCard] = {made.setting: made(theme, context.catalogue) for made in CARDS}
        self.offer = OfferCard(theme, context.catalogue)
        self.elsewhere = Card(theme)
        self.elsewhere.column.addWidget(text(theme, say("ui.set.elsewhere"), bold=True))
        self._where = text(theme, "", tone="muted")
        self.elsewhere.column.addWidget(self._where)
        self.made = MadeCard(theme, context.catalogue)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.space(4))
        for part in (self.intro, *self.cards.values(), self.offer, self.elsewhere, self.made):
            self._column.addWidget(part)
        self._connect()
        self._show()

    def _connect(self) -> None:
        for card in self.cards.values():
            card.opened.connect(self.setter.look)
            card.closed.connect(self.setter.forget)
            card.wished.connect(self._on_wished)
            card.drawn.connect(self._order_tabs)
            card.guide.connect(lambda name: self._context.open_guide(name))
        self.offer.answered.connect(self._on_answered)
        self.offer.undo.connect(self._on_undo)
        self.offer.closed.connect(self._on_closed)
        self.made.undo.connect(self._on_undo)
        self.setter.changed.connect(self._show)
        self.setter.asked.connect(self._on_asked)
        self.setter.ended.connect(self._on_ended)
        self._hold.changed.connect(self._on_hold)

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for card in self.cards.values():
            card.set_tight(tight)
        self.offer.set_tight(tight)
        self.made.set_tight(tight)

    def showEvent(self, event: QShowEvent) -> None:
        """What an earlier run left unfinished on the box is finished now that somebody looks."""
        super().showEvent(event)
        self._on_hold()

    def escape(self) -> bool:
        """Says no, puts a result away, closes a card; whether there was any of it."""
        if self.setter.state.phase is ChangePhase.ASKING:
            self._on_answered(False)
        elif self.setter.state.phase is ChangePhase.DONE:
            self._on_closed()
        else:
            inside = next((card for card in self.cards.values() if card.is_open and _holds_focus(card)), None)
            if inside is None:
                return False
            inside.close_it()
        return True

    def point_at(self, name: str, order: WifiOrder | None = None) -> None:
        """Opens that card, at once or as soon as the box has told that it can be set; the Wi-Fi's as it was advised."""
        card = self.cards.get(Setting(name))
        if isinstance(card, WifiCard):
            card.advise(order)
        self._wanted = Setting(name)
        self._show_wanted()

    # -- a change --------------------------------------------------------------------------------

    @Slot(object, object, str)
    def _on_wished(self, setting: Setting, wish: Wish, subject: str) -> None:
        if self._may_begin():
            self._subject = subject
            self.cards[setting].button.setFocus(Qt.FocusReason.OtherFocusReason)  # a list's own button may go
            self._place(self.cards[setting])
            self.setter.rest()
            self.setter.change(setting, wish)
            self._reveal(self.offer)

    @Slot(str)
    def _on_undo(self, name: str) -> None:
        if self._may_begin():
            where = self.setter.state.setting
            self.setter.rest()
            self._place(self.cards[where] if where is not None and self.offer.isVisibleTo(self) else self.made)
            self.setter.undo(name)
            self._reveal(self.offer)

    @Slot(bool)
    def _on_answered(self, agreed: bool) -> None:
        if agreed and (self._context.repairing or self._context.guiding):
            self._say("ui.set.repairing" if self._context.repairing else "ui.guide.busy.guide")
            return
        if agreed:
            self._context.bridge.cancel(self._context.check.job)  # a check would measure the pauses of the box
        self._focus_card()
        self.setter.answer(agreed)

    @Slot()
    def _on_asked(self) -> None:
        self.offer.focus_question()
        self.offer.announce()
        self._reveal(self.offer)

    @Slot()
    def _on_ended(self) -> None:
        state = self.setter.state
        if state.touched:
            self._context.check.forget()  # it was true of another setting
        if state.phase is ChangePhase.DONE:
            focus = QApplication.focusWidget()
            if focus is None or self.isAncestorOf(focus):
                self.offer.focus_answer()
            self._reveal(self.offer)

    @Slot()
    def _on_closed(self) -> None:
        self._focus_card()
        self.setter.rest()

    def _may_begin(self) -> bool:
        """One thing at a time: a repair and a check measure what a box does not do while it is being set."""
        key = "ui.set.repairing" if self._context.repairing else "ui.set.busy" if self.setter.state.busy else ""
        key = key or ("ui.guide.busy.guide" if self._context.guiding else "")
        self._say(key)
        return not key

    def _say(self, key: str) -> None:
        words = self._context.catalogue.text(key) if key else ""
        self.note.setText(words)
        self.note.setVisible(bool(words))
        announce(self.note, words)
        if words:
            self._reveal(self.intro)

    # -- showing ---------------------------------------------------------------------------------

    @Slot()
    def _on_hold(self) -> None:
        if self.isVisible():
            self.setter.attend()
        self._show()

    @Slot()
    def _show(self) -> None:
        view, catalogue, setter = self._hold.view, self._context.catalogue, self.setter
        family = view.found.family.value if view.found is not None else ""
        paired = view.look is not None and view.look.paired
        can = setter.abilities
        locked = can is not None and can.login and not paired
        there = can.here if can is not None and not locked else frozenset[Setting]()
        lead = "none" if can is not None and not can.here else "locked" if locked else ""
        self.lead.setText(catalogue.text(f"ui.set.lead.{lead}" if lead else "ui.set.lead"))
        for setting, card in self.cards.items():
            card.setVisible(setting in there)
            card.show_seen(setter.seen.get(setting), setting in setter.looking, family)
        hosts = view.picture.hosts if view.picture is not None else ()
        told = [seen.hosts for seen in setter.seen.values() if isinstance(seen, Seen)]
        names = called(catalogue, [*chain.from_iterable(told), *(hosts if isinstance(hosts, tuple) else ())])
        self.offer.show_state(setter.state, family, names, self._subject if setter.state.setting else "")
        self.made.show_listed(setter.listed, names, can.box if can is not None else None, setter.state.busy)
        self._show_elsewhere(can, family)
        self._show_settled()
        self._show_wanted()
        if not (self._context.repairing or setter.state.busy):
            self.note.setVisible(False)
        self._order_tabs()
        if self.asks != (setter.state.phase is ChangePhase.ASKING):
            self.asks = not self.asks
            self.asking.emit()

    def _show_elsewhere(self, can: Abilities | None, family: str) -> None:
        """What this box cannot be told from here, and where it is done, as far as that is known."""
        missing = [s for s in Setting if can is not None and can.here and s not in can.here]
        address = self._hold.view.found.place.address if self._hold.view.found is not None else ""
        self._where.setText("\n".join(elsewhere(self._context.catalogue, missing, family, address)))
        self.elsewhere.setVisible(bool(missing))

    def _show_settled(self) -> None:
        if self.setter.listed.settled is not None:
            self._context.box_left = False  # from here on it is said here
        tone, words = settled(self._context.catalogue, self.setter.listed.settled, self.setter.listed.changes)
        self.settled.setText(words)
        self.settled.setVisible(bool(words))
        if words != self._said:
            self._said = words
            self.settled.setProperty("tone", tone)
            self.settled.style().unpolish(self.settled)
            self.settled.style().polish(self.settled)
            announce(self.settled, words)

    def _show_wanted(self) -> None:
        """Opens the card that somebody was sent to; once, and only if this box lets it be set."""
        wanted = self.cards.get(self._wanted) if self._wanted is not None else None
        if wanted is None or not wanted.isVisibleTo(self) or not self.isVisible():
            return
        self._wanted = None
        if not wanted.is_open:
            wanted.button.click()
        self._reveal(wanted)

    def _place(self, under: QWidget) -> None:
        """The question stands under what it came from."""
        self._column.removeWidget(self.offer)
        self._column.insertWidget(self._column.indexOf(under) + 1, self.offer)

    def _focus_card(self) -> None:
        """What has the focus goes away: it waits on the card that the change came from."""
        if not _holds_focus(self.offer):
            return
        setting = self.setter.state.setting
        near = self.cards[setting].button if setting is not None else next(iter(self.made.buttons.values()), None)
        there = near if near is not None and near.isVisibleTo(self) else self._first()
        if there is not None:
            there.setFocus(Qt.FocusReason.OtherFocusReason)

    def _first(self) -> QWidget | None:
        return next((card.button for card in self.cards.values() if card.isVisibleTo(self)), None)

    def _reveal(self, widget: QWidget) -> None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, Column):
            above = above.parentWidget()
        if above is not None:
            # Twice: what was just filled finds its height when its own words are laid out.
            above.reveal(widget)
            QTimer.singleShot(50, widget, lambda: above.reveal(widget))

    @Slot()
    def _order_tabs(self) -> None:
        """What is made late would come last; Tab should find it where it stands."""
        order_tabs(self._column)


def _holds_focus(part: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is part or part.isAncestorOf(focus))
