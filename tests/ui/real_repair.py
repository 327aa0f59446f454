"""Presses the way of a repair in the real window around the real engine, prints what was seen as JSON. Run in the lab.

``mend``: from the check's answer to the repair, consent, and the change put back by its button.
``stop``: the same, stopped while the change is being proved. ``by-hand ID``: one remedy as an agent asks for it.
With a folder in ``SELFCARE_PICTURES`` each state is saved as it looked.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("SELFCARE_ALLOW_ROOT_WINDOW", "1")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from selfcare.wiring import build_services
from ui.app import Program
from ui.check_state import Phase
from ui.pages.check import CheckPage
from ui.pages.repair import RepairPage
from ui.repair_state import RepairPhase
from ui.single import SingleInstance

LIMIT_S = 60.0


class Way:
    """One step after the other, as soon as what it waits for is there; ends where nothing comes."""

    def __init__(self, program: Program, words: list[str]) -> None:
        self._program, self._words = program, words
        self._began = time.monotonic()
        self._there = 0
        self._steps: list[tuple[str, Callable[[], bool], Callable[[], None]]] = []
        self.said: dict[str, object] = {"seen": [], "phases": []}
        self._plan()
        self._timer = QTimer(program)
        self._timer.timeout.connect(self._look)
        self._timer.start(20)

    @property
    def check(self) -> CheckPage:
        page = self._program.window.page("check")
        assert isinstance(page, CheckPage)
        return page

    @property
    def page(self) -> RepairPage:
        page = self._program.window.page("repair")
        assert isinstance(page, RepairPage)
        return page

    def _plan(self) -> None:
        way = self._words[0]
        if way == "by-hand":
            self._then("window", lambda: True, lambda: self._program.window.go("repair"))
            self._then("page", lambda: True, lambda: self.page.by_hand.buttons[self._words[1]].click())
        else:
            self._then("window", lambda: True, lambda: self.check.answer.start.click())
            self._then("answer", lambda: self.check.state.phase is Phase.DONE, lambda: self.check.answer.repair.click())
        self._then("question", self._at(RepairPhase.ASKING), lambda: self.page.consent.values.button.click())
        self._then("values", lambda: True, lambda: self.page.consent.agree.click())
        self._then(
            "proving", self._at(RepairPhase.PROVING, RepairPhase.DONE), self._stop if way == "stop" else lambda: None
        )
        ended = RepairPhase.STOPPED if way == "stop" else RepairPhase.DONE
        self._then("end", self._at(ended, RepairPhase.ERROR), self._note_end)
        listed = (lambda: self.page.standing._listing is None) if way != "mend" else lambda: bool(self._undo_buttons())
        self._then("changes", listed, self._undo_first)
        self._then("undone", lambda: not self._undo_buttons() or way != "mend", lambda: None)

    def _stop(self) -> None:
        self.page.head.stop.click()

    def _at(self, *phases: RepairPhase) -> Callable[[], bool]:
        return lambda: self.page.state.phase in phases

    def _then(self, name: str, ready: Callable[[], bool], act: Callable[[], None]) -> None:
        self._steps.append((name, ready, act))

    def _undo_buttons(self) -> list[str]:
        return [name for name, button in self.page.changes.buttons.items() if button.isVisible()]

    def _undo_first(self) -> None:
        self.said["changes"] = self._words_of(self.page.changes)
        self.said["undo"] = self._undo_buttons()
        if self._words[0] == "mend":
            self.page.changes.buttons[self._undo_buttons()[0]].click()

    def _note_end(self) -> None:
        result = self.page.state.result
        self.said["head"] = self._words_of(self.page.head)
        self.said["compare"] = self._words_of(self.page.compare)
        self.said["tried"] = self._words_of(self.page.tried)
        self.said["check"] = self.check.state.phase.value
        if result is not None:
            self.said["state"] = result.state.value
            self.said["steps"] = [(s.proposal.remedy, s.outcome.value) for s in result.steps]
            self.said["ms"] = round(result.total_ms)

    @staticmethod
    def _words_of(card: QWidget) -> list[str]:
        return [label.text() for label in card.findChildren(QLabel) if label.isVisible() and label.text()]

    def _look(self) -> None:
        if "repair" in self._program.window._pages:
            phases = self.said["phases"]
            assert isinstance(phases, list)
            if phases[-1:] != [self.page.state.phase.value]:
                phases.append(self.page.state.phase.value)
        if not self._steps or time.monotonic() - self._began > LIMIT_S:
            self._timer.stop()
            QApplication.quit()
            return
        name, ready, act = self._steps[0]
        self._there = self._there + 1 if ready() else 0
        if self._there > 1:  # what has just been made is drawn by now
            self._there = 0
            self._steps.pop(0)
            self._picture(name)
            seen = self.said["seen"]
            assert isinstance(seen, list)
            seen.append(name)
            act()

    def _picture(self, name: str) -> None:
        folder = os.environ.get("SELFCARE_PICTURES")
        if folder:
            number = len(list(Path(folder).glob("*.png")))
            self._program.window.grab().save(f"{folder}/{number:02}-{name}.png")


def main() -> int:
    """0 when every step was seen."""
    services = build_services("fr")
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    program = Program(app, services, SingleInstance(services.data_dir))
    program.window.resize(980, 1100)
    way = Way(program, sys.argv[1:])
    program.run()
    print(json.dumps(way.said, ensure_ascii=False))
    return 0 if not way._steps else 1


if __name__ == "__main__":
    sys.exit(main())
