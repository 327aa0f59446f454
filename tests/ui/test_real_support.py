"""The window over the real desk of support: store, outbox and HTTP, and an operator's desk on loopback."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import Phase
from tests.app.support.bench import Bench
from tests.desks.tmf_server import TmfServer
from tests.ui.conftest import OpenWindow, words
from tests.ui.events import SCRIPTS
from tests.ui.support_way import quiet, window_of
from ui.pages.cases import CasesPage
from ui.pages.support import SupportPage
from ui.support_state import Step

NOWHERE = DeskEndpoint(DeskKind.TMF621_V5, url="http://127.0.0.1:9/")


class Operator:
    """A desk in a loop and a thread of its own: it is on the other side."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.server = TmfServer("v5")
        self.do(self.server.__aenter__())

    def do(self, work: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def end(self) -> None:
        self.do(self.server.__aexit__(None, None, None))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@contextmanager
def operator() -> Iterator[TmfServer]:
    there = Operator()
    try:
        yield there.server
    finally:
        there.end()


def support(qtbot: QtBot, open_window: OpenWindow, bench: Bench) -> SupportPage:
    window = open_window(SCRIPTS["ok"])
    window.context.services = replace(window.context.services, support=bench.port)
    window.go("support")
    page = window.page("support")
    assert isinstance(page, SupportPage)
    quiet(qtbot, page)
    return page


def sent(qtbot: QtBot, page: SupportPage) -> None:
    """From the words to the yes."""
    page.channel.ticket.click()
    quiet(qtbot, page)
    assert page.part is not None
    if page.hold.ticket.state.step is Step.WHAT:
        page.part.what.words_of.field.setPlainText("Plus rien depuis hier soir.")
        page.part.what.go.click()
        page.part.wish.go.click()
        quiet(qtbot, page)
    page.part.consent.send.click()
    quiet(qtbot, page)


def test_from_the_words_to_the_number_and_the_question_back(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    with operator() as server:
        page = support(qtbot, open_window, Bench(tmp_path, server.endpoint()))
        sent(qtbot, page)
        state = page.hold.ticket.state
        (ticket,) = server.tickets
        assert state.parcel is not None and state.parcel.phase is Phase.DONE and state.report is not None
        assert state.parcel.receipt is not None and page.part is not None
        assert f"Ticket {state.parcel.receipt.number}" in words(page.part.sent)
        assert base64.b64decode(ticket["attachment"][0]["content"]) == state.report.archive  # what was shown
        page.part.sent.done.click()
        quiet(qtbot, page)
        assert page.channel.ticket.text() == "Compléter mon ticket"
        sent(qtbot, page)
        assert len(server.tickets) == 1 and any("Ajouté à votre ticket" in line for line in words(page.part.sent))
        server.say(state.parcel.receipt.ref, "Le voyant <b>Internet</b> est-il rouge ?")
        server.set(state.parcel.receipt.ref, status="pending")
        page.part.sent.cases.click()
        cases = window_of(page).page("cases")
        assert isinstance(cases, CasesPage)
        quiet(qtbot, cases)
        assert any("<b>Internet</b>" in line for line in words(cases.question))
        ((area, send),) = cases.question.fields.values()
        area.field.setPlainText("Oui, rouge.")
        send.click()
        quiet(qtbot, cases)
        notes = [note["text"] for note in server.tickets[0]["note"]]
        assert sum("Oui, rouge." in text for text in notes) == 1 and not cases.question.isVisible()
        assert not cases.hold.open_questions() and cases.history.isVisible()
        if cases.history.fold is not None:
            cases.history.fold.button.click()
        told = " ".join(words(cases.history)).replace("\u00a0", " ")
        for line in ("Dossier ouvert", "Vérification de la connexion : ",
                     "Vous avez accepté l'envoi du dossier : Demo Telecom",
                     "L'assistance a écrit : Le voyant <b>Internet</b>", "Vous avez répondu : Oui, rouge.",
                     "L'assistance indique : en attente de votre réponse"):  # fmt: skip
            assert line in told, line


def test_what_was_answered_in_an_earlier_run_is_not_asked_again(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    with operator() as server:
        bench = Bench(tmp_path, server.endpoint())

        async def before() -> None:
            from tests.app.support.test_tickets import WISH, made

            port = bench.port()
            parcel = await port.file(await made(port), WISH)
            assert parcel.receipt is not None
            server.say(parcel.receipt.ref, "Rouge ?")
            server.set(parcel.receipt.ref, status="pending")
            (filed,) = await port.tickets()
            assert filed.told is not None
            await port.answer(parcel.id, filed.told.replies[-1].id, "Oui")
            await port.close()

        asyncio.run(before())
        page = support(qtbot, open_window, bench)
        window_of(page).go("cases")
        cases = window_of(page).page("cases")
        assert isinstance(cases, CasesPage)
        quiet(qtbot, cases)
        assert cases.hold.state.heads and not cases.hold.open_questions() and not cases.question.isVisible()


def test_without_a_line_it_waits_and_leaves_by_itself(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with operator() as server:
        bench = Bench(tmp_path, NOWHERE)
        bench.up = False
        page = support(qtbot, open_window, bench)
        sent(qtbot, page)
        assert page.part is not None and any("pas encore envoyé" in line for line in words(page.part.sent))
        assert page.say.code and page.hold.state.offline is not None
        bench.desk, bench.up = server.endpoint(), True
        page.hold.cases.tick()  # the minute is over
        quiet(qtbot, page)
        assert len(server.tickets) == 1
        window_of(page).go("cases")
        cases = window_of(page).page("cases")
        assert isinstance(cases, CasesPage)
        quiet(qtbot, cases)
        assert not cases.outbox.isVisible()


def test_another_trouble_is_a_button_away_and_never_a_word_on_the_old_ticket(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    with operator() as server:
        page = support(qtbot, open_window, Bench(tmp_path, server.endpoint()))
        assert not page.channel.other.isVisible()
        sent(qtbot, page)
        assert page.part is not None and page.hold.state.case is not None
        before = page.hold.state.case.head.id
        page.part.sent.done.click()
        quiet(qtbot, page)
        assert page.channel.other.isVisible()
        page.channel.other.click()
        quiet(qtbot, page)
        assert page.hold.state.case.head.id != before and not page.channel.other.isVisible()
        sent(qtbot, page)
        assert len(server.tickets) == 2
