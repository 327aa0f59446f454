"""Beside a run: what else is under way waits for it; who understands a question; which ways lead to a guide."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from selfcare.model.finding import VerdictState
from selfcare.model.segment import Segment
from tests.ui.conftest import OpenBox, OpenGuides, OpenWindow, check_page, run_to_end, settled, words
from tests.ui.events import SCRIPTS, culprit, diagnosis
from tests.ui.guide_bench import GuideBench, Home
from tests.ui.guide_way import (
    come_to,
    listed,
    to_consent,
    to_end,
    until,
    window_of,
)
from ui.box_set_state import Setting
from ui.check_state import Phase as CheckPhase
from ui.guide_state import Phase
from ui.pages.box_settings import BoxSettings
from ui.pages.guides import GuidesPage
from ui.pages.repair import RepairPage
from ui.window import MainWindow
from ui.wording import guides_for

# -- one thing at a time -------------------------------------------------------------------------------


def test_a_repair_or_a_setting_under_way_comes_first(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_consent(qtbot, page)
    page._context.repairing = True
    page.offer.agree.click()
    assert page.hold.state.phase is Phase.ASKING and "réparation est en cours" in page.note.text()
    page._context.repairing = False
    page.escape()  # a no is always taken
    come_to(qtbot, page, "Rien n’a été changé")
    assert bench.home.done == []


def test_while_a_guide_works_nothing_else_begins(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.holds.add("box.guest_is")
    page, _ = open_guides(home)
    to_consent(qtbot, page)
    page.offer.agree.click()
    qtbot.waitUntil(home.waits.is_set)
    window = window_of(page)
    check, repair = check_page(window), window.page("repair")
    check.start()
    assert check.state.phase is CheckPhase.IDLE and window.sidebar.buttons["guides"].isChecked()
    assert isinstance(repair, RepairPage)
    repair.start()
    assert not repair.state.busy
    home.free.set()
    home.seen["box.guest_is"] = ["yes"]
    until(qtbot, page, Phase.STEP, Phase.OVER)
    check.start()
    assert check.state.phase is CheckPhase.CHECKING


def test_what_a_check_found_is_forgotten_after_a_change(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    page, _ = open_guides(home)
    window = window_of(page)
    run_to_end(qtbot, window)
    assert window.context.check.phase is CheckPhase.DONE
    window.go("guides")
    to_end(qtbot, page, home)
    assert window.context.check.phase is CheckPhase.IDLE


# -- what would you like to do ---------------------------------------------------------------------------


def test_words_are_looked_for_without_accents(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    listed(qtbot, page)

    def seen() -> list[str]:
        return [name for card in page.topics for name, part in card.parts.items() if part.isVisibleTo(page)]

    everything = seen()
    assert everything == ["every"]  # the first topic is open, the other one is not
    page.ask.field.setText("un wifi pour les INVITES ?")
    assert seen() == ["every"] and "Un guide" in page.ask.count.text()
    page.ask.field.setText("u")  # one letter is no word yet
    assert seen() == everything and not page.ask.count.isVisibleTo(page)
    page.ask.field.setText("zzz")
    assert seen() == [] and "Demander" in page.ask.count.text()
    page.escape()
    assert seen() == everything and page.ask.field.text() == "" and not page.ask.count.isVisibleTo(page)


def test_a_closed_topic_opens_for_what_is_looked_for_and_closes_again(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    listed(qtbot, page)
    first, box = page.topics
    assert first.fold.button.isChecked() and not box.fold.button.isChecked()
    assert "box-restart" in box.names and box.parts == {}  # not made before anybody wants it
    assert "(1)" in box.fold.button.text()
    page.ask.field.setText("redémarrer")
    assert box.buttons["box-restart"].isVisibleTo(page) and not first.isVisibleTo(page)
    first.show_only(frozenset())  # as many as there are, of those that are looked for
    assert "(0)" in first.fold.button.text()
    page.ask.field.setText("")
    assert "(1)" in first.fold.button.text() and "(1)" in box.fold.button.text()
    assert first.isVisibleTo(page) and box.isVisibleTo(page)
    assert not box.buttons["box-restart"].isVisibleTo(page) and not box.fold.button.isChecked()
    box.fold.button.click()
    assert box.buttons["box-restart"].isVisibleTo(page)
    page.ask.field.setText("invite")
    page.ask.field.setText("")
    assert box.buttons["box-restart"].isVisibleTo(page)  # what a person opened stays open


# -- ways to a guide ---------------------------------------------------------------------------------------


def test_a_finding_leads_to_its_guides(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    window = window_of(page)
    window.go("check")
    check = check_page(window)
    found = replace(culprit("BOX-DNS", (Segment.BOX,)), guides=("box-restart",))
    check.next.show_lines(("Essayez ceci.",))
    check.next.show_guides(guides_for(diagnosis(VerdictState.FAULT, [found])))
    button = check.next.buttons["box-restart"]
    assert words(button) == ["Redémarrer la box"] and button.isVisibleTo(check)
    assert "Voir le guide" in button.accessibleName()
    button.click()
    assert window.sidebar.buttons["guides"].isChecked()
    assert page.hold.state.guide == "box-restart" and page.hold.state.phase is Phase.INTRO
    check.next.show_guides(guides_for(diagnosis(VerdictState.OK, [found])))
    assert not check.next.buttons and not check.next.lead.isVisibleTo(check)


def test_a_setting_of_the_box_leads_to_its_guide(
    qtbot: QtBot, open_box: OpenBox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page, _, _ = open_box("bbox")
    window = page.window()
    assert isinstance(window, MainWindow) and isinstance(page.settings, BoxSettings)
    with GuideBench(tmp_path_factory.mktemp("guides")).there() as bench:
        window.context.services = bench.into(window.context.services)
        settled(qtbot, page)
        card = page.settings.cards[Setting.REBOOT]
        card.to_guide.click()
        assert window.sidebar.buttons["guides"].isChecked()
        guides = window.page("guides")
        assert isinstance(guides, GuidesPage) and guides.hold.state.guide == "box-restart"
        qtbot.waitUntil(lambda: guides.intro.title.text() == "Redémarrer la box", timeout=8000)


def test_nothing_of_the_guides_is_read_before_their_page(open_window: OpenWindow) -> None:
    """The window's memory."""
    theirs = ("selfcare.guides", "selfcare.app.guides.", "selfcare.ask", "selfcare.app.ask", "ui.guide", "ui.ask_")
    before = [name for name in sys.modules if name.startswith(theirs)]
    for name in before:
        if not name.startswith("selfcare.app.guide_codes"):
            sys.modules[f"kept.{name}"] = sys.modules.pop(name)
    try:
        window = open_window(SCRIPTS["ok"])
        window.page("check")
        window.page("repair")
        there = [name for name in sys.modules if name.startswith(theirs)]
        assert there == [] and window.context.guides is None
    finally:
        for name in before:
            if f"kept.{name}" in sys.modules:
                sys.modules[name] = sys.modules.pop(f"kept.{name}")
