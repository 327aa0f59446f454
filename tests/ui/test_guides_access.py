"""The guides without a mouse, without sight, and with large letters in the smallest window."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from selfcare.app.guides.world import Suggestion
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from tests.ui.access import focused, nameless, tab_to
from tests.ui.conftest import OpenGuides
from tests.ui.events import SCRIPTS, replay, services
from tests.ui.guide_bench import WORDS, GuideBench, Home
from tests.ui.guide_way import at, begun, choose, come_to, field, listed, nobody, to_consent, to_end, until
from tests.ui.test_access import clipped, focusable
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.context import Context
from ui.guide_state import Phase
from ui.pages.guide_fields import ChoiceField, DeviceField, HoursField, KeyField, TextField, TimetableField
from ui.pages.guides import GuidesPage
from ui.theme import Theme
from ui.widgets import Fold
from ui.window import MINIMUM, MainWindow

ENTER = Qt.Key.Key_Return


def typed_to_hours(qtbot: QtBot, page: GuidesPage) -> None:
    """From the question on top to the fourth step; the cursor is where it is needed."""
    listed(qtbot, page)
    qtbot.waitUntil(page.ask.field.hasFocus)
    qtbot.keyClicks(focused(), "invit")
    tab_to(qtbot, next(c.buttons["every"] for c in page.topics if "every" in c.buttons))
    qtbot.keyClick(focused(), ENTER)
    assert page.intro.begin.hasFocus()
    qtbot.keyClick(focused(), ENTER)
    come_to(qtbot, page, "Que voulez-vous")
    qtbot.waitUntil(field(page, ChoiceField).buttons["wifi"].hasFocus)
    qtbot.keyClick(focused(), ENTER)
    come_to(qtbot, page, "Comment")
    qtbot.waitUntil(field(page, TextField).line.field.hasFocus)
    qtbot.keyClicks(focused(), "Chez nous")
    qtbot.keyClick(focused(), ENTER)
    come_to(qtbot, page, "Quelle clé")
    qtbot.waitUntil(field(page, KeyField).line.field.hasFocus)
    qtbot.keyClicks(focused(), "bonne-cle-longue")
    qtbot.keyClick(focused(), ENTER)
    come_to(qtbot, page, "Pour combien")


def test_the_whole_way_without_a_mouse(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.seen["box.guest_is"] = ["yes"]
    page, _ = open_guides(home)
    typed_to_hours(qtbot, page)
    qtbot.waitUntil(field(page, HoursField).chips.chips["1"].hasFocus)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    tab_to(qtbot, page.step.go)
    qtbot.keyClick(focused(), ENTER)
    come_to(qtbot, page, "À quelles heures")
    qtbot.waitUntil(field(page, TimetableField).table.days[0].hasFocus)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    tab_to(qtbot, page.step.go)
    qtbot.keyClick(focused(), ENTER)
    until(qtbot, page, Phase.ASKING)
    qtbot.waitUntil(page.offer.refuse.hasFocus)  # Enter by accident changes nothing
    tab_to(qtbot, page.offer.agree, back=True)
    qtbot.keyClick(focused(), ENTER)
    come_to(qtbot, page, "Le Wi-Fi des invités")
    qtbot.waitUntil(page.step.later.hasFocus)
    tab_to(qtbot, page.step.end.buttons["entry-1"], back=True)
    qtbot.keyClick(focused(), ENTER)
    until(qtbot, page, Phase.ASKING)
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    until(qtbot, page, Phase.OVER)
    tab_to(qtbot, page.step.later)
    qtbot.keyClick(focused(), ENTER)
    assert page.hold.state.phase is Phase.SHELF and page.ask.field.hasFocus()


def in_order(qtbot: QtBot, page: GuidesPage) -> None:
    """Tab reaches everything, from top to bottom."""
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


def test_tab_walks_in_the_order_of_the_page(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.acted["box.guest"] = ["unable"]
    home.offered["guest_name"] = (Suggestion("Invités de Camille"),)
    page, _ = open_guides(home)
    listed(qtbot, page)
    in_order(qtbot, page)
    begun(qtbot, page)
    in_order(qtbot, page)
    choose(page, "wifi")
    come_to(qtbot, page, "Comment")
    qtbot.waitUntil(lambda: bool(field(page, TextField).offered))
    in_order(qtbot, page)
    field(page, TextField).line.put("Chez nous")
    page.step.go.click()
    come_to(qtbot, page, "Quelle clé")
    in_order(qtbot, page)


def test_everything_has_a_name(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    page, _ = open_guides(home)
    listed(qtbot, page)
    names = [button.accessibleName() for card in page.topics for button in card.buttons.values()]
    assert len(set(names)) == len(names) and all(names)
    to_end(qtbot, page, home)
    assert nameless(page.window()) == []
    assert all(one.accessibleName() for one in page.step.end.buttons.values())


def test_a_screen_reader_hears_the_step(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.acted["box.guest"] = ["unable"]
    page, _ = open_guides(home)
    to_consent(qtbot, page)
    page.offer.agree.click()
    come_to(qtbot, page, "Allumez")
    spoken = page.step.go.accessibleDescription()
    assert spoken.startswith("Allumez le Wi-Fi des invités") and "cherchez une rubrique" in spoken
    assert at(page, "Allumez") and page.step.go.hasFocus()


def test_focus_can_be_seen(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    begun(qtbot, page)
    for widget in (one for one in focusable(page.window()) if page.isAncestorOf(one)):
        page.window().setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.grab().toImage() != before, widget


@pytest.fixture(params=[15.0, pytest.param(20.0, marks=pytest.mark.full)])
def large(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., GuidesPage]]:
    """The page with letters at 150 % and at 200 % in the smallest window."""
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(request.param)
    qapp.setFont(font)
    with contextlib.ExitStack() as stack:
        stack.callback(qapp.setFont, before)

        def opened(home: Home, language: str) -> GuidesPage:
            bench = stack.enter_context(GuideBench(tmp_path / "guides", home).there())
            catalogue = Catalogue(language)
            given = bench.into(services(tmp_path, replay(SCRIPTS["ok"], catalogue), language))
            bridge = EngineBridge(given.warm_up, qapp)
            stack.callback(bridge.shutdown)
            context = Context(
                given, catalogue, Theme(qapp, "light"), bridge, Settings(), CheckState(), lambda _settings: ""
            )
            window = MainWindow(lambda _change: context)
            qtbot.addWidget(window)
            window.resize(MINIMUM)
            window.show()
            window.go("guides")
            bridge.start()
            page = window.page("guides")
            assert isinstance(page, GuidesPage)
            return page

        yield opened


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.full)])
def test_nothing_is_cut_in_the_smallest_window(
    qtbot: QtBot, large: Callable[..., GuidesPage], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The list, every step, the question, the end; with sentences longer than any that ships."""
    for key in ("title", "goal", "hand", "fine", "name"):
        monkeypatch.setitem(WORDS, key, f"{WORDS[key]} " + "Et encore quelques mots pour que cela soit long. " * 4)
    home = Home()
    home.acted["box.guest"] = ["unable"]
    home.offered["guest_name"] = (Suggestion("Invités de Camille et de Dominique"),)
    page = large(home, language)
    window = page.window()
    assert isinstance(window, MainWindow)

    def fits() -> None:
        qtbot.wait(60)
        assert window.size() == MINIMUM
        assert clipped(window, page) == []

    _fields(qtbot, page, fits)
    field(page, TimetableField).table.days[0].click()
    fits()
    page.step.go.click()
    until(qtbot, page, Phase.ASKING)
    page.offer.exact.button.click()
    fits()
    page.offer.agree.click()
    come_to(qtbot, page, "Allumez")
    for fold in page.step.findChildren(Fold):
        fold.button.click()
    fits()
    home.seen["box.guest_is"] = ["yes"]
    page.step.go.click()
    come_to(qtbot, page, "Le Wi-Fi")
    fits()


def test_the_bar_that_leads_back_fits(qtbot: QtBot, large: Callable[..., GuidesPage]) -> None:
    page = large(Home(), "fr")
    window = page.window()
    assert isinstance(window, MainWindow)
    window.context.services = replace(window.context.services, boxes=nobody)
    begun(qtbot, page)
    choose(page, "device")
    come_to(qtbot, page, "De quel")
    field(page, DeviceField).line.put("ma-console")
    page.step.go.click()
    come_to(qtbot, page, "Reliez")
    page.step.away.click()
    qtbot.wait(60)
    box = window.page("box")
    assert isinstance(box, QScrollArea) and window.size() == MINIMUM
    assert clipped(window, box) == []


def _fields(qtbot: QtBot, page: GuidesPage, fits: Callable[[], None]) -> None:
    """From the list to the hours."""
    listed(qtbot, page)
    qtbot.waitUntil(lambda: page.hold.shelf is not None and page.hold.shelf.doable is not None)
    fits()
    begun(qtbot, page)
    fits()
    choose(page, "wifi")
    come_to(qtbot, page, "Comment")
    qtbot.waitUntil(lambda: bool(field(page, TextField).offered))
    field(page, TextField).line.put("x" * 40)
    page.step.go.click()
    qtbot.waitUntil(lambda: page.hold.state.refused is not None)
    fits()
    field(page, TextField).line.put("Chez nous")
    page.step.go.click()
    come_to(qtbot, page, "Quelle")
    field(page, KeyField).line.suggest.click()
    fits()
    page.step.go.click()
    come_to(qtbot, page, "Pour combien")
    fits()
    page.step.other.click()
    come_to(qtbot, page, "À quelles")
