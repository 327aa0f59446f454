"""Opens the real window around the real engine, presses the button, prints what it says as JSON. Run in the lab."""

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
from ui.check_state import Phase
from ui.messages import Batch
from ui.pages.check import CheckPage
from ui.single import SingleInstance

LIMIT_MS = 40_000


def main() -> int:
    """0 when an answer came."""
    services = build_services("fr")
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    program = Program(app, services, SingleInstance(services.data_dir))
    page = program.window.page("check")
    assert isinstance(page, CheckPage)

    def on_batch(_batch: Batch) -> None:
        if page.state.phase in (Phase.DONE, Phase.ERROR):
            QTimer.singleShot(50, app.quit)

    program.bridge.arrived.connect(on_batch)
    QTimer.singleShot(200, page.answer.start.click)
    QTimer.singleShot(LIMIT_MS, app.quit)
    program.run()
    result = page.state.result
    said = {
        "phase": page.state.phase.value,
        "headline": page.answer.headline.text(),
        "chain": [state.value for state in page.chain.chain.states],
        "kind": page.chain.chain.kind.value,
        "code": result.verdict.code if result else None,
        "state": result.verdict.state.value if result else None,
        "timing": [result.timing.first_verdict_ms, result.timing.total_ms] if result else None,
    }
    print(json.dumps(said, ensure_ascii=False))
    return 0 if page.state.phase is Phase.DONE else 1


if __name__ == "__main__":
    sys.exit(main())
