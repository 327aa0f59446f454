"""Whom to reach: the number is in sight, what to say is written, and nothing is done that nobody asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from selfcare.app.support.port import SupportPort
from selfcare.i18n import Catalogue
from selfcare.model.case import Channel
from selfcare.model.support import SupportChannel
from selfcare.model.ticket import KnownOutage
from tests.app.repair_world import ISP, PUBLIC, World
from tests.ui.conftest import OpenRepair, OpenWindow, repaired, run_to_end, until, words
from tests.ui.events import SCRIPTS
from tests.ui.support_bench import LONG, SupportBench
from tests.ui.support_story import storied
from tests.ui.support_way import CASE, at_support, quiet, window_of
from ui.pages.support import SupportPage
from ui.qr_view import LEAST, QUIET, QrView
from ui.repair_state import RepairPhase
from ui.window import MainWindow


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the browser or the mail program."""
    found: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: found.append(QUrl(url).toString()) or True)
    return found


def test_the_number_is_in_sight_with_cost_hours_and_source(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_support(open_window, storied(SupportBench()))
    quiet(qtbot, page)
    said = [line.replace("\u200b", "") for line in words(page.channel)]
    assert "3244" in said and "Appel gratuit depuis la Freebox" in said and "Tous les jours, de 7 h à minuit" in said
    assert any("20/11/2026" in line and "assistance.free.fr" in line for line in said)
    number = next(label for label in page.channel.findChildren(QLabel) if label.text() == "3244")
    top = number.mapTo(page.viewport(), number.rect().topLeft()).y()
    assert 0 < top < page.viewport().height()  # nobody scrolls for it
    assert page.channel.others is not None and not page.channel.others.body.isVisible()


def test_what_nobody_checked_is_marked_and_opens_only_on_a_click(
    qtbot: QtBot, open_window: OpenWindow, opened: list[str]
) -> None:
    bench = storied(SupportBench())
    bench.best, bench.others = bench.others[0], ()
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    assert any(line.startswith("Non confirmé") for line in words(page.channel))
    assert not page.channel.calls and opened == []
    page.channel.opens[0].click()
    assert opened == ["https://assistance.free.fr/contact"]


@pytest.mark.parametrize("to", ["javascript:alert(1)", "file:///etc/passwd", "http://x.fr/ y", "smb://x", "a@b c.fr"])
def test_nothing_but_a_page_or_a_mail_is_ever_opened(qtbot: QtBot, open_window: OpenWindow, to: str) -> None:
    bench = storied(SupportBench())
    bench.best, bench.others = SupportChannel(Channel.WEB, to), (SupportChannel(Channel.MAIL, to),)
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    assert page.channel.opens == []


def test_copy_and_call_from_the_phone(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_support(open_window, storied(SupportBench()))
    quiet(qtbot, page)
    page.channel.copies[0].button.click()
    assert QGuiApplication.clipboard().text() == "3244" and page.channel.copies[0].done.isVisible()
    page.channel.calls[0].click()
    view = page.channel.findChild(QrView)
    assert view is not None
    qtbot.waitUntil(lambda: view.height() >= view.minimumSizeHint().height())
    assert view.isVisible() and read(view) == "tel:3244"


def read(view: QrView) -> str:
    """As a phone reads it from the screen."""
    picture = view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return str(zxingcpp.read_barcodes(rows[:, : picture.width()].copy())[0].text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_can_be_read_in_the_smallest_window(qtbot: QtBot, open_window: OpenWindow, scheme: str) -> None:
    page = at_support(open_window, storied(SupportBench()))
    window = window_of(page)
    window.context.theme.choose(scheme)
    window.resize(window.minimumSize())
    quiet(qtbot, page)
    page.offline.fold.button.click()
    (view,) = page.offline.views
    assert isinstance(view, QrView) and page.hold.state.offline is not None
    qtbot.waitUntil(lambda: view.isVisible() and view.height() >= view.minimumSizeHint().height())
    assert view.pixels >= LEAST and read(view) == page.hold.state.offline.pictures[0].text
    corner = view.grab().toImage().pixelColor(QUIET * view.pixels // 2, QUIET * view.pixels // 2)
    assert corner == Qt.GlobalColor.white
    window.context.theme.choose("light")


def test_three_lines_a_case_and_sixteen_digits(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_support(open_window, storied(SupportBench()))
    quiet(qtbot, page)
    said = words(page.say)
    quoted = [line for line in said if line.startswith("«")]
    assert len(quoted) == 3 and CASE in quoted[0] and "la ligne ne répond plus" in quoted[1]
    assert "guide « Redémarrer la box »" in quoted[2] and CASE in said
    assert page.say.code == "4011 2233 4455 6641" and page.say.code in said
    digits = next(label for label in page.say.findChildren(QLabel) if label.text() == page.say.code)
    assert digits.accessibleName() == "4 0 1 1, 2 2 3 3, 4 4 5 5, 6 6 4 1"  # said one by one
    page.say.copy.button.click()
    assert page.say.code in QGuiApplication.clipboard().text() and quoted[2] in QGuiApplication.clipboard().text()


def test_without_trouble_no_case_is_begun_until_asked_for(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = SupportBench()
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    assert bench.heads == [] and not page.offline.isVisible() and page.channel.isVisible()
    assert any("Rien n'a encore été vérifié" in line for line in words(page.known))
    page.say.begin.click()
    quiet(qtbot, page)
    assert len(bench.heads) == 1 and page.say.code and not page.say.begin.isVisible()


def test_from_a_verdict_it_is_one_click_and_a_case(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = SupportBench()
    window = open_window(SCRIPTS["wan_down"])
    window.context.services = bench.into(window.context.services)
    check = run_to_end(qtbot, window)
    check.next.support.click()
    page = window.page("support")
    assert isinstance(page, SupportPage) and page.isVisible()
    quiet(qtbot, page)
    assert len(bench.heads) == 1 and page.known.isVisible()
    assert check.answer.headline.text() in words(page.known) and not page.known.check.isVisible()
    assert page.offline.fold.button.isChecked() and len(page.offline.views) == 1  # nothing else gets out
    window.go("check")
    window.go("support")
    quiet(qtbot, page)
    assert len(bench.heads) == 1 and bench.calls.count("begin") == 1


def test_from_a_repair_that_did_not_help(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP, PUBLIC}))
    assert not page.head.support.isVisible()
    page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING, RepairPhase.DONE)
    while page.state.phase is RepairPhase.ASKING:
        page.consent.refuse.click()
        until(qtbot, page, RepairPhase.ASKING, RepairPhase.DONE)
    assert page.head.support.isVisible()
    window = page.window()
    assert isinstance(window, MainWindow)
    window.context.services = SupportBench().into(window.context.services)
    page.head.support.click()
    assert window.sidebar.buttons["support"].isChecked()


def test_after_a_repair_that_helped_nobody_is_sent_anywhere(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP}))
    repaired(qtbot, page)
    assert not page.head.support.isVisible()


def test_all_well_needs_no_support(qtbot: QtBot, open_window: OpenWindow) -> None:
    check = run_to_end(qtbot, open_window(SCRIPTS["ok"]))
    assert not check.next.support.isVisible()


def test_a_known_outage_comes_first_and_a_ticket_stays_possible(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    bench.known_outages = (KnownOutage("o", "<b>Fibre</b> coupée", bench.now.isoformat()),)
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    assert page.outage.isVisible() and "<b>Fibre</b> coupée" in words(page.outage)
    assert page.outage.y() < page.known.y() < page.channel.y()
    assert page.channel.ticket.text() == "Ouvrir un ticket quand même"
    assert page.channel.ticket.property("kind") == "second"


@pytest.mark.parametrize("method", ["advice", "case", "report"])
def test_what_fails_is_said_and_tried_again(qtbot: QtBot, open_window: OpenWindow, method: str) -> None:
    bench = storied(SupportBench())
    bench.broken[method] = "disk_full"
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    assert "Le disque est plein" in page.state_of_page.text() and page.retry.isVisible()
    bench.broken.clear()
    page.retry.click()
    quiet(qtbot, page)
    assert not page.state_of_page.isVisible() and not page.retry.isVisible()
    assert page.channel.isVisible() and page.say.isVisible()


def test_a_code_nobody_has_words_for_is_a_fault_of_ours(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    bench.broken["advice"] = "never_heard_of"
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    assert "cela vient de nous" in page.state_of_page.text() and page.say.isVisible()  # the rest is there


def test_the_file_for_a_stick(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = storied(SupportBench())
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    target = tmp_path / "stick" / "d.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.offline.fold.button.click()
    bench.broken["save"] = "write_failed"
    page.offline.save.click()
    quiet(qtbot, page)
    assert "pas pu être écrit" in page.offline.saved.text()
    bench.broken.clear()
    target.parent.mkdir()
    page.offline.save.click()
    quiet(qtbot, page)
    assert target.read_bytes()[:2] == b"PK" and "Enregistré et relu" in page.offline.saved.text()


def test_long_and_hostile_words_are_text(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    bench.operator = "<img src=x>" + LONG
    bench.best = SupportChannel(Channel.PHONE, "0" * 200, {"fr": "a\u202eb\x07" + LONG}, hours={"fr": LONG})
    bench.heads[0] = replace(bench.heads[0], text="<h1>" + LONG, words="<a href='https://x'>x</a>")
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    window_of(page).resize(window_of(page).minimumSize())
    for label in page.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert "\u202e" not in label.text() and "\x07" not in label.text()
    assert page.widget().width() <= page.viewport().width()


def test_another_language_says_everything_anew(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    window = window_of(page)
    window.context.catalogue = Catalogue("en")
    window._build("support")
    fresh = window.page("support")
    assert isinstance(fresh, SupportPage)
    quiet(qtbot, fresh)
    assert bench.language == "en"
    said = " ".join(words(fresh.channel) + words(fresh.say) + words(fresh.known))
    assert "Open now, and free of charge." in said and "My case number" in said and "Déjà" not in said


def test_while_something_is_repaired_no_report_begins_a_check(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    window = open_window(SCRIPTS["ok"])
    window.context.services = bench.into(window.context.services)
    window.context.repairing = True
    window.go("support")
    page = window.page("support")
    assert isinstance(page, SupportPage)
    quiet(qtbot, page)
    assert "report" not in bench.calls and page.channel.isVisible() and CASE in words(page.say)
    page.channel.ticket.click()
    assert window.sidebar.buttons["repair"].isChecked() and "begin" not in bench.calls
    window.context.repairing = False
    window.go("support")
    quiet(qtbot, page)
    assert page.say.code


def test_of_two_questions_of_a_kind_the_newer_counts(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_support(open_window, storied(SupportBench()))
    quiet(qtbot, page)
    told: list[int] = []

    async def slow(_port: SupportPort) -> int:
        await asyncio.sleep(0.05)
        return 1

    async def quick(_port: SupportPort) -> int:
        return 2

    page.hold.jobs.do("case", slow, told.append)
    page.hold.jobs.do("case", quick, told.append)
    qtbot.wait(150)
    assert told == [2] and not page.hold.jobs.busy
