"""Walking through the home: the signal at arm's length, rooms by Enter, the plan, and what came of it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.pages.wifi_gauge import BigSignal
from ui.pages.wifi_plan import PlanView
from ui.pages.wifi_sure import Sure
from ui.rows import wrapping
from ui.theme import Size, Theme
from ui.widgets import Button, Rule, announce, text
from ui.wifi_hold import WifiHold
from ui.wifi_plan import apply, moved
from ui.wifi_sound import Beeper
from ui.wifi_state import Walking, WifiView
from ui.wifi_walk_words import SUGGESTED, big, room_name

_MOST = 40
"""Letters of a room's name, as the walk takes them."""
ENOUGH = 20
"""Moments, two a second, after which a room is measured: the ten seconds that are asked for."""


class WalkPart(QWidget):
    """The walk that goes on."""

    def __init__(self, theme: Theme, catalogue: Catalogue, hold: WifiHold) -> None:
        super().__init__()
        say = catalogue.text
        self._theme, self._catalogue, self._hold = theme, catalogue, hold
        self._chosen = ""
        self._order: tuple[QWidget, ...] = ()
        self.beeper = Beeper(self)
        self.big = BigSignal(theme)
        self.where = text(theme, "", Size.LEAD, bold=True)
        self.field = QLineEdit()
        self.field.setFont(theme.font(Size.LEAD))
        self.field.setMaxLength(_MOST)
        self.field.setAccessibleName(say("ui.wifi.walk.field"))
        self.field.setAccessibleDescription(say("ui.wifi.walk.field.how"))
        self.go = Button(theme, say("ui.wifi.walk.go"), "primary", Size.LEAD, bold=True)
        self.problem = text(theme, "", tone="fault")
        self.chips = Flow(theme.space(1.8))
        self.rooms = {name: Button(theme, name, "chip") for name in (say(f"ui.wifi.room.{key}") for key in SUGGESTED)}
        for button in self.rooms.values():
            button.setAccessibleDescription(say("ui.wifi.walk.field"))
            self.chips.addWidget(button)
        self.plan_lead = text(theme, say("ui.wifi.plan.lead"), Size.SMALL, tone="muted")
        self.plan = PlanView(theme, catalogue)
        self.chosen = text(theme, "", tone="muted")
        self.box = Button(theme, "", "chip")
        self.up, self.down = (Button(theme, say(f"ui.wifi.plan.{way}"), "chip") for way in ("up", "down"))
        self.sound = Button(theme, say("ui.wifi.sound"), "chip")
        self.sound.setCheckable(True)
        self.sound.setAccessibleDescription(say("ui.wifi.sound.how"))
        self.sound_note = text(theme, say("ui.wifi.sound.how"), Size.SMALL, tone="muted")
        self.finish = Button(theme, say("ui.wifi.walk.finish"), "second", Size.LEAD)
        self.abandon = Button(theme, say("ui.wifi.walk.abandon"), "second", Size.LEAD)
        self.sure = Sure(theme, say("ui.wifi.walk.abandon.sure"), say("ui.wifi.walk.abandon.yes"), say("ui.wifi.no"))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        theme = self._theme
        line = QHBoxLayout()
        line.setSpacing(theme.space(2))
        line.addWidget(self.field, 1)
        line.addWidget(self.go)
        tools, ends, sound = Flow(theme.space(1.8)), Flow(theme.space(3)), Flow(theme.space(2))
        for button in (self.box, self.up, self.down):
            tools.addWidget(button)
        for button in (self.finish, self.abandon):
            ends.addWidget(button)
        sound.addWidget(self.sound)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        label = text(theme, self._catalogue.text("ui.wifi.walk.field"), tone="muted")
        for part in (self.big, sound, self.sound_note, self.where, label, line, self.problem, self.chips, Rule(),
                     self.plan_lead, self.plan, self.chosen, tools, ends, self.sure):  # fmt: skip
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)

    def _connect(self) -> None:
        self.field.returnPressed.connect(self._on_go)
        self.go.clicked.connect(lambda _checked: self._on_go())
        self.plan.moved.connect(self._on_moved)
        self.plan.pressed.connect(self._enter)
        self.plan.reached.connect(self._on_reached)
        self.box.clicked.connect(lambda _checked: self._hold.box_stands(self._chosen))
        self.up.clicked.connect(lambda _checked: self._lift(1))
        self.down.clicked.connect(lambda _checked: self._lift(-1))
        self.sound.toggled.connect(self._on_sound)
        self.finish.clicked.connect(lambda _checked: self._hold.finish_walk())
        self.abandon.clicked.connect(self._on_abandon)
        self.sure.answered.connect(self._on_sure)
        for name, button in self.rooms.items():
            button.clicked.connect(lambda _checked, one=name: self._enter(one))

    # -- showing ---------------------------------------------------------------------------------

    def show_moment(self, view: WifiView) -> None:
        """Twice a second: the word, the bar, the rooms' figures."""
        self.big.show_big(big(self._catalogue, view.point))
        link = view.point.link if view.point is not None else None
        self.beeper.hear(link.rssi_dbm if link is not None else None)
        if view.walking is not None:
            self._show_where(view.walking)
            self._show_rooms(view.walking)

    def order_tabs(self) -> None:
        """Tiles are made late, and stand where their rooms do: Tab finds them there, row by row."""
        for before, after in pairwise((list(self.rooms.values())[-1], *self.plan.tiles.values(), self.box)):
            QWidget.setTabOrder(before, after)

    def quiet(self) -> None:
        """Nobody looks, or it is over: no sound."""
        self.beeper.hear(None)

    def show_walking(self, walking: Walking, trouble: str) -> None:
        """Where one stands, what is offered next, what went wrong."""
        if not walking.room and not walking.rooms:
            self._chosen = ""
        self._show_where(walking)
        wrong = self._catalogue.first(f"ui.wifi.error.{trouble}", "ui.wifi.error.ours") if trouble else ""
        self.problem.setText(wrong)
        self.problem.setVisible(bool(wrong))
        for button in (self.go, self.field, self.finish, self.abandon):
            button.setEnabled(not walking.ending)
        self._offer(walking)
        self._show_rooms(walking)

    def _show_where(self, walking: Walking) -> None:
        """In which room one is measured, and when it is enough."""
        done = any(room.name == walking.room and room.samples >= ENOUGH for room in walking.rooms)
        here = "done" if done else "here" if walking.room else "between" if walking.rooms else "first"
        words = self._catalogue.text(
            f"ui.wifi.walk.{'ending' if walking.ending else here}", room=wrapping(room_name(walking.room))
        )
        if words != self.where.text():
            self.where.setText(words)
            announce(self.where, words)

    def _show_rooms(self, walking: Walking) -> None:
        self.plan.show_rooms(walking.rooms, walking.room, walking.box_room, movable=True)
        names = [room.name for room in walking.rooms]
        if self._chosen not in (*names, walking.room):  # the room just entered comes a moment later
            self._chosen = walking.room or next(iter(names), "")
        for part in (self.plan_lead, self.plan, self.chosen, self.box, self.up, self.down):
            part.setVisible(bool(names))
        order = tuple(self.plan.tiles.values())
        if order != self._order:
            self._order = order
            self.order_tabs()
        say, name = self._catalogue.text, room_name(self._chosen)
        self.chosen.setText(say("ui.wifi.plan.chosen", room=wrapping(name)))
        self.box.setText(say("ui.wifi.plan.box_not" if walking.box_room == self._chosen else "ui.wifi.plan.box_here"))
        for button in (self.box, self.up, self.down):
            button.setAccessibleDescription(name)

    def _offer(self, walking: Walking) -> None:
        """Rooms not yet seen; the first of them is what an empty field and Enter stand for."""
        seen = {room.name.casefold() for room in walking.rooms} | {walking.room.casefold()}
        offered = [name for name in self.rooms if name.casefold() not in seen]
        self.field.setPlaceholderText(offered[0] if offered else "")
        for name, button in self.rooms.items():
            button.setVisible(name in offered)

    # -- what somebody does ----------------------------------------------------------------------

    def _on_go(self) -> None:
        name = self.field.text().strip() or self.field.placeholderText()
        if name:
            self._enter(name)

    def _enter(self, name: str) -> None:
        chip = self.rooms.get(name)
        if chip is not None and chip.hasFocus():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)  # the chip goes: Enter goes on with the next room
        self.field.setText("")
        self._chosen = name
        self._hold.enter(name)

    def _on_reached(self, name: str) -> None:
        self._chosen = name
        if self._hold.view.walking is not None:
            self._show_rooms(self._hold.view.walking)

    def _on_moved(self, spots: object) -> None:
        walking = self._hold.view.walking
        if walking is not None and isinstance(spots, tuple):
            self._chosen = spots[0].room
            # At once: what is dragged should not jump back until the engine has said the same.
            self.plan.show_rooms(apply(walking.rooms, spots), walking.room, walking.box_room, movable=True)
            self._hold.move(*spots)

    def _lift(self, by: int) -> None:
        walking = self._hold.view.walking
        if walking is not None and (spots := moved(walking.rooms, self._chosen, up=by)):
            self._on_moved(spots)

    def _on_sound(self, on: bool) -> None:
        self.beeper.switch(on)

    def _on_abandon(self) -> None:
        walking = self._hold.view.walking
        if walking is None or not walking.rooms:
            self._hold.finish_walk(keep=False)
        else:
            self.sure.ask()

    def _on_sure(self, agreed: bool) -> None:
        if agreed:
            self._hold.finish_walk(keep=False)
        elif QApplication.focusWidget() is None or not self.field.hasFocus():
            self.abandon.setFocus(Qt.FocusReason.OtherFocusReason)
