"""Support, for as long as the window is open: whom to reach, the ticket that is being written, the cases."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from selfcare.app.services import Services
from selfcare.app.support.port import Advice, Offline, SupportPort
from selfcare.model.case import Case
from selfcare.model.report import Report, ReportOptions
from selfcare.model.symptom import Symptom
from selfcare.model.ticket import KnownOutage
from ui.bridge import EngineBridge
from ui.case_hold import CaseHold
from ui.support_jobs import SupportJobs, SupportKeeper
from ui.support_state import ContactState
from ui.ticket_hold import TicketHold

AGAIN_MS = 60_000
"""How often what waits in the outbox is looked at while the window is open."""


ANSWERS_EVERY = 15
"""Minutes between two questions to the desk whether it has answered."""


class SupportHold(QObject):
    """Outlives the pages, which are built anew when the language changes; what is under way goes on meanwhile.

    ``changed``: any of it is another one. ``waits``: whether somebody is expected to look at « Mes dossiers ».
    """

    changed = Signal()
    waits = Signal(bool)

    def __init__(self, services: Services, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.language = services.catalogue.language
        self.jobs = SupportJobs(SupportKeeper(services.support, self.language), bridge, self)
        self.state = ContactState()
        self._busy, self._minutes = False, 0
        self.cases = CaseHold(self.jobs, self)
        self.ticket = TicketHold(self.jobs, self)
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self._on_minute)
        for part in (self.jobs, self.cases, self.ticket):
            part.changed.connect(self._on_changed)
        self.cases.waits.connect(self.waits)
        self.ticket.filed.connect(self._on_filed)
        self.cases.touched.connect(self.refresh)

    def look(self, trouble: tuple[str, Symptom | None] | None = None, busy: bool = False) -> None:
        """The page came into sight.

        ``trouble``: what was found just now; it gets a case unless one is open. ``busy``: something is measured or
        changed, so no report is made: where the last check is old it would begin with one.
        """
        do, self._busy = self.jobs.do, busy
        do("advice", lambda port: port.advice(), self._on_advice)
        do("outages", lambda port: port.outages(), self._on_outages)

        async def work(port: SupportPort) -> Case | None:
            found = await port.case()
            return found if found is not None or trouble is None else await _begun(port, *trouble)

        do("case", work, self._on_case)

    @Slot()
    def refresh(self) -> None:
        """The case may be another one now."""
        self.jobs.do("case", lambda port: port.case(), self._on_case)

    def begin(self, words: str = "", symptom: Symptom | None = None, *, new: bool = False) -> None:
        """A case for what goes wrong now, so that there is an id to name. ``new``: it is another trouble."""
        self.jobs.do("case", lambda port: _begun(port, words, symptom, new), self._on_case)

    def codes(self) -> None:
        """The digits and the picture for the open case."""
        case = self.state.case
        if case is None or self._busy:
            return
        options, name = ReportOptions(language=self.language), case.head.id

        async def work(port: SupportPort) -> tuple[Report, Offline, Case | None]:
            report = await port.report(name, options)
            return report, await port.offline(report), await port.case(name)

        self.jobs.do("codes", work, self._on_codes)

    def watch_outbox(self) -> None:
        """Something was sent in an earlier run: is it through, and did somebody answer?"""
        self.cases.tick()
        self.cases.look_for_answers()
        self._again.start()

    def speak(self, language: str) -> None:
        """The window's language; what is shown is asked for again in it."""
        if self.jobs.speak(language):
            self.language = language
            self.look()
            self.cases.speak()
            self.ticket.speak(language)

    def _on_advice(self, told: Advice) -> None:
        self.state.advice = told

    def _on_outages(self, told: tuple[KnownOutage, ...]) -> None:
        self.state.outages = told

    def _on_case(self, told: Case | None) -> None:
        self.state.met, self.state.case = True, told
        if told is None:
            self.state.report = self.state.offline = None
        else:
            self.codes()

    def _on_codes(self, told: tuple[Report, Offline, Case | None]) -> None:
        self.state.report, self.state.offline, self.state.case = told

    @Slot()
    def _on_minute(self) -> None:
        self._minutes += 1
        self.cases.tick()
        if self._minutes % ANSWERS_EVERY == 0:
            self.cases.look_for_answers()

    @Slot()
    def _on_filed(self) -> None:
        self._again.start()
        self.cases.look_for_answers()
        self.refresh()

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()


async def _begun(port: SupportPort, words: str, symptom: Symptom | None, new: bool = False) -> Case | None:
    return await port.case((await port.begin(words, symptom, new=new)).id)
