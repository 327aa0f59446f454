"""Renders the main states in both languages and both schemes, through the same path as the real engine."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Only shown: these pictures write nothing.
os.environ["SELFCARE_HOME"] = "/home/camille/.local/share/selfcare"

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtGui import QFont, QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication

from selfcare.app.deep import deep_cost
from selfcare.app.options import CheckOptions
from selfcare.ground.folders import data_dir
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from tests.screens.box_sets import BOX_SETS
from tests.screens.boxes import BOXES
from tests.screens.guides import GUIDES
from tests.screens.repairs import REPAIRS
from tests.screens.stage import AFTER, TALL, Screen, Steps, app_of, settle
from tests.screens.support import SUPPORT
from tests.screens.wifi import WIFI
from tests.ui.events import SCRIPTS, replay, services
from ui.bridge import EngineBridge
from ui.chain_state import Station
from ui.check_state import CheckState, Phase
from ui.context import Context
from ui.deep import DeepOffer
from ui.pages.check import CheckPage
from ui.theme import Theme
from ui.window import MINIMUM, MainWindow


def _page(window: MainWindow) -> CheckPage:
    page = window.page("check")
    assert isinstance(page, CheckPage)
    return page


def _open_why(window: MainWindow) -> None:
    _page(window).why.fold.button.click()


def _open_technical(window: MainWindow) -> None:
    _open_why(window)
    technical = _page(window).why.technical
    assert technical is not None
    technical.button.click()


def _open_link(station: Station) -> Steps:
    return lambda window: _page(window).chain.links.buttons[station].click()


def _open_ruled_out(window: MainWindow) -> None:
    _open_why(window)
    ruled_out = _page(window).why.ruled_out
    assert ruled_out is not None
    ruled_out.button.click()


def _open_numbers(window: MainWindow) -> None:
    card = _page(window).deep
    assert card is not None and card.numbers is not None
    card.numbers.button.click()


def _ask_deep(window: MainWindow) -> None:
    _page(window).answer.deep.click()
    settle(app_of(), lambda: _page(window).asking.open, 1.0)


def _ask_deep_with_list(window: MainWindow) -> None:
    _ask_deep(window)
    question = _page(window).asking.question
    assert question is not None
    question.more.button.click()


def _choose_symptom(window: MainWindow) -> None:
    symptom = _page(window).symptom
    symptom.what.chips["slow"].click()
    symptom.since.chips["today"].click()


SCREENS: tuple[Screen, ...] = (
    Screen("idle"),
    Screen("symptom", then=_choose_symptom, size=QSize(980, 900)),
    Screen("checking", "isp_dns", 13),
    Screen("checking-early", "isp_dns", SCRIPTS["isp_dns"].early_at()),
    Screen("ok", "ok"),
    Screen("ok-wifi", "ok_wifi"),
    Screen("isp-dns-down", "isp_dns"),
    Screen("wan-down", "wan_down"),
    Screen("cable-down", "cable"),
    Screen("multiple", "multiple"),
    Screen("not-proven", "not_proven"),
    Screen("cannot-test", "cannot_test"),
    Screen("why", "isp_dns", then=_open_why, size=TALL),
    Screen("technical", "isp_dns", then=_open_technical, size=QSize(980, 1900)),
    Screen("ruled-out", "ok_lines", then=_open_ruled_out, size=QSize(980, 1700)),
    Screen("link-pc", "ok_lines", then=_open_link(Station.PC), size=TALL),
    Screen("link-cable", "ok_lines", then=_open_link(Station.LINK), size=TALL),
    Screen("link-box", "bloat", then=_open_link(Station.BOX), size=TALL),
    Screen("link-line", "ok_lines", then=_open_link(Station.LINE), size=QSize(980, 1000)),
    Screen("link-loss", "wan_loss", then=_open_link(Station.LINE), size=TALL),
    Screen("link-isp-down", "isp_dns", then=_open_link(Station.ISP), size=TALL),
    Screen("link-no-chart", "no_chart", then=_open_link(Station.LINE), size=TALL),
    Screen("link-idle", then=_open_link(Station.BOX)),
    Screen("deep-question", then=_ask_deep),
    Screen("deep-question-list", then=_ask_deep_with_list, size=TALL, metered=None, server=False),
    Screen("deep-question-metered", "ok", then=_ask_deep, metered=True),
    Screen("deep-running", "deep", SCRIPTS["deep"].started_at("speed.capacity"), deep=True),
    Screen("deep-ok", "deep", deep=True, size=QSize(980, 1250)),
    Screen("deep-bloat", "bloat", then=_open_numbers, deep=True, size=QSize(980, 1700)),
    Screen("deep-no-server", "deep_no_server", deep=True),
    Screen("link-loss-150", "wan_loss", then=_open_link(Station.LINE), size=QSize(720, 1900), scale=1.5),
    Screen("deep-question-150", then=_ask_deep, size=QSize(720, 1300), scale=1.5, metered=True),
    Screen("deep-bloat-150", "bloat", deep=True, size=QSize(720, 2200), scale=1.5),
    Screen("settings", then=lambda window: window.go("settings"), size=QSize(980, 860)),
    *REPAIRS,
    *BOXES,
    *BOX_SETS,
    *GUIDES,
    *SUPPORT,
    *WIFI,
    Screen("small", size=MINIMUM),
    Screen("small-150", size=MINIMUM, scale=1.5),
    Screen("small-150-fault", "wan_down", size=QSize(720, 1500), scale=1.5),
    Screen("settings-150", then=lambda window: window.go("settings"), size=QSize(720, 1400), scale=1.5),
)


def render(app: QApplication, screen: Screen, language: str, scheme: str, target: Path) -> None:
    """Opens a window, brings it into the state, and saves what it shows."""
    app.setFont(QFont(_family(), 10))
    font = app.font()
    font.setPointSizeF(10 * screen.scale)
    app.setFont(font)
    catalogue = Catalogue(language)
    script = SCRIPTS[screen.script or "ok"]
    run = replay(script, catalogue, screen.stop_after)
    given = services(data_dir(), run, language, screen.metered, screen.server)
    bridge = EngineBridge(given.warm_up)
    theme = Theme(app, scheme)
    window = MainWindow(
        lambda change: Context(given, catalogue, theme, bridge, Settings(language, scheme), CheckState(), change)
    )
    window.resize(screen.size)
    window.show()
    bridge.start()
    if screen.script is not None:
        page = _page(window)
        offer = DeepOffer(deep_cost(given.probes(), given.profile_in_use(), CheckOptions(deep=True)), False)
        page.start_deep(offer) if screen.deep else page.start()
        settle(app, lambda: page.state.phase is Phase.DONE, 0.4 if screen.stop_after else 3.0)
    screen.then(window)
    settle(app)
    window.grab().save(str(target))
    while AFTER:
        AFTER.pop()()
    bridge.shutdown()
    window.close()
    for gone in (window, theme, bridge):
        gone.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _family() -> str:
    """The nearest we have to what desktops use; any system font will do."""
    there = QFontDatabase.families()
    return next((f for f in ("Inter", "Cantarell", "Noto Sans", "DejaVu Sans") if f in there), QFont().family())


def main() -> int:
    """Writes the pictures and says where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("artefacts/screens"))
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--looks", default="fr-light,fr-dark,en-light,en-dark", help="which of the four")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    app.setWindowIcon(QIcon())
    for screen in SCREENS:
        if arguments.only not in screen.name:
            continue
        for language in ("fr", "en"):
            for scheme in ("light", "dark"):
                target = arguments.out / f"{screen.name}-{language}-{scheme}.png"
                if f"{language}-{scheme}" not in arguments.looks.split(","):
                    continue
                render(app, screen, language, scheme, target)
    print(f"{len(list(arguments.out.glob('*.png')))} pictures in {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
