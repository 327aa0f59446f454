"""What is left open, and how things are now beside what a step has just found."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenGuides, words
from tests.ui.guide_bench import Home
from tests.ui.guide_way import at, come_to, to_consent, to_hours
from ui.pages.guides import GuidesPage


def test_an_empty_field_is_an_answer_where_it_may_be_left_open(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_hours(qtbot, page)
    page.step.go.click()  # « Laissez vide pour qu’il n’ait pas de fin »
    come_to(qtbot, page, "À quelles heures")
    (run,) = bench.runs.runs()
    assert [one.value for one in run.happened if one.step == "hours"] == [None]
    page.step.go.click()  # this one is needed
    assert at(page, "À quelles heures")


def test_how_things_are_now_is_looked_at_anew_after_a_change(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.acted["box.guest"] = ["failed"]
    home.shown = ("verdict.state.ok",)
    page, _ = open_guides(home)
    to_consent(qtbot, page)
    say = page._context.catalogue.text
    assert say("verdict.state.ok") in words(page.now)
    home.shown = ("guide.box.unknown.silent",)
    page.offer.agree.click()
    come_to(qtbot, page, "Allumez le Wi-Fi")
    qtbot.waitUntil(lambda: say("guide.box.unknown.silent") in words(page.now), timeout=8000)
    assert say("verdict.state.ok") not in words(page.now)


def test_what_was_just_found_is_not_said_twice(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.acted["box.guest"] = ["unable"]
    home.seen["box.guest_is"] = ["no"]
    home.shown = ("box.change.stage.reading_back",)
    page, _ = open_guides(home)
    to_consent(qtbot, page)
    page.offer.agree.click()
    come_to(qtbot, page, "Allumez le Wi-Fi")
    qtbot.waitUntil(lambda: page.now.isVisibleTo(page) and say_of(page) in words(page.now), timeout=8000)
    page.step.go.click()
    qtbot.waitUntil(lambda: at(page, "Allumez le Wi-Fi") and say_of(page) in words(page.step), timeout=8000)
    assert not page.now.isVisibleTo(page)


def say_of(page: GuidesPage) -> str:
    return page._context.catalogue.text("box.change.stage.reading_back")
