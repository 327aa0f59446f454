"""My cases: everything that is written, what somebody waits for, and that it is theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from selfcare.cases.worded import Words
from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue
from selfcare.model.case import Channel, Effect, Event
from selfcare.model.report import Section, Want
from selfcare.model.ticket import Phase, Reply, State
from tests.ui.conftest import OpenWindow, words
from tests.ui.events import SCRIPTS
from tests.ui.support_bench import LONG, SupportBench
from tests.ui.support_story import asked, storied
from tests.ui.support_way import CASE, at_cases, quiet, window_of
from ui import case_words
from ui.pages.cases import CasesPage
from ui.pages.support import SupportPage
from ui.support_jobs import Trouble
from ui.support_words import paragraphs, plain, trouble, when
from ui.ticket_words import REACH

NOW = datetime(2026, 11, 22, 18, 30, tzinfo=timezone(timedelta(hours=1)))


def at_case(qtbot: QtBot, open_window: OpenWindow, bench: SupportBench) -> CasesPage:
    page = at_cases(open_window, bench)
    quiet(qtbot, page)
    page.heads.buttons[CASE].click()
    quiet(qtbot, page)
    assert page.head.isVisible() and not page.heads.isVisible()
    return page


def said(card: object) -> str:
    return " ".join(line.replace("\u200b", "") for line in words(card))  # type: ignore[arg-type]


def test_nothing_yet_is_said_kindly(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_cases(open_window, SupportBench())
    quiet(qtbot, page)
    assert "Aucun dossier" in said(page.heads) and page.heads.contact.isVisible()
    page.heads.contact.click()
    assert isinstance(window_of(page).page("support"), SupportPage) and not page.isVisible()


def test_all_that_is_written_is_there(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = asked(SupportBench())
    for number in range(30):
        bench._note(CASE, "note", "", {"text": f"note {number}"})
    page = at_case(qtbot, open_window, bench)
    assert "note 29" in said(page.history) and "note 3 " not in said(page.history)
    assert page.history.fold is not None
    page.history.fold.button.click()
    assert all(f"note {n}" in said(page.history) for n in range(30)) and "Redémarrer la box" in said(page.history)
    page.history.letter.button.click()
    assert page.history.exact is not None
    lines = [json.loads(line) for line in page.history.exact.toPlainText().split("\n")]
    assert len([line for line in lines if "kind" in line]) == len(bench.events[CASE])
    assert "La box est connectée" in said(page.head) and "sans effet" in said(page.head)


def test_a_kind_nobody_has_words_for_is_shown_all_the_same() -> None:
    told = case_words.event(Words.of("fr"), Event(1, NOW.isoformat(), "strange", "thing", {"x": 1}))
    assert "strange thing" in told.line


def test_an_exchange_by_hand(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    page = at_case(qtbot, open_window, bench)
    assert "25 min" in said(page.contacts) and "0,75" in said(page.contacts)
    page.contacts.fold.button.click()
    form = page.contacts.form
    assert form is not None
    form.channel.chips[Channel.CHAT.value].click()
    form.waited.field.setText("beaucoup")
    form.save.click()
    assert form.waited.problem.isVisible() and form.waited.field.hasFocus() and len(bench.contacts[CASE]) == 1
    form.waited.field.setText("12")
    form.cost.field.setText("1,5")
    form.answer.field.setPlainText("Rappel demain")
    form.promised.field.setText("24/12")
    bench.broken["contact"] = "disk_full"
    form.save.click()
    quiet(qtbot, page)
    assert "Le disque est plein" in page.note.text() and form.answer.value == "Rappel demain"  # not typed twice
    bench.broken.clear()
    form.save.click()
    quiet(qtbot, page)
    added = bench.contacts[CASE][-1]
    assert (added.channel, added.waited_min, added.cost_cents) == (Channel.CHAT, 12, 150)
    assert added.answer == "Rappel demain" and added.promised.endswith("-12-24") and added.by_hand
    assert "Rappel demain" in said(page.contacts) and form.answer.value == ""
    assert not page.contacts.fold.body.isVisible()


def test_a_note_of_ones_own(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    page = at_case(qtbot, open_window, bench)
    page.contacts.note_fold.button.click()
    assert page.contacts.note is not None and page.contacts.note.field.hasFocus()
    page.contacts.note.field.setPlainText("Voisin aussi en panne")
    page.contacts.note_save.click()
    quiet(qtbot, page)
    assert "Note : Voisin aussi en panne" in said(page.history).replace("\u00a0", " ")


def test_a_question_of_the_desk_is_asked_once_with_a_dot(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = asked(SupportBench())
    page = at_cases(open_window, bench)
    quiet(qtbot, page)
    nav = window_of(page).sidebar.buttons["cases"]
    assert "voyant" in said(page.question) and nav.accessibleDescription()
    bench.reminded = ()
    ((area, send),) = page.question.fields.values()
    send.click()
    assert bench.notes == [] and area.field.hasFocus()  # nothing was typed
    area.field.setPlainText("Rouge")
    bench.broken["answer"] = "write_failed"
    send.click()
    quiet(qtbot, page)
    assert "pas pu être écrit" in page.note.text() and area.value == "Rouge" and page.question.isVisible()
    bench.broken.clear()
    send.click()
    send.click()
    quiet(qtbot, page)
    assert bench.notes == [("p1", "r2", "Rouge")] and not page.question.isVisible()
    assert not nav.accessibleDescription()  # the desk still says « pending »: it is not asked again


def test_what_an_earlier_run_answered_is_not_asked_again(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = asked(SupportBench())
    bench._note(CASE, "ticket", "p1", {"did": "answered", "reply": "r2", "text": "Rouge"})
    page = at_cases(open_window, bench)
    quiet(qtbot, page)
    assert not page.question.isVisible() and not page.hold.open_questions()


def test_a_dot_at_the_start_only_where_something_was_sent(qtbot: QtBot, open_window: OpenWindow) -> None:
    from ui.care import Care

    for waiting in (False, True):
        bench = asked(SupportBench())
        window = open_window(SCRIPTS["ok"])
        window.context.services = replace(bench.into(window.context.services), support_waiting=lambda w=waiting: w)
        care = Care(window.context, lambda: None)
        nav = window.sidebar.buttons["cases"]
        if waiting:
            qtbot.waitUntil(lambda n=nav: bool(n.accessibleDescription()))
            assert window.context.support is not None
        else:
            qtbot.wait(80)
            assert window.context.support is None and bench.calls == [] and not nav.accessibleDescription()
        care.deleteLater()


def test_a_date_that_passed_leads_to_the_next_step(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("ui.context.Context.open_guide", lambda _self, guide: opened.append(guide))
    page = at_cases(open_window, asked(SupportBench()))
    quiet(qtbot, page)
    assert "La date promise est passée" in said(page.reminders)
    page.reminders.buttons[0].click()
    assert opened == ["complaint"]
    page.reminders.buttons[1].click()
    quiet(qtbot, page)
    assert page.head.isVisible()


def test_a_desks_words_are_text_and_its_page_opens_on_a_click_only(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()) or True)
    bench = asked(SupportBench())
    nasty = "<a href='https://evil'>x</a>\u202e\x1b[2J" + LONG
    bench.replies["p1"] = [Reply("r1", bench._at(), nasty, "<b>Julie</b>")]
    receipt = bench.parcels[0].receipt
    assert receipt is not None
    bench.parcels = [replace(bench.parcels[0], receipt=replace(receipt, number="<i>1</i>", url="file:///etc/passwd"))]
    page = at_case(qtbot, open_window, bench)
    window_of(page).resize(window_of(page).minimumSize())
    assert "<a href='https://evil'>x</a>" in said(page.tickets) and "<b>Julie</b>" in said(page.tickets)
    for label in page.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText and not {"\u202e", "\x1b"} & set(label.text())
    assert page.tickets.buttons == [] and opened == []
    qtbot.waitUntil(lambda: page.widget().width() <= page.viewport().width())


def test_a_page_of_theirs(qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()) or True)
    page = at_case(qtbot, open_window, asked(SupportBench()))
    assert "suivi.exemple.fr" in page.tickets.buttons[0].accessibleName()
    page.tickets.buttons[0].click()
    assert opened == ["https://suivi.exemple.fr/4711"]


def test_a_desk_that_is_silent_leaves_what_was_known(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = asked(SupportBench())
    bench.cut = True
    page = at_case(qtbot, open_window, bench)
    assert "Ticket 4711" in said(page.tickets) and "ne répond pas en ce moment" in said(page.tickets)


def test_what_waits_is_seen_and_cancelled(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = asked(SupportBench())
    bench.parcels = [replace(bench.parcels[0], phase=Phase.QUEUED, receipt=None)]
    page = at_cases(open_window, bench)
    quiet(qtbot, page)
    assert "pas encore envoyé" in said(page.outbox)
    page.outbox.buttons["p1"].click()
    quiet(qtbot, page)
    assert bench.parcels[0].phase is Phase.CANCELLED and not page.outbox.isVisible()


def test_deleting_asks_and_says_what_stays(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = asked(SupportBench())
    page = at_case(qtbot, open_window, bench)
    page.own.delete.click()
    assert "restent chez votre opérateur" in said(page.asking) and page.asking.no.hasFocus()
    page.escape()
    assert not page.asking.isVisible() and len(bench.heads) == 2 and page.head.isVisible()
    page.own.delete.click()
    page.asking.yes.click()
    quiet(qtbot, page)
    assert [head.id for head in bench.heads] != [] and CASE not in [head.id for head in bench.heads]
    assert page.heads.isVisible() and CASE not in page.heads.buttons and not page.asking.isVisible()


def test_nothing_sent_nothing_stays(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_case(qtbot, open_window, storied(SupportBench()))
    page.own.delete.click()
    assert "Supprimer" in said(page.asking) and "opérateur" not in said(page.asking)


def test_export_and_close(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "c.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    bench = storied(SupportBench())
    page = at_case(qtbot, open_window, bench)
    page.own.export.click()
    quiet(qtbot, page)
    assert len(json.loads(target.read_text())) == len(bench.events[CASE]) and str(target) in said(page.own)
    page.head.end.click()
    quiet(qtbot, page)
    assert bench.heads[0].closed is not None and not page.head.end.isVisible() and "Terminé" in said(page.head)
    page.head.back.click()
    assert page.heads.isVisible() and page.heads.buttons[CASE].hasFocus()


def test_what_cannot_be_read_is_said(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = asked(SupportBench())
    bench.broken["cases"] = "disk_full"
    page = at_cases(open_window, bench)
    quiet(qtbot, page)
    assert "Le disque est plein" in page.note.text() and not page.heads.isVisible()
    bench.broken.clear()
    window_of(page).go("support")
    window_of(page).go("cases")
    quiet(qtbot, page)
    assert not page.note.isVisible() and page.heads.isVisible()


def test_another_language(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_case(qtbot, open_window, asked(SupportBench()))
    window = window_of(page)
    window.context.catalogue = Catalogue("en")
    window._build("cases")
    fresh = window.page("cases")
    assert isinstance(fresh, CasesPage)
    quiet(qtbot, fresh)
    assert fresh.head.isVisible()  # the same case is open
    assert "All that is written" in said(fresh.history) and "Ticket 4711: waiting" in said(fresh.tickets)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("", NOW.isoformat()), ("21/11 18:30", "2026-11-21T18:30:00+01:00"), ("1/2/2026", "2026-02-01T00:00:00+01:00"),
     ("21/11 18 h 05", "2026-11-21T18:05:00+01:00"), ("23/11", None), ("hier", None), ("31/2", None)],
)  # fmt: skip
def test_a_moment_as_one_types_it(typed: str, meant: str | None) -> None:
    assert case_words.moment(typed, NOW) == meant


def test_days_minutes_and_money_as_one_types_them() -> None:
    assert [case_words.day(t, NOW) for t in ("", "24/11", "2/1", "24/12/2027", "32/1", "x")] == [
        "", "2026-11-24", "2027-01-02", "2027-12-24", None, None,
    ]  # fmt: skip
    assert [case_words.whole(t, 600) for t in ("", "0", "25", "601", "-1", "1,5")] == [-1, 0, 25, None, None, None]
    assert [case_words.cents(t) for t in ("", "1,20", "1.2 €", "3", "1,234", ",5", "a")] == [
        -1, 120, 120, 300, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_built_from_data_exists(language: str) -> None:
    catalogue = Catalogue(language, SUPPORT)
    keys = [f"ui.support.channel.{one}" for one in Channel] + [f"ui.support.effect.{one}" for one in Effect]
    keys += [f"ui.cases.ticket.state.{one}" for one in State] + [f"ui.ticket.want.{one}" for one in Want]
    keys += [f"ui.ticket.section.{one}" for one in Section] + [f"ui.ticket.reach.{name}" for name in REACH]
    keys += [f"ui.ticket.phase.{one}{more}" for one in Phase for more in ("", ".more")]
    assert [key for key in keys if not catalogue.has(key)] == []


def test_moments_and_words_of_others() -> None:
    fr = Catalogue("fr", SUPPORT)
    assert when(fr, "2026-11-22T17:05:00+00:00", NOW.astimezone()).startswith("aujourd'hui à ")
    assert when(fr, "2026-11-21", NOW) == "hier" and when(fr, "2025-01-02", NOW) == "le 02/01/2025"
    assert when(fr, "soon", NOW) == "" and when(fr, "", NOW) == ""
    assert plain("a\nb\t\u202ec\x00" + "d" * 500).startswith("a b c") and len(plain("x" * 500)) <= 240
    assert paragraphs("a\r\nb\u200f\n") == "a\nb"
    assert "cela vient de nous" in trouble(fr, Trouble("unheard_of", {"x": 1}))
