"""The only crossing between the window (main thread) and the engine (its own thread)."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from weakref import WeakValueDictionary

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ui.engine import EngineThread, Job, OnLoopException, Work
from ui.messages import Batch, Message, is_urgent

PERIOD_S = 0.05
"""Progress is delivered at most every 50 ms: 20 repaints a second look alive and leave the loop free."""


class EngineBridge(QObject):
    """Window to engine: ``submit``. Engine to window: ``arrived``, which carries a ``Batch`` on the main thread.

    (Not named ``event``: that would hide ``QObject.event`` and with it every queued call.)
    Messages wait in a mailbox. An urgent one (a verdict, an end) empties it at once,
    the others within 50 ms; all leave it in the order they came in.
    """

    arrived = Signal(object)
    _posted = Signal(bool)

    def __init__(self, warm_up: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox: deque[Message] = deque()
        self._lock = threading.Lock()
        self._announced = False
        self._closed = False
        self._last = 0.0
        self._numbers = 0
        # Jobs are kept by the engine while they run; a page that is built anew finds its own again by number.
        self._jobs: WeakValueDictionary[int, Job] = WeakValueDictionary()
        self._engine = EngineThread(self._post, warm_up)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._deliver)
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def start(self, on_loop_exception: OnLoopException | None = None) -> None:
        """Starts the engine thread (after the first paint)."""
        self._engine.start(on_loop_exception)

    def submit(self, name: str, work: Work) -> Job:
        """Runs ``await work(emit)`` in the engine; the job's number comes back in its messages."""
        self._numbers += 1
        job = self._jobs[self._numbers] = Job(self._numbers, name, work, self._engine)
        self._engine.submit(job)
        return job

    def cancel(self, number: int | None) -> None:
        """Cancels a job by its number; one that has ended is nobody's any more."""
        job = self._jobs.get(number) if number is not None else None
        if job is not None:
            job.cancel()

    def shutdown(self, wait_s: float = 3.0) -> tuple[str, ...]:
        """Cancels all jobs, waits for the thread, and returns the names of those that would not stop."""
        stragglers = self._engine.stop(wait_s)
        with self._lock:
            self._closed = True
            self._mailbox.clear()
        return stragglers

    def _post(self, message: Message) -> None:
        """Called in the engine thread."""
        urgent = is_urgent(message)
        with self._lock:
            if self._closed:
                return
            self._mailbox.append(message)
            if self._announced and not urgent:
                return
            self._announced = True
            self._posted.emit(urgent)

    @Slot(bool)
    def _on_posted(self, urgent: bool) -> None:
        wait_s = 0.0 if urgent else self._last + PERIOD_S - time.monotonic()
        if wait_s <= 0:
            self._deliver()
        elif not self._later.isActive():
            self._later.start(int(wait_s * 1000) + 1)

    @Slot()
    def _deliver(self) -> None:
        self._later.stop()
        with self._lock:
            messages = tuple(self._mailbox)
            self._mailbox.clear()
            self._announced = False
        self._last = time.monotonic()
        if messages:
            self.arrived.emit(Batch(messages))
