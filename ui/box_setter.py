"""The changes of the box's settings, for as long as the window is open: one at a time, and every one in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from selfcare.app.services import Services
from selfcare.model.box.change import BoxOutcome, BoxProposal
from ui import box_set_jobs
from ui.box_hold import BoxHold
from ui.box_set_state import Abilities, ChangePhase, ChangeState, Listed, Seen, Setting
from ui.box_state import OURS, Picture, Trouble
from ui.consent import ConsentGate

if TYPE_CHECKING:
    from selfcare.boxes.detect import Found
    from selfcare.model.box import Wish


class BoxSetter(QObject):
    """One for the window, a child of the hold: it outlives the page, and a change that is under way with it.

    ``seen``: what the box told of each setting that was looked at, or why it did not. ``changed`` says that any of it
    is another one; ``asked`` that a question stands, ``ended`` that a change is over.
    """

    changed = Signal()
    asked = Signal()
    ended = Signal()
    _stage = Signal(str)

    def __init__(self, services: Services, hold: BoxHold) -> None:
        super().__init__(hold)
        self._services, self._hold = services, hold
        self._box: Found | None = None
        self._attended: tuple[object, ...] | None = None
        self._settling = False
        self._settled_with: Picture | None = None
        self.state = ChangeState()
        self.gate = ConsentGate(self)
        self.abilities: Abilities | None = None
        self.listed = Listed(())
        self.seen: dict[Setting, Seen | Trouble] = {}
        self.looking: set[Setting] = set()
        self.gate.asked.connect(self._on_asked)
        self._stage.connect(self._on_stage, Qt.ConnectionType.QueuedConnection)  # emitted in the engine thread

    @classmethod
    def of(cls, services: Services, hold: BoxHold) -> BoxSetter:
        """The one there is, made at the first question."""
        there = hold.findChild(cls)
        return there if there is not None else cls(services, hold)

    def attend(self) -> None:
        """A box is there and somebody looks: once per box (and per login) what is unfinished on it is finished."""
        view = self._hold.view
        paired = view.look is not None and view.look.paired
        now = (view.found.family, view.found.place, view.found.device.uid, paired) if view.found is not None else None
        if now is None:
            return
        if now == self._attended:
            self._settle_again(view.picture)
            return
        self._attended, self.abilities, self.seen = now, None, {}
        self._hold.ask("box abilities", box_set_jobs.abilities()).done.connect(self._on_abilities)
        self._settle(view.picture)

    def _settle_again(self, picture: Picture | None) -> None:
        """The box was silent, or did not let us: tried again with each new word of it, while somebody looks."""
        left = any(one.state.unfinished for one in self.listed.changes)
        if left and not (self.state.busy or self._settling) and picture is not self._settled_with:
            self._settle(picture)

    def _settle(self, picture: Picture | None) -> None:
        self._settling, self._settled_with = True, picture
        self._hold.ask("box settle", box_set_jobs.listing(self._services, settle=True)).done.connect(self._on_settled)

    @Slot(object)
    def look(self, setting: Setting) -> None:
        """Reads one setting anew."""
        if setting not in self.looking:
            self.looking.add(setting)
            asked = self._hold.ask(f"box look {setting}", box_set_jobs.look(self._services, setting))
            asked.setProperty("setting", setting.value)
            asked.done.connect(self._on_seen)
            self._tell()

    @Slot(object)
    def forget(self, setting: Setting) -> None:
        """What was told of a card that is closed: there may be a key in it, and it will be old."""
        self.seen.pop(setting, None)

    def change(self, setting: Setting, wish: Wish) -> bool:
        """Weighs a wish; the question follows. False while something else is under way."""
        if self.state.busy:
            return False
        self.state.begin(setting)
        question = box_set_jobs.change(self._services, wish, self.gate.ask, self._stage.emit)
        self._hold.ask("box change", question).done.connect(self._on_ended)
        self._tell()
        return True

    def undo(self, name: str) -> bool:
        """Weighs how to put one change back; the question follows."""
        if self.state.busy:
            return False
        self.state.begin(None, name)
        question = box_set_jobs.undo(self._services, name, self.gate.ask, self._stage.emit)
        self._hold.ask("box undo", question).done.connect(self._on_ended)
        self._tell()
        return True

    def answer(self, agreed: bool) -> None:
        """The person's word."""
        if self.state.phase is ChangePhase.ASKING:
            self.state.answered(agreed)
            self.gate.answer(agreed)
            self._tell()

    def rest(self) -> None:
        """Puts a result away."""
        if self.state.rest():
            self._tell()

    def _tell(self) -> None:
        self._hold.setting = self.state.writing
        self.changed.emit()

    @Slot(object)
    def _on_asked(self, proposal: BoxProposal) -> None:
        self.state.ask(proposal)
        self._tell()
        self.asked.emit()

    @Slot(str)
    def _on_stage(self, key: str) -> None:
        self.state.stage(key)
        self._tell()

    @Slot(object)
    def _on_abilities(self, answer: object) -> None:
        if isinstance(answer, Abilities):
            self.abilities = answer
        else:
            self._attended = None  # asked again at the next look
        self._tell()

    @Slot(object)
    def _on_settled(self, answer: object) -> None:
        self._settling = False
        self._on_listed(answer)

    @Slot(object)
    def _on_listed(self, answer: object) -> None:
        if isinstance(answer, Listed):
            keep = answer.settled if answer.settled is not None else self.listed.settled
            self.listed = Listed(answer.changes, answer.damaged, keep)
        self._tell()

    @Slot(object)
    def _on_seen(self, answer: object) -> None:
        setting = Setting(str(self.sender().property("setting")))
        self.looking.discard(setting)
        if isinstance(answer, Seen | Trouble):
            self.seen[setting] = answer
        self._tell()

    @Slot(object)
    def _on_ended(self, answer: object) -> None:
        setting = self.state.setting
        self.state.end(answer)
        if self.state.result is not None and self.state.result.outcome is BoxOutcome.DECLINED:
            self.state.rest()  # a no needs no answer
        else:
            self._after(setting)
        self._tell()
        self.ended.emit()

    def _after(self, setting: Setting | None) -> None:
        """What was read before is no longer so."""
        broken = self.state.trouble is not None and self.state.trouble.code == OURS
        listing = box_set_jobs.listing(self._services, settle=broken)  # what we broke off ourselves is finished now
        self._hold.ask("box changes", listing).done.connect(self._on_listed)
        stale = [one for one in self.seen if setting in (None, one)]
        for one in stale:
            self.look(one)
        if self.state.touched:
            self._hold.refresh()
