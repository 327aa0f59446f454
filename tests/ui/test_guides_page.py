"""A guide from the list to its end: every kind of step, consent, errors, the way back."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from selfcare.app.guides.world import Suggestion
from selfcare.model.guide_run import Acted
from tests.ui.conftest import OpenGuides, words
from tests.ui.guide_bench import GUEST, Home
from tests.ui.guide_way import (
    at,
    begun,
    button_of,
    choose,
    come_to,
    field,
    listed,
    to_consent,
    to_end,
    to_hours,
    to_key,
    until,
    window_of,
)
from tests.ui.support_bench import SupportBench
from ui.guide_state import Phase
from ui.pages.guide_fields import (
    DeviceField,
    HoursField,
    KeyField,
    TextField,
    TimetableField,
)


def test_the_list_says_what_each_guide_is_for(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, _ = open_guides()
    listed(qtbot, page)
    wifi = next(card for card in page.topics if "every" in card.buttons)
    said = words(wifi)
    assert wifi.fold.button.text() == "Le Wi-Fi (1)" and "Un Wi-Fi pour vos invités" in said
    assert any(line.startswith("Environ 7 minutes") for line in said)
    qtbot.waitUntil(lambda: any("lui-même" in line for line in words(wifi)))
    assert "Un Wi-Fi pour vos invités" in wifi.buttons["every"].accessibleName()


def test_nothing_is_marked_that_cannot_be_done_here(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.now = type(home.now)()  # nobody knows this home
    page, bench = open_guides(home)
    listed(qtbot, page)
    qtbot.waitUntil(lambda: page.hold.shelf is not None and page.hold.shelf.doable is not None)
    assert bench.home.now.can == ()
    button_of(page, "box-restart")
    restart = next(card for card in page.topics if "box-restart" in card.buttons)
    assert not any("lui-même" in line for line in words(restart))


def test_before_it_begins_nothing_is_written(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.holds.add("show")
    page, bench = open_guides(home)
    listed(qtbot, page)
    page._on_open("every")
    said = words(page.intro)
    assert "Un réglage sera changé. Il peut être remis comme avant." in said
    assert any("Nous regardons" in line for line in words(page.now))
    assert page.intro.begin.isVisibleTo(page) and not page.topics[0].isVisibleTo(page)
    home.free.set()
    qtbot.waitUntil(lambda: bool(page.hold.state.shows))
    assert words(page.now) == ["En ce moment", page._context.catalogue.text("verdict.state.ok")]
    assert bench.runs.runs() == ()


def test_an_answer_that_cannot_be_meant_stays_in_its_field(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.offered["guest_name"] = (Suggestion("Invités de Camille"),)
    page, _ = open_guides(home)
    begun(qtbot, page)
    assert page.step.progress.text().startswith("Étape 1 sur ") and not page.step.go.isVisibleTo(page)
    choose(page, "wifi")
    come_to(qtbot, page, "Comment ce Wi-Fi")
    qtbot.waitUntil(lambda: bool(page.hold.state.suggestions))
    name = field(page, TextField)
    name.offered[0].click()
    assert name.line.value == "Invités de Camille"
    name.line.put("x" * 40)
    page.step.go.click()
    qtbot.waitUntil(lambda: page.hold.state.refused is not None)
    assert "1 à 32" in name.problem.text() and name.line.value == "x" * 40 and name is page.step.field
    assert name.line.field.accessibleDescription() == name.problem.text()
    name.line.put("Chez nous")
    page.step.go.click()
    come_to(qtbot, page, "Quelle clé")


def test_a_key_is_judged_first_and_never_stays(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_key(qtbot, page)
    key = field(page, KeyField)
    assert key.line.field.echoMode() is QLineEdit.EchoMode.Password
    key.line.put("court")
    page.step.go.click()
    assert "encore 3" in key.line.problem.text() and at(page, "Quelle clé")
    key.line.suggest.click()
    typed = key.line.value
    page.step.go.click()
    assert key.line.value == ""
    come_to(qtbot, page, "Pour combien")
    (run,) = bench.runs.runs()
    kept = bench.keys.get(str(run.happened[-1].value))
    assert kept is not None and kept.reveal() == typed and typed not in str(run.happened)


def test_for_how_long_and_at_what_hours(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_hours(qtbot, page)
    hours = field(page, HoursField)
    assert hours.empty and hours.take() is None and hours.problem.isVisibleTo(page)  # where it is needed
    hours.chips.chips["4"].click()
    page.step.go.click()
    come_to(qtbot, page, "À quelles heures")
    table = field(page, TimetableField).table
    page.step.go.click()
    assert table.problem.isVisibleTo(page)
    table.days[0].click()
    page.step.go.click()
    until(qtbot, page, Phase.ASKING)
    (run,) = bench.runs.runs()
    answers = {one.step: one.value for one in run.happened}
    assert (answers["hours"], answers["table"], answers["name"]) == (4.0, "mo 21:00-24:00", "Chez nous")


def test_what_is_done_by_this_program_is_asked_for_and_proved(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.seen["box.guest_is"] = ["yes"]
    home.holds.add("box.guest")
    page, _ = open_guides(home)
    to_consent(qtbot, page)
    assert home.asked_for == [GUEST] and home.done == []
    qtbot.waitUntil(page.offer.refuse.hasFocus)
    assert "éteint → allumé" in page.offer.refuse.accessibleDescription()
    assert any("« Chez nous »" in line for line in words(page.step))
    page.offer.agree.click()
    qtbot.waitUntil(lambda: bool(page.hold.state.progress))
    assert page.hold.state.writing and page._context.guiding
    assert page._context.catalogue.text("box.change.stage.writing") in words(page.step)
    page.step.later.click()  # half a change is worse than either
    assert page.hold.state.phase is Phase.WORKING and page.note.isVisibleTo(page)
    home.free.set()
    come_to(qtbot, page, "Le Wi-Fi des invités fonctionne")
    assert home.done[0][0] == "box.guest" and home.done[0][1] == {"on": True, "name": "$name"}
    said = words(page.step)
    assert "C’est réglé" in said and "Ce que ce programme a changé" in said
    assert not page.note.isVisibleTo(page)


def test_no_changes_nothing(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    to_consent(qtbot, page)
    page.escape()
    come_to(qtbot, page, "Rien n’a été changé")
    assert bench.home.done == [] and "Nous en restons là" in words(page.step)
    assert not page.step.end.buttons


@pytest.mark.parametrize(("outcome", "says"), [("done", "comme avant."), ("failed", "La box ne répond pas.")])
def test_what_was_done_is_put_back_from_the_end(qtbot: QtBot, open_guides: OpenGuides, outcome: str, says: str) -> None:
    home = Home()
    home.undo_outcome = outcome
    page, _ = open_guides(home)
    to_end(qtbot, page, home)
    page.step.end.buttons["entry-1"].click()
    until(qtbot, page, Phase.ASKING)
    page.escape()
    until(qtbot, page, Phase.OVER)
    assert home.undone == [] and "Rien n’a été touché." in words(page.step)
    page.step.end.buttons["entry-1"].click()
    until(qtbot, page, Phase.ASKING)
    page.offer.agree.click()
    until(qtbot, page, Phase.OVER)
    assert home.undone == ["entry-1"]
    assert any(line.endswith(says) for line in words(page.step))
    assert ("entry-1" in page.step.end.buttons) is (outcome != "done")


def test_by_hand_where_it_cannot_be_done_from_here(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.acted["box.guest"], home.seen["box.guest_is"] = ["unable"], ["no", "yes"]
    page, _ = open_guides(home)
    to_consent(qtbot, page)
    page.offer.agree.click()
    come_to(qtbot, page, "Allumez le Wi-Fi")
    said = words(page.step)
    assert any("cherchez une rubrique" in line for line in said)
    assert any(line.startswith("Source : octofibre".replace(" :", "\xa0:")) for line in said)
    assert any(line.startswith("Non vérifié") for line in said)
    page.step.go.click()
    qtbot.waitUntil(lambda: home.asked.count("box.guest_is") == 1 and at(page, "Allumez"))
    assert page._context.catalogue.text("box.change.stage.reading_back") in words(page.step)  # what the test said
    page.step.go.click()
    come_to(qtbot, page, "Le Wi-Fi des invités fonctionne")
    said = words(page.step)
    assert "Dans la même rubrique de la box, éteignez le Wi-Fi des invités." in said
    page.step.end.buttons["box-restart"].click()
    assert page.hold.state.phase is Phase.INTRO and page.hold.state.guide == "box-restart"


def test_not_found_is_handed_over_with_what_was_seen(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.acted["box.guest"] = ["unable"]
    page, _ = open_guides(home)
    to_consent(qtbot, page)
    page.offer.agree.click()
    come_to(qtbot, page, "Allumez le Wi-Fi")
    page.step.other.click()
    come_to(qtbot, page, "Appelez")
    assert page.step.away.text() == "Contacter l'assistance"
    window = window_of(page)
    window.context.services = SupportBench().into(window.context.services)
    page.step.away.click()
    assert window.sidebar.buttons["support"].isChecked()
    window.go("guides")  # the run is where it was
    page.step.go.click()
    come_to(qtbot, page, "Avez-vous")  # no test can tell
    assert page.step.go.text() == "Oui" and page.step.other.text() == "Non"
    page.step.other.click()
    come_to(qtbot, page, "Appelez")  # not done: the same step again
    page.step.go.click()
    come_to(qtbot, page, "Avez-vous")
    page.step.go.click()
    come_to(qtbot, page, "Le service client")
    assert any("gardé pour le support" in line for line in words(page.step))
    assert page.step.end.buttons["support"].text() == "Contacter l'assistance"
    page.step.end.buttons["copy"].click()
    qtbot.waitUntil(lambda: bool(page.step.end.copied.text()))
    story = QGuiApplication.clipboard().text()
    assert "Allumez le Wi-Fi des invités dans les pages de la box. → pas trouvé" in story
    assert "Que voulez-vous régler" in story and "Le Wi-Fi des invités" in story
    assert "Chez nous" not in story and "guide " + page.hold.state.run not in story


def test_the_other_kinds_of_answers(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.offered["free_address"] = (Suggestion("192.168.1.40"),)
    page, bench = open_guides(home)
    begun(qtbot, page)
    choose(page, "port")
    come_to(qtbot, page, "Quel port")
    field(page, TextField).line.put("beaucoup")
    page.step.go.click()
    qtbot.waitUntil(lambda: "« beaucoup »".replace(" ", "\xa0") in field(page, TextField).problem.text())
    field(page, TextField).line.put("5000-5010")
    page.step.go.click()
    come_to(qtbot, page, "Vers quelle")
    qtbot.waitUntil(lambda: bool(field(page, TextField).offered))
    page.step.go.click()  # which may be left open, and was left empty
    come_to(qtbot, page, "Sur quel")
    page.step.go.click()  # which may not
    qtbot.waitUntil(lambda: field(page, TextField).problem.text() == "Il manque une réponse.")
    qtbot.waitUntil(lambda: len(field(page, TextField).offered) == 1)  # automatic
    field(page, TextField).offered[0].click()
    page.step.go.click()
    come_to(qtbot, page, "Comment s’appelle")
    field(page, TextField).line.put("Échecs")
    page.step.go.click()
    until(qtbot, page, Phase.ASKING)
    assert page.consent.title.text() == "Vider la mémoire des noms" and not page.offer.isVisibleTo(page)
    page.consent.agree.click()
    come_to(qtbot, page, "Le Wi-Fi")
    (run,) = bench.runs.runs()
    answers = {one.step: one.value for one in run.happened}
    assert (answers["ports"], answers["address"], answers["channel"]) == ("5000-5010", None, 0)


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_device_from_the_list_or_by_hand(qtbot: QtBot, open_guides: OpenGuides, by_hand: bool) -> None:
    home = Home()
    home.holds.add("suggest")
    home.offered["devices"] = (
        Suggestion("b8:27:eb:00:00:01", "Console"),
        Suggestion("b8:27:eb:00:00:02", "Imprimante"),
    )
    page, bench = open_guides(home)
    begun(qtbot, page)
    choose(page, "device")
    come_to(qtbot, page, "De quel appareil")
    device = field(page, DeviceField)
    assert device.line.isVisibleTo(page) and not device.picker.isVisibleTo(page)
    home.free.set()
    qtbot.waitUntil(lambda: device.picker.isVisibleTo(page))
    page.step.go.click()  # nobody is chosen for them
    assert device.problem.isVisibleTo(page) and at(page, "De quel appareil")
    assert not device.line.isVisibleTo(page)
    page.step.go.click()  # nobody is chosen who was not chosen
    assert device.problem.text() == "Choisissez un appareil" and page.hold.state.phase is Phase.STEP
    device.picker.combo.setCurrentIndex(3 if by_hand else 2)
    assert not device.problem.text()
    if by_hand:
        assert device.line.isVisibleTo(page)
        device.line.put("ma-camera")
    page.step.go.click()
    come_to(qtbot, page, "Reliez")
    (run,) = bench.runs.runs()
    assert run.happened[-1].value == ("ma-camera" if by_hand else "b8:27:eb:00:00:02")
    assert page._names()["b8:27:eb:00:00:02"] == "Imprimante"  # in what is asked later


def test_back_to_the_step_before(qtbot: QtBot, open_guides: OpenGuides) -> None:
    page, bench = open_guides()
    begun(qtbot, page)
    assert not page.step.back.isVisibleTo(page)
    choose(page, "device")
    come_to(qtbot, page, "De quel appareil")
    page.step.back.click()
    come_to(qtbot, page, "Que voulez-vous")
    choose(page, "wifi")
    come_to(qtbot, page, "Comment ce Wi-Fi")
    assert len(bench.runs.runs()) == 1


def test_a_fault_of_ours_in_the_middle_is_said_and_gone_on_with(qtbot: QtBot, open_guides: OpenGuides) -> None:
    home = Home()
    home.dies.add("box.guest")
    page, bench = open_guides(home)
    to_consent(qtbot, page)
    page.offer.agree.click()
    until(qtbot, page, Phase.TROUBLE)
    assert page.trouble.isVisibleTo(page) and "erreur de notre part" in page.trouble.words.text()
    assert page.trouble.retry.hasFocus()
    home.dies.clear()
    home.recovered["box.guest"] = Acted("done", "entry-9")
    page.trouble.retry.click()
    until(qtbot, page, Phase.ASKING)  # it had not begun: it is proposed again
    assert len(bench.runs.runs()) == 1
