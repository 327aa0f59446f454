"""What the window asks of the engine about support. The port lives in the engine thread and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import QObject, Signal, Slot

from selfcare.app.services import Emit
from ui.bridge import EngineBridge
from ui.engine import Job
from ui.messages import Batch, End, JobEnded

if TYPE_CHECKING:
    import asyncio

    from selfcare.app.support.port import SupportPort

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something was not done: a stable code with its values. ``failed``: a fault of ours."""

    code: str = "failed"
    values: Mapping[str, object] = field(default_factory=dict)


class SupportKeeper:
    """Makes the port at the first question, in the loop it is for; gives it back at the end."""

    def __init__(self, make: Callable[[], SupportPort], language: str) -> None:
        self._make, self.language, self._spoken = make, language, language
        self._port: SupportPort | None = None
        self._making: asyncio.Lock | None = None

    async def port(self) -> SupportPort:
        """The one there is. Its imports happen in a thread: a check at the same time measures milliseconds."""
        import asyncio

        self._making = self._making or asyncio.Lock()
        async with self._making:
            if self._port is None:
                self._port = await asyncio.to_thread(self._make)
            if self._spoken != self.language:
                self._spoken = self.language
                self._port.speak(self.language)
        return self._port

    async def keep(self) -> None:
        """Until it is cancelled."""
        import asyncio

        try:
            await asyncio.Event().wait()
        finally:
            if self._port is not None:
                await self._port.close()


class SupportJobs(QObject):
    """One place in which each kind of question is under way at most once: what is asked anew is the one that counts.

    ``busy``: kinds that are under way; ``troubles``: those of which the last try failed. ``changed``: any of it.
    """

    changed = Signal()

    def __init__(self, keeper: SupportKeeper, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper, self._bridge = keeper, bridge
        self._kept: Job | None = None
        self._jobs: dict[int, tuple[str, Callable[[object], object]]] = {}
        self._latest: dict[str, int] = {}
        self.busy: set[str] = set()
        self.troubles: dict[str, Trouble] = {}
        bridge.arrived.connect(self._on_batch)

    def do(self, kind: str, work: Callable[[SupportPort], Awaitable[T]], then: Callable[[T], object]) -> None:
        """Asks; ``then`` gets what came of it, here and not for one that was asked anew meanwhile."""
        if self._kept is None:
            self._kept = self._bridge.submit("support", lambda _emit: self._keeper.keep())

        async def run(_emit: Emit) -> object:
            return await fenced(self._keeper, work)

        number = self._bridge.submit(f"support {kind}", run).number
        self._jobs[number] = kind, lambda told: then(cast("T", told))
        self._latest[kind] = number
        self.busy.add(kind)
        self.troubles.pop(kind, None)
        self.changed.emit()

    def drop(self, kind: str) -> None:
        """Nobody waits for it any more; what it writes it still writes."""
        self._latest.pop(kind, None)
        self.busy.discard(kind)
        self.troubles.pop(kind, None)

    def speak(self, language: str) -> bool:
        """The window's language; whether it is another one."""
        before, self._keeper.language = self._keeper.language, language
        return before != language

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        ended = [m for m in batch.messages if isinstance(m, JobEnded) and m.job in self._jobs]
        for message in ended:
            kind, then = self._jobs.pop(message.job)
            if self._latest.get(kind) != message.job:
                continue
            self.busy.discard(kind)
            told = Trouble() if message.end is not End.DONE else message.result
            if isinstance(told, Trouble):
                self.troubles[kind] = told
            else:
                then(told)
        if ended:
            self.changed.emit()


async def fenced(keeper: SupportKeeper, work: Callable[[SupportPort], Awaitable[object]]) -> object:
    """What the disk, the keyring or a desk refuses is an answer: plain values instead of an exception."""
    from selfcare.ground.errors import SelfcareError

    try:
        return await work(await keeper.port())
    except SelfcareError as error:
        return Trouble(error.code, dict(error.values))
