"""A run outlives the page, the language and the window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from selfcare.cases import guide_run_file
from selfcare.ground.errors import FolderError
from selfcare.i18n import Catalogue
from tests.ui.conftest import OpenGuides, OpenWindow, words
from tests.ui.events import SCRIPTS
from tests.ui.guide_bench import Home
from tests.ui.guide_way import (
    at,
    begun,
    choose,
    come_to,
    field,
    nobody,
    to_consent,
    to_key,
    until,
    window_of,
)
from ui.box_state import PairPhase
from ui.guide_state import Phase
from ui.pages.guide_fields import KeyField
from ui.pages.guides import GuidesPage


def test_left_and_gone_on_with_at_the_very_step(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_key(qtbot, page)
    page.step.later.click()
    assert page.hold.state.phase is Phase.SHELF and page.ask.field.hasFocus()
    qtbot.waitUntil(lambda: bool(page.left.buttons))
    assert any(line.startswith("Commencé le") for line in words(page.left))
    next(iter(page.left.buttons.values()))[0].click()
    come_to(qtbot, page, "Quelle clé")
    assert len(bench.runs.runs()) == 1


def test_left_at_the_question_nothing_waits_and_nothing_is_held(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_consent(qtbot, page)
    (run,) = bench.runs.runs()
    path = bench.folder / "runs" / f"{run.name}.jsonl"
    assert path in guide_run_file._HELD
    page.step.later.click()
    qtbot.waitUntil(lambda: bench.home.broken_off == 1)
    qtbot.waitUntil(lambda: path not in guide_run_file._HELD)  # another program may go on with it
    assert not page.offer.isVisibleTo(page) and bench.home.done == []


def test_a_run_that_nobody_wants_is_put_away(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_key(qtbot, page)
    page.step.later.click()
    qtbot.waitUntil(lambda: bool(page.left.buttons))
    next(iter(page.left.buttons.values()))[1].click()
    assert not page.left.isVisibleTo(page) and page.ask.field.hasFocus()
    qtbot.waitUntil(lambda: bench.runs.runs()[0].closed)
    page.hold.watch(True)
    qtbot.wait(50)
    assert not page.left.isVisibleTo(page)


def test_what_was_left_is_offered_where_the_guide_is_opened(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    to_key(qtbot, page)
    page.step.later.click()
    qtbot.waitUntil(lambda: bool(page.left.buttons))
    page._on_open("every")
    assert page.intro.go_on.isVisibleTo(page) and page.intro.go_on.hasFocus()
    page.intro.go_on.click()
    come_to(qtbot, page, "Quelle clé")


def test_closed_in_the_middle_of_a_question_for_consent(
    qtbot: QtBot, open_guides: OpenGuides, open_window: OpenWindow
) -> None:
    page, bench = open_guides()
    to_consent(qtbot, page)
    bridge = page._context.bridge
    window_of(page).close()
    assert bridge.shutdown() == ()
    assert bench.home.closed >= 1 and bench.home.done == []
    again = open_window(SCRIPTS["ok"])
    again.context.services = bench.into(again.context.services)
    again.go("guides")
    later = again.page("guides")
    assert isinstance(later, GuidesPage)
    qtbot.waitUntil(lambda: bool(later.left.buttons), timeout=8000)
    next(iter(later.left.buttons.values()))[0].click()
    until(qtbot, later, Phase.ASKING)
    bench.home.seen["box.guest_is"] = ["yes"]
    later.offer.agree.click()
    come_to(qtbot, later, "Le Wi-Fi des invités fonctionne")
    assert len(bench.runs.runs()) == 1 and len(bench.home.done) == 1


def test_killed_while_it_is_done_and_finished_later(
    qtbot: QtBot, open_guides: OpenGuides, open_window: OpenWindow
) -> None:
    """What had begun is settled first, and not asked for twice."""
    home = Home()
    home.holds.add("box.guest_is")
    page, bench = open_guides(home)
    to_consent(qtbot, page)
    page.offer.agree.click()
    qtbot.waitUntil(home.waits.is_set)
    assert page._context.bridge.shutdown() == ()
    home.free.set()
    home.seen["box.guest_is"] = ["yes"]
    again = open_window(SCRIPTS["ok"])
    again.context.services = bench.into(again.context.services)
    hold = again.context.hold_guides()
    (run,) = bench.runs.runs()
    hold.resume(run.name, "every")
    qtbot.waitUntil(lambda: hold.state.phase is Phase.OVER, timeout=8000)
    assert len(home.done) == 1 and len(home.asked_for) == 1


def test_another_language_says_the_step_anew_and_keeps_the_run(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_key(qtbot, page)
    window, hold = window_of(page), page.hold
    window._change_settings(replace(window.context.settings, language="en"))
    qtbot.waitUntil(lambda: window.context.catalogue.language == "en" and window.page("guides") is not page)
    window.go("guides")
    fresh = window.page("guides")
    assert isinstance(fresh, GuidesPage) and fresh.hold is hold
    qtbot.waitUntil(lambda: "in French only" in fresh.step.progress.text(), timeout=8000)  # nobody translated it
    assert fresh.step.go.text() == "Continue" and fresh.step.progress.text().startswith("Step 3 of about")
    field(fresh, KeyField).line.suggest.click()
    fresh.step.go.click()
    come_to(qtbot, fresh, "Pour combien")
    assert len(bench.runs.runs()) == 1


def test_what_was_found_and_what_is_so_now_change_their_language_too(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.acted["box.guest"] = ["unable"]
    home.seen["box.guest_is"] = ["no"]
    page, _ = open_guides(home)
    to_consent(qtbot, page)
    page.offer.agree.click()
    come_to(qtbot, page, "Allumez le Wi-Fi")
    page.step.go.click()
    qtbot.waitUntil(lambda: any("Vérification auprès de la box" in line for line in words(page.step)))
    until(qtbot, page, Phase.STEP)
    window, french = window_of(page), Catalogue("fr").text("verdict.state.ok")
    qtbot.waitUntil(lambda: french in words(page.now), timeout=8000)
    window._change_settings(replace(window.context.settings, language="en"))
    qtbot.waitUntil(lambda: window.context.catalogue.language == "en" and window.page("guides") is not page)
    window.go("guides")
    fresh = window.page("guides")
    assert isinstance(fresh, GuidesPage)
    english = Catalogue("en").text("box.change.stage.reading_back")
    qtbot.waitUntil(lambda: english in words(fresh.step), timeout=8000)
    qtbot.waitUntil(lambda: Catalogue("en").text("verdict.state.ok") in words(fresh.now), timeout=8000)
    assert french not in words(fresh.now)
    assert home.side.language == "en"  # the sides of the world speak with the desk's own


def test_the_way_through_the_box_and_back(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.seen["box.paired"] = ["yes"]
    page, bench = open_guides(home)
    begun(qtbot, page)
    choose(page, "device")
    come_to(qtbot, page, "De quel appareil")
    page.step.field.line.put("ma-console")  # type: ignore[union-attr]
    page.step.go.click()
    come_to(qtbot, page, "Reliez")
    window = window_of(page)
    window.context.services = replace(window.context.services, boxes=nobody)
    page.step.away.click()
    assert window.sidebar.buttons["box"].isChecked()
    assert window.context.hold_box().view.pairing.phase is PairPhase.ASKING
    qtbot.waitUntil(lambda: bench.home.closed == 1)  # some boxes let in one at a time
    bar = window._return
    assert bar is not None and bar.isVisible() and "Un Wi-Fi pour vos invités" in words(bar)[0]
    bar.go.click()  # type: ignore[attr-defined]
    assert window.sidebar.buttons["guides"].isChecked() and window._return is None
    assert at(page, "Reliez")
    page.step.go.click()
    come_to(qtbot, page, "Le Wi-Fi")


def test_after_a_rest_the_run_is_taken_up_again(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_key(qtbot, page)
    window = window_of(page)
    window.go("check")
    page.hold._log_out()
    qtbot.waitUntil(lambda: bench.home.closed == 1)
    window.go("guides")
    come_to(qtbot, page, "Quelle clé")
    page.step.back.click()
    come_to(qtbot, page, "Comment ce Wi-Fi")


def test_open_in_another_program(qtbot: QtBot, open_guides: OpenGuides, monkeypatch: pytest.MonkeyPatch) -> None:
    from selfcare.cases.guide_runs import RunBusy

    page, bench = open_guides()
    to_key(qtbot, page)
    page.step.later.click()
    qtbot.waitUntil(lambda: bool(page.left.buttons))

    def busy(_name: str) -> None:
        raise RunBusy

    monkeypatch.setattr(bench.runs, "hold", busy)
    next(iter(page.left.buttons.values()))[0].click()
    until(qtbot, page, Phase.TROUBLE)
    assert "autre fenêtre" in page.trouble.words.text()
    monkeypatch.undo()
    page.trouble.retry.click()
    come_to(qtbot, page, "Quelle clé")


def test_a_disk_that_takes_nothing_more(qtbot: QtBot, open_guides: OpenGuides, monkeypatch: pytest.MonkeyPatch) -> None:
    page, bench = open_guides()
    begun(qtbot, page)

    def full(*_told: object) -> None:
        raise FolderError("disk_full", folder="x")

    monkeypatch.setattr(bench.runs, "add", full)
    choose(page, "wifi")
    until(qtbot, page, Phase.TROUBLE)
    assert "disque" in page.trouble.words.text()
    monkeypatch.undo()
    page.trouble.retry.click()
    come_to(qtbot, page, "Que voulez-vous")


def test_a_guide_that_has_changed_is_begun_anew(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_key(qtbot, page)
    page.step.later.click()
    bench.every = replace(bench.every, steps={n: step for n, step in bench.every.steps.items() if n != "name"})
    page.hold.watch(True)
    qtbot.waitUntil(lambda: any("changé depuis" in line for line in words(page.left)), timeout=8000)
    next(iter(page.left.buttons.values()))[0].click()
    assert page.hold.state.phase is Phase.INTRO
