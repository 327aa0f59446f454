"""Opens the real window around the real services and a simulated box on loopback, lets it be linked, prints JSON.

``python -m tests.ui.real_box FAMILY [PICTURE]``: with a picture, what the screen shows is saved there.
"""

from __future__ import annotations

import json
import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("SELFCARE_ALLOW_ROOT_WINDOW", "1")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from selfcare.wiring import build_services
from tests.boxes.threaded import in_thread
from tests.ui.box_bench import simulator
from ui.app import Program
from ui.box_state import PairPhase
from ui.pages.box import BoxPage
from ui.single import SingleInstance

LIMIT_MS = 20_000


class Visitor:
    """Does what a subscriber does, one step each time something is new."""

    def __init__(self, app: QApplication, program: Program, password: str, picture: str) -> None:
        self.app, self.program, self.password, self.picture = app, program, password, picture
        self.seen: list[str] = []
        self.page: BoxPage | None = None
        self.widest_gap_ms = 0.0
        self._ticked = time.monotonic()
        self._clock = QTimer(interval=5)
        self._clock.timeout.connect(self._tick)

    def open(self) -> None:
        """The page, and the clock that sees whether the window ever stands still."""
        started = time.monotonic()
        self.program.window.go("box")
        self.seen.append(f"opened in {(time.monotonic() - started) * 1000:.0f} ms")
        page = self.program.window.page("box")
        assert isinstance(page, BoxPage)
        self.page = page
        page.hold.changed.connect(self.step)
        self._ticked = time.monotonic()
        self._clock.start()

    def step(self) -> None:
        """From the stranger to the line."""
        assert self.page is not None
        view, page = self.page.hold.view, self.page
        if view.busy or view.picture is None:
            return
        if "stranger" not in self.seen:
            self.seen.append("stranger")
            QTimer.singleShot(0, self._ask)
        elif view.pairing.phase is PairPhase.GRANTED and view.picture.status.paired and "line" not in self.seen:
            self.seen.append("line")
            page.pairing.leave.click()
            QTimer.singleShot(400, self._end)

    def _ask(self) -> None:
        assert self.page is not None
        self.page.head.pair.click()
        if self.page.pairing.password.isVisible():
            self.page.pairing.password.field.setText(self.password)
        self.page.pairing.go.click()

    def _end(self) -> None:
        if self.picture:
            window = self.program.window
            window.screen().grabWindow(window.winId()).save(self.picture)
        self.app.quit()

    def _tick(self) -> None:
        now = time.monotonic()
        self.widest_gap_ms = max(self.widest_gap_ms, (now - self._ticked) * 1000)
        self._ticked = now


def main() -> int:
    """0 when the box was linked and told its line."""
    family, picture = sys.argv[1], (sys.argv[2:] or [""])[0]
    box = simulator(family)
    with in_thread(box) as place:
        os.environ["SELFCARE_BOX_ADDRESS"] = f"{place.address}:{place.port}"
        services = build_services("fr")
        app = QApplication(sys.argv[:1])
        app.setStyle("Fusion")
        program = Program(app, services, SingleInstance(services.data_dir))
        visitor = Visitor(app, program, box.home.password, picture)
        QTimer.singleShot(1500, visitor.open)
        QTimer.singleShot(LIMIT_MS, app.quit)
        program.window.resize(980, 900)
        program.run()
        page = visitor.page
        assert page is not None
        said = {
            "seen": visitor.seen,
            "headline": page.head.headline.text(),
            "line": page.head.lines[0].text(),
            "gap_ms": round(visitor.widest_gap_ms),
            "logouts": getattr(box, "logouts", None),
            "asked": len(box.asked),
        }
    print(json.dumps(said, ensure_ascii=False))
    return 0 if "line" in visitor.seen else 1


if __name__ == "__main__":
    sys.exit(main())
