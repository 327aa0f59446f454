"""What an earlier run left on this PC is looked after when the window starts, and said kindly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from selfcare.i18n import Catalogue
from selfcare.model.repair import EntryState
from tests.app.repair_world import World
from tests.ui.conftest import OpenWindow, check_page, words
from tests.ui.events import SCRIPTS
from tests.ui.repair_bench import PROXY, HeldBench, entry
from ui.care import Care
from ui.window import MainWindow

FR = Catalogue("fr")


def started(open_window: OpenWindow, bench: HeldBench, changed: bool = True) -> MainWindow:
    window = open_window(SCRIPTS["ok"])
    context = window.context
    context.services = replace(context.services, repairs=lambda: bench.desk, changed_before=lambda: changed)
    Care(context, window.show_notice)
    return window


def test_what_was_left_unfinished_is_put_back_and_said(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = HeldBench(World())
    bench.hand.put(entry("e9", EntryState.RESTORING, PROXY))
    window = started(open_window, bench)
    notice = check_page(window).notice
    qtbot.waitUntil(notice.isVisible)
    assert notice.words.text() == FR.text("ui.notice.recovered")
    assert bench.hand.made["e9"][0].state is EntryState.UNDONE
    notice.see.click()
    assert window.sidebar.buttons["repair"].isChecked()
    assert FR.text("ui.repair.recovered") in words(window.page("repair"))


def test_nobody_is_asked_for_a_password_because_a_window_opens(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = HeldBench(World())
    bench.hand.put(entry("e9", EntryState.RESTORING, PROXY, privileged=True))
    window = started(open_window, bench)
    notice = check_page(window).notice
    qtbot.waitUntil(notice.isVisible)
    assert notice.words.text() == FR.text("ui.notice.unfinished")
    assert bench.hand.made["e9"][0].state is EntryState.RESTORING


@pytest.mark.parametrize(("whose", "over"), [("box", True), ("other", False)])
def test_a_stand_in_of_an_earlier_day_ends_without_the_repair_page(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, whose: str, over: bool
) -> None:
    monkeypatch.setattr("selfcare.app.desk.EVERY_S", 0.05)
    bench = HeldBench(World())
    bench.hand.put(entry("e9", EntryState.KEPT))
    bench.notes.note("effect", "dns.alternate", {"entries": ["e9"], "stands_for": whose, "outcome": "kept"})
    window = started(open_window, bench)
    notice = check_page(window).notice
    wanted = FR.text("ui.notice.ended" if over else "ui.notice.standing")
    qtbot.waitUntil(lambda: notice.words.text() == wanted, timeout=8000)
    assert notice.isVisible()
    assert bench.hand.made["e9"][0].state is (EntryState.UNDONE if over else EntryState.KEPT)


def test_where_nothing_was_ever_changed_nothing_is_started(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = HeldBench(World())
    window = started(open_window, bench, changed=False)
    qtbot.wait(200)
    assert window.context.standing is None
    assert bench.hand.log == []
    assert not check_page(window).notice.isVisible()
