"""Goes through a guide in the real program as a process: told its words as JSON, tells each step as a line of JSON.

``python -m tests.ui.real_guide '{"guide": "guest-network", "words": {...}}'``. ``SELFCARE_BOX_ADDRESS`` says where the
box is; without, it is this computer's gateway (the lab). ``PICTURES``: a folder for what the screen shows.

``agree``: the word at consent. ``resume``: goes on with what was left. ``undo``: from the last page. ``stop``: waits
for ever at that step ("?": where consent is asked for), until a killer comes. ``listen``: a program waits on that port
meanwhile. ``alone``: the box's word that its address is this line's alone, which UPnP does not have.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("SELFCARE_ALLOW_ROOT_WINDOW", "1")

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from selfcare.app.guides import beyond
from selfcare.boxes.ssdp import local_address
from selfcare.wiring import build_services
from tests.boxes.in_lab import GATEWAY
from tests.ui.guide_person import Person
from ui.app import Program
from ui.guide_state import Phase
from ui.single import SingleInstance


class Visit:
    """One person, one guide."""

    def __init__(self, program: Program, told: dict[str, Any]) -> None:
        self.told = told
        self.person = Person(program.window, keys=bool(told.get("keys")), password=str(told.get("password", "")))
        self.folder = os.environ.get("PICTURES", "")
        self.failed: BaseException | None = None

    def run(self) -> None:
        """From the list to the end, or to where it is to stop."""
        try:
            self._run()
        except BaseException as error:
            self.failed = error
        QApplication.quit()

    def _run(self) -> None:
        person, told = self.person, self.told
        person.window.activateWindow()  # an X server alone gives no window the keyboard
        assert QTest.qWaitForWindowActive(person.window)
        if told.get("resume"):
            person.resume()
        else:
            person.open()
            self._picture("list")
            person.find(told["guide"])
            self._picture("intro")
            person.press(person.page.intro.begin)
            person.turn()
        words = {step: _here(word) for step, word in told["words"].items()}
        end = person.walk(words, agree=told.get("agree", True), each=self._each)
        self._say("end", end=end.end, said=end.said, undoable=len(end.undoable), trail=person.trail)
        self._picture("end")
        if told.get("undo"):
            person.undo_all()
            self._say("undone", asked=len(person.asked))
            self._picture("undone")

    def _each(self) -> None:
        asking = self.person.phase is Phase.ASKING
        name = "?" if asking else self.person.step
        self._say("step", name=name, said=self.person.screen.said)
        self._picture("consent" if asking else name)
        if name == self.told.get("stop"):
            while True:
                QTest.qWait(50)

    def _say(self, what: str, **more: object) -> None:
        print(json.dumps({"at": what, **more}, ensure_ascii=False), flush=True)

    def _picture(self, name: str) -> None:
        if self.folder:
            QTest.qWait(200)
            window = self.person.window
            place = Path(self.folder) / f"{len(list(Path(self.folder).glob('*.png'))):02}-{name.strip('?')}.png"
            window.screen().grabWindow(window.winId()).save(str(place))


def _here(word: Any) -> Any:
    return local_address(GATEWAY) if word == "HERE" else word


def _listen(port: int) -> None:
    server = socket.create_server(("0.0.0.0", port))

    def serve() -> None:
        while True:
            server.accept()[0].close()

    threading.Thread(target=serve, daemon=True).start()


def main() -> int:
    """0 when it went as the words say."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    if "listen" in told:
        _listen(told["listen"])
    if told.get("alone"):
        told_by_box = beyond.far_side_of
        beyond.far_side_of = lambda wan: replace(far, own=True) if (far := told_by_box(wan)) else None
    services = build_services("fr")
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    program = Program(app, services, SingleInstance(services.data_dir))
    visit = Visit(program, told)
    program.window.painted.connect(lambda: QTimer.singleShot(0, visit.run))
    program.run()
    if visit.failed is not None:
        raise visit.failed
    return 0


if __name__ == "__main__":
    sys.exit(main())
