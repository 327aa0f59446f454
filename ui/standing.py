"""The changes in place on this PC, for as long as the window is open: listed, put back, watched while they stand in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from selfcare.app.desk import UNFINISHED, Overview
from selfcare.app.ending import is_stand_in
from selfcare.app.services import Services
from selfcare.model.repair import Entry
from ui import repair_jobs
from ui.bridge import EngineBridge
from ui.engine import Job
from ui.messages import Batch, JobEnded
from ui.repair_state import Problem

_NOTHING = Overview(())


class Standing(QObject):
    """One for the window. It outlives the repair page, which is built anew when the language changes.

    ``recovered``, ``ended`` and ``put_back`` are what happened while this window was open: left unfinished by an
    earlier run, a stand-in that was no longer needed, and put back by the person.
    """

    changed = Signal()

    def __init__(self, services: Services, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._bridge = services, bridge
        self._listing: Job | None = None
        self._undoing: Job | None = None
        self._waiting: Job | None = None
        self._waited = False  # what ended once (or could not be) is not started again before the next run
        self.overview = _NOTHING
        self.recovered: tuple[Entry, ...] = ()
        self.ended: tuple[Entry, ...] = ()
        self.put_back: Entry | None = None
        self.undoing: Entry | None = None
        self.problem = ""
        self.paused = False
        bridge.arrived.connect(self._on_batch)

    def notice(self) -> str:
        """What somebody who did not open the repair page should know: a key of ``ui.notice.*``, or empty."""
        if any(e.state in UNFINISHED for e in self.overview.entries) and not self.paused:
            return "unfinished"
        if self.recovered:
            return "recovered"
        if any(is_stand_in(e) for e in self.overview.entries):
            return "standing"
        return "ended" if self.ended else ""

    def refresh(self, recover: bool = False) -> None:
        """Lists anew."""
        if self._listing is None:
            self._listing = self._bridge.submit("changes", repair_jobs.overview(self._services, recover))

    def undo(self, name: str) -> None:
        """Puts one change back."""
        if self._undoing is None:
            self.problem, self.put_back = "", None
            self.undoing = next((e for e in self.overview.entries if e.name == name), None)
            self._undoing = self._bridge.submit("undo", repair_jobs.undo(self._services, name))
            self._watch()
            self.changed.emit()

    def pause(self, paused: bool) -> None:
        """While a run is under way nobody else may put anything back; after it, all is listed anew."""
        if paused == self.paused:
            return
        self.paused = paused
        if paused:
            self.recovered, self.ended, self.put_back, self.problem = (), (), None, ""
        else:
            self._waited = False
            self.refresh()
        self._watch()

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        took = [self._took(m) for m in batch.messages if isinstance(m, JobEnded)]
        if any(took):
            self._watch()
            self.changed.emit()

    def _took(self, ended: JobEnded) -> bool:
        if _is(self._waiting, ended):
            self._waiting, self._waited = None, True
            self.ended = ended.result if isinstance(ended.result, tuple) else ()
            self.refresh()
        elif _is(self._undoing, ended):
            self._undoing, undone, self.undoing = None, self.undoing, None
            self.put_back = undone if isinstance(ended.result, Overview) else None
            self._listed(ended)
            if self.problem:
                self.refresh()  # it may be somebody else's by now, or half on its way
        elif _is(self._listing, ended):
            self._listing = None
            if isinstance(ended.result, Overview) or self.overview.entries:
                self._listed(ended)  # where nothing is known to be in place, a list that fails is no news to anybody
        else:
            return False
        return True

    def _listed(self, ended: JobEnded) -> None:
        if isinstance(ended.result, Overview):
            self.overview = ended.result
            self.recovered = ended.result.recovered or self.recovered
        else:
            # A PC on which nothing can be listed says so once; a fault of ours is told as ours.
            self.problem = ended.result.key if isinstance(ended.result, Problem) else "ui.error.lead"

    def _watch(self) -> None:
        """While a resolver stands in, the engine asks the old one again and again."""
        idle = not (self.paused or self._undoing)
        standing = any(is_stand_in(entry) for entry in self.overview.entries)
        if standing and idle and self._waiting is None and not self._waited:
            self._waiting = self._bridge.submit("stand in", repair_jobs.stand_in(self._services))
        elif self._waiting is not None and not (standing and idle):
            self._waiting.cancel()
            self._waiting = None


def _is(job: Job | None, ended: JobEnded) -> bool:
    return job is not None and job.number == ended.job
