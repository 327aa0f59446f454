"""The box's page, the real desk in the real engine thread, and a simulated box on loopback."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from selfcare.app.boxes import BoxDesk, Found
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.i18n import Catalogue
from tests.boxes.home import FAULTS, Host
from tests.ui.box_bench import Ring
from tests.ui.box_look import freebox, said, shown, window_of
from tests.ui.conftest import OpenBox, let_in, settled, words
from tests.ui.guide_bench import GuideBench
from ui.box_state import PairPhase
from ui.pages.box import BoxPage

FR = Catalogue("fr")
PASSWORD = "Tr0ub4dor-et-3"


def test_another_box_is_not_talked_to(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    page.pairing.leave.click()
    FAULTS["swapped"](box.home)
    before = freebox(box).logins
    page.head.refresh.click()
    settled(qtbot, page)
    assert page.head.lines[0].text() == FR.text("box.error.box_changed")
    assert page.head.pair.text() == FR.text("ui.box.pair.this") and not shown(page, page.line)
    assert freebox(box).logins == before
    let_in(qtbot, page)
    assert page.hold.view.pairing.phase is PairPhase.GRANTED and shown(page, page.line)


def test_a_box_that_was_swapped_between_two_readings_keeps_nothing(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, _ = open_box("freebox")
    settled(qtbot, page)
    assert shown(page, page.line)
    page.hold.ask("late", _finds_another).done.connect(page.hold._was_read)
    qtbot.waitUntil(lambda: not shown(page, page.line))
    assert page.head.lines[0].text() == FR.text("box.error.box_changed")


async def _finds_another(_desk: BoxDesk, _found: Found) -> None:
    raise BoxError(BoxErrorCode.BOX_CHANGED)


def test_forgetting_asks_first(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, bench = open_box("freebox", keyring=Ring())
    let_in(qtbot, page)
    page.pairing.leave.click()
    ring = bench.keyring
    assert isinstance(ring, Ring) and ring.kept
    page.head.forget.click()
    assert page.forgetting.no.hasFocus()
    page.forgetting.no.click()
    assert ring.kept and not shown(page, page.forgetting)
    page.head.forget.click()
    page.forgetting.yes.click()
    settled(qtbot, page)
    qtbot.waitUntil(lambda: FR.text("box.pairing.forgotten") in words(page))
    assert not ring.kept and page.head.pair.isVisibleTo(page)


def test_no_gateway(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, _ = open_box("freebox", nobody=True)
    settled(qtbot, page)
    assert page.head.headline.text() == FR.text("box.error.no_gateway")
    assert not shown(page, page.line) and not page.head.pair.isVisibleTo(page)


def test_a_reading_is_not_repeated_before_its_time(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    first = page.hold.view.picture
    lines = sum("/connection" in one.path for one in box.asked)
    page.head.refresh.click()
    settled(qtbot, page)
    again = page.hold.view.picture
    # The machines are asked again: when a box last saw them may be a second later.
    assert first is not None and again is not None and again.status is first.status and again.graphs is first.graphs
    assert sum("/connection" in one.path for one in box.asked) == lines
    FAULTS["parental-block"](box.home)  # as after a setting: that is seen at once
    page.head.refresh.click()
    qtbot.waitUntil(lambda: FR.text("ui.box.host.blocked") in said(page))
    assert sum("/connection" in one.path for one in box.asked) == lines


def test_nobody_is_asked_while_nobody_looks(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    before = freebox(box).logouts
    page.hold._again.setInterval(10)
    page.hold._rest.setInterval(30)
    window_of(page).go("check")
    qtbot.waitUntil(lambda: freebox(box).logouts == before + 1)
    asked = len(box.asked)
    qtbot.wait(80)
    assert len(box.asked) == asked
    page.hold._again.setInterval(60_000)
    window_of(page).go("box")
    settled(qtbot, page)
    assert page.hold.view.trouble is None and len(box.asked) > asked


def test_the_guides_do_not_find_the_box_taken_by_its_page(
    qtbot: QtBot, open_box: OpenBox, tmp_path: Path
) -> None:  # fmt: skip
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    before = freebox(box).logouts
    window = window_of(page)
    page.hold.let_go()
    assert page.hold._again.isActive()  # somebody looks: it is kept
    with GuideBench(tmp_path / "guides").there() as bench:
        window.context.services = bench.into(window.context.services)
        window.go("guides")
        qtbot.waitUntil(lambda: freebox(box).logouts == before + 1, timeout=8000)
        qtbot.waitUntil(lambda: window.context.hold_guides().shelf is not None, timeout=8000)  # its desk is made
        window.go("box")
        qtbot.waitUntil(lambda: bench.home.closed == 1, timeout=8000)


def test_closing_the_window_logs_out(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    before = freebox(box).logouts  # of the look at the rights while pairing
    assert window_of(page).context.bridge.shutdown() == ()
    assert freebox(box).logouts == before + 1


def test_another_language_finds_the_box_as_it_is(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    window = window_of(page)
    window.context.catalogue = Catalogue("en")
    asked = freebox(box).logins
    window._build("box")
    again = window.page("box")
    assert isinstance(again, BoxPage) and again.hold is page.hold
    assert again.head.lines[0].text() == "Your line is up."
    settled(qtbot, again)
    assert freebox(box).logins == asked


def test_what_is_copied_names_nobody(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("bbox")
    let_in(qtbot, page, PASSWORD)
    page.line.technical.button.click()
    assert box.home.serial in said(page) and "90.63.21.45" in said(page)
    page.line.technical.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "Bbox" in copied and box.home.serial not in copied and "90.63.21.45" not in copied
    assert page.line.technical.copied.isVisibleTo(page)


def test_the_curves_follow_the_period(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, bench = open_box("freebox")
    let_in(qtbot, page)
    assert page.graphs.views == [] and "Une seule lecture" in said(page)
    found = page.hold.view.found
    assert found is not None
    from selfcare.app.box_session import identity

    name = identity(found).name
    assert name is not None
    bench.past(name)
    page.hold.close_pairing()
    qtbot.waitUntil(lambda: not page.hold.busy)
    page.hold.ask("drop", lambda desk, box: desk._drop(box)).done.connect(page.head.refresh.click)
    qtbot.waitUntil(lambda: len(page.graphs.views) == 1, timeout=5000)
    week = len(page.graphs.views[0].chart._series.readings)
    page.graphs.days.chips["1"].click()
    day = len(page.graphs.views[0].chart._series.readings)
    assert 5 < day < 12 < week


def test_a_long_list_is_folded_and_the_blocked_come_first(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox", "parental-block")
    box.home.hosts.extend(Host(f"02:00:00:00:01:{n:02x}", f"192.168.1.{40 + n}", f"machine-{n:02d}") for n in range(12))
    let_in(qtbot, page)
    told = words(page.home)
    assert told[2] == "pc-camille" and "machine-11" not in told
    page.home.rest.button.click()
    assert "machine-11" in words(page.home)


def test_a_box_that_is_gone_keeps_what_it_said(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, bench = open_box("bbox")
    settled(qtbot, page)
    bench.stop()
    page.head.refresh.click()
    settled(qtbot, page)
    assert page.head.lines[0].text() == FR.text("box.error.unreachable") and shown(page, page.line)
    assert page.head.headline.text() == "Bbox"


def test_a_new_figure_moves_nothing_under_who_is_reading(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    window_of(page).resize(760, 520)
    QApplication.processEvents()
    bar = page.verticalScrollBar()
    bar.setValue(bar.maximum())
    labels = {label for label in page.line.findChildren(QLabel) if label.isVisibleTo(page)}
    box.home.line.optics.rx = -20.5
    box.home.hosts[1].signal = -80
    page.hold.ask("drop", lambda desk, found: desk._drop(found)).done.connect(page.hold._read)
    before, widest = bar.value(), bar.maximum()
    qtbot.waitUntil(lambda: "−20,5 dBm" in said(page) and "très faible" in said(page), timeout=5000)
    QApplication.processEvents()
    assert labels == {label for label in page.line.findChildren(QLabel) if label.isVisibleTo(page)}
    assert (bar.value(), bar.maximum()) == (before, widest)
