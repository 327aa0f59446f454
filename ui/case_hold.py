"""The cases: the list, the one that is open, its tickets, and what somebody waits for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from selfcare.app.support.port import Filed, Reminder, SupportPort
from selfcare.model.case import Case, CaseHead, Contact
from selfcare.model.ticket import Parcel
from ui.support_jobs import SupportJobs
from ui.support_state import CasesState, question


class CaseHold(QObject):
    """``touched``: a case is another one now; ``waits``: whether the desk asks something, or a date has passed."""

    changed = Signal()
    touched = Signal()
    waits = Signal(bool)

    def __init__(self, jobs: SupportJobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.state = CasesState()

    def look(self) -> None:
        """The page came into sight."""

        async def work(port: SupportPort) -> tuple[tuple[CaseHead, ...], tuple[Parcel, ...]]:
            return await port.cases(), await port.outbox()

        self._jobs.do("list", work, self._on_list)
        self.look_for_answers()
        if self.state.shown is not None:
            self.open(self.state.shown.head.id)

    def speak(self) -> None:
        """Sentences of a case are said again in the window's language, if anybody looked at one."""
        if self.state.heads is not None:
            self.look()

    @Slot()
    def look_for_answers(self) -> None:
        """Over all cases: is something asked, has a date passed?"""

        async def work(port: SupportPort) -> tuple[tuple[Reminder, ...], tuple[Filed, ...], frozenset[str]]:
            filed = tuple(one for one in await port.tickets() if question(one))
            return await port.reminders(), filed, await _answered(port, filed)

        self._jobs.do("answers", work, self._on_answers)

    @Slot()
    def tick(self) -> None:
        """Once a minute while the window is open: what waits leaves as soon as a line is back."""
        self._jobs.do("tick", lambda port: port.tick(), self._on_ticked)

    # -- one case ----------------------------------------------------------------------------------

    def open(self, case: str) -> None:
        """All that is written about it; its tickets with the desk's word come later."""
        if self.state.shown is None or self.state.shown.head.id != case:
            self.state.tickets, self.state.exported = None, ""
        self._jobs.do("shown", lambda port: port.case(case), self._on_shown)
        self._jobs.do("tickets", lambda port: port.tickets(case), self._on_tickets)

    def close(self) -> None:
        """Back to the list."""
        for kind in ("shown", "tickets", "change", "export"):
            self._jobs.drop(kind)
        self.state.shown = self.state.tickets = None
        self.state.exported = ""
        self.changed.emit()

    def note(self, words: str) -> None:
        """A line of the subscriber's own."""
        self._change(lambda port, case: port.note(case, words))

    def contact(self, contact: Contact) -> None:
        """A call, a chat, a visit that this program has not seen."""
        self._change(lambda port, case: port.contact(case, contact))

    def end(self) -> None:
        """It is over."""
        self._change(lambda port, case: port.end(case))

    def answer(self, filed: Filed, words: str) -> None:
        """What the desk asked for, once."""
        asked, parcel = question(filed), filed.parcel.id
        if asked and asked not in self.state.answered and "answer" not in self._jobs.busy:
            self._jobs.do("answer", lambda port: port.answer(parcel, asked, words), lambda _told: self._answered(asked))

    def cancel(self, parcel: str) -> None:
        """What was not sent is not sent."""
        self._jobs.do("cancel", lambda port: port.cancel(parcel), lambda _told: self.look())

    def export(self, to: Path) -> None:
        """All of it, as one file."""
        shown = self.state.shown
        if shown is not None:
            name = shown.head.id
            self.state.exported = ""
            self._jobs.do("export", lambda port: port.export(name, to), self._on_exported)

    def delete(self) -> None:
        """For good."""
        shown = self.state.shown
        if shown is not None:
            name = shown.head.id
            self._jobs.do("change", lambda port: port.delete(name), lambda _told: self._on_deleted())

    def _change(self, work: object) -> None:
        shown = self.state.shown
        if shown is None or "change" in self._jobs.busy:
            return
        name = shown.head.id

        async def run(port: SupportPort) -> Case | None:
            await work(port, name)  # type: ignore[operator]
            return await port.case(name)

        self._jobs.do("change", run, self._on_changed)

    # -- what came ---------------------------------------------------------------------------------

    def _on_list(self, told: tuple[tuple[CaseHead, ...], tuple[Parcel, ...]]) -> None:
        self.state.heads, self.state.outbox = told

    def _on_shown(self, told: Case | None) -> None:
        self.state.shown = told

    def _on_tickets(self, told: tuple[Filed, ...]) -> None:
        self.state.tickets = told

    def _on_ticked(self, told: tuple[Parcel, ...]) -> None:
        if told and self.state.heads is not None:
            self.look()
        elif told:
            self.look_for_answers()

    def _on_changed(self, told: Case | None) -> None:
        self.state.shown = told
        self.touched.emit()
        self.look()

    def _on_exported(self, path: Path) -> None:
        self.state.exported = str(path)

    def _on_deleted(self) -> None:
        self.close()
        self.touched.emit()
        self.look()

    def _answered(self, asked: str) -> None:
        self.state.answered |= {asked}
        self._tell()
        self.look()

    def _on_answers(self, told: tuple[tuple[Reminder, ...], tuple[Filed, ...], frozenset[str]]) -> None:
        self.state.reminders, self.state.asks, answered = told
        self.state.answered |= answered
        self._tell()

    def open_questions(self) -> tuple[Filed, ...]:
        """What the desk asks and nobody has answered here."""
        return tuple(one for one in self.state.asks if question(one) not in self.state.answered)

    def _tell(self) -> None:
        self.waits.emit(bool(self.open_questions()) or bool(self.state.reminders))


async def _answered(port: SupportPort, filed: tuple[Filed, ...]) -> frozenset[str]:
    """Questions that were answered before, perhaps by an earlier run of this program: nobody is asked twice."""
    found: set[str] = set()
    for name in {one.parcel.case for one in filed}:
        case = await port.case(name)
        lines = [one.data for one in case.events if one.kind == "ticket"] if case is not None else []
        found |= {str(data.get("reply", "")) for data in lines if data.get("did") == "answered"}
    return frozenset(found)
