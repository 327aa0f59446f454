"""The ticket: three clicks where nothing has to be typed, the exact bytes before the yes, and what became of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from selfcare.i18n import SUPPORT, Catalogue
from selfcare.model.report import Part, Section, Want
from selfcare.model.support import DeskKind
from selfcare.model.symptom import OtherDevices, SymptomKind
from selfcare.model.ticket import Phase
from tests.ui.conftest import OpenWindow, words
from tests.ui.events import SCRIPTS
from tests.ui.support_bench import SupportBench
from tests.ui.support_story import storied
from tests.ui.support_way import at_support, quiet, ticket, window_of
from ui.pages.cases import CasesPage
from ui.pages.support import SupportPage
from ui.support_state import Step
from ui.ticket_words import LONGEST_LINE, exact, readable


def simple(**more: object) -> SupportBench:
    """A desk that needs nothing typed."""
    bench = storied(SupportBench(**more))  # type: ignore[arg-type]
    assert bench.desk is not None
    bench.desk = replace(bench.desk, needs=())
    return bench


def shown(page: SupportPage) -> bytes:
    """What stands in the window of the file with the data, as it is."""
    assert page.part is not None
    files = page.part.preview.files
    if not files.fold.button.isChecked():
        files.fold.button.click()
    one = files.files["rapport.json"]
    if not one.fold.button.isChecked():
        one.fold.button.click()
    assert one.how is not None and one.view is not None
    one.how.chips["exact"].click()
    return one.view.toPlainText().encode()


def inside(archive: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(archive)).read("rapport.json")


def test_three_clicks_from_anywhere_where_nothing_has_to_be_typed(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    window = open_window(SCRIPTS["ok"])
    window.context.services = bench.into(window.context.services)
    window.sidebar.buttons["support"].click()
    page = window.page("support")
    assert isinstance(page, SupportPage)
    quiet(qtbot, page)
    page.channel.ticket.click()
    quiet(qtbot, page)
    assert bench.sent == [] and page.part is not None and page.part.consent.isVisible()
    page.part.consent.send.click()
    quiet(qtbot, page)
    assert len(bench.sent) == 1 and "Ticket 4701" in words(page.part.sent)
    assert any(line.startswith("Réponse promise") for line in words(page.part.sent))
    assert bench.calls.count("begin") == 1 and len(bench.heads) == 1
    assert [
        e for e in bench.events[bench.heads[0].id] if e.subject == "words"
    ] == []  # they were said before: not written twice


def test_what_is_shown_is_what_leaves_to_the_byte(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    before = shown(page)
    part.preview.sections[Section.HOME].click()
    assert page.hold.ticket.state.report is None  # what was shown no longer counts
    part.consent.send.click()
    assert bench.sent == []
    quiet(qtbot, page)
    after = shown(page)
    assert json.loads(before)["home"] is not None and json.loads(after)["home"] is None
    part.consent.send.click()
    quiet(qtbot, page)
    ((report, _wish),) = bench.sent
    assert inside(report.archive) == after and Section.HOME not in report.sections


def test_what_was_masked_can_be_sent_in_clear_one_by_one(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    assert b"Famille Martin" not in shown(page)
    part.preview.swaps.fold.button.click()
    said = [line.replace("\u200b", "") for line in words(part.preview)]
    assert any("Famille Martin" in line and "wifi-A" in line for line in said)
    part.preview.swaps.chips["wifi-A"].click()
    quiet(qtbot, page)
    assert b"Famille Martin" in shown(page) and b"b8:27" not in shown(page)
    assert part.preview.swaps.chips["wifi-A"].isChecked()


def test_the_consent_names_who_gets_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    part = ticket(qtbot, at_support(open_window, simple()), Step.PREVIEW)
    sentence = part.consent.sentence.accessibleName()
    assert "Free (tickets.exemple.fr)" in sentence and "« Envoyer »" in sentence.replace("\u00a0", " ")
    assert Catalogue("fr", SUPPORT).text("report.consent") in sentence  # the words that the case notes as agreed to
    assert part.consent.send.accessibleDescription() == sentence


def test_what_the_desk_needs_is_asked_once_and_the_rest_is_free(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = storied(SupportBench())
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    page.channel.ticket.click()
    quiet(qtbot, page)
    assert page.part is not None and page.hold.ticket.state.step is Step.WISH  # it cannot do without
    wish = page.part.wish
    assert wish.fields["line_number"].isVisible() and not wish.fields["contract"].isVisible()
    assert (
        "nécessaire" in wish.fields["line_number"].name.text() and "nécessaire" not in wish.fields["phone"].name.text()
    )
    wish.go.click()
    assert "reconnaître votre ligne" in wish.fields["line_number"].problem.text() and wish.isVisible()
    wish.fields["line_number"].field.setText("0123456789")
    wish.wants[Want.CALL_BACK].click()
    wish.go.click()
    quiet(qtbot, page)
    page.part.consent.send.click()
    quiet(qtbot, page)
    ((_, sent),) = bench.sent
    assert sent.wants == (Want.REPAIR, Want.CALL_BACK) and sent.reach.line_number == "0123456789"
    page.part.sent.done.click()
    page.channel.ticket.click()
    quiet(qtbot, page)
    assert page.hold.ticket.state.step is Step.PREVIEW  # nobody types it twice


def test_words_and_symptom_are_there_and_since_is_kept(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    since = bench.heads[0].symptom.since if bench.heads[0].symptom is not None else None
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.WHAT)
    assert part.what.words_of.value == bench.heads[0].words and part.what.what.value == SymptomKind.NO_WEB
    assert part.what.others.value == OtherDevices.SAME and part.what.began.isVisible()
    part.what.words_of.field.setPlainText("Toujours rien.")
    part.what.go.click()
    quiet(qtbot, page)
    head = bench.heads[0]
    assert head.words == "Toujours rien." and head.symptom is not None and head.symptom.since == since
    part.preview.edit_what.click()
    part.what.since.chips["yesterday"].click()
    part.what.go.click()
    quiet(qtbot, page)
    changed = bench.heads[0].symptom
    assert changed is not None and changed.since != since


def test_nothing_known_begins_with_the_first_question(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = SupportBench()
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    page.channel.ticket.click()
    assert page.hold.ticket.state.step is Step.WHAT and page.part is not None
    assert page.part.what.words_of.field.hasFocus()
    page.escape()
    assert page.hold.ticket.state.step is Step.AWAY and page.channel.ticket.hasFocus() and bench.heads == []


def test_with_the_line_cut_it_waits_and_says_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple(cut=True)
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    part.consent.send.click()
    quiet(qtbot, page)
    assert any("pas encore envoyé" in line for line in words(part.sent)) and part.sent.cancel.isVisible()
    bench.cut = False
    part.sent.again.click()
    quiet(qtbot, page)
    assert "Ticket 4701" in words(part.sent) and not part.sent.cancel.isVisible()


def test_what_waits_can_be_cancelled(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple(cut=True)
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    part.consent.send.click()
    quiet(qtbot, page)
    part.sent.cancel.setFocus()
    part.sent.cancel.click()
    quiet(qtbot, page)
    assert bench.parcels[0].phase is Phase.CANCELLED and "Annulé" in words(part.sent)
    assert part.sent.cases.hasFocus()


def test_a_second_press_is_a_follow_up_and_says_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    assert not part.preview.follow.isVisible()
    part.consent.send.click()
    quiet(qtbot, page)
    part.sent.done.click()
    page.channel.ticket.click()
    quiet(qtbot, page)
    assert "4701 existe déjà" in part.preview.follow.text() and part.preview.follow.isVisible()
    part.consent.send.click()
    quiet(qtbot, page)
    assert "Ajouté à votre ticket 4701" in words(part.sent)
    assert [one.kind for one in bench.parcels] == ["ticket", "note"]


def test_two_quick_presses_are_one(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    page = at_support(open_window, bench)
    part = ticket(qtbot, page, Step.PREVIEW)
    part.consent.send.click()
    part.consent.send.click()
    quiet(qtbot, page)
    assert len(bench.sent) == 1


def test_a_desk_of_files_is_no_desk(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    assert bench.desk is not None
    bench.desk = replace(bench.desk, kind=DeskKind.FILE)
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    assert page.channel.ticket.text() == "Préparer mon dossier" and not page.hold.state.has_desk


@pytest.mark.parametrize("method", ["begin", "report", "needs", "file"])
def test_what_fails_on_the_way_is_said_and_nothing_typed_is_lost(
    qtbot: QtBot, open_window: OpenWindow, method: str
) -> None:
    bench = simple()
    page = at_support(open_window, bench)
    quiet(qtbot, page)
    bench.broken[method] = "disk_full"
    page.channel.ticket.click()
    quiet(qtbot, page)
    assert page.part is not None
    if method == "file":
        page.part.consent.send.click()
        quiet(qtbot, page)
    assert "Le disque est plein" in page.part.consent.problem.text() and bench.sent == []
    bench.broken.clear()
    page.part.preview.edit_what.click()
    assert page.part.what.words_of.value == bench.heads[0].words
    page.part.what.go.click()
    quiet(qtbot, page)
    page.part.consent.send.click()
    quiet(qtbot, page)
    assert len(bench.sent) == 1


def test_to_the_case_afterwards(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = at_support(open_window, simple())
    part = ticket(qtbot, page, Step.PREVIEW)
    part.consent.send.click()
    quiet(qtbot, page)
    part.sent.cases.click()
    cases = window_of(page).page("cases")
    assert isinstance(cases, CasesPage) and cases.isVisible()
    quiet(qtbot, cases)
    assert any("Ticket 4701" in line for line in words(cases.tickets))


def test_another_language_in_the_middle_keeps_what_was_typed(qtbot: QtBot, open_window: OpenWindow) -> None:
    bench = simple()
    page = at_support(open_window, bench)
    ticket(qtbot, page, Step.PREVIEW)
    window = window_of(page)
    window.context.catalogue = Catalogue("en")
    window._build("support")
    fresh = window.page("support")
    assert isinstance(fresh, SupportPage) and fresh.hold.ticket.state.step is Step.PREVIEW
    quiet(qtbot, fresh)
    assert fresh.part is not None and fresh.part.consent.send.text() == "Send"
    report = fresh.hold.ticket.state.report
    assert report is not None and report.document["language"] == "en"


WRITES: list[tuple[Callable[[Part], str], str]] = [(readable, "Bonjour & bien"), (exact, "<script>")]


@pytest.mark.parametrize(("write", "has"), WRITES)
def test_a_page_as_a_person_reads_it_and_as_it_is(write: Callable[[Part], str], has: str) -> None:
    page = b"<html><head><title>T</title></head><body><p>Bonjour &amp; bien</p><script>alert(1)</script></body></html>"
    told = write(Part("rapport.html", "text/html", page))
    assert has in told and ("alert" in told) == (write is exact)


def test_bytes_that_are_no_text_and_lines_without_end() -> None:
    told = exact(Part("x", "application/octet-stream", b"a\xff" + b"b" * 5000))
    assert "\\xff" in told and max(len(line) for line in told.split("\n")) <= LONGEST_LINE
    assert readable(Part("x.json", "application/json", b'{"a":[1,{"b":"\xc3\xa9"}]}')).count("\n") > 3
    assert readable(Part("x.json", "application/json", b"[" * 100000)).startswith("[")
