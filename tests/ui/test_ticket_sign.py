"""Who it is, before a ticket leaves; and where nobody takes one, what is handed over by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from selfcare.app.support.port import SignIn
from selfcare.model.ticket import Phase
from tests.ui.conftest import OpenWindow, words
from tests.ui.support_bench import SupportBench
from tests.ui.support_story import storied
from tests.ui.support_way import CASE, at_support, quiet, ticket
from tests.ui.test_ticket_page import simple
from ui.support_state import Step


def test_sign_in_in_the_browser(qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).host()) or True)
    bench = simple(sign=SignIn.OIDC, came_back=False)
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    page.channel.ticket.click()
    quiet(qtbot, page)
    part = page.part
    assert part is not None and part.sign.isVisible() and part.sign.go.hasFocus()
    assert "« Mettre en attente »" in part.consent.sentence.accessibleName().replace("\u00a0", " ")
    assert part.consent.send.property("kind") == "second"  # one filled button: who it is comes first
    part.sign.go.click()
    qtbot.waitUntil(lambda: opened == ["compte.exemple.fr"])
    assert "navigateur" in part.sign.go.text() and part.sign.give_up.isVisible()
    bench.came_back = True
    quiet(qtbot, page)
    assert not part.sign.isVisible() and part.consent.send.property("kind") == "primary"


def test_who_did_not_sign_in_yet_may_agree_and_it_leaves_after(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple(sign=SignIn.OIDC)
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    part.consent.send.click()
    quiet(qtbot, page)
    assert bench.parcels[0].phase is Phase.WAITING_SIGN_IN and part.sign.isVisible() and part.sent.isVisible()
    part.sign.go.click()
    quiet(qtbot, page)
    assert bench.parcels[0].phase is Phase.DONE and "Ticket 4701" in words(part.sent)


def test_a_code_by_mail_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple(sign=SignIn.REGISTER)
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    part.sign.go.click()
    assert part.sign.entry.problem.isVisible() and "register" not in bench.calls
    part.sign.entry.field.setText("camille@exemple.fr")
    part.sign.go.click()
    quiet(qtbot, page)
    assert part.sign.entry_code.isVisible() and not part.sign.entry.isVisible()
    part.sign.entry_code.field.setText("000000")
    part.sign.go.click()
    quiet(qtbot, page)
    assert part.sign.problem.isVisible() and part.sign.entry_code.value == "000000"
    part.sign.entry_code.field.setText("314159")
    part.sign.go.click()
    quiet(qtbot, page)
    assert not part.sign.isVisible() and page.hold.ticket.state.signed_in


def test_a_token_leaves_its_field(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_support(open_window, simple(sign=SignIn.TOKEN))
    part = ticket(qtbot, page, Step.PREVIEW)
    field = part.sign.entry_token.field
    assert field.echoMode() is field.EchoMode.Password
    field.setText("secret-token")
    part.sign.go.click()
    assert field.text() == ""


def test_without_a_desk_it_is_handed_over_by_hand(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toLocalFile()) or True)
    target = tmp_path / "d.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    bench = storied(SupportBench(desk=None))
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    assert part.consent.send.text() == "Enregistrer le fichier" and part.consent.mail.isVisible()
    part.consent.send.click()
    quiet(qtbot, page)
    report = page.hold.ticket.state.report
    assert report is not None and target.read_bytes() == report.archive and bench.sent == []
    assert str(target) in part.consent.saved.text().replace("\u200b", "")
    part.consent.mail.click()
    quiet(qtbot, page)
    assert len(opened) == 1 and Path(opened[0]).name == f"{CASE}.eml" and CASE in Path(opened[0]).read_text()
    part.consent.copy.button.click()
    assert QGuiApplication.clipboard().text() == report.text
