"""The card of the walks: how it is done, the one that goes on, the last one with its plan, and older ones."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from selfcare.app.guide_codes import GUIDES
from selfcare.i18n import Catalogue
from selfcare.model.wifi import WalkRecord
from ui.pages.wifi_plan import PlanView
from ui.pages.wifi_sure import Sure
from ui.pages.wifi_unfinished import UnfinishedWalk
from ui.pages.wifi_walk import WalkPart
from ui.rows import Rows, marked, show_now, wrapping
from ui.theme import Size, Theme
from ui.wide import WideButton
from ui.widgets import Button, Card, Fold, announce, clear, text
from ui.wifi_hold import WifiHold
from ui.wifi_state import WifiView
from ui.wifi_walk_words import Outcome, before, outcome
from ui.wording import guide_title

_ICONS = {"fine": "check", "accent": "wifi", "suspect": "bang", "fault": "cross", "idle": "query"}
_DISK = ("disk_full", "folder_read_only", "write_failed")


class WalkCard(Card):
    """``guide`` carries an id; ``drawn``: Tab should find what was made late; ``began``: the walk is under way."""

    guide = Signal(str)
    drawn = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue, hold: WifiHold) -> None:
        super().__init__(theme)
        say = catalogue.text
        self._theme, self._catalogue, self._hold, self._tight = theme, catalogue, hold, False
        self._walking = False
        self._walks: tuple[WalkRecord, ...] | None = None
        self.lead = text(theme, say("ui.wifi.walk.lead"), tone="muted")
        self.start = Button(theme, say("ui.wifi.walk.start"), "primary", Size.LEAD, bold=True)
        self.unfinished = UnfinishedWalk(theme, catalogue)
        self.trouble = text(theme, "", tone="fault")
        self.ended = text(theme, "")
        self.part: WalkPart | None = None
        self.last = LastWalk(theme, catalogue)
        self.older = Fold(theme, "")
        self.entries: list[LastWalk] = []
        self.column.addWidget(text(theme, say("ui.wifi.walk.title"), Size.HEADING, bold=True))
        self.column.addWidget(self.lead)
        self.column.addWidget(self.unfinished)
        self.column.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.trouble)
        self.column.addWidget(self.ended)
        self._place = QVBoxLayout()
        self.column.addLayout(self._place)
        self.column.addWidget(self.last)
        self.column.addWidget(self.older)
        self.start.clicked.connect(lambda _checked: hold.start_walk())
        self.unfinished.go_on.clicked.connect(lambda _checked: hold.start_walk(go_on=True))
        self.unfinished.keep.clicked.connect(lambda _checked: hold.keep_unfinished())
        self.last.guide.connect(self.guide)
        self.last.forget.connect(hold.forget_walk)
        self.older.toggled.connect(lambda _on: self._fill_older())

    def set_tight(self, tight: bool) -> None:
        """One column where there is no room for two."""
        self._tight = tight
        for one in (self.last, *self.entries):
            one.rows.set_tight(tight)

    def escape(self) -> bool:
        """Says no to an open question; whether there was one."""
        open_one = [one.sure for one in (self.last, *self.entries)] + ([self.part.sure] if self.part else [])
        asked = next((sure for sure in open_one if sure.isVisibleTo(self)), None)
        if asked is not None:
            asked.no.click()
        return asked is not None

    def show_moment(self, view: WifiView) -> None:
        """A moment of the walk."""
        if self.part is not None and view.walking is not None:
            self.part.show_moment(view)

    def show_view(self, view: WifiView) -> None:
        """The walk that goes on, or what came of the last one."""
        walking = view.walking
        # In no network there is nothing to walk for; what was kept can be read all the same.
        self.setVisible(view.joined or walking is not None or bool(view.walks) or view.unfinished is not None)
        was, self._walking = self._walking, walking is not None
        if walking is not None:
            part = self.part or self._make_part()
            part.show_walking(walking, view.trouble)
            part.setVisible(True)
        elif self.part is not None:
            self.part.setVisible(False)
            self.part.quiet()
        self.lead.setVisible(walking is None)
        self._show_offers(view)
        self.start.setText(self._catalogue.text("ui.wifi.walk.again" if view.walks else "ui.wifi.walk.start"))
        told = view.trouble.startswith("walk") or view.trouble in _DISK
        wrong = view.trouble if walking is None and told else ""
        self.trouble.setText(self._catalogue.first(f"ui.wifi.error.{wrong}", "ui.wifi.error.ours") if wrong else "")
        self.trouble.setVisible(bool(wrong))
        self.ended.setText(self._catalogue.text(f"ui.wifi.walk.ended.{view.unkept}") if view.unkept else "")
        self.ended.setVisible(view.unkept is not None and walking is None)
        self._show_walks(view)
        if was != self._walking:
            self._turn()

    def _show_offers(self, view: WifiView) -> None:
        """To begin one, or to go on with what was cut off; the cursor stays with what is offered."""
        offers = (self.start, self.unfinished.go_on, self.unfinished.keep)
        had = any(one.hasFocus() for one in offers)
        self.unfinished.show_view(view)
        self.start.setVisible(view.walking is None and view.joined and view.unfinished is None)
        by_cable = view.reading is not None and bool(view.reading.by_cable)
        self.start.set_kind("second" if by_cable else "primary")  # nobody needs to walk about now
        self.start.setFont(self._theme.font(Size.LEAD, bold=not by_cable))
        there = next((one for one in (self.unfinished.go_on, self.unfinished.keep, self.start)
                      if one.isVisibleTo(self)), None)  # fmt: skip
        if had and there is not None and not any(one.hasFocus() for one in offers):
            there.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self) -> None:
        """A walk began or ended: the cursor goes where one goes on."""
        if self._walking and self.part is not None:
            self.part.field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.start.isVisibleTo(self):
            self.start.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self.start, self.ended.text() or self.last.spoken)
        self.drawn.emit()

    def _make_part(self) -> WalkPart:
        self.part = WalkPart(self._theme, self._catalogue, self._hold)
        self._place.addWidget(self.part)
        return self.part

    def _show_walks(self, view: WifiView) -> None:
        walks = view.walks
        self.last.setVisible(bool(walks) and not self._walking)
        self.older.setVisible(len(walks) > 1 and not self._walking)
        if walks == self._walks:
            return
        self._walks = walks
        if walks:
            self.last.show_walk(walks[0], outcome(self._catalogue, walks[0], before(walks, walks[0])))
        self.older.button.setText(self._catalogue.text("ui.wifi.walk.older", n=len(walks) - 1))
        self._draw_older()
        self.drawn.emit()

    def _draw_older(self) -> None:
        clear(self.older.column)
        self.entries = []
        self._fill_older()

    def _fill_older(self) -> None:
        """Made when somebody wants to see them."""
        if not self.older.button.isChecked() or self.entries or self._walks is None:
            return
        for walk in self._walks[1:]:
            entry = LastWalk(self._theme, self._catalogue)
            entry.show_walk(walk, outcome(self._catalogue, walk, before(self._walks, walk)))
            entry.guide.connect(self.guide)
            entry.forget.connect(self._hold.forget_walk)
            entry.rows.set_tight(self._tight)
            self.entries.append(entry)
            self.older.column.addWidget(entry)
        show_now(self.older.column)
        self.drawn.emit()


class LastWalk(QWidget):
    """A walk that was kept: the sentence, the plan, room by room, what would help, what changed; and its end."""

    guide = Signal(str)
    forget = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        say = catalogue.text
        self._theme, self._catalogue, self._id = theme, catalogue, ""
        self.when = text(theme, "", Size.SMALL, tone="muted")
        self.body = QVBoxLayout()
        self.summary = text(theme, "", Size.LEAD, bold=True)
        self.advice, self.drops, self.change = text(theme, ""), text(theme, ""), text(theme, "")
        self.plan = PlanView(theme, catalogue)
        self.rows = Rows(theme)
        self.to_guide: WideButton | None = None
        self._ways = QVBoxLayout()
        self.delete = Button(theme, say("ui.wifi.walk.delete"))
        self.sure = Sure(theme, say("ui.wifi.walk.delete.sure"), say("ui.wifi.walk.delete.yes"), say("ui.wifi.no"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.space(1), 0, theme.space(1))
        column.setSpacing(theme.space(2))
        column.addWidget(self.when)
        column.addLayout(self.body)
        column.addWidget(self.advice)
        column.addLayout(self._ways)
        column.addWidget(self.drops)
        column.addWidget(self.change)
        column.addWidget(self.plan)
        column.addLayout(self.rows)
        column.addWidget(self.delete, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.sure)
        self.delete.clicked.connect(lambda _checked: self.sure.ask())
        self.sure.answered.connect(self._on_sure)

    @property
    def spoken(self) -> str:
        """For who does not see it."""
        return " ".join(filter(None, (self.summary.text(), self.advice.text())))

    def show_walk(self, walk: WalkRecord, said: Outcome) -> None:
        """Takes a record and what it comes to."""
        self._id = walk.id
        self.when.setText(said.when)
        clear(self.body)
        self.summary = text(self._theme, wrapping(said.summary), Size.LEAD, bold=True)
        self.body.addLayout(marked(self._theme, _ICONS[said.tone], said.tone, self.summary))
        show_now(self.body)
        for label, words in ((self.advice, said.advice), (self.drops, said.drops), (self.change, said.change)):
            label.setText(wrapping(words))
            label.setVisible(bool(words))
        self.plan.show_rooms(walk.rooms, box=walk.box_room or "")
        self.rows.fill(said.rows)
        self._offer(said.guide)
        self.delete.setAccessibleDescription(said.when)

    def _offer(self, guide: str) -> None:
        """A button with the guide's own title, which wraps."""
        clear(self._ways)
        self.to_guide = None
        if guide in GUIDES:
            title = guide_title(self._catalogue.language, guide)
            button = self.to_guide = WideButton(self._theme, title, Size.BODY)
            button.setAccessibleName(self._catalogue.text("ui.guide.see.name", what=title))
            button.clicked.connect(lambda _checked: self.guide.emit(guide))
            self._ways.addWidget(button)
            button.setVisible(True)

    def _on_sure(self, agreed: bool) -> None:
        if agreed:
            self.forget.emit(self._id)
        else:
            self.delete.setFocus(Qt.FocusReason.OtherFocusReason)
