"""The box, for as long as the window is open: one for all pages, and its desk in the engine thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from selfcare.app.services import Emit, Services
from ui import box_jobs
from ui.box_jobs import DeskKeeper
from ui.box_state import OURS, BoxView, Look, PairPhase, PairStep, Picture, Trouble
from ui.bridge import EngineBridge
from ui.engine import Job
from ui.messages import Batch, End, JobEnded

if TYPE_CHECKING:
    from selfcare.app.boxes import BoxDesk, Found
    from selfcare.boxes.secret import Secret

Question = Callable[["BoxDesk", "Found"], Awaitable[object]]
AGAIN_MS = 60_000
"""While the page is in sight the line is read again this often, as far as the desk lets it be read at all."""
SOON_MS = 500
"""When to try again to let go of the box."""
REST_MS = 120_000
"""After so long without a page in sight the box is logged out of."""


class Asked(QObject):
    """A question on its way. ``done`` comes once, on the main thread: the answer, or a ``Trouble``.

    Connect a method of a ``QObject``: when that goes (a page built anew), the answer goes nowhere.
    """

    done = Signal(object)


class BoxHold(QObject):
    """Outlives the pages, which are built anew when the language changes.

    ``view`` is all that is known; ``changed`` says that it is another one. ``ask`` puts any further question.
    """

    changed = Signal()
    _stepped = Signal(object)

    def __init__(self, services: Services, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._keeper = DeskKeeper(services.boxes)
        self._kept: Job | None = None
        self._looking: Job | None = None
        self._reading: Job | None = None
        self._pairing: Job | None = None
        self._forgetting: Job | None = None
        self._asked: dict[int, Asked] = {}
        self.view = BoxView()
        self.setting = False  # a setting of the box is being changed: what is measured meanwhile means nothing
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self._read)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._log_out)
        self._stepped.connect(self._on_step, Qt.ConnectionType.QueuedConnection)  # emitted in the engine thread
        bridge.arrived.connect(self._on_batch)

    @property
    def busy(self) -> bool:
        """Whether the box is being let in, asked for a status, or answering another question."""
        return self.view.busy or self._pairing is not None or self._forgetting is not None or bool(self._asked)

    # -- what a page may want --------------------------------------------------------------------

    def watch(self, seen: bool) -> None:
        """A page that shows the box came into sight, or went: the box is asked while somebody looks."""
        if not seen:
            self._again.stop()
            self._rest.start()
            return
        self._rest.stop()
        self._again.start()
        self.refresh()

    def let_go(self) -> None:
        """Another page is about to ask the box: some let in one at a time. Its own question here is waited for."""
        if self._again.isActive():
            return  # somebody looks here again
        if self.busy or self.setting:
            QTimer.singleShot(SOON_MS, self, self.let_go)
        else:
            self._log_out()

    def refresh(self) -> None:
        """Looks who is there and reads anew."""
        if self._looking is None and self._reading is None and self._pairing is None and self._forgetting is None:
            self._looking = self._submit("box look", lambda desk: box_jobs.look(desk))
            self._show(busy=True, forgotten="")

    def ask(self, name: str, question: Question) -> Asked:
        """Any question to the desk about the box that was found, in the engine thread.

        What the box, the keyring or the disk refuses comes back as a ``Trouble``.
        """
        found = self.view.found
        asked = Asked(self)
        job = self._submit(name, lambda desk: _about(desk, found, question))
        self._asked[job.number] = asked
        return asked

    def open_pairing(self) -> None:
        """Shows the card; nothing is asked of the box yet."""
        if self._pairing is None:
            self._show(pairing=PairStep(PairPhase.ASKING), forgotten="")

    def close_pairing(self) -> None:
        """Puts the card away, and gives up what is under way."""
        self._give_up()
        self._show(pairing=PairStep(PairPhase.CLOSED))

    def pair(self, secret: Secret | None) -> None:
        """Asks to be let in: once. ``secret`` is the password, None where a person has to go to the box."""
        found = self.view.found
        if found is None or self._pairing is not None or self._forgetting is not None:
            return
        step = PairStep(PairPhase.WAITING, by_button=secret is None)
        tell = self._stepped.emit
        self._pairing = self._submit("box pair", lambda desk: box_jobs.pair(desk, found, secret, tell))
        self._show(pairing=step)

    def forget(self) -> None:
        """Takes away what is stored of this box."""
        found = self.view.found
        if found is not None and self._forgetting is None and self._pairing is None:
            self._forgetting = self._submit("box forget", lambda desk: desk.forget(found))
            self._show(pairing=PairStep(PairPhase.CLOSED))

    # -- the engine ------------------------------------------------------------------------------

    def _submit(self, name: str, question: Callable[[BoxDesk], Awaitable[object]]) -> Job:
        keeper = self._keeper
        if self._kept is None:
            self._kept = self._bridge.submit("box", lambda _emit: keeper.keep())

        async def work(_emit: Emit) -> object:
            return await box_jobs.fenced(question(await keeper.desk()))

        return self._bridge.submit(name, work)

    def _read(self) -> None:
        found, before = self.view.found, self.view.picture
        if found is None or self._looking or self._reading or self._pairing or self._forgetting:
            return
        self._reading = self._submit("box read", lambda desk: box_jobs.read(desk, found, before))
        self._show(busy=True)

    def _log_out(self) -> None:
        if not self.busy and self._kept is not None:
            self._bridge.submit("box rest", lambda _emit: self._keeper.rest())

    def _give_up(self) -> None:
        if self._pairing is not None:
            self._pairing.cancel()
            self._pairing = None

    @Slot(object)
    def _on_step(self, step: PairStep) -> None:
        if self._pairing is not None and step.phase is PairPhase.WAITING:
            self._show(pairing=replace(step, by_button=self.view.pairing.by_button))

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        for message in batch.messages:
            if isinstance(message, JobEnded):
                self._on_ended(message)

    def _on_ended(self, ended: JobEnded) -> None:
        result = Trouble(OURS) if ended.end is End.FAILED else ended.result
        asked = self._asked.pop(ended.job, None)
        if asked is not None:
            if ended.end is not End.CANCELLED:
                asked.done.emit(result)
            asked.deleteLater()
        elif _is(self._looking, ended):
            self._looking = None
            self._looked(result)
        elif _is(self._reading, ended):
            self._reading = None
            self._was_read(result)
        elif _is(self._pairing, ended):
            self._pairing = None
            self._was_paired(result)
        elif _is(self._forgetting, ended):
            self._forgetting = None
            self._was_forgotten(result)

    def _looked(self, result: object) -> None:
        if not isinstance(result, Look):
            self._show(look=None, picture=None, trouble=_trouble(result), busy=False)
            return
        before = self.view.look
        if result.found is None and before is not None and before.found is not None and before.place == result.place:
            self._show(trouble=Trouble("unreachable"), busy=False)  # it was there a moment ago
            return
        picture = self.view.picture if _same(self.view.found, result.found) else None
        self.view = replace(self.view, look=result, picture=picture)
        if result.found is None:
            self._show(trouble=None, busy=False)
        else:
            self._read()

    def _was_read(self, result: object) -> None:
        if isinstance(result, Picture):
            self._show(picture=result, trouble=None, busy=False)
            return
        trouble = _trouble(result)
        picture = None if trouble.code in ("box_changed", "not_this_box") else self.view.picture
        self._show(picture=picture, trouble=trouble, busy=False)

    def _was_paired(self, result: object) -> None:
        step = result if isinstance(result, PairStep) else PairStep(PairPhase.FAILED, trouble=_trouble(result))
        if step.phase is PairPhase.WAITING:  # nobody asks any more, so nobody waits
            step = replace(step, phase=PairPhase.DENIED)
        self._show(pairing=step)
        if step.phase is PairPhase.GRANTED:
            self.refresh()

    def _was_forgotten(self, result: object) -> None:
        if isinstance(result, Trouble):
            self._show(trouble=result)
            return
        self._show(picture=None, trouble=None)
        self.refresh()
        self._show(forgotten="forgotten" if result else "not_known")

    def _show(self, **what: object) -> None:
        self.view = replace(self.view, **what)  # type: ignore[arg-type]
        self.changed.emit()


async def _about(desk: BoxDesk, found: Found | None, question: Question) -> object:
    from selfcare.boxes.errors import BoxError, BoxErrorCode

    if found is None:
        raise BoxError(BoxErrorCode.UNREACHABLE)
    return await question(desk, found)


def _is(job: Job | None, ended: JobEnded) -> bool:
    return job is not None and job.number == ended.job


def _trouble(result: object) -> Trouble:
    return result if isinstance(result, Trouble) else Trouble(OURS)


def _same(one: Found | None, other: Found | None) -> bool:
    return one is not None and other is not None and (one.family, one.place, one.device.uid) == (
        other.family, other.place, other.device.uid,
    )  # fmt: skip
