"""Somebody who goes through a guide in the window: reads what stands there, and uses the mouse or the keyboard alone.

What they say at each step is a word by the step's name (``Words``), as in ``tests.guides.three``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget

from selfcare.app.guides.screen import Scene, Screen
from selfcare.model.guide import Kind
from ui.box_state import PairPhase
from ui.guide_state import Phase
from ui.pages.box import BoxPage
from ui.pages.guide_fields import ChoiceField, DeviceField, HoursField, KeyField, TextField, TimetableField
from ui.pages.guides import GuidesPage
from ui.window import MainWindow

Words = Mapping[str, str | Sequence[str | None] | None]
"""By step: an answer, None to leave it open, "done", "lost"; ``<step>?`` for the question after it. Several: of a step
that is come to again, one after the other. "link": through the box's page and back."""
LIMIT_S = 15.0
_TABS = 120
_SIGNS = str.maketrans({"\xa0": " ", "\u202f": " ", "\u200b": None})


def plain(words: str) -> str:
    """As somebody reads it: the signs that only break lines do not count."""
    return words.translate(_SIGNS)


def read(part: QWidget) -> str:
    """Everything that can be read there now."""
    labels = (label for label in part.findChildren(QLabel) if label.isVisibleTo(part))
    return plain("\n".join(label.text() for label in labels if label.text()))


class Person:
    """``keys``: nothing but the keyboard. ``trail``: the steps they were at; ``asked``: what consent was asked for."""

    def __init__(self, window: MainWindow, *, keys: bool = False, password: str = "") -> None:
        self.window, self.keys, self.password = window, keys, password
        self.trail: list[str] = []
        self.asked: list[str] = []
        self.shown: list[str] = []

    @property
    def page(self) -> GuidesPage:
        """The guides' page, open or not."""
        page = self.window.page("guides")
        assert isinstance(page, GuidesPage)
        return page

    @property
    def phase(self) -> Phase:
        """Where the run stands."""
        return self.page.hold.state.phase

    @property
    def over(self) -> bool:
        """Whether it is at its end."""
        return self.phase is Phase.OVER

    @property
    def screen(self) -> Screen:
        """What is shown of it."""
        screen = self.page.hold.state.screen
        assert screen is not None
        return screen

    @property
    def step(self) -> str:
        """Its step's name; a question after it has its own."""
        run = self.page.hold._keeper._run
        assert run is not None
        return run.position.step + ("?" if self.screen.scene is Scene.QUESTION else "")

    def until(self, what: str, there: Callable[[], bool]) -> None:
        """Waits for it."""
        end = time.monotonic() + LIMIT_S
        while not there():
            assert time.monotonic() < end, (what, self.phase, self.trail, self.page.hold.state)
            QTest.qWait(1)

    # -- hands ---------------------------------------------------------------------------------------

    def press(self, widget: QWidget) -> None:
        """A button, with the mouse where it is, or with the keyboard."""
        assert widget.isVisible() and widget.isEnabled(), widget
        self.reach(widget) if self.keys else self.click(widget)
        if self.keys:
            QTest.keyClick(widget, Qt.Key.Key_Space)

    def click(self, widget: QWidget) -> None:
        """At that place of the window: what lies over it gets the click. A page that is still moving is waited for."""
        handle, place = self.window.windowHandle(), QPoint()

        def under() -> bool:
            nonlocal place
            self._in_sight(widget)
            place = widget.mapTo(self.window, QPoint(widget.width() // 2, widget.height() // 2))
            hit = self.window.childAt(place)
            return hit is widget or (hit is not None and widget.isAncestorOf(hit))

        self.until(f"a click meets {widget}", under)
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def reach(self, widget: QWidget) -> None:
        """With Tab."""
        for _ in range(_TABS):
            if QApplication.focusWidget() is widget:
                return
            QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not come to {widget}")

    def type(self, field: QLineEdit, words: str) -> None:
        """Into the field."""
        self.reach(field) if self.keys else self.click(field)
        assert QApplication.focusWidget() is field
        QTest.keyClicks(field, words)

    def pick(self, combo: QComboBox, words: str) -> None:
        """From a list, with the arrow keys: a popup of the offscreen platform is no window of ours."""
        self.reach(combo) if self.keys else combo.setFocus()
        QTest.keyClick(combo, Qt.Key.Key_Home)
        while words not in plain(combo.currentText()):
            before = combo.currentIndex()
            QTest.keyClick(combo, Qt.Key.Key_Down)
            assert combo.currentIndex() != before, (words, [combo.itemText(n) for n in range(combo.count())])

    def _in_sight(self, widget: QWidget) -> None:
        page = self.window._stack.currentWidget()
        if page is not None and page.isAncestorOf(widget):
            page.ensureWidgetVisible(widget)  # type: ignore[attr-defined]
        QApplication.processEvents()

    # -- the way -------------------------------------------------------------------------------------

    def open(self) -> None:
        """The page, from the side bar, until the list is there."""
        self.press(self.window.sidebar.buttons["guides"])
        self.until("the list", lambda: self.phase is not Phase.SHELF or bool(self.page.topics))

    def find(self, guide: str, words: str = "") -> None:
        """From the list to what it is about, with the present state; ``words``: typed into the question first."""
        self.open()
        if words:
            self.type(self.page.ask.field, words)
        card = next(card for card in self.page.topics if guide in card.names)
        if not card.fold.button.isChecked():
            self.press(card.fold.button)
        self.until("its row", lambda: guide in card.buttons)
        self.press(card.buttons[guide])
        self.until("the present state", lambda: self.page.hold.state.shows is not None)
        assert self.phase is Phase.INTRO
        self.shown = [plain(line) for line in self.page.hold.state.shows or ()]
        for line in self.shown:
            assert line in read(self.page.now), line

    def begin(self, guide: str, words: str = "") -> None:
        """From the list to the first step."""
        self.find(guide, words)
        self.press(self.page.intro.begin)
        self.turn()

    def again(self, guide: str) -> None:
        """From an end back to the list, and to the first step."""
        self.press(self.page.step.later)
        self.begin(guide)

    def resume(self) -> None:
        """In a window that was just opened: the run that was left, from the list."""
        self.open()
        self.until("what was left", lambda: bool(self.page.left.buttons))
        ((go, _drop),) = self.page.left.buttons.values()
        self.press(go)
        self.turn()

    def turn(self) -> None:
        """Until the person has the word, and everything that is offered is there."""
        mine = (Phase.STEP, Phase.ASKING, Phase.OVER)

        def so() -> bool:
            state = self.page.hold.state
            assert state.phase is not Phase.TROUBLE, state.trouble
            late = state.phase is Phase.STEP and state.screen is not None and state.screen.suggest is not None
            return state.phase in mine and not (late and state.suggestions is None)

        self.until("a word", so)
        QApplication.processEvents()  # what was just made is not shown before its layout is
        if self.phase is not Phase.ASKING:
            self._readable()

    def _readable(self) -> None:
        """What the engine says stands on the page; no name of a sentence, no gap."""
        there, put = read(self.page.step), self.page.hold.state.put_back
        if put is not None and put.outcome == "done" and not (self.screen.undoable or self.screen.by_hand):
            assert plain(self.screen.text) not in there and "remis comme avant" in there  # it is not so any more
            return
        for text in (self.screen.text, *self.screen.said, *self.screen.menu):
            assert plain(text) in there, (text, there)
            assert "…" not in text and not text.startswith(("guide.", "box.", "ui.")), text

    def walk(self, words: Words, *, agree: bool = True, each: Callable[[], None] = lambda: None) -> Screen:
        """To the end. ``each``: called at every turn of the person's, before they say anything."""
        said = {step: iter([word] if isinstance(word, str) or word is None else word) for step, word in words.items()}
        while not self.over:
            each()
            self.say(said, agree)
        self.trail.append(self.step)
        return self.screen

    def say(self, said: Mapping[str, Iterator[str | None]], agree: bool = True) -> None:
        """One word, and until it is their turn again."""
        if self.phase is Phase.ASKING:
            self.consent(agree)
            return
        step = self.step
        self.trail.append(step)
        assert step in said, (step, self.screen.text, self.screen.said, self.trail)
        word = next(said[step])
        before = self.screen
        if word == "link":
            self.pair()
            self.press(self.page.step.go)
        elif self.screen.scene is Scene.ASK:
            self._answer(word)
        else:
            self.press(self.page.step.other if word in ("lost", "no") else self.page.step.go)
        assert self.phase is not Phase.STEP or self.screen is not before, (step, word, read(self.page.step))
        self.turn()

    def consent(self, agree: bool) -> None:
        """To the question that stands: what is changed can be read, and the focus is on no."""
        offer = self.page._offer()
        assert offer.isVisible() and offer.refuse.hasFocus() and offer.agree.isVisible()
        self.asked.append(read(self.page.step) + "\n" + read(offer))
        self.press(offer.agree if agree else offer.refuse)
        self.turn()

    def _answer(self, word: str | None) -> None:
        step = self.page.step
        field: Any = step.field
        if word is None:
            self.press(step.other)
            return
        match field:
            case ChoiceField():
                self.press(field.buttons[word])
                return
            case HoursField():
                self.press(field.chips.chips[word])
            case TimetableField():
                for day in word.split(","):
                    self.press(field.table.days[int(day)])
            case DeviceField():
                self._device(field, word)
            case KeyField() | TextField():
                self.type(field.line.field, word)
                if self.screen.kind is not Kind.NETWORK_KEY:
                    QTest.keyClick(field.line.field, Qt.Key.Key_Return)
                    return
            case _:
                raise AssertionError(field)
        self.press(step.go)

    def _device(self, field: DeviceField, word: str) -> None:
        labels = [field.picker.combo.itemText(n) for n in range(field.picker.combo.count())]
        if field.picker.isVisible() and any(word in plain(one) for one in labels):
            self.pick(field.picker.combo, word)
            return
        if field.picker.isVisible():
            self.pick(field.picker.combo, labels[-1])
        self.type(field.line.field, word)

    def pair(self) -> None:
        """The button of the step, the box's page, the password or the box's own button, and the bar back."""
        self.press(self.page.step.away)
        box = self.window.page("box")
        assert isinstance(box, BoxPage) and self.window._stack.currentWidget() is box
        self.until("the box's page", lambda: box.hold.view.pairing.phase is PairPhase.ASKING and not box.hold.busy)
        self.until("its way in", lambda: box.pairing.go.isVisible())
        if box.pairing.password.isVisible():
            self.type(box.pairing.password.field, self.password)
        self.press(box.pairing.go)
        self.until("to be let in", lambda: box.hold.view.pairing.phase is PairPhase.GRANTED and not box.hold.busy)
        bar: Any = self.window._return
        assert bar is not None and bar.isVisible()
        self.press(bar.go)
        assert self.window._stack.currentWidget() is self.page and self.phase is Phase.STEP

    def undo_all(self, *, agree: bool = True) -> None:
        """From the last page, newest first, each with its own question."""
        while self.screen.undoable:
            back = self.screen.undoable[0]
            self.press(self.page.step.end.buttons[back.entry])
            self.turn()
            assert self.phase is Phase.ASKING
            self.consent(agree)
            put = self.page.hold.state.put_back
            assert put is not None and put.outcome == ("done" if agree else "declined"), put
            if not agree:
                return


__all__ = ["Person", "Words", "plain", "read"]
