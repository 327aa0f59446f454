"""The box's settings beside the rest: keys stay nowhere, a check and a repair wait, what was broken off is finished."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from selfcare.app.box_change import BoxChanges
from selfcare.app.box_finish import Finishing
from selfcare.app.box_left import box_left
from selfcare.app.boxes import BoxDesk, Found
from selfcare.i18n import Catalogue
from selfcare.model.box.change import Settled
from selfcare.model.check import CheckResult
from tests.ui.box_set_way import Way, way, words
from tests.ui.conftest import OpenBox, check_page
from ui.box_set_state import ChangePhase, Setting
from ui.box_setter import BoxSetter
from ui.care import Care
from ui.check_state import Phase
from ui.context import Context
from ui.pages.box import BoxPage
from ui.pages.box_set_home import ForwardCard
from ui.pages.box_set_wifi import WifiCard
from ui.pages.repair import RepairPage
from ui.window import MainWindow

KEY = "une-cle-de-canari-2026"


def context_of(w: Way) -> Context:
    window = w.page.window()
    assert isinstance(window, MainWindow)
    return window.context


def test_the_key_is_shown_on_request_only_and_stays_nowhere(
    qtbot: QtBot, open_box: OpenBox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    w = way(qtbot, open_box, "livebox")
    card = w.card(Setting.WIFI, WifiCard)
    present = w.home.ssids[0].key
    assert present not in words(card)
    card.key.field.setText(KEY)
    assert card.key.field.echoMode() is QLineEdit.EchoMode.Password
    window = w.page.window()
    assert isinstance(window, MainWindow)
    window.go("check")
    assert card.key.value == ""  # who leaves the page leaves no key behind
    window.go("box")
    card.key.field.setText(KEY)
    card.send.click()
    w.asked()
    w.agree()
    w.settings.offer.close_it.click()
    card.close_it()
    spoken = [f"{one.objectName()} {one.accessibleName()}" for one in window.findChildren(QWidget)]
    fields = [one.text() for one in window.findChildren(QLineEdit)]
    assert not [words for words in (*spoken, *fields) if KEY in words or present in words]
    state = w.settings.setter.state
    assert KEY not in caplog.text and present not in caplog.text and KEY not in repr(state)
    assert state.proposal is None and w.settings.setter.seen == {}  # the wish and the reading had it
    assert KEY not in " ".join(w.bench.keys.kept)


def test_a_box_waits_for_a_repair(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    context = context_of(w)
    card = w.card(Setting.FORWARD, ForwardCard)
    context.repairing = True
    card.removers[0].click()
    assert w.phase is ChangePhase.IDLE and "réparation est en cours" in words(w.settings.intro)
    context.repairing = False
    card.removers[0].click()
    w.asked()
    context.repairing = True  # it began while the question stood
    w.settings.offer.agree.click()
    assert w.phase is ChangePhase.ASKING and "réparation est en cours" in words(w.settings.intro)
    context.repairing = False
    w.agree()
    assert w.home.forwards == []


def test_a_check_and_a_repair_wait_for_the_box(qtbot: QtBot, open_box: OpenBox) -> None:
    """The check that runs is stopped, none can begin, and what was found before is no longer so."""
    w = way(qtbot, open_box, "freebox")
    context = context_of(w)
    window = w.page.window()
    assert isinstance(window, MainWindow)
    check, repair = check_page(window), window.page("repair")
    assert isinstance(repair, RepairPage)

    async def for_ever(_options: object, _emit: object) -> CheckResult:
        await asyncio.Event().wait()
        raise AssertionError

    context.services = replace(context.services, run_check=for_ever)
    w.card(Setting.FORWARD, ForwardCard).removers[0].click()
    w.asked()
    check.start()
    assert check.state.phase is Phase.CHECKING
    w.box.latency_s = 0.2
    w.settings.offer.agree.click()
    assert context.setting_box
    qtbot.waitUntil(lambda: check.state.phase is Phase.IDLE)
    assert w.phase is ChangePhase.WORKING
    window.go("check")
    check.answer.start.click()
    assert check.state.phase is Phase.IDLE and w.page.isVisible()
    repair.start()
    assert not repair.state.busy and w.page.isVisible()
    check.state.phase = Phase.DONE
    w.box.latency_s = 0.0
    w.until(ChangePhase.DONE)
    assert not context.setting_box and check.state.phase is Phase.IDLE


@pytest.mark.full
def test_a_change_outlives_the_page(qtbot: QtBot, open_box: OpenBox) -> None:
    """Another language builds the pages anew: the question is still there, and so is its answer."""
    w = way(qtbot, open_box, "freebox")
    w.card(Setting.FORWARD, ForwardCard).removers[0].click()
    w.asked()
    window = w.page.window()
    assert isinstance(window, MainWindow)
    window.context.catalogue = Catalogue("en")
    window._build("box")
    page = window.page("box")
    again = Way(qtbot, page, w.box, w.bench)  # type: ignore[arg-type]
    assert "No, thank" in again.settings.offer.refuse.text() and again.settings.offer.isVisibleTo(page)
    again.agree()
    assert w.home.forwards == []


def test_no_network_library_comes_to_the_main_thread_and_nothing_of_it_at_the_start() -> None:
    code = "import sys, {0}; sys.exit(any(m.startswith({1!r}) for m in sys.modules))"
    for module, unwanted in (
        ("ui.pages.box_settings", ("aiohttp", "keyring")),
        ("ui.app, ui.pages.check, ui.care", ("ui.box_set", "selfcare.boxes")),
    ):
        said = subprocess.run([sys.executable, "-c", code.format(module, unwanted)], check=False)
        assert said.returncode == 0, module


def broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program dies between its note and the first write."""

    async def forward(_self: Finishing) -> None:
        raise RuntimeError

    monkeypatch.setattr(Finishing, "forward", forward)


@pytest.mark.full
def test_what_we_broke_off_ourselves_is_finished_at_once(
    qtbot: QtBot, open_box: OpenBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = way(qtbot, open_box, "freebox")
    with monkeypatch.context() as broken:
        broken_off(broken)
        w.card(Setting.FORWARD, ForwardCard).removers[0].click()
        w.asked()
        said = w.agree()
    assert "Un problème de ce programme" in said and "Rien n’a été changé" not in said
    qtbot.waitUntil(lambda: w.settings.settled.isVisibleTo(w.page), timeout=8000)
    assert "Ports ouverts" in w.settings.settled.text()
    assert not box_left(w.bench.folder) and [f.external for f in w.home.forwards] == [8443]


def test_what_an_earlier_run_left_is_said_at_the_start_and_finished_on_the_page(
    qtbot: QtBot, open_box: OpenBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = way(qtbot, open_box, "freebox")
    monkeypatch.setattr(BoxSetter, "_after", lambda _self, _setting: None)  # the program is gone
    with monkeypatch.context() as broken:
        broken_off(broken)
        w.card(Setting.FORWARD, ForwardCard).removers[0].click()
        w.asked()
        w.agree()
    assert box_left(w.bench.folder)
    window = w.page.window()
    assert isinstance(window, MainWindow)
    context = window.context
    context.box = None  # the next start: nothing is known, and no page is open
    window._build("check")
    Care(context, window.show_notice)
    notice = check_page(window).notice
    qtbot.waitUntil(notice.isVisible)
    assert "réglage de la box est resté inachevé" in notice.words.text() and context.box is None
    notice.see.click()
    page = window.page("box")
    assert isinstance(page, BoxPage)
    again = Way(qtbot, page, w.box, w.bench)
    qtbot.waitUntil(lambda: again.settings.settled.isVisibleTo(page), timeout=8000)
    assert again.settings.settled.text().startswith("Un réglage interrompu n’avait pas commencé")
    assert not box_left(w.bench.folder)
    window.go("check")
    assert not notice.isVisible()


@pytest.mark.full
def test_what_could_not_be_finished_is_tried_again_when_the_box_answers(
    qtbot: QtBot, open_box: OpenBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = way(qtbot, open_box, "freebox")

    async def silent(self: BoxChanges) -> Settled:
        return Settled(later=tuple(one.name for one in self.changes()[0]))

    with monkeypatch.context() as broken:
        broken_off(broken)
        broken.setattr(BoxChanges, "settle", silent)
        w.card(Setting.FORWARD, ForwardCard).removers[0].click()
        w.asked()
        w.agree()
        qtbot.waitUntil(lambda: "reste à vérifier" in w.settings.settled.text(), timeout=8000)
    assert box_left(w.bench.folder)
    monkeypatch.setattr("selfcare.app.boxes.BoxDesk.status", fresh(BoxDesk.status))
    w.page.hold.refresh()
    qtbot.waitUntil(lambda: not box_left(w.bench.folder), timeout=8000)
    qtbot.waitUntil(lambda: "n’avait pas commencé" in w.settings.settled.text(), timeout=8000)


def fresh(status: Any) -> Any:
    """A reading whenever one is asked for: the family's interval is not waited for."""

    async def read(desk: BoxDesk, found: Found) -> Any:
        return await status(desk, found, fresh=True)

    return read
