"""Settings of the box in words: every outcome, every state, both languages; names instead of addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from selfcare.boxes.families import all_drivers
from selfcare.boxes.ports import PORTS
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.box import (
    BoxFamily,
    GuestNetwork,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    Protocol,
    RebootWish,
    WifiBand,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.box.change import (
    BoxChange,
    BoxChangeResult,
    BoxOutcome,
    BoxProposal,
    Caution,
    Difference,
    Settled,
)
from selfcare.model.box.change import ChangeState as Journalled
from selfcare.model.units import Seconds
from ui.box_set_jobs import MANNERS
from ui.box_set_present import days_text, present, rule_line
from ui.box_set_state import WRITES, ChangePhase, ChangeState, Ended, Seen, Setting
from ui.box_set_words import SETTLED, answer, course, elsewhere, made, question, settled
from ui.box_state import Trouble

FR = Catalogue("fr")
BOTH = pytest.mark.parametrize("catalogue", [Catalogue(lang) for lang in LANGUAGES], ids=LANGUAGES)
NAMES = {"192.168.1.20": "pc-camille", "3c:52:82:00:00:01": "pc-camille"}
PORT = Difference("box.field.forward.rule", False, "192.168.1.20:443", "tcp/8443-8443")
FIXED = Difference("box.field.reservation.address", False, "192.168.1.20", "3c:52:82:00:00:01")
KEY = Difference("box.field.wifi.key", None, None, "Maison (5 GHz)", True)
PROPOSAL = BoxProposal(None, "digest", BoxFamily.FREEBOX, "forward", (PORT,))
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


def plain(words: str) -> str:
    return words.replace("\xa0", " ")


def ended(outcome: BoxOutcome, **more: object) -> ChangeState:
    state = ChangeState()
    state.begin(Setting.FORWARD)
    state.end(Ended(PROPOSAL, BoxChangeResult(outcome, **more)))  # type: ignore[arg-type]
    return state


def test_the_question_has_names_and_the_fold_the_letter() -> None:
    asked = question(FR, replace(PROPOSAL, differences=(PORT, FIXED, KEY)), NAMES, "pc-camille")
    assert plain(asked.title) == "Changer un port ouvert : pc-camille"
    port, fixed, key = asked.rows
    assert (port.what, port.values) == ("Port 8443 (TCP)", "fermé → vers pc-camille, port 443")
    assert fixed.what == "Adresse toujours donnée (pc-camille)" and fixed.values == "aucun → 192.168.1.20"
    assert key.values == "une nouvelle"
    said = asked.spoken(FR)
    assert "3c:52" not in said and "192.168.1.20:443" not in said
    assert any("3c:52:82" in line for line in asked.exact)


def test_what_is_the_same_for_several_bands_is_said_once() -> None:
    names = [Difference("box.field.wifi.ssid", "Maison", "Chez nous", f"Maison ({band} GHz)") for band in ("2.4", "5")]
    other = Difference("box.field.wifi.channel", "auto", 11, "2.4 GHz")
    asked = question(FR, replace(PROPOSAL, differences=(*names, other)), {})
    assert [(plain(row.what), row.values) for row in asked.rows] == [
        ("Nom du Wi-Fi (2,4 GHz et 5 GHz)", "Maison → Chez nous"), ("Canal (2,4 GHz)", "automatique → 11"),
    ]  # fmt: skip
    assert len(asked.exact) == 3


def test_a_conflict_names_the_other_device() -> None:
    conflict = Caution("other_device", {"client": "192.168.1.20", "port": 443, "rule": "NAS"}, True)
    asked = question(FR, replace(PROPOSAL, cautions=(conflict,)), NAMES)
    assert "pc-camille, port 443 NAS." in asked.cautions[0] and "192.168" not in asked.cautions[0]


def test_a_restart_has_no_way_back() -> None:
    restart = BoxProposal(
        RebootWish(), "d", BoxFamily.SFR, "reboot", (Difference("box.field.restart", "on", "restart"),),
        (Caution("restarts", {"first": 2, "last": 5}),), 300.0, reversible=False,
    )  # fmt: skip
    asked = question(FR, restart, {})
    assert asked.conditions == (FR.text("box.change.not_undoable"),) and "de 2 à 5 minutes" in asked.cautions[0]


@BOTH
@pytest.mark.parametrize("outcome", list(BoxOutcome))
def test_every_end_has_its_words(catalogue: Catalogue, outcome: BoxOutcome) -> None:
    said = answer(catalogue, ended(outcome, entry="e1"), "freebox", NAMES)
    assert said.title and said.lines and not any("ui.set" in line for line in (said.title, *said.lines))
    assert (said.undo == "e1") == (outcome is BoxOutcome.DONE)
    assert (said.tone == "fine") == (outcome in (BoxOutcome.DONE, BoxOutcome.NOTHING_TO_DO))


def test_the_box_is_quoted_where_it_refuses() -> None:
    said = answer(FR, ended(BoxOutcome.REFUSED, error="refused", box_says="No more rules"), "bbox", NAMES)
    assert any("No more rules" in line for line in said.lines) and said.lines[-1] == "Rien n’a été changé."


def test_what_cannot_be_asked_at_all_changed_nothing() -> None:
    state = ChangeState()
    state.begin(Setting.GUEST)
    state.end(Trouble("login_required"))
    assert answer(FR, state, "sfr", {}).lines[-1] == "Rien n’a été changé."


def test_what_was_put_back_is_not_put_back_again() -> None:
    state = ChangeState()
    state.begin(None, "e1")
    state.end(Ended(None, BoxChangeResult(BoxOutcome.DONE, "e1")))
    assert answer(FR, state, "sfr", {}).undo == ""


def test_a_change_goes_its_way() -> None:
    state = ChangeState()
    assert not state.busy and not state.rest()
    state.begin(Setting.FORWARD)
    assert state.busy and not state.writing and course(FR, state)
    state.stage("box.change.stage.writing")
    assert state.stages == ()  # nobody agreed yet
    state.ask(PROPOSAL)
    state.answered(True)
    assert state.writing
    for key in ("writing", "writing", "reading_back"):
        state.stage(f"box.change.stage.{key}")
    assert [icon for icon, _, _ in course(FR, state)] == ["check", "pulse"]
    state.end(Ended(PROPOSAL, BoxChangeResult(BoxOutcome.DONE, "e1")))
    assert state.touched and not state.busy and state.rest()


def test_a_no_touches_nothing() -> None:
    state = ChangeState()
    state.begin(Setting.FORWARD)
    state.ask(PROPOSAL)
    state.answered(False)
    state.end(Ended(PROPOSAL, BoxChangeResult(BoxOutcome.DECLINED)))
    assert not state.touched and not state.writing


@BOTH
def test_what_an_earlier_run_left_is_one_sentence_each(catalogue: Catalogue) -> None:
    changes = (BoxChange("e1", "d", "guest", NOW, Journalled.PUT_BACK),)
    for word in SETTLED:
        tone, said = settled(catalogue, Settled(**{word: ("e1",)}), changes)
        assert catalogue.text("ui.set.title.guest") in said and "e1" not in said
        assert (tone == "fine") == (word in ("done", "put_back", "nothing"))
    assert settled(catalogue, Settled(), changes) == ("", "") == settled(catalogue, None, changes)


def test_the_list_holds_what_is_in_place() -> None:
    one = BoxChange("e1", "d", "forward", NOW, Journalled.DONE, (PORT,), undoable=True)
    told = made(FR, one, NAMES, "d", NOW)
    assert told is not None and told.can_undo and not told.unfinished
    assert plain(told.lines[0]) == "Port 8443 (TCP) : fermé → vers pc-camille, port 443"
    elsewhere_ = made(FR, replace(one, box="other"), NAMES, "d", NOW)
    assert elsewhere_ is not None and not elsewhere_.can_undo and "autre box" in elsewhere_.state
    gone = (Journalled.UNDONE, Journalled.PUT_BACK, Journalled.NOTHING, Journalled.PREPARED)
    assert all(made(FR, replace(one, state=state), NAMES, "d", NOW) is None for state in gone)
    assert made(FR, replace(one, kind="reboot"), NAMES, "d", NOW) is None
    left = made(FR, replace(one, state=Journalled.CONFLICT, undoable=False), NAMES, "d", NOW)
    assert left is not None and left.unfinished and not left.can_undo


def test_what_is_set_now() -> None:
    guest = GuestNetwork(True, "Les amis", "la cle des amis", Seconds(7300))
    told = present(FR, Seen(Setting.GUEST, guest), {})
    assert [one.value for one in told if not one.key] == ["Allumé, encore 2 h 1 min", "«\xa0Les amis\xa0»"]
    assert [one.key for one in told if one.key] == ["la cle des amis"] and "la cle" not in repr(told)
    radio = WifiRadio("r", WifiBand.GHZ_5, enable=True, channel=44, auto_channel=True)
    home = WifiSettings(True, (radio,), (WifiSsid("s", "r", "Maison", enable=False, key="une cle de la maison"),))
    said = " ".join(one.value for one in present(FR, Seen(Setting.WIFI, home), {}))
    assert "canal 44 (automatique)" in said and said.endswith("éteint ")


def test_who_is_limited_and_how() -> None:
    week = ParentalSlot(Seconds(21 * 3600), Seconds(24 * 3600), (0, 1, 2, 3, 4))
    sunday = tuple(ParentalSlot(Seconds(0), Seconds(28800), (day,)) for day in (5, 6))  # told one by one
    rules = (
        ParentalSchedule(("3C:52:82:00:00:01",), ParentalRule.BLOCKED),
        ParentalSchedule(("b8:27:eb:00:00:02",), slots=(week, *sunday), name="Léo"),
        ParentalSchedule(("aa:aa:aa:aa:aa:aa",)),
    )
    told = present(FR, Seen(Setting.PARENTAL, ParentalControl(True, rules)), NAMES)
    assert [(one.label, plain(one.value)) for one in told] == [
        ("pc-camille", "Pas d’Internet"),
        (
            "Léo",
            "Pas d’Internet : du lundi au vendredi, de 21:00 à 24:00 ; samedi et dimanche, de 00:00 à 08:00",
        ),
    ]  # fmt: skip


def test_a_rule_without_effect_is_told_so() -> None:
    rule = PortMapping(80, 8080, "192.168.1.20", Protocol.BOTH, valid=False)
    name, lead = rule_line(FR, rule, NAMES)
    assert name == "Port 80 (TCP et UDP)" and lead.startswith(name) and "sans effet" in lead and "pc-camille" in lead


def test_days_as_people_say_them() -> None:
    assert days_text(FR, (0, 1, 2, 3, 4, 5, 6)) == "tous les jours"
    assert days_text(FR, (5, 6)) == "samedi et dimanche" and days_text(FR, (2,)) == "mercredi"


@BOTH
def test_where_the_rest_is_done(catalogue: Catalogue) -> None:
    lines = elsewhere(catalogue, ["parental", "forward", "wifi"], "sfr", "192.168.1.1")
    assert len(lines) == 3 and all("192.168.1.1" in line for line in lines[1:])
    assert len(elsewhere(catalogue, list(Setting), "igd", "192.168.1.1")) == 1


@BOTH
def test_every_key_built_from_data_exists(catalogue: Catalogue) -> None:
    keys = [f"ui.set.title.{s}" for s in Setting] + [f"ui.set.lead.{s}" for s in Setting]
    keys += [f"ui.set.lead.{word}" for word in ("locked", "none")] + [f"ui.set.settled.{word}" for word in SETTLED]
    keys += [f"ui.set.protocol.{p}" for p in Protocol] + [f"ui.set.band.{b}" for b in WifiBand]
    keys += [f"ui.set.parental.{word}" for word in ("blocked", "allowed", "planned", "released")]
    keys += [f"ui.set.rule.{word}{end}" for word in ("blocked", "allowed") for end in ("", ".until")]
    keys += [f"ui.set.day.{part}{n}" for part in ("", "short.") for n in range(7)]
    keys += [f"ui.set.wifi.{word}" for word in ("names", "radio", "power")]
    keys += [f"ui.set.end.{o}" for o in BoxOutcome] + [f"box.change.state.{s}" for s in Journalled]
    keys += [f"box.change.title.{s}" for s in Setting]
    assert [key for key in keys if not catalogue.has(key)] == []
    assert ChangePhase.IDLE.value not in keys


def test_manners_are_of_families_that_can_set_it() -> None:
    drivers = {driver.family: driver for driver in all_drivers()}
    for family, manners in MANNERS.items():
        kind = drivers[family].session_type
        assert kind is not None and manners.guest_end
        assert all(issubclass(kind, PORTS[WRITES[s]]) for s in (Setting.GUEST, Setting.PARENTAL))
