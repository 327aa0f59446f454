"""The deep check: its question, its cost, no as the default, stopping it, and what it found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from selfcare.app.deep import deep_cost
from selfcare.app.options import CheckOptions
from selfcare.app.services import Emit
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.payloads.link import InterfaceKind
from selfcare.model.tri import Tri
from tests.ui.conftest import OpenWindow, check_page
from tests.ui.events import SCRIPTS, SPECS, Script, profile, replay
from tests.ui.figures import BLOATED, FIBRE
from ui.check_state import CheckState, Phase
from ui.deep import DeepOffer, question, results, steps, warning
from ui.messages import Emitted
from ui.pages.check import CheckPage
from ui.pages.deep import DeepQuestion, Meter

FR = Catalogue("fr")
BOTH = pytest.mark.parametrize("catalogue", [Catalogue(lang) for lang in LANGUAGES], ids=LANGUAGES)


def offer(server: bool = True, metered: bool | None = False) -> DeepOffer:
    return DeepOffer(deep_cost(SPECS, profile(server), CheckOptions(deep=True)), metered)


def ended(script: Script, catalogue: Catalogue = FR) -> CheckState:
    state = CheckState()
    state.begin(1, True)
    for event in script.events(catalogue):
        state.read(Emitted(1, event))
    return state


Asked = Callable[[CheckPage], DeepQuestion]


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    def ask(page: CheckPage) -> DeepQuestion:
        qtbot.keyClick(page.answer.deep, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: page.asking.open)
        made = page.asking.question
        assert made is not None
        qtbot.waitUntil(lambda: made.yes.isVisible() and made.no.isVisible())  # what is not shown takes no focus
        return made

    return ask


@BOTH
def test_the_question_says_how_long_and_how_much(catalogue: Catalogue) -> None:
    lines = " ".join(question(catalogue, offer()))
    size = {"fr": ("76\u00a0Mo", "151\u00a0Mo"), "en": ("76\u00a0MB", "151\u00a0MB")}[catalogue.language]
    lines = lines.replace("\u202f", "\u00a0").replace("76 M", "76\u00a0M").replace("151 M", "151\u00a0M")
    assert all(s in lines for s in size) and "60" in lines and "debit.exemple.fr" in lines
    without = " ".join(question(catalogue, offer(server=False)))
    assert "M" not in without.replace("Mbit", "") and catalogue.text("ui.deep.no_server") in without
    assert len(steps(catalogue, offer())) == 3 and len(steps(catalogue, offer(server=False))) == 2


@BOTH
def test_metered_is_warned_about(catalogue: Catalogue) -> None:
    assert warning(catalogue, offer(metered=True)) == catalogue.text("ui.deep.metered")
    assert warning(catalogue, offer(metered=None)) == catalogue.text("ui.deep.metered_unknown")
    assert warning(catalogue, offer(metered=False)) == ""


def test_a_hasty_enter_says_no(qtbot: QtBot, open_window: OpenWindow, asked: Asked) -> None:
    page = check_page(open_window(SCRIPTS["deep"]))
    card = asked(page)
    assert card.no.hasFocus()
    qtbot.keyClick(card.no, Qt.Key.Key_Return)
    assert not page.asking.open and page.state.phase is Phase.IDLE
    assert page.answer.deep.hasFocus()
    asked(page)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert not page.asking.open and page.state.phase is Phase.IDLE


def test_yes_runs_a_deep_check_and_its_results_stay(qtbot: QtBot, open_window: OpenWindow, asked: Asked) -> None:
    calls: list[CheckOptions] = []

    async def run(options: CheckOptions, emit: Emit) -> CheckResult:
        calls.append(options)
        return await replay(SCRIPTS["bloat"], FR)(options, emit)

    page = check_page(open_window(SCRIPTS["bloat"], run_check=run))
    card = asked(page)
    qtbot.keyClick(card.no, Qt.Key.Key_Tab)
    assert card.yes.hasFocus()
    qtbot.keyClick(card.yes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.state.phase is Phase.DONE)
    assert [c.deep for c in calls] == [True] and not page.asking.open
    assert page.deep is not None and page.deep.isVisible() and page.deep.numbers is not None
    words = [label.text() for label in page.deep.findChildren(QLabel)]
    assert "18,7\u00a0Mbit/s" in words and "Jeux en ligne\u00a0: mal" in words
    assert next(m.accessibleName() for m in page.deep.findChildren(Meter)).startswith("Appels vidéo")
    assert not page.deep.numbers.body.isVisible()  # on demand
    page.start()  # an ordinary one: what the last deep check found no longer stands there
    qtbot.waitUntil(lambda: page.state.phase is Phase.DONE and len(calls) == 2)
    assert not calls[1].deep and not page.deep.isVisible()


def test_a_deep_check_can_be_stopped_while_it_fills_the_line(
    qtbot: QtBot, open_window: OpenWindow, asked: Asked
) -> None:
    page = check_page(open_window(SCRIPTS["deep"], stop_after=SCRIPTS["deep"].started_at("speed.capacity")))
    asked(page).yes.click()
    qtbot.waitUntil(lambda: page.state.loading)
    assert page.answer.stop.hasFocus()
    assert page.answer.headline.text() == FR.text("ui.checking.title.deep")
    assert page.answer.lines[0].text() == FR.text("ui.step.loading")
    assert page.progress is not None and page.progress.isVisible() and 0.2 < page.progress.share < 1
    assert not page.answer.deep.isVisible()
    qtbot.keyClick(page.answer.stop, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.state.phase is Phase.IDLE)
    assert not page.progress.isVisible() and page.progress.share == 0
    assert page.deep is None and page.answer.deep.isVisible()


def test_stopping_works_after_a_change_of_language(qtbot: QtBot, open_window: OpenWindow, asked: Asked) -> None:
    window = open_window(SCRIPTS["deep"], stop_after=SCRIPTS["deep"].started_at("speed.capacity"))
    asked(check_page(window)).yes.click()
    qtbot.waitUntil(lambda: check_page(window).state.loading)
    settings = window.context.settings
    assert window.context.change_settings(replace(settings, language="en")) == ""
    qtbot.waitUntil(lambda: window.sidebar.buttons["check"].text() == "My connection")
    page = check_page(window)
    assert page.progress is not None
    page.stop()
    qtbot.waitUntil(lambda: page.state.phase is Phase.IDLE)


def test_the_window_does_not_wait_for_the_system(qtbot: QtBot, open_window: OpenWindow) -> None:
    """Asking whether the connection is metered may take long; meanwhile everything else works."""
    window = open_window(SCRIPTS["ok"])
    release, threads = threading.Event(), []

    def metered() -> bool:
        threads.append(threading.current_thread())
        release.wait(5)
        return True

    page = check_page(window)
    object.__setattr__(page._context, "services", replace(page._context.services, metered=metered))
    page.answer.deep.click()
    page.answer.deep.click()
    qtbot.waitUntil(lambda: bool(threads))
    assert threads[0] is not threading.main_thread() and not page.asking.open
    release.set()
    qtbot.waitUntil(lambda: page.asking.open)
    assert len(threads) == 1
    card = page.asking.question
    assert card is not None and card.warning.text() == FR.text("ui.deep.metered")
    assert card.yes.text() == FR.text("ui.deep.yes.metered")


def test_a_system_that_does_not_answer_is_not_waited_for(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.pages.asking.METERED_S", 0.05)
    release = threading.Event()

    def metered() -> bool:
        release.wait(10)
        return True

    page = check_page(open_window(SCRIPTS["ok"]))
    object.__setattr__(page._context, "services", replace(page._context.services, metered=metered))
    page.answer.deep.click()
    try:
        qtbot.waitUntil(lambda: page.asking.open, timeout=2000)
        card = page.asking.question
        assert card is not None and card.warning.text() == FR.text("ui.deep.metered_unknown")
    finally:
        release.set()


def test_an_ordinary_check_closes_the_question(qtbot: QtBot, open_window: OpenWindow, asked: Asked) -> None:
    page = check_page(open_window(SCRIPTS["ok"]))
    asked(page)
    page.start()
    assert not page.asking.open
    qtbot.waitUntil(lambda: page.state.phase is Phase.DONE)
    assert page.answer.deep.isEnabled()


def test_a_profile_that_cannot_be_read_is_told(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    page = check_page(open_window(SCRIPTS["ok"]))

    def broken() -> object:
        raise OSError("gone")

    object.__setattr__(page._context, "services", replace(page._context.services, profile_in_use=broken))
    page.answer.deep.click()
    qtbot.waitUntil(lambda: page.state.phase is Phase.ERROR)
    assert page.answer.headline.text() == FR.text("ui.error.title")


@BOTH
def test_results_in_words_with_the_figures_behind(catalogue: Catalogue) -> None:
    found = results(catalogue, ended(SCRIPTS["bloat"], catalogue))
    assert found is not None and found.absent == ""
    assert catalogue.text("ui.deep.feel.stuck") in found.lead
    assert [u.level for u in found.uses] == [3, 2, 3, 5]
    assert found.remarks == ()
    assert not any("ui." in n or "{" in n for n in found.numbers)
    assert any("RPM" in n for n in found.numbers) and any("F" in n for n in found.numbers)


def test_what_the_figures_do_not_say_of_the_line_is_remarked() -> None:
    script = SCRIPTS["deep"]
    busy = replace(FIBRE, down=replace(FIBRE.down, cpu_share=0.95), up=None)
    shaky = replace(
        script, kind=InterfaceKind.WIFI, payloads={"speed.capacity": replace(busy, interface="wlan0")},
        facts={"speed.capacity": {"line_free_before_load": Tri.NO}},
    )  # fmt: skip
    found = results(FR, ended(shaky))
    assert found is not None
    assert found.remarks == tuple(FR.text(f"ui.deep.remark.{n}") for n in ("wifi", "shared", "pc", "one_way"))


def test_no_measurement_is_no_result_and_says_why() -> None:
    found = results(FR, ended(SCRIPTS["deep_no_server"]))
    assert found is not None and not found.figures
    assert FR.text("ui.deep.absent.not_configured") in found.absent
    assert results(FR, ended(SCRIPTS["ok"])) is None
    assert BLOATED.up is not None
