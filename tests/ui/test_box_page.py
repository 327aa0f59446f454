"""The box's page, the real desk in the real engine thread, and a simulated box on loopback."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from selfcare.boxes import secret
from selfcare.i18n import Catalogue
from tests.boxes.base import Simulator
from tests.boxes.freebox import FreeboxSimulator
from tests.boxes.home import FAULTS, Host
from tests.ui.box_bench import Ring
from tests.ui.conftest import OpenBox, let_in, settled, words
from ui.box_state import PairPhase
from ui.pages.box import BoxPage
from ui.widgets import Card
from ui.window import MainWindow

FR = Catalogue("fr")
PASSWORD = "Tr0ub4dor-et-3"


def said(page: BoxPage) -> str:
    return "\n".join(words(page)).replace("\xa0", " ").replace("\u202f", " ")


def shown(page: BoxPage, card: Card) -> bool:
    return card.isVisibleTo(page)


def logins(box: Simulator) -> int:
    return sum(one.method == "POST" and one.path.endswith("/login") for one in box.asked)


def freebox(box: Simulator) -> FreeboxSimulator:
    assert isinstance(box, FreeboxSimulator)
    return box


def test_a_freebox_is_linked_at_its_display(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, _ = open_box("freebox", keyring=Ring())
    settled(qtbot, page)
    assert page.head.headline.text() == "Freebox Pop" and shown(page, page.line)
    assert not shown(page, page.home) and page.head.pair.isVisibleTo(page)
    page.head.pair.click()
    assert page.pairing.go.hasFocus() and not page.pairing.password.isVisibleTo(page)
    let_in(qtbot, page)
    assert page.hold.view.pairing.phase is PairPhase.GRANTED
    assert FR.text("ui.box.kept.keyring") in said(page)
    assert page.head.lines[0].text() == FR.text("ui.box.line.connected")
    assert "−18,4 dBm" in said(page) and "tablette-leo" in said(page)
    assert not page.head.pair.isVisibleTo(page) and page.head.forget.isVisibleTo(page)
    page.pairing.leave.click()
    assert not shown(page, page.pairing) and page.head.refresh.hasFocus()


def test_waiting_at_the_display_can_be_given_up(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    freebox(box).panel_polls = 10**6
    settled(qtbot, page)
    page.head.pair.click()
    page.pairing.go.click()
    qtbot.waitUntil(lambda: "écran de la Freebox" in said(page) and page.pairing.leave.hasFocus())
    assert page.pairing.leave.text() == FR.text("ui.box.pair.give_up")
    page.escape()
    assert page.hold.view.pairing.phase is PairPhase.CLOSED
    qtbot.wait(60)
    asked = len(box.asked)
    qtbot.wait(120)
    assert len(box.asked) == asked  # nobody asks any more
    assert page.head.pair.isVisibleTo(page)


@pytest.mark.parametrize("answer", ["denied", "timeout"])
def test_a_no_at_the_display_is_said_once(qtbot: QtBot, open_box: OpenBox, answer: str) -> None:
    page, box, _ = open_box("freebox")
    freebox(box).panel = answer
    let_in(qtbot, page)
    assert said(page).count(FR.text(f"box.freebox.pairing.{answer}").replace("\xa0", " ")) == 1
    assert page.pairing.go.text() == FR.text("ui.box.pair.retry") and page.hold.view.found is not None
    freebox(box).panel = "granted"
    let_in(qtbot, page)
    assert page.hold.view.pairing.phase is PairPhase.GRANTED


def test_a_missing_right_is_shown_step_by_step(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, _ = open_box("freebox", "no-settings-right")
    let_in(qtbot, page)
    assert shown(page, page.right) and "Gestion des accès" in said(page)
    assert FR.text("box.secret.file").replace("\xa0", " ") in said(page)  # no keyring here: said
    freebox_home = page.hold.view
    assert freebox_home.picture is not None and freebox_home.picture.lacks_settings_right


def test_a_wrong_password_is_sent_once(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("bbox", keyring=Ring())
    let_in(qtbot, page, "not the one")
    assert page.hold.view.pairing.phase is PairPhase.DENIED and logins(box) == 1
    refusal = FR.text("box.pair.bbox.refused").replace("\xa0", " ")
    assert said(page).count(refusal) == 1
    assert page.pairing.password.field.text() == "" and page.pairing.password.field.hasFocus()
    page.pairing.go.click()  # nothing typed: nothing sent
    page.head.refresh.click()
    settled(qtbot, page)
    assert logins(box) == 1
    let_in(qtbot, page, PASSWORD)
    assert page.hold.view.pairing.phase is PairPhase.GRANTED and said(page).count(refusal) == 0
    assert page.hold.view.picture is not None and page.hold.view.picture.status.paired


def test_no_password_is_left_anywhere(
    qtbot: QtBot, open_box: OpenBox, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    page, _, _ = open_box("bbox")
    settled(qtbot, page)
    page.head.pair.click()
    field = page.pairing.password.field
    assert field.echoMode() is QLineEdit.EchoMode.Password
    page.pairing.password.show_it.click()
    qtbot.keyClicks(field, "Mon-Secret-7")
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    page.pairing.go.click()
    assert field.text() == "" and not field.isUndoAvailable() and field.echoMode() is QLineEdit.EchoMode.Password
    qtbot.waitUntil(lambda: page.hold.view.pairing.phase is PairPhase.DENIED)
    settled(qtbot, page)
    gc.collect()
    assert [one for one in list(secret._KNOWN) if one.reveal() == "Mon-Secret-7"] == []
    let_in(qtbot, page, PASSWORD)
    for word in ("Mon-Secret-7", PASSWORD):
        assert word not in caplog.text and word not in repr(page.hold.view) and word not in said(page)
        for widget in page.findChildren(QWidget):
            assert word not in f"{widget.accessibleName()} {widget.accessibleDescription()} {widget.toolTip()}"
        assert [p for p in tmp_path.rglob("*") if p.is_file() and word.encode() in p.read_bytes()] == []


def test_a_typed_password_does_not_wait_for_who_comes_back(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("bbox")
    settled(qtbot, page)
    page.head.pair.click()
    for leave in (lambda: window_of(page).go("check"), page.escape):
        window_of(page).go("box")
        page.pairing.password.field.setText("Mon-Secret-7")
        leave()
        assert page.pairing.password.field.text() == ""
    assert logins(box) == 0


def window_of(page: BoxPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


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


def test_the_environment_aims_elsewhere(
    qtbot: QtBot, open_box: OpenBox, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    page, _, _ = open_box("freebox", nobody=True)
    settled(qtbot, page)
    page2, _, bench2 = open_box("freebox")
    settled(qtbot, page2)
    place = bench2.place
    assert place is not None
    monkeypatch.setenv("SELFCARE_BOX_ADDRESS", f"{place.address}:{place.port}")
    page.head.refresh.click()
    settled(qtbot, page)
    assert page.head.headline.text() == "Freebox Pop"


def test_a_reading_is_not_repeated_before_its_time(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    first = page.hold.view.picture
    lines = sum("/connection" in one.path for one in box.asked)
    page.head.refresh.click()
    settled(qtbot, page)
    assert page.hold.view.picture is first
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


def test_closing_the_window_logs_out(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    let_in(qtbot, page)
    before = freebox(box).logouts  # of the look at the rights while pairing
    assert window_of(page).context.bridge.shutdown() == ()
    assert freebox(box).logouts == before + 1


def test_closing_the_window_in_the_middle_of_pairing(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    freebox(box).panel_polls = 10**6
    settled(qtbot, page)
    page.head.pair.click()
    page.pairing.go.click()
    qtbot.waitUntil(lambda: "écran de la Freebox" in said(page))
    assert window_of(page).context.bridge.shutdown() == ()


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
