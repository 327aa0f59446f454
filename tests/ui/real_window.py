"""Opens the real window around the real engine, presses buttons, prints what it says as JSON. Run in the lab.

``deep``: asks for the deep check, agrees, and stops it while it fills the line.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("SELFCARE_ALLOW_ROOT_WINDOW", "1")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from selfcare.wiring import build_services
from ui.app import Program
from ui.chain_state import Station
from ui.check_state import Phase
from ui.links import details
from ui.messages import Batch
from ui.pages.check import CheckPage
from ui.single import SingleInstance

LIMIT_MS = 40_000


def main() -> int:
    """0 when an answer came, or when the deep check was stopped."""
    services = build_services("fr")
    deep = sys.argv[1:] == ["deep"]
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    program = Program(app, services, SingleInstance(services.data_dir))
    page = program.window.page("check")
    assert isinstance(page, CheckPage)

    def on_batch(_batch: Batch) -> None:
        if page.state.phase in (Phase.DONE, Phase.ERROR):
            QTimer.singleShot(50, app.quit)

    seen: list[str] = []
    program.bridge.arrived.connect((lambda _batch: _drive(app, page, seen)) if deep else on_batch)
    QTimer.singleShot(200, (page.answer.deep if deep else page.answer.start).click)
    QTimer.singleShot(LIMIT_MS, app.quit)
    program.run()
    if deep:
        print(json.dumps({"phase": page.state.phase.value, "seen": seen}, ensure_ascii=False))
        return 0 if seen[-1:] == ["stopped"] else 1
    result = page.state.result
    known = {s: details(services.catalogue, page.state, page.state.diagnosis, s) for s in Station}
    said = {
        "phase": page.state.phase.value,
        "headline": page.answer.headline.text(),
        "chain": [state.value for state in page.chain.chain.states],
        "kind": page.chain.chain.kind.value,
        "code": result.verdict.code if result else None,
        "state": result.verdict.state.value if result else None,
        "told": {s.value: len(d.told) for s, d in known.items()},
        "curves": {s.value: len(d.curve.rtts_ms) if d.curve else 0 for s, d in known.items()},
        "ruled_out": {s.value: len(d.ruled_out) for s, d in known.items()},
        "timing": [result.timing.first_verdict_ms, result.timing.total_ms] if result else None,
    }
    print(json.dumps(said, ensure_ascii=False))
    return 0 if page.state.phase is Phase.DONE else 1


def _drive(app: QApplication, page: CheckPage, seen: list[str]) -> None:
    """From the question to the stop, one step per state seen."""
    question = page.asking.question
    if not seen and question is not None:
        seen.extend(question.lines)
        question.yes.click()
    elif seen and page.state.loading and seen[-1] != "loading":
        seen.append("loading")
        QTimer.singleShot(1500, page.stop)
    elif seen[-1:] == ["loading"] and page.state.phase is Phase.IDLE:
        seen.append("stopped")
        QTimer.singleShot(50, app.quit)


if __name__ == "__main__":
    sys.exit(main())
