"""The desk's whole day, everything real but the line: the window of a PC, the desk, a browser and who sits before it.

Loopback alone: the program's own support over HTTP, the assembled desk with its sign-in, headless Chromium.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from selfcare.deskserver.schema import audit, installs, tickets
from selfcare.model.ticket import Phase
from selfcare.report.spoken import spoken
from tests.app.support.bench import Bench
from tests.deskserver.browser import CHROMIUM, Tab, at_the_desk
from tests.deskserver.whole import PASSWORD, WholeDesk, whole
from tests.ui.conftest import OpenWindow, words
from tests.ui.events import SCRIPTS
from tests.ui.support_way import quiet, window_of
from ui.pages.cases import CasesPage
from ui.pages.support import SupportPage
from ui.support_state import Step

MAIL = "camille@exemple.fr"
ANSWER = "Nous regardons votre ligne & celles des voisins."
PATIENT_MS = 20_000
"""A desk, a window and a browser on a busy machine."""
PICTURES = "SELFCARE_PICTURES"
"""A folder, where somebody wants to see the question (the README's picture)."""
QUESTION = "Le voyant « PON » de la box est-il vert & fixe ?"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[WholeDesk]:
    with whole(tmp_path / "operator") as there:
        there.agent("ada", "Ada L.")
        yield there


@pytest.fixture
def tab() -> Iterator[Tab]:
    with at_the_desk() as there:
        yield there


class Home:
    """A person at the window of their PC."""

    def __init__(self, qtbot: QtBot, open_window: OpenWindow, bench: Bench) -> None:
        self.qtbot, self.bench = qtbot, bench
        window = open_window(SCRIPTS["ok"])
        window.context.services = replace(window.context.services, support=bench.port)
        window.go("support")
        page = window.page("support")
        assert isinstance(page, SupportPage)
        self.page = page
        quiet(qtbot, page, PATIENT_MS)

    def files(self, desk: WholeDesk) -> str:
        """From the button over the code that comes by mail to the ticket's number."""
        page = self.page
        page.channel.ticket.click()
        quiet(self.qtbot, page, PATIENT_MS)
        part = page.part
        assert part is not None and page.hold.ticket.state.step is Step.WHAT
        part.what.words_of.field.setPlainText("Plus rien depuis hier soir.")
        part.what.go.click()
        part.wish.go.click()
        quiet(self.qtbot, page, PATIENT_MS)
        for entry in (part.sign.entry, part.sign.entry_code):
            assert entry.isVisible()
            entry.field.setText(MAIL if entry is part.sign.entry else desk.letter(MAIL))
            part.sign.go.click()
            quiet(self.qtbot, page, PATIENT_MS)
        assert not part.sign.isVisible()
        part.consent.send.click()
        quiet(self.qtbot, page, PATIENT_MS)
        parcel = page.hold.ticket.state.parcel
        assert parcel is not None and parcel.phase is Phase.DONE and parcel.receipt is not None
        assert f"Ticket {parcel.receipt.number}" in words(part.sent)
        return parcel.receipt.ref

    def reads(self) -> CasesPage:
        """What came back, on the page of the cases."""
        assert self.page.part is not None
        self.page.part.sent.cases.click()
        cases = window_of(self.page).page("cases")
        assert isinstance(cases, CasesPage)
        quiet(self.qtbot, cases, PATIENT_MS)
        return cases

    def answers(self, text: str) -> None:
        cases = self.reads()
        assert any(QUESTION in line for line in words(cases.question))  # as it was typed, nothing of it is markup
        if folder := os.environ.get(PICTURES):
            window_of(cases).resize(1280, 800)
            self.qtbot.wait(300)
            window_of(cases).grab().save(str(Path(folder) / "desk-question.png"))
        ((area, send),) = cases.question.fields.values()
        area.field.setPlainText(text)
        send.click()
        quiet(self.qtbot, cases, PATIENT_MS)
        assert not cases.question.isVisible() and not cases.hold.open_questions()

    def noted(self, *lines: str) -> None:
        """In the history of the case, unfolded."""
        history = self.reads().history

        def there() -> bool:
            if history.fold is not None and not history.fold.button.isChecked():
                history.fold.button.click()
            told = " ".join(words(history)).replace("\u00a0", " ")
            return all(line in told for line in lines)

        self.qtbot.waitUntil(there, timeout=PATIENT_MS)

    def codes(self) -> tuple[str, str]:
        """What could be read out, and what stands in the picture."""
        report = self.page.hold.ticket.state.report
        assert report is not None

        async def made() -> str:
            port = self.bench.port()
            try:
                return " ".join(one.text for one in (await port.offline(report)).pictures)
            finally:
                await port.close()

        return spoken(report.document), asyncio.run(made())


def signed_in(tab: Tab, desk: WholeDesk) -> None:
    """To where one wanted to go, by password and code."""
    tab.go(f"{desk.url}/?view=all")
    tab.wait("#login-form")
    tab.type("#login", "ada")
    tab.type("#password", PASSWORD)
    tab.type("#code", "000000" if desk.code() != "000000" else "111111")
    tab.leave_by("#login-form button")
    tab.wait("[role=alert]")
    tab.type("#password", PASSWORD)
    tab.type("#code", desk.code())
    tab.leave_by("#login-form button")
    tab.wait("h1", "Toutes")
    assert tab.address() == f"{desk.url}/?view=all"


def decodes(tab: Tab, desk: WholeDesk, text: str) -> None:
    tab.go(f"{desk.url}/decode")
    tab.type("#code", text)
    tab.leave_by("form[action='/decode'] button.first")


def says(tab: Tab, what: str, text: str) -> None:
    """By a form of the ticket's page that is open."""
    tab.run(f"(e => {{ if (e) e.open = true; }})(document.querySelector('#text-{what}').closest('details'))")
    tab.type(f"#text-{what}", text)
    tab.leave_by(f"form[action$='/{what}'] button.first")
    tab.wait("[role=status]")
    tab.wait(".talk", text)


def phoned(tab: Tab, desk: WholeDesk, scanned: str, ref: str) -> None:
    """The same pictures under a phone: they are the same ticket."""
    for part in scanned.split():
        tab.go("about:blank")
        tab.go(f"{desk.url}/d#{part.removeprefix('SLF1:')}")
    tab.wait("#ready:not([hidden]) h2")
    tab.click("#send")
    tab.wait("#done:not([hidden])", ref)
    assert desk.read(lambda c: c.execute(select(tickets.c.ref)).scalars().all()) == [ref]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_login_queue_report_codes_answer_and_a_question_answered_in_the_window(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, desk: WholeDesk, tab: Tab
) -> None:
    home = Home(qtbot, open_window, Bench(tmp_path / "pc", desk.endpoint()))
    ref = home.files(desk)
    assert desk.read(lambda c: c.execute(select(installs.c.confirmed_at)).scalar()) is not None

    signed_in(tab, desk)
    tab.wait("table .code", ref)
    tab.leave_by(f"a[href^='/t/{ref}']")
    tab.wait(".talk", "Plus rien depuis hier soir.")
    tab.wait("#files")
    assert tab.there(".top") and "Inchangé" in tab.text("main")
    tab.leave_by(f"a[href^='/t/{ref}/report/']")
    tab.wait("iframe")
    assert tab.run("document.querySelector('iframe').sandbox.length") == 0
    assert tab.run("document.querySelector('iframe').contentDocument") is None  # of another origin

    digits, scanned = home.codes()
    decodes(tab, desk, digits)
    tab.wait("#sentences li")
    assert "signature" in tab.text("#seal")  # digits have none, and that is said
    decodes(tab, desk, scanned)
    tab.wait("#seal", "PC")
    assert tab.there("#seal.good") and tab.there(f"#found + ul a[href^='/t/{ref}']")

    tab.leave_by(f"#found + ul a[href^='/t/{ref}']")
    says(tab, "answer", ANSWER)
    says(tab, "ask", QUESTION)
    assert "Attend l’abonné" in tab.text("main .top") and tab.there(".talk .chip.warn")

    home.answers("Non, il est <b>rouge</b>.")
    home.noted(
        "L'assistance a écrit : Nous regardons votre ligne & celles des voisins.",
        "Vous avez répondu : Non, il est <b>rouge</b>.",
    )

    phoned(tab, desk, scanned, ref)

    tab.go(f"{desk.url}/")
    tab.wait("table .code", ref)  # it waits for us again
    tab.leave_by(f"a[href^='/t/{ref}']")
    tab.wait(".talk", "Non, il est <b>rouge</b>.")
    assert "Attend l’abonné" not in tab.text("main .top"), tab.text("main .top")
    assert [one for one in tab.complaints() if "/login" not in one] == []  # a wrong code is a refusal

    kept = desk.read(lambda c: {(row.who, row.did, row.what) for row in c.execute(select(audit))})
    ticket = f"ticket:{ref}"
    assert {("agent:ada", "read", ticket), ("agent:ada", "answer", ticket), ("agent:ada", "ask", ticket)} <= kept
