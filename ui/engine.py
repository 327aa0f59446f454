"""The engine thread: one asyncio loop that runs jobs. Knows nothing of Qt; the bridge is its only neighbour."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from selfcare.model.events import Event
from ui.messages import Emitted, End, JobEnded, Message, Ready

if TYPE_CHECKING:
    import asyncio  # 60 ms to import: the thread does it, after the first paint

Emit = Callable[[Event], None]
Work = Callable[[Emit], Awaitable[object]]
Post = Callable[[Message], None]
OnLoopException = Callable[["asyncio.AbstractEventLoop", dict[str, Any]], None]

_log = logging.getLogger("selfcare.ui.engine")


class Job:
    """A piece of work handed to the engine. ``cancel`` may be called at any time, any number of times."""

    def __init__(self, number: int, name: str, work: Work, engine: EngineThread) -> None:
        self.number = number
        self.name = name
        self.work = work
        self.cancelled = False
        self.begun = False
        self.task: asyncio.Task[None] | None = None
        self._engine = engine

    def cancel(self) -> None:
        """Asks the work to stop; a ``JobEnded`` follows in any case."""
        self.cancelled = True
        self._engine.wake()


class EngineThread:
    """Starts jobs in the order they came, side by side, and fences each: an exception ends its job and nothing else."""

    def __init__(self, post: Post, warm_up: Callable[[], None]) -> None:
        self._post = post
        self._warm_up = warm_up
        self._inbox: deque[Job] = deque()
        self._running: dict[int, Job] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken: asyncio.Event | None = None
        self._root: asyncio.Task[None] | None = None
        self._stopping = False
        self._on_loop_exception: OnLoopException | None = None
        self._lock = threading.Lock()
        # A daemon, so that code stuck in a system call can never keep a closed window's process alive.
        self._thread = threading.Thread(target=self._run, name="selfcare-engine", daemon=True)

    def start(self, on_loop_exception: OnLoopException | None = None) -> None:
        """Starts the thread; jobs handed over before are kept."""
        self._on_loop_exception = on_loop_exception
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Hands over a job from any thread."""
        self._inbox.append(job)
        self.wake()

    def wake(self) -> None:
        """Lets the loop look at its inbox and at cancelled jobs."""
        with self._lock:
            if self._loop is not None and self._woken is not None:
                self._loop.call_soon_threadsafe(self._woken.set)

    def stop(self, wait_s: float) -> tuple[str, ...]:
        """Cancels everything, waits, and names what is still running."""
        with self._lock:
            self._stopping = True
            if self._loop is not None and self._root is not None:
                self._loop.call_soon_threadsafe(self._root.cancel)
        if not self._thread.is_alive():
            return ()
        self._thread.join(wait_s)
        if not self._thread.is_alive():
            return ()
        return tuple(job.name for job in list(self._running.values())) or ("engine",)

    def _run(self) -> None:
        import asyncio

        with asyncio.Runner() as runner:
            try:
                runner.run(self._main())
            except asyncio.CancelledError:
                pass
            finally:
                with self._lock:
                    self._loop = None

    async def _main(self) -> None:
        import asyncio

        error: str | None = None
        try:
            self._warm_up()
        except Exception as problem:  # a check will fail with its own message; the window must live
            _log.exception("warm-up failed")
            error = type(problem).__name__
        with self._lock:
            if self._stopping:
                return
            self._loop = asyncio.get_running_loop()
            self._loop.set_exception_handler(self._on_loop_exception)
            self._root = asyncio.current_task()
            woken = self._woken = asyncio.Event()
            woken.set()
        self._post(Ready(error))
        async with asyncio.TaskGroup() as group:
            while True:
                await woken.wait()
                woken.clear()
                self._start_waiting(group)
                self._cancel_asked()

    def _start_waiting(self, group: asyncio.TaskGroup) -> None:
        while self._inbox:
            job = self._inbox.popleft()
            self._running[job.number] = job
            job.task = group.create_task(self._fenced(job), name=job.name)

    def _cancel_asked(self) -> None:
        for job in self._running.values():
            # A task cancelled before its first step never reaches its fence: that one looks at the flag itself.
            if job.cancelled and job.begun and job.task is not None and not job.task.cancelling():
                job.task.cancel()

    async def _fenced(self, job: Job) -> None:
        import asyncio

        def emit(event: Event) -> None:
            self._post(Emitted(job.number, event))

        job.begun = True
        ended = JobEnded(job.number, End.CANCELLED)
        try:
            # A job cancelled before its turn never starts.
            if not job.cancelled:
                ended = JobEnded(job.number, End.DONE, result=await job.work(emit))
        except asyncio.CancelledError:
            if not job.cancelled:
                raise  # the program is ending
        except Exception as problem:
            _log.exception("job %s failed", job.name)
            ended = JobEnded(job.number, End.FAILED, error=type(problem).__name__)
        finally:
            self._running.pop(job.number, None)
            self._post(ended)
