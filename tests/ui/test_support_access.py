"""Support without a mouse, without sight, and with large letters in the smallest window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from selfcare.app.support.port import SignIn
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from tests.ui.access import focused, nameless, tab_to
from tests.ui.conftest import OpenWindow
from tests.ui.events import SCRIPTS, replay, services
from tests.ui.support_bench import SupportBench
from tests.ui.support_story import asked, storied
from tests.ui.support_way import CASE, at_cases, at_support, quiet, ticket
from tests.ui.test_access import clipped, focusable
from tests.ui.test_ticket_page import simple
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.context import Context
from ui.pages.cases import CasesPage
from ui.pages.support import SupportPage
from ui.support_state import Step
from ui.theme import Theme
from ui.window import MINIMUM, MainWindow

ENTER = Qt.Key.Key_Return


def test_a_ticket_without_a_mouse(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    qtbot.waitUntil(page.channel.ticket.hasFocus)  # the main button, as soon as it is there
    qtbot.keyClick(focused(), ENTER)
    quiet(qtbot, page)
    part = page.part
    assert part is not None and part.consent.send.hasFocus()
    tab_to(qtbot, part.preview.edit_wish, back=True)
    qtbot.keyClick(focused(), ENTER)
    first = next(iter(part.wish.wants.values()))
    assert first.hasFocus()
    tab_to(qtbot, part.wish.fields["phone"].field)
    qtbot.keyClicks(focused(), "0612345678")
    qtbot.keyClick(focused(), ENTER)  # Enter goes on
    quiet(qtbot, page)
    assert part.consent.send.hasFocus()
    qtbot.keyClick(focused(), ENTER)
    quiet(qtbot, page)
    assert part.sent.cases.hasFocus() and bench.sent[0][1].reach.phone == "0612345678"
    tab_to(qtbot, part.sent.done)
    qtbot.keyClick(focused(), ENTER)
    assert page.channel.ticket.hasFocus()


def test_a_case_without_a_mouse(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    page = at_cases(open_window, bench)
    quiet(qtbot, page)
    qtbot.waitUntil(page.heads.buttons[CASE].hasFocus)
    qtbot.keyClick(focused(), ENTER)
    quiet(qtbot, page)
    assert page.head.back.hasFocus()
    tab_to(qtbot, page.contacts.note_fold.button)
    qtbot.keyClick(focused(), ENTER)
    assert page.contacts.note is not None and page.contacts.note.field.hasFocus()
    qtbot.keyClicks(focused(), "Vu")
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    qtbot.keyClick(focused(), ENTER)
    quiet(qtbot, page)
    assert bench.events[CASE][-1].data == {"text": "Vu"}
    tab_to(qtbot, page.own.delete)
    qtbot.keyClick(focused(), ENTER)
    assert page.asking.no.hasFocus()  # Enter by accident deletes nothing
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert page.own.delete.hasFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert page.heads.isVisible()


def in_order(qtbot: QtBot, page: SupportPage | CasesPage) -> None:
    """Tab reaches everything, from top to bottom."""
    qtbot.wait(60)  # what was just opened finds its place
    walked: list[QWidget] = []
    while focused() not in walked:
        walked.append(focused())
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    inside = [one for one in focusable(page.window()) if page.isAncestorOf(one)]
    missed = [one.accessibleName() or getattr(one, "text", str)() for one in inside if one not in walked]
    assert missed == []
    start = min(walked.index(one) for one in inside)
    turned = [*walked[start:], *walked[:start]]
    tops = [one.mapTo(page.widget(), one.rect().topLeft()).y() for one in turned if one in inside]
    first = tops.index(min(tops))
    assert all(after >= before - 8 for before, after in pairwise([*tops[first:], *tops[:first]]))


def unfolded(page: SupportPage) -> None:
    assert page.channel.others is not None and page.known.fold is not None
    for fold in (page.channel.others, page.known.fold, page.offline.fold):
        fold.button.click()
    for call in page.channel.calls:
        call.click()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_everything_has_a_name_and_tab_walks_from_top_to_bottom(
    qtbot: QtBot, open_window: OpenWindow, language: str
) -> None:
    page = at_support(open_window, simple(sign=SignIn.OIDC), language)
    quiet(qtbot, page)
    unfolded(page)
    assert not nameless(page)
    page.channel.ticket.setFocus()
    in_order(qtbot, page)
    part = ticket(qtbot, page, Step.PREVIEW)
    for fold in (part.preview.swaps.fold, part.preview.files.fold, part.consent.fold):
        fold.button.click()
    for one in part.preview.files.files.values():
        one.fold.button.click()
    assert not nameless(page)
    part.consent.send.setFocus()
    in_order(qtbot, page)


def test_my_cases_have_names_and_an_order(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_cases(open_window, asked(SupportBench()))
    quiet(qtbot, page)
    assert not nameless(page)
    in_order(qtbot, page)
    page.heads.buttons[CASE].click()
    quiet(qtbot, page)
    for fold in (page.contacts.fold, page.contacts.note_fold, page.history.letter):
        fold.button.click()
    assert not nameless(page)
    in_order(qtbot, page)


@pytest.fixture
def letters(qapp: QApplication) -> Iterator[None]:
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(20.0)
    qapp.setFont(font)
    yield
    qapp.setFont(before)


def _preview(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page("support")
    assert isinstance(page, SupportPage)
    unfolded(page)
    part = ticket(qtbot, page, Step.PREVIEW)
    for fold in (part.preview.swaps.fold, part.preview.files.fold, part.consent.fold):
        fold.button.click()


def _step(step: Step) -> Callable[[QtBot, MainWindow], None]:
    def go(qtbot: QtBot, window: MainWindow) -> None:
        page = window.page("support")
        assert isinstance(page, SupportPage)
        ticket(qtbot, page, step)

    return go


def _contact(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page("support")
    assert isinstance(page, SupportPage)
    unfolded(page)


def _list(qtbot: QtBot, window: MainWindow) -> None:
    window.go("cases")


def _one(qtbot: QtBot, window: MainWindow) -> None:
    window.go("cases")
    page = window.page("cases")
    assert isinstance(page, CasesPage)
    page.hold.open(CASE)
    quiet(qtbot, page)
    page.contacts.fold.button.click()
    page.own.delete.click()


WAYS = {"contact": _contact, "what": _step(Step.WHAT), "wish": _step(Step.WISH), "preview": _preview,
        "list": _list, "one": _one}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.full)])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_cut_in_the_smallest_window_at_200_percent(
    qtbot: QtBot, qapp: QApplication, letters: None, tmp_path: Path, language: str, way: str
) -> None:
    catalogue = Catalogue(language)
    given = services(tmp_path, replay(SCRIPTS["ok"], catalogue), language)
    bench = asked(SupportBench(language=language))
    given = replace(given, support=lambda: bench)
    bridge = EngineBridge(given.warm_up)
    theme = Theme(qapp, "light")
    window = MainWindow(lambda change: Context(given, catalogue, theme, bridge, Settings(), CheckState(), change))
    qtbot.addWidget(window)
    window.resize(MINIMUM)
    window.show()
    window.activateWindow()
    bridge.start()
    try:
        window.go("support")
        page = window.page("support")
        assert isinstance(page, SupportPage)
        quiet(qtbot, page)
        WAYS[way](qtbot, window)
        quiet(qtbot, page)
        shown = window.page("cases" if way in ("list", "one") else "support")
        assert isinstance(shown, SupportPage | CasesPage)
        qtbot.waitUntil(lambda: clipped(window, shown) == [], timeout=2000)
    finally:
        assert bridge.shutdown() == ()
        theme.deleteLater()
