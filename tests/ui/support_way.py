"""Steps of a person on the pages of support, for its tests."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenWindow
from tests.ui.events import SCRIPTS
from tests.ui.support_bench import SupportBench
from ui.pages.cases import CasesPage
from ui.pages.support import SupportPage
from ui.pages.support_ticket import TicketPart
from ui.support_state import Step
from ui.window import MainWindow

CASE = "CAS-7K3M-92QX"
OpenSupport = Callable[..., tuple[SupportPage, SupportBench]]
OpenCases = Callable[..., tuple[CasesPage, SupportBench]]


def at_support(open_window: OpenWindow, bench: SupportBench, language: str = "fr") -> SupportPage:
    """The page, in a window of its own."""
    window = open_window(SCRIPTS["wan_down"], language)
    bench.language = language
    window.context.services = bench.into(window.context.services)
    window.go("support")
    page = window.page("support")
    assert isinstance(page, SupportPage)
    return page


def at_cases(open_window: OpenWindow, bench: SupportBench, language: str = "fr") -> CasesPage:
    """The other one."""
    window = open_window(SCRIPTS["ok"], language)
    bench.language = language
    window.context.services = bench.into(window.context.services)
    window.go("cases")
    page = window.page("cases")
    assert isinstance(page, CasesPage)
    return page


def quiet(qtbot: QtBot, page: SupportPage | CasesPage, most_ms: int = 5000) -> None:
    """Nothing is under way any more."""
    jobs = page.window().context.hold_support().jobs  # type: ignore[attr-defined]
    later = page.window().context.hold_support().ticket._later  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not jobs.busy and not later.isActive(), timeout=most_ms)


def window_of(page: SupportPage | CasesPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def ticket(qtbot: QtBot, page: SupportPage, step: Step) -> TicketPart:
    """From the button to a step, and all that is shown there."""
    quiet(qtbot, page)
    page.channel.ticket.click()
    quiet(qtbot, page)
    if step is not page.hold.ticket.state.step:
        page.hold.ticket.go(step)
        quiet(qtbot, page)
    assert page.part is not None and page.hold.ticket.state.step is step
    return page.part
