"""The question box in the window: the real desk, its index in a folder of its own."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from selfcare.app.ask import AskDesk, AskState
from selfcare.app.ask import Home as Known
from selfcare.ask.ranking import Known as Facts
from selfcare.i18n import Catalogue
from tests.ui.access import focused, nameless, tab_to
from tests.ui.conftest import OpenGuides, OpenWindow, check_page, words
from tests.ui.events import SCRIPTS
from tests.ui.guide_bench import GuideBench
from tests.ui.guide_way import begun, listed, until, window_of
from ui.ask_state import Search
from ui.check_state import Phase as CheckPhase
from ui.guide_state import Phase
from ui.pages.guides import GuidesPage
from ui.pages.repair import RepairPage

ENTER = Qt.Key.Key_Return
SLOW = "internet est lent"
NUMBER = "numéro du service client"


def put(qtbot: QtBot, page: GuidesPage, question: str) -> Search:
    """Types and asks, until the answer is there."""
    page.ask.field.setText(question)
    page.ask.go.click()
    return answered(qtbot, page)


def answered(qtbot: QtBot, page: GuidesPage) -> Search:
    hold = page.hold.question
    qtbot.waitUntil(lambda: not hold.search.waiting and hold.search.reply is not None, timeout=8000)
    return hold.search


def state(page: GuidesPage) -> AskState | None:
    reply = page.hold.question.search.reply
    return reply.state if reply is not None else None


def opened(bench: GuideBench) -> list[object]:
    return [data["opened"] for kind, _, data in bench.notes if kind == "ask" and "opened" in data]


def test_who_is_sure_puts_one_first(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    put(qtbot, page, "la télé se fige")
    assert state(page) is AskState.SURE and any("Voici ce qui répond" in line for line in words(page.ask))
    first, *others = page.ask.buttons.values()
    assert first is page.ask.buttons["tv-decoder"]
    assert first.property("kind") == "primary" and all(one.property("kind") != "primary" for one in others)
    assert "Parce que vous parlez de" in first.accessibleDescription()
    assert "Guide pas à pas" in first.accessibleName()
    assert page.ask.more is not None and not page.ask.more.body.isVisible()


def test_perhaps_is_said_and_the_question_back_ranks_anew(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    put(qtbot, page, SLOW)
    assert state(page) is AskState.PERHAPS and any(line.startswith("Peut-être") for line in words(page.ask))
    assert len(page.ask.questions) == 1
    asked, chips = next(iter(page.ask.questions.items()))
    before = list(page.ask.buttons)
    tab_to(qtbot, next(iter(chips.chips.values())))
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: asked not in page.ask.questions, timeout=8000)
    search = answered(qtbot, page)
    assert search.answers == {asked: "wifi"} and list(page.ask.buttons) != before
    assert page.ask.isAncestorOf(focused()) and focused() is not page.ask.field  # the chip is gone, its place is not
    subjects = {subject for kind, subject, _ in bench.notes if kind == "ask"}
    assert len(subjects) == 1 and bench.notes[-1][2]["answers"] == {asked: "wifi"}


def test_nobody_is_asked_more_than_twice(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    put(qtbot, page, SLOW)
    times = 0
    while page.ask.questions:
        assert len(page.ask.questions) == 1
        name, chips = next(iter(page.ask.questions.items()))
        chips.chips[""].click()  # « je ne sais pas » is an answer
        qtbot.waitUntil(lambda gone=name: gone not in page.ask.questions, timeout=8000)  # type: ignore[misc]
        times += 1
    assert 1 <= times <= 2 and page.ask.buttons


def test_what_was_not_understood_is_said_kindly_with_doors(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    put(qtbot, page, "zzz")
    assert any("pas compris" in line for line in words(page.ask)) and not page.ask.count.isVisible()
    assert list(page.ask.buttons) == ["open:check", "no-internet", "wifi-coverage", "answer:support-number"]
    page.ask.buttons["open:check"].click()
    assert window_of(page).sidebar.buttons["check"].isChecked()


def test_words_of_a_title_are_not_called_not_understood(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    listed(qtbot, page)
    put(qtbot, page, "wifi")
    assert state(page) is AskState.NOT_UNDERSTOOD and not page.ask.buttons and "Un guide" in page.ask.count.text()


def test_a_guide_opens_and_that_is_noted(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    put(qtbot, page, "redémarrer la box")
    page.ask.buttons["box-restart"].click()
    assert page.hold.state.phase is Phase.INTRO and page.hold.state.guide == "box-restart"
    qtbot.waitUntil(lambda: opened(bench) == ["box-restart"], timeout=5000)
    page.escape()
    assert page.ask.field.text() == "redémarrer la box" and "box-restart" in page.ask.buttons


def test_a_run_that_was_left_is_gone_on_with(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    begun(qtbot, page, "box-restart")
    assert page.hold.leave()
    run = bench.runs.runs()[0].name
    bench.known = Known(Facts(), {"box-restart": run})
    put(qtbot, page, "redémarrer la box")
    assert "Reprendre" in page.ask.buttons["box-restart"].accessibleName()
    page.ask.buttons["box-restart"].click()
    until(qtbot, page, Phase.STEP, Phase.ASKING)
    assert page.hold.state.run == run


def test_the_deep_check_is_offered_and_not_begun(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    put(qtbot, page, "mesurer mon débit")
    page.ask.buttons["open:deep"].click()
    check = check_page(window_of(page))
    assert check.isVisible() and check.state.phase is CheckPhase.IDLE
    qtbot.waitUntil(lambda: check.asking.open, timeout=8000)


@pytest.mark.parametrize(("question", "remedy"), [("vider le cache dns", "dns.flush"), ("ôter le proxy", "proxy.off")])
def test_a_repair_is_shown_on_its_page(qtbot: QtBot, open_guides: OpenGuides, question: str, remedy: str) -> None:
    page, _ = open_guides()
    put(qtbot, page, question)
    page.ask.buttons[f"fix:{remedy}"].click()
    repair = window_of(page).page("repair")
    assert isinstance(repair, RepairPage) and repair.isVisible() and not repair.state.busy
    assert repair.by_hand.buttons[remedy].hasFocus()


def test_a_short_answer_with_its_sources(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    bench.known = Known(Facts(operator="orange"))  # of whom an application is known, with its source
    put(qtbot, page, NUMBER)
    tab_to(qtbot, page.ask.buttons["answer:support-number"])
    qtbot.keyClick(focused(), ENTER)
    qtbot.waitUntil(page.told.isVisible, timeout=5000)
    said = words(page.told)
    assert any(line.startswith("Source\u00a0:") for line in said) and page.told.see is not None
    assert page.told.isAncestorOf(focused()) and not nameless(page.told)
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not page.told.isVisible() and page.ask.buttons["answer:support-number"].hasFocus()
    page.ask.buttons["answer:support-number"].click()
    qtbot.waitUntil(page.told.isVisible, timeout=5000)
    page.told.guides["complaint"].click()
    assert page.hold.state.guide == "complaint" and not page.told.isVisible()


def test_what_nobody_checked_is_marked(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    put(qtbot, page, NUMBER)
    page.ask.buttons["answer:support-number"].click()
    qtbot.waitUntil(page.told.isVisible, timeout=5000)
    shown = page.hold.question.search.shown
    assert shown is not None
    said = words(page.told)
    marks = said.count("Non vérifié\u00a0: à confirmer auprès de votre opérateur")
    assert marks == sum(not note.checked for note in shown.told.notes) > 0


def test_with_the_keyboard_alone_and_a_pause_is_enough(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    listed(qtbot, page)
    qtbot.waitUntil(page.ask.field.hasFocus)
    qtbot.keyClicks(focused(), "la tele se fige")
    answered(qtbot, page)  # nobody pressed anything
    assert page.ask.field.hasFocus()
    assert not nameless(page)
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused() is page.ask.go
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused() is page.ask.buttons["tv-decoder"]
    qtbot.keyClick(focused(), ENTER)
    assert page.hold.state.guide == "tv-decoder"


def test_typing_on_is_one_question_in_the_history(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    put(qtbot, page, "la télé")
    put(qtbot, page, "la télé se fige")
    put(qtbot, page, "la télé se fige")  # the same again: nothing to ask
    asked = [(subject, data["text"]) for _, subject, data in bench.notes]
    assert [text for _, text in asked] == ["la télé", "la télé se fige"] and len({subject for subject, _ in asked}) == 1
    put(qtbot, page, NUMBER)
    assert len({subject for _, subject, _ in bench.notes}) == 2


def test_another_language_says_the_same_question_anew(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    put(qtbot, page, SLOW)
    window = window_of(page)
    window.context.catalogue = Catalogue("en")
    window._build("guides")
    fresh = window.page("guides")
    assert isinstance(fresh, GuidesPage) and fresh.ask.field.text() == SLOW
    qtbot.waitUntil(lambda: any(line.startswith("Perhaps it is") for line in words(fresh.ask)), timeout=8000)
    question = fresh.hold.question.search.question
    qtbot.waitUntil(lambda: "en Wi-Fi" not in " ".join(words(fresh.ask)), timeout=8000)
    assert question is not None


def test_an_index_that_cannot_be_written_still_answers(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    blocked = bench.folder / "no-folder"
    blocked.write_text("a file where a folder should be")
    bench.cache = blocked / "cache"
    put(qtbot, page, "la télé se fige")
    assert "tv-decoder" in page.ask.buttons and blocked.is_file()


def test_a_slow_index_leaves_the_field_alone_and_the_newest_question_wins(
    qtbot: QtBot, open_guides: OpenGuides
) -> None:
    page, bench = open_guides()
    listed(qtbot, page)
    bench.slow = threading.Event()
    for question in ("la télé se fige", "redémarrer la box", NUMBER):
        page.ask.field.setText(question)
        page.ask.go.click()
    assert page.ask.field.isEnabled() and "Nous cherchons" in page.ask.said.text()
    assert page.hold.question.search.waiting and not page.ask.buttons
    bench.slow.set()
    qtbot.waitUntil(lambda: "answer:support-number" in page.ask.buttons, timeout=8000)
    assert "redémarrer la box" not in [data["text"] for _, _, data in bench.notes]  # nobody waits for it any more
    assert not page.ask.said.isVisible()


def test_a_fault_of_ours_is_said_and_one_may_ask_again(
    qtbot: QtBot, open_guides: OpenGuides, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = open_guides()
    listed(qtbot, page)
    with monkeypatch.context() as broken:
        broken.setattr(AskDesk, "ask", lambda *_: 1 // 0)
        page.ask.field.setText(SLOW)
        page.ask.go.click()
        qtbot.waitUntil(lambda: page.hold.question.search.failed, timeout=8000)
    assert "vient de nous" in page.ask.said.text() and page.ask.said.isVisible()
    page.ask.go.click()
    answered(qtbot, page)
    assert page.ask.buttons and not page.ask.said.isVisible()


def test_the_check_page_leads_to_the_field(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with GuideBench(tmp_path / "guides").there() as bench:
        window = open_window(SCRIPTS["ok"])
        window.context.services = bench.into(window.context.services)
        check_page(window).other.click()
        page = window.page("guides")
        assert isinstance(page, GuidesPage) and page.ask.field.hasFocus()
        begun(qtbot, page)
        window.go("check")
        check_page(window).other.click()
        assert page.hold.state.phase is Phase.SHELF and page.ask.field.hasFocus()
