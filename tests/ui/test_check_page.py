"""The check page in every state, driven through the bridge as the real engine drives it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from selfcare.app.options import CheckOptions
from selfcare.app.services import Emit
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.finding import VerdictState
from selfcare.model.symptom import OtherDevices, SymptomKind
from tests.ui.conftest import OpenWindow, check_page, run_to_end
from tests.ui.events import SCRIPTS, replay
from ui.chain_state import LinkState, Station
from ui.check_state import Phase

FR = Catalogue("fr")
STATES = {
    "ok": ("check", "fine"),
    "isp_dns": ("cross", "fault"),
    "wan_down": ("bang", "suspect"),
    "multiple": ("cross", "fault"),
    "not_proven": ("query", "suspect"),
    "intermittent": ("pulse", "suspect"),
    "connecting": ("link", "accent"),
    "cannot_test": ("query", "idle"),
}


def test_the_scripts_cover_every_verdict() -> None:
    assert {SCRIPTS[name].diagnosis.verdict.state for name in STATES} == set(VerdictState)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", sorted(STATES))
def test_every_verdict(qtbot: QtBot, open_window: OpenWindow, name: str, language: str) -> None:
    page = run_to_end(qtbot, open_window(SCRIPTS[name], language))
    catalogue = Catalogue(language)
    assert page.state.result is not None
    assert page.answer.headline.text() == page.state.result.verdict.text != ""
    assert page.answer.start.text() == catalogue.text("ui.button.again")
    assert (page.answer.badge._icon, page.answer.badge._tone) == STATES[name]
    assert page.why.isVisible() and page.symptom.isVisible()
    assert page.next.isVisible()
    shown = [label.text() for label in (page.answer.headline, *page.answer.lines)]
    assert not any("ui." in words or "{" in words for words in shown)


def test_before_the_check(open_window: OpenWindow) -> None:
    page = check_page(open_window(SCRIPTS["ok"]))
    assert page.answer.headline.text() == FR.text("ui.idle.title")
    assert page.answer.start.hasFocus()
    assert not page.answer.stop.isVisible() and not page.why.isVisible() and not page.next.isVisible()
    assert set(page.chain.chain.states) == {LinkState.UNKNOWN}


def test_while_checking(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = check_page(open_window(SCRIPTS["isp_dns"], stop_after=13))
    qtbot.keyClick(page.answer.start, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: LinkState.CHECKING in page.chain.chain.states)
    assert page.answer.headline.text() == FR.text("ui.checking.title")
    assert page.answer.lines[0].text() == FR.text("ui.step.name")
    assert page.answer.stop.hasFocus() and not page.answer.start.isVisible()
    assert not page.symptom.isVisible()


def test_the_first_answer_is_shown_at_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    script = SCRIPTS["isp_dns"]
    page = check_page(open_window(script, stop_after=script.early_at()))
    page.start()
    qtbot.waitUntil(lambda: page.state.early is not None)
    assert "DNS" in page.answer.headline.text()
    assert page.answer.lines[0].text() == FR.text("ui.checking.early")
    assert page.chain.chain.of(Station.ISP) is LinkState.SUSPECT
    assert not page.next.isVisible()  # no advice before the end


def test_stopping_goes_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = check_page(open_window(SCRIPTS["isp_dns"], stop_after=13))
    page.start()
    qtbot.waitUntil(lambda: page.chain.chain.of(Station.PC) is LinkState.FINE)
    qtbot.keyClick(page.answer.stop, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.state.phase is Phase.IDLE)
    assert page.answer.start.isVisible() and page.answer.start.hasFocus()
    assert set(page.chain.chain.states) == {LinkState.UNKNOWN}


def test_a_fault_of_ours_is_told_as_ours(qtbot: QtBot, open_window: OpenWindow) -> None:
    calls = []

    async def run(options: CheckOptions, emit: Emit) -> CheckResult:
        calls.append(options)
        if len(calls) == 1:
            raise RuntimeError("internal")
        return await replay(SCRIPTS["ok"], FR)(options, emit)

    window = open_window(SCRIPTS["ok"], run_check=run)
    page = run_to_end(qtbot, window)
    assert page.answer.headline.text() == FR.text("ui.error.title")
    assert page.answer.start.text() == FR.text("ui.button.again")
    assert LinkState.CHECKING not in page.chain.chain.states
    assert not page.next.isVisible() and not page.why.isVisible()
    page = run_to_end(qtbot, window)  # and the window lives
    assert page.state.phase is Phase.DONE


def test_pressing_twice_runs_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    calls = []

    async def run(options: CheckOptions, emit: Emit) -> CheckResult:
        calls.append(options)
        return await replay(SCRIPTS["ok"], FR, pause_s=0.002)(options, emit)

    page = check_page(open_window(SCRIPTS["ok"], run_check=run))
    page.start()
    page.start()
    qtbot.waitUntil(lambda: page.state.phase is Phase.DONE)
    assert len(calls) == 1
    assert calls[0].symptom is None  # the question does not block


def test_the_symptom_goes_along(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = check_page(open_window(SCRIPTS["ok"]))
    symptom = page.symptom
    assert not symptom.since.isVisible() and not symptom.others.isVisible()
    symptom.what.chips["slow"].click()
    assert symptom.since.isVisible() and symptom.others.isVisible()
    symptom.since.chips["today"].click()
    symptom.others.chips["same"].click()
    run_to_end(qtbot, page.window())  # type: ignore[arg-type]
    assert page.state.result is not None and page.state.result.symptom is not None
    told = page.state.result.symptom
    assert (told.what, told.other_devices) == (SymptomKind.SLOW, OtherDevices.SAME)
    assert told.since is not None and "T00:00:00" in told.since
    symptom.what.chips["slow"].click()  # taken back
    assert symptom.value is None and not symptom.since.isVisible()


def test_why_opens_on_demand_and_closes_with_a_new_answer(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["isp_dns"])
    page = run_to_end(qtbot, window)
    assert not page.why.fold.body.isVisible() and page.why.technical is None
    page.why.fold.button.click()
    technical = page.why.technical
    assert technical is not None and not technical.body.isVisible()
    technical.button.click()
    technical.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "ISP-DNS-DOWN" in copied and "dns.isp" in copied and "806 ms" in copied
    assert "isp_resolver_answers=no" in copied
    qtbot.waitUntil(technical.copied.isVisible)
    technical._hide_thanks()
    assert not technical.copied.isVisible()


def test_language_can_change_after_the_answer(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["isp_dns"])
    run_to_end(qtbot, window)
    french = check_page(window).answer.headline.text()
    context = window.context
    settings = context.settings.__class__(language="en")
    assert context.change_settings(settings) == ""
    qtbot.waitUntil(lambda: window.sidebar.buttons["check"].text() == "My connection")
    page = check_page(window)
    assert page.state.phase is Phase.DONE
    assert page.answer.headline.text() != french
    assert page.answer.headline.text() == Catalogue("en").text("verdict.ISP-DNS-DOWN")
