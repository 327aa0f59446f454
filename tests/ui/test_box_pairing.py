"""Letting the program into a box: at its display, by its password, once; and nothing left of it."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from selfcare.boxes import secret
from selfcare.i18n import Catalogue
from tests.ui.box_bench import Ring
from tests.ui.box_look import freebox, logins, said, shown, window_of
from tests.ui.conftest import OpenBox, let_in, settled
from ui.box_state import PairPhase

FR = Catalogue("fr")
PASSWORD = "Tr0ub4dor-et-3"


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
    assert field.text() == "" and field.echoMode() is QLineEdit.EchoMode.Password
    field.setEchoMode(QLineEdit.EchoMode.Normal)  # a masked field forgets nothing, it only refuses to tell
    field.undo()
    assert field.text() == ""
    field.setEchoMode(QLineEdit.EchoMode.Password)
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


def test_closing_the_window_in_the_middle_of_pairing(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    freebox(box).panel_polls = 10**6
    settled(qtbot, page)
    page.head.pair.click()
    page.pairing.go.click()
    qtbot.waitUntil(lambda: "écran de la Freebox" in said(page))
    assert window_of(page).context.bridge.shutdown() == ()
