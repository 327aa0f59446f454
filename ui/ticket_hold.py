"""The ticket that is being written: what is wrong, what is wanted, the exact bytes, and what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from selfcare.app.support.port import Filed, Needs, SignIn, SupportPort
from selfcare.model.case import CaseHead
from selfcare.model.report import Report
from selfcare.model.ticket import Parcel, Phase
from ui.support_jobs import SupportJobs
from ui.support_state import ENDS, Draft, Step, TicketState

SETTLE_MS = 350
"""A second tick within this time is one report, not two."""
KINDS = ("begin", "before", "needs", "report", "file", "cancel", "sign", "keep")


class TicketHold(QObject):
    """``moved``: another step; ``filed``: something is in the outbox; ``browse``: an address for the browser."""

    changed = Signal()
    moved = Signal()
    filed = Signal()
    browse = Signal(str)

    def __init__(self, jobs: SupportJobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._language = ""
        self.state = TicketState()
        self._later = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._later.timeout.connect(self.make)

    # -- the steps -------------------------------------------------------------------------------

    def open(self, draft: Draft, known: CaseHead | None, language: str, hurry: bool) -> None:
        """Begins one. ``hurry``: where nothing has to be typed, straight to what would be sent."""
        if self.state.step is not Step.AWAY:
            return
        kept = self.state.draft
        self._language = language
        draft = replace(draft, reach=kept.reach, wants=kept.wants)
        self.state = TicketState(Step.WHAT, known=known, draft=draft, hurry=hurry)
        self._ask_needs()
        if hurry:
            self.go(Step.PREVIEW)
        self.moved.emit()
        self.changed.emit()

    def go(self, step: Step) -> None:
        """To another step; on the way to the last one the case is begun, and the report made."""
        self.state.step = step
        self.state.saved = ""
        if step is Step.PREVIEW:
            self._begin()
        self.moved.emit()
        self.changed.emit()

    def leave(self) -> None:
        """Back to whom to reach. What was typed stays until the window is closed."""
        for kind in KINDS:
            self._jobs.drop(kind)
        self._later.stop()
        self.state = TicketState(draft=self.state.draft)
        self.moved.emit()
        self.changed.emit()

    def change(self, draft: Draft) -> None:
        """Something was ticked: what was shown no longer counts, new bytes are made."""
        self.state.draft = draft
        self.state.report = None
        self._jobs.drop("report")
        self._later.start()
        self.changed.emit()

    def put(self, draft: Draft) -> None:
        """Something was typed or chosen; nothing is made of it yet."""
        self.state.draft = draft

    def speak(self, language: str) -> None:
        """The report is written in the window's language."""
        self._language = language
        if self.state.step is Step.PREVIEW:
            self.change(self.state.draft)

    # -- what will leave --------------------------------------------------------------------------

    def _begin(self) -> None:
        draft, known = self.state.draft, self.state.known
        symptom = draft.symptom(datetime.now().astimezone())
        words = draft.words if known is None or draft.words != known.words else ""
        if known is not None and symptom == known.symptom:
            symptom = None
        self.state.report = None

        async def work(port: SupportPort) -> tuple[CaseHead, Parcel | None]:
            head = await port.begin(words, symptom)
            filed = await port.tickets(head.id, ask=False)
            return head, next((one.parcel for one in filed if one.parcel.phase is Phase.DONE), None)

        self._jobs.do("begin", work, self._on_begun)

    def _on_begun(self, told: tuple[CaseHead, Parcel | None]) -> None:
        head, self.state.before = told
        self.state.case, self.state.known = head.id, head
        self.make()

    @Slot()
    def make(self) -> None:
        """The bytes, anew."""
        if self.state.case:
            case, options = self.state.case, self.state.draft.options(self._language)
            self._jobs.do("report", lambda port: port.report(case, options), self._on_report)

    def _on_report(self, report: Report) -> None:
        self.state.report = report

    def _ask_needs(self) -> None:
        wish = self.state.draft.wish
        self._jobs.do("needs", lambda port: port.needs(wish), self._on_needs)

    def _on_needs(self, needs: Needs) -> None:
        self.state.needs = needs
        if self.state.hurry and self.state.missing and self.state.step is Step.PREVIEW:
            self.state.hurry = False
            self.go(Step.WISH)  # it cannot do without: asked for once, and at once

    # -- leaving ----------------------------------------------------------------------------------

    def send(self) -> None:
        """The person's consent to exactly the bytes in sight."""
        report, wish = self.state.report, self.state.draft.wish
        if report is None or "file" in self._jobs.busy:
            return
        self._jobs.do("file", lambda port: port.file(report, wish), self._on_parcel)

    def _on_parcel(self, parcel: Parcel) -> None:
        self.state.parcel = parcel
        self.state.step = Step.SENT
        self.filed.emit()
        self.moved.emit()
        self.ask_back()

    def ask_back(self) -> None:
        """How it stands at the desk, once it is there."""
        case, parcel = self.state.case, self.state.parcel
        if parcel is None:
            return

        async def work(port: SupportPort) -> tuple[Parcel, Filed | None]:
            now = next((one for one in await port.outbox() if one.id == parcel.id), parcel)
            filed = await port.tickets(case, ask=now.phase is Phase.DONE)
            return now, next((one for one in filed if one.parcel.id == parcel.id), None)

        self._jobs.do("sent", work, self._on_told)

    def _on_told(self, told: tuple[Parcel, Filed | None]) -> None:
        if self.state.step is Step.SENT:
            self.state.parcel, self.state.told = told

    def try_again(self) -> None:
        """What is due, now."""
        self._jobs.do("file", lambda port: port.flush(), lambda _told: self.ask_back())

    def cancel(self) -> None:
        """What was not sent is not sent."""
        parcel = self.state.parcel
        if parcel is not None and parcel.phase not in ENDS:
            self._jobs.do("cancel", lambda port: port.cancel(parcel.id), self._on_cancelled)

    def _on_cancelled(self, parcel: Parcel) -> None:
        self.state.parcel = parcel
        self.filed.emit()

    def save(self, to: Path) -> None:
        """On a disk or a stick."""
        self._with_report(lambda port, report: port.save(report, to))

    def draft_mail(self, to: Path) -> None:
        """For the person's own mail program."""
        wish = self.state.draft.wish
        self._with_report(lambda port, report: port.draft(report, wish, to))

    def _with_report(self, work: Callable[[SupportPort, Report], Awaitable[Path]]) -> None:
        report = self.state.report
        if report is not None:
            self.state.saved = ""
            self._jobs.do("keep", lambda port: work(port, report), self._on_saved)

    def _on_saved(self, path: Path) -> None:
        self.state.saved = str(path)

    # -- who it is --------------------------------------------------------------------------------

    def sign_in(self) -> None:
        """In the browser; it ends when that comes back."""
        self._sign(lambda port: port.sign_in(self.browse.emit))

    def register(self, mail: str) -> None:
        """A code comes by mail."""
        self._sign(lambda port: port.register(mail))

    def confirm(self, code: str) -> None:
        """The code that came."""
        self._sign(lambda port: port.confirm(code))

    def token(self, words: str) -> None:
        """One that the operator gave."""
        self._sign(lambda port: port.token(words))

    def stop_signing(self) -> None:
        """Nobody came back from the browser."""
        self._jobs.drop("sign")
        self.changed.emit()

    def _sign(self, work: Callable[[SupportPort], Awaitable[Needs]]) -> None:
        self._jobs.do("sign", work, self._on_signed)

    def _on_signed(self, needs: Needs) -> None:
        self.state.needs = needs
        parcel = self.state.parcel
        if needs.sign_in is SignIn.NOTHING and parcel is not None and parcel.phase is Phase.WAITING_SIGN_IN:
            self.try_again()
