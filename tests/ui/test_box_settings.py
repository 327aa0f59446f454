"""The box's settings: the real engine and the real drivers, simulated boxes on loopback, and a person's clicks."""

from __future__ import annotations

import socket

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from selfcare.model.box.change import BoxOutcome
from tests.ui.box_set_way import PASSWORD, Way, way, words
from tests.ui.conftest import OpenBox, let_in
from ui.box_set_state import ChangePhase, Setting
from ui.pages.box_set_card import SettingCard
from ui.pages.box_set_home import ForwardCard, ReservationCard
from ui.pages.box_set_parental import ParentalCard
from ui.pages.box_set_wifi import GuestCard, WifiCard
from ui.pages.box_settings import BoxSettings

KEY = "une-cle-de-canari-2026"
LEO = "b8:27:eb:00:00:02"


def choose(card: ParentalCard | ForwardCard | ReservationCard, name: str) -> None:
    """The device by its name."""
    place = next(n for n in range(card.device.combo.count()) if card.device.combo.itemText(n).startswith(name))
    card.device.combo.setCurrentIndex(place)


@pytest.mark.parametrize("family", ["freebox", pytest.param("livebox", marks=pytest.mark.full)])
def test_guests_are_let_in_with_a_suggested_key_and_out_again(qtbot: QtBot, open_box: OpenBox, family: str) -> None:
    w = way(qtbot, open_box, family)
    assert not w.home.guest.enable
    card = w.card(Setting.GUEST, GuestCard)
    assert "Éteint" in words(card)
    card.key.suggest.click()
    key = card.key.value
    assert card.key.field.echoMode() is QLineEdit.EchoMode.Normal and card.key.note.isVisibleTo(w.page)
    card.send.click()
    assert card.key.value == ""
    question = w.asked()
    assert "éteint → allumé" in question and key not in question
    assert "C’est fait" in w.agree()
    assert w.home.guest.enable and w.home.guest.key == key
    assert w.settings.setter.listed.changes == () or w.settings.setter.listed.changes[0].undoable
    assert "remis comme avant" in w.undo()
    assert not w.home.guest.enable


@pytest.mark.parametrize("family", [pytest.param("freebox", marks=pytest.mark.full), "bbox"])
def test_a_port_is_opened_to_this_computer_and_closed_again(qtbot: QtBot, open_box: OpenBox, family: str) -> None:
    w = way(qtbot, open_box, family)
    card = w.card(Setting.FORWARD, ForwardCard)
    assert "pc-camille, port 443" in words(card)
    assert card.device.combo.currentText() == "pc-camille (cet ordinateur)"
    card.ports.field.setText("5001")
    card.name.field.setText("Caméra")
    card.send.click()
    question = w.asked()
    assert "Port 5001 (TCP)" in question and "fermé → vers pc-camille, port 5001" in question
    assert "192.168.1.20" not in question
    w.agree()
    made = [f for f in w.home.forwards if f.external == 5001]
    assert [(f.client, f.internal, f.protocol) for f in made] == [("192.168.1.20", 5001, "tcp")]
    w.undo()
    assert w.outcome() is BoxOutcome.DONE and not [f for f in w.home.forwards if f.external == 5001]


def test_who_is_sent_for_a_setting_finds_it_open(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, _ = open_box("bbox")
    page.point_at("wifi")  # before the box has told anything
    let_in(qtbot, page, PASSWORD)
    assert isinstance(page.settings, BoxSettings)
    settings = page.settings
    qtbot.waitUntil(lambda: settings.cards[Setting.WIFI].is_open)
    settings.cards[Setting.WIFI].button.click()
    page.hold.changed.emit()
    assert not settings.cards[Setting.WIFI].is_open  # once


@pytest.mark.full
def test_an_open_port_is_closed_from_its_own_line(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    card = w.card(Setting.FORWARD, ForwardCard)
    assert "8443" in card.removers[0].accessibleName()
    card.removers[0].click()
    assert "vers pc-camille, port 443 → fermé" in w.asked()
    w.agree()
    assert w.home.forwards == []
    w.undo()
    assert [f.external for f in w.home.forwards] == [8443]


@pytest.mark.parametrize("family", [pytest.param("freebox", marks=pytest.mark.full), "livebox"])
def test_a_device_is_cut_by_its_name_and_let_in_again(qtbot: QtBot, open_box: OpenBox, family: str) -> None:
    w = way(qtbot, open_box, family)
    card = w.card(Setting.PARENTAL, ParentalCard)
    choose(card, "tablette-leo")
    assert card.what.value == "blocked"
    card.send.click()
    question = w.asked()
    assert "tablette-leo" in question and LEO not in question.lower()
    w.agree()
    assert w.outcome() is BoxOutcome.DONE
    assert [plan.override for plan in w.home.plans if LEO in [m.lower() for m in plan.macs]] == ["blocked"]
    qtbot.waitUntil(lambda: w.read(Setting.PARENTAL) and "Pas d’Internet" in words(card))
    choose(card, "tablette-leo")
    assert card.what.value == "planned"  # whoever is cut is to be let in again
    w.undo()
    assert not [plan for plan in w.home.plans if plan.override == "blocked"]


@pytest.mark.full
def test_a_night_is_told_to_the_box_as_two_parts(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    card = w.card(Setting.PARENTAL, ParentalCard)
    choose(card, "tablette-leo")
    card.what.chips["planned"].click()
    card.table.days[6].click()
    card.table.start.select(21 * 3600)
    card.table.end.select(7 * 3600)
    card.send.click()  # what was chosen and not added counts
    question = w.asked()
    assert "21:00–24:00" in question and "00:00–07:00" in question
    w.agree()
    plan = next(plan for plan in w.home.plans if LEO in plan.macs)
    assert sorted(plan.slots) == [(0, 0, 7 * 3600), (6, 21 * 3600, 24 * 3600)]


def test_a_new_key_for_the_wifi(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "sfr")
    before = [s.key for s in w.home.ssids]
    card = w.card(Setting.WIFI, WifiCard)
    card.key.field.setText(KEY)
    card.send.click()
    question = w.asked()
    assert "une nouvelle" in question and "devront être reconnectés" in question and KEY not in question
    w.agree()
    assert w.outcome() is BoxOutcome.DONE and {s.key for s in w.home.ssids} == {KEY}
    w.undo()
    assert [s.key for s in w.home.ssids] == before


@pytest.mark.full
def test_a_channel_of_one_band(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    card = w.card(Setting.WIFI, WifiCard)
    card.what.chips["radio"].click()
    assert card.band.value == "2.4" and card.channel.value == 0
    card.channel.select(11)
    card.send.click()
    assert "automatique → 11" in w.asked()
    w.agree()
    assert w.home.radios[0].channel == 11


@pytest.mark.full
def test_an_address_is_fixed_for_a_device(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "livebox")
    w.home.address = "192.168.1.1"
    card = w.card(Setting.RESERVATION, ReservationCard)
    assert "Toujours 192.168.1.20" in words(card)
    offered = [card.device.combo.itemText(n) for n in range(card.device.combo.count())]
    assert "tablette-leo" in offered and not any("pc-camille" in name for name in offered)  # it has one
    choose(card, "tablette-leo")
    assert card.address.value == "192.168.1.21"
    card.send.click()
    assert "aucun → 192.168.1.21" in w.asked()
    w.agree()
    assert w.home.reservations[LEO][0] == "192.168.1.21"
    w.undo()
    assert LEO not in w.home.reservations


def test_without_the_right_it_says_where_to_tick_it(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox", "no-settings-right")
    card = w.card(Setting.GUEST, GuestCard)
    card.key.suggest.click()
    card.send.click()
    w.until(ChangePhase.DONE)
    said = words(w.settings.offer)
    assert "Modification des réglages de la Freebox" in said and "Rien n’a été changé" in said
    assert w.outcome() is BoxOutcome.REFUSED and not w.home.guest.enable
    assert not w.settings.offer.back.isVisibleTo(w.page) and w.settings.offer.close_it.hasFocus()


def test_a_no_changes_nothing_and_leaves_nothing(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    card = w.settings.cards[Setting.REBOOT]
    card.button.click()
    question = w.asked()
    assert "de 2 à 5 minutes sans Internet" in question and "pas revenir en arrière" in question
    w.page.escape()
    w.until(ChangePhase.IDLE)
    assert w.home.reboot_asked == 0 and not w.settings.offer.isVisibleTo(w.page)
    assert card.button.hasFocus() and w.settings.setter.listed.changes == ()


@pytest.mark.full
def test_what_somebody_else_changed_since_is_left_alone(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "livebox")
    card = w.card(Setting.WIFI, WifiCard)
    card.name.field.setText("Chez nous")
    card.send.click()
    w.asked()
    w.agree()
    for ssid in w.home.ssids:
        ssid.ssid = "Encore autre chose"
    w.settings.offer.back.click()
    w.until(ChangePhase.DONE)
    assert w.outcome() is BoxOutcome.CONFLICT
    assert "laissé tel quel" in words(w.settings.offer)
    assert {s.ssid for s in w.home.ssids} == {"Encore autre chose"}


def test_the_list_of_changes_puts_one_back(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    card = w.card(Setting.FORWARD, ForwardCard)
    assert not w.settings.made.isVisibleTo(w.page)
    card.removers[0].click()
    w.asked()
    w.agree()
    w.settings.offer.close_it.click()
    qtbot.waitUntil(lambda: w.settings.made.isVisibleTo(w.page) and bool(w.settings.made.buttons))
    qtbot.wait(1)
    said = words(w.settings.made)
    assert "Ports ouverts" in said and "vers pc-camille, port 443 → fermé" in said and "192.168" not in said
    next(iter(w.settings.made.buttons.values())).click()
    assert "Remettre comme avant" in w.asked()
    w.agree()
    assert [f.external for f in w.home.forwards] == [8443]
    qtbot.waitUntil(lambda: not w.settings.made.isVisibleTo(w.page))


@pytest.mark.full
def test_a_box_that_has_no_such_setting_says_where_it_is_done(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "sfr")
    for setting in (Setting.PARENTAL, Setting.FORWARD, Setting.RESERVATION):
        assert not w.settings.cards[setting].isVisibleTo(w.page)
    said = words(w.settings.elsewhere)
    assert "« Réseau v4 »" in said and "« NAT »" in said and "Contrôle parental : cette box n’en a pas" in said


def test_a_stranger_is_told_to_link_the_box_first(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, bench = open_box("bbox")
    w = Way(qtbot, page, box, bench)
    qtbot.waitUntil(lambda: w.settings.setter.abilities is not None, timeout=8000)
    assert not any(card.isVisibleTo(page) for card in w.settings.cards.values())
    assert "reliez d’abord la box" in words(w.settings.intro)


@pytest.mark.full
def test_a_router_that_tells_no_devices_still_opens_a_port_to_this_computer(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, bench = open_box("igd")
    w = Way(qtbot, page, box, bench)
    qtbot.waitUntil(lambda: w.settings.cards[Setting.FORWARD].isVisibleTo(page), timeout=8000)
    card = w.card(Setting.FORWARD, ForwardCard)
    assert card.device.combo.count() == 1 and card.device.combo.currentText().endswith("(cet ordinateur)")
    card.ports.field.setText("5001")
    card.send.click()
    assert f"vers {socket.gethostname()}, port 5001" in w.asked()
    w.agree()
    assert [(f.external, f.client) for f in w.home.forwards if f.external == 5001] == [(5001, "127.0.0.1")]


@pytest.mark.full
@pytest.mark.parametrize("family", ["freebox", "livebox", "sfr", "bbox", "fritz"])
def test_every_form_of_every_family_comes_to_a_question_or_says_why_not(
    qtbot: QtBot, open_box: OpenBox, family: str
) -> None:
    """As the form stands when it is opened, with a key where one is wanted."""
    w = way(qtbot, open_box, family)
    w.home.address = "192.168.1.1"
    there = [setting for setting, card in w.settings.cards.items() if card.isVisibleTo(w.page)]
    assert there
    for setting in there:
        card = w.settings.cards[setting]
        if setting is Setting.REBOOT:
            card.button.click()
        else:
            card = w.card(setting, SettingCard)
            fill(card)
            card.send.click()
        assert w.phase is not ChangePhase.IDLE, (setting, words(card))
        qtbot.waitUntil(lambda: w.phase in (ChangePhase.ASKING, ChangePhase.DONE), timeout=8000)
        state = w.settings.setter.state
        assert state.trouble is None, (setting, state.trouble)
        if w.phase is ChangePhase.ASKING:
            w.page.escape()
            w.until(ChangePhase.IDLE)
        else:
            assert state.result is not None and state.result.error is not None, (setting, state.result)
            w.settings.offer.close_it.click()


def fill(card: SettingCard) -> None:
    """What a form wants beyond its defaults."""
    if isinstance(card, GuestCard | WifiCard):
        card.key.suggest.click()
    if isinstance(card, ForwardCard):
        card.ports.field.setText("5001")


@pytest.mark.full
def test_a_restart_is_followed_until_the_box_is_back(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "bbox")
    w.settings.cards[Setting.REBOOT].button.click()
    w.asked()
    said = w.agree()
    assert w.home.reboot_asked == 1
    assert w.outcome() is BoxOutcome.DONE and "La box le confirme" in said
    assert not w.settings.offer.back.isVisibleTo(w.page) and not w.settings.made.isVisibleTo(w.page)


@pytest.mark.full
def test_networks_with_names_of_their_own_are_changed_one_by_one(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "sfr")
    w.home.ssids[1].ssid = "Maison-5G"
    card = w.card(Setting.WIFI, WifiCard)
    assert card.band.value == "2.4" and card.band.chips["all"].isHidden()
    card.band.chips["5"].click()
    assert card.name.value == "Maison-5G"
    card.send.click()
    assert w.phase is ChangePhase.IDLE and "Changez le nom" in card.problem.text()
    card.name.field.setText("Chez nous 5G")
    card.send.click()
    assert "Nom du Wi-Fi (5 GHz)" in w.asked()
    w.agree()
    assert [s.ssid for s in w.home.ssids] == ["Maison-Dupont", "Chez nous 5G"]


@pytest.mark.full
def test_one_band_is_switched_off(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "livebox")
    card = w.card(Setting.WIFI, WifiCard)
    card.what.chips["power"].click()
    assert card.band.value == "all" and card.power.value == "off"
    card.band.chips["5"].click()
    card.send.click()
    question = w.asked()
    assert "n’auront plus Internet" in question and "5 GHz" in question and "2,4 GHz" not in question
    w.agree()
    assert [radio.enable for radio in w.home.radios] == [True, False]
    w.undo()
    assert [radio.enable for radio in w.home.radios] == [True, True]
